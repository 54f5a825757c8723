/* Transactions: see transaction.h. */
#include "database/transaction.h"

#include "database/connection.h"
#include "database/execute.h"

#include <string.h>

/* Each statement sees what was committed before it, whatever the role or database defaults to. */
#define BEGIN "BEGIN ISOLATION LEVEL READ COMMITTED"

const struct statement transaction_begin = {NULL, BEGIN, 0, true};
const struct statement transaction_commit = {NULL, "COMMIT", 0, false};
const struct statement transaction_rollback = {NULL, "ROLLBACK", 0, false};

static const struct statement begin_writing = {NULL, BEGIN ", READ WRITE", 0, true};
static const struct statement begin_snapshot = {
    NULL, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", 0, true};

int
transaction_committed(const PGresult *res, struct error *err)
{
	if (strcmp(PQcmdStatus((PGresult *)res), "COMMIT") == 0)
		return 0;
	return error_set(
	    err, ERROR_DB, "the transaction was rolled back, as one of its statements had failed");
}

/* On a pooled connection the settings must be made again in each transaction. */
static int
begin(struct db *db, const struct statement *st, struct error *err)
{
	PGresult *res = db_execute(db, st, NULL, err);

	if (!res)
		return -1;
	PQclear(res);
	db->in_transaction = true;
	if (!db->pooled || db_set_transaction(db, err) == 0)
		return 0;
	db_rollback(db);
	return -1;
}

int
db_begin(struct db *db, struct error *err)
{
	if (db->pooled && db_connect(db, err) < 0) /* this sets read_write */
		return -1;
	return begin(db, db->read_write ? &begin_writing : &transaction_begin, err);
}

int
db_begin_snapshot(struct db *db, struct error *err)
{
	return begin(db, &begin_snapshot, err);
}

int
db_commit(struct db *db, struct error *err)
{
	PGresult *res = db_execute(db, &transaction_commit, NULL, err);
	int done = res ? transaction_committed(res, err) : -1;

	PQclear(res);
	db->in_transaction = false;
	return done;
}

void
db_rollback(struct db *db)
{
	struct error ignored = {0};

	if (!db->in_transaction)
		return;
	PGresult *res = db_execute(db, &transaction_rollback, NULL, &ignored);
	PQclear(res);
	if (!res)
		db_close(db);
	db->in_transaction = false;
}
