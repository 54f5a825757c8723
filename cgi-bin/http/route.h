/* From a URL and a method to the handler that replies. */
#ifndef ACCESSION_ROUTE_H
#define ACCESSION_ROUTE_H

#include "database/db.h"
#include "http/http.h"
#include "http/request.h"

#define ROUTE_MAX_METHODS 3

/* Whether a request with this query may take long, and so is for the slow pool. */
typedef bool slow_fn(const struct query *q);

struct method {
	const char *name;
	enum role role; /* the least that may */
	slow_fn *is_slow;
	handler_fn *handle;
};

/* In a pattern {id} stands for a number and {name} for any one segment. */
struct route {
	const char *pattern;
	bool is_import;                /* belongs to the feature import_export_v2 */
	const struct statement *along; /* goes along with the sign-in, with {id} for its key */
	struct method methods[ROUTE_MAX_METHODS];
};

/* All routes; ends with a NULL pattern. The table is in handlers/routes.c. */
extern const struct route routes[];

/*
 * Replies to one request: finds the route, checks in this order sign-in (401), feature (404),
 * permission (403) and method (405), and calls the handler; or, in a handler for short requests,
 * hands over what may last to the slow pool.
 *
 * Only a GET can be handed over. Of an upload nginx asks first (see enum precheck), and the reply
 * says in the header Accession-Pool where its body is to go.
 */
void route_request(struct http *http, struct db *db);

#endif
