-- Signing in by a browser, and administration through the API.

-- A session is a credential like an API token, found by the SHA-256 of its cookie. It ends with
-- `expires`, which its use moves on up to a limit, or before that, when its row is deleted.
ALTER TABLE credential
    ADD COLUMN kind    text NOT NULL DEFAULT 'token' CHECK (kind IN ('token', 'session')),
    ADD COLUMN expires timestamptz NOT NULL DEFAULT 'infinity',
    ADD COLUMN seen    timestamptz NOT NULL DEFAULT now(),  -- last use, to the minute; of sessions
    ADD CHECK ((kind = 'session') = (expires < 'infinity'));

ALTER TABLE account ADD COLUMN last_sign_in timestamptz;

-- A new password ends the sessions that the old one began, and a disabled account has none. The
-- session in which people change their own password stays: the handler names it.
CREATE FUNCTION account_end_sessions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM credential
     WHERE account_id = NEW.id AND kind = 'session'
       AND (NOT NEW.active
            OR hash IS DISTINCT FROM nullif(current_setting('accession.session', true), '')::bytea);
    RETURN NULL;
END
$$;

CREATE TRIGGER account_end_sessions AFTER UPDATE OF active, password_hash ON account
    FOR EACH ROW WHEN (NOT NEW.active OR NEW.password_hash IS DISTINCT FROM OLD.password_hash)
    EXECUTE FUNCTION account_end_sessions();

-- As before, but only for what has changed: the API's statement names all columns every time.
DROP TRIGGER account_copies ON account;
CREATE TRIGGER account_copies
    AFTER UPDATE OF email, first_name, last_name, role, active ON account
    FOR EACH ROW WHEN ((OLD.email, OLD.first_name, OLD.last_name, OLD.role, OLD.active)
        IS DISTINCT FROM (NEW.email, NEW.first_name, NEW.last_name, NEW.role, NEW.active))
    EXECUTE FUNCTION account_copies();

-- Who changed accounts, tokens and features. Written by triggers alone; the handlers say who acts.
CREATE TABLE admin_event (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor_id bigint,         -- NULL: the operator, by the command
    event    text NOT NULL,  -- INSERT, UPDATE or DELETE
    subject  text NOT NULL,  -- the table
    key      text NOT NULL,  -- the row's id, or its name if it has none
    changes  jsonb NOT NULL  -- column → [before, after]; of a password only that it changed
);

CREATE FUNCTION admin_audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    before jsonb := coalesce(to_jsonb(OLD), '{}');
    after  jsonb := coalesce(to_jsonb(NEW), '{}');
    what   jsonb;
BEGIN
    SELECT jsonb_object_agg(key, CASE key WHEN 'password_hash' THEN 'true'
                                 ELSE jsonb_build_array(b.value, a.value) END)
      INTO what
      FROM jsonb_each(before) b FULL JOIN jsonb_each(after) a USING (key)
     WHERE b.value IS DISTINCT FROM a.value
       AND key IN ('account_id', 'email', 'first_name', 'last_name', 'role', 'active',
                   'password_hash', 'name', 'enabled');
    IF what IS NOT NULL THEN
        INSERT INTO admin_event (actor_id, event, subject, key, changes)
        VALUES (nullif(current_setting('accession.actor', true), '')::bigint, TG_OP, TG_TABLE_NAME,
                coalesce(after ->> 'id', after ->> 'name', before ->> 'id', before ->> 'name'), what);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER admin_audit AFTER INSERT OR DELETE
    OR UPDATE OF email, first_name, last_name, role, active, password_hash ON account
    FOR EACH ROW EXECUTE FUNCTION admin_audit();
CREATE TRIGGER admin_audit AFTER INSERT OR UPDATE OR DELETE ON feature
    FOR EACH ROW EXECUTE FUNCTION admin_audit();
CREATE TRIGGER admin_audit_insert AFTER INSERT ON credential
    FOR EACH ROW WHEN (NEW.kind = 'token') EXECUTE FUNCTION admin_audit();
CREATE TRIGGER admin_audit_delete AFTER DELETE ON credential
    FOR EACH ROW WHEN (OLD.kind = 'token') EXECUTE FUNCTION admin_audit();

REVOKE ALL ON FUNCTION account_end_sessions(), admin_audit() FROM PUBLIC;

-- What administration needs of the handlers: to no other column, and still nothing of the library.
GRANT INSERT (email, first_name, last_name, role, active, password_hash),
    UPDATE (email, first_name, last_name, role, active, password_hash, last_sign_in)
    ON account TO accession_api;
GRANT INSERT (hash, account_id, name, kind, expires), UPDATE (expires, seen), DELETE
    ON credential TO accession_api;
GRANT UPDATE (enabled, changed) ON feature TO accession_api;
