/*
 * Writes JSON (RFC 8259) piece by piece into a buffer, compact and escaped as Django REST framework
 * does it: '"', '\', control characters, U+2028 and U+2029 are escaped, other UTF-8 is not.
 *
 *	struct json j = {.out = &buf};
 *	json_begin_object(&j);
 *	json_key(&j, "id");
 *	json_int(&j, 1);
 *	json_end_object(&j);
 *	if (!json_complete(&j))
 *		...
 *
 * The output cannot be malformed: a call that does not fit (a value without a key, the wrong end)
 * is a bug in the caller; it writes nothing and marks both writer and buffer failed. Each byte that
 * is not valid UTF-8 becomes U+FFFD. The buffer may be sent and cleared between any two calls, but
 * only the buffer remembers that output was lost for lack of memory.
 */
#ifndef ACCESSION_JSON_WRITER_H
#define ACCESSION_JSON_WRITER_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_WRITER_MAX_DEPTH 32

struct json {
	struct buf *out;
	uint32_t objects; /* bit d: open bracket d (0 is the outermost) is an object's */
	unsigned depth;   /* open brackets */
	bool comma;       /* a value was written at this level; at depth 0, the document */
	bool keyed;       /* a key was written and its value must follow */
	bool failed;      /* a call did not fit */
};

void json_begin_object(struct json *j);
void json_end_object(struct json *j);
void json_begin_array(struct json *j);
void json_end_array(struct json *j);

/* The key of the next value, a C string. The caller makes sure that keys are unique. */
void json_key(struct json *j, const char *key);

/* Strings: n bytes, or a C string, for which NULL writes null. */
void json_string(struct json *j, const char *text, size_t n);
void json_text(struct json *j, const char *text);

void json_int(struct json *j, int64_t v);
void json_boolean(struct json *j, bool v);
void json_null(struct json *j);

/* One trusted JSON value made elsewhere (by the database, say): copies its n bytes unchanged. */
void json_raw(struct json *j, const char *text, size_t n);

/* Whether one complete value was written, with every bracket closed and nothing lost. */
bool json_complete(const struct json *j);

#endif
