/* One HTTP request over FastCGI: see http.h. */
#include "http/http.h"

#include "base/json_writer.h"
#include "base/log.h"
#include "http/path.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DRAIN_SIZE (64 * 1024)

#define TOOK_EFFECT                                                                               \
	"This took effect, but the answer could not be read from the database. Look at the jobs " \
	"before you do anything again."

#define MAX_QUERY 1000 /* parameters */
#define TAG_BYTES 16   /* of BLAKE2b: enough to tell all bodies apart */

static const struct status_text {
	int status;
	const char *reason;
	const char *detail;
} status_texts[] = {
    {200, "OK", ""},
    {204, "No Content", ""},
    {301, "Moved Permanently", "Moved."},
    {304, "Not Modified", ""},
    {400, "Bad Request", "Malformed request."},
    {401, "Unauthorized", "Authentication credentials were not provided."},
    {403, "Forbidden", "You do not have permission to perform this action."},
    {404, "Not Found", "Not found."},
    {405, "Method Not Allowed", "Method not allowed."},
    {409, "Conflict", "The request conflicts with the present state."},
    {412, "Precondition Failed", "The resource is not what the request says."},
    {413, "Content Too Large", "The request is larger than allowed."},
    {415, "Unsupported Media Type", "Unsupported media type in request."},
    {422, "Unprocessable Content", "The request does not fit one before it."},
    {428, "Precondition Required", "The request must say what it is about."},
    {429, "Too Many Requests", "Too many requests. Try again in a moment."},
    {500, "Internal Server Error", "A server error occurred. It has been logged."},
    {503, "Service Unavailable", "The service is temporarily unavailable. Try again."},
};

static volatile sig_atomic_t shutting_down;
static int listening_fd, nowhere_fd;

static const struct status_text *
status_text(int status)
{
	size_t last = sizeof status_texts / sizeof status_texts[0];

	for (size_t i = 0; i < last; i++)
		if (status_texts[i].status == status)
			return &status_texts[i];
	return status_text(500);
}

int
http_init(struct http *h, int listening, struct error *err)
{
	*h = (struct http){0};
	listening_fd = listening;
	nowhere_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (nowhere_fd < 0)
		return error_errno(err, "cannot open /dev/null");
	if (FCGX_Init() != 0 || FCGX_InitRequest(&h->fcgi, listening, 0) != 0)
		return error_set(err, ERROR_SYSTEM, "libfcgi did not start");
	return 0;
}

/*
 * The signal restarts system calls (SA_RESTART), because libfcgi takes an interrupted read or write
 * for the end of the request. Only accept() must not go on: dup2 takes its socket away, whether it
 * is already waiting or has not begun yet.
 */
void
http_shutdown(void)
{
	int saved = errno;

	shutting_down = 1;
	FCGX_ShutdownPending();
	dup2(nowhere_fd, listening_fd);
	errno = saved;
}

const char *
http_param(const struct http *h, const char *name)
{
	return FCGX_GetParam(name, h->fcgi.envp);
}

static int64_t
content_length(const struct http *h)
{
	const char *text = http_param(h, "CONTENT_LENGTH");
	char *end = NULL;

	if (!text || !*text)
		return -1;
	errno = 0;
	long long n = strtoll(text, &end, 10);
	return errno || *end || n < 0 ? -1 : n;
}

/*
 * After an X-Accel-Redirect every request is a GET. If the client sent another method, its change
 * has been made by then.
 */
static bool
is_changed(const struct http *h)
{
	const char *sent = http_param(h, "CLIENT_METHOD");

	return sent && strcmp(h->method, "GET") == 0 && strcmp(sent, "GET") != 0 &&
	       strcmp(sent, "HEAD") != 0;
}

int
http_accept(struct http *h, struct error *err)
{
	if (shutting_down)
		return 1;
	int code = FCGX_Accept_r(&h->fcgi);
	if (code < 0 && shutting_down)
		return 1;
	if (code < 0)
		return error_set(err, ERROR_SYSTEM, "accept failed: %s", strerror(-code));

	const char *method = http_param(h, "REQUEST_METHOD");
	const char *query = http_param(h, "QUERY_STRING");
	const char *uri = http_param(h, "REQUEST_URI");
	const char *precheck = http_param(h, "ACCESSION_PRECHECK");

	h->head_only = method && strcmp(method, "HEAD") == 0;
	h->method = h->head_only ? "GET" : method ? method : "";
	h->path = strndup(uri ? uri : "/", strcspn(uri ? uri : "/", "?"));
	h->content_length = content_length(h);
	h->body_read = 0;
	h->heard = NULL;
	h->precheck = !precheck                    ? PRECHECK_NONE
		      : strcmp(precheck, "1") == 0 ? PRECHECK_ASK
						   : PRECHECK_REFUSED;
	h->changed = is_changed(h);
	h->status = 0;
	h->broken = false;
	if (!h->path)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	path_decode(h->path);
	return query_parse(
	    &h->query, query ? query : "", query ? strlen(query) : 0, MAX_QUERY, err);
}

static void
put_text(struct http *h, const char *text)
{
	if (FCGX_PutS(text, h->fcgi.out) < 0)
		h->broken = true;
}

/* nginx would keep some of the usual headers, beside those of the answer that it gets there. */
void
http_redirect(struct http *h, const struct buf *address)
{
	if (address->failed) {
		http_reply_detail(h, 500, NULL);
		return;
	}
	h->status = 200;
	http_header(h, "Status", "200 OK");
	http_header(h, "X-Accel-Redirect", buf_text(address));
	put_text(h, "\r\n");
}

/*
 * The locations by which nginx passes requests on (nginx.conf.example). Those with a name keep the
 * method and the body; a question whether an upload may come has locations of its own.
 */
static const struct way {
	enum pool from, to;
	bool asks;
	const char *location;
} ways[] = {
    {POOL_FAST, POOL_SIGN_IN, false, "@sign_in"},
    {POOL_FAST, POOL_SIGN_IN, true, "@sign_in_asking"},
    {POOL_SIGN_IN, POOL_FAST, false, "@signed_in"},
    {POOL_SIGN_IN, POOL_FAST, true, "@signed_in_asking"},
    {POOL_FAST, POOL_SLOW, false, "/internal/slow"},
};

static const struct way *
find_way(const struct http *h, enum pool to)
{
	const bool asks = h->precheck == PRECHECK_ASK;

	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
		if (ways[i].from == h->pool && ways[i].to == to && ways[i].asks == asks &&
		    (*ways[i].location == '@' || strcmp(h->method, "GET") == 0))
			return &ways[i];
	return NULL;
}

bool
http_hand_over(struct http *h, enum pool to, const char *lent)
{
	const struct way *way = find_way(h, to);
	const char *query = http_param(h, "QUERY_STRING");
	struct buf address = {0};

	if (!way)
		return false;
	buf_add_text(&address, way->location);
	if (*way->location == '/')
		buf_printf(&address, "?%s", query ? query : "");
	if (lent)
		http_header(h, "Accession-Lent", lent);
	http_drain(h);
	http_redirect(h, &address);
	buf_free(&address);
	return true;
}

/*
 * Has all that nginx sent been read, including the empty record that ends the body? Without a body
 * that record comes with the rest of the request, so looking for it never waits.
 */
static bool
is_read(const struct http *h)
{
	char more;

	return h->content_length <= 0 && FCGX_GetStr(&more, 1, h->fcgi.in) == 0;
}

/*
 * libfcgi waits for the other side to close first, because closing with unread input could lose the
 * reply. If everything has been read, detaching the request saves that wait.
 */
void
http_finish(struct http *h)
{
	if (is_read(h))
		FCGX_Detach(&h->fcgi);
	else
		FCGX_Attach(&h->fcgi);
	FCGX_Finish_r(&h->fcgi);
	query_free(&h->query);
	free(h->path);
	h->path = NULL;
}

int64_t
http_read(struct http *h, char *bytes, size_t n, struct error *err)
{
	int64_t left = h->content_length - h->body_read;

	if (h->content_length >= 0 && (int64_t)n > left)
		n = (size_t)left;
	if (n == 0)
		return 0;
	int got = FCGX_GetStr(bytes, (int)n, h->fcgi.in);
	if (got < 0)
		got = 0;
	h->body_read += got;
	if (h->heard)
		sha256_add(h->heard, bytes, (size_t)got);
	if (got == 0 && h->content_length >= 0)
		return error_set(err, ERROR_HANGUP,
		    "the request broke off after %lld of %lld bytes", (long long)h->body_read,
		    (long long)h->content_length);
	return got;
}

int
http_read_all(struct http *h, size_t max, struct buf *body, struct error *err)
{
	char bytes[4096];
	int64_t n = 0;

	while ((n = http_read(h, bytes, sizeof bytes, err)) > 0) {
		if (body->len + (size_t)n > max)
			return error_set(
			    err, ERROR_LIMIT, "The request body is larger than %zu bytes.", max);
		buf_add(body, bytes, (size_t)n);
	}
	if (body->failed)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	return n < 0 ? -1 : 0;
}

void
http_drain(struct http *h)
{
	struct error ignored = {0};
	static char bytes[DRAIN_SIZE];

	while (http_read(h, bytes, sizeof bytes, &ignored) > 0)
		continue;
}

void
http_put(struct http *h, const void *bytes, size_t n)
{
	if (h->broken || h->head_only || !n)
		return;
	if (FCGX_PutStr(bytes, (int)n, h->fcgi.out) < 0)
		h->broken = true;
}

/* Sends and empties the buffer if it holds a piece. */
static void
put_when_full(struct http *h, struct buf *b)
{
	if (b->len < HTTP_PIECE)
		return;
	if (b->failed)
		h->broken = true; /* a piece is missing: better cut short than wrong */
	http_put(h, b->data, b->len);
	buf_clear(b);
}

void
http_stream(struct http *h, struct buf *b)
{
	const bool is_short = h->pool == POOL_FAST && !h->status;

	if (is_short && b->len < HTTP_SHORT)
		return;
	if (is_short && http_hand_over(h, POOL_SLOW, NULL)) {
		h->broken = true;
		return;
	}
	if (b->len >= HTTP_PIECE && !h->status)
		http_stream_begin(h, 200, "application/json");
	put_when_full(h, b);
}

void
http_header(struct http *h, const char *name, const char *value)
{
	put_text(h, name);
	put_text(h, ": ");
	put_text(h, value);
	put_text(h, "\r\n");
}

void
http_stream_begin(struct http *h, int status, const char *content_type)
{
	char line[64];

	if (h->precheck == PRECHECK_ASK && status != 204)
		status = 403;
	h->status = status;
	snprintf(line, sizeof line, "%d %s", status, status_text(status)->reason);
	http_header(h, "Status", line);
	if (content_type)
		http_header(h, "Content-Type", content_type);
	http_header(h, "Cache-Control", "no-store");
	http_header(h, "Vary", "Accept, Authorization, Cookie");
	http_header(h, "X-Content-Type-Options", "nosniff");
	put_text(h, "\r\n");
}

void
http_reply(struct http *h, int status, const struct buf *body)
{
	char length[32];

	if (body->failed) {
		http_reply_detail(h, 500, NULL);
		return;
	}
	snprintf(length, sizeof length, "%zu", body->len);
	http_header(h, "Content-Length", length);
	http_stream_begin(h, status, "application/json");
	http_put(h, body->data, body->len);
}

/*
 * Is the tag in If-None-Match, a list of tags (perhaps weak ones) or "*"? Ours is quoted and has no
 * quotes inside.
 */
static bool
client_has(const struct http *h, const char *tag)
{
	const char *known = http_param(h, "HTTP_IF_NONE_MATCH");

	return known && (strcmp(known, "*") == 0 || strstr(known, tag));
}

void
http_tag(char tag[HTTP_TAG_SIZE], const struct buf *body, const char *version)
{
	unsigned char hash[TAG_BYTES];

	_Static_assert(
	    HTTP_TAG_SIZE == sizeof "\"\"" + 2 * TAG_BYTES, "a tag is in hexadecimal digits");
	crypto_generichash(hash, sizeof hash, (const unsigned char *)body->data, body->len,
	    (const unsigned char *)version, version ? strlen(version) : 0);
	tag[0] = '"';
	sodium_bin2hex(tag + 1, 2 * TAG_BYTES + 1, hash, sizeof hash);
	tag[2 * TAG_BYTES + 1] = '"';
	tag[2 * TAG_BYTES + 2] = '\0';
}

void
http_reply_tagged(struct http *h, const struct buf *body, const char *version)
{
	char tag[HTTP_TAG_SIZE];

	if (body->failed) {
		http_reply_detail(h, 500, NULL);
		return;
	}
	http_tag(tag, body, version);
	http_header(h, "ETag", tag);
	if (client_has(h, tag))
		http_stream_begin(h, 304, NULL);
	else
		http_reply(h, 200, body);
}

void
http_write_detail(struct buf *body, const char *detail)
{
	struct json json = {.out = body};

	json_begin_object(&json);
	json_key(&json, "detail");
	json_text(&json, detail);
	json_end_object(&json);
}

void
http_write_field(struct buf *body, const char *field, const char *message)
{
	struct json json = {.out = body};

	json_begin_object(&json);
	json_key(&json, field);
	json_begin_array(&json);
	json_text(&json, message);
	json_end_array(&json);
	json_end_object(&json);
}

void
http_reply_detail(struct http *h, int status, const char *detail)
{
	struct buf body = {0};

	http_write_detail(&body, detail ? detail : status_text(status)->detail);
	if (status == 503)
		http_header(h, "Retry-After", "2");
	http_reply(h, status, &body);
	buf_free(&body);
}

void
http_reply_field(struct http *h, const char *field, const char *message)
{
	struct buf body = {0};

	http_write_field(&body, field, message);
	http_reply(h, 400, &body);
	buf_free(&body);
}

void
http_reply_error(struct http *h, const struct error *err)
{
	const char *detail = h->changed ? TOOK_EFFECT : NULL;

	switch (err->code) {
	case ERROR_FORBIDDEN:
		log_info("%s %s: %s", h->method, h->path, err->message);
		http_reply_detail(h, 403, NULL);
		break;
	case ERROR_HANGUP:
		log_info("%s %s: %s", h->method, h->path, err->message);
		http_reply_detail(h, 400, "The request broke off before its end.");
		break;
	case ERROR_INPUT: http_reply_detail(h, 400, err->message); break;
	case ERROR_LIMIT: http_reply_detail(h, 413, err->message); break;
	case ERROR_DB_DOWN:
		log_warning("%s %s: no database: %s", h->method, h->path, err->message);
		http_reply_detail(h, 503, detail);
		break;
	case ERROR_DB_SCHEMA:
	case ERROR_BUSY:
		log_warning("%s %s: %s", h->method, h->path, err->message);
		http_reply_detail(h, 503, detail);
		break;
	case ERROR_DB_CANCELED:
		log_warning("%s %s: %s", h->method, h->path, err->message);
		http_reply_detail(
		    h, 503, detail ? detail : "The database took too long. Try again.");
		break;
	default:
		log_error("%s %s: %s %s", h->method, h->path, err->sqlstate, err->message);
		http_reply_detail(h, 500, detail);
	}
}
