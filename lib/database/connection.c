/* Opening and closing a connection: see connection.h. */
#include "database/connection.h"

#include "base/config.h"
#include "base/log.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* The sqlstate of notices that go into the log: security_event_add, sql/010_security_events.sql. */
#define TO_BE_LOGGED "AC100"

void
db_init(struct db *db, const char *role, const char *application, const struct db_setting *settings)
{
	*db = (struct db){
	    .role = role,
	    .application = application,
	    .settings = settings,
	    .pooled = strcmp(config_text(SETTING_PREPARED), "off") == 0,
	};
}

void
db_close(struct db *db)
{
	PQfinish(db->conn);
	free(db->prepared);
	db->conn = NULL;
	db->prepared = NULL;
	db->nprepared = 0;
	db->in_transaction = db->streams_alone = db->doubtful = false;
}

bool
db_is_open(const struct db *db)
{
	return db->conn && !db->doubtful;
}

static bool
is_loopback(const char *address)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (inet_pton(AF_INET, address, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
	if (inet_pton(AF_INET6, address, &v6) != 1)
		return false;
	return IN6_IS_ADDR_LOOPBACK(&v6) ||
	       (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == IN_LOOPBACKNET);
}

bool
db_is_exposed(const struct db *db)
{
	const char *host = PQhost(db->conn), *address = PQhostaddr(db->conn);

	if (!host || *host == '/' || *host == '@') /* a socket's folder or name */
		return false;
	if (address && is_loopback(address))
		return false;
	return !PQsslInUse(db->conn) && !PQgssEncInUse(db->conn);
}

/* Warns once per program: forked children inherit `warned`. */
static void
warn_if_exposed(const struct db *db)
{
	static bool warned;

	if (warned || !db_is_exposed(db))
		return;
	warned = true;
	log_warning("The connection to the database at %s goes over the network unencrypted: set "
		    "PGSSLMODE=verify-full and PGSSLROOTCERT=FILE, the certificate of who signed "
		    "the server's.",
	    PQhost(db->conn));
}

/* Of what the server tells beside results, only what our functions mean for the log is of interest.
 */
static void
hear_notice(void *arg, const PGresult *res)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

	(void)arg;
	if (text && state && strcmp(state, TO_BE_LOGGED) == 0)
		log_info("%s", text);
	else if (text)
		log_debug("%s", text);
}

/* The environment takes precedence. `wanted` says which of several servers to choose. */
static int
open_to(struct db *db, const char *wanted, struct error *err)
{
	const char *names[] = {"user", "dbname", "fallback_application_name", "client_encoding",
	    "connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count",
	    "tcp_user_timeout", "target_session_attrs", NULL};
	const char *values[] = {getenv("PGUSER") ? NULL : db->role,
	    getenv("PGDATABASE") ? NULL : "accession", db->application, "UTF8",
	    getenv("PGCONNECT_TIMEOUT") ? NULL : "5", "30", "10", "3", "30000",
	    getenv("PGTARGETSESSIONATTRS") ? NULL : wanted, NULL};

	db->conn = PQconnectdbParams(names, values, 0);
	if (PQstatus(db->conn) != CONNECTION_OK) {
		const char *text = PQerrorMessage(db->conn);
		error_set(err, ERROR_DB_DOWN, "%.*s", (int)strcspn(text, "\n"), text);
		db_close(db);
		return -1;
	}
	PQsetNoticeReceiver(db->conn, hear_notice, NULL);
	warn_if_exposed(db);
	if (db_set_session(db, err) < 0) {
		db_close(db);
		return -1;
	}
	return 0;
}

/*
 * Tries "primary" first, as "read-write" would skip a primary on which only the role or the
 * database is set to read only. If that server takes no writes at all, another one may.
 */
int
db_connect(struct db *db, struct error *err)
{
	if (db_is_open(db) && !db_hung_up(db->conn))
		return 0;
	db_close(db);
	if (open_to(db, "primary", err) == 0)
		return 0;
	if (strcmp(err->sqlstate, SQLSTATE_READ_ONLY) != 0)
		return -1;
	return open_to(db, "read-write", err);
}
