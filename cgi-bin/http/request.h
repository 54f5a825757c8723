/* A request on its way through a handler: what the route and the sign-in found out about it. */
#ifndef ACCESSION_REQUEST_H
#define ACCESSION_REQUEST_H

#include "database/db.h"
#include "http/http.h"
#include "model/model.h"
#include "store/auth.h"

#include <stdbool.h>
#include <stdint.h>

#define REQUEST_NAME_SIZE 64

struct request {
	struct http *http;
	struct db *db;
	struct caller caller;
	struct along along;           /* the read that the route names */
	int64_t id;                   /* {id} of the route */
	char name[REQUEST_NAME_SIZE]; /* {name} of the route */
};

/* What was read along with the sign-in, the caller's to PQclear. NULL: it is still to be read. */
PGresult *request_found(struct request *r);

/* Begins a transaction in which the caller acts: see account_act. */
int request_act(struct request *r, struct error *err) __attribute__((warn_unused_result));

/* Is there a job {id}? False: there is none, and the reply is made. */
bool request_has_job(struct request *r);

typedef void handler_fn(struct request *r);

#endif
