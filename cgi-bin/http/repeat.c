/* Requests that may be sent again: see repeat.h. */
#include "http/repeat.h"

#include "base/json_writer.h"
#include "base/log.h"
#include "database/transaction.h"

#include <string.h>

#define PARAMETER   "HTTP_IDEMPOTENCY_KEY="
#define RETRY_AFTER "2" /* seconds */

_Static_assert(IDEMPOTENCY_FINGERPRINT_BYTES == SHA256_BYTES, "a fingerprint is a SHA-256");

/* ---------------------------------------------------------------- the key */

static bool
is_printable(char c)
{
	return c >= ' ' && c <= '~';
}

/* Reads a string that begins after its first quote. Nothing but white space may follow it. */
static bool
read_quoted(const char *at, char key[REPEAT_KEY_MAX + 1])
{
	size_t n = 0;

	for (; *at != '"'; at++) {
		if (*at == '\\' && *++at != '"' && *at != '\\')
			return false;
		if (!is_printable(*at) || n == REPEAT_KEY_MAX)
			return false;
		key[n++] = *at;
	}
	key[n] = '\0';
	return n && !at[1 + strspn(at + 1, " \t")];
}

bool
repeat_key_read(const char *value, char key[REPEAT_KEY_MAX + 1])
{
	if (*value == '"')
		return read_quoted(value + 1, key);
	size_t n = 0;
	while (is_printable(value[n]))
		n++;
	if (!n || value[n] || n > REPEAT_KEY_MAX)
		return false;
	memcpy(key, value, n + 1);
	return true;
}

/* Looks at each header of the name: of two, either could be meant. */
static bool
read_header(const struct http *http, char key[REPEAT_KEY_MAX + 1])
{
	for (char **param = http->fcgi.envp; *param; param++)
		if (strncmp(*param, PARAMETER, sizeof PARAMETER - 1) == 0 &&
		    (*key || !repeat_key_read(*param + sizeof PARAMETER - 1, key)))
			return false;
	return true;
}

/* -------------------------------------------------------- the fingerprint */

/* Adds a text with its length, so that no two lists of texts look the same. */
static void
add(struct repeat *rep, const void *bytes, size_t n)
{
	const uint64_t length = n;

	if (!repeat_has_key(rep))
		return;
	sha256_add(&rep->request, &length, sizeof length);
	sha256_add(&rep->request, bytes, n);
}

static void
add_text(struct repeat *rep, const char *text)
{
	add(rep, text, strlen(text));
}

bool
repeat_read(struct repeat *rep, struct request *r)
{
	const char *query = http_param(r->http, "QUERY_STRING");

	*rep = (struct repeat){.r = r};
	if (!read_header(r->http, rep->key)) {
		http_reply_detail(r->http, 400,
		    "The header Idempotency-Key has to be one key of 1 to 256 printable ASCII "
		    "characters, with or without double quotes around them.");
		return false;
	}
	if (repeat_has_key(rep))
		sha256_begin(&rep->request);
	add_text(rep, r->http->method);
	add_text(rep, r->http->path);
	add_text(rep, query ? query : "");
	return true;
}

static void
stop_hearing(struct repeat *rep)
{
	if (rep->hears_body)
		rep->r->http->heard = NULL;
	rep->hears_body = false;
}

void
repeat_free(struct repeat *rep)
{
	stop_hearing(rep);
	sha256_free(&rep->request);
	sha256_free(&rep->body);
	buf_free(&rep->known.body);
}

void
repeat_hear_body(struct repeat *rep)
{
	if (!repeat_has_key(rep))
		return;
	rep->hears_body = true;
	sha256_begin(&rep->body);
	rep->r->http->heard = &rep->body;
}

void
repeat_part_begin(struct repeat *rep, const struct multipart_part *part)
{
	add_text(rep, part->filename ? "file" : "field");
	add_text(rep, part->name);
	add_text(rep, part->filename ? part->filename : "");
	add_text(rep, part->content_type);
}

void
repeat_part_end(struct repeat *rep, const unsigned char sha256[SHA256_BYTES])
{
	add(rep, sha256, SHA256_BYTES);
}

void
repeat_broken(struct repeat *rep, const char *why)
{
	add_text(rep, "broken");
	add_text(rep, why);
}

/* Of the request whose body was read. */
static int
fingerprint(struct repeat *rep, unsigned char out[SHA256_BYTES], struct error *err)
{
	if (rep->hears_body) {
		if (sha256_digest(&rep->body, out, err) < 0)
			return -1;
		add(rep, out, SHA256_BYTES);
		stop_hearing(rep);
	}
	return sha256_digest(&rep->request, out, err);
}

/* -------------------------------------------------------------- the answer */

static struct idempotency_key
key_of(const struct repeat *rep)
{
	return (struct idempotency_key){
	    .account = rep->r->caller.account_text,
	    .path = rep->r->http->path,
	    .key = rep->key,
	};
}

static enum idempotency_state
find(struct repeat *rep, bool begins, struct error *err)
{
	const struct idempotency_key key = key_of(rep);

	return repeat_has_key(rep) ? idempotency_find(rep->r->db, &key, begins, &rep->known, err)
				   : IDEMPOTENCY_NEW;
}

enum idempotency_state
repeat_look(struct repeat *rep, struct error *err)
{
	return find(rep, false, err);
}

enum idempotency_state
repeat_begin(struct repeat *rep, struct error *err)
{
	return find(rep, true, err);
}

static void
reply_code(struct http *http, int status, const char *detail, const char *code)
{
	struct buf body = {0};
	struct json json = {.out = &body};

	json_begin_object(&json);
	json_key(&json, "detail");
	json_text(&json, detail);
	json_key(&json, "code");
	json_text(&json, code);
	json_end_object(&json);
	http_reply(http, status, &body);
	buf_free(&body);
}

void
repeat_reply_known(struct repeat *rep)
{
	unsigned char now[SHA256_BYTES];
	struct error err = {0};

	if (fingerprint(rep, now, &err) < 0) {
		http_reply_error(rep->r->http, &err);
		return;
	}
	if (memcmp(now, rep->known.fingerprint, sizeof now) != 0) {
		reply_code(rep->r->http, 422,
		    "This Idempotency-Key was used for another request. Use a new key for a new "
		    "request.",
		    "key_reused");
		return;
	}
	http_header(rep->r->http, "Idempotent-Replayed", "true");
	http_reply(rep->r->http, rep->known.status, &rep->known.body);
}

void
repeat_reply_in_use(struct repeat *rep)
{
	http_header(rep->r->http, "Retry-After", RETRY_AFTER);
	reply_code(rep->r->http, 409,
	    "A request with this Idempotency-Key is being answered now. Send it again in a moment.",
	    "key_in_use");
}

bool
repeat_is_new(struct repeat *rep)
{
	struct error err = {0};

	switch (repeat_begin(rep, &err)) {
	case IDEMPOTENCY_NEW: return true;
	case IDEMPOTENCY_KNOWN: repeat_reply_known(rep); break;
	case IDEMPOTENCY_IN_USE: repeat_reply_in_use(rep); break;
	case IDEMPOTENCY_FAILED: http_reply_error(rep->r->http, &err); break;
	}
	return false;
}

int
repeat_keep(struct repeat *rep, int status, const struct buf *body, struct error *err)
{
	const struct idempotency_key key = key_of(rep);
	struct idempotency_answer answer = {.status = status, .body = *body};

	if (!repeat_has_key(rep))
		return 0;
	if (fingerprint(rep, answer.fingerprint, err) < 0)
		return -1;
	return idempotency_keep(rep->r->db, &key, &answer, err);
}

void
repeat_keep_refusal(struct repeat *rep, int status, const struct buf *body)
{
	struct db *db = rep->r->db;
	struct error err = {0};

	if (!repeat_has_key(rep))
		return;
	if (db_begin(db, &err) == 0 && repeat_begin(rep, &err) == IDEMPOTENCY_NEW &&
	    repeat_keep(rep, status, body, &err) == 0 && db_commit(db, &err) == 0)
		return;
	db_rollback(db);
	if (err.code)
		log_warning("an answer is not kept for its Idempotency-Key: %s", err.message);
}
