/* Results from the server: see result.h. */
#include "database/result.h"

#include <poll.h>
#include <string.h>

/* timestamptz counts from 2000-01-01; everybody else from 1970-01-01. */
#define POSTGRES_EPOCH_US (INT64_C(946684800) * 1000000)

/* The error code for SQLSTATEs with this prefix. */
static const struct {
	const char *prefix;
	enum error_code code;
} meanings[] = {
    {"57014", ERROR_DB_CANCELED},
    {"23", ERROR_CONFLICT},     /* a constraint */
    {"AC", ERROR_CONFLICT},     /* a function of ours refuses */
    {"28000", ERROR_FORBIDDEN}, /* so does act(): the credential does not allow it (any more) */
    {"55P03", ERROR_BUSY},      /* a lock was not available */
    {"40", ERROR_BUSY},         /* a deadlock, a serialization failure */
    {"57P", ERROR_DB_DOWN},     /* shutting down or starting */
    {"53", ERROR_DB_DOWN},      /* out of resources */
    {SQLSTATE_READ_ONLY, ERROR_DB_DOWN},
};

bool
db_succeeded(const PGresult *res)
{
	ExecStatusType status = PQresultStatus(res);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
	       status == PGRES_SINGLE_TUPLE || status == PGRES_COPY_IN;
}

bool
db_hung_up(PGconn *conn)
{
	struct pollfd p = {.fd = PQsocket(conn), .events = POLLIN};

	if (PQstatus(conn) != CONNECTION_OK)
		return true;
	if (poll(&p, 1, 0) <= 0)
		return false;
	return !PQconsumeInput(conn) || PQstatus(conn) != CONNECTION_OK;
}

/* libpq reports a failed write before it has read that the server is gone, and a pooler that drops
 * the connection sends "08..." first: so look at the connection itself. */
static bool
is_lost(PGconn *conn, const char *sqlstate)
{
	if (PQstatus(conn) != CONNECTION_OK)
		return true;
	return (!sqlstate || strncmp(sqlstate, "08", 2) == 0) && db_hung_up(conn);
}

static enum error_code
meaning(const char *sqlstate)
{
	for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
		if (strncmp(sqlstate, meanings[i].prefix, strlen(meanings[i].prefix)) == 0)
			return meanings[i].code;
	return ERROR_DB;
}

int
db_error(PGconn *conn, const PGresult *res, struct error *err)
{
	const char *sqlstate = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
	const char *text = res ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	enum error_code code = sqlstate ? meaning(sqlstate) : ERROR_DB;

	if (is_lost(conn, sqlstate))
		code = ERROR_DB_DOWN;
	if (!text)
		text = PQerrorMessage(
		    conn); /* only now, because checking the connection changes the text */
	error_set(err, code, "%.*s", (int)strcspn(text, "\n"), text);
	if (sqlstate)
		strncpy(err->sqlstate, sqlstate, sizeof err->sqlstate - 1);
	return -1;
}

bool
db_is_null(const PGresult *res, int row, int col)
{
	return PQgetisnull(res, row, col);
}

int64_t
db_get_int(const PGresult *res, int row, int col)
{
	const char *bytes = PQgetvalue(res, row, col);
	int n = PQgetisnull(res, row, col) ? 0 : PQgetlength(res, row, col);
	uint64_t v = n && bytes[0] & 0x80 ? UINT64_MAX : 0; /* extends the sign */

	for (int i = 0; i < n; i++)
		v = v << 8 | (unsigned char)bytes[i];
	return (int64_t)v;
}

bool
db_get_bool(const PGresult *res, int row, int col)
{
	return db_get_int(res, row, col) != 0;
}

const char *
db_get_text(const PGresult *res, int row, int col)
{
	return PQgetvalue(res, row, col);
}

size_t
db_get_size(const PGresult *res, int row, int col)
{
	return (size_t)PQgetlength(res, row, col);
}

int64_t
db_get_time(const PGresult *res, int row, int col)
{
	return db_get_int(res, row, col) + POSTGRES_EPOCH_US;
}
