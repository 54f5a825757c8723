-- The decision: accept, cancel, retry. Each finds the caller by the key of their credential, checks
-- everything under the job's row lock, and says no by a row of its own rather than by an error, so
-- that a refusal can be kept with the request that it answers.
--
-- Returns no row if there is no such job. `code` and `refusal` say why nothing was done, the latter
-- as the answer to it; both NULL: it is done. `job` is the job as it is then.

CREATE TYPE job_decided AS (
    code    text,
    refusal text,
    job     import_job
);

DROP FUNCTION job_accept(bigint, bigint);
DROP FUNCTION job_cancel(bigint, bigint);
DROP FUNCTION job_retry(bigint, bigint);

-- What people are told about an action that the job's status does not allow.
CREATE FUNCTION refusal_status(status text, action text) RETURNS text LANGUAGE sql STABLE
    SET search_path = public, pg_temp AS $$
    SELECT refusal_json('wrong_status',
                        format(CASE action WHEN 'accept_changes' THEN 'Only jobs which are %s can be accepted.'
                                           WHEN 'cancel' THEN 'Only jobs which are %s can be cancelled.'
                                           ELSE 'Only jobs which have a status of %s can be retried.' END,
                               (SELECT or_list(array_agg(e.from_status::text ORDER BY s.position))
                                  FROM job_edge e JOIN job_status s ON s.name = e.from_status
                                 WHERE e.action = refusal_status.action)),
                        (SELECT row_to_json(x) FROM (SELECT status) x))
$$;

-- What an accept would do now, of each content model.
CREATE FUNCTION review_counts(job import_job)
    RETURNS TABLE (content_model text, adds bigint, updates bigint, deletes bigint, held bigint)
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT s.content_model, s.adds - s.held_adds, s.updates - s.held_updates, s.deletes - s.held_deletes,
           s.held_adds + s.held_updates + s.held_deletes
      FROM import_summary s
     WHERE s.job_id = job.id AND s.attempt = job.attempt
     ORDER BY s.content_model
$$;

-- How many items would be deleted in a way that looks like an accident: more than 20 and more than a
-- tenth of the custom items of their model, or more than 5 and all of them. 0: it does not. Of the
-- library no more items are counted than matter, since the pages ask all the time.
CREATE FUNCTION review_mass_deletes(job import_job) RETURNS bigint LANGUAGE plpgsql STABLE
    SET search_path = public, pg_temp AS $$
DECLARE
    c       record;
    customs bigint;
    mass    boolean := false;
    total   bigint := 0;
BEGIN
    FOR c IN SELECT * FROM review_counts(job) LOOP
        total := total + c.deletes;
        IF c.deletes > 5 THEN
            EXECUTE format('SELECT count(*) FROM (SELECT FROM %I WHERE position > 1000000000000000 LIMIT $1) c',
                           c.content_model)
               INTO customs USING c.deletes * 10;
            mass := mass OR c.deletes >= customs OR c.deletes > 20 AND c.deletes * 10 > customs;
        END IF;
    END LOOP;
    RETURN CASE WHEN mass THEN total ELSE 0 END;
END
$$;

-- Whether the caller expects what would be done: `expect` has add, update and delete, any of them,
-- as sums, or in an object for each content model. Of one without a file, nothing is done.
CREATE FUNCTION review_as_expected(job import_job, expect json) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp AS $$
    WITH counts AS (
         SELECT c.content_model AS place, kind, n
           FROM review_counts(job) c
          CROSS JOIN LATERAL (VALUES ('add', adds), ('update', updates), ('delete', deletes)) k (kind, n)),
    sums AS (
         SELECT place, kind, n FROM counts
          UNION ALL
         SELECT '', kind, sum(n)::bigint FROM counts GROUP BY kind),
    expected AS (
         SELECT '' AS place, key AS kind, value #>> '{}' AS n
           FROM json_each(expect)
          WHERE json_typeof(value) <> 'object'
          UNION ALL
         SELECT m.key, k.key, k.value #>> '{}'
           FROM json_each(expect) m
          CROSS JOIN LATERAL json_each(CASE json_typeof(m.value) WHEN 'object' THEN m.value ELSE '{}' END) k)
    SELECT NOT EXISTS (SELECT FROM expected e LEFT JOIN sums s USING (place, kind)
                        WHERE coalesce(s.n, 0)::text IS DISTINCT FROM e.n)
$$;

-- Does the caller say how many items are to be deleted in all?
CREATE FUNCTION review_expects_deletes(job import_job, expect json) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp AS $$
    SELECT expect->>'delete' IS NOT NULL
        OR NOT EXISTS (SELECT FROM review_counts(job) c
                        WHERE c.deletes > 0 AND expect #>> ARRAY[c.content_model, 'delete'] IS NULL)
           AND expect IS NOT NULL
$$;

CREATE FUNCTION review_counts_json(job import_job) RETURNS json LANGUAGE sql STABLE
    SET search_path = public, pg_temp AS $$
    SELECT concat('[', string_agg(row_to_json(x)::text, ',' ORDER BY x.content_model), ']')::json
      FROM (SELECT content_model, adds AS add, updates AS update, deletes AS delete, held
              FROM review_counts(job)) x
$$;

-- What a site asks of a decision: its settings.
CREATE TYPE job_policy AS (
    bound     boolean,  -- an accept must say which version was seen
    guard     boolean,  -- and how many items are deleted, where it looks like an accident
    comments  boolean,  -- open comments stop it
    approvals integer   -- so many people must have approved
);

-- Why the job cannot be accepted as it is, the first reason of all: NULL if it can. A version that
-- was sent must be the present one.
CREATE FUNCTION accept_refusal(job import_job, version text, expect json, policy job_policy)
    RETURNS TABLE (code text, refusal text) LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    changed text;
    n       bigint;
BEGIN
    IF NOT job_allows(job.status, 'accept_changes') THEN
        code := 'wrong_status';
        refusal := refusal_status(job.status, 'accept_changes');
        RETURN NEXT;
        RETURN;
    END IF;
    IF version IS NULL AND policy.bound THEN
        code := 'review_required';
        refusal := refusal_json(code, 'Say which review is accepted: send "review" (it is in the header '
                                'Accession-Review of the job, its diff and every change of it), or If-Match.');
        RETURN NEXT;
        RETURN;
    END IF;
    IF version <> job.review THEN
        code := 'review_changed';
        refusal := refusal_review_changed(job, version);
        RETURN NEXT;
        RETURN;
    END IF;

    SELECT string_agg(m.name, ', ' ORDER BY m.position) INTO changed
      FROM import_summary s
      JOIN content_model m ON m.name = s.content_model
     WHERE s.job_id = job.id AND s.attempt = job.attempt AND s.model_version <> m.version;
    IF changed IS NOT NULL THEN
        code := 'model_changed';
        refusal := refusal_json(code, format(
            'The fields of %s have changed since this diff was made. Nothing was applied. '
            'Cancel and retry the job to get a new diff.', changed));
        RETURN NEXT;
        RETURN;
    END IF;

    IF policy.comments THEN
        SELECT count(*) INTO n FROM review_comment c
         WHERE c.job_id = job.id AND c.reply_to IS NULL AND c.resolved IS NULL;
        IF n > 0 THEN
            code := 'open_comments';
            refusal := refusal_json(code, format(
                '%s. Resolve %s first; they are in library/import/%s/comments/. Nothing was applied.',
                CASE n WHEN 1 THEN '1 comment is open' ELSE n || ' comments are open' END,
                CASE n WHEN 1 THEN 'it' ELSE 'them' END, job.id),
                (SELECT row_to_json(x) FROM (SELECT n AS open) x));
            RETURN NEXT;
            RETURN;
        END IF;
    END IF;

    IF policy.approvals > 0 THEN
        n := approvals_valid(job);
        IF n < policy.approvals THEN
            code := 'approvals_missing';
            refusal := refusal_json(code, format(
                'This review needs the approval of %s who did not upload or retry it, and has %s. '
                'Nothing was applied.',
                CASE policy.approvals WHEN 1 THEN '1 person' ELSE policy.approvals || ' people' END,
                CASE n WHEN 0 THEN 'none' ELSE n::text END),
                (SELECT row_to_json(x) FROM (SELECT policy.approvals AS needed, n AS given) x));
            RETURN NEXT;
            RETURN;
        END IF;
    END IF;

    IF NOT review_as_expected(job, coalesce(expect, '{}')) THEN
        code := 'counts_differ';
        refusal := refusal_json(code, 'This would not do what was expected. Nothing was applied. Compare the two, '
                                'and look at the diff again.',
            (SELECT row_to_json(x) FROM (SELECT expect, review_counts_json(job) AS counts) x));
        RETURN NEXT;
        RETURN;
    END IF;

    IF policy.guard AND NOT coalesce(review_expects_deletes(job, expect), false) THEN
        n := review_mass_deletes(job);
        IF n > 0 THEN
            code := 'confirm_deletes';
            refusal := refusal_json(code, format(
                'This would delete %s items, which is a large part of the library. Nothing was applied. If it is '
                'meant, send "expect":{"delete":%s} along.', n, n),
                (SELECT row_to_json(x) FROM (SELECT n AS delete) x));
            RETURN NEXT;
            RETURN;
        END IF;
    END IF;

    SELECT sum(c.held) INTO n FROM review_counts(job) c HAVING sum(c.adds + c.updates + c.deletes) = 0;
    IF n > 0 THEN
        code := 'nothing_to_apply';
        refusal := refusal_json(code, 'All changes are held back, so there is nothing to apply. Release some, or '
                                'cancel the import.', (SELECT row_to_json(x) FROM (SELECT n AS held) x));
        RETURN NEXT;
    END IF;
END
$$;

-- ready_for_review → applying_changes. By the same person, with the version that was accepted, it is
-- done already, unless that came to nothing. `version`, `expect` (see review_as_expected) and `note`
-- may be NULL.
CREATE FUNCTION job_accept(key bytea, job_id bigint, version text, expect json, note text, policy job_policy)
    RETURNS SETOF job_decided LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    actor   bigint := act_on_job(key);
    decided job_decided;
    job     import_job;
BEGIN
    SELECT * INTO job FROM import_job j WHERE j.id = job_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF job.accepted_by = actor AND job.review = version AND NOT job_allows(job.status, 'retry') THEN
        decided.job := job;
        RETURN NEXT decided;
        RETURN;
    END IF;
    SELECT r.code, r.refusal INTO decided.code, decided.refusal
      FROM accept_refusal(job, version, expect, policy) r;
    IF decided.code IS NULL THEN
        UPDATE import_job j
           SET status = 'applying_changes', accepted = clock_timestamp(), accepted_by = actor,
               phase_claims = 0, decision_note = note
         WHERE j.id = job.id
        RETURNING * INTO job;
        PERFORM pg_notify('accession_job', job.id::text);
    END IF;
    decided.job := job;
    RETURN NEXT decided;
END
$$;

-- Cancels the job at once if no worker has it. Otherwise asks the worker to end it: the status
-- stays, and a second request changes nothing. An empty `version` stands for no diff yet.
CREATE FUNCTION job_cancel(key bytea, job_id bigint, version text, note text)
    RETURNS SETOF job_decided LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    actor   bigint := act_on_job(key);
    decided job_decided;
    job     import_job;
BEGIN
    SELECT * INTO job FROM import_job j WHERE j.id = job_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF NOT job_allows(job.status, 'cancel') THEN
        decided.code := 'wrong_status';
        decided.refusal := refusal_status(job.status, 'cancel');
    ELSIF version <> coalesce(job.review, '') THEN
        decided.code := 'review_changed';
        decided.refusal := refusal_review_changed(job, version);
    -- A claim takes the same row lock before it makes the lease, so what we see here stays true.
    ELSIF EXISTS (SELECT FROM lease l WHERE l.job_id = job.id) THEN
        IF job.cancel_requested IS NULL THEN
            UPDATE import_job j
               SET cancel_requested = clock_timestamp(), cancelled_by = actor, decision_note = note
             WHERE j.id = job.id
            RETURNING * INTO job;
            PERFORM pg_notify('accession_job', job.id::text);
        END IF;
    ELSE
        UPDATE import_job j
           SET status = 'cancel', completed = clock_timestamp(), cancelled_by = actor, decision_note = note
         WHERE j.id = job.id
        RETURNING * INTO job;
    END IF;
    decided.job := job;
    RETURN NEXT decided;
END
$$;

-- fail, cancel → pending, as a new attempt with the same files. Raises unique_violation if another
-- job is under way. `version` as in job_cancel.
CREATE FUNCTION job_retry(key bytea, job_id bigint, version text, note text)
    RETURNS SETOF job_decided LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    actor   bigint := act_on_job(key);
    decided job_decided;
    job     import_job;
BEGIN
    SELECT * INTO job FROM import_job j WHERE j.id = job_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF job.purged IS NOT NULL THEN
        decided.code := 'files_purged';
        decided.refusal := refusal_json('files_purged',
            'The files of this job have been deleted. Upload them again.',
            (SELECT row_to_json(x) FROM (SELECT job.status) x));
    ELSIF NOT job_allows(job.status, 'retry') THEN
        decided.code := 'wrong_status';
        decided.refusal := refusal_status(job.status, 'retry');
    ELSIF version <> coalesce(job.review, '') THEN
        decided.code := 'review_changed';
        decided.refusal := refusal_review_changed(job, version);
    ELSE
        UPDATE import_job j
           SET status = 'pending', attempt = attempt + 1, phase_claims = 0,
               triggered = clock_timestamp(), triggered_by = actor,
               accepted = NULL, accepted_by = NULL, completed = NULL, errors = NULL,
               cancel_requested = NULL, cancelled_by = NULL, decision_note = note
         WHERE j.id = job.id
        RETURNING * INTO job;
        PERFORM pg_notify('accession_job', job.id::text);
    END IF;
    decided.job := job;
    RETURN NEXT decided;
END
$$;

-- -------------------------------------------------------------------- ready

-- Takes over from the attempt before what still fits, for one content model; in the transaction of
-- the diff. `gone` are entries of that attempt which this one has no longer; `changed` those of this
-- one which are new or not the same any more; `same`: the two diffs do not differ in anything.
-- `renamed`: new items that have other ids now, as {"before": "now"}.
CREATE FUNCTION review_carry(job_id bigint, model text, before integer, changed int8multirange,
                             gone int8multirange, same boolean, renamed json)
    RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_variable
DECLARE
    job   import_job;
    lost  int8multirange;
BEGIN
    SELECT * INTO job FROM import_job j WHERE j.id = job_id AND j.status = 'generating_diff';
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO import_review (job_id, week, reviews, content_model, attempt, what, entries, same)
    VALUES (job.id, job.week, job.reviews + 1, model, job.attempt, 'ready', changed + gone, same);

    -- A row that was held back is still the same row of the file, whatever it would change now.
    EXECUTE format('
        INSERT INTO import_hold (job_id, attempt, week, content_model, entry, op, note, account_id, at)
        SELECT d.job_id, d.attempt, d.week, h.content_model, d.entry, d.op, h.note, h.account_id, h.at
          FROM import_hold h
          JOIN %I d ON d.job_id = h.job_id AND d.attempt = $2 AND d.week = h.week AND d.entry = h.entry
         WHERE h.job_id = $1 AND h.attempt = $3 AND h.week = $4 AND h.content_model = $5', model || '_diff')
      USING job.id, job.attempt, before, job.week, model;
    UPDATE import_summary s
       SET held_adds = h.adds, held_updates = h.updates, held_deletes = h.deletes
      FROM (SELECT count(*) FILTER (WHERE op = 'a') AS adds, count(*) FILTER (WHERE op = 'u') AS updates,
                   count(*) FILTER (WHERE op = 'd') AS deletes
              FROM import_hold
             WHERE import_hold.job_id = job.id AND import_hold.attempt = job.attempt
               AND import_hold.week = job.week AND import_hold.content_model = model) h
     WHERE s.job_id = job.id AND s.attempt = job.attempt AND s.content_model = model;

    INSERT INTO import_looked (job_id, attempt, week, content_model, account_id, entries, changes, changed, at)
    SELECT l.job_id, job.attempt, l.week, l.content_model, l.account_id, l.entries - changed - gone,
           l.changes, (l.entries + l.changed) * changed, l.at
      FROM import_looked l
     WHERE l.job_id = job.id AND l.attempt = before AND l.week = job.week AND l.content_model = model;
    EXECUTE format('
        UPDATE import_looked l
           SET changes = (SELECT count(*) FROM %I d
                           WHERE d.job_id = $1 AND d.attempt = $2 AND d.week = $3 AND l.entries @> d.entry)
         WHERE l.job_id = $1 AND l.attempt = $2 AND l.week = $3 AND l.content_model = $4', model || '_diff')
      USING job.id, job.attempt, job.week, model;

    UPDATE review_comment c
       SET item = renamed->>c.item
     WHERE c.job_id = job.id AND c.content_model = model AND renamed->>c.item IS NOT NULL;
END
$$;

-- The review of a new diff begins. Approvals of the attempt before stay if nothing differs.
CREATE FUNCTION review_ready(job_id bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_variable
DECLARE
    job    import_job;
    before integer;
BEGIN
    SELECT * INTO job FROM import_job j WHERE j.id = job_id;
    INSERT INTO import_review (job_id, week, reviews, content_model, attempt, what, same)
    SELECT job.id, job.week, job.reviews, s.content_model, job.attempt, 'ready', false
      FROM import_summary s
     WHERE s.job_id = job.id AND s.attempt = job.attempt
        ON CONFLICT DO NOTHING;
    IF job.reviews > 1 AND NOT EXISTS (
           SELECT FROM import_review r
            WHERE r.job_id = job.id AND r.week = job.week AND r.reviews = job.reviews AND NOT r.same) THEN
        UPDATE job_approval a
           SET attempt = job.attempt, reviews = job.reviews
         WHERE a.job_id = job.id AND a.reviews = job.reviews - 1;
    END IF;
END
$$;

-- generating_diff → ready_for_review; the last statement of the diff's transaction.
CREATE OR REPLACE FUNCTION job_ready(job_id bigint, token bigint) RETURNS boolean
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    UPDATE import_job
       SET status = 'ready_for_review', phase_claims = 0, reviews = reviews + 1, review_attempt = attempt
     WHERE id = job_id AND run_token = token AND status = 'generating_diff'
       AND cancel_requested IS NULL;
    IF FOUND THEN
        PERFORM review_ready(job_id);
        DELETE FROM lease l WHERE l.job_id = job_id;
        RETURN true;
    END IF;
    RETURN false;
END
$$;

-- -------------------------------------------------------------------- shown

-- How many of the changes that an accept would apply no longer fit the library. Counted once for
-- each revision of it, and of the review.
CREATE FUNCTION review_stale(job import_job) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    s       record;
    moved   text;
    total   bigint := 0;
    counted bigint;
BEGIN
    FOR s IN SELECT y.content_model, y.revision, y.stale, y.stale_revision, n.revision AS now
               FROM import_summary y
               JOIN model_number n USING (content_model)
              WHERE y.job_id = job.id AND y.attempt = job.attempt
    LOOP
        CONTINUE WHEN s.revision = s.now;
        counted := s.stale;
        IF s.stale_revision IS DISTINCT FROM s.now THEN
            SELECT string_agg(format('t.%1$I IS DISTINCT FROM d.%2$I', f.name, 'old_' || f.name), ' OR ')
              INTO moved
              FROM content_field f
             WHERE f.content_model = s.content_model AND f.kind NOT IN ('id', 'delete');
            EXECUTE format('SELECT count(*) FROM %I d LEFT JOIN %I t ON t.id = d.id '
                           'WHERE d.job_id = $1 AND d.attempt = $2 AND d.week = $3 '
                           'AND NOT EXISTS (SELECT FROM import_hold h '
                                           'WHERE h.job_id = d.job_id AND h.attempt = d.attempt '
                                             'AND h.week = d.week AND h.content_model = $4 '
                                             'AND h.entry = d.entry) '
                           'AND CASE d.op WHEN ''a'' THEN t.id IS NOT NULL ELSE t.id IS NULL OR %s END',
                           s.content_model || '_diff', s.content_model, moved)
               INTO counted USING job.id, job.attempt, job.week, s.content_model;
            BEGIN
                UPDATE import_summary y SET stale = counted, stale_revision = s.now
                 WHERE y.job_id = job.id AND y.attempt = job.attempt AND y.content_model = s.content_model;
            EXCEPTION
                WHEN read_only_sql_transaction THEN NULL;  -- counted again next time
            END;
        END IF;
        total := total + counted;
    END LOOP;
    RETURN total;
END
$$;

-- All that a decision depends on; `needed` approvals and `blocking` comments are the site's
-- settings. `activity` changes when somebody does something about it that others can see.
CREATE FUNCTION job_review_json(job_id bigint, needed integer, blocking boolean) RETURNS text
    LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_variable
DECLARE
    job  import_job;
    open boolean;
BEGIN
    SELECT * INTO job FROM import_job j WHERE j.id = job_id;
    open := job_allows(job.status, 'accept_changes');
    RETURN (
        SELECT row_to_json(x)::text
          FROM (SELECT job.review AS version,
                       review_counts_json(job) AS counts,
                       (SELECT coalesce(sum(c.held), 0) FROM review_counts(job) c) AS held,
                       CASE WHEN open THEN review_stale(job) END AS stale,
                       CASE WHEN open THEN nullif(review_mass_deletes(job), 0) END AS confirm_deletes,
                       (SELECT row_to_json(c)
                          FROM (SELECT count(*) AS all,
                                       count(*) FILTER (WHERE c.reply_to IS NULL AND c.resolved IS NULL) AS open,
                                       blocking
                                  FROM review_comment c
                                 WHERE c.job_id = job.id) c) AS comments,
                       (SELECT row_to_json(a)
                          FROM (SELECT needed, approvals_valid(job) AS given) a) AS approvals,
                       concat((SELECT max(e.id) FROM job_event e WHERE e.job_id = job.id), '-',
                              (SELECT extract(epoch FROM max(l.at)) FROM import_looked l
                                WHERE l.job_id = job.id AND l.attempt = job.attempt AND l.week = job.week))
                       AS activity) x);
END
$$;

-- ------------------------------------------------------------- audit trail

CREATE OR REPLACE FUNCTION import_job_audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    what text;
    who  bigint;
    why  text;
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
    -- The note that came with it; of a cancel that the worker carries out, with the request.
    why := CASE WHEN what = 'created' THEN NEW.note
                WHEN what = 'cancelled' AND OLD.cancel_requested IS NOT NULL THEN NULL
                WHEN who IS NOT NULL THEN NEW.decision_note END;
    INSERT INTO job_event (job_id, attempt, event, status, account_id, account_doc, detail)
    VALUES (NEW.id, NEW.attempt, what, NEW.status, who, account_doc(who), why);
    -- Wakes those who wait for a status.
    IF TG_OP = 'UPDATE' AND NEW.status <> OLD.status THEN
        PERFORM pg_notify('accession_status', NEW.id || ' ' || NEW.status);
    END IF;
    RETURN NULL;
END
$$;

-- ------------------------------------------------------------------- rights

-- Jobs change by these functions alone.
REVOKE UPDATE (status, triggered, triggered_by, accepted, accepted_by, completed, errors, attempt,
               phase_claims, cancel_requested, cancelled_by) ON import_job FROM accession_api;
GRANT UPDATE (reviews, review_attempt) ON import_job TO accession_worker;
GRANT SELECT ON import_hold, import_review, import_looked, review_comment, job_approval
    TO accession_api, accession_worker;
GRANT EXECUTE ON FUNCTION
    review_version(bigint, integer, integer), refusal_json(text, text, json), or_list(text[]),
    entries_json(int8multirange, bigint), entries_count(int8multirange), role_rank(text),
    job_contributor(bigint, bigint), approval_why(import_job, job_approval), approvals_of(bigint),
    approvals_valid(import_job), refusal_not_ready(text),
    refusal_status(text, text), review_since_json(bigint, integer, integer, integer),
    review_counts(import_job), review_counts_json(import_job), review_mass_deletes(import_job),
    review_stale(import_job), job_review_json(bigint, integer, boolean),
    review_hold(bytea, bigint, integer, text, text, int8multirange, boolean, text),
    review_look(bytea, bigint, integer, text, int8multirange, int8multirange),
    comment_add(bytea, bigint, text, text, text, text, bigint),
    comment_change(bytea, bigint, bigint, text, boolean), comment_delete(bytea, bigint, bigint),
    approval_add(bytea, bigint, text), approval_withdraw(bytea, bigint),
    job_accept(bytea, bigint, text, json, text, job_policy),
    job_cancel(bytea, bigint, text, text), job_retry(bytea, bigint, text, text) TO accession_api;
GRANT EXECUTE ON FUNCTION review_version(bigint, integer, integer), review_ready(bigint),
    review_carry(bigint, text, integer, int8multirange, int8multirange, boolean, json) TO accession_worker;

-- Programs of before would apply what is held back, and accept what they were not asked to.
UPDATE schema_version SET oldest = 15 WHERE version = 15;
