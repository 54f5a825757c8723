/*
 * What the parser child sends to the worker: see frame.h. Payloads other than records are tuples,
 * too.
 */
#include "parser/frame.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <string.h>

#define STRING_MAX        2000 /* bytes of a header or of details */
#define NAME_MAX_BYTES    128  /* of a column's name in a row; those of fields are far shorter */
#define LITERAL_LENGTH(s) (sizeof(s) - 1)
#define REPLACEMENT       "\357\277\275" /* U+FFFD */

/* Counts stay below this, so that sums of them do not overflow. */
#define COUNT_MAX (INT64_C(1) << 53)

enum {
	FINDING_LEVEL,
	FINDING_SIGN,
	FINDING_ENTRY,
	FINDING_ROW,
	FINDING_LINE,
	FINDING_FIELD,
	FINDING_VALUE,
	FINDING_DETAILS,
	FINDING_FIELDS
};

size_t
frame_begin(struct buf *out, enum frame_type type)
{
	size_t begun = out->len;

	buf_add_char(out, (char)type);
	buf_add_u32(out, 0);
	return begun;
}

void
frame_end(struct buf *out, size_t begun)
{
	if (out->failed)
		return;
	uint32_t length = htonl((uint32_t)(out->len - begun - FRAME_HEADER));
	memcpy(out->data + begun + 1, &length, sizeof length);
}

static bool
is_type(char c)
{
	static const char types[] = {FRAME_RECORD, FRAME_FINDING, FRAME_SHEET, FRAME_PROGRESS,
	    FRAME_ROW, FRAME_END, FRAME_MODEL, FRAME_FORMAT, FRAME_WANTED};

	return memchr(types, c, sizeof types) != NULL;
}

int
frame_parse(const char *bytes, size_t n, struct frame *f)
{
	uint32_t length = 0;

	if (n && !is_type(bytes[0]))
		return -1;
	if (n < FRAME_HEADER)
		return 0;
	memcpy(&length, bytes + 1, sizeof length);
	length = ntohl(length);
	if (length > FRAME_MAX)
		return -1;
	if (n - FRAME_HEADER < length)
		return 0;
	*f = (struct frame){(enum frame_type)bytes[0], bytes + FRAME_HEADER, length};
	return 1;
}

/* Appends at most `max` bytes of a text, replacing what PostgreSQL does not accept. */
static void
replace_unstorable(struct buf *out, const char *text, size_t n, size_t max)
{
	size_t used = 0;
	uint32_t c = 0;

	for (size_t i = 0, length; i < n; i += length) {
		const char *from = text + i;
		length = text_decode(from, n - i, &c);
		size_t size = length;
		if (!length || !c) {
			from = REPLACEMENT;
			size = LITERAL_LENGTH(REPLACEMENT);
			length = 1;
		}
		if (size > max - used)
			break;
		buf_add(out, from, size);
		used += size;
	}
}

static bool
is_text(const char *text, size_t n)
{
	return text_is_utf8(text, n) && !(n && memchr(text, '\0', n));
}

/*
 * Adds a text, at most `max` bytes of it, as PostgreSQL accepts it: with neither U+0000 nor invalid
 * UTF-8. If terminated, a NUL follows, so that it is a C string on the other side as well.
 */
static void
add_clean(struct buf *out, const char *text, size_t n, size_t max, bool terminated)
{
	size_t begun = out->len;

	if (!text) {
		tuple_add_null(out);
		return;
	}
	buf_add_u32(out, 0);
	if (n <= max && is_text(text, n))
		buf_add(out, text, n);
	else
		replace_unstorable(out, text, n, max);
	if (terminated)
		buf_add_char(out, '\0');
	if (out->failed)
		return;
	uint32_t length = htonl((uint32_t)(out->len - begun - sizeof length));
	memcpy(out->data + begun, &length, sizeof length);
}

static void
add_string(struct buf *out, const char *text)
{
	add_clean(out, text, text ? strlen(text) : 0, STRING_MAX, true);
}

void
frame_add_finding(struct buf *out, const struct finding *f)
{
	size_t begun = frame_begin(out, FRAME_FINDING);

	tuple_begin(out, FINDING_FIELDS);
	tuple_add_int8(out, f->level);
	add_string(out, signs[f->sign].name);
	tuple_add_int8(out, f->entry);
	tuple_add_int8(out, f->row);
	tuple_add_int8(out, f->line);
	add_string(out, f->field);
	add_clean(out, f->value, f->value_n, FRAME_VALUE_MAX, false);
	add_string(out, f->details);
	frame_end(out, begun);
}

void
frame_add_row(struct buf *out, const struct record *rec)
{
	size_t begun = frame_begin(out, FRAME_ROW), n = 0;

	for (size_t i = 0; i < rec->nraw; i++)
		n += !model_is_added(rec->raw[i].name, rec->raw[i].name_n);
	tuple_begin(out, FRAME_ROW_CELLS + 2 * n);
	tuple_add_int8(out, rec->entry);
	tuple_add_int8(out, rec->row);
	size_t taken = out->len - begun + n * (2 * sizeof(uint32_t) + NAME_MAX_BYTES);
	size_t room = taken < FRAME_MAX ? FRAME_MAX - taken : 0;
	for (size_t i = 0; i < rec->nraw; i++) {
		const struct raw_cell *cell = &rec->raw[i];
		if (model_is_added(cell->name, cell->name_n))
			continue;
		/* Each replaced byte grows to the size of the replacement. */
		bool fits = cell->n * LITERAL_LENGTH(REPLACEMENT) <= room ||
			    (cell->n <= room && is_text(cell->text, cell->n));
		add_clean(out, cell->name, cell->name_n, NAME_MAX_BYTES, false);
		size_t before = out->len;
		add_clean(out, fits ? cell->text : NULL, cell->n, room, false);
		room -= fits ? out->len - before - sizeof(uint32_t) : 0;
	}
	frame_end(out, begun);
}

void
frame_add_sheet(struct buf *out, const struct sheet *sheet)
{
	size_t begun = frame_begin(out, FRAME_SHEET);

	tuple_begin(out, 1 + MODEL_MAX_FIELDS);
	add_string(out, sheet->name);
	for (size_t i = 0; i < MODEL_MAX_FIELDS; i++)
		tuple_add_int8(out, (int64_t)sheet->columns[i]);
	frame_end(out, begun);
}

void
frame_add_progress(struct buf *out, int64_t bytes)
{
	size_t begun = frame_begin(out, FRAME_PROGRESS);

	tuple_begin(out, 1);
	tuple_add_int8(out, bytes);
	frame_end(out, begun);
}

void
frame_add_end(struct buf *out, struct frame_totals totals)
{
	size_t begun = frame_begin(out, FRAME_END);

	tuple_begin(out, 3);
	tuple_add_int8(out, totals.records);
	tuple_add_int8(out, totals.errors);
	tuple_add_int8(out, totals.warnings);
	frame_end(out, begun);
}

/* NULL, or a C string. */
static bool
get_string(const struct tuple_field *f, const char **text)
{
	*text = f->data;
	return !f->data || (f->n && f->n - 1 <= STRING_MAX && f->data[f->n - 1] == '\0' &&
			       is_text(f->data, f->n - 1));
}

static bool
get_count(const struct tuple_field *f, int64_t *count)
{
	*count = tuple_get_int8(f);
	return *count >= 0 && *count < COUNT_MAX;
}

bool
frame_get_finding(const struct frame *frame, struct finding *f)
{
	struct tuple_field fields[FINDING_FIELDS];
	const char *sign = NULL;

	if (frame->type != FRAME_FINDING ||
	    !tuple_split(frame->data, frame->n, fields, FINDING_FIELDS) ||
	    !get_string(&fields[FINDING_SIGN], &sign) || !sign)
		return false;
	*f = (struct finding){
	    .level = tuple_get_int8(&fields[FINDING_LEVEL]) ? FINDING_WARNING : FINDING_ERROR,
	    .sign = sign_named(sign),
	    .value = fields[FINDING_VALUE].data,
	    .value_n = fields[FINDING_VALUE].n,
	};
	return get_count(&fields[FINDING_ENTRY], &f->entry) &&
	       get_count(&fields[FINDING_ROW], &f->row) &&
	       get_count(&fields[FINDING_LINE], &f->line) && f->value_n <= FRAME_VALUE_MAX &&
	       is_text(f->value, f->value_n) && get_string(&fields[FINDING_FIELD], &f->field) &&
	       get_string(&fields[FINDING_DETAILS], &f->details) && f->details;
}

bool
frame_get_sheet(const struct frame *frame, struct sheet *sheet)
{
	struct tuple_field fields[1 + MODEL_MAX_FIELDS];

	if (frame->type != FRAME_SHEET ||
	    !tuple_split(frame->data, frame->n, fields, 1 + MODEL_MAX_FIELDS) ||
	    !get_string(&fields[0], &sheet->name))
		return false;
	for (size_t i = 0; i < MODEL_MAX_FIELDS; i++)
		sheet->columns[i] = (size_t)tuple_get_int8(&fields[1 + i]);
	return sheet->name;
}

bool
frame_get_progress(const struct frame *frame, int64_t *bytes)
{
	struct tuple_field field;

	return frame->type == FRAME_PROGRESS && tuple_split(frame->data, frame->n, &field, 1) &&
	       get_count(&field, bytes);
}

bool
frame_get_row(const struct frame *frame, struct tuple_field *fields, size_t nfields)
{
	if (frame->type != FRAME_ROW || nfields < FRAME_ROW_CELLS || nfields % 2 ||
	    !tuple_split(frame->data, frame->n, fields, nfields))
		return false;
	for (size_t i = FRAME_ROW_CELLS; i < nfields; i += 2)
		if (!fields[i].data || !is_text(fields[i].data, fields[i].n) ||
		    !is_text(fields[i + 1].data, fields[i + 1].n))
			return false;
	return true;
}

bool
frame_get_end(const struct frame *frame, struct frame_totals *totals)
{
	struct tuple_field fields[3];

	return frame->type == FRAME_END && tuple_split(frame->data, frame->n, fields, 3) &&
	       get_count(&fields[0], &totals->records) && get_count(&fields[1], &totals->errors) &&
	       get_count(&fields[2], &totals->warnings);
}
