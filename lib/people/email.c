/* Email addresses: see email.h. */
#include "people/email.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Longer texts are not even looked at: no address of that many characters needs so many bytes. */
#define TYPED_MAX_BYTES 8192

#define NO_ADDRESS "Enter a valid email address."
#define BOM        0xfeff /* white space to a file, but here it is one of what cannot be seen */

/* Why the character cannot be part of an address; NULL if it can. */
static const char *
refusal(uint32_t c)
{
	if (text_is_invisible(c) || utf8proc_get_property((utf8proc_int32_t)c)->ignorable)
		return "that nobody can see";
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_CC: return "that controls a device";
	case UTF8PROC_CATEGORY_CF: return "that nobody can see";
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CS: return "that has no meaning";
	default: return NULL;
	}
}

static int
check_characters(const char *text, size_t n, struct error *err)
{
	size_t length;
	uint32_t c;

	for (size_t i = 0; i < n; i += length) {
		length = text_decode(text + i, n - i, &c);
		if (!length)
			return error_set(err, ERROR_INPUT, "The address is not UTF-8.");
		const char *why = refusal(c);
		if (why)
			return error_set(err, ERROR_INPUT,
			    "The address has a character %s (U+%04X). Write it without.", why,
			    (unsigned)c);
	}
	return 0;
}

/* Checks the normalised text: something, an @ and something, without white space. */
static int
check_address(const char *text, size_t n, struct error *err)
{
	const char *at = memchr(text, '@', n);
	struct text_scan scan = text_scan(text, n, TEXT_LINE);

	if (check_characters(text, n, err) < 0)
		return -1;
	if (scan.chars > EMAIL_MAX_CHARACTERS)
		return error_set(err, ERROR_INPUT,
		    "Ensure this field has no more than %d characters.", EMAIL_MAX_CHARACTERS);
	if (!at || at == text || at + 1 == text + n ||
	    memchr(at + 1, '@', n - (size_t)(at + 1 - text)))
		return error_set(err, ERROR_INPUT, NO_ADDRESS);
	for (size_t i = 0; i < n; i++)
		if (text_space(text + i, n - i))
			return error_set(err, ERROR_INPUT, NO_ADDRESS);
	return 0;
}

/* Leaves out white space at both ends. */
static struct text_slice
trimmed(const char *text)
{
	size_t length, end = 0;
	uint32_t c;

	while ((length = text_decode(text, strlen(text), &c)) && text_is_space(c) && c != BOM)
		text += length;
	for (size_t i = 0; text[i]; i += length) {
		length = text_decode(text + i, strlen(text + i), &c);
		if (!length || c == BOM || !text_is_space(c))
			end = i + (length ? length : 1);
		length = length ? length : 1;
	}
	return (struct text_slice){text, end};
}

int
email_normalise(const char *text, struct buf *out, struct error *err)
{
	utf8proc_uint8_t *composed = NULL;

	if (strlen(text) > TYPED_MAX_BYTES)
		return error_set(err, ERROR_INPUT,
		    "Ensure this field has no more than %d characters.", EMAIL_MAX_CHARACTERS);
	struct text_slice typed = trimmed(text);
	if (check_characters(typed.text, typed.n, err) < 0)
		return -1;
	utf8proc_ssize_t n =
	    utf8proc_map((const utf8proc_uint8_t *)typed.text, (utf8proc_ssize_t)typed.n, &composed,
		UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE);
	if (n < 0)
		return error_set(err, ERROR_SYSTEM, "%s", utf8proc_errmsg(n));
	int done = check_address((const char *)composed, (size_t)n, err);
	if (done == 0)
		buf_add(out, composed, (size_t)n);
	free(composed);
	return done < 0 ? -1 : out->failed ? error_set(err, ERROR_SYSTEM, "out of memory") : 0;
}
