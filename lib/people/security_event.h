/* Security events: what happened to accounts and credentials (sql/010_security_events.sql). */
#ifndef ACCESSION_SECURITY_EVENT_H
#define ACCESSION_SECURITY_EVENT_H

#include "base/error.h"
#include "base/json_writer.h"
#include "database/db.h"

#include <stdbool.h>
#include <stdint.h>

/* Which events; NULL: all. */
struct event_filter {
	const char *kind;
	const char *account; /* the email of whose account it is, or of who did it */
	const char *address; /* of a client, or of a network: event_is_address */
	const char *days;    /* not older than so many */
};

/* Is it an IPv4 or IPv6 address, or a network such as 192.0.2.0/24? */
bool event_is_address(const char *text);

/* The events, newest first: their number, and a stream of rows for db_next. limit 0: no limit. */
int64_t event_count(struct db *db, const struct event_filter *filter, struct error *err);
int event_stream(struct db *db, const struct event_filter *filter, int64_t limit, int64_t offset,
    struct error *err);

/* The same as a table for the operator: without the changes' JSON, but with what they were. */
PGresult *
event_table(struct db *db, const struct event_filter *filter, int64_t limit, struct error *err);

/* Writes the event in a stream's row as an object. */
void event_json(struct json *json, const PGresult *row);

/* The kinds that there are, for the filter: rows of kind and title; NULL with the error set. */
PGresult *event_kinds(struct db *db, struct error *err);

#endif
