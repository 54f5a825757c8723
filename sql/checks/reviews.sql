-- Reviews must agree with their jobs, and with the audit trail. Checks of `accession verify`, in the
-- form described in sql/models/statements/verify.sql.

-- name: versions
-- means: every change of what an accept would apply raised the version, and is told of
-- look: SELECT * FROM import_review WHERE job_id = … ORDER BY reviews
SELECT concat('job ', j.id) AS subject,
       concat('is at version ', j.reviews, '; ', coalesce(r.told, 0), ' of these are told of, ',
              coalesce(e.events, 0), ' in its events') AS problem
  FROM import_job j
  LEFT JOIN (SELECT job_id, count(DISTINCT reviews) AS told, max(reviews) AS last
               FROM import_review
              GROUP BY job_id) r ON r.job_id = j.id
  LEFT JOIN (SELECT job_id, count(*) AS events
               FROM job_event
              WHERE event IN ('ready', 'held', 'hold_released')
              GROUP BY job_id) e ON e.job_id = j.id
 WHERE j.purged IS NULL
   AND (j.reviews <> coalesce(r.last, 0)
        OR j.reviews <> coalesce(r.told, 0)
        OR j.reviews <> coalesce(e.events, 0));

-- name: approvals
-- means: every approval is told of in the events, and is of a version that there was
-- look: SELECT * FROM job_approval WHERE job_id = …
SELECT concat('job ', a.job_id) AS subject,
       concat('user ', a.account_id, ' approved version ', a.reviews, ' of attempt ', a.attempt,
              CASE WHEN a.reviews > j.reviews OR a.attempt > j.attempt THEN ', which there never was'
                   ELSE ', of which no event tells' END) AS problem
  FROM job_approval a
  JOIN import_job j ON j.id = a.job_id
 WHERE a.reviews > j.reviews
    OR a.attempt > j.attempt
    OR NOT EXISTS (SELECT FROM job_event e
                    WHERE e.job_id = a.job_id AND e.event = 'approved' AND e.account_id = a.account_id);
