-- Copies, kept so that a request reads only one row, must agree with their originals. Checks of
-- `accession verify`, in the form described in sql/models/statements/verify.sql.

-- name: credentials
-- means: every token, session and link may do what its account may
-- look: SELECT id, account_id, kind, role, active FROM credential WHERE id = …
SELECT concat('credential ', c.id) AS subject,
       concat('is ', c.role, CASE WHEN NOT c.active THEN ', disabled' END,
              CASE WHEN c.imports THEN ', imports' END,
              '; account ', a.id, ' is ', a.role, CASE WHEN NOT a.active THEN ', disabled' END,
              CASE WHEN f.enabled THEN ', imports are on' ELSE ', imports are off' END)
       AS problem
  FROM credential c
  JOIN account a ON a.id = c.account_id
  JOIN feature f ON f.name = 'import_export_v2'
 WHERE c.role <> a.role OR c.active <> a.active OR c.imports <> f.enabled;

-- name: links
-- means: whoever has a one-time link has one, and no password; only sessions wait for a second factor
-- look: SELECT id, account_id, kind, pending, created, expires FROM credential WHERE account_id = …
SELECT concat('account ', a.id) AS subject,
       CASE WHEN a.password_hash IS NOT NULL THEN 'has a one-time link beside its password'
            ELSE concat('has ', count(*), ' one-time links') END AS problem
  FROM account a
  JOIN credential c ON c.account_id = a.id AND c.kind = 'link'
 GROUP BY a.id
HAVING count(*) > 1 OR a.password_hash IS NOT NULL
 UNION ALL
SELECT concat('account ', account_id),
       concat('has a ', kind, ', number ', id, ', that waits for a second factor')
  FROM credential
 WHERE pending AND kind <> 'session';

-- name: factors
-- means: a second factor is in force once a code was given, and then it has at most ten recovery codes
-- look: SELECT account_id, confirmed, last_step, made FROM second_factor WHERE account_id = …
SELECT concat('account ', f.account_id) AS subject,
       CASE WHEN f.confirmed AND f.last_step = 0 THEN 'has a second factor in force without a code'
            WHEN NOT f.confirmed AND f.last_step > 0 THEN 'gave a code, and has no second factor in force'
            ELSE concat('has ', count(r.hash), ' recovery codes of a second factor that is ',
                        CASE WHEN NOT f.confirmed THEN 'not ' END, 'in force') END AS problem
  FROM second_factor f
  LEFT JOIN recovery_code r ON r.account_id = f.account_id
 GROUP BY f.account_id
HAVING f.confirmed <> (f.last_step > 0) OR count(r.hash) > CASE WHEN f.confirmed THEN 10 ELSE 0 END;

-- name: names
-- means: every job shows people as they are called now, or soon will
-- look: SELECT triggered_by, triggered_by_doc, accepted_by, accepted_by_doc FROM import_job WHERE id = …
SELECT concat('job ', id) AS subject, 'shows a person otherwise than their account' AS problem
  FROM import_job
 WHERE (triggered_by_doc::text <> account_doc(triggered_by)::text
        AND triggered_by NOT IN (SELECT account_id FROM account_renamed))
    OR (accepted_by_doc::text IS DISTINCT FROM account_doc(accepted_by)::text
        AND (accepted_by IN (SELECT account_id FROM account_renamed)) IS NOT TRUE);
