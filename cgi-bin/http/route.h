/* From a URL and a method to the handler that replies. */
#ifndef ACCESSION_ROUTE_H
#define ACCESSION_ROUTE_H

#include "database/db.h"
#include "http/http.h"
#include "http/request.h"

#define ROUTE_MAX_METHODS 4

/*
 * Which pool does the request belong to? {model} of the route is known by then, but for
 * POOL_SIGN_IN. A query that is wrong is refused at once, in any pool.
 */
typedef enum pool pool_fn(const struct request *r);

struct method {
	const char *name;
	enum role role; /* the least role that may do this */
	pool_fn *pool;
	handler_fn *handle;
};

/* In a pattern {id} and {part} are numbers, {model} the name of a content model, {name} any one
 * segment. */
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
 * method (405) and {model} (404), in this order; then calls the handler, or hands the request over
 * to the pool where it belongs. What carries a password goes to the sign-in pool before all that.
 *
 * For an upload nginx asks first (see enum precheck), and the header Accession-Pool of the reply
 * names the pool that gets the body.
 */
void route_request(struct http *http, struct db *db);

#endif
