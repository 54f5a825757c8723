-- Accounts, tokens and sessions change only through functions that are given the caller's own
-- credential. A program that was taken over can do what those may whose requests it gets, and no
-- more: it cannot read a password's hash, act as an administrator who is not there, or make a
-- credential out of what the tables hold.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'accession_sign_in') THEN
        RAISE EXCEPTION 'there is no database role accession_sign_in'
            USING HINT = 'A superuser makes it by running roles.sql again, which leaves what is there alone.';
    END IF;
END
$$;

-- Emails are compared in the form in which look-alikes are the same (Unicode's NFKC).
CREATE FUNCTION email_key(email text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT lower(btrim(normalize(email, NFKC)))
$$;

DO $$
DECLARE
    alike text;
BEGIN
    SELECT string_agg(emails, '; ') INTO alike
      FROM (SELECT string_agg(concat(email, ' (user ', id, ')'), ', ') AS emails
              FROM account GROUP BY email_key(email) HAVING count(*) > 1) twice;
    IF alike IS NOT NULL THEN
        RAISE EXCEPTION 'accounts look alike: %', alike
            USING HINT = 'Give all but one of them another email (users/{id}/, or UPDATE account), and migrate again.';
    END IF;
END
$$;
CREATE UNIQUE INDEX account_email_key ON account (email_key(email));
DROP INDEX account_email;

-- The key of a credential is the SHA-256 of its secret; a row holds the SHA-256 of the key. So
-- whoever can read all rows has no key.
UPDATE credential SET hash = sha256(hash);

ALTER TABLE credential
    DROP CONSTRAINT credential_kind_check,
    DROP CONSTRAINT credential_check,
    ADD CONSTRAINT credential_kind_check CHECK (kind IN ('token', 'session', 'basic', 'link', 'device')),
    ADD CONSTRAINT credential_expires_check CHECK (kind = 'token' OR expires < 'infinity'),
    -- A session that is pending waits for the second factor: it opens nothing else.
    ADD COLUMN pending boolean NOT NULL DEFAULT false,
    ADD COLUMN address inet,                     -- where it was made
    ADD COLUMN agent text NOT NULL DEFAULT '',   -- and with which browser
    ALTER COLUMN seen DROP NOT NULL,             -- last use, to the minute; of a token, to the hour
    ALTER COLUMN seen DROP DEFAULT;
UPDATE credential SET seen = NULL WHERE kind = 'token';

COMMENT ON COLUMN credential.kind IS
    'token: of programs; session: of a browser; basic: lent for one request that came with a password; '
    'link: once, to set a password; device: a browser in which somebody signed in before';

-- Finds the caller by the key, and makes sure that they may: `at_least` is the role that it takes.
-- Without a key it is the operator, who owns the tables. Raises 28000 if they may not (any more).
CREATE FUNCTION act(key bytea, at_least text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    c credential;
BEGIN
    IF key IS NULL AND pg_has_role(session_user, 'accession_owner', 'MEMBER') THEN
        PERFORM set_config('accession.actor', '', true), set_config('accession.via', 'command', true);
        RETURN NULL;
    END IF;
    -- Administrators take turns: two who change each other would wait for each other.
    IF at_least = 'admin' THEN
        PERFORM pg_advisory_xact_lock(hashtext('administrator acts'));
    END IF;
    SELECT * INTO c FROM credential
     WHERE hash = sha256(key) AND kind IN ('token', 'session', 'basic') AND expires > now() AND active
       AND NOT pending
       FOR SHARE;
    IF NOT FOUND OR (at_least = 'admin' AND c.role <> 'admin') THEN
        RAISE EXCEPTION 'this credential does not allow that (any more)'
            USING ERRCODE = 'invalid_authorization_specification';
    END IF;
    PERFORM set_config('accession.actor', c.account_id::text, true), set_config('accession.via', c.kind, true);
    RETURN c.account_id;
END
$$;

-- ---------------------------------------------------------------- accounts
-- All return the account, but not its password's hash.

-- NULL: the default of a new account.
CREATE FUNCTION account_create(key bytea, email text, first_name text, last_name text, role text,
                               active boolean, password_hash text) RETURNS account
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    made account;
BEGIN
    PERFORM act(key, 'admin');
    INSERT INTO account AS a (email, first_name, last_name, role, active, password_hash)
    VALUES (email, coalesce(first_name, ''), coalesce(last_name, ''), coalesce(role, 'viewer'),
            coalesce(active, true), password_hash)
    RETURNING a.* INTO made;
    made.password_hash := NULL;
    RETURN made;
END
$$;

-- NULL: as it is. No row: there is no such account.
CREATE FUNCTION account_update(key bytea, account_id bigint, email text, first_name text,
                               last_name text, role text, active boolean, password_hash text)
    RETURNS SETOF account
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    made account;
BEGIN
    PERFORM act(key, 'admin');
    UPDATE account a
       SET email = coalesce(email, a.email), first_name = coalesce(first_name, a.first_name),
           last_name = coalesce(last_name, a.last_name), role = coalesce(role, a.role),
           active = coalesce(active, a.active), password_hash = coalesce(password_hash, a.password_hash)
     WHERE a.id = account_id
    RETURNING a.* INTO made;
    IF FOUND THEN
        made.password_hash := NULL;
        RETURN NEXT made;
    END IF;
END
$$;

-- What ends with a password or an account: sessions, what was lent, links, and (unless people change
-- their own password and keep them) tokens. The functions below say what survives.
CREATE OR REPLACE FUNCTION account_end_sessions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    kept_session bytea   := nullif(current_setting('accession.kept_session', true), '')::bytea;
    kept_tokens  boolean := current_setting('accession.kept_tokens', true) = 'true';
BEGIN
    DELETE FROM credential
     WHERE account_id = NEW.id
       AND (NOT NEW.active
            OR kind <> 'token' AND hash IS DISTINCT FROM kept_session
            OR kind = 'token' AND NOT coalesce(kept_tokens, false));
    RETURN NULL;
END
$$;

CREATE FUNCTION feature_set(key bytea, name text, enabled boolean) RETURNS SETOF feature
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    PERFORM act(key, 'admin');
    RETURN QUERY UPDATE feature f SET enabled = enabled, changed = now() WHERE f.name = name RETURNING f.*;
END
$$;

-- ------------------------------------------------------ tokens and sessions

-- How many tokens, and how many sessions, an account may have.
CREATE FUNCTION credentials_most() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 20';

-- Makes a token of the caller, or (by the operator) of an account. Raises AC002 if there are too
-- many. Only the sign-in handlers may, which have checked the password.
CREATE FUNCTION token_create(key bytea, account_id bigint, token_key bytea, name text, expires timestamptz)
    RETURNS credential
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    owner bigint := coalesce(act(key, 'viewer'), account_id);
    made  credential;
BEGIN
    PERFORM FROM account WHERE id = owner FOR UPDATE;
    IF key IS NOT NULL AND (SELECT count(*) FROM credential c
                             WHERE c.account_id = owner AND c.kind = 'token') >= credentials_most() THEN
        RAISE EXCEPTION 'An account may have % tokens. Revoke one that is no longer used.', credentials_most()
            USING ERRCODE = 'AC002';
    END IF;
    INSERT INTO credential (hash, account_id, name, expires, address)
    VALUES (sha256(token_key), owner, name, coalesce(expires, 'infinity'), request_address())
    RETURNING * INTO made;
    made.hash := NULL;
    RETURN made;
END
$$;

-- Revokes a token: the caller's own, or with `anybodys`, as an administrator, anybody's.
CREATE FUNCTION token_revoke(key bytea, anybodys boolean, token_id bigint) RETURNS SETOF credential
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    actor bigint := act(key, CASE WHEN anybodys THEN 'admin' ELSE 'viewer' END);
    gone  credential;
BEGIN
    DELETE FROM credential
     WHERE id = token_id AND kind = 'token' AND (anybodys OR account_id = actor)
    RETURNING * INTO gone;
    IF FOUND THEN
        gone.hash := NULL;
        RETURN NEXT gone;
    END IF;
END
$$;

-- Ends a session of the caller or, as an administrator, of another account; without a number all of
-- them but the one that asks. Returns how many ended.
CREATE FUNCTION session_end(key bytea, whose bigint, session_id bigint) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    actor bigint := act(key, CASE WHEN whose IS NULL THEN 'viewer' ELSE 'admin' END);
    one   credential;
    ended integer := 0;
BEGIN
    FOR one IN
        DELETE FROM credential
         WHERE kind = 'session' AND account_id = coalesce(whose, actor)
           AND CASE WHEN session_id IS NULL THEN hash IS DISTINCT FROM sha256(key) ELSE id = session_id END
        RETURNING *
    LOOP
        PERFORM security_event_add('session_ended', one.account_id, actor,
                                   current_setting('accession.via', true), '');
        ended := ended + 1;
    END LOOP;
    RETURN ended;
END
$$;

-- Ends the session whose key this is, even one that is pending.
CREATE FUNCTION sign_out(key bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone credential;
BEGIN
    DELETE FROM credential WHERE hash = sha256(key) AND kind = 'session' RETURNING * INTO gone;
    IF FOUND THEN
        PERFORM security_event_add('sign_out', gone.account_id, gone.account_id, 'session', '');
    END IF;
END
$$;

-- Notes that a credential is in use; a session then lasts `idle` from now, at most `whole` in all.
CREATE FUNCTION credential_used(key bytea, whole interval, idle interval) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE credential
       SET seen = now(),
           expires = CASE kind WHEN 'session' THEN least(created + whole, now() + idle) ELSE expires END
     WHERE hash = sha256(key) AND kind IN ('session', 'token') AND NOT pending
$$;

-- A caller tried what their role does not allow.
CREATE FUNCTION request_forbidden(key bytea, what text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c credential;
BEGIN
    SELECT * INTO c FROM credential WHERE hash = sha256(key);
    PERFORM security_event_add('forbidden', c.account_id, c.account_id, coalesce(c.kind, ''), what);
END
$$;

-- --------------------------------------------------------------------- jobs
-- The handlers can no longer lock an account's row themselves.

CREATE OR REPLACE FUNCTION job_accept(job_id bigint, account_id bigint)
    RETURNS SETOF import_job LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    job     import_job;
    changed text;
BEGIN
    PERFORM account_doc_shared(account_id);  -- locks the account's row
    UPDATE import_job
       SET status = 'applying_changes', accepted = clock_timestamp(), accepted_by = account_id,
           phase_claims = 0
     WHERE id = job_id AND status = 'ready_for_review'
    RETURNING * INTO job;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT string_agg(m.name, ', ' ORDER BY m.position) INTO changed
      FROM import_summary s
      JOIN content_model m ON m.name = s.content_model
     WHERE s.job_id = job.id AND s.attempt = job.attempt AND s.model_version <> m.version;
    IF changed IS NOT NULL THEN
        RAISE EXCEPTION 'The fields of % have changed since this diff was made. Nothing was applied. '
                        'Cancel and retry the job to get a new diff.', changed
            USING ERRCODE = 'AC001';
    END IF;
    PERFORM pg_notify('accession_job', job.id::text);
    RETURN NEXT job;
END
$$;

CREATE OR REPLACE FUNCTION job_retry(job_id bigint, account_id bigint)
    RETURNS SETOF import_job LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    job import_job;
BEGIN
    PERFORM account_doc_shared(account_id);  -- locks the account's row
    PERFORM FROM import_job WHERE id = job_id FOR NO KEY UPDATE;
    -- A separate statement, to see what was purged while we waited for the lock.
    UPDATE import_job j
       SET status = 'pending', attempt = attempt + 1, phase_claims = 0,
           triggered = clock_timestamp(), triggered_by = account_id,
           accepted = NULL, accepted_by = NULL, completed = NULL, errors = NULL,
           cancel_requested = NULL, cancelled_by = NULL
     WHERE j.id = job_id AND job_allows(status, 'retry') AND purged IS NULL
    RETURNING * INTO job;
    IF FOUND THEN
        PERFORM pg_notify('accession_job', job.id::text);
        RETURN NEXT job;
    END IF;
END
$$;

-- ------------------------------------------------------------------- rights

REVOKE INSERT, UPDATE, DELETE, SELECT ON account, credential, feature FROM accession_api;
REVOKE INSERT (email, first_name, last_name, role, active, password_hash),
    UPDATE (email, first_name, last_name, role, active, password_hash, last_sign_in)
    ON account FROM accession_api;
REVOKE INSERT (hash, account_id, name, kind, expires), UPDATE (expires, seen) ON credential FROM accession_api;
REVOKE UPDATE (enabled, changed) ON feature FROM accession_api;
GRANT SELECT (id, email, first_name, last_name, role, active, created, last_sign_in)
    ON account TO accession_api, accession_sign_in;
GRANT SELECT ON credential, feature TO accession_api, accession_sign_in;
GRANT EXECUTE ON FUNCTION
    account_create(bytea, text, text, text, text, boolean, text),
    account_update(bytea, bigint, text, text, text, text, boolean, text),
    feature_set(bytea, text, boolean), token_revoke(bytea, boolean, bigint),
    session_end(bytea, bigint, bigint) TO accession_api;
GRANT EXECUTE ON FUNCTION sign_out(bytea), credential_used(bytea, interval, interval),
    request_forbidden(bytea, text), request_context(text, text), request_address(), account_doc(bigint),
    job_allows(text, text), email_key(text)
    TO accession_api, accession_sign_in;
GRANT EXECUTE ON FUNCTION token_create(bytea, bigint, bytea, text, timestamptz) TO accession_sign_in;
GRANT SELECT ON job_status, job_edge, content_version TO accession_sign_in;

-- The sign-in handlers are held to the same as the others.
CREATE OR REPLACE VIEW database_right (kind, privilege, grantee, given) AS VALUES
    ('database', 'CONNECT',   'PUBLIC',            false),
    ('database', 'TEMPORARY', 'PUBLIC',            false),
    ('database', 'CREATE',    'PUBLIC',            false),
    ('schema',   'CREATE',    'PUBLIC',            false),
    ('database', 'CONNECT',   'accession_api',     true),
    ('database', 'TEMPORARY', 'accession_api',     false),
    ('database', 'CREATE',    'accession_api',     false),
    ('schema',   'USAGE',     'accession_api',     true),
    ('schema',   'CREATE',    'accession_api',     false),
    ('database', 'CONNECT',   'accession_sign_in', true),
    ('database', 'TEMPORARY', 'accession_sign_in', false),
    ('database', 'CREATE',    'accession_sign_in', false),
    ('schema',   'USAGE',     'accession_sign_in', true),
    ('schema',   'CREATE',    'accession_sign_in', false),
    ('database', 'CONNECT',   'accession_worker',  true),
    ('database', 'TEMPORARY', 'accession_worker',  true),
    ('database', 'CREATE',    'accession_worker',  false),
    ('schema',   'USAGE',     'accession_worker',  true),
    ('schema',   'CREATE',    'accession_worker',  false);

-- Programs of before this migration read and write what they no longer may.
UPDATE schema_version SET oldest = 11 WHERE version = 11;
