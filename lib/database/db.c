/* Statements over a connection: see db.h. */
#include "database/db.h"

#include "database/connection.h"
#include "database/execute.h"
#include "database/transaction.h"

static const struct statement ping_statement = {"ping", "SELECT 1", 0, true};

/* Whether a statement needs its own transaction, in which the settings are made. */
static bool
stands_alone(const struct db *db)
{
	return db->pooled && !db->in_transaction;
}

static PGresult *
query_alone(struct db *db, const struct statement *st, const char *const *params, struct error *err)
{
	for (int tries = st->reads_only ? 2 : 1; tries > 0; tries--) {
		if (db_begin(db, err) < 0)
			return NULL;
		PGresult *res = db_execute(db, st, params, err);
		if (res && db_commit(db, err) == 0)
			return res;
		PQclear(res);
		db_rollback(db);
		if (err->code != ERROR_DB_DOWN)
			return NULL;
	}
	return NULL;
}

PGresult *
db_query(struct db *db, const struct statement *st, const char *const *params, struct error *err)
{
	return stands_alone(db) ? query_alone(db, st, params, err)
				: db_execute(db, st, params, err);
}

int
db_run(struct db *db, const struct statement *st, const char *const *params, struct error *err)
{
	PGresult *res = db_query(db, st, params, err);

	if (!res)
		return -1;
	PQclear(res);
	return 0;
}

int
db_ping(struct db *db, struct error *err)
{
	return db_run(db, &ping_statement, NULL, err);
}

int
db_stream(struct db *db, const struct statement *st, const char *const *params, struct error *err)
{
	const bool alone = stands_alone(db);

	if (alone && db_begin(db, err) < 0)
		return -1;
	db->streams_alone = alone;
	if (db_send(db, st, params, err) == 0)
		return 0;
	if (alone)
		db_rollback(db);
	return -1;
}

/* Called when all rows were read or the rows broke off. */
static void
end_stream(struct db *db, struct error *err)
{
	if (!db->streams_alone)
		return;
	db->streams_alone = false;
	if (err->code || db_commit(db, err) < 0)
		db_rollback(db);
}

PGresult *
db_next(struct db *db, struct error *err)
{
	PGresult *res = PQgetResult(db->conn);

	*err = (struct error){0};
	if (res && PQresultStatus(res) == PGRES_SINGLE_TUPLE)
		return res;
	if (!res || PQresultStatus(res) != PGRES_TUPLES_OK)
		db_failed(db, res, err);
	while (res) {
		PQclear(res);
		res = PQgetResult(db->conn);
	}
	end_stream(db, err);
	return NULL;
}

/* Closing is faster than reading and discarding the rest of a large result. */
void
db_abandon(struct db *db)
{
	db_close(db);
}
