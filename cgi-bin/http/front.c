/* Sign-in by a trusted front: see front.h. */
#include "http/front.h"

#include "base/buf.h"
#include "base/config.h"
#include "people/account.h"
#include "people/email.h"

#include <string.h>

#define FORBIDDEN 403
#define BY_FRONT                                                                                 \
	"Passwords open nothing here: people sign in by way of their organisation, on the page " \
	"/sign-in/, and programs with a token."
#define NOT_NAMED                                                                                  \
	"Your organisation did not say who you are. Sign in there first, or ask an administrator " \
	"what this service needs."
#define NOT_KNOWN                                                                         \
	"Your organisation says that you are %s, who has no active account here. Ask an " \
	"administrator for one."

bool
front_is_trusted(void)
{
	return strcmp(config_text(SETTING_TRUSTED_FRONT), "off") != 0;
}

const char *
front_url(void)
{
	const char *url = config_text(SETTING_TRUSTED_FRONT_URL);

	return front_is_trusted() && *url ? url : NULL;
}

bool
front_leaves_passwords(void)
{
	return strcmp(config_text(SETTING_TRUSTED_FRONT), "only") != 0;
}

bool
front_refuses_password(struct request *r)
{
	if (front_leaves_passwords())
		return false;
	http_drain(r->http);
	http_reply_detail(r->http, FORBIDDEN, BY_FRONT);
	return true;
}

/*
 * Finds whom the front names, in the form of our accounts. Returns 0; 1 if it names nobody; -1 with
 * the error set, ERROR_INPUT if what it says is no email.
 */
static int
named(const struct request *r, struct buf *email, struct error *err)
{
	const char *said = front_is_trusted() ? http_param(r->http, "ACCESSION_REMOTE_USER") : NULL;

	if (!said || !*said)
		return 1;
	return email_normalise(said, email, err);
}

static void
refuse_unknown(struct request *r, const char *email)
{
	struct buf detail = {0};

	buf_printf(&detail, NOT_KNOWN, email);
	http_reply_detail(r->http, FORBIDDEN, buf_text(&detail));
	buf_free(&detail);
}

bool
front_sign_in(struct request *r, const char *lasts, struct person *who, char secret[SECRET_SIZE])
{
	const struct opening what = {
	    .lasts = lasts, .agent = http_param(r->http, "HTTP_USER_AGENT")};
	struct attempt attempt = {.via = "front", .by = request_actor(r)};
	struct buf email = {0};
	struct error err = {0};
	int outcome = named(r, &email, &err);

	if (outcome > 0) {
		http_reply_detail(r->http, FORBIDDEN, NOT_NAMED);
	} else if (outcome == 0) {
		attempt.email = buf_text(&email);
		outcome = sign_in_vouched(r->db, &attempt, &what, who, secret, &err);
		if (outcome > 0)
			refuse_unknown(r, attempt.email);
	}
	if (outcome < 0 && err.code == ERROR_INPUT)
		http_reply_detail(r->http, FORBIDDEN, NOT_NAMED);
	else if (outcome < 0)
		http_reply_error(r->http, &err);
	buf_free(&email);
	return outcome == 0;
}

int
front_vouches(struct request *r, struct error *err)
{
	struct buf email = {0};
	int outcome = named(r, &email, err);
	PGresult *named_account = outcome ? NULL : account_find(r->db, buf_text(&email), err);
	int vouches = named_account && PQntuples(named_account) &&
		      account_id(named_account) == r->caller.account_id;

	if ((outcome == 0 && !named_account) || (outcome < 0 && err->code != ERROR_INPUT))
		vouches = -1;
	PQclear(named_account);
	buf_free(&email);
	return vouches;
}
