/*
 * Requests that may be sent again (the header Idempotency-Key): who lost an answer asks for it with
 * the same key, and what was asked for is done once. The answer is kept in the transaction of what
 * it is about, with a fingerprint of the request: its method, path and query, and its body or the
 * parts of its form. So a handler that knows its body:
 *
 *	struct repeat repeat;
 *	if (!repeat_read(&repeat, r))
 *		return;                         // the header is wrong, and that has been replied
 *	repeat_hear_body(&repeat);              // before it reads the body
 *	...
 *	db_begin(r->db, &err)
 *	if (repeat_is_new(&repeat)) {           // or else the reply has been made
 *		...                             // does it, and writes the body of the reply
 *		repeat_keep(&repeat, 200, &body, &err)
 *		db_commit(r->db, &err)
 *		http_reply(r->http, 200, &body);
 *	}
 *	db_rollback(r->db);
 *	repeat_free(&repeat);
 *
 * Without the header all of it does nothing: every request is new. What is not kept is tried again:
 * 401, 403, 413, 5xx, and whatever passes by itself, as another job under way.
 */
#ifndef ACCESSION_REPEAT_H
#define ACCESSION_REPEAT_H

#include "base/sha256.h"
#include "http/multipart.h"
#include "http/request.h"
#include "store/idempotency.h"

#include <stdbool.h>

#define REPEAT_KEY_MAX 256

struct repeat {
	struct request *r;
	char key[REPEAT_KEY_MAX + 1]; /* "": the request has none */
	struct sha256 request;        /* so far */
	struct sha256 body;           /* so far, to be added to the request */
	bool hears_body;
	struct idempotency_answer known;
};

/*
 * Reads a key from the header's value: 1 to 256 printable characters of ASCII, either quoted as a
 * string of RFC 8941, in which a backslash stands before " and \, or as they are. Returns false if
 * it is neither.
 */
bool repeat_key_read(const char *value, char key[REPEAT_KEY_MAX + 1]);

/* Begins with a request. Returns false if its header is wrong; the reply has been made. */
bool repeat_read(struct repeat *rep, struct request *r);
void repeat_free(struct repeat *rep);

static inline bool
repeat_has_key(const struct repeat *rep)
{
	return *rep->key;
}

/* The request is known by the bytes of its body, which has yet to be read. */
void repeat_hear_body(struct repeat *rep);

/* It is known by the parts of its form instead: one begins; the SHA-256 of what was in it. */
void repeat_part_begin(struct repeat *rep, const struct multipart_part *part);
void repeat_part_end(struct repeat *rep, const unsigned char sha256[SHA256_BYTES]);

/* The form cannot be read beyond this place, and why. */
void repeat_broken(struct repeat *rep, const char *why);

/*
 * Whether the key is new, as idempotency_find says. repeat_begin is for the transaction in which
 * the request is carried out; repeat_look only looks.
 */
enum idempotency_state repeat_look(struct repeat *rep, struct error *err);
enum idempotency_state repeat_begin(struct repeat *rep, struct error *err);

/* Replies as the first time if this is the same request, which has been read; else 422. */
void repeat_reply_known(struct repeat *rep);

/* 409: the same key is in use. */
void repeat_reply_in_use(struct repeat *rep);

/* repeat_begin, and the replies. Returns false if the request is not new: the reply has been made.
 */
bool repeat_is_new(struct repeat *rep);

/* Keeps the reply, in the transaction of repeat_begin. Returns 0, or -1 with the error set. */
int repeat_keep(struct repeat *rep, int status, const struct buf *body, struct error *err)
    __attribute__((warn_unused_result));

/* Keeps a refusal, after which nothing remains to be done, in a transaction of its own. */
void repeat_keep_refusal(struct repeat *rep, int status, const struct buf *body);

#endif
