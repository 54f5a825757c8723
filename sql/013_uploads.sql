-- What is known of an upload: who made it, what they call it and say about it, and the digest of each
-- file. And answers to requests that carry an Idempotency-Key, so that whoever lost one can ask again.

-- ------------------------------------------------------------------ uploads

-- triggered_by becomes whoever retries a job; who uploaded it stays.
ALTER TABLE import_job
    ADD COLUMN uploaded_by   bigint REFERENCES account,
    ADD COLUMN name          text CHECK (length(name) BETWEEN 1 AND 255),         -- what people call it
    ADD COLUMN note          text CHECK (length(note) BETWEEN 1 AND 10000),       -- for its reviewers
    ADD COLUMN decision_note text CHECK (length(decision_note) BETWEEN 1 AND 10000);  -- of the last decision

UPDATE import_job j
   SET uploaded_by = coalesce((SELECT e.account_id FROM job_event e
                                WHERE e.job_id = j.id AND e.event = 'created'
                                ORDER BY e.id LIMIT 1), j.triggered_by);
ALTER TABLE import_job ALTER COLUMN uploaded_by SET NOT NULL;

-- As in 002_jobs, but also keeps who uploaded a new job.
CREATE OR REPLACE FUNCTION import_job_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'pending' THEN
            RAISE EXCEPTION 'a new job is pending, not %', NEW.status USING ERRCODE = 'check_violation';
        END IF;
        NEW.uploaded_by := NEW.triggered_by;
    ELSIF NOT EXISTS (
        SELECT FROM public.job_edge
         WHERE from_status = OLD.status AND to_status = NEW.status
           AND (by_api AND pg_has_role('accession_api', 'USAGE')
             OR by_worker AND pg_has_role('accession_worker', 'USAGE')
             OR pg_has_role('accession_owner', 'USAGE'))) THEN
        RAISE EXCEPTION 'job % cannot go from % to %', OLD.id, OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT active INTO NEW.active FROM public.job_status WHERE name = NEW.status;
    IF TG_OP = 'INSERT' OR NEW.triggered_by <> OLD.triggered_by THEN
        NEW.triggered_by_doc := public.account_doc_shared(NEW.triggered_by);
    END IF;
    IF TG_OP = 'INSERT' OR NEW.accepted_by IS DISTINCT FROM OLD.accepted_by THEN
        NEW.accepted_by_doc := public.account_doc_shared(NEW.accepted_by);
    END IF;
    RETURN NEW;
END
$$;

-- Makes a job of the files uploaded in this transaction. Raises unique_violation if another job is
-- under way.
DROP FUNCTION job_create(bigint, text, bigint[]);
CREATE FUNCTION job_create(account_id bigint, file_format text, file_ids bigint[],
                           job_name text DEFAULT NULL, job_note text DEFAULT NULL)
    RETURNS SETOF import_job LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    job   import_job;
    files integer;
BEGIN
    INSERT INTO import_job (triggered_by, format, name, note)
    VALUES (account_id, file_format, job_name, job_note)
    RETURNING * INTO job;
    UPDATE import_file SET job_id = job.id WHERE id = ANY (file_ids) AND import_file.job_id IS NULL;
    GET DIAGNOSTICS files = ROW_COUNT;
    IF files = 0 OR files <> cardinality(file_ids) THEN
        RAISE EXCEPTION 'a job takes files that are no other job''s, at least one';
    END IF;
    PERFORM pg_notify('accession_job', job.id::text);
    RETURN NEXT job;
END
$$;

-- What people said about a job, as the API shows it.
CREATE FUNCTION job_notes_json(name text, note text, decision text) RETURNS text
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT row_to_json(said)::text FROM (SELECT name, note, decision) said
$$;

-- ------------------------------------------------------------------ digests

-- NULL: it was uploaded before this migration.
ALTER TABLE import_file ADD COLUMN sha256 bytea CHECK (octet_length(sha256) = 32);
CREATE INDEX import_file_sha256 ON import_file (sha256);

-- The last other job that applied the same bytes to the same content model.
CREATE FUNCTION file_applied(file import_file)
    RETURNS TABLE (job_id bigint, accepted timestamptz, accepted_by text)
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT j.id, j.accepted,
           coalesce(nullif(btrim(concat(j.accepted_by_doc ->> 'first_name', ' ',
                                        j.accepted_by_doc ->> 'last_name')), ''),
                    j.accepted_by_doc ->> 'email')
      FROM import_file other
      JOIN import_job j ON j.id = other.job_id
     WHERE other.sha256 = file.sha256 AND other.content_model = file.content_model
       AND other.job_id <> file.job_id AND j.status = 'success'
     ORDER BY j.accepted DESC
     LIMIT 1
$$;

-- ------------------------------------------------------------- repeated requests

-- What was answered to a request with an Idempotency-Key, written in the transaction of what the
-- request did. Rows hold no key, so whoever reads them can repeat nothing.
CREATE TABLE idempotency_answer (
    place       bytea PRIMARY KEY,         -- of account, path and key: see idempotency_place
    account_id  bigint NOT NULL REFERENCES account,
    path        text NOT NULL,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),  -- of the request
    status      smallint NOT NULL,
    body        text NOT NULL
);
CREATE INDEX idempotency_answer_at ON idempotency_answer (at);

-- How long an answer is kept.
CREATE FUNCTION idempotency_lasts() RETURNS interval LANGUAGE sql IMMUTABLE AS $$SELECT interval '24 hours'$$;

CREATE FUNCTION idempotency_place(account_id bigint, path text, key text) RETURNS bytea
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT sha256(convert_to(json_build_array(account_id, path, key)::text, 'UTF8'))
$$;

-- Finds the answer to the request with this key. If there is none, `in_use` says whether another
-- request with the key is being answered now. With `begins`, no other one can be until the end of this
-- transaction. It never waits.
CREATE FUNCTION idempotency_find(account_id bigint, path text, key text, begins boolean,
                                 OUT in_use boolean, OUT fingerprint bytea, OUT status smallint,
                                 OUT body text)
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    its_place bytea  := idempotency_place(account_id, path, key);
    its_lock  bigint := hashtextextended(encode(its_place, 'hex'), 0);
BEGIN
    in_use := NOT CASE WHEN begins THEN pg_try_advisory_xact_lock(its_lock)
                       ELSE pg_try_advisory_xact_lock_shared(its_lock) END;
    -- A separate statement, to see what was committed before the lock could be had.
    SELECT a.fingerprint, a.status, a.body INTO fingerprint, status, body
      FROM idempotency_answer a
     WHERE a.place = its_place AND a.at > now() - idempotency_lasts();
    in_use := in_use AND NOT FOUND;
END
$$;

-- Keeps the answer to the request, which has begun in this transaction.
CREATE FUNCTION idempotency_keep(account_id bigint, path text, key text, fingerprint bytea,
                                 status integer, body text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    INSERT INTO idempotency_answer AS a (place, account_id, path, fingerprint, status, body)
    VALUES (idempotency_place(account_id, path, key), account_id, path, fingerprint, status, body)
    ON CONFLICT (place) DO UPDATE
       SET at = EXCLUDED.at, fingerprint = EXCLUDED.fingerprint, status = EXCLUDED.status,
           body = EXCLUDED.body
     WHERE a.at <= now() - idempotency_lasts();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'an answer to this request is kept already';
    END IF;
END
$$;

-- Answers that are too old to be given go, some at a time. Returns how many went.
CREATE FUNCTION idempotency_purge(most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM idempotency_answer
     WHERE place IN (SELECT place FROM idempotency_answer WHERE at < now() - idempotency_lasts()
                      ORDER BY at LIMIT most);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

-- ------------------------------------------------------------------- rights

GRANT INSERT (name, note) ON import_job TO accession_api;
GRANT INSERT (sha256) ON import_file TO accession_api;
GRANT SELECT ON idempotency_answer TO accession_api;
GRANT EXECUTE ON FUNCTION job_create(bigint, text, bigint[], text, text),
    job_notes_json(text, text, text),
    idempotency_lasts(), idempotency_place(bigint, text, text),
    idempotency_find(bigint, text, text, boolean),
    idempotency_keep(bigint, text, text, bytea, integer, text) TO accession_api;
GRANT EXECUTE ON FUNCTION file_applied(import_file), idempotency_purge(integer) TO accession_worker;

-- Programs of before this migration call job_create with what it no longer takes.
UPDATE schema_version SET oldest = 13 WHERE version = 13;
