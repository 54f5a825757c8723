/*
 * Query strings, cgi-bin/http/query.c, and paths, cgi-bin/http/path.c. The input is the query,
 * without its '?'; it is also taken for a path.
 */
#include "fuzz.h"
#include "http/path.h"
#include "http/query.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PAIRS 30
#define VALUE     "a b&c=d%+\xC3\xA9"

/* Parses the pairs of text; every name and value must be text. False if there are too many. */
static bool
parse(struct query *q, const char *text, size_t n, size_t max)
{
	struct error err = {0};

	if (query_parse(q, text, n, max, &err) != 0) {
		HOLDS(err.code == ERROR_INPUT && *err.message);
		return false;
	}
	HOLDS(q->n <= max);
	for (size_t i = 0; i < q->n; i++) {
		HOLDS(q->pairs[i].name && fuzz_is_string(q->pairs[i].name));
		HOLDS(q->pairs[i].value && fuzz_is_string(q->pairs[i].value));
		fuzz_plant(q->pairs[i].value, strlen(q->pairs[i].value));
	}
	return true;
}

/* query_get returns the last one; query_int reads what strtoll does, if it is only digits. */
static void
check_values(const struct query *q, int64_t min, int64_t max)
{
	for (size_t i = 0; i < q->n; i++) {
		const char *name = q->pairs[i].name, *value = query_get(q, name);
		size_t last = q->n - 1;
		while (strcmp(q->pairs[last].name, name) != 0)
			last--;
		HOLDS(value == q->pairs[last].value);

		int64_t got = 0;
		enum query_int is = query_int(q, name, min, max, &got);
		errno = 0;
		long long number = strtoll(value, NULL, 10);
		const char *digits = value + (*value == '-');
		bool valid = *digits && !digits[strspn(digits, "0123456789")] && !errno &&
			     number >= min && number <= max;
		HOLDS(is == (!*value ? QUERY_ABSENT : valid ? QUERY_VALID : QUERY_INVALID));
		HOLDS(got == (valid ? number : 0));
	}
}

/* How many of the pairs that are left come before pair i when sorted by name. */
static size_t
place_of(const struct query *q, size_t i, const char *removed)
{
	size_t place = 0;

	for (size_t j = 0; j < q->n; j++) {
		int order = strcmp(q->pairs[j].name, q->pairs[i].name);
		if (strcmp(q->pairs[j].name, removed) != 0 && (order < 0 || (!order && j < i)))
			place++;
	}
	return place;
}

/* A query with a pair replaced (or removed, for value NULL) parses to the others and that pair. */
static void
check_replaced(const struct query *q, const char *name, const char *value)
{
	struct buf text = {0}, again = {0};
	struct query r = {0};
	size_t kept = 0;

	query_replaced(&text, q, name, value);
	HOLDS(!text.failed && text.len == strlen(buf_text(&text)));
	HOLDS(!text.len || text.data[0] == '?');
	HOLDS(parse(&r, buf_text(&text) + (text.len != 0), text.len - (text.len != 0), q->n + 1));
	for (size_t i = 0; i < q->n; i++) {
		if (strcmp(q->pairs[i].name, name) == 0)
			continue;
		size_t place = place_of(q, i, name);
		place += value && strcmp(name, q->pairs[i].name) < 0;
		HOLDS(place < r.n && strcmp(r.pairs[place].name, q->pairs[i].name) == 0);
		HOLDS(strcmp(r.pairs[place].value, q->pairs[i].value) == 0);
		kept++;
	}
	const char *got = query_get(&r, name);
	HOLDS(value ? got && strcmp(got, value) == 0 : !got);
	HOLDS(r.n == kept + (value != NULL));

	/* It is in its final form: replacing again changes nothing. */
	query_replaced(&again, &r, name, value);
	HOLDS(again.len == text.len && strcmp(buf_text(&again), buf_text(&text)) == 0);
	query_free(&r);
	buf_free(&text);
	buf_free(&again);
}

/* Decodes all escapes; returns the length. */
static size_t
decode_all(const char *text, size_t n, char *out)
{
	size_t to = 0;

	for (size_t i = 0; i < n; to++) {
		int byte = query_escape(text + i, n - i);
		out[to] = byte >= 0 ? (char)byte : text[i];
		i += byte >= 0 ? 3 : 1;
	}
	return to;
}

/* A path means the same as before, has no escape that it does not need, and stays so. */
static void
check_path(const char *text, size_t n)
{
	char *sent = strndup(text, n), *path = strdup(sent), *a, *b;
	bool broken = false;

	n = strlen(sent);
	for (size_t i = 0; i < n; i++)
		broken |= sent[i] == '%' && query_escape(sent + i, n - i) < 0;
	path_decode(path);
	size_t left = strlen(path);
	fuzz_plant(path, left);
	HOLDS(broken ? strcmp(path, sent) == 0 : left <= n);
	for (size_t i = 0; i < left && !broken; i++) {
		int byte = query_escape(path + i, left - i);
		HOLDS(path[i] != '%' || byte >= 0);
		HOLDS(byte <= 0 || !strchr(QUERY_UNRESERVED, byte));
	}
	a = malloc(n + 1);
	b = malloc(n + 1);
	size_t na = decode_all(sent, n, a), nb = decode_all(path, left, b);
	HOLDS(na == nb && memcmp(a, b, na) == 0);
	free(a);
	free(b);
	a = strdup(path);
	path_decode(a);
	HOLDS(strcmp(a, path) == 0);
	free(a);
	free(path);
	free(sent);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct query q = {0};

	check_path((const char *)bytes, n);
	if (parse(&q, (const char *)bytes, n, MAX_PAIRS)) {
		check_values(&q, -100, 1000);
		check_values(&q, INT64_MIN, INT64_MAX);
		check_replaced(&q, "page", VALUE);
		if (q.n) {
			check_replaced(&q, q.pairs[0].name, NULL);
			check_replaced(&q, q.pairs[0].name, q.pairs[q.n - 1].value);
		}
	}
	query_free(&q);
	return 0;
}
