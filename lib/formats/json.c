/*
 * The JSON reader: see json.h.
 *
 * json_scan.h scans the text, and keys.h makes records of it, value by value. json-c is only used
 * to decode strings that have escapes: as a parser it accepts what must be refused here (single
 * quotes, NaN, lone surrogates, repeated keys), clamps large numbers, and its error messages are
 * not fit for users.
 */
#include "formats/json.h"

#include "formats/backslash.h"
#include "formats/findings.h"
#include "formats/json_scan.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* To be followed by KEYS_SHOWN. */
#define AN_OBJECT "{\"%s\": ..., \"%s\": ...}"
#define AN_ARRAY  "an array of records: [" AN_OBJECT ", ...]"

#define BY_PANDAS "in pandas by to_json(orient='records')"

struct json {
	struct reader reader;
	struct keys keys;
	struct limits limits;
	enum reader_status status; /* READER_RECORD until the end or a failure */
	bool lines;                /* JSON Lines: records without an array around them */
	struct json_scan scan;

	struct json_tokener *tokener;
	struct json_object *string; /* its latest result */
};

/* Decodes a scanned string that includes its quotes; the result is valid until the next call. */
static bool
decode_string(struct json *j, const char *text, size_t n, struct text_slice *decoded)
{
	if (!memchr(text, '\\', n)) {
		*decoded = (struct text_slice){text + 1, n - 2};
		return true;
	}
	json_object_put(j->string);
	json_tokener_reset(j->tokener);
	j->string = json_tokener_parse_ex(j->tokener, text, (int)n);
	/* Whatever was scanned is valid, so this can only fail for lack of memory. */
	if (!j->string)
		return findings_tell_no_memory(&j->keys.to, j->keys.at);
	*decoded = (struct text_slice){
	    json_object_get_string(j->string), (size_t)json_object_get_string_len(j->string)};
	return true;
}

/* The length of a scanned string, with its quotes, or of a number. */
static size_t
item_length(const char *text)
{
	size_t n = 1;

	if (*text != '"')
		return strspn(text, "+-.0123456789Ee");
	while (text[n] != '"')
		n += text[n] == '\\' ? 2 : 1;
	return n + 1;
}

/* Tells of a path in a scanned string, that of `string`; `end`: of the value it stands in. */
static void
check_path(struct json *j, const char *text, size_t n, struct text_slice string, const char *end)
{
	int64_t line = j->scan.line;

	if (n == string.n + 2)
		return;
	const struct backslash *found = backslash_find((struct text_slice){text + 1, n - 2}, false);
	if (!found)
		return;
	for (const char *lf = text; (lf = memchr(lf, '\n', (size_t)(end - lf))); lf++)
		line--;
	backslash_tell(&j->keys, found, string, line, "");
}

/* Gives a scanned array of strings and numbers to j->keys. */
static bool
add_list(struct json *j, const char *text, const char *end)
{
	struct text_slice item = {0};

	keys_list(&j->keys);
	/* Between them there are only commas and white space, and ] behind the last. */
	for (text++; (text += strspn(text, ", \t\r\n")) < end - 1; text += item.n) {
		size_t n = item_length(text);

		item = (struct text_slice){text, n};
		if (*text == '"' && !decode_string(j, text, n, &item))
			return false;
		keys_item(&j->keys, item.text, item.n);
		if (*text == '"')
			check_path(j, text, n, item, end);
		item.n = n;
	}
	return true;
}

/* Gives a scanned value to j->keys. */
static bool
add_value(struct json *j, const char *text, size_t n, unsigned items)
{
	struct keys *k = &j->keys;
	struct text_slice string = {0};
	const struct field *field = keys_field(k);
	unsigned allowed = field && field->kind == FIELD_REFS ? JSON_NUMBERS : 0;

	switch (*text) {
	case '"':
		if (!decode_string(j, text, n, &string))
			return false;
		keys_value(k, CELL_STRING, string.text, string.n);
		check_path(j, text, n, string, text + n);
		break;
	case 'n': keys_value(k, CELL_NULL, "", 0); break;
	case 't':
	case 'f': keys_value(k, CELL_BOOLEAN, text, n); break;
	case '{':
		keys_value(k, CELL_STRING, text, n);
		keys_refuse(k, "Nested objects are not supported: give text.");
		break;
	case '[':
		if (!(items & ~allowed))
			return add_list(j, text, text + n);
		keys_value(k, CELL_STRING, text, n);
		keys_refuse(k, "A list may only have text%s in it: put each item in double quotes.",
		    allowed ? " and numbers" : "");
		break;
	default: keys_value(k, CELL_NUMBER, text, n);
	}
	return true;
}

static bool
read_member(struct json_scan *s, int64_t depth, void *ctx)
{
	struct json *j = ctx;
	struct text_slice name = {0}, text;
	unsigned items = 0;

	scan_token(s);
	scan_keep(s);
	if (!scan_key(s))
		return false;
	text = scan_kept(s);
	if (!decode_string(j, text.text, text.n, &name) || !keys_name(&j->keys, name.text, name.n))
		return false;
	if (!scan_colon(s))
		return false;
	scan_token(s);
	scan_keep(s);
	/* A number also ends where reading the text failed, hence s->failed. */
	if (!scan_value(s, depth, &items) || s->failed)
		return false;
	text = scan_kept(s);
	return add_value(j, text.text, text.n, items);
}

/* Looks at what follows the array. */
static enum reader_status
read_end(struct json_scan *s)
{
	if (scan_token(s) != JSON_END)
		scan_mistake(s, "Here is something behind the closing ] of the array. Remove it; "
				"the file is one array.");
	return s->failed ? READER_FAILED : READER_END;
}

/* Moves to the next element of the array, READER_END if that was the last. */
static enum reader_status
next_in_array(struct json *j)
{
	struct json_scan *s = &j->scan;

	if (scan_token(s) == ']' && scan_take(s, ']'))
		return read_end(s);
	if (j->keys.at.row && !scan_take(s, ',')) {
		scan_unexpected(
		    s, "Here the comma between two records, or the closing ], is missing.");
		return READER_FAILED;
	}
	if (scan_token(s) != ']')
		return READER_RECORD;
	scan_fail(s, "Here is a comma too many: no record follows. Remove it.");
	return READER_FAILED;
}

/* The same where there is no array. */
static enum reader_status
next_in_lines(struct json_scan *s)
{
	int c = scan_token(s);

	if (c == JSON_END)
		return s->failed ? READER_FAILED : READER_END;
	if (c != ',' && c != ']')
		return READER_RECORD;
	scan_fail(s,
	    "Here is a %c behind a record, but the file does not begin with [. Put all records in "
	    "[ and ], with commas between them; or one on each line, without.",
	    c);
	return READER_FAILED;
}

static enum reader_status
read_record(struct json *j)
{
	struct json_scan *s = &j->scan;
	char must[256];

	s->in_record = false;
	enum reader_status status = j->lines ? next_in_lines(s) : next_in_array(j);
	if (status != READER_RECORD)
		return status;
	int c = scan_token(s);
	if (c != '{' && c != 'n') {
		snprintf(must, sizeof must, "A record must be an object: " AN_OBJECT "%s.",
		    KEYS_SHOWN(&j->keys), c == '[' ? ", written " BY_PANDAS : "");
		scan_unexpected(s, must);
		return READER_FAILED;
	}
	s->in_record = true;
	scan_keep(s);
	s->record_bytes = s->window.len - s->pos;
	keys_begin(&j->keys, s->line);
	bool ok =
	    c == 'n' ? scan_word(s, "null") : scan_object(s, j->lines ? 1 : 2, read_member, j);
	return ok ? READER_RECORD : READER_FAILED;
}

static enum reader_status
json_next(struct reader *r, struct record *rec)
{
	struct json *j = (struct json *)r;

	if (j->status != READER_RECORD)
		return j->status;
	do
		j->status = read_record(j);
	while (j->status == READER_RECORD && keys_blank(&j->keys));
	return j->status = keys_end(&j->keys, j->status, rec);
}

static int64_t
json_offset(const struct reader *r)
{
	return ((const struct json *)r)->scan.decoder.offset;
}

static void
json_close(struct reader *r)
{
	struct json *j = (struct json *)r;

	json_object_put(j->string);
	if (j->tokener)
		json_tokener_free(j->tokener);
	keys_close(&j->keys);
	buf_free(&j->scan.window);
	free(j);
}

/* What an object at the beginning of the file is, as far as it was looked at. */
struct sight {
	struct json *j;
	bool is_record;               /* it has an id */
	bool is_split;                /* its rows are arrays */
	size_t members, objects;      /* how many there are, and have objects as values */
	char array[TEXT_SHOWN_SIZE];  /* the key of an array of objects; or "" */
	char object[TEXT_SHOWN_SIZE]; /* the first key of an object; or "" */
};

/* Looks at a key, and into *shown and *is_id. */
static bool
look_at_key(struct json *j, char shown[TEXT_SHOWN_SIZE], enum header_match *match, bool *is_id)
{
	struct json_scan *s = &j->scan;
	struct text_slice name = {0};
	const char *nearest;
	int index;

	scan_token(s);
	s->in_record = true; /* so that the key stays in the window */
	s->record_bytes = s->window.len - s->pos;
	scan_keep(s);
	bool ok = scan_key(s);
	struct text_slice key = scan_kept(s);
	s->in_record = false;
	if (!ok || !decode_string(j, key.text, key.n, &name))
		return false;
	*match = model_match_header(j->keys.model, name.text, name.n, &index, &nearest);
	*is_id = *match == HEADER_FIELD && index == 0;
	text_show(shown, name.text, name.n);
	return scan_colon(s);
}

/* Looks at a member of the object. False where what was seen is enough, as no record has more. */
static bool
look(struct json_scan *s, int64_t depth, void *ctx)
{
	struct sight *sight = ctx;
	char key[TEXT_SHOWN_SIZE];
	enum header_match match;
	unsigned items = 0;
	bool is_id;

	if (!look_at_key(sight->j, key, &match, &is_id))
		return false;
	int c = scan_token(s);
	sight->members++;
	sight->is_record = is_id && c != '{' && c != '[';
	if (c == '{' && !sight->objects++)
		memcpy(sight->object, key, sizeof key);
	if (sight->is_record)
		return false;
	bool ok = scan_value(s, depth, &items);
	sight->is_split |= match == HEADER_UNKNOWN && (items & JSON_ARRAYS);
	if (match == HEADER_UNKNOWN && (items & JSON_OBJECTS))
		memcpy(sight->array, key, sizeof key);
	bool last = (int64_t)sight->members == s->keys->limits.max_columns;
	return ok && !last && !sight->array[0] && !s->failed;
}

/* The file begins with an object: a record of JSON Lines, or something that has records in it? */
static bool
start_object(struct json *j)
{
	struct sight sight = {.j = j};

	j->scan.looking = true;
	scan_object(&j->scan, 1, look, &sight);
	scan_restart(&j->scan);
	j->scan.looking = false;
	scan_token(&j->scan);
	if (sight.array[0])
		return scan_fail(&j->scan,
		    "The file is an object, but must be " AN_ARRAY
		    ". If the records stand under its key \"%s\", keep that array alone.",
		    KEYS_SHOWN(&j->keys), sight.array);
	if (sight.is_split && !sight.is_record)
		return scan_fail(&j->scan,
		    "The file has its columns and its rows apart, but must be " AN_ARRAY
		    ". Write it again, " BY_PANDAS ".",
		    KEYS_SHOWN(&j->keys));
	if (sight.objects && sight.objects == sight.members)
		return scan_fail(&j->scan,
		    "The file is an object of objects, the first under \"%s\", but must "
		    "be " AN_ARRAY ". Write it again, " BY_PANDAS
		    "; if an array of records stands further "
		    "inside, keep that alone.",
		    sight.object, KEYS_SHOWN(&j->keys));
	j->lines = true;
	return true;
}

static bool
start(struct json *j, const struct source *source, const struct model *m, const struct findings *to)
{
	const struct finding whole_file = {0};
	struct json_scan *s = &j->scan;
	struct error err = {0};

	if (!keys_open(&j->keys, m, &j->limits, to))
		return false;
	if (!j->tokener)
		return findings_tell_no_memory(to, whole_file);
	json_tokener_set_flags(j->tokener, JSON_TOKENER_STRICT);
	/* Whatever charset was named, it can only be UTF-8. */
	if (decode_open(&s->decoder, &(struct source){.fd = source->fd}, &err) != 0)
		return findings_tell(to, whole_file, "%s", err.message);
	if (s->decoder.encoding == ENCODING_UTF16LE || s->decoder.encoding == ENCODING_UTF16BE)
		return findings_tell(to, whole_file,
		    "The file is UTF-16, but JSON is always UTF-8. Save the file as UTF-8.");
	/* UTF-8 in any case, so that the first byte that is not is reported at its place. */
	s->decoder.encoding = ENCODING_UTF8;

	char must[256];
	switch (scan_token(s)) {
	case '[': return scan_take(s, '[');
	case '{': return start_object(j);
	case JSON_END:
		return scan_fail(
		    s, "The file is empty. It must be " AN_ARRAY ".", KEYS_SHOWN(&j->keys));
	default:
		snprintf(must, sizeof must,
		    "The file is not JSON that begins with [. It must be " AN_ARRAY ".",
		    KEYS_SHOWN(&j->keys));
		return scan_mistake(s, must);
	}
}

struct reader *
json_open(const struct source *source, const struct model *m, const struct limits *limits,
    finding_fn *sink, void *ctx)
{
	const struct findings to = {sink, ctx};
	struct json *j = calloc(1, sizeof *j);

	if (!j) {
		findings_tell_no_memory(&to, (struct finding){0});
		return NULL;
	}
	j->reader = (struct reader){json_next, json_offset, json_close, NULL};
	j->limits = *limits;
	j->scan.keys = &j->keys;
	j->scan.line = 1;
	j->tokener = json_tokener_new();
	if (!start(j, source, m, &to)) {
		json_close(&j->reader);
		return NULL;
	}
	return &j->reader;
}
