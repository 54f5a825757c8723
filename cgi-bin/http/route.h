/* From a URL and a method to the handler that replies. */
#ifndef ACCESSION_ROUTE_H
#define ACCESSION_ROUTE_H

#include "database/db.h"
#include "http/http.h"
#include "http/request.h"

#define ROUTE_MAX_METHODS 3

/*
 * May the request take long, so that it belongs to the slow pool? {model} of the route is known by
 * then. A query that is wrong is refused at once, in any pool.
 */
typedef bool slow_fn(const struct request *r);

struct method {
	const char *name;
	enum role role; /* the least role that may do this */
	slow_fn *is_slow;
	handler_fn *handle;
};

/* In a pattern {id} is a number, {model} the name of a content model, {name} any one segment. */
struct route {
	const char *pattern;
	bool is_import;                /* belongs to the feature import_export_v2 */
	const struct statement *along; /* read along with the sign-in, with {id} for its key */
	struct method methods[ROUTE_MAX_METHODS];
};

/* All routes; ends with a NULL pattern. The table is in handlers/routes.c. */
extern const struct route routes[];

/*
 * Replies to one request. Finds the route; checks sign-in (401), feature (404), permission (403),
 * method (405) and {model} (404), in this order; then calls the handler or, in a handler for short
 * requests, hands a long request over to the slow pool.
 *
 * Only a GET can be handed over. For an upload nginx asks first (see enum precheck), and the header
 * Accession-Pool of the reply names the pool that gets the body.
 */
void route_request(struct http *http, struct db *db);

#endif
