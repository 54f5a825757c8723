/*
 * Scanning JSON by the grammar of RFC 8259: a window over the text of a file, which holds no more
 * than one key or value of a record. What is no JSON is reported with its line and, where it is
 * something that people often write, with what to write instead.
 */
#ifndef ACCESSION_JSON_SCAN_H
#define ACCESSION_JSON_SCAN_H

#include "base/buf.h"
#include "base/text.h"
#include "formats/decode.h"
#include "formats/keys.h"

#define JSON_END (-1) /* what scan_token returns behind the last byte */

#define JSON_COMMA_TOO_MANY "Here is a comma too many: nothing follows it. Remove it."

/* What there is in an array besides text. */
enum json_items {
	JSON_NUMBERS = 1,
	JSON_OBJECTS = 2,
	JSON_ARRAYS = 4,
	JSON_WORDS = 8, /* true, false, null; also what is no JSON */
};

struct json_scan {
	struct keys *keys; /* where findings go; the position and the limits of a record */
	bool failed;       /* a fatal finding was reported */
	bool looking;      /* only to see what the file is: what is wrong is not reported */

	struct buf window; /* text from the file */
	size_t begin;      /* in a record: start of its last key or value; kept from there on */
	size_t pos;        /* where scanning continues */
	int64_t line;      /* the line of pos */
	bool in_record;
	size_t record_bytes; /* taken from the file since the record began */

	struct decoder decoder;
};

/* Reports a fatal error with its line, once. Always returns false. */
bool scan_fail(struct json_scan *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Reports that what follows is wrong, by name if it is a common mistake. Always returns false. */
bool scan_mistake(struct json_scan *s, const char *otherwise);

/* The same, or that the file breaks off here. */
bool scan_unexpected(struct json_scan *s, const char *expected);

/* The next byte that is not white space, or JSON_END: also after a finding. */
int scan_token(struct json_scan *s);

/* Consumes the next byte if it is c. */
bool scan_take(struct json_scan *s, int c);

/* Begins a key or value to be kept in the window: from the next byte on. */
void scan_keep(struct json_scan *s);

/* What was scanned since scan_keep. Valid until more is scanned. */
struct text_slice scan_kept(const struct json_scan *s);

/* Scans a key; the colon behind it is for scan_colon. */
bool scan_key(struct json_scan *s);
bool scan_colon(struct json_scan *s);

/* Scans a value inside `depth` objects and arrays. Adds to *items what an array has in it. */
bool scan_value(struct json_scan *s, int64_t depth, unsigned *items);

/* Scans the word, which is the only one that may begin with its first letter. */
bool scan_word(struct json_scan *s, const char *word);

/* Scans an object whose { comes next; member() scans each key and value. */
typedef bool json_member_fn(struct json_scan *s, int64_t depth, void *ctx);
bool scan_object(struct json_scan *s, int64_t depth, json_member_fn *member, void *ctx);

/* Goes back to the first character of the file. */
void scan_restart(struct json_scan *s);

#endif
