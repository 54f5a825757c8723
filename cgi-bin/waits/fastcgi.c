/* FastCGI for a program that holds many requests at once: see fastcgi.h. */
#include "waits/fastcgi.h"

#include <string.h>

#define VERSION     1
#define HEADER_SIZE 8
#define BEGIN_SIZE  8
#define END_SIZE    8
#define RESPONDER   1
#define LONG_LENGTH 0x80 /* set in the first byte of a four-byte length */

enum record_type { BEGIN_REQUEST = 1, END_REQUEST = 3, PARAMS = 4, STDIN = 5, STDOUT = 6 };

struct record {
	unsigned type;
	uint16_t id;
	const char *content;
	size_t n;
};

static unsigned
byte(const char *bytes, size_t i)
{
	return (unsigned char)bytes[i];
}

static uint16_t
two_bytes(const char *bytes, size_t i)
{
	return (uint16_t)(byte(bytes, i) << 8 | byte(bytes, i + 1));
}

/* Takes one record from the front. FASTCGI_WHOLE: the record is complete. */
static enum fastcgi_state
take_record(const char **bytes, size_t *n, struct record *record)
{
	const char *at = *bytes;

	if (*n > 0 && byte(at, 0) != VERSION)
		return FASTCGI_BROKEN;
	if (*n < HEADER_SIZE)
		return FASTCGI_MORE;
	size_t content = two_bytes(at, 4), size = HEADER_SIZE + content + byte(at, 6);
	*record = (struct record){byte(at, 1), two_bytes(at, 2), at + HEADER_SIZE, content};
	if (size > FASTCGI_MAX_REQUEST)
		return FASTCGI_BROKEN;
	if (*n < size)
		return FASTCGI_MORE;
	*bytes += size;
	*n -= size;
	return FASTCGI_WHOLE;
}

static bool
is_beginning(const struct record *record)
{
	return record->type == BEGIN_REQUEST && record->id != 0 && record->n == BEGIN_SIZE &&
	       two_bytes(record->content, 0) == RESPONDER;
}

enum fastcgi_state
fastcgi_read(const char *bytes, size_t n, struct fastcgi_request *r)
{
	struct record record;
	bool params_ended = false;

	if (n > FASTCGI_MAX_REQUEST)
		return FASTCGI_BROKEN;
	enum fastcgi_state state = take_record(&bytes, &n, &record);
	if (state != FASTCGI_WHOLE)
		return state;
	if (!is_beginning(&record))
		return FASTCGI_BROKEN;
	r->id = record.id;
	for (;;) {
		state = take_record(&bytes, &n, &record);
		if (state != FASTCGI_WHOLE)
			return state;
		if (record.id != r->id || record.type != (params_ended ? STDIN : PARAMS))
			return FASTCGI_BROKEN;
		if (params_ended) /* the body must be empty, and nothing follows it */
			return record.n == 0 && n == 0 && !r->params.failed ? FASTCGI_WHOLE
									    : FASTCGI_BROKEN;
		buf_add(&r->params, record.content, record.n);
		params_ended = record.n == 0;
	}
}

void
fastcgi_free(struct fastcgi_request *r)
{
	buf_free(&r->params);
}

/* Reads the length of a name or value at *at. Returns false if it is cut off. */
static bool
take_length(const struct buf *params, size_t *at, size_t *length)
{
	size_t left = params->len - *at;

	if (left < 1)
		return false;
	*length = byte(params->data, *at);
	if (!(*length & LONG_LENGTH)) {
		*at += 1;
		return true;
	}
	if (left < 4)
		return false;
	*length = (*length & ~(size_t)LONG_LENGTH) << 24 | byte(params->data, *at + 1) << 16 |
		  two_bytes(params->data, *at + 2);
	*at += 4;
	return true;
}

bool
fastcgi_param(const struct fastcgi_request *r, const char *name, const char **value, size_t *n)
{
	const struct buf *params = &r->params;
	size_t at = 0, name_n = 0;

	while (take_length(params, &at, &name_n) && take_length(params, &at, n)) {
		if (name_n > params->len - at || *n > params->len - at - name_n)
			return false;
		*value = params->data + at + name_n;
		if (name_n == strlen(name) && memcmp(params->data + at, name, name_n) == 0)
			return true;
		at += name_n + *n;
	}
	return false;
}

static void
add_record(struct buf *out, enum record_type type, uint16_t id, const char *content, size_t n)
{
	buf_add_char(out, VERSION);
	buf_add_char(out, (char)type);
	buf_add_u16(out, id);
	buf_add_u16(out, (uint16_t)n);
	buf_add_u16(out, 0);
	buf_add(out, content, n);
}

void
fastcgi_reply(struct buf *out, uint16_t id, const char *bytes, size_t n)
{
	static const char complete[END_SIZE] = {0}; /* status 0, protocol status 0 */

	if (n > UINT16_MAX) {
		out->failed = true;
		return;
	}
	if (n > 0)
		add_record(out, STDOUT, id, bytes, n);
	add_record(out, STDOUT, id, "", 0);
	add_record(out, END_REQUEST, id, complete, sizeof complete);
}
