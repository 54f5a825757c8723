-- Jobs and their audit trail must agree. Checks of `accession verify`, in the form described in
-- sql/models/statements/verify.sql.

-- name: path
-- means: every job took only steps that are allowed, each told of in its events
-- look: SELECT * FROM job_event WHERE job_id = … ORDER BY id
SELECT concat('job ', p.job_id) AS subject,
       concat('event ', p.event, ' (', p.id, ') leads from ', coalesce(p.before, 'nothing'),
              ' at attempt ', coalesce(p.attempt_before, 0), ' to ', p.status, ' at attempt ',
              p.attempt) AS problem
  FROM (SELECT *, lag(status) OVER job AS before, lag(attempt) OVER job AS attempt_before
          FROM job_event
        WINDOW job AS (PARTITION BY job_id ORDER BY id)) p
  LEFT JOIN job_edge e
    ON e.from_status = p.before COLLATE "C" AND e.to_status = p.status COLLATE "C"
 WHERE NOT coalesce(
       CASE WHEN p.before IS NULL
            THEN p.event = 'created' AND p.status = 'pending' AND p.attempt = 1
            WHEN p.event IN ('cancel_requested', 'worker_lost', 'released')
            THEN p.status = p.before AND p.attempt = p.attempt_before
                 AND EXISTS (SELECT FROM job_edge r
                              WHERE r.from_status = p.status AND r.to_status = 'fail')
            WHEN p.event IN ('held', 'hold_released', 'approved', 'approval_withdrawn')
            THEN p.status = p.before AND p.attempt = p.attempt_before AND p.account_id IS NOT NULL
                 AND EXISTS (SELECT FROM job_edge r
                              WHERE r.from_status = p.status AND r.action = 'accept_changes')
            WHEN p.event IN ('commented', 'answered', 'comment_edited', 'comment_resolved',
                             'comment_reopened', 'comment_deleted')
            THEN p.status = p.before AND p.attempt = p.attempt_before AND p.account_id IS NOT NULL
            WHEN p.event = 'purged'
            THEN p.status = p.before AND p.attempt = p.attempt_before
                 AND EXISTS (SELECT FROM job_status s WHERE s.name = p.status AND NOT s.active)
            WHEN p.event = 'expired'
            THEN p.before = 'ready_for_review' AND p.status = 'cancel'
                 AND p.attempt = p.attempt_before AND p.account_id IS NULL
            ELSE p.event = e.event
                 AND p.attempt = p.attempt_before + (p.event = 'retried')::integer END, false);

-- name: events
-- means: every job is where its last event left it
-- look: SELECT * FROM job_event WHERE job_id = … ORDER BY id
SELECT concat('job ', j.id) AS subject,
       CASE WHEN e.id IS NULL THEN 'has no events'
            WHEN e.status <> j.status OR e.attempt <> j.attempt
            THEN concat('is ', j.status, ' at attempt ', j.attempt, '; its last event left it ',
                        e.status, ' at attempt ', e.attempt)
            WHEN (j.purged IS NULL) <> (e.event <> 'purged')
            THEN 'its events do not say right whether it was purged'
            ELSE 'its events name another who accepted it' END AS problem
  FROM import_job j
  LEFT JOIN (SELECT DISTINCT ON (job_id) *
               FROM job_event
              ORDER BY job_id, id DESC) e ON e.job_id = j.id
  LEFT JOIN (SELECT DISTINCT ON (job_id, attempt) *
               FROM job_event
              WHERE event = 'accepted'
              ORDER BY job_id, attempt, id DESC) a ON a.job_id = j.id AND a.attempt = j.attempt
 WHERE e.id IS NULL
    OR e.status <> j.status
    OR e.attempt <> j.attempt
    OR (j.purged IS NULL) <> (e.event <> 'purged')
    OR a.account_id IS DISTINCT FROM j.accepted_by;

-- name: jobs
-- means: every job has its files, and a summary of each from its review on
-- look: SELECT * FROM import_job WHERE id = …
SELECT concat('job ', j.id) AS subject,
       CASE WHEN f.id IS NULL THEN 'has no file'
            ELSE concat('is ', j.status, ', but has no summary of ', f.content_model) END AS problem
  FROM import_job j
  LEFT JOIN import_file f ON f.job_id = j.id
  LEFT JOIN import_summary s
    ON s.job_id = j.id AND s.attempt = j.attempt AND s.content_model = f.content_model
 WHERE f.id IS NULL
    OR s.job_id IS NULL AND j.status IN ('ready_for_review', 'applying_changes', 'success');

-- name: active
-- means: every job is under way, or has ended, as its status says
-- look: SELECT * FROM import_job WHERE id = …
SELECT concat('job ', j.id) AS subject,
       concat('is ', j.status, ', but counts as ', CASE WHEN j.active THEN 'under way' ELSE 'ended' END)
       AS problem
  FROM import_job j
  LEFT JOIN job_status s ON s.name = j.status
 WHERE s.active IS DISTINCT FROM j.active;

-- name: one
-- means: at most one job is under way
-- look: SELECT * FROM import_job WHERE id = …
SELECT concat('job ', id) AS subject,
       concat('is ', status, ', and is not the only one under way') AS problem
  FROM (SELECT id, status, count(*) OVER () AS jobs
          FROM import_job
         WHERE active) j
 WHERE jobs > 1;

-- name: leases
-- means: workers hold only jobs that are running
-- look: SELECT * FROM lease WHERE job_id = …
SELECT concat('job ', l.job_id) AS subject,
       concat('is held by ', l.worker, ' with run token ', l.run_token, '; the job is ', j.status,
              ' with ', j.run_token) AS problem
  FROM lease l
  LEFT JOIN import_job j ON j.id = l.job_id
 WHERE j.status IS NULL
    OR NOT EXISTS (SELECT FROM job_edge r
                    WHERE r.from_status = j.status AND r.to_status = 'fail')
    OR l.run_token <> j.run_token;
