-- The life of a job: one function per change of state. Each checks the status under the job's row
-- lock, so that exactly one of two racing callers wins; the other gets no row, and reads what state
-- the job is in now. Lock order: the account whose name the job copies, the job's row, its lease.
--
-- NOTIFY accession_job is a hint to look at the table, never a message that must arrive.

-- Makes a job of the files uploaded in this transaction. Raises unique_violation if another job is
-- under way.
CREATE FUNCTION job_create(account_id bigint, file_format text, file_ids bigint[])
    RETURNS SETOF import_job LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    job   import_job;
    files integer;
BEGIN
    INSERT INTO import_job (triggered_by, format) VALUES (account_id, file_format)
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

-- ready_for_review → applying_changes.
CREATE FUNCTION job_accept(job_id bigint, account_id bigint)
    RETURNS SETOF import_job LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    job import_job;
BEGIN
    PERFORM FROM account WHERE id = account_id FOR SHARE;
    UPDATE import_job
       SET status = 'applying_changes', accepted = clock_timestamp(), accepted_by = account_id,
           phase_claims = 0
     WHERE id = job_id AND status = 'ready_for_review'
    RETURNING * INTO job;
    IF FOUND THEN
        PERFORM pg_notify('accession_job', job.id::text);
        RETURN NEXT job;
    END IF;
END
$$;

-- Cancels the job at once if no worker has it. Otherwise asks the worker to end it: the status
-- stays, and a second request changes nothing. Returns no row if there is nothing to cancel.
CREATE FUNCTION job_cancel(job_id bigint, account_id bigint)
    RETURNS SETOF import_job LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    job import_job;
BEGIN
    SELECT * INTO job FROM import_job
     WHERE id = job_id AND active
       FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- A claim takes the same row lock before it makes the lease, so what we see here stays true.
    IF EXISTS (SELECT FROM lease WHERE lease.job_id = job.id) THEN
        IF job.cancel_requested IS NULL THEN
            UPDATE import_job SET cancel_requested = clock_timestamp(), cancelled_by = account_id
             WHERE id = job.id
            RETURNING * INTO job;
            PERFORM pg_notify('accession_job', job.id::text);
        END IF;
    ELSE
        UPDATE import_job
           SET status = 'cancel', completed = clock_timestamp(), cancelled_by = account_id
         WHERE id = job.id
        RETURNING * INTO job;
    END IF;
    RETURN NEXT job;
END
$$;

-- fail, cancel → pending, as a new attempt with the same files. Returns no row if the status does
-- not allow it or the files are purged. Raises unique_violation if another job is under way.
CREATE FUNCTION job_retry(job_id bigint, account_id bigint)
    RETURNS SETOF import_job LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    job import_job;
BEGIN
    PERFORM FROM account WHERE id = account_id FOR SHARE;
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

-- Terminates what is left of a lost worker's backends, and waits a moment for them to end. SECURITY
-- DEFINER: the worker may have another role, and only the owner may inspect and end its backends.
-- A backend's start time, which others cannot see, proves that it is the worker's. A backend that
-- waits for a standby has committed, and is left alone: nobody may see its changes before the
-- standby has them.
CREATE FUNCTION lease_terminate(lost lease) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_terminate_backend(a.pid, 250)
      FROM pg_stat_activity a
     WHERE ((a.pid = lost.ctl_pid AND a.backend_start = lost.ctl_start)
         OR (a.pid = lost.work_pid AND a.backend_start = lost.work_start))
       AND a.pid <> pg_backend_pid() AND a.wait_event IS DISTINCT FROM 'SyncRep';
EXCEPTION
    WHEN insufficient_privilege THEN NULL;  -- a superuser's backend: it must notice by itself
END
$$;

-- Removes the leases of lost workers: those whose backends are both known to be gone, or that sent
-- no heartbeat for `silence`. Of another role's backend the caller may see only that it exists; it
-- then counts as the worker's. What is left of the worker is terminated first, since its
-- transaction may hold the rows needed here. Rows that are still locked then are left to the next
-- call. Returns the number of leases removed.
CREATE FUNCTION lease_reap(silence interval) RETURNS integer LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    lost    lease;
    removed integer := 0;
BEGIN
    FOR lost IN
        SELECT * FROM lease l
         WHERE l.heartbeat < clock_timestamp() - silence
            OR NOT EXISTS (
               SELECT FROM pg_stat_activity a
                WHERE (a.pid = l.ctl_pid AND (a.backend_start = l.ctl_start) IS NOT FALSE)
                   OR (a.pid = l.work_pid AND (a.backend_start = l.work_start) IS NOT FALSE))
    LOOP
        PERFORM lease_terminate(lost);
        PERFORM FROM import_job WHERE id = lost.job_id FOR NO KEY UPDATE SKIP LOCKED;
        CONTINUE WHEN NOT FOUND;
        -- Its phase may have been committed, or another worker may have removed the lease.
        PERFORM lease_audit(lost.job_id, lost.run_token, true);
        DELETE FROM lease l WHERE l.job_id = lost.job_id AND l.run_token = lost.run_token;
        CONTINUE WHEN NOT FOUND;
        removed := removed + 1;
    END LOOP;
    RETURN removed;
END
$$;

-- An error or a warning as the API shows it: its keys, in their order.
CREATE TYPE error_object AS (
    file    text,
    row     bigint,
    field   text,
    details text,
    entry   bigint,
    line    bigint,
    value   text
);

CREATE FUNCTION error_json(e import_error) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT row_to_json(ROW(e.file, e.row, e.field, e.details, e.entry, e.line, e.value)::error_object)::text
$$;

-- The errors of an attempt, or its warnings, as a list: the first `shown` in the order of the
-- files, and a last entry that says how many more there are, if any. `total` is how many there
-- were; not all need be stored (NULL: as many as are stored). Planned for the given week, so that
-- it touches and locks no other partition.
CREATE FUNCTION errors_json(job_id bigint, attempt integer, week integer, warnings boolean,
                            shown bigint, total bigint)
    RETURNS json LANGUAGE plpgsql STABLE
    SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_variable
DECLARE
    items text;
    more  error_object;
BEGIN
    SELECT string_agg(error_json(first.e), ',' ORDER BY (first.e).file, (first.e).entry, (first.e).seq)
      INTO items
      FROM (SELECT e FROM import_error e
             WHERE e.job_id = job_id AND e.attempt = attempt AND e.week = week AND e.warning = warnings
             ORDER BY e.file, e.entry, e.seq LIMIT shown) first;
    IF total IS NULL THEN
        SELECT count(*) INTO total FROM import_error e
         WHERE e.job_id = job_id AND e.attempt = attempt AND e.week = week AND e.warning = warnings;
    END IF;
    IF total > shown THEN
        more.details := concat('and ', total - shown, ' more ',
                               CASE WHEN warnings THEN 'warnings' ELSE 'errors' END);
        items := concat_ws(',', items, row_to_json(more)::text);
    END IF;
    RETURN concat('[', items, ']')::json;
END
$$;

-- The files of a job and what its diff counts, as the API shows them with a job.
CREATE FUNCTION job_files_json(job_id bigint, purged boolean) RETURNS text
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT concat('[', string_agg(row_to_json(x)::text, ','), ']')
      FROM (SELECT content_model, filename, format, bytes, job_files_json.purged
              FROM import_file f
             WHERE f.job_id = job_files_json.job_id
             ORDER BY content_model) x
$$;

CREATE FUNCTION job_counts_json(job_id bigint, attempt integer) RETURNS text
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT concat('[', string_agg(row_to_json(x)::text, ','), ']')
      FROM (SELECT content_model, records, adds AS add, updates AS update, deletes AS delete
              FROM import_summary s
             WHERE s.job_id = job_counts_json.job_id AND s.attempt = job_counts_json.attempt
             ORDER BY content_model) x
$$;

-- Claims the next job that nobody works on. Also carries out a cancel that the worker did not live
-- to see, and fails a job that lost max_claims workers in one phase; it returns no row for those.
CREATE FUNCTION job_claim(worker_name text, ctl_pid integer, ctl_start timestamptz,
                          work_pid integer, work_start timestamptz, max_claims integer)
    RETURNS SETOF import_job LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    job  import_job;
    lost error_object;
BEGIN
    -- A worker that asks for a job has none: if it holds a lease, the answer to its claim was lost.
    PERFORM job_release(l.job_id, l.run_token, false) FROM lease l WHERE l.worker = worker_name;

    SELECT * INTO job FROM import_job j
     WHERE active AND (SELECT turn FROM job_status WHERE name = j.status) = 'worker'
       AND NOT EXISTS (SELECT FROM lease l WHERE l.job_id = j.id)
     ORDER BY id LIMIT 1
       FOR NO KEY UPDATE SKIP LOCKED;
    -- Check again under the lock: the first check may be older than another worker's claim.
    IF NOT FOUND OR EXISTS (SELECT FROM lease l WHERE l.job_id = job.id) THEN
        RETURN;
    END IF;

    IF job.cancel_requested IS NOT NULL THEN
        UPDATE import_job SET status = 'cancel', completed = clock_timestamp() WHERE id = job.id;
        RETURN;
    END IF;
    IF job.phase_claims >= max_claims THEN
        lost.details := format('The worker was lost %s times in this phase. Nothing was applied. '
                               'Look at the worker''s log, then retry.', job.phase_claims);
        UPDATE import_job
           SET status = 'fail', completed = clock_timestamp(),
               errors = concat('[', row_to_json(lost)::text, ']')::json
         WHERE id = job.id;
        RETURN;
    END IF;

    IF job.status = 'pending' THEN
        UPDATE import_job
           SET status = 'generating_diff', run_token = run_token + 1, phase_claims = 1
         WHERE id = job.id RETURNING * INTO job;
    ELSE
        UPDATE import_job SET run_token = run_token + 1, phase_claims = phase_claims + 1
         WHERE id = job.id RETURNING * INTO job;
    END IF;
    INSERT INTO lease (job_id, run_token, worker, ctl_pid, ctl_start, work_pid, work_start)
    VALUES (job.id, job.run_token, worker_name, ctl_pid, ctl_start, work_pid, work_start);
    RETURN NEXT job;
END
$$;

-- The ends of a phase. Each is fenced by the run token: for a worker that lost its job they change
-- nothing and return false.

-- generating_diff → ready_for_review; the last statement of the diff's transaction.
CREATE FUNCTION job_ready(job_id bigint, token bigint) RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    UPDATE import_job SET status = 'ready_for_review', phase_claims = 0
     WHERE id = job_id AND run_token = token AND status = 'generating_diff'
       AND cancel_requested IS NULL;
    IF FOUND THEN
        DELETE FROM lease l WHERE l.job_id = job_id;
        RETURN true;
    END IF;
    RETURN false;
END
$$;

-- applying_changes → success; the last statement of the transaction that changed the library.
CREATE FUNCTION job_succeed(job_id bigint, token bigint) RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    UPDATE import_job SET status = 'success', completed = clock_timestamp()
     WHERE id = job_id AND run_token = token AND status = 'applying_changes'
       AND cancel_requested IS NULL;
    IF FOUND THEN
        DELETE FROM lease l WHERE l.job_id = job_id;
        RETURN true;
    END IF;
    RETURN false;
END
$$;

-- A running phase → fail, with what the API shows as the job's errors.
CREATE FUNCTION job_fail(job_id bigint, token bigint, job_errors json)
    RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    UPDATE import_job SET status = 'fail', completed = clock_timestamp(), errors = job_errors
     WHERE id = job_id AND run_token = token
       AND EXISTS (SELECT FROM job_edge WHERE from_status = status AND to_status = 'fail')
       AND cancel_requested IS NULL;
    IF FOUND THEN
        DELETE FROM lease l WHERE l.job_id = job_id;
        RETURN true;
    END IF;
    RETURN false;
END
$$;

-- A running phase → cancel, after a cancel was requested and the phase's transaction is gone.
CREATE FUNCTION job_cancelled(job_id bigint, token bigint) RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    UPDATE import_job SET status = 'cancel', completed = clock_timestamp()
     WHERE id = job_id AND run_token = token AND active
       AND cancel_requested IS NOT NULL;
    IF FOUND THEN
        DELETE FROM lease l WHERE l.job_id = job_id;
        RETURN true;
    END IF;
    RETURN false;
END
$$;

-- Gives a running phase back, to be redone by whichever worker comes first. `lost`: the try failed
-- and counts; otherwise it does not. Returns false if the phase has ended or another worker has the
-- job, and so also tells whether a COMMIT whose answer was lost took effect.
CREATE FUNCTION job_release(job_id bigint, token bigint, lost boolean)
    RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    -- A backend that lost its worker may still hold the job's row without noticing.
    IF lost THEN
        PERFORM lease_terminate(l) FROM lease l WHERE l.job_id = job_id AND l.run_token = token;
    END IF;
    -- Same lock order as the phase's end, which a backend that lost its worker may be in now.
    PERFORM FROM import_job WHERE id = job_id AND run_token = token FOR NO KEY UPDATE;
    PERFORM lease_audit(job_id, token, lost);
    DELETE FROM lease l WHERE l.job_id = job_id AND l.run_token = token;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF NOT lost THEN
        UPDATE import_job SET phase_claims = phase_claims - 1 WHERE id = job_id;
    END IF;
    PERFORM pg_notify('accession_job', job_id::text);
    RETURN true;
END
$$;

-- Whether a change of a job took effect although its COMMIT was not answered, as shown by what its
-- transaction wrote to the audit trail. NULL: the transaction is not over yet. A crash may make the
-- server reuse transaction numbers, so account and status must match as well.
CREATE FUNCTION job_happened(job_id bigint, xid xid8, account_id bigint, status text)
    RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    IF pg_xact_status(xid) = 'in progress' THEN
        RETURN NULL;
    END IF;
    -- A separate statement, to see what was committed before we looked at the transaction.
    RETURN EXISTS (
        SELECT FROM job_event e
         WHERE e.job_id = job_id AND e.xmin = xid::xid
           AND e.account_id = account_id AND e.status = status);
EXCEPTION
    WHEN invalid_parameter_value THEN
        RETURN false;  -- unknown: the database crashed before it stored anything of it
END
$$;
