/* Our own origin: see origin.h. */
#include "http/origin.h"

#include "base/config.h"
#include "base/log.h"
#include "base/web_origin.h"
#include "http/mediatype.h"

#include <string.h>

#define WRONG_ORIGIN "CSRF Failed: Origin checking failed."
#define UNKNOWN_ORIGIN                                                                \
	"CSRF Failed: Send the fields as JSON, with Content-Type: application/json, " \
	"or an Origin header."

bool
origin_is_https(const struct http *h)
{
	const char *https = http_param(h, "HTTPS");
	struct web_origin told;

	if (web_origin_parse(config_text(SETTING_PUBLIC_URL), &told))
		return told.https;
	return https && strcmp(https, "on") == 0;
}

void
origin_add(const struct http *h, struct buf *out)
{
	const char *told = config_text(SETTING_PUBLIC_URL);
	const char *host = http_param(h, "HTTP_HOST");

	if (*told) {
		buf_add_text(out, told);
		return;
	}
	buf_add_text(out, origin_is_https(h) ? "https://" : "http://");
	buf_add_text(out, host ? host : "localhost");
}

static bool
is_ours(const struct http *h, const char *text)
{
	struct web_origin theirs, ours;
	struct buf own = {0};

	origin_add(h, &own);
	bool same = web_origin_parse(text, &theirs) && web_origin_parse(buf_text(&own), &ours) &&
		    web_origin_same(&theirs, &ours);
	if (!same)
		log_info("a sign-in from %.200s was refused, because we are %s here (see "
			 "ACCESSION_PUBLIC_URL)",
		    text, buf_text(&own));
	buf_free(&own);
	return same;
}

const char *
origin_refusal(const struct http *h)
{
	const char *origin = http_param(h, "HTTP_ORIGIN");
	const char *site = http_param(h, "HTTP_SEC_FETCH_SITE");
	const char *type = http_param(h, "CONTENT_TYPE");

	if (origin)
		return is_ours(h, origin) ? NULL : WRONG_ORIGIN;
	if (site)
		return strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0 ? NULL
										     : WRONG_ORIGIN;
	return type && mediatype_is(type, "application/json") ? NULL : UNKNOWN_ORIGIN;
}
