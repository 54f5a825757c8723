/* Whether a connection is a session of its own: see direct.h. */
#include "daemon/direct.h"

#include "base/clock.h"
#include "base/config.h"
#include "database/connection.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

/* A notification carries a word of its own, as there may be others on the same server. */
static const struct statement listen_statement = {NULL, "LISTEN accession_direct", 0, false};
static const struct statement unlisten_statement = {NULL, "UNLISTEN accession_direct", 0, false};
static const struct statement backend_statement = {NULL, "SELECT pg_backend_pid()", 0, false};
static const struct statement call_statement = {
    NULL, "SELECT pg_backend_pid(), pg_notify('accession_direct', $1)", 1, false};

/* Returns the pid of the server process that runs the statement, or -1 with the error set. */
static int64_t
backend_of(struct db *db, const struct statement *st, const char *word, struct error *err)
{
	PGresult *res = db_query(db, st, (const char *const[]){word}, err);

	if (!res)
		return -1;
	int64_t pid = db_get_int(res, 0, 0);
	PQclear(res);
	return pid;
}

/* Takes the notifications received so far; true if the word is among them. */
static bool
has_heard(PGconn *conn, const char *word)
{
	bool heard = false;

	for (PGnotify *n; (n = PQnotifies(conn)); PQfreemem(n))
		heard = heard || strcmp(n->extra, word) == 0;
	return heard;
}

/*
 * Waits for the word without sending anything: where a pooler shares the server connection, what
 * the server says between two transactions reaches nobody.
 */
static bool
hears(PGconn *conn, const char *word)
{
	const int64_t until = clock_ms() + config_int(SETTING_WORKER_SILENCE_MS) / 2;
	struct pollfd p = {.fd = PQsocket(conn), .events = POLLIN};

	while (!has_heard(conn, word)) {
		int64_t left = until - clock_ms();
		if (left <= 0)
			return false;
		poll(&p, 1, (int)left);
		if (!PQconsumeInput(conn))
			return false;
	}
	return true;
}

static int
refuse(struct error *err)
{
	return error_set(err, ERROR_DB_SCHEMA,
	    "This needs a connection of its own, and a pooler such as PgBouncer shares it with "
	    "others: set PGHOST and PGPORT to those of PostgreSQL itself, or give the pooler "
	    "pool_mode=session.");
}

/* Returns 1 if the connection has a session of its own, 0 if not, or -1 with the error set. */
static int
is_own(struct db *db, struct db *other, struct error *err)
{
	char word[24];
	uint64_t chance = 0;

	if (getrandom(&chance, sizeof chance, 0) != (ssize_t)sizeof chance)
		return error_errno(err, "getrandom");
	snprintf(word, sizeof word, "%" PRIx64, chance);
	if (db_run(db, &listen_statement, NULL, err) < 0)
		return -1;
	int64_t own = backend_of(db, &backend_statement, NULL, err);
	int64_t others = own < 0 ? -1 : backend_of(other, &call_statement, word, err);
	if (others < 0)
		return -1;
	if (own == others || !hears(db->conn, word))
		return 0;
	return db_run(db, &unlisten_statement, NULL, err) < 0 ? -1 : 1;
}

int
direct_check(struct db *db, struct error *err)
{
	struct db other;

	if (!db->behind_pooler)
		return 0;
	db_init(&other, db->role, db->application, db->settings);
	other.pooled = false;
	int own = is_own(db, &other, err);
	db_close(&other);
	if (own == 0)
		return refuse(err);
	return own < 0 ? -1 : 0;
}
