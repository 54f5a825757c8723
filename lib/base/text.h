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

/* text_decode for non-ASCII characters. */
size_t text_decode_long(const char *text, size_t n, uint32_t *c);

/* Decodes the first character into *c. Returns its length in bytes; 0 at the end or if invalid. */
static inline size_t
text_decode(const char *text, size_t n, uint32_t *c)
{
	if (!n)
		return 0;
	*c = (unsigned char)text[0];
	return *c < 0x80 ? 1 : text_decode_long(text, n, c);
}

/* text_is_space for non-ASCII characters. */
bool text_is_space_long(uint32_t c);

/* Unicode's White_Space, plus U+FEFF, which editors leave at the ends of texts. */
static inline bool
text_is_space(uint32_t c)
{
	return c < 0x80 ? c == ' ' || (c >= '\t' && c <= '\r') : text_is_space_long(c);
}

/* Letters of ASCII. */
static inline bool
text_is_small(char c)
{
	return c >= 'a' && c <= 'z';
}

static inline bool
text_is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* Whether the byte is of a letter: of ASCII, or of any character beyond it. */
static inline bool
text_is_letter(char c)
{
	return (unsigned char)c >= 0x80 || text_is_small(c) || text_is_capital(c);
}

/* The length in bytes of a white space character at the start of the text; 0 if there is none. */
static inline size_t
text_space(const char *text, size_t n)
{
	uint32_t c;
	size_t length = text_decode(text, n, &c);

	return length && text_is_space(c) ? length : 0;
}

/* General category Cc: C0, DEL and C1. */
bool text_is_control(uint32_t c);

/* The 66 code points that are never characters: U+FDD0..FDEF, U+xxFFFE and U+xxFFFF. */
bool text_is_noncharacter(uint32_t c);

/*
 * Whether nothing is seen of the character although it is no white space: zero width, direction
 * marks and embeddings, joiners, the soft hyphen.
 */
bool text_is_invisible(uint32_t c);

/*
 * Narrows *text and *n to leave out at both ends white space, and marks without a width that are
 * left there by copying: zero-width spaces and joiners, direction marks.
 */
void text_trim(const char **text, size_t *n);

/* Room for what text_show writes, with the final NUL. */
#define TEXT_SHOWN_SIZE 256

/*
 * Writes the text for people who have to find what is wrong with it: cut between characters where
 * it is longer than about 80 ("..."), invisible and control characters by name, "a<U+200B>b".
 * Returns shown.
 */
const char *text_show(char shown[TEXT_SHOWN_SIZE], const char *text, size_t n);

/* How many bytes at the beginning of the text are ASCII. */
size_t text_ascii(const char *text, size_t n);

/* Whether the n bytes are UTF-8 (RFC 3629). */
bool text_is_utf8(const char *text, size_t n);

/* Appends the text with CRLF and CR changed to LF. The result is never longer than the text. */
void text_unify_lines(struct buf *out, const char *text, size_t n);

enum text_shape {
	TEXT_LINE,  /* no control characters at all, and no other line breaks */
	TEXT_LINES, /* no control characters but LF and tab */
};

#define TEXT_INVALID UINT32_MAX

/* Characters that may be a sign of damage. */
enum text_seen {
	TEXT_SEEN_REPLACED = 1 << 0,  /* U+FFFD */
	TEXT_SEEN_INVISIBLE = 1 << 1, /* text_is_invisible */
	/* What the first byte of a character in UTF-8 becomes in another encoding, an accented
	 * letter mostly, with no ASCII behind it. */
	TEXT_SEEN_MISREAD = 1 << 2,
};

struct text_scan {
	size_t chars;     /* number of characters; each byte that is not UTF-8 counts as one */
	size_t at;        /* position of the first refused character, from 1; 0 if there is none */
	uint32_t refused; /* that control or noncharacter, or TEXT_INVALID if it is not UTF-8 */
	unsigned seen;    /* enum text_seen, of all characters */
};

/* Counts the characters and finds the first that does not belong in a text of that shape. */
struct text_scan text_scan(const char *text, size_t n, enum text_shape shape);

/* Texts longer than this are not compared. */
#define TEXT_DISTANCE_MAX 64

/*
 * Levenshtein distance in bytes, ignoring ASCII case, for "did you mean". If either text is longer
 * than TEXT_DISTANCE_MAX bytes, returns the longer of the two lengths.
 */
size_t text_distance(const char *a, size_t na, const char *b, size_t nb);

struct text_slice {
	const char *text;
	size_t n;
};

/* What text_trim leaves of a text. */
struct text_slice text_trimmed(const char *text, size_t n);

bool text_begins_with(struct text_slice text, const char *beginning);

#define TEXT_SET_FEW 8

/*
 * A set of texts, for finding duplicates in long lists in less than quadratic time. A small set
 * allocates nothing. The texts are borrowed and must not move. `struct text_set s = {0};` is an
 * empty set.
 */
struct text_set {
	struct text_slice few[TEXT_SET_FEW]; /* a list of `used` texts, while slots is NULL */
	struct text_slice *slots;            /* a hash table of cap slots; NULL text if free */
	size_t cap, used;
	bool failed; /* no memory: an addition was lost */
};

/* Returns true if the text was new; false if it was already there, or (failed) without memory. */
bool text_set_add(struct text_set *s, const char *text, size_t n);

bool text_set_has(const struct text_set *s, const char *text, size_t n);

/* Frees the memory and leaves an empty set. */
void text_set_free(struct text_set *s);

#endif
