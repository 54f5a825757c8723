/* Rows in PostgreSQL's binary COPY format: see tuple.h. */
#include "database/tuple.h"

#include <arpa/inet.h>
#include <endian.h>
#include <string.h>

#define LENGTH_NULL UINT32_MAX
#define TEXT_OID    25 /* pg_type */

const char tuple_header[19] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0";
const char tuple_trailer[2] = {'\377', '\377'};

void
tuple_begin(struct buf *out, size_t nfields)
{
	buf_add_u16(out, (uint16_t)nfields);
}

/* Appends length and value in one call, for speed: a million rows of numbers come through here. */
static void
add_number(struct buf *out, uint64_t v, size_t n)
{
	uint32_t length = htonl((uint32_t)n);
	uint64_t bytes = htobe64(v << (64 - 8 * n));
	char field[sizeof length + sizeof bytes];

	memcpy(field, &length, sizeof length);
	memcpy(field + sizeof length, &bytes, sizeof bytes);
	buf_add(out, field, sizeof length + n);
}

void
tuple_add_int2(struct buf *out, int16_t v)
{
	add_number(out, (uint64_t)v, 2);
}

void
tuple_add_int4(struct buf *out, int32_t v)
{
	add_number(out, (uint64_t)v, 4);
}

void
tuple_add_int8(struct buf *out, int64_t v)
{
	add_number(out, (uint64_t)v, 8);
}

void
tuple_add_bool(struct buf *out, bool v)
{
	add_number(out, v, 1);
}

void
tuple_add_text(struct buf *out, const char *text, size_t n)
{
	uint32_t length = htonl((uint32_t)n);

	if (!text || n > INT32_MAX) {
		tuple_add_null(out);
		return;
	}
	buf_add(out, &length, sizeof length);
	buf_add(out, text, n);
}

void
tuple_add_null(struct buf *out)
{
	uint32_t length = LENGTH_NULL;

	buf_add(out, &length, sizeof length);
}

size_t
tuple_begin_texts(struct buf *out, size_t n)
{
	size_t begun = out->len;

	buf_add_u32(out, 0);     /* the length, filled in later */
	buf_add_u32(out, n > 0); /* dimensions */
	buf_add_u32(out, 0);     /* whether there are NULLs: PostgreSQL finds out itself */
	buf_add_u32(out, TEXT_OID);
	if (n) {
		buf_add_u32(out, (uint32_t)n);
		buf_add_u32(out, 1); /* the first index */
	}
	return begun;
}

void
tuple_end_texts(struct buf *out, size_t begun)
{
	uint32_t length = htonl((uint32_t)(out->len - begun - sizeof length));

	if (!out->failed)
		memcpy(out->data + begun, &length, sizeof length);
}

size_t
tuple_count(const char *bytes, size_t n)
{
	uint16_t count = 0;

	if (n < sizeof count)
		return 0;
	memcpy(&count, bytes, sizeof count);
	return ntohs(count);
}

bool
tuple_split(const char *bytes, size_t n, struct tuple_field *fields, size_t nfields)
{
	const char *end = bytes + n;
	if (n < sizeof(uint16_t) || tuple_count(bytes, n) != nfields)
		return false;
	bytes += sizeof(uint16_t);

	for (size_t i = 0; i < nfields; i++) {
		uint32_t length = 0;
		if ((size_t)(end - bytes) < sizeof length)
			return false;
		memcpy(&length, bytes, sizeof length);
		bytes += sizeof length;
		length = ntohl(length);
		if (length == LENGTH_NULL) {
			fields[i] = (struct tuple_field){0};
			continue;
		}
		if (length > (size_t)(end - bytes))
			return false;
		fields[i] = (struct tuple_field){bytes, length};
		bytes += length;
	}
	return bytes == end;
}

int64_t
tuple_get_int8(const struct tuple_field *f)
{
	uint64_t v = 0;

	if (!f->data || f->n != sizeof v)
		return 0;
	memcpy(&v, f->data, sizeof v);
	return (int64_t)be64toh(v);
}

bool
tuple_get_bool(const struct tuple_field *f)
{
	return f->data && f->n == 1 && f->data[0] != 0;
}
