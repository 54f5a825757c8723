-- Import jobs: the rows, what belongs to them, and the rules that keep them legal.

-- The only list of the states that a job can be in. Programs and pages read it, and job_edge below.
-- A new status takes a row here, its edges, and the function that moves a job to it.
CREATE TABLE job_status (
    name     text COLLATE "C" PRIMARY KEY,
    position smallint NOT NULL UNIQUE,  -- the order in which people see them
    active   boolean NOT NULL,          -- the job is under way (one at most); false: it has ended
    turn     text CHECK (turn IN ('worker', 'people')),  -- who has to act; NULL: the job has ended
    UNIQUE (name, active),
    CHECK (active = (turn IS NOT NULL))
);
INSERT INTO job_status (name, position, active, turn) VALUES
    ('pending',          1, true,  'worker'),
    ('generating_diff',  2, true,  'worker'),
    ('ready_for_review', 3, true,  'people'),
    ('applying_changes', 4, true,  'worker'),
    ('success',          5, false, NULL),
    ('fail',             6, false, NULL),
    ('cancel',           7, false, NULL);

-- The legal changes of status: their name in the audit trail, the action by which people request
-- them (NULL: programs make them by themselves), and which program may make them.
CREATE TABLE job_edge (
    from_status text COLLATE "C" NOT NULL REFERENCES job_status,
    to_status   text COLLATE "C" NOT NULL REFERENCES job_status,
    event       text NOT NULL,
    action      text CHECK (action IN ('accept_changes', 'cancel', 'retry')),
    by_api      boolean NOT NULL,
    by_worker   boolean NOT NULL,
    PRIMARY KEY (from_status, to_status)
);
INSERT INTO job_edge (from_status, to_status, event, action, by_api, by_worker) VALUES
    ('pending',          'generating_diff',  'started',   NULL,             false, true),
    ('generating_diff',  'ready_for_review', 'ready',     NULL,             false, true),
    ('ready_for_review', 'applying_changes', 'accepted',  'accept_changes', true,  false),
    ('applying_changes', 'success',          'succeeded', NULL,             false, true),
    ('generating_diff',  'fail',             'failed',    NULL,             false, true),
    ('applying_changes', 'fail',             'failed',    NULL,             false, true),
    ('pending',          'cancel',           'cancelled', 'cancel',         true,  true),
    ('generating_diff',  'cancel',           'cancelled', 'cancel',         true,  true),
    ('ready_for_review', 'cancel',           'cancelled', 'cancel',         true,  true),
    ('applying_changes', 'cancel',           'cancelled', 'cancel',         true,  true),
    ('fail',             'pending',          'retried',   'retry',          true,  false),
    ('cancel',           'pending',          'retried',   'retry',          true,  false);

-- Whether people may take this action on a job of this status.
CREATE FUNCTION job_allows(status text, action text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM public.job_edge e
                    WHERE e.from_status = job_allows.status AND e.action = job_allows.action)
$$;

-- The ISO 8601 week of a moment, as a number: 202648. What an import brings with it (bytes, diff,
-- errors) is partitioned by week, so that a week can be dropped whole (005_weeks). All attempts of
-- a job use the week in which the job was made. An upload is stored before its job is made; both
-- take the week in which their transaction began.
CREATE FUNCTION week_of(moment timestamptz) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT to_char(moment AT TIME ZONE 'UTC', 'IYYYIW')::integer
$$;

CREATE TABLE import_job (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    week             integer NOT NULL DEFAULT week_of(now()),
    status           text COLLATE "C" NOT NULL DEFAULT 'pending',
    active           boolean NOT NULL DEFAULT true,  -- copied from job_status: it is under way
    triggered        timestamptz NOT NULL DEFAULT clock_timestamp(),
    triggered_by     bigint NOT NULL REFERENCES account,
    triggered_by_doc json NOT NULL,
    accepted         timestamptz,
    accepted_by      bigint REFERENCES account,
    accepted_by_doc  json,
    completed        timestamptz,
    errors           json,
    format           text NOT NULL,
    attempt          integer NOT NULL DEFAULT 1 CHECK (attempt > 0),  -- 1, and one more per retry
    run_token        bigint NOT NULL DEFAULT 0,   -- raised by every claim: fences off lost workers
    phase_claims     integer NOT NULL DEFAULT 0,  -- how often the running phase was claimed
    cancel_requested timestamptz,
    cancelled_by     bigint REFERENCES account,
    purged           timestamptz,                 -- its files, diffs and errors are gone

    CONSTRAINT accepted_has_person CHECK ((accepted IS NULL) = (accepted_by IS NULL)
                                      AND (accepted IS NULL) = (accepted_by_doc IS NULL)),
    CONSTRAINT accepted_fits_status CHECK (CASE status
        WHEN 'pending' THEN accepted IS NULL
        WHEN 'generating_diff' THEN accepted IS NULL
        WHEN 'ready_for_review' THEN accepted IS NULL
        WHEN 'applying_changes' THEN accepted IS NOT NULL
        WHEN 'success' THEN accepted IS NOT NULL
        ELSE true END),
    CONSTRAINT completed_fits_status CHECK ((completed IS NULL) = active),
    CONSTRAINT errors_fit_status CHECK ((errors IS NOT NULL) = (status = 'fail')),
    CONSTRAINT cancel_fits_status CHECK (cancel_requested IS NULL OR active OR status = 'cancel'),
    CONSTRAINT purged_fits_status CHECK (purged IS NULL OR NOT active),
    CONSTRAINT import_job_status FOREIGN KEY (status, active) REFERENCES job_status (name, active)
)
-- A job's row is written a few times and then read for years, with rows of the same time beside it.
WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

-- At most one job is under way.
CREATE UNIQUE INDEX import_job_current ON import_job ((true)) WHERE active;
CREATE INDEX import_job_triggered_by ON import_job (triggered_by);
CREATE INDEX import_job_accepted_by ON import_job (accepted_by);
CREATE INDEX import_job_week ON import_job (week) WHERE purged IS NULL;

-- What happened to a job, and who did it. Only triggers write it. Status and account come from columns
-- that have foreign keys; further keys here would cost every change of status and find nothing.
CREATE TABLE job_event (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id      bigint NOT NULL REFERENCES import_job,
    attempt     integer NOT NULL,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    event       text NOT NULL,
    status      text COLLATE "C" NOT NULL,  -- after the event
    account_id  bigint,                     -- NULL: the worker
    account_doc json,                       -- the name at the time
    detail      text
);
CREATE INDEX job_event_job ON job_event (job_id, id);

-- One uploaded file of a job. The row is written once all its bytes are stored; the statement that
-- makes the job fills in job_id, in the same transaction.
CREATE TABLE import_file (
    id            bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    job_id        bigint REFERENCES import_job,
    content_model text NOT NULL,
    format        text NOT NULL,
    filename      text NOT NULL,
    bytes         bigint NOT NULL CHECK (bytes > 0),
    UNIQUE (job_id, content_model)
);

-- The bytes of a file, in pieces. lz4, because the default compression would dominate an upload's
-- time. Weekly tables refer to jobs and files without foreign keys, which would cost time for every
-- row, and would make adding or dropping a week lock tables that every request uses.
CREATE TABLE upload_chunk (
    file_id bigint NOT NULL,
    seq     integer NOT NULL,
    week    integer NOT NULL DEFAULT week_of(now()),
    data    bytea COMPRESSION lz4 NOT NULL,
    PRIMARY KEY (file_id, seq, week)
) PARTITION BY LIST (week);

-- Which worker has a job now. A separate row, so that heartbeats never wait for the job's row lock.
CREATE TABLE lease (
    job_id     bigint PRIMARY KEY REFERENCES import_job,
    run_token  bigint NOT NULL,
    worker     text NOT NULL,
    ctl_pid    integer NOT NULL,  -- the worker's two backends: if both are gone, so is the worker
    ctl_start  timestamptz NOT NULL,
    work_pid   integer NOT NULL,
    work_start timestamptz NOT NULL,
    taken      timestamptz NOT NULL DEFAULT clock_timestamp(),
    heartbeat  timestamptz NOT NULL DEFAULT clock_timestamp(),
    progress   json
)
-- One row, updated by every heartbeat: dead versions of it must not pile up.
WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500,
      autovacuum_vacuum_cost_delay = 0);

-- How many items a diff adds, updates and deletes; one row per uploaded model.
CREATE TABLE import_summary (
    job_id        bigint NOT NULL REFERENCES import_job,
    attempt       integer NOT NULL,
    content_model text NOT NULL,
    records       bigint NOT NULL,
    adds          bigint NOT NULL,
    updates       bigint NOT NULL,
    deletes       bigint NOT NULL,
    PRIMARY KEY (job_id, attempt, content_model)
);

-- What is wrong or odd in the files of a job.
CREATE TABLE import_error (
    job_id  bigint NOT NULL,
    attempt integer NOT NULL,
    week    integer NOT NULL,  -- the job's
    seq     bigint GENERATED ALWAYS AS IDENTITY,
    warning boolean NOT NULL DEFAULT false,
    file    text,
    entry   bigint,
    row     bigint,
    line    bigint,
    field   text,
    value   text,
    details text NOT NULL,
    PRIMARY KEY (job_id, attempt, week, seq)
) PARTITION BY LIST (week);

-- The records that have errors, as in their file, for people to download and mend. Entry 0 holds
-- the column names; a cell is NULL where the record has none.
CREATE TABLE import_failed_row (
    job_id        bigint NOT NULL,
    attempt       integer NOT NULL,
    week          integer NOT NULL,  -- the job's
    content_model text NOT NULL,
    entry         bigint NOT NULL,
    row           bigint,
    cells         text[] COMPRESSION lz4 NOT NULL,
    PRIMARY KEY (job_id, attempt, week, content_model, entry)
) PARTITION BY LIST (week);

-- The highest number that a custom item of a model ever had: numbers are never reused.
CREATE TABLE model_number (
    content_model text PRIMARY KEY,
    last_number   bigint NOT NULL DEFAULT 0
);

-- A person as jobs show them. The share lock makes a job that copies a name and a change of that
-- name wait for each other, so that no outdated name is copied.
CREATE FUNCTION account_doc_shared(account_id bigint) RETURNS json
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM account WHERE id = account_id FOR SHARE;
    RETURN account_doc(account_id);
END
$$;

-- Lets only legal changes of status pass, and only from a program that may make them; a new job
-- must be pending. Whoever is neither of the two programs must own the table. Copies into the row
-- what reading a job would otherwise have to join: whether its status is active, and the people.
-- Names are qualified, so that a temporary table of the caller cannot stand in for the real one.
CREATE FUNCTION import_job_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'pending' THEN
            RAISE EXCEPTION 'a new job is pending, not %', NEW.status USING ERRCODE = 'check_violation';
        END IF;
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

CREATE TRIGGER import_job_guard BEFORE INSERT OR UPDATE OF status ON import_job
    FOR EACH ROW EXECUTE FUNCTION import_job_guard();

-- Writes the audit trail. SECURITY DEFINER, because the roles that change jobs may not write it.
CREATE FUNCTION import_job_audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    what   text;
    who    bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        what := 'created';
    ELSIF NEW.purged IS DISTINCT FROM OLD.purged THEN
        what := 'purged';
    ELSIF NEW.status = OLD.status THEN
        what := 'cancel_requested';
    ELSIF OLD.status = 'ready_for_review' AND NEW.status = 'cancel' AND NEW.cancelled_by IS NULL THEN
        what := 'expired';
    ELSE
        SELECT event INTO what FROM job_edge
         WHERE from_status = OLD.status AND to_status = NEW.status;
    END IF;
    who := CASE what
           WHEN 'created' THEN NEW.triggered_by
           WHEN 'retried' THEN NEW.triggered_by
           WHEN 'accepted' THEN NEW.accepted_by
           WHEN 'cancel_requested' THEN NEW.cancelled_by
           WHEN 'cancelled' THEN NEW.cancelled_by END;
    INSERT INTO job_event (job_id, attempt, event, status, account_id, account_doc)
    VALUES (NEW.id, NEW.attempt, what, NEW.status, who, account_doc(who));
    -- Wakes those who wait for a status.
    IF TG_OP = 'UPDATE' AND NEW.status <> OLD.status THEN
        PERFORM pg_notify('accession_status', NEW.id || ' ' || NEW.status);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER import_job_audit_insert AFTER INSERT ON import_job
    FOR EACH ROW EXECUTE FUNCTION import_job_audit();
CREATE TRIGGER import_job_audit_status AFTER UPDATE OF status ON import_job
    FOR EACH ROW EXECUTE FUNCTION import_job_audit();
CREATE TRIGGER import_job_audit_cancel AFTER UPDATE OF cancel_requested ON import_job
    FOR EACH ROW WHEN (OLD.cancel_requested IS NULL AND NEW.cancel_requested IS NOT NULL
                       AND OLD.status = NEW.status)
    EXECUTE FUNCTION import_job_audit();
CREATE TRIGGER import_job_audit_purged AFTER UPDATE OF purged ON import_job
    FOR EACH ROW WHEN (OLD.purged IS NULL AND NEW.purged IS NOT NULL)
    EXECUTE FUNCTION import_job_audit();

-- Records that a lease ends before its phase does: the worker was lost, or gave the job back. Must
-- be called before the lease is deleted, since it reads the lease.
CREATE FUNCTION lease_audit(job_id bigint, token bigint, lost boolean) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO job_event (job_id, attempt, event, status, detail)
    SELECT j.id, j.attempt, CASE WHEN lost THEN 'worker_lost' ELSE 'released' END, j.status, l.worker
      FROM lease l JOIN import_job j ON j.id = l.job_id
     WHERE l.job_id = lease_audit.job_id AND l.run_token = token
$$;

-- People whose change of name has yet to reach the copies in older jobs. The newest thousand jobs
-- are updated at once, the others by and by (account_names_refresh), so that renaming somebody with
-- a hundred thousand jobs neither takes long nor locks them all.
CREATE TABLE account_renamed (
    account_id bigint PRIMARY KEY REFERENCES account
);

-- Updates at most `most` copies of a person's name; returns how many.
CREATE FUNCTION account_names_copy(account_id bigint, most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    doc  json := account_doc(account_id);
    done integer;
BEGIN
    UPDATE import_job j
       SET triggered_by_doc = CASE WHEN triggered_by = account_id THEN doc ELSE triggered_by_doc END,
           accepted_by_doc = CASE WHEN accepted_by = account_id THEN doc ELSE accepted_by_doc END
     WHERE id IN (
           SELECT id FROM (
                  SELECT id FROM import_job
                   WHERE triggered_by = account_id AND triggered_by_doc::text <> doc::text
                  UNION
                  SELECT id FROM import_job
                   WHERE accepted_by = account_id AND accepted_by_doc::text <> doc::text) old
            ORDER BY id DESC LIMIT most);
    GET DIAGNOSTICS done = ROW_COUNT;
    RETURN done;
END
$$;

CREATE FUNCTION account_names() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF account_names_copy(NEW.id, 1000) = 1000 THEN
        INSERT INTO account_renamed (account_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER account_names AFTER UPDATE OF email, first_name, last_name ON account
    FOR EACH ROW WHEN ((OLD.email, OLD.first_name, OLD.last_name)
        IS DISTINCT FROM (NEW.email, NEW.first_name, NEW.last_name))
    EXECUTE FUNCTION account_names();

-- Updates the next thousand copies of a changed name; returns how many.
CREATE FUNCTION account_names_refresh() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    renamed bigint;
    done    integer;
BEGIN
    SELECT account_id INTO renamed FROM account_renamed ORDER BY account_id LIMIT 1
       FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    PERFORM FROM account WHERE id = renamed FOR SHARE;
    done := account_names_copy(renamed, 1000);
    IF done < 1000 THEN
        DELETE FROM account_renamed WHERE account_id = renamed;
    END IF;
    RETURN done;
END
$$;
