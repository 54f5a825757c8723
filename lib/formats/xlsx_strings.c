/* Shared strings, and unwrapping of texts: see xlsx_strings.h. */
#include "formats/xlsx_strings.h"

#include "formats/xlsx_xml.h"

#include <inttypes.h>
#include <string.h>

#define ESCAPE_SIZE 7 /* _x000D_ */

struct loading {
	struct xlsx_xml xml;
	struct xlsx_strings *strings;
	int64_t max_bytes;
	size_t run; /* where the run of text began */
	bool preserved;
};

static void
check_size(struct loading *l)
{
	const struct xlsx_strings *s = l->strings;

	if (s->text.failed || s->ends.failed)
		xlsx_xml_fail(&l->xml, ERROR_SYSTEM, XLSX_NO_MEMORY);
	else if (s->text.len + s->ends.len > (uint64_t)l->max_bytes)
		xlsx_xml_fail(&l->xml, ERROR_LIMIT,
		    "The texts of the workbook (its shared strings) take more than %" PRId64
		    " bytes, the limit (xlsx_max_shared_bytes). Split the workbook, or save it as "
		    "CSV.",
		    l->max_bytes);
}

static void
on_run(void *ctx, const char **attributes)
{
	struct loading *l = ctx;

	l->run = l->strings->text.len;
	l->preserved = xlsx_text_is_preserved(attributes);
}

static void
on_text(void *ctx, const char *text, size_t n)
{
	struct loading *l = ctx;

	buf_add(&l->strings->text, text, n);
	check_size(l);
}

static void
on_run_end(void *ctx)
{
	struct loading *l = ctx;

	xlsx_text_unwrap(&l->strings->text, l->run, l->preserved);
}

static void
on_string_end(void *ctx)
{
	struct loading *l = ctx;
	size_t end = l->strings->text.len;

	buf_add(&l->strings->ends, &end, sizeof end);
	check_size(l);
}

static const struct xlsx_element elements[] = {
    {.name = "sst", .parent = XLSX_ROOT},
    {.name = "si", .parent = 0, .end = on_string_end},
    {.name = "t", .parent = 1, .start = on_run, .end = on_run_end, .text = on_text},
    {.name = "r", .parent = 1},
    {.name = "t", .parent = 3, .start = on_run, .end = on_run_end, .text = on_text},
    {.name = NULL},
};

int
xlsx_strings_read(struct xlsx_strings *s, struct xlsx_package *p, const char *part,
    int64_t max_bytes, struct error *err)
{
	struct loading l = {.strings = s, .max_bytes = max_bytes};

	*s = (struct xlsx_strings){0};
	return xlsx_xml_read(&l.xml, p, part, elements, &l, err);
}

bool
xlsx_strings_get(const struct xlsx_strings *s, int64_t index, struct text_slice *string)
{
	const size_t *ends = (const void *)s->ends.data;

	if (index < 0 || (uint64_t)index >= s->ends.len / sizeof *ends)
		return false;
	size_t start = index ? ends[index - 1] : 0;
	*string = (struct text_slice){buf_text(&s->text) + start, ends[index] - start};
	return true;
}

void
xlsx_strings_free(struct xlsx_strings *s)
{
	buf_free(&s->text);
	buf_free(&s->ends);
}

bool
xlsx_text_is_preserved(const char **attributes)
{
	const char *space =
	    xlsx_attribute(attributes, "http://www.w3.org/XML/1998/namespace|space");

	return space && strcmp(space, "preserve") == 0;
}

/* Reads _xHHHH_ at the start of the n bytes; returns 0 if it is not there. */
static uint32_t
read_escape(const char *text, size_t n)
{
	uint32_t c = 0;

	if (n < ESCAPE_SIZE || text[0] != '_' || text[1] != 'x' || text[6] != '_')
		return 0;
	for (size_t i = 2; i < 6; i++) {
		char ch = text[i];
		uint32_t digit;
		if (ch >= '0' && ch <= '9')
			digit = (uint32_t)(ch - '0');
		else if ((ch | 0x20) >= 'a' && (ch | 0x20) <= 'f')
			digit = (uint32_t)((ch | 0x20) - 'a' + 10);
		else
			return 0;
		c = c << 4 | digit;
	}
	return c;
}

/* Reads the character of one escape, or of a surrogate pair of them. Returns their length, or 0. */
static size_t
read_character(const char *text, size_t n, uint32_t *c)
{
	*c = read_escape(text, n);
	if (!*c || *c < 0xD800 || *c > 0xDFFF)
		return *c ? ESCAPE_SIZE : 0;
	uint32_t low = read_escape(text + ESCAPE_SIZE, n - ESCAPE_SIZE);
	if (*c > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
		return 0;
	*c = 0x10000 + ((*c - 0xD800) << 10) + (low - 0xDC00);
	return (size_t)2 * ESCAPE_SIZE;
}

static size_t
write_utf8(char *out, uint32_t c)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};

	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3F));
	out[0] = (char)(lead[n] | c);
	return n;
}

/* Decodes the escapes in place, which only shortens the text; returns the new length. */
static size_t
decode_escapes(char *text, size_t n)
{
	char *at = text, *to = text, *end = text + n, *escape;
	uint32_t c;

	while ((escape = memchr(at, '_', (size_t)(end - at)))) {
		size_t used = read_character(escape, (size_t)(end - escape), &c);
		size_t kept = (size_t)(escape - at) + !used;
		memmove(to, at, kept);
		to += kept;
		at += kept + used;
		if (used)
			to += write_utf8(to, c);
	}
	memmove(to, at, (size_t)(end - at));
	return (size_t)(to - text) + (size_t)(end - at);
}

static size_t
unify_lines(char *text, size_t n)
{
	char *to = memchr(text, '\r', n), *end = text + n;

	if (!to)
		return n;
	for (char *at = to; at < end; at++) {
		if (*at == '\r' && at + 1 < end && at[1] == '\n')
			continue;
		*to++ = *at == '\r' ? '\n' : *at;
	}
	return (size_t)(to - text);
}

static bool
is_xml_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void
xlsx_text_unwrap(struct buf *b, size_t from, bool preserved)
{
	if (b->failed || b->len == from)
		return;
	char *text = b->data + from;
	size_t n = b->len - from, blank = 0;

	while (!preserved && n && is_xml_space(text[n - 1]))
		n--;
	while (!preserved && blank < n && is_xml_space(text[blank]))
		blank++;
	if (blank)
		memmove(text, text + blank, n -= blank);
	n = unify_lines(text, decode_escapes(text, n));
	text[n] = '\0';
	b->len = from + n;
}
