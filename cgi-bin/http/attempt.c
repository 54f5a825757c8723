/* Attempts to sign in: see attempt.h. */
#include "http/attempt.h"

#include "base/buf.h"
#include "base/text.h"
#include "http/front.h"
#include "http/origin.h"
#include "store/cookie.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define REQUIRED       "This field is required."
#define OWN_FIELDS_MAX 8
#define BASIC_MAX      2048
#define BASIC_SIZE     (2 * BASIC_MAX + 1)
#define MS_PER_S       1000

/*
 * How long what is lent lasts: longer than a wait for a job's status. Before an upload the body has
 * yet to come, which may take long.
 */
#define LENT_SHORT "2 minutes"
#define LENT_LONG  "1 hour"

#define UNAUTHORIZED 401
#define BAD_PASSWORD "Invalid username/password."
#define BAD_BASIC    "Invalid basic header. Credentials not correctly base64 encoded."
#define NEEDS_FACTOR                                                                             \
	"This account has a second factor, so its password alone opens nothing. Sign in with a " \
	"browser, and make a token for programs."

void
attempt_reply_early(struct request *r, int64_t pause_ms)
{
	const long long seconds = (long long)(pause_ms + MS_PER_S - 1) / MS_PER_S;
	char after[24];
	struct buf detail = {0};

	snprintf(after, sizeof after, "%lld", seconds);
	buf_printf(&detail, "Too many failed attempts to sign in. Try again in %lld second%s.",
	    seconds, seconds == 1 ? "" : "s");
	http_header(r->http, "Retry-After", after);
	http_reply_detail(r->http, 429, buf_text(&detail));
	buf_free(&detail);
}

const char *
attempt_device(const struct request *r, struct secret_hash *key)
{
	const char *name = cookie_name(COOKIE_DEVICE, origin_is_https(r->http));
	size_t n;
	const char *value = cookie_find(http_param(r->http, "HTTP_COOKIE"), name, &n);

	if (!value)
		return NULL;
	*key = secret_hash(value, n);
	return key->text;
}

static void
reply(struct request *r, enum sign_in outcome, const struct person *who, const struct error *err)
{
	switch (outcome) {
	case SIGN_IN_RIGHT:
	case SIGN_IN_WRONG: break;
	case SIGN_IN_EARLY: attempt_reply_early(r, who->pause_ms); break;
	case SIGN_IN_BUSY:
		http_reply_detail(
		    r->http, 503, "Too many passwords are being checked at the moment. Try again.");
		break;
	case SIGN_IN_FAILED: http_reply_error(r->http, err); break;
	}
}

enum sign_in
attempt_check(struct request *r, struct attempt *attempt, struct person *who)
{
	struct secret_hash device;
	struct error err = {0};

	attempt->by = request_actor(r);
	attempt->device = attempt_device(r, &device);
	enum sign_in outcome = sign_in_check(r->db, attempt, who, &err);
	attempt->device = NULL;
	reply(r, outcome, who, &err);
	return outcome;
}

json_object *
attempt_read_own(
    struct request *r, const struct input *inputs, size_t n, size_t password, struct given *values)
{
	struct input own[OWN_FIELDS_MAX];

	if (n > OWN_FIELDS_MAX || !front_is_trusted())
		return input_read(r, inputs, n, values);
	memcpy(own, inputs, n * sizeof *inputs);
	own[password].required = false;
	return input_read(r, own, n, values);
}

/* The caller gave no password: who they are, the front must say. */
static bool
is_vouched(struct request *r)
{
	struct error err = {0};
	int vouched = front_vouches(r, &err);

	if (vouched < 0)
		http_reply_error(r->http, &err);
	else if (vouched == 0 && !front_refuses_password(r))
		http_reply_field(r->http, "current_password", REQUIRED);
	return vouched > 0;
}

bool
attempt_own(struct request *r, const struct given *password, struct person *who)
{
	if (!password->text)
		return is_vouched(r);
	if (front_refuses_password(r))
		return false;

	struct error err = {0};
	PGresult *me = account_get(r->db, r->caller.account_text, &err);
	enum sign_in outcome = SIGN_IN_FAILED;

	if (me && PQntuples(me)) {
		struct attempt attempt = {.email = account_email(me),
		    .password = password->text,
		    .n = password->n,
		    .via = r->caller.via};
		outcome = attempt_check(r, &attempt, who);
		if (outcome == SIGN_IN_WRONG) {
			http_reply_field(r->http, "current_password", ATTEMPT_NOT_YOURS);
		} else if (outcome == SIGN_IN_RIGHT &&
			   sign_in_forgive(r->db, &attempt, who, &err) < 0) {
			http_reply_error(r->http, &err);
			outcome = SIGN_IN_FAILED;
		}
	} else {
		http_reply_error(r->http, &err);
	}
	PQclear(me);
	return outcome == SIGN_IN_RIGHT;
}

bool
attempt_count_own(struct request *r)
{
	struct error err = {0};
	PGresult *me = account_get(r->db, r->caller.account_text, &err);
	struct secret_hash device;
	struct person who = {0};
	enum sign_in outcome = SIGN_IN_FAILED;

	if (me && PQntuples(me)) {
		const struct attempt attempt = {.email = account_email(me),
		    .device = attempt_device(r, &device),
		    .via = r->caller.via,
		    .by = request_actor(r)};
		outcome = sign_in_count(r->db, &attempt, &who, &err);
	}
	if (outcome == SIGN_IN_EARLY)
		attempt_reply_early(r, who.pause_ms);
	else if (outcome == SIGN_IN_FAILED)
		http_reply_error(r->http, &err);
	PQclear(me);
	return outcome == SIGN_IN_RIGHT;
}

bool
attempt_refuse_own(struct request *r, const char *reason)
{
	const struct attempt attempt = {.via = r->caller.via, .by = request_actor(r)};
	struct person who = {.id = r->caller.account_id};
	struct error err = {0};

	memcpy(who.id_text, r->caller.account_text, sizeof who.id_text);
	if (sign_in_refuse(r->db, &attempt, &who, reason, &err) != SIGN_IN_FAILED)
		return true;
	http_reply_error(r->http, &err);
	return false;
}

static bool
refuse(struct request *r, const char *sentence)
{
	http_drain(r->http);
	http_header(r->http, "WWW-Authenticate", "Token");
	http_reply_detail(r->http, UNAUTHORIZED, sentence);
	return false;
}

/*
 * Latin-1, which clients send that know nothing of UTF-8, becomes UTF-8 in place. There is room for
 * twice as many bytes. Returns how many they are then.
 */
static size_t
as_utf8(char *text, size_t n)
{
	size_t more = 0;

	if (text_is_utf8(text, n))
		return n;
	for (size_t i = 0; i < n; i++)
		more += (unsigned char)text[i] >= 0x80;
	for (size_t from = n, to = n + more; from-- > 0;) {
		const unsigned char c = (unsigned char)text[from];
		text[--to] = (char)(c < 0x80 ? c : 0x80 | (c & 0x3f));
		if (c >= 0x80)
			text[--to] = (char)(0xc0 | c >> 6);
	}
	return n + more;
}

/* Reads `email:password`. Returns the password, or NULL if it is not that. */
static char *
decode(const char *encoded, char text[BASIC_SIZE])
{
	size_t n = 0;

	if (sodium_base642bin((unsigned char *)text, BASIC_MAX, encoded, strlen(encoded), " ", &n,
		NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    memchr(text, '\0', n))
		return NULL;
	n = as_utf8(text, n);
	text[n] = '\0';
	char *colon = strchr(text, ':');
	if (!colon)
		return NULL;
	*colon = '\0';
	return colon + 1;
}

static bool
lend(struct request *r, const struct attempt *attempt, const struct person *who,
    char lent[SECRET_SIZE])
{
	const struct opening what = {
	    .kind = "basic",
	    .lasts = r->http->precheck == PRECHECK_ASK ? LENT_LONG : LENT_SHORT,
	};
	struct error err = {0};
	int outcome = sign_in_open(r->db, attempt, who, &what, lent, &err);

	if (outcome < 0)
		http_reply_error(r->http, &err);
	else if (outcome > 0)
		refuse(r, BAD_PASSWORD);
	return outcome == 0;
}

/*
 * An upload that is refused comes twice: nginx asks, and then wants the answer. It is one attempt,
 * so what became of it goes along as "outcome pause factor".
 */
static void
note_refusal(struct request *r, enum sign_in outcome, const struct person *who)
{
	const bool factor = outcome == SIGN_IN_RIGHT && person_needs_factor(who);
	struct buf text = {0};

	if (r->http->precheck != PRECHECK_ASK || outcome == SIGN_IN_FAILED ||
	    (outcome == SIGN_IN_RIGHT && !factor))
		return;
	buf_printf(&text, "%d %lld %d", (int)outcome, (long long)who->pause_ms, factor);
	http_header(r->http, "Accession-Refused", buf_text(&text));
	buf_free(&text);
}

/* Returns false if nothing went along. */
static bool
read_refusal(const struct request *r, enum sign_in *outcome, struct person *who)
{
	const char *text = http_param(r->http, "ACCESSION_REFUSED");
	int what = 0, factor = 0;
	long long pause = 0;

	if (r->http->precheck != PRECHECK_REFUSED || !text ||
	    sscanf(text, "%d %lld %d", &what, &pause, &factor) != 3)
		return false;
	*outcome = (enum sign_in)what;
	*who = (struct person){.pause_ms = pause, .has_factor = factor};
	return true;
}

static enum sign_in
check_basic(struct request *r, struct attempt *attempt, struct person *who)
{
	enum sign_in outcome;
	struct error err = {0};

	if (!read_refusal(r, &outcome, who)) {
		attempt->by = request_actor(r);
		outcome = sign_in_check(r->db, attempt, who, &err);
		note_refusal(r, outcome, who);
	}
	reply(r, outcome, who, &err);
	return outcome;
}

bool
attempt_basic(struct request *r, char lent[SECRET_SIZE])
{
	if (front_refuses_password(r))
		return false;
	const char *encoded = auth_basic(http_param(r->http, "HTTP_AUTHORIZATION"));
	char text[BASIC_SIZE];
	const char *password = encoded ? decode(encoded, text) : NULL;
	bool good = false;

	if (password) {
		struct attempt attempt = {
		    .email = text, .password = password, .n = strlen(password), .via = "basic"};
		struct person who;
		enum sign_in outcome = check_basic(r, &attempt, &who);
		if (outcome == SIGN_IN_WRONG)
			refuse(r, BAD_PASSWORD);
		else if (outcome == SIGN_IN_RIGHT && person_needs_factor(&who))
			refuse(r, NEEDS_FACTOR);
		else if (outcome == SIGN_IN_RIGHT)
			good = lend(r, &attempt, &who, lent);
	} else {
		refuse(r, BAD_BASIC);
	}
	sodium_memzero(text, sizeof text);
	return good;
}
