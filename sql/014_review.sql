-- What people do between a diff and its decision: hold changes back, mark what they have looked at,
-- ask and answer, approve. Each is one function, which finds the caller by the key of their
-- credential (act) and takes the job's row lock, so that an accept comes before or after it, whole.
--
-- The review version names what an accept would apply: the job, its attempt, and a counter that
-- everything raises which changes that (import_job.reviews). Whoever accepts may say which version
-- they have seen.

-- The attempt and counter as outsiders see them. It says nothing about how many there were.
CREATE FUNCTION review_version(job_id bigint, attempt integer, reviews integer) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT left(encode(sha256((job_id::text || '.'::text || attempt::text || '.'::text || reviews::text)::bytea), 'hex'), 32)
$$;

ALTER TABLE import_job
    ADD COLUMN reviews integer NOT NULL DEFAULT 0,
    ADD COLUMN review_attempt integer;  -- the last that has a diff to look at
-- Jobs of before: each diff was a version.
UPDATE import_job j
   SET reviews = e.diffs, review_attempt = e.attempt
  FROM (SELECT job_id, count(*) AS diffs, max(attempt) AS attempt
          FROM job_event
         WHERE event = 'ready'
         GROUP BY job_id) e
 WHERE e.job_id = j.id;
-- NULL until the present attempt has a diff.
ALTER TABLE import_job ADD COLUMN review text GENERATED ALWAYS AS (
    CASE WHEN review_attempt = attempt THEN review_version(id, attempt, reviews) END) STORED;

ALTER TABLE import_summary
    ADD COLUMN held_adds bigint NOT NULL DEFAULT 0,     -- of these, how many are held back
    ADD COLUMN held_updates bigint NOT NULL DEFAULT 0,
    ADD COLUMN held_deletes bigint NOT NULL DEFAULT 0,
    ADD COLUMN fields text[],          -- the fields that the file says something about
    ADD COLUMN fresh_above bigint,     -- custom items with higher numbers had no id in the file
    ADD COLUMN revision bigint,        -- the library's, when the diff was made
    ADD COLUMN stale bigint,           -- how many changes no longer fit the library, of those not held
    ADD COLUMN stale_revision bigint;  -- as it was at this revision

-- ------------------------------------------------------- the library's revision

-- Raised by every statement that writes the library, whoever runs it: a diff of this revision fits.
ALTER TABLE model_number ADD COLUMN revision bigint NOT NULL DEFAULT 0;

-- Before the statement, so that locks are taken in the same order as by an apply.
CREATE FUNCTION library_written() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE model_number SET revision = revision + 1 WHERE content_model = TG_TABLE_NAME;
    RETURN NULL;
END
$$;

-- The table of standard may have been made just now (004_standard); it is declared later.
DO $$
DECLARE
    model text;
BEGIN
    FOR model IN SELECT name FROM content_model UNION SELECT 'standard' LOOP
        EXECUTE format('CREATE TRIGGER library_written BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION library_written()', model);
    END LOOP;
END
$$;

-- ------------------------------------------------------------------- tables

-- The changes of a diff that an accept leaves out.
CREATE TABLE import_hold (
    job_id        bigint NOT NULL,
    attempt       integer NOT NULL,
    week          integer NOT NULL,  -- the job's
    content_model text COLLATE "C" NOT NULL,
    entry         bigint NOT NULL,
    op            "char" NOT NULL,   -- of the change
    note          text,
    account_id    bigint NOT NULL,
    at            timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (job_id, attempt, week, content_model, entry)
) PARTITION BY LIST (week);

-- What each counter of a job stands for: which changes became others, were held or released.
CREATE TABLE import_review (
    job_id        bigint NOT NULL,
    week          integer NOT NULL,  -- the job's
    reviews       integer NOT NULL,  -- the counter from here on
    content_model text COLLATE "C" NOT NULL,
    attempt       integer NOT NULL,
    what          text NOT NULL CHECK (what IN ('ready', 'held', 'released')),
    -- ready: those that are not as in the attempt before, and those that are gone
    entries       int8multirange NOT NULL DEFAULT '{}',
    same          boolean NOT NULL DEFAULT true,  -- ready: the diff is that of the attempt before
    account_id    bigint,                         -- NULL: the worker
    at            timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (job_id, week, reviews, content_model)
) PARTITION BY LIST (week);

-- What each person has marked as looked at. It decides nothing.
CREATE TABLE import_looked (
    job_id        bigint NOT NULL,
    attempt       integer NOT NULL,
    week          integer NOT NULL,  -- the job's
    content_model text COLLATE "C" NOT NULL,
    account_id    bigint NOT NULL,
    entries       int8multirange NOT NULL,  -- may span entries that change nothing
    changes       bigint NOT NULL,          -- how many changes that are
    changed       int8multirange NOT NULL DEFAULT '{}',  -- marks that a new attempt took away
    at            timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (job_id, attempt, week, content_model, account_id)
) PARTITION BY LIST (week);

DO $$
DECLARE
    parent text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['import_hold', 'import_review', 'import_looked'] LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', parent || '_other', parent);
    END LOOP;
    PERFORM weeks_make(4);
END
$$;

INSERT INTO import_review (job_id, week, reviews, content_model, attempt, what, same)
SELECT j.id, j.week, e.reviews, s.content_model, s.attempt, 'ready', false
  FROM (SELECT job_id, attempt, row_number() OVER (PARTITION BY job_id ORDER BY id) AS reviews
          FROM job_event
         WHERE event = 'ready') e
  JOIN import_job j ON j.id = e.job_id AND j.purged IS NULL
  JOIN import_summary s ON s.job_id = e.job_id AND s.attempt = e.attempt;

-- Questions and remarks about an import, an item of it or a field of that; and answers to these. An
-- item is named by its id, never by its place, so that they stay with it.
CREATE TABLE review_comment (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id        bigint NOT NULL REFERENCES import_job,
    attempt       integer NOT NULL,  -- in which it was made
    reply_to      bigint REFERENCES review_comment,
    content_model text,
    item          text,
    field         text,
    text          text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 10000),
    account_id    bigint NOT NULL REFERENCES account,
    made          timestamptz NOT NULL DEFAULT clock_timestamp(),
    edited        timestamptz,
    resolved      timestamptz,
    resolved_by   bigint REFERENCES account,
    CHECK (CASE WHEN item IS NULL THEN field IS NULL ELSE content_model IS NOT NULL END),
    CHECK (reply_to IS NULL OR content_model IS NULL AND resolved IS NULL),
    CHECK ((resolved IS NULL) = (resolved_by IS NULL))
);
CREATE INDEX review_comment_job ON review_comment (job_id, id);
CREATE INDEX review_comment_reply_to ON review_comment (reply_to);

-- Who approved, and which version.
CREATE TABLE job_approval (
    job_id     bigint NOT NULL REFERENCES import_job,
    account_id bigint NOT NULL REFERENCES account,
    attempt    integer NOT NULL,
    reviews    integer NOT NULL,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (job_id, account_id)
);

-- ---------------------------------------------------------------- refusals

-- {"detail":…,"code":…} and the members of `more`, an object.
CREATE FUNCTION refusal_json(code text, detail text, more json DEFAULT NULL) RETURNS text
    LANGUAGE sql STABLE AS $$
    SELECT concat('{"detail":', to_json(detail), ',"code":', to_json(code),
                  CASE WHEN more IS NULL THEN '}' ELSE ',' || substr(more::text, 2) END)
$$;

-- "a, b or c"
CREATE FUNCTION or_list(words text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT concat_ws(' or ', nullif(array_to_string(words[:cardinality(words) - 1], ', '), ''),
                     words[cardinality(words)])
$$;

-- Why nothing can be done about the review of a job in this status.
CREATE FUNCTION refusal_not_ready(status text) RETURNS text LANGUAGE sql STABLE
    SET search_path = public, pg_temp AS $$
    SELECT refusal_json('wrong_status', format('Only jobs which are %s can be reviewed.',
                        (SELECT or_list(array_agg(e.from_status::text ORDER BY s.position))
                           FROM job_edge e JOIN job_status s ON s.name = e.from_status
                          WHERE e.action = 'accept_changes')),
                        (SELECT row_to_json(x) FROM (SELECT status) x))
$$;

-- Entries as numbers and, where several follow each other, pairs of first and last: [1,[4,7]]. At
-- most so many of these.
CREATE FUNCTION entries_json(entries int8multirange, most bigint DEFAULT NULL) RETURNS json
    LANGUAGE sql IMMUTABLE AS $$
    SELECT concat('[', string_agg(CASE WHEN upper(r) - lower(r) = 1 THEN lower(r)::text
                                       ELSE concat('[', lower(r), ',', upper(r) - 1, ']') END,
                                  ',' ORDER BY lower(r)), ']')::json
      FROM (SELECT r FROM unnest(entries) r ORDER BY lower(r) LIMIT most) first
$$;

-- How many numbers are in it.
CREATE FUNCTION entries_count(entries int8multirange) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(sum(upper(r) - lower(r)), 0)::bigint FROM unnest(entries) r
$$;

-- What is not as it was at a version, as {"changes":n,"entries":[…]} for each content model.
CREATE FUNCTION review_since_json(job_id bigint, week integer, attempt integer, reviews integer) RETURNS json
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_variable
BEGIN
    RETURN (
        SELECT concat('[', string_agg(row_to_json(x)::text, ',' ORDER BY x.content_model), ']')::json
          FROM (SELECT s.content_model, entries_count(s.entries) AS changes,
                       entries_json(s.entries, 1000) AS entries
                  FROM (SELECT r.content_model, range_agg(r.entries) AS entries
                          FROM import_review r
                         WHERE r.job_id = job_id AND r.week = week AND r.reviews > reviews
                         GROUP BY r.content_model) s
                 WHERE NOT isempty(s.entries)) x);
END
$$;

-- The same since the version of that name; NULL: there never was one.
CREATE FUNCTION review_since_version_json(job import_job, version text) RETURNS json
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_variable
BEGIN
    RETURN (
        SELECT review_since_json(job.id, job.week, r.attempt, r.reviews)
          FROM import_review r
         WHERE r.job_id = job.id AND r.week = job.week
           AND review_version(r.job_id, r.attempt, r.reviews) = version
         LIMIT 1);
END
$$;

-- The review is not the one that the caller has seen. NULL: which that was is not known.
CREATE FUNCTION refusal_review_changed(job import_job, version text) RETURNS text LANGUAGE plpgsql STABLE
    SET search_path = public, pg_temp AS $$
DECLARE
    since  json := review_since_version_json(job, version);
    number bigint := (SELECT sum((x->>'changes')::bigint) FROM json_array_elements(since) x);
BEGIN
    RETURN refusal_json('review_changed',
        concat('This is not the review that you have seen',
               CASE WHEN version IS NULL THEN ''
                    WHEN since IS NULL THEN ': it was never one of this job'
                    WHEN number = 1 THEN ': 1 change is different since'
                    ELSE concat(': ', coalesce(number, 0), ' changes are different since') END,
               '. Nothing was done. Look at it again, then decide.'),
        (SELECT row_to_json(x) FROM (SELECT job.review AS review, since) x));
END
$$;

-- ------------------------------------------------------------------- callers

CREATE FUNCTION role_rank(role text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT array_position(ARRAY['viewer', 'editor', 'admin'], role)
$$;

CREATE OR REPLACE FUNCTION act(key bytea, at_least text) RETURNS bigint
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
    IF NOT FOUND OR role_rank(c.role) < role_rank(at_least) THEN
        RAISE EXCEPTION 'this credential does not allow that (any more)'
            USING ERRCODE = 'invalid_authorization_specification';
    END IF;
    PERFORM set_config('accession.actor', c.account_id::text, true), set_config('accession.via', c.kind, true);
    RETURN c.account_id;
END
$$;

-- The same for changes of jobs, which copy the caller's name. Locks are taken in the order in which
-- a change of an account takes them: the account, then its credentials.
CREATE FUNCTION act_on_job(key bytea) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    PERFORM FROM account a
     WHERE a.id = (SELECT c.account_id FROM credential c WHERE c.hash = sha256(key))
       FOR SHARE;
    RETURN act(key, 'editor');
END
$$;

-- Has the account a part in what the job would do? Who uploaded or retried it has.
CREATE FUNCTION job_contributor(job_id bigint, account_id bigint) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM job_event e
                    WHERE e.job_id = job_contributor.job_id AND e.account_id = job_contributor.account_id
                      AND e.event IN ('created', 'retried'))
$$;

-- Writes what people did about a review to the audit trail.
CREATE FUNCTION review_audit(job import_job, event text, account_id bigint, detail text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO job_event (job_id, attempt, event, status, account_id, account_doc, detail)
    VALUES (job.id, job.attempt, event, job.status, account_id, account_doc(account_id), detail)
$$;

-- ------------------------------------------------------------- holding back

-- Holds changes of a diff back, or releases them, if they are in it and not yet so. `attempt` is
-- the one whose entries these are (NULL: any; a file's entries are the same in all). A note, if
-- there is one, goes to all that are held then. No row: there is no such job. `held` is how many
-- changes of the content model are held now, `changed` how many were not before.
CREATE FUNCTION review_hold(key bytea, job_id bigint, attempt integer, version text, model text,
                            entries int8multirange, hold boolean, note text)
    RETURNS TABLE (code text, refusal text, review text, held bigint, changed bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    actor  bigint := act_on_job(key);
    job    import_job;
    done   record;
    factor integer := CASE WHEN hold THEN 1 ELSE -1 END;
BEGIN
    SELECT * INTO job FROM import_job j WHERE j.id = job_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    review := job.review;
    IF NOT job_allows(job.status, 'accept_changes') THEN
        code := 'wrong_status';
        refusal := refusal_not_ready(job.status);
    ELSIF version <> job.review OR attempt <> job.attempt THEN
        code := 'review_changed';
        refusal := refusal_review_changed(job, version);
    END IF;
    IF code IS NOT NULL THEN
        RETURN NEXT;
        RETURN;
    END IF;
    IF hold THEN
        UPDATE import_hold h SET note = note
         WHERE h.job_id = job.id AND h.attempt = job.attempt AND h.week = job.week
           AND h.content_model = model
           AND h.entry >= lower(entries) AND h.entry < upper(entries) AND entries @> h.entry
           AND note <> '' AND h.note IS DISTINCT FROM note;
        EXECUTE format('
            WITH done AS (
                 INSERT INTO import_hold (job_id, attempt, week, content_model, entry, op, note, account_id)
                 SELECT d.job_id, d.attempt, d.week, $5, d.entry, d.op, $6, $7
                   FROM %I d
                  WHERE d.job_id = $1 AND d.attempt = $2 AND d.week = $3 AND d.op IN (''a'', ''u'', ''d'')
                    AND d.entry >= lower($4) AND d.entry < upper($4) AND $4 @> d.entry
                     ON CONFLICT DO NOTHING
                 RETURNING entry, op)
            SELECT range_agg(int8range(entry, entry, ''[]'')) AS entries, count(*) AS changed,
                   count(*) FILTER (WHERE op = ''a'') AS adds, count(*) FILTER (WHERE op = ''u'') AS updates,
                   count(*) FILTER (WHERE op = ''d'') AS deletes
              FROM done', model || '_diff')
           INTO done USING job.id, job.attempt, job.week, entries, model, nullif(note, ''), actor;
    ELSE
        WITH done AS (
             DELETE FROM import_hold h
              WHERE h.job_id = job.id AND h.attempt = job.attempt AND h.week = job.week
                AND h.content_model = model
                AND h.entry >= lower(entries) AND h.entry < upper(entries) AND entries @> h.entry
             RETURNING h.entry, h.op)
        SELECT range_agg(int8range(entry, entry, '[]')) AS entries, count(*) AS changed,
               count(*) FILTER (WHERE op = 'a') AS adds, count(*) FILTER (WHERE op = 'u') AS updates,
               count(*) FILTER (WHERE op = 'd') AS deletes
          INTO done
          FROM done;
    END IF;
    changed := done.changed;
    IF changed > 0 THEN
        UPDATE import_summary s
           SET held_adds = held_adds + factor * done.adds,
               held_updates = held_updates + factor * done.updates,
               held_deletes = held_deletes + factor * done.deletes,
               stale_revision = NULL
         WHERE s.job_id = job.id AND s.attempt = job.attempt AND s.content_model = model;
        UPDATE import_job j SET reviews = reviews + 1 WHERE j.id = job.id RETURNING * INTO job;
        INSERT INTO import_review (job_id, week, reviews, content_model, attempt, what, entries, account_id)
        VALUES (job.id, job.week, job.reviews, model, job.attempt,
                CASE WHEN hold THEN 'held' ELSE 'released' END, done.entries, actor);
        PERFORM review_audit(job, CASE WHEN hold THEN 'held' ELSE 'hold_released' END, actor,
                             concat(CASE changed WHEN 1 THEN format('entry %s', lower(done.entries))
                                                 ELSE format('%s changes', changed) END,
                                    ' of ', model, ': ' || nullif(note, '')));
    END IF;
    review := job.review;
    held := (SELECT s.held_adds + s.held_updates + s.held_deletes FROM import_summary s
              WHERE s.job_id = job.id AND s.attempt = job.attempt AND s.content_model = model);
    RETURN NEXT;
END
$$;

-- ------------------------------------------------------------------ looking

-- So many separate marks are kept as they come; more are drawn together over entries that change
-- nothing, of which nobody asks.
CREATE FUNCTION looked_most() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 100';

-- Marks changes as looked at by the caller, and takes marks away. No row: there is no such diff.
CREATE FUNCTION review_look(key bytea, job_id bigint, attempt integer, model text,
                            added int8multirange, removed int8multirange)
    RETURNS SETOF import_looked LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    actor bigint := act(key, 'viewer');
    job   import_job;
    mine  import_looked;
BEGIN
    SELECT * INTO job FROM import_job j WHERE j.id = job_id AND j.purged IS NULL;
    IF NOT EXISTS (SELECT FROM import_summary s
                    WHERE s.job_id = job.id AND s.attempt = job.attempt AND s.content_model = model) THEN
        RETURN;
    END IF;
    INSERT INTO import_looked (job_id, attempt, week, content_model, account_id, entries, changes)
    VALUES (job.id, job.attempt, job.week, model, actor, '{}', 0)
        ON CONFLICT DO NOTHING;
    SELECT * INTO mine FROM import_looked l
     WHERE l.job_id = job.id AND l.attempt = job.attempt AND l.week = job.week
       AND l.content_model = model AND l.account_id = actor
       FOR UPDATE;
    IF attempt IS NULL OR attempt = job.attempt THEN
        mine.entries := mine.entries + added - removed;
        mine.changed := mine.changed - added - removed;
    END IF;
    IF (SELECT count(*) FROM unnest(mine.entries) r) > looked_most() THEN
        EXECUTE format('
            SELECT range_agg(int8range(first, last, ''[]''))
              FROM (SELECT min(entry) AS first, max(entry) AS last
                      FROM (SELECT entry, marked,
                                   row_number() OVER (ORDER BY entry)
                                   - row_number() OVER (PARTITION BY marked ORDER BY entry) AS run
                              FROM (SELECT d.entry, $4 @> d.entry AS marked
                                      FROM %I d
                                     WHERE d.job_id = $1 AND d.attempt = $2 AND d.week = $3) one) each
                     WHERE marked
                     GROUP BY run) runs', model || '_diff')
           INTO mine.entries USING job.id, job.attempt, job.week, mine.entries;
    END IF;
    EXECUTE format('
        SELECT count(*) FROM %I d
         WHERE d.job_id = $1 AND d.attempt = $2 AND d.week = $3 AND $4 @> d.entry', model || '_diff')
       INTO mine.changes USING job.id, job.attempt, job.week, mine.entries;
    UPDATE import_looked l
       SET entries = coalesce(mine.entries, '{}'), changes = mine.changes, changed = mine.changed,
           at = clock_timestamp()
     WHERE l.job_id = job.id AND l.attempt = job.attempt AND l.week = job.week
       AND l.content_model = model AND l.account_id = actor
    RETURNING * INTO mine;
    RETURN NEXT mine;
END
$$;

-- ----------------------------------------------------------------- comments

-- Is the item in the diff of the job's present attempt, and has it the field? Without an item: was
-- there a file of the content model? Without that: yes.
CREATE FUNCTION review_has(job import_job, model text, item text, field text) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    there boolean := true;
BEGIN
    IF model IS NULL THEN
        RETURN true;
    END IF;
    IF NOT EXISTS (SELECT FROM import_summary s
                    WHERE s.job_id = job.id AND s.attempt = job.attempt AND s.content_model = model)
       OR field IS NOT NULL AND NOT EXISTS (SELECT FROM content_field f
                                             WHERE f.content_model = model AND f.name = field) THEN
        RETURN false;
    END IF;
    IF item IS NOT NULL THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %I d WHERE d.job_id = $1 AND d.attempt = $2 '
                       'AND d.week = $3 AND d.id = $4)', model || '_diff')
           INTO there USING job.id, job.attempt, job.week, item;
    END IF;
    RETURN there;
END
$$;

-- A comment, or with `reply_to` an answer to one. `code` is NULL if it was made; no row: there is no
-- such job.
CREATE FUNCTION comment_add(key bytea, job_id bigint, model text, item text, field text, text text,
                            reply_to bigint)
    RETURNS TABLE (code text, refusal text, id bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    actor bigint := act_on_job(key);
    job   import_job;
BEGIN
    SELECT * INTO job FROM import_job j WHERE j.id = job_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF reply_to IS NOT NULL AND NOT EXISTS (
           SELECT FROM review_comment c
            WHERE c.id = reply_to AND c.job_id = job.id AND c.reply_to IS NULL) THEN
        code := 'no_comment';
        refusal := refusal_json(code, 'There is no such comment to answer. It may have been deleted.');
    ELSIF NOT review_has(job, model, item, field) THEN
        code := 'not_in_diff';
        refusal := refusal_json(code, concat('Nothing of this import is about ',
                                concat_ws(', ', model, item, field), '.'));
    ELSE
        INSERT INTO review_comment (job_id, attempt, reply_to, content_model, item, field, text, account_id)
        VALUES (job.id, job.attempt, reply_to, model, item, field, text, actor)
        RETURNING review_comment.id INTO id;
        PERFORM review_audit(job, CASE WHEN reply_to IS NULL THEN 'commented' ELSE 'answered' END, actor,
                             concat('comment ', coalesce(reply_to, id)));
    END IF;
    RETURN NEXT;
END
$$;

-- Changes the text of one's own comment, or whether a comment is resolved, which is anybody's to
-- say. NULL: as it is. No row: there is no such comment.
CREATE FUNCTION comment_change(key bytea, job_id bigint, comment_id bigint, text text, resolved boolean)
    RETURNS TABLE (code text, refusal text, id bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    actor bigint := act_on_job(key);
    job   import_job;
    c     review_comment;
BEGIN
    SELECT * INTO job FROM import_job j WHERE j.id = job_id FOR NO KEY UPDATE;
    SELECT * INTO c FROM review_comment r WHERE r.id = comment_id AND r.job_id = job.id FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    id := c.id;
    IF text IS NOT NULL AND c.account_id <> actor THEN
        code := 'not_yours';
        refusal := refusal_json(code, 'Only who wrote a comment can change its text.');
    ELSIF resolved AND c.reply_to IS NOT NULL THEN
        code := 'an_answer';
        refusal := refusal_json(code, 'This is an answer. Resolve the comment that it answers.');
    ELSE
        IF text <> c.text THEN
            UPDATE review_comment r SET text = text, edited = clock_timestamp() WHERE r.id = c.id;
            PERFORM review_audit(job, 'comment_edited', actor, concat('comment ', c.id));
        END IF;
        IF resolved <> (c.resolved IS NOT NULL) THEN
            UPDATE review_comment r
               SET resolved = CASE WHEN resolved THEN clock_timestamp() END,
                   resolved_by = CASE WHEN resolved THEN actor END
             WHERE r.id = c.id;
            PERFORM review_audit(job, CASE WHEN resolved THEN 'comment_resolved' ELSE 'comment_reopened' END,
                                 actor, concat('comment ', c.id));
        END IF;
    END IF;
    RETURN NEXT;
END
$$;

-- Deletes one's own comment, unless somebody has answered it. No row: there is no such comment.
CREATE FUNCTION comment_delete(key bytea, job_id bigint, comment_id bigint)
    RETURNS TABLE (code text, refusal text, id bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    actor bigint := act_on_job(key);
    job   import_job;
    c     review_comment;
BEGIN
    SELECT * INTO job FROM import_job j WHERE j.id = job_id FOR NO KEY UPDATE;
    SELECT * INTO c FROM review_comment r WHERE r.id = comment_id AND r.job_id = job.id FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    id := c.id;
    IF c.account_id <> actor THEN
        code := 'not_yours';
        refusal := refusal_json(code, 'Only who wrote a comment can delete it.');
    ELSIF EXISTS (SELECT FROM review_comment r WHERE r.reply_to = c.id) THEN
        code := 'has_answers';
        refusal := refusal_json(code, 'Somebody has answered this comment. Resolve it instead.');
    ELSE
        DELETE FROM review_comment r WHERE r.id = c.id;
        PERFORM review_audit(job, 'comment_deleted', actor, concat('comment ', c.id));
    END IF;
    RETURN NEXT;
END
$$;

-- ---------------------------------------------------------------- approvals

-- Why an approval of the job does not count: it is of another version, or by somebody who has a part
-- in it or may no longer approve. NULL: it counts.
CREATE FUNCTION approval_why(job import_job, approval job_approval) RETURNS text LANGUAGE sql STABLE
    SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN (approval.attempt, approval.reviews) <> (job.attempt, job.reviews) THEN 'review_changed'
                WHEN job_contributor(job.id, approval.account_id) THEN 'contributor'
                WHEN NOT p.active OR role_rank(p.role) < role_rank('editor') THEN 'role' END
      FROM account p
     WHERE p.id = approval.account_id
$$;

-- The approvals of a job; `since`: what is not as it was approved.
CREATE FUNCTION approvals_of(job_id bigint)
    RETURNS TABLE (account_id bigint, at timestamptz, why text, since json) LANGUAGE sql STABLE
    SET search_path = public, pg_temp AS $$
    SELECT a.account_id, a.at, w.why,
           CASE w.why WHEN 'review_changed' THEN review_since_json(j.id, j.week, a.attempt, a.reviews) END
      FROM import_job j
      JOIN job_approval a ON a.job_id = j.id
     CROSS JOIN LATERAL (SELECT approval_why(j, a) AS why) w
     WHERE j.id = approvals_of.job_id
$$;

-- How many of them count. The pages ask for it all the time.
CREATE FUNCTION approvals_valid(job import_job) RETURNS bigint LANGUAGE sql STABLE
    SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM job_approval a WHERE a.job_id = job.id AND approval_why(job, a) IS NULL
$$;

-- Approves the version, in place of any other that the caller has approved. No row: there is no
-- such job.
CREATE FUNCTION approval_add(key bytea, job_id bigint, version text)
    RETURNS TABLE (code text, refusal text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    actor bigint := act_on_job(key);
    job   import_job;
BEGIN
    SELECT * INTO job FROM import_job j WHERE j.id = job_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF NOT job_allows(job.status, 'accept_changes') THEN
        code := 'wrong_status';
        refusal := refusal_not_ready(job.status);
    ELSIF version IS DISTINCT FROM job.review THEN
        code := 'review_changed';
        refusal := refusal_review_changed(job, version);
    ELSIF job_contributor(job.id, actor) THEN
        code := 'contributor';
        refusal := refusal_json(code, 'You have a part in this import (who uploads or retries it has), '
                                'so somebody else has to approve it.');
    ELSE
        INSERT INTO job_approval AS a (job_id, account_id, attempt, reviews)
        VALUES (job.id, actor, job.attempt, job.reviews)
            ON CONFLICT ON CONSTRAINT job_approval_pkey
            DO UPDATE SET attempt = excluded.attempt, reviews = excluded.reviews, at = excluded.at
         WHERE (a.attempt, a.reviews) <> (excluded.attempt, excluded.reviews);
        IF FOUND THEN
            PERFORM review_audit(job, 'approved', actor, NULL);
        END IF;
    END IF;
    RETURN NEXT;
END
$$;

-- Takes back the caller's approval, if there is one.
CREATE FUNCTION approval_withdraw(key bytea, job_id bigint)
    RETURNS TABLE (code text, refusal text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    actor bigint := act_on_job(key);
    job   import_job;
BEGIN
    SELECT * INTO job FROM import_job j WHERE j.id = job_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF NOT job_allows(job.status, 'accept_changes') THEN
        code := 'wrong_status';
        refusal := refusal_not_ready(job.status);
    ELSE
        DELETE FROM job_approval a WHERE a.job_id = job.id AND a.account_id = actor;
        IF FOUND THEN
            PERFORM review_audit(job, 'approval_withdrawn', actor, NULL);
        END IF;
    END IF;
    RETURN NEXT;
END
$$;
