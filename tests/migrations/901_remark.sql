-- For tests of `accession migrate`: a column more, which needs import_job for itself.

ALTER TABLE import_job ADD COLUMN remark text;
CREATE TABLE remark (job_id bigint NOT NULL, remark text NOT NULL);
GRANT SELECT ON remark TO accession_api;
GRANT INSERT (job_id, remark) ON remark TO accession_worker;
