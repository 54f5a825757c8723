-- Applies a diff to the library, but for what is held back, all or nothing, in one transaction:
-- apply_reserve, then apply_delete, apply_update and apply_insert, each of which must touch as many
-- items as the diff has such rows of its kind, then apply_history and apply_number. Job 0 stands for
-- the operator, who has no job.
--
-- Changes only what was reviewed. The library has no NULLs, so a missing side in the diff equals
-- nothing and is refused. "=" is therefore as strict as IS NOT DISTINCT FROM, for which PostgreSQL
-- overestimates the rows, and hashes the whole diff where it could merge it.

-- part: apply_held
($4::boolean AND {part diff_held})

-- name: apply_reserve
-- Makes others who change the model wait, and keeps a number in use from being given again. Touches
-- no row if the fields are others by now: a change of them keeps this table locked.
UPDATE model_number
   SET last_number = greatest(last_number, (SELECT max(position) - {custom} FROM {model}))
 WHERE content_model = '{model}'
   AND EXISTS (SELECT FROM content_model m WHERE m.name = '{model}' AND m.version = {version});

-- name: apply_delete
-- $1 job, $2 attempt, $3 week, $4 whether something is held back
DELETE FROM {model} t
 USING {model}_diff d
 WHERE d.job_id = $1::bigint AND d.attempt = $2::integer AND d.week = $3::integer AND d.op = 'd'
   AND NOT {part apply_held}
   AND t.id = d.id{each reviewed:
   AND t.{name} = d.old_{name}};

-- name: apply_update
-- $1 job, $2 attempt, $3 week, $4 whether something is held back, $5 account; NULL: the operator
UPDATE {model} t
   SET {each stored:{name} = d.new_{name},
       }modified = t.modified OR ($5::bigint IS NOT NULL AND left(t.id, 1) <> 'C'),
       last_updated_date = now(),
       last_updated_by = $5::bigint
  FROM {model}_diff d
 WHERE d.job_id = $1::bigint AND d.attempt = $2::integer AND d.week = $3::integer AND d.op = 'u'
   AND NOT {part apply_held}
   AND t.id = d.id{each reviewed:
   AND t.{name} = d.old_{name}};

-- name: apply_insert
-- Raises unique_violation if an item exists by now.
-- $1 job, $2 attempt, $3 week, $4 whether something is held back, $5 account; NULL: the operator
INSERT INTO {model} (id{each stored:, {name}}, created_by, last_updated_by)
SELECT d.id{each stored:, d.new_{name}}, $5::bigint, $5::bigint
  FROM {model}_diff d
 WHERE d.job_id = $1::bigint AND d.attempt = $2::integer AND d.week = $3::integer AND d.op = 'a'
   AND NOT {part apply_held};

-- name: apply_history
-- $1 job, $2 attempt, $3 week, $4 whether something is held back, $5 account; NULL: the operator
INSERT INTO {model}_history (id, job_id, attempt, account_id, op, entry, version{each stored:, old_{name}}{each stored:, new_{name}})
SELECT d.id, nullif($1::bigint, 0), nullif($2::integer, 0), $5::bigint, d.op, d.entry, {version}{each stored:, d.old_{name}}{each stored:, d.new_{name}}
  FROM {model}_diff d
 WHERE d.job_id = $1::bigint AND d.attempt = $2::integer AND d.week = $3::integer
   AND NOT {part apply_held};

-- name: apply_number
-- Remembers the highest custom number ever used, or shown to a reviewer of what was held back. Each
-- hold finds its change: without statistics, a join would read the whole diff for each.
-- $1 job, $2 attempt, $3 week
UPDATE model_number n
   SET last_number = used.number
  FROM (SELECT greatest((SELECT max(position) - {custom} FROM {model}),
                        (SELECT max(item_position('{prefix}', d.id)) - {custom}
                           FROM import_hold h
                          CROSS JOIN LATERAL (
                                SELECT id
                                  FROM {model}_diff
                                 WHERE {part stage_of_job} AND op = h.op AND entry = h.entry
                                 LIMIT 1) d
                          WHERE h.job_id = $1::bigint AND h.attempt = $2::integer
                            AND h.week = $3::integer AND h.content_model = '{model}'
                            AND h.op = 'a')) AS number) used
 WHERE n.content_model = '{model}'
   AND n.last_number < used.number;

-- name: apply_moved
-- Which items have changed since the diff was made: entry, id, and "changed", "deleted" or "added".
-- $1 job, $2 attempt, $3 week, $4 whether something is held back
SELECT d.entry, d.id,
       CASE WHEN d.op = 'a' THEN 'added' WHEN t.id IS NULL THEN 'deleted' ELSE 'changed' END
  FROM {model}_diff d
  LEFT JOIN {model} t ON t.id = d.id
 WHERE d.job_id = $1::bigint AND d.attempt = $2::integer AND d.week = $3::integer
   AND NOT {part apply_held}
   AND CASE WHEN d.op = 'a' THEN t.id IS NOT NULL
            ELSE t.id IS NULL{each stored:
                 OR t.{name} IS DISTINCT FROM d.old_{name}} END
 ORDER BY d.entry;
