/*
 * Unicode text as bytes: UTF-8 (Unicode 15, table 3-7: no overlong forms, no surrogates, nothing
 * above U+10FFFF), white space, what counts as printable, and small helpers for lists and names.
 * Nothing here depends on the locale. Texts are (pointer, length) and may hold NUL.
 */
#ifndef ACCESSION_TEXT_H
#define ACCESSION_TEXT_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* text_decode for what is not ASCII. */
size_t text_decode_long(const char *text, size_t n, uint32_t *c);

/* Decodes the first character into *c; its length in bytes, or 0 if there is none or no UTF-8. */
static inline size_t
text_decode(const char *text, size_t n, uint32_t *c)
{
	if (!n)
		return 0;
	*c = (unsigned char)text[0];
	return *c < 0x80 ? 1 : text_decode_long(text, n, c);
}

/* text_is_space for what is not ASCII. */
bool text_is_space_long(uint32_t c);

/* Unicode's White_Space, and U+FEFF, which editors leave at the ends of texts. */
static inline bool
text_is_space(uint32_t c)
{
	return c < 0x80 ? c == ' ' || (c >= '\t' && c <= '\r') : text_is_space_long(c);
}

/* The length in bytes of the white space character the text begins with; 0 if with none. */
static inline size_t
text_space(const char *text, size_t n)
{
	uint32_t c;
	size_t length = text_decode(text, n, &c);

	return length && text_is_space(c) ? length : 0;
}

/* General category Cc: C0, DEL and C1. */
bool text_is_control(uint32_t c);

/* The 66 code points that never are characters: U+FDD0..FDEF, U+xxFFFE and U+xxFFFF. */
bool text_is_noncharacter(uint32_t c);

/* Narrows *text and *n to what remains without white space at both ends. */
void text_trim(const char **text, size_t *n);

/* Whether the n bytes are UTF-8 (RFC 3629). */
bool text_is_utf8(const char *text, size_t n);

/* Appends the text with CRLF and CR turned into LF. Never longer than it was. */
void text_unify_lines(struct buf *out, const char *text, size_t n);

enum text_shape {
	TEXT_LINE,  /* no control characters at all */
	TEXT_LINES, /* LF and tab are fine */
};

#define TEXT_INVALID UINT32_MAX

struct text_scan {
	size_t chars; /* characters in all; each byte that is no UTF-8 counts as one */
	size_t at;    /* the first that is refused, counted in characters from 1; 0 if none is */
	uint32_t refused; /* it: control or noncharacter, or TEXT_INVALID where there is no UTF-8 */
};

/* Counts the characters and looks for ones that do not belong into a text of that shape. */
struct text_scan text_scan(const char *text, size_t n, enum text_shape shape);

/* Texts longer than this are not compared. */
#define TEXT_DISTANCE_MAX 64

/*
 * Levenshtein distance in bytes, ASCII case ignored, for "did you mean"; the longer length if one
 * is over TEXT_DISTANCE_MAX bytes.
 */
size_t text_distance(const char *a, size_t na, const char *b, size_t nb);

struct text_slice {
	const char *text;
	size_t n;
};

#define TEXT_SET_FEW 8

/*
 * A set of texts, for finding duplicates in long lists in less than quadratic time; without
 * allocation while there are few. It borrows the texts: they may not move. `struct text_set s =
 * {0};` is an empty one.
 */
struct text_set {
	struct text_slice few[TEXT_SET_FEW]; /* the first `used`, as a list, while slots is NULL */
	struct text_slice *slots;            /* a hash table of cap slots, free ones with NULL */
	size_t cap, used;
	bool failed; /* no memory: an addition was lost */
};

/* True if the text was new. False if it was there, or (failed) there is no memory. */
bool text_set_add(struct text_set *s, const char *text, size_t n);

bool text_set_has(const struct text_set *s, const char *text, size_t n);

/* Frees the memory and leaves an empty set. */
void text_set_free(struct text_set *s);

#endif
