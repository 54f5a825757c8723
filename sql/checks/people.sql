-- Copies, kept so that a request reads only one row, must agree with their originals. Checks of
-- `accession verify`, in the form described in sql/models/statements/verify.sql.

-- name: credentials
-- means: every token and session may do what its account may
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

-- name: names
-- means: every job shows people as they are called now, or soon will
-- look: SELECT triggered_by, triggered_by_doc, accepted_by, accepted_by_doc FROM import_job WHERE id = …
SELECT concat('job ', id) AS subject, 'shows a person otherwise than their account' AS problem
  FROM import_job
 WHERE (triggered_by_doc::text <> account_doc(triggered_by)::text
        AND triggered_by NOT IN (SELECT account_id FROM account_renamed))
    OR (accepted_by_doc::text IS DISTINCT FROM account_doc(accepted_by)::text
        AND (accepted_by IN (SELECT account_id FROM account_renamed)) IS NOT TRUE);
