/* From a URL and a method to the handler that replies: see route.h. */
#include "http/route.h"

#include "base/log.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "http/attempt.h"
#include "http/origin.h"
#include "http/path.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Reads a segment of digits. Returns false if it is not one, or too large for an id. */
static bool
read_id(const char *text, size_t n, int64_t *id)
{
	char *end = NULL;

	if (n == 0 || strspn(text, "0123456789") < n)
		return false;
	errno = 0;
	*id = strtoll(text, &end, 10);
	return errno == 0 && end == text + n;
}

static bool
read_name(const char *text, size_t n, char name[REQUEST_NAME_SIZE])
{
	if (n == 0 || n >= REQUEST_NAME_SIZE || path_is_dots(text, n) || !text_is_utf8(text, n))
		return false;
	memcpy(name, text, n);
	name[n] = '\0';
	return true;
}

static bool
read_segment(const char *pattern, const char *path, size_t n, struct request *r)
{
	if (strncmp(pattern, "{id}", 4) == 0)
		return read_id(path, n, &r->id);
	if (strncmp(pattern, "{part}", 6) == 0)
		return read_id(path, n, &r->part_id);
	if (strncmp(pattern, "{model}", 7) == 0)
		return read_name(path, n, r->model_name);
	return read_name(path, n, r->name);
}

/* Does the path match the pattern? Fills in the values of {id}, {part}, {model} and {name}. */
static bool
matches(const char *pattern, const char *path, struct request *r)
{
	while (*pattern && *path) {
		if (*pattern == '{') {
			size_t n = strcspn(path, "/");
			if (!read_segment(pattern, path, n, r))
				return false;
			path += n;
			pattern = strchr(pattern, '}') + 1;
		} else if (*pattern++ != *path++) {
			return false;
		}
	}
	return !*pattern && !*path;
}

static const struct route *
find_route(const char *path, struct request *r)
{
	for (const struct route *route = routes; route->pattern; route++)
		if (matches(route->pattern, path, r))
			return route;
	return NULL;
}

static const struct method *
find_method(const struct route *route, const char *name)
{
	for (int i = 0; i < ROUTE_MAX_METHODS && route->methods[i].name; i++)
		if (strcmp(route->methods[i].name, name) == 0)
			return &route->methods[i];
	return NULL;
}

/*
 * Returns the role that the method needs. A method that the route lacks needs the strictest role of
 * the route, so that 403 comes before 405.
 */
static enum role
role_needed(const struct route *route, const struct method *method)
{
	enum role strictest = ROLE_NONE;

	if (method)
		return method->role;
	for (int i = 0; i < ROUTE_MAX_METHODS && route->methods[i].name; i++)
		if (route->methods[i].role > strictest)
			strictest = route->methods[i].role;
	return strictest;
}

static void
reply_wrong_method(struct http *http, const struct route *route)
{
	struct buf allow = {0}, detail = {0};

	for (int i = 0; i < ROUTE_MAX_METHODS && route->methods[i].name; i++) {
		const char *name = route->methods[i].name;
		buf_printf(&allow, "%s%s", i ? ", " : "", name);
		if (strcmp(name, "GET") == 0)
			buf_add_text(&allow, ", HEAD");
	}
	buf_printf(&detail, "Method \"%s\" not allowed.", http->method);
	http_header(http, "Allow", buf_text(&allow));
	http_reply_detail(http, 405, buf_text(&detail));
	buf_free(&allow);
	buf_free(&detail);
}

static void
redirect(struct http *http, const struct buf *path)
{
	const char *query = http_param(http, "QUERY_STRING");
	struct buf location = {0};

	buf_printf(
	    &location, "%s%s%s", buf_text(path), query && *query ? "?" : "", query ? query : "");
	http_header(http, "Location", buf_text(&location));
	http_reply_detail(http, 301, NULL);
	buf_free(&location);
}

/*
 * Replies where there is no route. If only the slash at the end is missing, a GET is redirected;
 * any other method is told, since clients would repeat it as a GET.
 */
static void
reply_no_route(struct http *http)
{
	struct request ignored = {0};
	struct buf path = {0}, detail = {0};

	buf_printf(&path, "%s/", http->path);
	if (!find_route(buf_text(&path), &ignored)) {
		http_reply_detail(http, 404, NULL);
	} else if (strcmp(http->method, "GET") == 0) {
		redirect(http, &path);
	} else {
		buf_printf(&detail, "Not found: this address ends in a slash: %s", buf_text(&path));
		http_reply_detail(http, 404, buf_text(&detail));
	}
	buf_free(&path);
	buf_free(&detail);
}

/* Whether it is a coding that changes the body. */
static bool
is_coding(struct text_slice one)
{
	static const char identity[] = "identity";
	const size_t n = sizeof identity - 1;

	return one.n && !(one.n == n && strncasecmp(one.text, identity, n) == 0);
}

/*
 * Finds the first coding that the body of the request is said to have. Looks at each header of the
 * name, since a client may send several. Returns false if the body is as it is ("identity").
 */
static bool
find_coding(const struct http *http, struct text_slice *coding)
{
	static const char name[] = "HTTP_CONTENT_ENCODING=";
	size_t n = 0;

	for (char **param = http->fcgi.envp; *param; param++) {
		if (strncmp(*param, name, sizeof name - 1) != 0)
			continue;
		const char *text = *param + sizeof name - 1;
		for (; *text; text += n + (text[n] == ',')) {
			n = strcspn(text, ",");
			*coding = text_trimmed(text, n);
			if (is_coding(*coding))
				return true;
		}
	}
	return false;
}

/* Bodies are read as they are. Returns false if this one is not; the reply has been made. */
static bool
can_read_body(struct http *http)
{
	char shown[TEXT_SHOWN_SIZE];
	struct buf detail = {0};
	struct text_slice coding;
	bool has_body = strcmp(http->method, "POST") == 0 || strcmp(http->method, "PATCH") == 0;

	if (!has_body || !find_coding(http, &coding))
		return true;
	buf_printf(&detail,
	    "Unsupported Content-Encoding \"%s\": send the body as it is, without it.",
	    text_show(shown, coding.text, coding.n));
	if (http->precheck == PRECHECK_NONE)
		http_drain(http);
	http_header(http, "Accept-Encoding", "identity");
	http_reply_detail(http, 415, buf_text(&detail));
	buf_free(&detail);
	return false;
}

static void
refuse(struct request *r, int status, const char *refusal)
{
	const char *csrf = strncmp(refusal, "CSRF", 4) == 0 ? refusal : NULL;
	const struct actor by = request_actor(r);
	struct error err = {0};

	if (csrf && session_forbidden(r->db, &by, csrf, &err) < 0)
		log_warning("an event is lost: %s", err.message);
	if (status == 401)
		http_header(r->http, "WWW-Authenticate", "Token");
	http_reply_detail(r->http, status, refusal);
}

/*
 * Finds the caller, with the secret that was lent for Basic (NULL: none). Returns false if there is
 * none; the reply has been made.
 */
static bool
sign_in(struct request *r, const char *lent)
{
	const struct credentials given = {
	    .authorization = http_param(r->http, "HTTP_AUTHORIZATION"),
	    .lent = lent,
	    .cookies = http_param(r->http, "HTTP_COOKIE"),
	    .https = origin_is_https(r->http),
	    .csrf_token = http_param(r->http, "HTTP_X_CSRFTOKEN"),
	    .reads_only = strcmp(r->http->method, "GET") == 0};
	const bool needs_models = r->http->pool != POOL_SIGN_IN;
	struct error err = {0};
	const char *refusal = NULL;
	snprintf(r->along.key, sizeof r->along.key, "%lld", (long long)r->id);
	int outcome = auth_caller(r->db, &given, &r->along, &r->caller, &refusal, &err);

	if (outcome == 0)
		http_header(r->http, REQUEST_ACCOUNT_HEADER, r->caller.account_text);
	if (outcome == 0 && (!needs_models || !r->caller.models ||
				catalog_load(r->db, r->caller.models, &err) == 0))
		return true;
	if (outcome > 0)
		refuse(r, outcome, refusal);
	else
		http_reply_error(r->http, &err);
	return false;
}

/* Finds {model}. Returns false if there is no such model. */
static bool
find_model(const struct route *route, struct request *r)
{
	if (!strstr(route->pattern, "{model}"))
		return true;
	r->model = model_find(r->model_name, strlen(r->model_name));
	return r->model;
}

static void
reply_forbidden(struct request *r)
{
	const struct actor by = request_actor(r);
	struct buf what = {0};
	struct error err = {0};

	buf_printf(&what, "%s %s", r->http->method, r->http->path);
	if (r->caller.role > ROLE_PENDING &&
	    session_forbidden(r->db, &by, buf_text(&what), &err) < 0)
		log_warning("an event is lost: %s", err.message);
	buf_free(&what);
	http_reply_detail(r->http, 403,
	    r->caller.role == ROLE_PENDING ? "The second factor is still to come." : NULL);
}

static void
handle(struct request *r, const struct method *method)
{
	struct http *http = r->http;
	const enum pool pool = method->pool(r);

	if (http->precheck == PRECHECK_ASK)
		http_header(http, "Accession-Pool", pool == POOL_SLOW ? "slow" : "fast");
	if (pool == http->pool || !http_hand_over(http, pool, NULL))
		method->handle(r);
}

/* Checks feature, permission, method and model, in this order; then the request is handled. */
static void
check_and_handle(struct request *r, const struct route *route, const struct method *method)
{
	const enum role needed = role_needed(route, method);

	if (route->is_import && !r->caller.import_enabled)
		http_reply_detail(r->http, 404, NULL);
	else if (r->caller.role < needed)
		reply_forbidden(r);
	else if (!method)
		reply_wrong_method(r->http, route);
	else if (!find_model(route, r))
		http_reply_detail(r->http, 404, NULL);
	else if (can_read_body(r->http))
		handle(r, method);
}

/*
 * In the sign-in pool: checks the password that came by Basic, and goes on with a credential that
 * is lent in its place, here or in the pool where the request belongs.
 */
static void
route_basic(struct request *r, const struct route *route, const struct method *method, bool here)
{
	char lent[SECRET_SIZE];

	if (!attempt_basic(r, lent))
		return;
	if (!here)
		http_hand_over(r->http, POOL_FAST, lent);
	else if (sign_in(r, lent))
		check_and_handle(r, route, method);
	sodium_memzero(lent, sizeof lent);
}

void
route_request(struct http *http, struct db *db)
{
	struct request r = {.http = http, .db = db};
	const struct route *route = find_route(http->path, &r);

	if (!route) {
		reply_no_route(http);
		return;
	}
	const struct method *method = find_method(route, http->method);
	const bool is_known = role_needed(route, method) > ROLE_NONE;
	const char *lent = http_param(http, "ACCESSION_LENT");
	const bool basic = is_known && !lent && auth_basic(http_param(http, "HTTP_AUTHORIZATION"));
	const bool here = method && method->pool(&r) == POOL_SIGN_IN;

	r.along.read = route->along;
	if ((here || basic) && http_hand_over(http, POOL_SIGN_IN, NULL))
		return;
	if (basic && http->pool == POOL_SIGN_IN)
		route_basic(&r, route, method, here);
	else if (!is_known || sign_in(&r, lent))
		check_and_handle(&r, route, method);
	PQclear(r.along.found);
}
