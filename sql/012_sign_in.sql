-- Signing in. The sign-in handlers (accession_sign_in) alone can read a password's hash, of one
-- account at a time, and make sessions.
--
-- Failures are counted before a password is checked, so that guessing costs no check: by person and
-- network, by network, and by person. After some free ones each asks for a growing pause. Nobody is
-- ever locked out: sessions, tokens, and browsers in which the person signed in before go on.

-- The SHA-256 of the hash that was replaced because new ones are made with other parameters
-- (password_rehash): of the same password. NULL once the password is another one.
ALTER TABLE account ADD COLUMN password_was bytea;

CREATE FUNCTION password_digest(hash text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(convert_to(hash, 'UTF8'))
$$;

CREATE FUNCTION account_other_password() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.password_was := NULL;
    RETURN NEW;
END
$$;
CREATE TRIGGER account_other_password BEFORE UPDATE OF password_hash ON account
    FOR EACH ROW WHEN (NEW.password_hash IS DISTINCT FROM OLD.password_hash
                       AND (NEW.password_was = password_digest(OLD.password_hash)) IS NOT TRUE)
    EXECUTE FUNCTION account_other_password();

-- A password that is only hashed otherwise ends nothing, and is no event.
DROP TRIGGER account_end_sessions ON account;
CREATE TRIGGER account_end_sessions AFTER UPDATE OF active, password_hash ON account
    FOR EACH ROW WHEN (NOT NEW.active
                       OR NEW.password_hash IS DISTINCT FROM OLD.password_hash
                          AND (NEW.password_was = password_digest(OLD.password_hash)) IS NOT TRUE)
    EXECUTE FUNCTION account_end_sessions();
DROP TRIGGER admin_audit ON account;
CREATE TRIGGER admin_audit AFTER INSERT OR DELETE ON account
    FOR EACH ROW EXECUTE FUNCTION admin_audit();
CREATE TRIGGER admin_audit_update
    AFTER UPDATE OF email, first_name, last_name, role, active, password_hash ON account
    FOR EACH ROW WHEN ((NEW.password_was = password_digest(OLD.password_hash)) IS NOT TRUE)
    EXECUTE FUNCTION admin_audit();

CREATE TABLE sign_in_limit (
    kind    text PRIMARY KEY,
    free    integer NOT NULL,   -- failures without a pause
    pause   interval NOT NULL,  -- the first; each failure doubles it
    longest interval NOT NULL,
    quiet   interval NOT NULL   -- after so long without an attempt all is forgotten
);
COMMENT ON COLUMN sign_in_limit.kind IS
    'here: one person from one network; network: anybody from it; person: from networks that are new to them; '
    'device: one person in a browser that they used before';
INSERT INTO sign_in_limit VALUES
    ('here',      5, '1 s',    '15 min', '1 h'),
    ('device',    5, '1 s',    '15 min', '1 h'),
    ('network',  10, '250 ms', '1 s',    '15 min'),
    ('person',  100, '1 s',    '1 s',    '1 h');

-- What was tried lately. Not logged to the WAL: after a crash of the server all is forgiven.
CREATE UNLOGGED TABLE sign_in_tries (
    kind     text NOT NULL REFERENCES sign_in_limit,
    key      text NOT NULL,
    failures integer NOT NULL,
    last     timestamptz NOT NULL,
    PRIMARY KEY (kind, key)
) WITH (fillfactor = 50);
CREATE INDEX sign_in_tries_last ON sign_in_tries (last);

-- An IPv4 address, or the /64 that a household or a server has of IPv6.
CREATE FUNCTION network_of(address inet) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(host(network(set_masklen(address, CASE family(address) WHEN 4 THEN 32 ELSE 64 END))), '-')
$$;

-- How long somebody has to pause yet.
CREATE FUNCTION sign_in_pause(t sign_in_tries) RETURNS interval LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN t.failures <= l.free OR t.last < clock_timestamp() - l.quiet THEN interval '0'
                ELSE greatest(interval '0', t.last - clock_timestamp()
                              + least(l.longest, l.pause * 2.0 ^ least(t.failures - l.free - 1, 30))) END
      FROM public.sign_in_limit l WHERE l.kind = t.kind
$$;

-- What there is to count for a person at a client. A name that nobody has counts as well, by its hash.
CREATE FUNCTION sign_in_counted(person text, client inet, known boolean)
    RETURNS TABLE (kind text, key text) LANGUAGE sql STABLE AS $$
    SELECT 'device', person WHERE known
    UNION ALL SELECT 'here', concat(person, ' ', public.network_of(client)) WHERE NOT known
    UNION ALL SELECT 'network', public.network_of(client) WHERE NOT known
    UNION ALL SELECT 'person', person WHERE NOT known
$$;

-- From where people have signed in lately: for 90 days, to the day.
CREATE TABLE sign_in_network (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    network    text NOT NULL,
    last       date NOT NULL,
    PRIMARY KEY (account_id, network)
);

CREATE TYPE sign_in_start AS (
    pause_ms      bigint,   -- > 0: too early; everything else is NULL
    standing      text,     -- known: the person signed in there before; new: nobody failed there;
                            -- suspect: somebody did. Who is known goes first.
    account_id    bigint,   -- NULL: there is no such account
    role          text,
    active        boolean,
    password_hash text,
    factor        boolean   -- a second factor is set up
);

-- Begins an attempt. It counts as a failure until the person has signed in (sign_in_told) or was
-- found to know their own password (sign_in_forgive): so attempts made at the same time count too,
-- and those that never end. `device`: the key of the browser's device cookie, or NULL.
CREATE FUNCTION sign_in_begin(given text, device bytea, via text) RETURNS sign_in_start
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    client inet := request_address();
    person text := encode(sha256(convert_to(email_key(given), 'UTF8')), 'hex');
    who    account;
    known  boolean;  -- the browser is
    usual  boolean;  -- the network is
    s      sign_in_start;
BEGIN
    SELECT * INTO who FROM account a WHERE email_key(a.email) = email_key(given);
    known := EXISTS (SELECT FROM credential c
                      WHERE c.hash = sha256(device) AND c.kind = 'device' AND c.account_id = who.id
                        AND c.expires > now());
    usual := EXISTS (SELECT FROM sign_in_network n
                      WHERE n.account_id = who.id AND n.network = network_of(client)
                        AND n.last > current_date - 90);
    SELECT ceil(extract(epoch FROM max(sign_in_pause(t))) * 1000),
           CASE WHEN known OR usual THEN 'known'
                WHEN bool_or(t.kind = 'network' AND t.failures > 0 AND t.last > clock_timestamp() - l.quiet)
                THEN 'suspect' ELSE 'new' END
      INTO s.pause_ms, s.standing
      FROM sign_in_counted(person, client, known) n
      JOIN sign_in_tries t ON t.kind = n.kind AND t.key = n.key
      JOIN sign_in_limit l ON l.kind = n.kind
     WHERE NOT (t.kind = 'person' AND usual);
    s.pause_ms := coalesce(s.pause_ms, 0);
    IF s.pause_ms > 0 THEN
        PERFORM security_event_add('sign_in_refused', who.id, NULL, via, 'too many failures: told to wait');
        RETURN s;
    END IF;
    INSERT INTO sign_in_tries AS t (kind, key, failures, last)
    SELECT n.kind, n.key, 1, clock_timestamp() FROM sign_in_counted(person, client, known) n ORDER BY 1
    ON CONFLICT (kind, key) DO UPDATE
       SET failures = CASE WHEN t.last < excluded.last
                                         - (SELECT quiet FROM sign_in_limit l WHERE l.kind = t.kind)
                           THEN 1 ELSE least(t.failures + 1, 1000000) END,
           last = excluded.last;
    DELETE FROM sign_in_tries
     WHERE (kind, key) IN (SELECT t.kind, t.key FROM sign_in_tries t
                            WHERE t.last < clock_timestamp() - interval '1 day'
                            ORDER BY t.last LIMIT 10 FOR UPDATE SKIP LOCKED);
    s.account_id := who.id;
    s.role := who.role;
    s.active := who.active;
    s.password_hash := who.password_hash;
    s.factor := EXISTS (SELECT FROM second_factor f WHERE f.account_id = who.id AND f.confirmed);
    RETURN s;
END
$$;

-- Somebody was refused: `reason` says why, to the operator alone.
CREATE FUNCTION sign_in_refused(account_id bigint, via text, reason text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT security_event_add('sign_in_refused', account_id, NULL, via, reason)
$$;

-- A password was right, of somebody who needs nothing besides: the attempts were none of somebody who
-- guesses.
CREATE FUNCTION sign_in_forgive(account bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    person text;
BEGIN
    SELECT encode(sha256(convert_to(email_key(email), 'UTF8')), 'hex') INTO STRICT person
      FROM account a WHERE a.id = sign_in_forgive.account;
    DELETE FROM sign_in_tries
     WHERE kind IN ('here', 'device') AND key IN (person, concat(person, ' ', network_of(request_address())));
    UPDATE sign_in_tries SET failures = greatest(failures - 1, 0)
     WHERE kind = 'network' AND key = network_of(request_address())
        OR kind = 'person' AND key = person;
END
$$;

-- Somebody has signed in completely.
CREATE FUNCTION sign_in_told(account bigint, kind text, via text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF sign_in_told.kind = 'session' THEN
        UPDATE account a SET last_sign_in = now() WHERE a.id = sign_in_told.account;
    END IF;
    INSERT INTO sign_in_network AS n (account_id, network, last)
    VALUES (sign_in_told.account, network_of(request_address()), current_date)
    ON CONFLICT (account_id, network) DO UPDATE SET last = excluded.last WHERE n.last < excluded.last;
    DELETE FROM sign_in_network n
     WHERE n.account_id = sign_in_told.account AND n.last <= current_date - 90;
    PERFORM security_event_add('sign_in', sign_in_told.account, sign_in_told.account, via, '');
    PERFORM sign_in_forgive(sign_in_told.account);
END
$$;

-- Replaces the hash `old` of a password that was found right by one with today's parameters. Returns
-- false if it is no longer the hash.
CREATE FUNCTION password_rehash(account bigint, old text, new text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE account a SET password_hash = new, password_was = password_digest(old)
     WHERE a.id = password_rehash.account AND a.password_hash = old;
    RETURN FOUND;
END
$$;

-- Makes what a person has after the password was found right, of the kind session or basic. `stored`
-- is the hash that it was compared with (NULL: the account has no password): no row is made, and NULL
-- returned, if the password has changed since, or the account was disabled. The oldest of too many
-- sessions end.
CREATE FUNCTION session_open(account bigint, stored text, key bytea, kind text, pending boolean,
                             lasts interval, via text, agent text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    made bigint;
BEGIN
    DELETE FROM credential c WHERE c.kind <> 'token' AND c.expires <= now();
    PERFORM FROM account a
      WHERE a.id = account AND a.active
        AND (a.password_hash IS NOT DISTINCT FROM stored OR a.password_was = password_digest(stored))
        FOR UPDATE;
    IF NOT FOUND OR kind NOT IN ('session', 'basic') THEN
        RETURN NULL;
    END IF;
    IF kind = 'session' THEN
        DELETE FROM credential c
         WHERE c.id IN (SELECT o.id FROM credential o WHERE o.account_id = account AND o.kind = 'session'
                         ORDER BY o.id DESC OFFSET credentials_most() - 1);
    END IF;
    INSERT INTO credential (hash, kind, account_id, pending, expires, seen, address, agent)
    VALUES (sha256(key), kind, account, pending, now() + lasts, now(), request_address(), left(agent, 200))
    RETURNING id INTO made;
    IF NOT pending THEN
        PERFORM sign_in_told(account, kind, via);
    END IF;
    RETURN made;
END
$$;

-- Signs in whom a front names that the service trusts. Returns the account, or NULL if there is none
-- of that email, or it is disabled.
CREATE FUNCTION front_sign_in(email text, key bytea, lasts interval, agent text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who account;
BEGIN
    SELECT * INTO who FROM account a WHERE email_key(a.email) = email_key(front_sign_in.email) FOR UPDATE;
    IF session_open(who.id, who.password_hash, key, 'session', false, lasts, 'front', agent) IS NULL THEN
        PERFORM security_event_add('sign_in_refused', who.id, NULL, 'front',
            CASE WHEN who.id IS NULL THEN concat('no such account: ', email)  -- which nobody typed
                 ELSE 'the account is disabled' END);
        RETURN NULL;
    END IF;
    RETURN who.id;
END
$$;

-- The browser is known from now on by the key `device`, and by the one `before` no longer.
CREATE FUNCTION device_remember(account bigint, device bytea, before bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM credential c WHERE c.hash = sha256(before) AND c.kind = 'device';
    DELETE FROM credential c
     WHERE c.id IN (SELECT o.id FROM credential o WHERE o.account_id = account AND o.kind = 'device'
                     ORDER BY o.id DESC OFFSET credentials_most() - 1);
    INSERT INTO credential (hash, kind, account_id, expires, seen)
    VALUES (sha256(device), 'device', account, now() + interval '180 days', now());
END
$$;

-- ---------------------------------------------------------- own password

-- Replaces the hash `old` of the caller's password. What was signed in with the old one ends but for
-- this session; tokens stay if the person wants that. Returns false if it is not the old one (any more).
CREATE FUNCTION password_change(key bytea, old text, new text, keep_tokens boolean) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    actor bigint := act(key, 'viewer');
BEGIN
    PERFORM set_config('accession.kept_session', sha256(key)::text, true),
            set_config('accession.kept_tokens', keep_tokens::text, true);
    UPDATE account SET password_hash = new
     WHERE id = actor AND (password_hash = old OR password_was = password_digest(old));
    RETURN FOUND;
END
$$;

-- ---------------------------------------------------------- one-time links

-- Makes a link by which the person sets a new password, and ends all that the old one opened. The
-- last link is the only one. No row: there is no such account.
CREATE FUNCTION link_make(key bytea, account bigint, link bytea, lasts interval) RETURNS SETOF timestamptz
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    actor bigint := act(key, 'admin');
    until timestamptz := now() + lasts;
BEGIN
    IF actor = account THEN
        RAISE EXCEPTION 'Your own password is changed at users/me/, with the current one.'
            USING ERRCODE = 'AC003';
    END IF;
    PERFORM FROM account a WHERE a.id = link_make.account AND a.active FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    DELETE FROM credential c WHERE c.account_id = account;
    UPDATE account a SET password_hash = NULL WHERE a.id = link_make.account AND a.password_hash IS NOT NULL;
    INSERT INTO credential (hash, kind, account_id, expires) VALUES (sha256(link), 'link', account, until);
    PERFORM security_event_add('link_made', account, actor, current_setting('accession.via', true), '');
    RETURN NEXT until;
END
$$;

-- Whose link it is: for the page, and for the rules of passwords. No row: it is none (any more).
CREATE FUNCTION link_owner(link bytea)
    RETURNS TABLE (id bigint, email text, first_name text, last_name text, role text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, a.email, a.first_name, a.last_name, a.role
      FROM credential c JOIN account a ON a.id = c.account_id
     WHERE c.hash = sha256(link) AND c.kind = 'link' AND c.expires > now() AND a.active
$$;

-- Uses it up: the password is set. Returns the account, or NULL if the link is none (any more).
CREATE FUNCTION link_use(link bytea, new text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    owner bigint;
BEGIN
    DELETE FROM credential c
     WHERE c.hash = sha256(link) AND c.kind = 'link' AND c.expires > now() AND c.active
    RETURNING c.account_id INTO owner;
    IF owner IS NOT NULL THEN
        PERFORM set_config('accession.actor', owner::text, true), set_config('accession.via', 'link', true);
        UPDATE account SET password_hash = new WHERE id = owner;
    END IF;
    RETURN owner;
END
$$;

-- ---------------------------------------------------------- second factor

CREATE TABLE second_factor (
    account_id bigint PRIMARY KEY REFERENCES account,
    secret     bytea NOT NULL CHECK (length(secret) BETWEEN 16 AND 64),
    confirmed  boolean NOT NULL DEFAULT false,  -- by a code; until then it is none
    last_step  bigint NOT NULL DEFAULT 0,       -- of the last code: none is taken twice (RFC 6238, 5.2)
    made       timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE recovery_code (
    account_id bigint NOT NULL REFERENCES second_factor ON DELETE CASCADE,
    hash       bytea NOT NULL,  -- SHA-256 of the code's SHA-256
    PRIMARY KEY (account_id, hash)
);

-- Who must have a second factor is a setting of the handlers (ACCESSION_SECOND_FACTOR).

-- The caller of a session, also of one that is pending.
CREATE FUNCTION factor_owner(key bytea) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c credential;
BEGIN
    SELECT * INTO c FROM credential
     WHERE hash = sha256(key) AND kind IN ('session', 'token', 'basic') AND expires > now() AND active;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this credential does not allow that (any more)'
            USING ERRCODE = 'invalid_authorization_specification';
    END IF;
    PERFORM set_config('accession.actor', c.account_id::text, true), set_config('accession.via', c.kind, true);
    RETURN c.account_id;
END
$$;

-- The caller's second factor. No row: none, not even one to be confirmed.
CREATE FUNCTION factor_get(key bytea) RETURNS TABLE (secret bytea, confirmed boolean, last_step bigint, codes bigint)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT f.secret, f.confirmed, f.last_step,
           (SELECT count(*) FROM recovery_code r WHERE r.account_id = f.account_id)
      FROM second_factor f WHERE f.account_id = factor_owner(key)
$$;

-- Begins to set one up. Returns false if there is one already.
CREATE FUNCTION factor_begin(key bytea, secret bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    owner bigint := factor_owner(key);
BEGIN
    DELETE FROM second_factor f WHERE f.account_id = owner AND NOT f.confirmed;
    INSERT INTO second_factor (account_id, secret) VALUES (owner, secret) ON CONFLICT DO NOTHING;
    RETURN FOUND;
END
$$;

-- A code was right: of this step for the authenticator's, else the recovery code with this key is
-- used up. Confirms the factor, with new recovery codes if any are given; and completes the session.
-- Returns false if the code has been used (by a request at the same time).
CREATE FUNCTION factor_pass(key bytea, step bigint, recovery bytea, codes bytea[], session bytea,
                            lasts interval) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    owner bigint := factor_owner(key);
    f     second_factor;
    c     credential;
BEGIN
    SELECT * INTO f FROM second_factor s WHERE s.account_id = owner FOR UPDATE;
    IF step IS NOT NULL THEN
        IF f.account_id IS NULL OR step <= f.last_step THEN
            RETURN false;
        END IF;
        UPDATE second_factor s SET last_step = step, confirmed = true WHERE s.account_id = owner;
        IF NOT f.confirmed THEN
            PERFORM security_event_add('factor_set_up', owner, owner, current_setting('accession.via', true), '');
        END IF;
    ELSE
        DELETE FROM recovery_code r WHERE r.account_id = owner AND r.hash = sha256(recovery);
        IF NOT FOUND THEN
            RETURN false;
        END IF;
        PERFORM security_event_add('recovery_used', owner, owner, current_setting('accession.via', true), '');
    END IF;
    IF codes IS NOT NULL THEN
        DELETE FROM recovery_code r WHERE r.account_id = owner;
        INSERT INTO recovery_code (account_id, hash) SELECT owner, sha256(code) FROM unnest(codes) code;
    END IF;
    -- A session that was pending goes on under another secret, which was nobody's before.
    UPDATE credential s SET pending = false, hash = sha256(coalesce(session, key)), expires = now() + lasts,
                            seen = now()
     WHERE s.hash = sha256(key) AND s.kind = 'session' AND s.pending
    RETURNING s.* INTO c;
    IF FOUND THEN
        PERFORM sign_in_told(owner, 'session', 'form');
    ELSE
        PERFORM sign_in_forgive(owner);
    END IF;
    RETURN true;
END
$$;

-- Takes the caller's second factor away.
CREATE FUNCTION factor_remove(key bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    owner bigint := act(key, 'viewer');
BEGIN
    DELETE FROM second_factor WHERE account_id = owner AND confirmed;
    IF FOUND THEN
        PERFORM security_event_add('factor_removed', owner, owner, current_setting('accession.via', true), '');
    END IF;
END
$$;

-- Takes somebody else's away, who has lost it, and ends their sessions.
CREATE FUNCTION factor_reset(key bytea, account bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    actor bigint := act(key, 'admin');
BEGIN
    DELETE FROM second_factor f WHERE f.account_id = account;
    IF FOUND THEN
        DELETE FROM credential c WHERE c.account_id = account AND c.kind <> 'token';
        PERFORM security_event_add('factor_removed', account, actor, current_setting('accession.via', true), '');
        RETURN true;
    END IF;
    RETURN false;
END
$$;

-- ------------------------------------------------------------------- rights

GRANT EXECUTE ON FUNCTION
    sign_in_begin(text, bytea, text), sign_in_refused(bigint, text, text), sign_in_forgive(bigint),
    session_open(bigint, text, bytea, text, boolean, interval, text, text),
    front_sign_in(text, bytea, interval, text), password_rehash(bigint, text, text),
    device_remember(bigint, bytea, bytea), password_change(bytea, text, text, boolean),
    link_owner(bytea), link_use(bytea, text),
    factor_get(bytea), factor_begin(bytea, bytea),
    factor_pass(bytea, bigint, bytea, bytea[], bytea, interval), factor_remove(bytea)
    TO accession_sign_in;
GRANT EXECUTE ON FUNCTION link_make(bytea, bigint, bytea, interval), factor_reset(bytea, bigint)
    TO accession_api;
GRANT SELECT ON schema_version TO accession_sign_in;
GRANT SELECT (account_id, confirmed, made) ON second_factor TO accession_api, accession_sign_in;
