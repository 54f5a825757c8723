/*
 * One HTTP request over FastCGI, and its reply. A reply is either sent whole (http_reply and its
 * kin) or streamed (http_stream_begin, http_put). Bodies are JSON unless said otherwise; errors
 * have the shapes of Django REST framework: {"detail":"..."} or {"<field>":["..."]}.
 */
#ifndef ACCESSION_HTTP_H
#define ACCESSION_HTTP_H

#include "base/buf.h"
#include "base/error.h"
#include "http/query.h"

#include <fcgiapp.h>
#include <stdbool.h>
#include <stdint.h>

/* A streamed reply goes out in pieces of about this size. */
#define HTTP_PIECE (32 * 1024)

enum precheck {
	PRECHECK_NONE,   /* the request itself */
	PRECHECK_ASK,    /* nginx asks whether the body may come: 204 is yes, 403 no */
	PRECHECK_REFUSED /* it may not: reply what the request itself would get; no body follows */
};

struct http {
	FCGX_Request fcgi;
	const char *method; /* as sent; HEAD is GET with head_only */
	char *path;         /* as sent, without the query: no path of ours needs escapes */
	struct query query;
	bool head_only;
	int64_t content_length; /* -1: none was given */
	int64_t body_read;
	enum precheck precheck;
	bool changed; /* what was asked for took effect: an error now must not read as if it had not
		       */
	int status;   /* what was replied; 0: nothing yet */
	bool slow;    /* this handler may take long; set by whoever has set the struct up */
	bool broken;  /* the client is gone: stop writing */
};

/* Sets up requests from the listening socket. The struct lives as long as the process. */
int http_init(struct http *h, int listening, struct error *err);

/*
 * Waits for the next request. 0; 1 at shutdown (see http_shutdown). -1 with the error set:
 * ERROR_INPUT is the request's own fault, reply it and finish; all else is the end of this process.
 */
int http_accept(struct http *h, struct error *err);

/* Replies that nginx is to get the answer from there, an address of its own, by a GET. */
void http_redirect(struct http *h, const struct buf *address);

/*
 * In a handler for short requests: replies that nginx is to get the answer from one that may take
 * long. True if that is the reply.
 */
bool http_hand_over(struct http *h);

/*
 * Ends the request: sends what is left, frees what belongs to it. If there was a body, waits for
 * nginx to close the connection, 2 s at most.
 */
void http_finish(struct http *h);

/*
 * From the handler of a signal that restarts system calls (SA_RESTART): makes http_accept return 1
 * once the request under way is finished.
 */
void http_shutdown(void);

/* A CGI parameter such as "REMOTE_ADDR", or a header as "HTTP_AUTHORIZATION". NULL: not there. */
const char *http_param(const struct http *h, const char *name);

/*
 * Reads up to n bytes of the body. Returns how many, 0 at its end; -1 with ERROR_HANGUP if it ends
 * before the Content-Length: what was read is then not to be trusted.
 */
int64_t http_read(struct http *h, char *bytes, size_t n, struct error *err);

/* Reads the whole body, at most max bytes, into *body. -1: ERROR_LIMIT, ERROR_HANGUP. */
int http_read_all(struct http *h, size_t max, struct buf *body, struct error *err);

/* Reads the rest of the body and throws it away, so that nginx gets to read the reply. */
void http_drain(struct http *h);

/* Adds a header to the reply; before the reply. Neither part may come from outside unchecked. */
void http_header(struct http *h, const char *name, const char *value);

/* Replies with JSON. */
void http_reply(struct http *h, int status, const struct buf *body);
/*
 * As http_reply with 200, for what is asked for again and again: with an ETag, and 304 without the
 * body for a client that has it (If-None-Match, RFC 9110, 13.1.2).
 */
void http_reply_tagged(struct http *h, const struct buf *body);
/* Replies {"detail":"..."}; detail NULL: the framework's own words for the status. */
void http_reply_detail(struct http *h, int status, const char *detail);
/* Replies 400 {"field":["message"]}. */
void http_reply_field(struct http *h, const char *field, const char *message);
/* Replies what the error deserves: 503 with Retry-After, 413, 400, or 500 without particulars. */
void http_reply_error(struct http *h, const struct error *err);

/* Begins a reply of unknown length; http_put sends pieces of it. */
void http_stream_begin(struct http *h, int status, const char *content_type);
void http_put(struct http *h, const void *bytes, size_t n);
/* Sends and empties the buffer if it has grown beyond a piece worth sending. */
void http_put_when_full(struct http *h, struct buf *b);

/* "http(s)://host" of the request, for absolute links; valid until http_finish. */
void http_origin(const struct http *h, struct buf *out);

#endif
