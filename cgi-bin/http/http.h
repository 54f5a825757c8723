/*
 * One HTTP request over FastCGI, and its reply. A reply is either sent whole (http_reply and its
 * kin) or streamed (http_stream_begin, http_put). Bodies are JSON unless said otherwise; errors
 * have the shapes of Django REST framework: {"detail":"..."} or {"<field>":["..."]}.
 */
#ifndef ACCESSION_HTTP_H
#define ACCESSION_HTTP_H

#include "base/buf.h"
#include "base/error.h"
#include "base/sha256.h"
#include "http/query.h"

#include <fcgiapp.h>
#include <stdbool.h>
#include <stdint.h>

/* A streamed reply goes out in pieces of about this size. */
#define HTTP_PIECE (32 * 1024)
/* The longest streamed reply of a handler for short requests. nginx holds as much in memory. */
#define HTTP_SHORT (256 * 1024)

/* Who serves a request: see main.c. */
enum pool { POOL_FAST, POOL_SLOW, POOL_SIGN_IN };

enum precheck {
	PRECHECK_NONE,   /* the request itself */
	PRECHECK_ASK,    /* nginx asks whether to accept the body: 204 is yes, 403 no */
	PRECHECK_REFUSED /* it was refused: reply as to the request itself; no body follows */
};

struct http {
	FCGX_Request fcgi;
	const char *method; /* as sent; HEAD is GET with head_only */
	char *path;         /* without the query; see path_decode */
	struct query query;
	bool head_only;
	int64_t content_length; /* -1: none was given */
	int64_t body_read;
	struct sha256 *heard; /* to which all of the body is added; NULL: none */
	enum precheck precheck;
	bool changed;   /* the request took effect: an error now must not suggest otherwise */
	int status;     /* of the reply; 0: none yet */
	enum pool pool; /* of this handler; set by the caller of http_init */
	bool broken;    /* the client is gone, or another handler replies: stop writing */
};

/*
 * Prepares to accept requests from the listening socket. The struct lives as long as the process.
 */
int http_init(struct http *h, int listening, struct error *err);

/*
 * Waits for the next request. Returns 0; 1 at shutdown (see http_shutdown); -1 with the error set.
 * ERROR_INPUT means that the request is at fault: reply with the error and finish the request.
 * After any other error the process must end.
 */
int http_accept(struct http *h, struct error *err);

/* Tells nginx to get the answer from an internal address, with a GET. */
void http_redirect(struct http *h, const struct buf *address);

/*
 * Tells nginx to get the answer from a handler of another pool, and returns true. Returns false if
 * that cannot be: from there, or with this method. Requests go from POOL_FAST to both others, to
 * POOL_SLOW with a GET alone; and from POOL_SIGN_IN back to POOL_FAST, with `lent`, the secret of a
 * credential in place of a password.
 */
bool http_hand_over(struct http *h, enum pool to, const char *lent);

/*
 * Ends the request: sends the rest of the reply and frees what belongs to the request. If there was
 * a body, waits up to 2 s for nginx to close the connection.
 */
void http_finish(struct http *h);

/*
 * Makes http_accept return 1 once the current request is finished. Call it from the handler of a
 * signal that restarts system calls (SA_RESTART).
 */
void http_shutdown(void);

/* Returns a CGI parameter ("REMOTE_ADDR") or a header ("HTTP_AUTHORIZATION"), or NULL. */
const char *http_param(const struct http *h, const char *name);

/*
 * Reads up to n bytes of the body. Returns how many, 0 at the end of the body, or -1 with
 * ERROR_HANGUP if it ended before its Content-Length; do not trust what was read then.
 */
int64_t http_read(struct http *h, char *bytes, size_t n, struct error *err);

/*
 * Reads the whole body, at most max bytes, into *body. Returns 0, or -1: ERROR_LIMIT, ERROR_HANGUP.
 */
int http_read_all(struct http *h, size_t max, struct buf *body, struct error *err);

/* Reads and discards the rest of the body, so that nginx goes on to read the reply. */
void http_drain(struct http *h);

/* Adds a header; call it before the reply. Check name and value first if they come from outside. */
void http_header(struct http *h, const char *name, const char *value);

/* Replies with JSON. */
void http_reply(struct http *h, int status, const struct buf *body);
/*
 * Writes the strong ETag of a body, with its quotes. `version` is what else belongs to it that it
 * does not show: at most HTTP_VERSION_MAX bytes; NULL: nothing.
 */
#define HTTP_TAG_SIZE    35
#define HTTP_VERSION_MAX 64
void http_tag(char tag[HTTP_TAG_SIZE], const struct buf *body, const char *version);
/*
 * Replies 200 as http_reply does, to requests that are repeated often: adds that ETag, and sends
 * 304 without the body to a client that already has it (If-None-Match, RFC 9110, 13.1.2).
 */
void http_reply_tagged(struct http *h, const struct buf *body, const char *version);

/* Writes {"detail":"..."} and {"field":["message"]}. */
void http_write_detail(struct buf *body, const char *detail);
void http_write_field(struct buf *body, const char *field, const char *message);

/* Replies {"detail":"..."}; if detail is NULL, with the framework's own words for the status. */
void http_reply_detail(struct http *h, int status, const char *detail);
/* Replies 400 {"field":["message"]}. */
void http_reply_field(struct http *h, const char *field, const char *message);
/* Replies with the status for the error: 503 with Retry-After, 413, 400, or 500 without details. */
void http_reply_error(struct http *h, const struct error *err);

/* Begins a reply of unknown length, which http_put sends in pieces. */
void http_stream_begin(struct http *h, int status, const char *content_type);
void http_put(struct http *h, const void *bytes, size_t n);
/*
 * The same for a reply in JSON with status 200, of which the buffer has the next part: begins it
 * once there is a piece. In a handler for short requests a reply that becomes long is made anew by
 * one that may take long, since many that nobody reads would fill the disk (nginx.conf.example):
 * `broken` is set then too.
 */
void http_stream(struct http *h, struct buf *b);

#endif
