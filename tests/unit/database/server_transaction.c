/*
 * What holds for a connection and its transactions, as the server sees it. The PG* variables name
 * the server; the user is the owner of the tables. tests/e2e/operate/test_connection.py runs this
 * with a site's server.
 */
#include "daemon/work.h"
#include "database/connection.h"
#include "database/transaction.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ROLE "accession_owner"

static const struct statement make = {NULL, "CREATE TEMP TABLE made ()", 0, false};
static const struct statement made = {NULL, "SELECT to_regclass('pg_temp.made') IS NULL", 0, true};
static const struct statement fail = {NULL, "SELECT 1 / 0", 0, false};

static const struct db_setting own[] = {{"lock_timeout", "1234"}, {NULL, NULL}};

static const struct db_setting expected[] = {
    {"search_path", "public"},
    {"client_encoding", "UTF8"},
    {"standard_conforming_strings", "on"},
    {"quote_all_identifiers", "off"},
    {"default_transaction_isolation", "read committed"},
    {"DateStyle", "ISO, MDY"},
    {"TimeZone", "UTC"},
    {"bytea_output", "hex"},
    {"statement_timeout", "0"},
    {"lock_timeout", "1234ms"},
    {"idle_in_transaction_session_timeout", "0"},
    {"idle_session_timeout", "0"},
    {"jit", "off"},
    {"transaction_isolation", "read committed"},
    {NULL, NULL},
};

static void
open_db(struct db *db)
{
	struct error err = {0};

	db_init(db, ROLE, "server_transaction", own);
	if (db_connect(db, &err) < 0)
		fail_msg("%s", err.message);
}

/* Whether the setting has the value. */
static bool
is_set(struct db *db, const struct db_setting *s)
{
	const struct statement show = {NULL, "SELECT current_setting($1) = $2", 2, true};
	const char *params[] = {s->name, s->value};
	struct error err = {0};
	PGresult *res = db_query(db, &show, params, &err);

	assert_non_null(res);
	bool same = db_get_bool(res, 0, 0);
	PQclear(res);
	return same;
}

static void
a_connection_begins_with_its_settings(void **state)
{
	(void)state;
	struct db db;

	open_db(&db);
	for (const struct db_setting *s = expected; s->name; s++)
		if (!is_set(&db, s))
			fail_msg("%s is not %s", s->name, s->value);
	assert_false(db.behind_pooler);
	assert_false(db_is_exposed(&db));
	db_close(&db);
}

/* Not for the session, which is somebody else's afterwards. */
static void
a_pooled_connection_sets_them_for_each_statement(void **state)
{
	(void)state;
	struct db db;

	open_db(&db);
	db_close(&db);
	db.pooled = true;
	for (const struct db_setting *s = expected; s->name; s++)
		if (!is_set(&db, s))
			fail_msg("%s is not %s", s->name, s->value);
	PGresult *res = PQexec(db.conn, "SHOW lock_timeout");
	assert_string_not_equal(PQgetvalue(res, 0, 0), own[0].value);
	PQclear(res);
	db_close(&db);
}

static void
a_pooled_connection_reads_rows_to_the_end_of_its_transaction(void **state)
{
	(void)state;
	const struct statement three = {NULL, "SELECT generate_series(1, 3)", 0, true};
	struct error err = {0};
	int64_t rows = 0;
	struct db db;

	open_db(&db);
	db.pooled = true;
	assert_int_equal(db_stream(&db, &three, NULL, &err), 0);
	for (PGresult *row; (row = db_next(&db, &err)); PQclear(row))
		assert_int_equal(db_get_int(row, 0, 0), ++rows);
	assert_int_equal(err.code, ERROR_NONE);
	assert_int_equal(rows, 3);
	assert_int_equal(PQtransactionStatus(db.conn), PQTRANS_IDLE);
	assert_int_equal(db_stream(&db, &fail, NULL, &err), 0);
	assert_null(db_next(&db, &err));
	assert_string_equal(err.sqlstate, "22012");
	assert_int_equal(PQtransactionStatus(db.conn), PQTRANS_IDLE);
	assert_int_equal(db_ping(&db, &err), 0);
	db_close(&db);
}

static void
what_is_committed_is_there(void **state)
{
	(void)state;
	struct error err = {0};
	struct db db;

	open_db(&db);
	assert_int_equal(db_begin(&db, &err), 0);
	assert_int_equal(db_run(&db, &make, NULL, &err), 0);
	assert_int_equal(db_commit(&db, &err), 0);
	PGresult *res = db_query(&db, &made, NULL, &err);
	assert_false(db_get_bool(res, 0, 0));
	PQclear(res);
	db_close(&db);
}

/* The server answers such a COMMIT with ROLLBACK, and without an error. */
static void
a_commit_after_a_failed_statement_is_a_failure(void **state)
{
	(void)state;
	struct error err = {0};
	struct db db;

	open_db(&db);
	assert_int_equal(db_begin(&db, &err), 0);
	assert_int_equal(db_run(&db, &make, NULL, &err), 0);
	assert_int_equal(db_run(&db, &fail, NULL, &err), -1);
	assert_int_equal(db_commit(&db, &err), -1);
	assert_int_equal(err.code, ERROR_DB); /* not ERROR_DB_DOWN: the outcome is known */
	PGresult *res = db_query(&db, &made, NULL, &err);
	assert_true(db_get_bool(res, 0, 0));
	PQclear(res);
	db_close(&db);
}

static void
a_commit_of_the_worker_after_a_failed_statement_is_a_failure(void **state)
{
	(void)state;
	struct error err = {0};
	struct loop alone;
	struct work w;

	loop_open_alone(&alone);
	work_init(&w, &alone, ROLE);
	assert_int_equal(work_open(&w, &err), 0);
	for (int good = 1; good >= 0; good--) {
		assert_int_equal(work_begin(&w, &err), 0);
		if (!good)
			assert_int_equal(work_run(&w, &fail, NULL, &err), -1);
		assert_int_equal(work_commit(&w, &err), good ? 0 : -1);
	}
	assert_int_equal(err.code, ERROR_DB);
	assert_true(work_is_up(&w));
	work_close(&w);
	loop_close(&alone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_connection_begins_with_its_settings),
	    cmocka_unit_test(a_pooled_connection_sets_them_for_each_statement),
	    cmocka_unit_test(a_pooled_connection_reads_rows_to_the_end_of_its_transaction),
	    cmocka_unit_test(what_is_committed_is_there),
	    cmocka_unit_test(a_commit_after_a_failed_statement_is_a_failure),
	    cmocka_unit_test(a_commit_of_the_worker_after_a_failed_statement_is_a_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
