/* What must agree in a database: see checks.h. */
#include "commands/checks.h"

#include "commands/rights.h"

#include <stddef.h>

#define JOB(id)   "concat('job ', " id ")"
#define RUNNING   "('generating_diff', 'applying_changes')"
#define ENDED     "('success', 'fail', 'cancel')"
#define UNDER_WAY "('pending', 'generating_diff', 'ready_for_review', 'applying_changes')"
#define COUNTS                                                                       \
	"count(*) FILTER (WHERE op = 'a') AS adds, count(*) FILTER (WHERE op = 'u')" \
	" AS updates, count(*) FILTER (WHERE op = 'd') AS deletes"

/* The last change of each item, and the one that made it as it is since. */
#define LAST_CHANGE "(SELECT DISTINCT ON (id) * FROM @_history ORDER BY id, seq DESC)"
#define LAST_ADD                                                                         \
	"(SELECT DISTINCT ON (id) id, seq, at, account_id FROM @_history WHERE op = 'a'" \
	" ORDER BY id, seq DESC)"

#define LOOK_HISTORY "SELECT * FROM @_history WHERE id = '…' ORDER BY seq"
#define LOOK_EVENTS  "SELECT * FROM job_event WHERE job_id = … ORDER BY id"
#define LOOK_JOB     "SELECT * FROM import_job WHERE id = …"

/* clang-format off */
const struct check checks[] = {
	/* The library and its history. */
	{"library", "every item is what its history made of it", true,
	    "SELECT coalesce(t.id, h.id) AS subject, CASE"
	    " WHEN h.id IS NULL THEN 'is in the library, but nothing in its history put it there'"
	    " WHEN t.id IS NULL THEN 'is not in the library, but nothing in its history deleted it'"
	    " WHEN h.op = 'd' THEN 'is in the library, but its history deleted it'"
	    " ELSE concat('differs from its last change in'"
	    "[, CASE WHEN t.% IS DISTINCT FROM h.new_% THEN ' %' END]) END AS problem"
	    " FROM @ t FULL JOIN " LAST_CHANGE " h ON h.id = t.id"
	    " WHERE CASE WHEN h.op = 'd' THEN t.id IS NOT NULL ELSE t.id IS NULL OR h.id IS NULL"
	    "[ OR t.% IS DISTINCT FROM h.new_%] END",
	    LOOK_HISTORY},
	{"people", "every item says who made and changed it, and when, as its history does", true,
	    "SELECT t.id AS subject, concat('differs from its history in',"
	    " CASE WHEN t.created_date <> a.at THEN ' created_date' END,"
	    " CASE WHEN t.created_by IS DISTINCT FROM a.account_id THEN ' created_by' END,"
	    " CASE WHEN t.last_updated_date <> h.at THEN ' last_updated_date' END,"
	    " CASE WHEN t.last_updated_by IS DISTINCT FROM h.account_id THEN ' last_updated_by' END,"
	    " CASE WHEN t.modified <> m.modified THEN ' modified' END) AS problem"
	    " FROM @ t JOIN " LAST_CHANGE " h ON h.id = t.id JOIN " LAST_ADD " a ON a.id = t.id"
	    " CROSS JOIN LATERAL (SELECT left(t.id, 1) <> 'C' AND EXISTS (SELECT FROM @_history u"
	    " WHERE u.id = t.id AND u.seq > a.seq AND u.op = 'u' AND u.account_id IS NOT NULL)"
	    " AS modified) m"
	    " WHERE h.op <> 'd' AND (t.created_date <> a.at"
	    " OR t.created_by IS DISTINCT FROM a.account_id OR t.last_updated_date <> h.at"
	    " OR t.last_updated_by IS DISTINCT FROM h.account_id OR t.modified <> m.modified)",
	    LOOK_HISTORY},
	{"chain", "every change began with what the change before it left", true,
	    "SELECT id AS subject, concat('its change ', seq, ' (', op, ') does not follow from ',"
	    " CASE WHEN op_before IS NULL THEN 'nothing' ELSE concat('the one before (', op_before, ')')"
	    " END) AS problem"
	    " FROM (SELECT id, seq, op, lag(op) OVER item AS op_before,"
	    " ROW (1[, old_%]) AS old, lag(ROW (1[, new_%])) OVER item AS left_before"
	    " FROM @_history WINDOW item AS (PARTITION BY id ORDER BY seq)) h"
	    " WHERE CASE WHEN op = 'a' THEN op_before <> 'd'"
	    " ELSE op_before IS NULL OR op_before = 'd' OR old IS DISTINCT FROM left_before END",
	    LOOK_HISTORY},
	{"sides", "every change has the sides that belong to it", true,
	    "SELECT id AS subject, concat('its change ', seq, ' (', op, ') has a side too many or too"
	    " few') AS problem"
	    " FROM @_history WHERE false[ OR (op = 'a') <> (old_% IS NULL)]"
	    "[ OR (op = 'd') <> (new_% IS NULL)]",
	    LOOK_HISTORY},
	{"applied", "every change is of a job that succeeded, and by who accepted it", true,
	    "SELECT coalesce(" JOB("h.job_id") ", 'no job') AS subject, concat(h.changes, ' changes of"
	    " attempt ', h.attempt, ': ', CASE WHEN h.job_id IS NULL THEN 'loaded, but by an account'"
	    " WHEN j.id IS NULL THEN 'there is no such job'"
	    " WHEN j.status <> 'success' THEN concat('the job is ', j.status)"
	    " WHEN j.attempt <> h.attempt THEN concat('the job succeeded at attempt ', j.attempt)"
	    " ELSE 'somebody else accepted the job' END) AS problem"
	    " FROM (SELECT job_id, attempt, account_id, count(*) AS changes FROM @_history"
	    " GROUP BY job_id, attempt, account_id) h LEFT JOIN import_job j ON j.id = h.job_id"
	    " WHERE CASE WHEN h.job_id IS NULL THEN h.attempt IS NOT NULL OR h.account_id IS NOT NULL"
	    " ELSE j.id IS NULL OR j.status <> 'success' OR j.attempt <> h.attempt"
	    " OR j.accepted_by IS DISTINCT FROM h.account_id END",
	    "SELECT * FROM @_history WHERE job_id = … ORDER BY seq"},
	{"once", "every job that succeeded changed as many items as its summary says", true,
	    "SELECT " JOB("j.id") " AS subject, concat('was to add ', s.adds, ', update ', s.updates,"
	    " ', delete ', s.deletes, '; it added ', coalesce(h.adds, 0), ', updated ',"
	    " coalesce(h.updates, 0), ', deleted ', coalesce(h.deletes, 0)) AS problem"
	    " FROM import_job j JOIN import_summary s ON s.job_id = j.id AND s.attempt = j.attempt"
	    " AND s.content_model = '@' LEFT JOIN (SELECT job_id, attempt, " COUNTS " FROM @_history"
	    " GROUP BY job_id, attempt) h ON h.job_id = j.id AND h.attempt = j.attempt"
	    " WHERE j.status = 'success' AND (s.adds, s.updates, s.deletes) IS DISTINCT FROM"
	    " (coalesce(h.adds, 0), coalesce(h.updates, 0), coalesce(h.deletes, 0))",
	    "SELECT * FROM @_history WHERE job_id = … ORDER BY entry"},
	{"reviewed", "what was applied is what was reviewed", true,
	    "SELECT " JOB("coalesce(d.job_id, h.job_id)") " AS subject, concat('entry ',"
	    " coalesce(d.entry, h.entry), CASE WHEN h.job_id IS NULL THEN ' was not applied'"
	    " WHEN d.job_id IS NULL THEN ' was applied, but is not in the diff'"
	    " ELSE ' was applied otherwise than the diff says' END) AS problem"
	    " FROM (SELECT d.* FROM @_diff d JOIN import_job j ON j.id = d.job_id AND j.week = d.week"
	    " AND j.attempt = d.attempt WHERE j.status = 'success' AND j.purged IS NULL) d"
	    " FULL JOIN (SELECT h.* FROM @_history h JOIN import_job j ON j.id = h.job_id"
	    " WHERE j.status = 'success' AND j.purged IS NULL) h"
	    " ON h.job_id = d.job_id AND h.attempt = d.attempt AND h.entry = d.entry"
	    " WHERE ROW (d.id, d.op[, d.old_%][, d.new_%])"
	    " IS DISTINCT FROM ROW (h.id, h.op[, h.old_%][, h.new_%])",
	    "SELECT * FROM @_diff WHERE job_id = … ORDER BY attempt, entry"},
	{"numbers", "no number of a custom item can be given again", true,
	    "SELECT '@' AS subject, concat('CT', used.number, ' was used, but the highest number"
	    " remembered is ', coalesce(n.last_number::text, 'none')) AS problem"
	    " FROM (SELECT max(item_position('^', id)) - 1000000000000000 AS number"
	    " FROM (SELECT id FROM @ UNION ALL SELECT id FROM @_history WHERE op = 'a') ids) used"
	    " LEFT JOIN model_number n ON n.content_model = '@'"
	    " WHERE used.number > coalesce(n.last_number, 0)",
	    "SELECT * FROM model_number"},

	/* What jobs brought with them. */
	{"diffs", "every diff has the rows that its summary counts, and belongs to a job", true,
	    "SELECT " JOB("coalesce(d.job_id, s.job_id)") " AS subject, concat('attempt ',"
	    " coalesce(d.attempt, s.attempt), ': ', CASE WHEN j.id IS NULL THEN 'there is no such job'"
	    " WHEN s.job_id IS NULL THEN 'its diff has no summary'"
	    " ELSE concat('its diff has ', coalesce(d.adds, 0), ' adds, ', coalesce(d.updates, 0),"
	    " ' updates, ', coalesce(d.deletes, 0), ' deletes; the summary says ', s.adds, ', ',"
	    " s.updates, ', ', s.deletes) END) AS problem"
	    " FROM (SELECT job_id, attempt, week, " COUNTS " FROM @_diff"
	    " GROUP BY job_id, attempt, week) d"
	    " FULL JOIN (SELECT s.*, j.week FROM import_summary s JOIN import_job j ON j.id = s.job_id"
	    " WHERE s.content_model = '@' AND j.purged IS NULL) s"
	    " ON s.job_id = d.job_id AND s.attempt = d.attempt AND s.week = d.week"
	    " LEFT JOIN import_job j ON j.id = coalesce(d.job_id, s.job_id)"
	    " WHERE j.purged IS NULL AND (coalesce(d.adds, 0), coalesce(d.updates, 0),"
	    " coalesce(d.deletes, 0)) IS DISTINCT FROM (s.adds, s.updates, s.deletes)",
	    "SELECT attempt, week, op, count(*) FROM @_diff WHERE job_id = … GROUP BY 1, 2, 3"},
	{"files", "every uploaded file is there, byte for byte in number, until it is purged", false,
	    "SELECT " JOB("f.job_id") " AS subject, concat('its file for ', f.content_model, ' has ',"
	    " coalesce(c.bytes, 0), ' of ', f.bytes, ' bytes in ', coalesce(c.pieces, 0), ' pieces')"
	    " AS problem FROM import_file f JOIN import_job j ON j.id = f.job_id LEFT JOIN ("
	    "SELECT file_id, week, sum(octet_length(data)) AS bytes, count(*) AS pieces,"
	    " max(seq) + 1 AS last FROM upload_chunk GROUP BY file_id, week) c"
	    " ON c.file_id = f.id AND c.week = j.week"
	    " WHERE j.purged IS NULL AND (c.bytes IS DISTINCT FROM f.bytes OR c.pieces <> c.last)",
	    "SELECT f.id, c.week, c.seq, octet_length(c.data) FROM import_file f JOIN upload_chunk c"
	    " ON c.file_id = f.id WHERE f.job_id = … ORDER BY c.seq"},
	{"strays", "no uploaded byte and no error belongs to nothing", false,
	    "SELECT concat('file ', c.file_id) AS subject, concat('its bytes in week ', c.week, ': ',"
	    " CASE WHEN f.id IS NULL THEN 'there is no such file' WHEN j.id IS NULL THEN 'it has no job'"
	    " ELSE concat('its job is of week ', j.week) END) AS problem"
	    " FROM (SELECT DISTINCT file_id, week FROM upload_chunk) c"
	    " LEFT JOIN import_file f ON f.id = c.file_id LEFT JOIN import_job j ON j.id = f.job_id"
	    " WHERE j.week IS DISTINCT FROM c.week"
	    " UNION ALL SELECT concat('file ', id), 'it has no job' FROM import_file WHERE job_id IS NULL"
	    " UNION ALL SELECT " JOB("e.job_id") ", concat('errors of attempt ', e.attempt, ' in week ',"
	    " e.week, ': ', CASE WHEN j.id IS NULL THEN 'there is no such job'"
	    " ELSE concat('the job is at attempt ', j.attempt, ' and of week ', j.week) END)"
	    " FROM (SELECT job_id, attempt, week FROM import_error"
	    " UNION SELECT job_id, attempt, week FROM import_failed_row) e"
	    " LEFT JOIN import_job j ON j.id = e.job_id"
	    " WHERE j.week IS DISTINCT FROM e.week OR j.attempt < e.attempt",
	    "SELECT * FROM import_file WHERE id = …"},

	/* Jobs and their audit trail. */
	{"path", "every job took only steps that are allowed, each told of in its events", false,
	    "SELECT " JOB("p.job_id") " AS subject, concat('event ', p.event, ' (', p.id, ') leads from ',"
	    " coalesce(p.before, 'nothing'), ' at attempt ', coalesce(p.attempt_before, 0), ' to ',"
	    " p.status, ' at attempt ', p.attempt) AS problem"
	    " FROM (SELECT *, lag(status) OVER job AS before, lag(attempt) OVER job AS attempt_before"
	    " FROM job_event WINDOW job AS (PARTITION BY job_id ORDER BY id)) p"
	    " LEFT JOIN job_edge e ON e.from_status = p.before COLLATE \"C\""
	    " AND e.to_status = p.status COLLATE \"C\""
	    " WHERE NOT coalesce(CASE WHEN p.before IS NULL"
	    " THEN p.event = 'created' AND p.status = 'pending' AND p.attempt = 1"
	    " WHEN p.event IN ('cancel_requested', 'worker_lost', 'released')"
	    " THEN p.status = p.before AND p.status IN " RUNNING " AND p.attempt = p.attempt_before"
	    " WHEN p.event = 'purged'"
	    " THEN p.status = p.before AND p.status IN " ENDED " AND p.attempt = p.attempt_before"
	    " WHEN p.event = 'expired' THEN p.before = 'ready_for_review' AND p.status = 'cancel'"
	    " AND p.attempt = p.attempt_before AND p.account_id IS NULL"
	    " ELSE p.event = e.event AND p.attempt = p.attempt_before + (p.event = 'retried')::integer"
	    " END, false)",
	    LOOK_EVENTS},
	{"events", "every job is where its last event left it", false,
	    "SELECT " JOB("j.id") " AS subject, CASE WHEN e.id IS NULL THEN 'has no events'"
	    " WHEN e.status <> j.status OR e.attempt <> j.attempt THEN concat('is ', j.status,"
	    " ' at attempt ', j.attempt, '; its last event left it ', e.status, ' at attempt ', e.attempt)"
	    " WHEN (j.purged IS NULL) <> (e.event <> 'purged') THEN 'its events do not say right whether"
	    " it was purged' ELSE 'its events name another who accepted it' END AS problem"
	    " FROM import_job j LEFT JOIN (SELECT DISTINCT ON (job_id) * FROM job_event"
	    " ORDER BY job_id, id DESC) e ON e.job_id = j.id"
	    " LEFT JOIN (SELECT DISTINCT ON (job_id, attempt) * FROM job_event WHERE event = 'accepted'"
	    " ORDER BY job_id, attempt, id DESC) a ON a.job_id = j.id AND a.attempt = j.attempt"
	    " WHERE e.id IS NULL OR e.status <> j.status OR e.attempt <> j.attempt"
	    " OR (j.purged IS NULL) <> (e.event <> 'purged')"
	    " OR a.account_id IS DISTINCT FROM j.accepted_by",
	    LOOK_EVENTS},
	{"jobs", "every job has its files, and a summary of each from its review on", false,
	    "SELECT " JOB("j.id") " AS subject, CASE WHEN f.id IS NULL THEN 'has no file'"
	    " ELSE concat('is ', j.status, ', but has no summary of ', f.content_model) END AS problem"
	    " FROM import_job j LEFT JOIN import_file f ON f.job_id = j.id LEFT JOIN import_summary s"
	    " ON s.job_id = j.id AND s.attempt = j.attempt AND s.content_model = f.content_model"
	    " WHERE f.id IS NULL OR s.job_id IS NULL"
	    " AND j.status IN ('ready_for_review', 'applying_changes', 'success')",
	    LOOK_JOB},
	{"one", "at most one job is under way", false,
	    "SELECT " JOB("id") " AS subject, concat('is ', status, ', and is not the only one under way')"
	    " AS problem FROM import_job WHERE status IN " UNDER_WAY
	    " AND (SELECT count(*) FROM import_job WHERE status IN " UNDER_WAY ") > 1",
	    LOOK_JOB},
	{"leases", "workers hold only jobs that are running", false,
	    "SELECT " JOB("l.job_id") " AS subject, concat('is held by ', l.worker, ' with run token ',"
	    " l.run_token, '; the job is ', j.status, ' with ', j.run_token) AS problem"
	    " FROM lease l LEFT JOIN import_job j ON j.id = l.job_id"
	    " WHERE j.status IS NULL OR j.status NOT IN " RUNNING " OR l.run_token <> j.run_token",
	    "SELECT * FROM lease WHERE job_id = …"},

	/* Copies that are kept so that a request reads one row. */
	{"credentials", "every token and session may do what its account may", false,
	    "SELECT concat('credential ', c.id) AS subject, concat('is ', c.role,"
	    " CASE WHEN NOT c.active THEN ', disabled' END, '; account ', a.id, ' is ', a.role,"
	    " CASE WHEN NOT a.active THEN ', disabled' END) AS problem"
	    " FROM credential c JOIN account a ON a.id = c.account_id"
	    " WHERE c.role <> a.role OR c.active <> a.active",
	    "SELECT id, account_id, kind, role, active FROM credential WHERE id = …"},
	{"names", "every job shows people as they are called now", false,
	    "SELECT " JOB("id") " AS subject, 'shows a person otherwise than their account' AS problem"
	    " FROM import_job WHERE triggered_by_doc::text <> account_doc(triggered_by)::text"
	    " OR accepted_by_doc::text IS DISTINCT FROM account_doc(accepted_by)::text",
	    "SELECT triggered_by, triggered_by_doc, accepted_by, accepted_by_doc FROM import_job"
	    " WHERE id = …"},

	/* Who may do what, and what the server needs. */
	{"database", "rights on the database are as they must be; \"accession migrate\" renews them",
	    false, rights_of_database,
	    "SELECT datacl, nspacl FROM pg_database, pg_namespace"
	    " WHERE datname = current_database() AND nspname = 'public'"},
	{"rights", "rights on tables and functions are what migrations gave", false, rights_of_objects,
	    "SELECT * FROM schema_right WHERE grantee = '…'"},
	{"writers", "nobody but the worker and the owner can write the library, by whatever way", true,
	    "SELECT rolname AS subject, concat('can write ', name) AS problem FROM pg_roles"
	    " CROSS JOIN (VALUES ('@'), ('@_diff'), ('@_history')) written (name)"
	    " WHERE starts_with(rolname, 'accession_') AND rolname <> 'accession_worker'"
	    " AND has_table_privilege(pg_roles.oid, name, 'INSERT, UPDATE, DELETE, TRUNCATE')"
	    " AND pg_roles.oid <> (SELECT relowner FROM pg_class WHERE oid = name::regclass)",
	    "SELECT rolname, rolsuper, pg_has_role(rolname, 'accession_worker', 'MEMBER') FROM pg_roles"
	    " WHERE rolname = '…'"},
	{"indexes", "every index is complete", false,
	    "SELECT indexrelid::regclass::text AS subject, concat('is incomplete: drop it, and make it"
	    " anew as ', pg_get_indexdef(indexrelid)) AS problem FROM pg_index"
	    " JOIN pg_class ON pg_class.oid = indexrelid"
	    " WHERE NOT indisvalid AND relkind = 'i' AND relnamespace = 'public'::regnamespace",
	    "SELECT pid, phase FROM pg_stat_progress_create_index"},
	{NULL, NULL, false, NULL, NULL},
};
/* clang-format on */
