-- Content models are data: a model is declared in a file (models/README.md), and these tables hold
-- what was declared. Programs read them when they start and whenever content_version has changed.
-- The tables of a model (its library, diff and history) are made from models/statements/make.sql;
-- those of "standard" are older than declarations, and were made by 004_standard.

CREATE TABLE content_model (
    name     text COLLATE "C" PRIMARY KEY,
    position integer NOT NULL UNIQUE GENERATED ALWAYS AS IDENTITY,  -- the order people see them in
    title    text NOT NULL,
    heading  text NOT NULL,               -- the field that people know an item by
    version  integer NOT NULL DEFAULT 1,  -- raised whenever its fields change
    changed  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE content_field (
    content_model text COLLATE "C" NOT NULL REFERENCES content_model,
    name          text COLLATE "C" NOT NULL,
    position      smallint NOT NULL,  -- the order of diffs and exports
    kind          text NOT NULL,      -- one of model_kinds (lib/model/model.c)
    required      boolean NOT NULL,
    retired       boolean NOT NULL,   -- the column stays, and nobody sees it
    listed        boolean NOT NULL,
    min           bigint NOT NULL,
    max           bigint NOT NULL,
    prefix        text,
    initial       text,               -- the value of a new item, if a file says nothing
    label         text NOT NULL,
    help          text NOT NULL,
    synonyms      text NOT NULL,      -- separated by ";"
    filter        text,
    since         integer NOT NULL,   -- the model's version that had it first
    PRIMARY KEY (content_model, name),
    UNIQUE (content_model, position)
);

-- One row, read along with every sign-in and claim, so that no program works with old declarations.
CREATE TABLE content_version (
    version bigint NOT NULL
);
CREATE UNIQUE INDEX content_version_one ON content_version ((true));
INSERT INTO content_version (version) VALUES (1);

CREATE FUNCTION content_changed() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE content_version SET version = version + 1;
    RETURN NULL;
END
$$;
CREATE TRIGGER content_changed AFTER INSERT OR UPDATE OR DELETE ON content_model
    FOR EACH STATEMENT EXECUTE FUNCTION content_changed();
CREATE TRIGGER content_changed AFTER INSERT OR UPDATE OR DELETE ON content_field
    FOR EACH STATEMENT EXECUTE FUNCTION content_changed();

-- What a diff and a change were made with: the model's version.
ALTER TABLE import_summary ADD COLUMN model_version integer NOT NULL DEFAULT 1;
ALTER TABLE standard_history ADD COLUMN version integer NOT NULL DEFAULT 1;

-- Takes away what the library checks about a field, so that it can check something else.
CREATE FUNCTION model_uncheck_field(model text, field text) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    name text;
BEGIN
    FOR name IN
        SELECT c.conname
          FROM pg_constraint c
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
         WHERE c.conrelid = format('public.%I', model)::regclass AND c.contype = 'c'
           AND a.attname = field
    LOOP
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', model, name);
    END LOOP;
END
$$;

-- Fields are added by `accession model change` now.
DROP FUNCTION model_add_field(text, text, text, text);

-- ready_for_review → applying_changes. Raises AC001 if the diff was made before the fields of its
-- content models changed: it says nothing about the new ones.
CREATE OR REPLACE FUNCTION job_accept(job_id bigint, account_id bigint)
    RETURNS SETOF import_job LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    job     import_job;
    changed text;
BEGIN
    PERFORM FROM account WHERE id = account_id FOR SHARE;
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

GRANT SELECT ON content_model, content_field, content_version TO accession_api, accession_worker;
