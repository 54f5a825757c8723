/*
 * A request with a small body that changes something, in one transaction with the answer that is
 * kept for its Idempotency-Key, if it has one (http/repeat.h):
 *
 *	struct change c = {0};
 *	if (change_begin(&c, r)) {
 *		...                                     // reads the body
 *		if (change_open(&c)) {
 *			PGresult *res = thing_do(r->db, ..., &err);
 *			if (change_made(&c, res, thing_refused, &err)) {
 *				thing_json(&c.json, res, 0);
 *				change_reply(&c, 200);
 *			}
 *			PQclear(res);
 *		}
 *	}
 *	change_free(&c);
 */
#ifndef ACCESSION_CHANGE_H
#define ACCESSION_CHANGE_H

#include "base/json_writer.h"
#include "base/testpoint.h"
#include "http/repeat.h"
#include "http/request.h"
#include "store/refusal.h"

#include <stdbool.h>

struct change {
	struct request *r;
	struct repeat repeat;
	struct buf body;  /* of the reply */
	struct json json; /* writes it */
	bool by_match;    /* the request says by If-Match what it is about */
};

/* Call it before the body is read. Returns false if the reply has been made. */
bool change_begin(struct change *c, struct request *r);

/*
 * Begins the transaction. Returns false if it cannot be, or the request was answered before; the
 * reply has been made.
 */
bool change_open(struct change *c);

/*
 * Whether the result of a function of the database says that it is done. If not, the reply has been
 * made: the error if it is NULL, 404 without a row, or what the function refuses (`refused`; NULL:
 * it refuses nothing).
 */
typedef bool refused_fn(const PGresult *res, struct refusal *refusal);
bool
change_made(struct change *c, const PGresult *res, refused_fn *refused, const struct error *err);

/*
 * Keeps the body, and commits. Returns 0, or -1 with the error set as by db_commit.
 */
int change_commit(struct change *c, int status, enum test_point before, struct error *err)
    __attribute__((warn_unused_result));

/* Commits and replies with the body, or says why that could not be. */
void change_reply(struct change *c, int status);

/* Rolls back what is not committed. */
void change_free(struct change *c);

#endif
