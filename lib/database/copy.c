/* COPY FROM STDIN: see copy.h. */
#include "database/copy.h"

#include "database/execute.h"
#include "database/tuple.h"

int
db_copy_begin(struct db *db, const struct statement *st, struct error *err)
{
	PGresult *res = db_query(db, st, NULL, err);

	if (!res)
		return -1;
	PQclear(res);
	return db_copy_data(db, tuple_header, sizeof tuple_header, err);
}

int
db_copy_data(struct db *db, const void *bytes, size_t n, struct error *err)
{
	if (PQputCopyData(db->conn, bytes, (int)n) != 1)
		return db_error(db->conn, NULL, err);
	return 0;
}

int
db_copy_end(struct db *db, const char *abort_reason, struct error *err)
{
	if (!abort_reason && db_copy_data(db, tuple_trailer, sizeof tuple_trailer, err) < 0)
		return -1;
	if (PQputCopyEnd(db->conn, abort_reason) != 1)
		return db_error(db->conn, NULL, err);

	int done = 0;
	for (PGresult *res; (res = PQgetResult(db->conn)); PQclear(res))
		if (PQresultStatus(res) != PGRES_COMMAND_OK)
			done = db_failed(db, res, err);
	return done;
}
