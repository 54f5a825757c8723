/* From a URL and a method to the handler that replies. */
#ifndef ACCESSION_ROUTE_H
#define ACCESSION_ROUTE_H

#include "db.h"
#include "http.h"

/*
 * Replies to one request: finds the route, checks in this order sign-in (401), feature (404),
 * permission (403) and method (405), and calls the handler.
 */
void route_request(struct http *http, struct db *db);

#endif
