/* Query strings: see query.h. */
#include "http/query.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD, three bytes: the most that one byte can become */

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
query_escape(const char *text, size_t n)
{
	if (n < 3 || text[0] != '%')
		return -1;
	int high = hex_digit(text[1]), low = hex_digit(text[2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* Decodes '+' and %XX in place. Returns the new length. */
static size_t
unescape(char *text, size_t n)
{
	size_t to = 0;

	for (size_t i = 0; i < n; i++) {
		int byte = query_escape(text + i, n - i);
		if (byte >= 0)
			i += 2;
		else
			byte = text[i] == '+' ? ' ' : text[i];
		text[to++] = (char)byte;
	}
	return to;
}

/*
 * Decodes the n bytes in place and adds them to out, which has room, as a C string. Returns where
 * it is in out.
 */
static const char *
add_decoded(struct buf *out, char *text, size_t n)
{
	size_t start = out->len;
	uint32_t c;

	n = unescape(text, n);
	for (size_t i = 0; i < n;) {
		size_t length = text_decode(text + i, n - i, &c);
		if (length && c)
			buf_add(out, text + i, length);
		else
			buf_add_text(out, REPLACEMENT);
		i += length ? length : 1;
	}
	buf_add_char(out, '\0');
	return out->data + start;
}

static void
add_pair(struct query *q, char *text, size_t n)
{
	char *equals = memchr(text, '=', n);
	size_t name_n = equals ? (size_t)(equals - text) : n;
	struct query_pair *pair = &q->pairs[q->n++];

	pair->name = add_decoded(&q->text, text, name_n);
	pair->value = equals ? add_decoded(&q->text, equals + 1, n - name_n - 1) : "";
}

int
query_parse(struct query *q, const char *text, size_t n, size_t max, struct error *err)
{
	size_t pairs = 1;

	for (size_t i = 0; i < n; i++)
		pairs += text[i] == '&';
	if (n && pairs > max)
		return error_set(err, ERROR_INPUT, "There are more than %zu parameters.", max);
	if (!n)
		return 0;

	/* Makes room for all at once: pairs point into the buffer, so it must not move. */
	char *copy = malloc(n);
	q->pairs = calloc(pairs, sizeof *q->pairs);
	if (!copy || !q->pairs || n > SIZE_MAX / 8 ||
	    !buf_reserve(&q->text, n * strlen(REPLACEMENT) + 2 * pairs)) {
		free(copy);
		return error_set(err, ERROR_SYSTEM, "out of memory for a query of %zu bytes", n);
	}
	memcpy(copy, text, n);
	for (size_t start = 0; start < n;) {
		char *ampersand = memchr(copy + start, '&', n - start);
		size_t length = ampersand ? (size_t)(ampersand - copy) - start : n - start;
		if (length)
			add_pair(q, copy + start, length);
		start += length + 1;
	}
	free(copy);
	return 0;
}

void
query_free(struct query *q)
{
	free(q->pairs);
	buf_free(&q->text);
	*q = (struct query){0};
}

const char *
query_get(const struct query *q, const char *name)
{
	for (size_t i = q->n; i-- > 0;) {
		if (strcmp(q->pairs[i].name, name) == 0)
			return q->pairs[i].value;
	}
	return NULL;
}

enum query_int
query_int(const struct query *q, const char *name, int64_t min, int64_t max, int64_t *out)
{
	const char *text = query_get(q, name);
	int64_t v = 0;

	if (!text || !*text)
		return QUERY_ABSENT;
	bool negative = *text == '-';
	const char *digits = text + negative;
	if (!*digits || digits[strspn(digits, "0123456789")])
		return QUERY_INVALID;
	/* Counts downwards, since negative numbers reach one further. */
	for (; *digits; digits++) {
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_sub_overflow(v, *digits - '0', &v))
			return QUERY_INVALID;
	}
	if (!negative && __builtin_sub_overflow(0, v, &v))
		return QUERY_INVALID;
	if (v < min || v > max)
		return QUERY_INVALID;
	*out = v;
	return QUERY_VALID;
}

static void
add_encoded(struct buf *out, const char *text)
{
	static const char hex[] = "0123456789ABCDEF";

	while (*text) {
		size_t clean = strspn(text, QUERY_UNRESERVED);
		buf_add(out, text, clean);
		text += clean;
		if (*text == ' ') {
			buf_add_char(out, '+');
			text++;
		} else if (*text) {
			unsigned char c = (unsigned char)*text++;
			const char escape[] = {'%', hex[c >> 4], hex[c & 15]};
			buf_add(out, escape, sizeof escape);
		}
	}
}

void
query_add(struct buf *out, const char *name, const char *value)
{
	if (out->len)
		buf_add_char(out, '&');
	add_encoded(out, name);
	buf_add_char(out, '=');
	add_encoded(out, value);
}

/* Orders by name, and equal names as they were, which qsort alone does not ensure. */
static int
compare_pairs(const void *a, const void *b)
{
	const struct query_pair *x = *(const struct query_pair *const *)a;
	const struct query_pair *y = *(const struct query_pair *const *)b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x > y) - (x < y);
}

void
query_replaced(struct buf *out, const struct query *q, const char *name, const char *value)
{
	const struct query_pair **sorted = calloc(q->n + 1, sizeof *sorted);
	const struct query_pair replacement = {name, value};
	size_t n = 0;

	if (!sorted) {
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < q->n; i++) {
		if (strcmp(q->pairs[i].name, name) != 0)
			sorted[n++] = &q->pairs[i];
	}
	if (value)
		sorted[n++] = &replacement;
	qsort(sorted, n, sizeof *sorted, compare_pairs);
	for (size_t i = 0; i < n; i++) {
		buf_add_char(out, i ? '&' : '?');
		add_encoded(out, sorted[i]->name);
		buf_add_char(out, '=');
		add_encoded(out, sorted[i]->value);
	}
	free(sorted);
}
