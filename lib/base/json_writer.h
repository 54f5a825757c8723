/*
 * Writes JSON (RFC 8259) piece by piece into a buffer, compact and escaped as Django REST framework
 * prints it: UTF-8 as it is; '"', '\', control characters, U+2028 and U+2029 escaped.
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
 * is a bug of the caller; it writes nothing, and marks writer and buffer failed. Text that is no
 * UTF-8 comes out as U+FFFD, one for each bad byte. The buffer may be sent and cleared between any
 * two calls; that a piece was lost for want of memory is remembered by the buffer only.
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
	uint32_t objects; /* bit d: the d-th open bracket, from 0 outside, is an object's */
	unsigned depth;   /* open brackets */
	bool comma;       /* a value stands before: here, or (depth 0) the whole document */
	bool keyed;       /* a key is written and waits for its value */
	bool failed;      /* a call did not fit */
};

void json_begin_object(struct json *j);
void json_end_object(struct json *j);
void json_begin_array(struct json *j);
void json_end_array(struct json *j);

/* The key of the next value; a C string. That keys differ is the caller's care. */
void json_key(struct json *j, const char *key);

/* Strings: n bytes, or a C string, where NULL writes null. */
void json_string(struct json *j, const char *text, size_t n);
void json_text(struct json *j, const char *text);

void json_int(struct json *j, int64_t v);
void json_boolean(struct json *j, bool v);
void json_null(struct json *j);

/* One JSON value, ready made (by the database, say) and trusted: n bytes, copied as they are. */
void json_raw(struct json *j, const char *text, size_t n);

/* Whether one whole value has been written, every bracket is closed and no piece was lost. */
bool json_complete(const struct json *j);

#endif
