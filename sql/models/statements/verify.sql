-- What must agree in the tables of a content model: the checks of `accession verify`, in the order
-- in which it runs them. Each returns what does not agree, as two texts: subject and problem.
-- "means" is what holds if it finds nothing; "look" is a query that shows more, with … in place of
-- the subject's number or id. Checks outside the models are in sql/checks.

-- part: verify_last
(SELECT DISTINCT ON (id) *
   FROM {model}_history
  ORDER BY id, seq DESC)

-- part: verify_counts
count(*) FILTER (WHERE op = 'a') AS adds,
count(*) FILTER (WHERE op = 'u') AS updates,
count(*) FILTER (WHERE op = 'd') AS deletes

-- name: verify_library
-- means: every item is what its history made of it
-- look: SELECT * FROM {model}_history WHERE id = '…' ORDER BY seq
SELECT coalesce(t.id, h.id) AS subject,
       CASE WHEN h.id IS NULL THEN 'is in the library, but nothing in its history put it there'
            WHEN t.id IS NULL THEN 'is not in the library, but nothing in its history deleted it'
            WHEN h.op = 'd' THEN 'is in the library, but its history deleted it'
            ELSE concat('differs from its last change in'{each stored:,
                 CASE WHEN t.{name} IS DISTINCT FROM h.new_{name} THEN ' {name}' END}) END AS problem
  FROM {model} t
  FULL JOIN {part verify_last} h ON h.id = t.id
 WHERE CASE WHEN h.op = 'd' THEN t.id IS NOT NULL
            ELSE t.id IS NULL OR h.id IS NULL{each stored:
                 OR t.{name} IS DISTINCT FROM h.new_{name}} END;

-- name: verify_people
-- means: every item says who made and changed it, and when, as its history does
-- look: SELECT * FROM {model}_history WHERE id = '…' ORDER BY seq
SELECT t.id AS subject,
       concat('differs from its history in',
              CASE WHEN t.created_date <> a.at THEN ' created_date' END,
              CASE WHEN t.created_by IS DISTINCT FROM a.account_id THEN ' created_by' END,
              CASE WHEN t.last_updated_date <> h.at THEN ' last_updated_date' END,
              CASE WHEN t.last_updated_by IS DISTINCT FROM h.account_id THEN ' last_updated_by' END,
              CASE WHEN t.modified <> m.modified THEN ' modified' END) AS problem
  FROM {model} t
  JOIN {part verify_last} h ON h.id = t.id
  JOIN (SELECT DISTINCT ON (id) id, seq, at, account_id
          FROM {model}_history
         WHERE op = 'a'
         ORDER BY id, seq DESC) a ON a.id = t.id
 CROSS JOIN LATERAL (
       SELECT left(t.id, 1) <> 'C'
              AND EXISTS (SELECT
                            FROM {model}_history u
                           WHERE u.id = t.id AND u.seq > a.seq AND u.op = 'u'
                             AND u.account_id IS NOT NULL) AS modified) m
 WHERE h.op <> 'd'
   AND (t.created_date <> a.at
        OR t.created_by IS DISTINCT FROM a.account_id
        OR t.last_updated_date <> h.at
        OR t.last_updated_by IS DISTINCT FROM h.account_id
        OR t.modified <> m.modified);

-- name: verify_chain
-- means: every change began with what the change before it left
-- look: SELECT * FROM {model}_history WHERE id = '…' ORDER BY seq
SELECT id AS subject,
       concat('its change ', seq, ' (', op, ') does not follow from ',
              CASE WHEN op_before IS NULL THEN 'nothing'
                   ELSE concat('the one before (', op_before, ')') END) AS problem
  FROM (SELECT id, seq, op, lag(op) OVER item AS op_before,
               ROW (1{each stored:, old_{name}}) AS old,
               lag(ROW (1{each stored:, new_{name}})) OVER item AS left_before
          FROM {model}_history
        WINDOW item AS (PARTITION BY id ORDER BY seq)) h
 WHERE CASE WHEN op = 'a' THEN op_before <> 'd'
            ELSE op_before IS NULL OR op_before = 'd' OR old IS DISTINCT FROM left_before END;

-- name: verify_sides
-- means: every change has the sides that belong to it, and no other since the field is there
-- look: SELECT * FROM {model}_history WHERE id = '…' ORDER BY seq
SELECT id AS subject,
       concat('its change ', seq, ' (', op, ') has a side too many or too few') AS problem
  FROM {model}_history
 WHERE false{each stored:
    OR CASE WHEN op = 'a' THEN old_{name} IS NOT NULL AND version >= {since} ELSE old_{name} IS NULL END
    OR CASE WHEN op = 'd' THEN new_{name} IS NOT NULL AND version >= {since} ELSE new_{name} IS NULL END};

-- name: verify_applied
-- means: every change is of a job that succeeded, and by who accepted it
-- look: SELECT * FROM {model}_history WHERE job_id = … ORDER BY seq
SELECT coalesce('job ' || h.job_id, 'no job') AS subject,
       concat(h.changes, ' changes of attempt ', h.attempt, ': ',
              CASE WHEN h.job_id IS NULL THEN 'loaded, but by an account'
                   WHEN j.id IS NULL THEN 'there is no such job'
                   WHEN j.status <> 'success' THEN concat('the job is ', j.status)
                   WHEN j.attempt <> h.attempt THEN concat('the job succeeded at attempt ', j.attempt)
                   ELSE 'somebody else accepted the job' END) AS problem
  FROM (SELECT job_id, attempt, account_id, count(*) AS changes
          FROM {model}_history
         GROUP BY job_id, attempt, account_id) h
  LEFT JOIN import_job j ON j.id = h.job_id
 WHERE CASE WHEN h.job_id IS NULL THEN h.attempt IS NOT NULL OR h.account_id IS NOT NULL
            ELSE j.id IS NULL
                 OR j.status <> 'success'
                 OR j.attempt <> h.attempt
                 OR j.accepted_by IS DISTINCT FROM h.account_id END;

-- name: verify_once
-- means: every job that succeeded changed as many items as its summary says
-- look: SELECT * FROM {model}_history WHERE job_id = … ORDER BY entry
SELECT concat('job ', j.id) AS subject,
       concat('was to add ', s.adds, ', update ', s.updates, ', delete ', s.deletes,
              CASE WHEN s.held_adds + s.held_updates + s.held_deletes > 0
                   THEN concat(' (held back: ', s.held_adds, ', ', s.held_updates, ', ', s.held_deletes, ')') END,
              '; it added ', coalesce(h.adds, 0), ', updated ', coalesce(h.updates, 0),
              ', deleted ', coalesce(h.deletes, 0)) AS problem
  FROM import_job j
  JOIN import_summary s
    ON s.job_id = j.id AND s.attempt = j.attempt AND s.content_model = '{model}'
  LEFT JOIN (SELECT job_id, attempt,
                    {part verify_counts}
               FROM {model}_history
              GROUP BY job_id, attempt) h ON h.job_id = j.id AND h.attempt = j.attempt
 WHERE j.status = 'success'
   AND (s.adds - s.held_adds, s.updates - s.held_updates, s.deletes - s.held_deletes)
       IS DISTINCT FROM (coalesce(h.adds, 0), coalesce(h.updates, 0), coalesce(h.deletes, 0));

-- name: verify_reviewed
-- means: what was applied is what was reviewed, and not what was held back
-- look: SELECT * FROM {model}_diff WHERE job_id = … ORDER BY attempt, entry
SELECT concat('job ', coalesce(d.job_id, h.job_id)) AS subject,
       concat('entry ', coalesce(d.entry, h.entry),
              CASE WHEN h.job_id IS NULL THEN ' was not applied'
                   WHEN d.job_id IS NULL THEN ' was applied, but is held back or not in the diff'
                   ELSE ' was applied otherwise than the diff says' END) AS problem
  FROM (SELECT d.*
          FROM {model}_diff d
          JOIN import_job j ON j.id = d.job_id AND j.week = d.week AND j.attempt = d.attempt
         WHERE j.status = 'success' AND j.purged IS NULL AND NOT {part diff_held}) d
  FULL JOIN (SELECT h.*
               FROM {model}_history h
               JOIN import_job j ON j.id = h.job_id
              WHERE j.status = 'success' AND j.purged IS NULL) h
    ON h.job_id = d.job_id AND h.attempt = d.attempt AND h.entry = d.entry
 WHERE ROW (d.id, d.op{each stored:, d.old_{name}}{each stored:, d.new_{name}})
       IS DISTINCT FROM ROW (h.id, h.op{each stored:, h.old_{name}}{each stored:, h.new_{name}});

-- name: verify_numbers
-- means: no number of a custom item can be given again
-- look: SELECT * FROM model_number
SELECT '{model}' AS subject,
       concat('C{prefix}', used.number, ' was used, but the highest number remembered is ',
              coalesce(n.last_number::text, 'none')) AS problem
  FROM (SELECT max(item_position('{prefix}', id)) - {custom} AS number
          FROM (SELECT id FROM {model}
                UNION ALL
                SELECT id FROM {model}_history WHERE op = 'a') ids) used
  LEFT JOIN model_number n ON n.content_model = '{model}'
 WHERE used.number > coalesce(n.last_number, 0);

-- name: verify_diffs
-- means: every diff has the rows that its summary counts, and belongs to a job
-- look: SELECT attempt, week, op, count(*) FROM {model}_diff WHERE job_id = … GROUP BY 1, 2, 3
SELECT concat('job ', coalesce(d.job_id, s.job_id)) AS subject,
       concat('attempt ', coalesce(d.attempt, s.attempt), ': ',
              CASE WHEN j.id IS NULL THEN 'there is no such job'
                   WHEN s.job_id IS NULL THEN 'its diff has no summary'
                   ELSE concat('its diff has ', coalesce(d.adds, 0), ' adds, ',
                               coalesce(d.updates, 0), ' updates, ', coalesce(d.deletes, 0),
                               ' deletes; the summary says ', s.adds, ', ', s.updates, ', ',
                               s.deletes) END) AS problem
  FROM (SELECT job_id, attempt, week,
               {part verify_counts}
          FROM {model}_diff
         GROUP BY job_id, attempt, week) d
  FULL JOIN (SELECT s.*, j.week
               FROM import_summary s
               JOIN import_job j ON j.id = s.job_id
              WHERE s.content_model = '{model}' AND j.purged IS NULL) s
    ON s.job_id = d.job_id AND s.attempt = d.attempt AND s.week = d.week
  LEFT JOIN import_job j ON j.id = coalesce(d.job_id, s.job_id)
 WHERE j.purged IS NULL
   AND (coalesce(d.adds, 0), coalesce(d.updates, 0), coalesce(d.deletes, 0))
       IS DISTINCT FROM (s.adds, s.updates, s.deletes);

-- name: verify_holds
-- means: what is held back is in the diff, and the summary counts it
-- look: SELECT attempt, op, count(*) FROM import_hold WHERE job_id = … GROUP BY 1, 2
SELECT concat('job ', coalesce(h.job_id, s.job_id)) AS subject,
       concat('attempt ', coalesce(h.attempt, s.attempt), ': ', coalesce(h.holds, 0), ' changes are held back, ',
              coalesce(h.known, 0), ' of them in the diff; the summary says ',
              s.held_adds + s.held_updates + s.held_deletes) AS problem
  FROM (SELECT h.job_id, h.attempt, count(*) AS holds, count(d.entry) AS known,
               count(*) FILTER (WHERE h.op = 'a') AS adds, count(*) FILTER (WHERE h.op = 'u') AS updates,
               count(*) FILTER (WHERE h.op = 'd') AS deletes
          FROM import_hold h
          LEFT JOIN {model}_diff d
            ON d.job_id = h.job_id AND d.attempt = h.attempt AND d.week = h.week AND d.op = h.op
           AND d.entry = h.entry
         WHERE h.content_model = '{model}'
         GROUP BY h.job_id, h.attempt) h
  FULL JOIN (SELECT s.*
               FROM import_summary s
               JOIN import_job j ON j.id = s.job_id
              WHERE s.content_model = '{model}' AND j.purged IS NULL) s
    ON s.job_id = h.job_id AND s.attempt = h.attempt
 WHERE coalesce(h.holds, 0) <> coalesce(h.known, 0)
    OR (coalesce(h.adds, 0), coalesce(h.updates, 0), coalesce(h.deletes, 0))
       IS DISTINCT FROM (s.held_adds, s.held_updates, s.held_deletes)
       AND (s.job_id IS NOT NULL
            OR NOT EXISTS (SELECT FROM import_job j WHERE j.id = h.job_id AND j.purged IS NOT NULL));

-- name: verify_writers
-- means: nobody but the worker and the owner can write the library, by whatever way
-- look: SELECT rolname, rolsuper, pg_has_role(rolname, 'accession_worker', 'MEMBER') FROM pg_roles WHERE rolname = '…'
SELECT rolname AS subject, concat('can write ', name) AS problem
  FROM pg_roles
 CROSS JOIN (VALUES ('{model}'), ('{model}_diff'), ('{model}_history')) written (name)
 WHERE starts_with(rolname, 'accession_') AND rolname <> 'accession_worker'
   AND has_table_privilege(pg_roles.oid, name, 'INSERT, UPDATE, DELETE, TRUNCATE')
   AND pg_roles.oid <> (SELECT relowner FROM pg_class WHERE oid = name::regclass);
