-- What each program may do. accession_owner owns everything; nobody else may do what is not granted
-- here. Rights on the database and the schema are in 007_rights: every `accession migrate` renews
-- them.

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

GRANT EXECUTE ON FUNCTION account_doc(bigint), account_doc_shared(bigint), item_position(text, text),
    week_of(timestamptz), job_allows(text, text), error_json(import_error),
    errors_json(bigint, integer, integer, boolean, bigint, bigint) TO accession_api, accession_worker;

-- The handlers: read all, write jobs and uploads, never the library.
GRANT SELECT ON account, credential, feature, job_status, job_edge, import_job, job_event, import_file,
    upload_chunk, lease, import_summary, import_error, import_failed_row, model_number, standard,
    standard_diff, standard_history TO accession_api;
GRANT INSERT (triggered_by, format) ON import_job TO accession_api;
GRANT UPDATE (status, triggered, triggered_by, accepted, accepted_by, completed, errors, attempt,
              phase_claims, cancel_requested, cancelled_by) ON import_job TO accession_api;
GRANT INSERT (id, content_model, format, filename, bytes), UPDATE (job_id) ON import_file
    TO accession_api;
GRANT USAGE ON SEQUENCE import_file_id_seq TO accession_api;
GRANT INSERT ON upload_chunk TO accession_api;
GRANT INSERT (email, first_name, last_name, role, active, password_hash),
    UPDATE (email, first_name, last_name, role, active, password_hash, last_sign_in)
    ON account TO accession_api;
GRANT INSERT (hash, account_id, name, kind, expires), UPDATE (expires, seen), DELETE
    ON credential TO accession_api;
GRANT UPDATE (enabled, changed) ON feature TO accession_api;
GRANT EXECUTE ON FUNCTION job_files_json(bigint, boolean), job_counts_json(bigint, integer),
    job_create(bigint, text, bigint[]), job_accept(bigint, bigint),
    job_cancel(bigint, bigint), job_retry(bigint, bigint),
    job_happened(bigint, xid8, bigint, text) TO accession_api;

-- The worker: leases, diffs, and the library.
GRANT SELECT ON import_job, import_file, upload_chunk, lease, job_status, job_edge, job_event, import_summary,
    import_error, model_number, standard, standard_diff, standard_history TO accession_worker;
GRANT SELECT (id, email, first_name, last_name) ON account TO accession_worker;
GRANT UPDATE (status, run_token, phase_claims, completed, errors) ON import_job TO accession_worker;
GRANT INSERT, UPDATE, DELETE ON lease TO accession_worker;
GRANT INSERT ON import_summary, import_error, import_failed_row, standard_diff, standard_history TO accession_worker;
GRANT INSERT, UPDATE, DELETE ON standard TO accession_worker;
GRANT UPDATE ON model_number TO accession_worker;
GRANT EXECUTE ON FUNCTION lease_reap(interval),
    job_claim(text, integer, timestamptz, integer, timestamptz, integer),
    job_ready(bigint, bigint), job_succeed(bigint, bigint), job_fail(bigint, bigint, json),
    job_cancelled(bigint, bigint), job_release(bigint, bigint, boolean),
    lease_audit(bigint, bigint, boolean), lease_terminate(lease),
    weekly_tables(), weeks_make(integer), week_is_over(integer, interval), weeks_over(interval),
    week_purge(integer, interval), job_expire(interval), account_names_refresh() TO accession_worker;
