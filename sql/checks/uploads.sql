-- What jobs brought with them must be stored, and nothing else. Checks of `accession verify`, in
-- the form described in sql/models/statements/verify.sql.

-- name: files
-- means: every uploaded file is there, byte for byte in number, until it is purged
-- look: SELECT f.id, c.week, c.seq, octet_length(c.data) FROM import_file f JOIN upload_chunk c ON c.file_id = f.id WHERE f.job_id = … ORDER BY c.seq
SELECT concat('job ', f.job_id) AS subject,
       concat('its file for ', f.content_model, ' has ', coalesce(c.bytes, 0), ' of ', f.bytes,
              ' bytes in ', coalesce(c.pieces, 0), ' pieces') AS problem
  FROM import_file f
  JOIN import_job j ON j.id = f.job_id
  LEFT JOIN (SELECT file_id, week, sum(octet_length(data)) AS bytes, count(*) AS pieces,
                    max(seq) + 1 AS last
               FROM upload_chunk
              GROUP BY file_id, week) c ON c.file_id = f.id AND c.week = j.week
 WHERE j.purged IS NULL
   AND (c.bytes IS DISTINCT FROM f.bytes OR c.pieces <> c.last);

-- name: strays
-- means: no uploaded byte and no error belongs to nothing
-- look: SELECT * FROM import_file WHERE id = …
SELECT concat('file ', c.file_id) AS subject,
       concat('its bytes in week ', c.week, ': ',
              CASE WHEN f.id IS NULL THEN 'there is no such file'
                   WHEN j.id IS NULL THEN 'it has no job'
                   ELSE concat('its job is of week ', j.week) END) AS problem
  FROM (SELECT DISTINCT file_id, week FROM upload_chunk) c
  LEFT JOIN import_file f ON f.id = c.file_id
  LEFT JOIN import_job j ON j.id = f.job_id
 WHERE j.week IS DISTINCT FROM c.week
UNION ALL
SELECT concat('file ', id), 'it has no job'
  FROM import_file
 WHERE job_id IS NULL
UNION ALL
SELECT concat('job ', e.job_id),
       concat('errors of attempt ', e.attempt, ' in week ', e.week, ': ',
              CASE WHEN j.id IS NULL THEN 'there is no such job'
                   ELSE concat('the job is at attempt ', j.attempt, ' and of week ', j.week) END)
  FROM (SELECT job_id, attempt, week FROM import_error
        UNION
        SELECT job_id, attempt, week FROM import_failed_row) e
  LEFT JOIN import_job j ON j.id = e.job_id
 WHERE j.week IS DISTINCT FROM e.week OR j.attempt < e.attempt
UNION ALL
SELECT concat('job ', w.job_id),
       concat('warnings of attempt ', w.attempt, ': ',
              CASE WHEN j.id IS NULL THEN 'there is no such job'
                   ELSE concat('the job is at attempt ', j.attempt) END)
  FROM (SELECT DISTINCT job_id, attempt FROM import_warning) w
  LEFT JOIN import_job j ON j.id = w.job_id
 WHERE j.id IS NULL OR j.attempt < w.attempt;
