-- People, what they may do, and how they prove who they are.

CREATE TABLE account (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email         text NOT NULL CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+$' AND length(email) <= 254),
    first_name    text NOT NULL DEFAULT '',
    last_name     text NOT NULL DEFAULT '',
    role          text NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
    active        boolean NOT NULL DEFAULT true,
    password_hash text,  -- argon2id in its usual string form; NULL: no password sign-in
    created       timestamptz NOT NULL DEFAULT now(),
    last_sign_in  timestamptz  -- by a browser
);
CREATE UNIQUE INDEX account_email ON account (lower(email));

COMMENT ON COLUMN account.role IS
    'viewer reads; editor also imports; admin also manages accounts, tokens and features';

-- Feature switches. While import_export_v2 is off, the import routes answer 404.
CREATE TABLE feature (
    name    text PRIMARY KEY,
    enabled boolean NOT NULL,
    changed timestamptz NOT NULL DEFAULT now()
);
INSERT INTO feature (name, enabled) VALUES ('import_export_v2', true);

-- How people and programs prove who they are: an API token or a browser session. Only the SHA-256
-- of the secret is stored. A session ends at `expires`, which each use extends up to a limit, or
-- earlier if its row is deleted.
--
-- `role` and `active` are copies of the account's, `imports` of the feature import_export_v2.
-- Triggers maintain them, so that authenticating a request takes one row: two more relations would
-- make the statement that reads a job 40 % slower.
CREATE TABLE credential (
    hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
    id         bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    kind       text NOT NULL DEFAULT 'token' CHECK (kind IN ('token', 'session')),
    account_id bigint NOT NULL REFERENCES account,
    role       text NOT NULL,
    active     boolean NOT NULL,
    imports    boolean NOT NULL,
    name       text NOT NULL DEFAULT '',
    created    timestamptz NOT NULL DEFAULT now(),
    expires    timestamptz NOT NULL DEFAULT 'infinity',
    seen       timestamptz NOT NULL DEFAULT now(),  -- last use, to the minute; of sessions
    CHECK ((kind = 'session') = (expires < 'infinity'))
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);  -- sessions come, are used and go
CREATE INDEX credential_account ON credential (account_id);

-- The share locks make a new credential and a change of what it copies wait for each other, so that
-- no credential is made from outdated values.
CREATE FUNCTION credential_copy() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT role, active INTO STRICT NEW.role, NEW.active
      FROM account WHERE id = NEW.account_id FOR SHARE;
    SELECT enabled INTO STRICT NEW.imports
      FROM feature WHERE name = 'import_export_v2' FOR SHARE;
    RETURN NEW;
END
$$;

CREATE TRIGGER credential_copy BEFORE INSERT ON credential
    FOR EACH ROW EXECUTE FUNCTION credential_copy();

CREATE FUNCTION feature_copies() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE credential SET imports = NEW.enabled WHERE imports <> NEW.enabled;
    RETURN NULL;
END
$$;

CREATE TRIGGER feature_copies AFTER UPDATE OF enabled ON feature
    FOR EACH ROW WHEN (NEW.name = 'import_export_v2') EXECUTE FUNCTION feature_copies();

-- A person as the API shows them inside a job: {"id":…,"email":…,"first_name":…,"last_name":…}.
CREATE FUNCTION account_doc(account_id bigint) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT concat('{"id":', id, ',"email":', to_json(email),
                  ',"first_name":', to_json(first_name), ',"last_name":', to_json(last_name), '}')::json
      FROM public.account WHERE id = account_id
$$;

-- Carries a change of role or state over to the copies. (Names in jobs: see 002_jobs.)
CREATE FUNCTION account_copies() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE credential SET role = NEW.role, active = NEW.active WHERE account_id = NEW.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER account_copies AFTER UPDATE OF role, active ON account
    FOR EACH ROW WHEN ((OLD.role, OLD.active) IS DISTINCT FROM (NEW.role, NEW.active))
    EXECUTE FUNCTION account_copies();

-- There must always be an active administrator. If two demote each other at the same time, one
-- waits here for the other, and then sees that nobody would be left.
CREATE FUNCTION account_last_admin() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('account_last_admin'));
    IF NOT EXISTS (SELECT FROM account WHERE role = 'admin' AND active) THEN
        RAISE EXCEPTION '% is the last active administrator', OLD.email
            USING ERRCODE = 'restrict_violation', HINT = 'Make somebody else administrator first.';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER account_last_admin AFTER UPDATE OF role, active ON account
    FOR EACH ROW WHEN (OLD.role = 'admin' AND OLD.active AND NOT (NEW.role = 'admin' AND NEW.active))
    EXECUTE FUNCTION account_last_admin();

-- A new password ends the sessions begun with the old one, and a disabled account has none. The
-- session in which people change their own password survives: the handler names it.
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

-- Who changed accounts, tokens and features. Only triggers write it; the handlers say who acts.
CREATE TABLE admin_event (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor_id bigint REFERENCES account,  -- NULL: the operator, by the command
    event    text NOT NULL CHECK (event IN ('INSERT', 'UPDATE', 'DELETE')),
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
