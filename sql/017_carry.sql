-- A retry takes over what was held back without reading the whole diff for each hold, which it did while
-- there were no statistics yet. All else of review_carry is as in 015_decision.

-- Takes over from the attempt before what still fits, for one content model; in the transaction of
-- the diff. `gone` are entries of that attempt which this one has no longer; `changed` those of this
-- one which are new or not the same any more; `same`: the two diffs do not differ in anything.
-- `renamed`: new items that have other ids now, as {"before": "now"}.
CREATE OR REPLACE FUNCTION review_carry(job_id bigint, model text, before integer, changed int8multirange,
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

    -- A row that was held back is still the same row of the file, whatever it would change now. Each hold
    -- finds its change by the key.
    EXECUTE format('
        INSERT INTO import_hold (job_id, attempt, week, content_model, entry, op, note, account_id, at)
        SELECT h.job_id, $2, h.week, h.content_model, h.entry, d.op, h.note, h.account_id, h.at
          FROM import_hold h
         CROSS JOIN LATERAL (
               SELECT op
                 FROM %I
                WHERE job_id = $1 AND attempt = $2 AND week = $4 AND op IN (''a'', ''u'', ''d'')
                  AND entry = h.entry
                LIMIT 1) d
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
