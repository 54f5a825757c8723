-- A filling of what 901 added, a few rows at a time.
-- migrate: batches

UPDATE import_job SET remark = concat('filled by transaction ', pg_current_xact_id())
 WHERE id IN (SELECT id FROM import_job WHERE remark IS NULL ORDER BY id LIMIT 4);
