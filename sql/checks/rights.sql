-- Rights, and what the server needs, must be as the migrations made them. Checks of
-- `accession verify`, in the form described in sql/models/statements/verify.sql.

-- name: database
-- means: rights on the database are as they must be; "accession migrate" renews them
-- look: SELECT datacl, nspacl FROM pg_database, pg_namespace WHERE datname = current_database() AND nspname = 'public'
SELECT subject, problem
  FROM database_right_wrong;

-- name: rights
-- means: rights on tables and functions are what migrations gave
-- look: SELECT * FROM schema_right WHERE grantee = '…'
SELECT subject, problem
  FROM right_wrong;

-- name: indexes
-- means: every index is complete
-- look: SELECT pid, phase FROM pg_stat_progress_create_index
SELECT indexrelid::regclass::text AS subject,
       concat('is incomplete: drop it, and make it anew as ', pg_get_indexdef(indexrelid)) AS problem
  FROM pg_index
  JOIN pg_class ON pg_class.oid = indexrelid
 WHERE NOT indisvalid AND relkind = 'i' AND relnamespace = 'public'::regnamespace;
