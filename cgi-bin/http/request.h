/* A request on its way through a handler: what the route and the sign-in found out about it. */
#ifndef ACCESSION_REQUEST_H
#define ACCESSION_REQUEST_H

#include "database/db.h"
#include "http/http.h"
#include "model/model.h"
#include "people/account.h"
#include "store/auth.h"

#include <stdbool.h>
#include <stdint.h>

#define REQUEST_NAME_SIZE 64

/* Tells nginx the caller's account, for its log; clients do not get to see it. */
#define REQUEST_ACCOUNT_HEADER "Accession-Account"

struct request {
	struct http *http;
	struct db *db;
	struct caller caller;
	struct along along;           /* the route's read along with the sign-in */
	int64_t id;                   /* {id} of the route */
	int64_t part_id;              /* {part} of the route, which belongs to it */
	char name[REQUEST_NAME_SIZE]; /* {name} of the route */
	char model_name[REQUEST_NAME_SIZE];
	const struct model *model; /* {model} of the route; NULL if it has none */
};

/*
 * Returns what was read along with the sign-in, for the caller to PQclear, or NULL if it has yet to
 * be read.
 */
PGresult *request_found(struct request *r);

/* The request as the events of accounts have it: the caller's key (if there is one), and from
 * where. */
struct actor request_actor(const struct request *r);

/* Begins a transaction on behalf of the caller: see account_act. */
int request_act(struct request *r, struct error *err) __attribute__((warn_unused_result));

/* Does the job {id} exist? If not, the reply has been made. */
bool request_has_job(struct request *r);

/*
 * Makes sure that the models are those of now, in a handler whose route asks for none: a sign-in
 * with a read that goes along may not have asked. Returns false if the reply has been made.
 */
bool request_knows_models(struct request *r);

typedef void handler_fn(struct request *r);

#endif
