-- People, what they may do, and how they prove who they are.

CREATE TABLE account (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email         text NOT NULL CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+$' AND length(email) <= 254),
    first_name    text NOT NULL DEFAULT '',
    last_name     text NOT NULL DEFAULT '',
    role          text NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
    active        boolean NOT NULL DEFAULT true,
    password_hash text,  -- argon2id in its usual string form; NULL: no password sign-in
    created       timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX account_email ON account (lower(email));

COMMENT ON COLUMN account.role IS
    'viewer reads; editor also imports; admin also manages accounts, tokens and features';

-- Switches of whole features. While import_export_v2 is off, the import routes answer 404.
CREATE TABLE feature (
    name    text PRIMARY KEY,
    enabled boolean NOT NULL,
    changed timestamptz NOT NULL DEFAULT now()
);
INSERT INTO feature (name, enabled) VALUES ('import_export_v2', true);

-- An API token: only its SHA-256 is here. Role and state are copies of the account's, and `imports`
-- of the feature import_export_v2, kept by triggers, so that a request is authenticated by one row.
CREATE TABLE credential (
    hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
    id         bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    account_id bigint NOT NULL REFERENCES account,
    role       text NOT NULL,
    active     boolean NOT NULL,
    imports    boolean NOT NULL,
    name       text NOT NULL DEFAULT '',
    created    timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);  -- sessions come, are used and go
CREATE INDEX credential_account ON credential (account_id);

-- The share locks make a new credential and a change of what it copies wait for each other, so that
-- none is made from what that was.
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
