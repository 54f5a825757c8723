/*
 * Query strings and application/x-www-form-urlencoded bodies (URL standard, section 5), read as
 * Django's QueryDict reads them: '&' separates, '+' is a space, a broken %-escape stays as it is, a
 * name without '=' has the value "". Each byte that is not valid UTF-8, and each NUL, becomes
 * U+FFFD, so that names and values are C strings.
 *
 *	struct query q = {0};
 *	if (query_parse(&q, text, n, 1000, err) == 0)
 *		... query_get(&q, "status") ...
 *	query_free(&q);
 */
#ifndef ACCESSION_QUERY_H
#define ACCESSION_QUERY_H

#include "base/buf.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* RFC 3986's unreserved characters, which need no escape. */
#define QUERY_UNRESERVED "-._~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

struct query_pair {
	const char *name, *value;
};

struct query {
	struct query_pair *pairs; /* in the order of the text */
	size_t n;
	struct buf text; /* which the pairs point into */
};

/*
 * Parses n bytes (without a leading '?') into *q, which must be empty; call query_free in any case.
 * Returns 0, or -1 if there are more than `max` pairs (ERROR_INPUT) or no memory.
 */
int query_parse(struct query *q, const char *text, size_t n, size_t max, struct error *err);

/* Frees the memory and leaves an empty query. */
void query_free(struct query *q);

/* Returns the last value of that name, owned by the query, or NULL. */
const char *query_get(const struct query *q, const char *name);

enum query_int { QUERY_ABSENT, QUERY_VALID, QUERY_INVALID };

/*
 * Reads the last value of that name as a decimal integer. Sets *out only if it is one, from min to
 * max. An empty value counts as absent.
 */
enum query_int
query_int(const struct query *q, const char *name, int64_t min, int64_t max, int64_t *out);

/*
 * Appends '?' and the query with every `name` replaced by a single one with that value or, if value
 * is NULL, removed. Appends nothing at all if no pair is left. Written like the links of Django
 * REST framework: sorted by name, percent-encoded (RFC 3986's unreserved characters stay), '+' for
 * a space.
 */
void query_replaced(struct buf *out, const struct query *q, const char *name, const char *value);

/* Appends a pair to the text of a query, after an ampersand unless it is the first. */
void query_add(struct buf *out, const char *name, const char *value);

/*
 * Returns the byte that "%XX" at the start of the n bytes stands for, or -1 if they do not begin
 * so.
 */
int query_escape(const char *text, size_t n);

#endif
