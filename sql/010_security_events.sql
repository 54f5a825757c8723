-- What happens to accounts and credentials: who signed in or was refused, from where, and who
-- changed what. It takes the place of admin_event. Only triggers and functions write it, and no
-- program can change it. There are no secrets in it: no password, no token, and no email that
-- somebody typed who then was refused, since a password is easily typed into the wrong field.

CREATE TABLE security_event_kind (
    kind    text PRIMARY KEY,
    title   text NOT NULL,     -- for people
    repeats boolean NOT NULL,  -- like ones within a minute are one event, which counts them
    position smallint NOT NULL
);
INSERT INTO security_event_kind (position, kind, repeats, title) VALUES
    ( 1, 'sign_in',           true,  'signed in'),
    ( 2, 'sign_in_refused',   true,  'was refused to sign in'),
    ( 3, 'sign_out',          false, 'signed out'),
    ( 4, 'session_ended',     false, 'session ended'),
    ( 5, 'forbidden',         true,  'tried what the role does not allow'),
    ( 6, 'account_made',      false, 'account made'),
    ( 7, 'account_changed',   false, 'account changed'),
    ( 8, 'password_changed',  false, 'password changed'),
    ( 9, 'token_made',        false, 'token made'),
    (10, 'token_revoked',     false, 'token revoked'),
    (11, 'link_made',         false, 'one-time link made'),
    (12, 'factor_set_up',     false, 'second factor set up'),
    (13, 'factor_removed',    false, 'second factor removed'),
    (14, 'recovery_used',     false, 'recovery code used'),
    (15, 'feature_changed',   false, 'feature changed');

CREATE TABLE security_event (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind       text NOT NULL REFERENCES security_event_kind,
    account_id bigint,                     -- whose account, also when it is gone; NULL: nobody's
    actor_id   bigint,                     -- who did it; NULL: the operator, or nobody knows
    via        text NOT NULL DEFAULT '',   -- form, basic, token, session, link, front, command
    address    inet,                       -- the client's
    request    text NOT NULL DEFAULT '',   -- its id in nginx's access log
    reason     text NOT NULL DEFAULT '',   -- why something was refused; what was done to which thing
    changes    jsonb,                      -- column → [before, after]; of a password only that it changed
    times      integer NOT NULL DEFAULT 1, -- so many like ones
    last       timestamptz NOT NULL DEFAULT clock_timestamp()  -- the last of them
);
CREATE INDEX security_event_account ON security_event (account_id, id);
CREATE INDEX security_event_address ON security_event (address, at);
CREATE INDEX security_event_at ON security_event (at);

-- Which request it is, for the rest of a transaction: what triggers and functions write into events.
-- Handlers say it; who acts, functions find out by the credential (011_credentials).
CREATE FUNCTION request_context(address text, request text) RETURNS void
    LANGUAGE sql SET search_path = public, pg_temp AS $$
    SELECT set_config('accession.address', coalesce(address, ''), true),
           set_config('accession.request', left(coalesce(request, ''), 64), true)
$$;

-- The address of a request, as nginx gives it; NULL if there is none.
CREATE FUNCTION request_address() RETURNS inet
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN nullif(current_setting('accession.address', true), '')::inet;
EXCEPTION WHEN invalid_text_representation THEN
    RETURN NULL;  -- "unix:"
END
$$;

-- Writes an event. If its kind repeats and there was a like one within the minute, that one counts it.
-- The notice becomes a line in the log of the program whose request it was; of sign-ins and refusals
-- programs write one themselves.
CREATE FUNCTION security_event_add(kind text, account_id bigint, actor_id bigint, via text,
                                   reason text, changes jsonb DEFAULT NULL) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    client inet := request_address();
    shown  text := left(coalesce(reason, ''), 200);
BEGIN
    IF (SELECT k.repeats FROM security_event_kind k WHERE k.kind = kind) THEN
        UPDATE security_event e SET times = e.times + 1, last = clock_timestamp()
         WHERE e.id = (SELECT like_one.id FROM security_event like_one
                        WHERE like_one.address = client
                          AND like_one.at > clock_timestamp() - interval '1 minute'
                          AND like_one.kind = kind AND like_one.via = via
                          AND like_one.account_id IS NOT DISTINCT FROM account_id
                          AND like_one.reason = shown
                        ORDER BY like_one.at DESC LIMIT 1);
        IF FOUND THEN
            RETURN;
        END IF;
    END IF;
    INSERT INTO security_event (kind, account_id, actor_id, via, address, request, reason, changes)
    VALUES (kind, account_id, actor_id, coalesce(via, ''), client,
            coalesce(current_setting('accession.request', true), ''), shown, changes);
    IF via <> 'command' AND kind NOT IN ('sign_in', 'sign_in_refused') THEN
        RAISE NOTICE 'security event: % account=% actor=% via=% address=% request=% reason="%"',
            kind, coalesce(account_id::text, '-'), coalesce(actor_id::text, '-'), via,
            coalesce(host(client), '-'), coalesce(nullif(current_setting('accession.request', true), ''), '-'),
            shown
            USING ERRCODE = 'AC100';
    END IF;
END
$$;

-- What a change of a row is called.
CREATE TABLE security_event_change (
    subject text,   -- the table
    event   text,   -- INSERT, UPDATE, DELETE
    kind    text NOT NULL REFERENCES security_event_kind,
    PRIMARY KEY (subject, event)
);
INSERT INTO security_event_change VALUES
    ('account',    'INSERT', 'account_made'),
    ('account',    'UPDATE', 'account_changed'),
    ('account',    'DELETE', 'account_changed'),
    ('credential', 'INSERT', 'token_made'),
    ('credential', 'DELETE', 'token_revoked'),
    ('feature',    'INSERT', 'feature_changed'),
    ('feature',    'UPDATE', 'feature_changed'),
    ('feature',    'DELETE', 'feature_changed');

CREATE OR REPLACE FUNCTION admin_audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before  jsonb := coalesce(to_jsonb(OLD), '{}');
    after   jsonb := coalesce(to_jsonb(NEW), '{}');
    row_now jsonb := CASE TG_OP WHEN 'DELETE' THEN before ELSE after END;
    what    jsonb;
    called  text;
BEGIN
    SELECT jsonb_object_agg(key, CASE key WHEN 'password_hash' THEN 'true'
                                 ELSE jsonb_build_array(b.value, a.value) END)
      INTO what
      FROM jsonb_each(before) b FULL JOIN jsonb_each(after) a USING (key)
     WHERE b.value IS DISTINCT FROM a.value
       AND key IN ('email', 'first_name', 'last_name', 'role', 'active', 'password_hash', 'name',
                   'enabled');
    IF what IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT kind INTO STRICT called FROM security_event_change
     WHERE subject = TG_TABLE_NAME AND event = TG_OP;
    IF what = '{"password_hash": true}' THEN
        called := 'password_changed';
    END IF;
    PERFORM security_event_add(called,
        CASE TG_TABLE_NAME WHEN 'account' THEN row_now ->> 'id' ELSE row_now ->> 'account_id' END::bigint,
        nullif(current_setting('accession.actor', true), '')::bigint,
        coalesce(nullif(current_setting('accession.via', true), ''), 'command'),
        CASE TG_TABLE_NAME WHEN 'credential' THEN concat('token ', row_now ->> 'id')
                           WHEN 'feature' THEN row_now ->> 'name' END,
        what);
    RETURN NULL;
END
$$;

INSERT INTO security_event (at, last, kind, account_id, actor_id, via, reason, changes)
SELECT e.at, e.at,
       CASE WHEN e.changes = '{"password_hash": true}' THEN 'password_changed' ELSE c.kind END,
       CASE WHEN e.subject = 'account' THEN e.key::bigint
            WHEN e.subject = 'credential'
            THEN coalesce(e.changes -> 'account_id' ->> 1, e.changes -> 'account_id' ->> 0)::bigint END,
       e.actor_id, CASE WHEN e.actor_id IS NULL THEN 'command' ELSE '' END,
       CASE e.subject WHEN 'credential' THEN concat('token ', e.key) WHEN 'feature' THEN e.key ELSE '' END,
       e.changes - 'account_id'
  FROM admin_event e
  JOIN security_event_change c ON c.subject = e.subject AND c.event = e.event
 ORDER BY e.id;

DROP TABLE admin_event;

-- Events that are older than that go, some at a time; none of the last day, whoever asks. Returns
-- how many went.
CREATE FUNCTION security_events_purge(age interval, most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM security_event
     WHERE id IN (SELECT id FROM security_event WHERE at < now() - greatest(age, interval '1 day')
                  ORDER BY at LIMIT most);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

GRANT SELECT ON security_event, security_event_kind TO accession_api;
GRANT EXECUTE ON FUNCTION request_context(text, text), request_address() TO accession_api;
GRANT EXECUTE ON FUNCTION security_events_purge(interval, integer) TO accession_worker;

-- The vendor's filter of tasks, which new databases have from the declaration of `standard`.
UPDATE content_field SET filter = 'priority'
 WHERE content_model = 'standard' AND name = 'priority' AND filter IS NULL
   AND NOT EXISTS (SELECT FROM content_field WHERE content_model = 'standard' AND filter = 'priority');
