-- A diff that belongs to no job, for the operator's `accession load`.

-- name: load_shadow
-- An empty temporary diff table that hides the real one: temporary tables are found first.
CREATE TEMP TABLE {model}_diff (LIKE {model}_diff) ON COMMIT DROP;

-- name: load_next
-- Makes room for the next file.
TRUNCATE stage_{model}, pg_temp.{model}_diff;
