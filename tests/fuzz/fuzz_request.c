/*
 * Requests on their way through a handler: cgi-bin/http/http.c, cgi-bin/http/route.c, form.c,
 * input.c, page.c, repeat.c and item_filter.c, and the sign-in up to the database, which cannot be
 * reached. The input is a request as a client writes it: method and address, headers, an empty
 * line, the body. It comes over FastCGI, as nginx would pass it on. Some addresses exist only here:
 * see `tried`.
 */
#include "../declared.h"
#include "base/log.h"
#include "base/text.h"
#include "database/connection.h"
#include "fuzz.h"
#include "handlers/changes_input.h"
#include "handlers/item_filter.h"
#include "http/form.h"
#include "http/input.h"
#include "http/page.h"
#include "http/precondition.h"
#include "http/repeat.h"
#include "http/route.h"
#include "people/email.h"
#include "people/password_rules.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* FastCGI specification, section 8. */
#define RECORD_HEADER 8
#define REQUEST_ID    1
enum record_type { BEGIN = 1, PARAMS = 4, STDIN = 5, STDOUT = 6 };

#define NAME_MAX_CHARACTERS 10
#define NOTE_MAX_CHARACTERS 1000
#define DAYS_MAX            365

static const char *const colours[] = {"red", "green", NULL};
static const struct input inputs[] = {
    {"name", INPUT_TEXT, .required = true, .max = NAME_MAX_CHARACTERS},
    {"note", INPUT_TEXT, .blank = true, .max = NOTE_MAX_CHARACTERS},
    {"colour", INPUT_CHOICE, .choices = colours},
    {"active", INPUT_BOOLEAN},
    {"password", INPUT_PASSWORD},
    {"new_password", INPUT_NEW_PASSWORD},
    {"email", INPUT_EMAIL},
    {"days", INPUT_NUMBER, .max = DAYS_MAX},
};
enum { NAME, NOTE, COLOUR, ACTIVE, PASSWORD, NEW_PASSWORD, EMAIL, DAYS, INPUTS };

/* Every header that a reply may have. */
static const char *const reply_headers[] = {"Status", "Content-Length", "Content-Type",
    "Cache-Control", "Vary", "X-Content-Type-Options", "Allow", "Location", "Retry-After",
    "WWW-Authenticate", "X-Accel-Redirect", "Set-Cookie", "ETag", "Accession-Pool",
    "Accession-Account", "Accession-Lent", "Accession-Refused", "Accept-Encoding",
    "Idempotent-Replayed"};

#define NREPLY_HEADERS (sizeof reply_headers / sizeof *reply_headers)

static const struct buf empty_object = {.data = (char[]){"{}"}, .len = 2};

static struct http http;
static struct db db;
static struct sockaddr_un address = {.sun_family = AF_UNIX};
static socklen_t address_size = sizeof(sa_family_t); /* the kernel picks a name */

int LLVMFuzzerInitialize(int *nargs, char ***args);

int
LLVMFuzzerInitialize(int *nargs, char ***args)
{
	int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct error err = {0};

	(void)nargs;
	(void)args;
	log_open("fuzz_request", "error");
	setenv("PGHOST", "/nowhere", 1);
	db_init(&db, "nobody", "fuzz_request", NULL);
	HOLDS(sodium_init() >= 0 && listening >= 0);
	HOLDS(bind(listening, (struct sockaddr *)&address, address_size) == 0);
	HOLDS(listen(listening, 1) == 0);
	address_size = sizeof address;
	HOLDS(getsockname(listening, (struct sockaddr *)&address, &address_size) == 0);
	HOLDS(http_init(&http, listening, &err) == 0);
	return 0;
}

static void
add_record(struct buf *out, enum record_type type, const void *bytes, size_t n)
{
	buf_add_char(out, 1);
	buf_add_char(out, (char)type);
	buf_add_u16(out, REQUEST_ID);
	buf_add_u16(out, (uint16_t)n);
	buf_add_u16(out, 0);
	buf_add(out, bytes, n);
}

static void
add_param(struct buf *params, const char *name, const char *value)
{
	buf_add_u32(params, (uint32_t)strlen(name) | UINT32_C(1) << 31);
	buf_add_u32(params, (uint32_t)strlen(value) | UINT32_C(1) << 31);
	buf_add_text(params, name);
	buf_add_text(params, value);
}

/* Cuts the text at the first character for which `ends` is true; returns what follows it. */
static char *
cut(char *text, int (*ends)(int))
{
	for (; *text; text++)
		if (ends((unsigned char)*text)) {
			*text++ = '\0';
			break;
		}
	return text;
}

static int
is_colon(int c)
{
	return c == ':';
}

/* nginx passes on no address that contains one of these. */
static int
ends_word(int c)
{
	return c <= ' ' || c == 0x7f;
}

static void
add_request_line(struct buf *params, char *line)
{
	char *uri = cut(line, ends_word);

	cut(uri, ends_word);
	add_param(params, "REQUEST_METHOD", line);
	add_param(params, "REQUEST_URI", uri);
	add_param(params, "QUERY_STRING", strchr(uri, '?') ? strchr(uri, '?') + 1 : "");
	add_param(params, "REMOTE_ADDR", "127.0.0.1");
}

/* nginx itself describes the body, and drops names with other characters. */
static void
add_header(struct buf *params, char *line)
{
	struct buf name = {0};
	char *value = cut(line, is_colon);

	value += strspn(value, " \t");
	value[strcspn(value, "\r")] = '\0';
	bool is_body =
	    strcasecmp(line, "Content-Type") == 0 || strcasecmp(line, "Content-Length") == 0 ||
	    strcasecmp(line, "Accession-Precheck") == 0 || strcasecmp(line, "Client-Method") == 0;
	buf_add_text(&name, is_body ? "" : "HTTP_");
	for (const char *c = line; *c; c++)
		buf_add_char(&name,
		    isalnum((unsigned char)*c) ? (char)toupper((unsigned char)*c) : (char)'_');
	add_param(params, buf_text(&name), value);
	buf_free(&name);
}

/* The request as records; if it has no Content-Length, the body's length is sent. */
static void
make_request(struct buf *out, const uint8_t *bytes, size_t n)
{
	static const char begin[8] = {0, 1};
	struct buf params = {0};
	char *line = fuzz_take_line(&bytes, &n), length[24];

	add_request_line(&params, line);
	for (bool more = true; more;) {
		free(line);
		line = fuzz_take_line(&bytes, &n);
		more = *line && *line != '\r';
		if (more)
			add_header(&params, line);
	}
	free(line);
	snprintf(length, sizeof length, "%zu", n);
	add_param(&params, "CONTENT_LENGTH", length);

	add_record(out, BEGIN, begin, sizeof begin);
	add_record(out, PARAMS, params.data, params.len);
	add_record(out, PARAMS, "", 0);
	if (n)
		add_record(out, STDIN, bytes, n);
	add_record(out, STDIN, "", 0);
	buf_free(&params);
}

static bool
is_word(const struct given *v, const char *a, const char *b)
{
	return !v->text || fuzz_same(v->text, v->n, a, strlen(a)) ||
	       fuzz_same(v->text, v->n, b, strlen(b));
}

static bool
is_line(const struct given *v, size_t characters)
{
	return fuzz_is_text(v->text, v->n) && strlen(v->text) == v->n &&
	       text_scan(v->text, v->n, TEXT_LINE).chars <= characters;
}

/* An address that was accepted is in its final form. */
static bool
is_email(const struct given *v)
{
	struct buf again = {0};
	struct error err = {0};
	bool same = email_normalise(v->text, &again, &err) == 0 &&
		    fuzz_same(v->text, v->n, again.data, again.len);

	buf_free(&again);
	return same && is_line(v, EMAIL_MAX_CHARACTERS) && memchr(v->text, '@', v->n);
}

/* What was accepted must be what the table asks for. */
static void
check_given(const struct given *v)
{
	struct error err = {0};

	HOLDS(v[NAME].text && v[NAME].n && is_line(&v[NAME], NAME_MAX_CHARACTERS));
	HOLDS(!text_space(v[NAME].text, v[NAME].n));
	HOLDS(!v[NOTE].text || is_line(&v[NOTE], NOTE_MAX_CHARACTERS));
	HOLDS(is_word(&v[COLOUR], "red", "green") && is_word(&v[ACTIVE], "true", "false"));
	HOLDS(!v[PASSWORD].text || v[PASSWORD].n);
	HOLDS(!v[EMAIL].text || is_email(&v[EMAIL]));
	HOLDS(!v[NEW_PASSWORD].text ||
	      !password_has_length(v[NEW_PASSWORD].text, v[NEW_PASSWORD].n, &err));
	HOLDS(!v[DAYS].text || strtoull(v[DAYS].text, NULL, 10) <= DAYS_MAX);
	for (size_t i = 0; i < INPUTS; i++)
		fuzz_plant(v[i].text, v[i].n);
}

static void
try_input(struct request *r)
{
	struct given values[INPUTS];
	json_object *form = input_read(r, inputs, INPUTS, values);

	if (!form)
		return;
	check_given(values);
	http_reply_detail(r->http, 200, NULL);
	json_object_put(form);
}

static void
try_list(struct request *r)
{
	struct library_filter filter = {0};
	struct page page;

	if (!item_filter_read(r, declared("standard"), &filter) || !page_read(r, &page)) {
		item_filter_free(&filter);
		return;
	}
	HOLDS(!filter.ids.len || fuzz_is_string(filter.ids.data));
	for (size_t i = 0; i < declared("standard")->nfields; i++) {
		const char *value = filter.fields[i];
		HOLDS(!value || declared("standard")->fields[i].kind != FIELD_BOOLEAN ||
		      !strcasecmp(value, "true") || !strcasecmp(value, "false"));
	}
	HOLDS(page.number >= 1 && page.size >= 0 && page.size <= PAGE_MAX_SIZE);
	HOLDS(page_offset(&page) >= 0);
	item_filter_free(&filter);
	http_reply_detail(r->http, 200, NULL);
}

static void
try_tagged(struct request *r)
{
	http_reply_tagged(r->http, &empty_object, NULL);
}

static void
try_slow(struct request *r)
{
	const bool may = strcmp(r->http->method, "GET") == 0 && r->http->precheck != PRECHECK_ASK;

	r->http->pool = POOL_FAST;
	HOLDS(http_hand_over(r->http, POOL_SLOW, NULL) == may);
	if (!may)
		http_reply_detail(r->http, 200, NULL);
}

/* With a key, the database would be asked. */
static void
try_repeat(struct request *r)
{
	struct repeat repeat;
	struct buf body = {0};
	struct error err = {0};

	if (!repeat_read(&repeat, r))
		return;
	HOLDS(strlen(repeat.key) <= REPEAT_KEY_MAX);
	for (const char *c = repeat.key; *c; c++)
		HOLDS(*c >= ' ' && *c <= '~');
	fuzz_plant(repeat.key, strlen(repeat.key));
	repeat_hear_body(&repeat);
	if (http_read_all(r->http, FORM_MAX_BYTES, &body, &err) < 0)
		http_reply_error(r->http, &err);
	else if (repeat_is_new(&repeat))
		http_reply_detail(r->http, 200, NULL);
	HOLDS(!repeat_has_key(&repeat) || r->http->status >= 400);
	repeat_free(&repeat);
	buf_free(&body);
}

/* Is the slice within the header, and has the header it somewhere? */
static void
check_named(const char *header, struct text_slice named)
{
	HOLDS(named.text >= header && named.text + named.n <= header + strlen(header));
	fuzz_plant(named.text, named.n);
}

static void
try_match(struct request *r)
{
	static const struct text_slice known[] = {{"0123abcd", 8}, {NULL, 0}};
	const char *header = http_param(r->http, "HTTP_IF_MATCH");
	struct text_slice first;

	if (precondition_given(header)) {
		HOLDS(!precondition_met(header, known, 2, &first) || strstr(header, known[0].text));
		HOLDS(first.n > 0);
		check_named(header, first);
	}
	http_reply_detail(r->http, 200, NULL);
}

/* What names changes is an int8multirange, as PostgreSQL reads it, or a filter. */
static void
try_changes(struct request *r)
{
	static const struct input hold[] = {{.name = "hold", .kind = INPUT_JSON, .required = true}};
	struct given given;
	struct changes_input in = {0};
	json_object *form = input_read(r, hold, 1, &given);

	if (!form)
		return;
	r->model = declared("standard");
	if (changes_input_read(r, "hold", given.text, (struct diff_place){1, 202648}, &in)) {
		const char *entries = in.which.entries;
		HOLDS(!entries || strspn(entries, "{}[],0123456789") == strlen(entries));
		HOLDS(in.which.op <= DIFF_OPS && in.which.filter.place.attempt == 1);
		http_reply_detail(r->http, 200, NULL);
	}
	changes_input_free(&in);
	json_object_put(form);
}

/* Parsers that are elsewhere reached only after sign-in. */
static const struct {
	const char *path;
	handler_fn *try;
} tried[] = {
    {"/input", try_input},
    {"/list", try_list},
    {"/tagged", try_tagged},
    {"/slow", try_slow},
    {"/repeat", try_repeat},
    {"/match", try_match},
    {"/changes", try_changes},
};

static void
handle(void)
{
	struct request r = {.http = &http, .db = &db};

	const char *authorization = http_param(&http, "HTTP_AUTHORIZATION");

	/* nginx has a password checked in the sign-in pool. */
	http.pool = auth_basic(authorization) ? POOL_SIGN_IN : POOL_FAST;
	for (size_t i = 0; i < http.query.n; i++)
		fuzz_plant(http.query.pairs[i].value, strlen(http.query.pairs[i].value));
	for (size_t i = 0; i < sizeof tried / sizeof *tried; i++)
		if (strcmp(http.path, tried[i].path) == 0) {
			tried[i].try(&r);
			return;
		}
	route_request(&http, &db);
}

/* What the handler sent, without the records around it. */
static void
read_reply(int fd, struct buf *reply)
{
	struct buf records = {0};
	char piece[4096];
	ssize_t got;

	while ((got = read(fd, piece, sizeof piece)) > 0)
		buf_add(&records, piece, (size_t)got);
	const unsigned char *r = (const unsigned char *)buf_text(&records);
	for (size_t left = records.len; left;) {
		HOLDS(left >= RECORD_HEADER);
		size_t n = (size_t)r[4] << 8 | r[5], padded = RECORD_HEADER + n + r[6];
		HOLDS(left >= padded);
		if (r[1] == STDOUT)
			buf_add(reply, r + RECORD_HEADER, n);
		r += padded;
		left -= padded;
	}
	buf_free(&records);
}

/* Every header is in the table, occurs once, and contains nothing that could end it. */
static void
check_headers(const char *text, size_t n, const char *values[NREPLY_HEADERS])
{
	const char *end = text + n;

	while (text < end) {
		const char *crlf = memmem(text, (size_t)(end - text), "\r\n", 2);
		size_t length = (size_t)((crlf ? crlf : end) - text), i = 0, name = 0;
		HOLDS(!memchr(text, '\r', length) && !memchr(text, '\n', length));
		for (; i < NREPLY_HEADERS; i++) {
			name = strlen(reply_headers[i]);
			if (length > name + 1 && !memcmp(text, reply_headers[i], name) &&
			    !memcmp(text + name, ": ", 2))
				break;
		}
		HOLDS(i < NREPLY_HEADERS && !values[i]);
		values[i] = text + name + 2;
		text += length + (crlf ? 2 : 0);
	}
}

static void
check_body(const char *body, size_t n, const char *length)
{
	struct json_tokener *tokener = json_tokener_new();

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	json_object *value = json_tokener_parse_ex(tokener, body, (int)n);
	HOLDS(json_tokener_get_error(tokener) == json_tokener_success);
	HOLDS(json_object_is_type(value, json_type_object));
	HOLDS(length && strtoul(length, NULL, 10) == n);
	json_object_put(value);
	json_tokener_free(tokener);
}

static void
check_reply(const struct buf *reply, bool is_head)
{
	const char *values[NREPLY_HEADERS] = {0}, *text = buf_text(reply);
	const char *end = memmem(text, reply->len, "\r\n\r\n", 4);

	HOLDS(end);
	check_headers(text, (size_t)(end - text), values);
	HOLDS(values[0] && strtol(values[0], NULL, 10) == http.status);
	size_t n = reply->len - (size_t)(end + 4 - text);
	if (is_head || http.status == 204 || http.status == 304)
		HOLDS(!n);
	else if (n)
		check_body(end + 4, n, values[1]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct buf request = {0}, reply = {0};
	struct error err = {0};

	make_request(&request, bytes, n);
	HOLDS(fd >= 0 && connect(fd, (struct sockaddr *)&address, address_size) == 0);
	HOLDS(write(fd, request.data, request.len) == (ssize_t)request.len);
	/* Otherwise the handler would wait for us to close (libfcgi) or for a body to end. */
	HOLDS(shutdown(fd, SHUT_WR) == 0);
	int outcome = http_accept(&http, &err);
	HOLDS(outcome == 0 || err.code == ERROR_INPUT);
	if (outcome < 0)
		http_reply_error(&http, &err);
	else
		handle();
	bool is_head = http.head_only;
	http_finish(&http);
	read_reply(fd, &reply);
	check_reply(&reply, is_head);
	close(fd);
	buf_free(&request);
	buf_free(&reply);
	return 0;
}
