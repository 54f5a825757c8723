/* The keys of records: see keys.h. */
#include "formats/keys.h"

#include "base/text.h"
#include "model/boolean.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/types.h>

#define RECORD_LEAST ((size_t)1024 * 1024) /* of record_max */

/* Values of key.field that are not the index of a field. */
enum {
	KEY_IGNORED = -1,
	KEY_RETIRED = -2, /* ignored, too */
	KEY_UNKNOWN = -3,
};

struct key {
	char *name; /* as in the file, with a NUL behind its n bytes */
	size_t n;
	int field;
	int64_t row; /* the last record that had it */
};

struct member {
	size_t key;          /* index in `known` */
	enum cell_kind kind; /* CELL_ABSENT: refused */
	size_t start, n;     /* its value in `text` */
	size_t items;        /* of a list */
	bool twin;           /* the record already has this key or another spelling of it */
};

bool
keys_open(
    struct keys *k, const struct model *m, const struct limits *limits, const struct findings *to)
{
	size_t max = (size_t)limits->max_columns;

	*k = (struct keys){.model = m, .to = *to, .limits = *limits};
	k->record_max = KEYS_RECORD_FIELDS * (size_t)limits->max_field_bytes;
	if (k->record_max < RECORD_LEAST)
		k->record_max = RECORD_LEAST;
	k->known = calloc(max, sizeof *k->known);
	k->members = calloc(max, sizeof *k->members);
	k->raw = calloc(max, sizeof *k->raw);
	if (!k->known || !k->members || !k->raw)
		return findings_tell_no_memory(to, k->at);
	return true;
}

void
keys_close(struct keys *k)
{
	for (size_t i = 0; i < k->nknown; i++)
		free(k->known[i].name);
	free(k->known);
	free(k->members);
	free(k->raw);
	buf_free(&k->text);
}

void
keys_begin(struct keys *k, int64_t line)
{
	k->at = (struct finding){.entry = k->entry + 1, .row = k->at.row + 1, .line = line};
	k->nmembers = 0;
	buf_clear(&k->text);
}

static const char *
spelling(const struct keys *k, const struct key *key)
{
	return key->field >= 0 ? k->model->fields[key->field].name : key->name;
}

static void
tell_unknown(const struct keys *k, const struct key *key, const char *nearest)
{
	struct finding f = k->at;
	char shown[TEXT_SHOWN_SIZE], list[512];

	f.field = key->name;
	text_show(shown, key->name, key->n);
	if (nearest) {
		findings_tell(
		    &k->to, f, "Unknown key \"%s\": did you mean \"%s\"?", shown, nearest);
		return;
	}
	findings_tell(&k->to, f, "Unknown key \"%s\". Keys can be: %s.", shown,
	    findings_fields(k->model, list, sizeof list));
}

/* Whether another spelling of the key, which is not in `known` yet, is there. */
static bool
is_known(const struct keys *k, const char *text, size_t n)
{
	for (size_t i = 0; i < k->nknown; i++) {
		const char *other = k->known[i].name;
		size_t length = k->known[i].n;

		text_trim(&other, &length);
		if (length == n && strncasecmp(other, text, n) == 0)
			return true;
	}
	return false;
}

static void
tell_retired(const struct keys *k, const struct key *key)
{
	struct finding f = k->at;
	char shown[TEXT_SHOWN_SIZE];

	f.level = FINDING_WARNING;
	f.sign = SIGN_RETIRED;
	f.field = key->name;
	findings_tell(&k->to, f, "The key \"%s\" was retired: what it says is not taken over.",
	    text_show(shown, key->name, key->n));
}

/* Matches a key that is new in the file. */
static void
match(const struct keys *k, struct key *key)
{
	const char *text = key->name, *nearest;
	size_t n = key->n;
	int index;

	key->field = KEY_IGNORED;
	text_trim(&text, &n);
	switch (model_match_header(k->model, text, n, &index, &nearest)) {
	case HEADER_FIELD: key->field = index; break;
	case HEADER_READ_ONLY: break;
	case HEADER_RETIRED:
		key->field = KEY_RETIRED;
		if (!is_known(k, text, n))
			tell_retired(k, key);
		break;
	case HEADER_UNKNOWN:
		key->field = KEY_UNKNOWN;
		tell_unknown(k, key, nearest);
		break;
	}
}

static bool
too_many(const struct keys *k, const char *what)
{
	return findings_tell(&k->to, k->at,
	    "%s has more than %" PRId64 " keys, which is the limit (max_columns).", what,
	    k->limits.max_columns);
}

/*
 * Returns the index of the key in `known`, adding it if it is new; -1 after a finding. Records
 * mostly have the same keys in the same order, so the search begins after the last key found.
 */
static ssize_t
find(struct keys *k, const char *name, size_t n)
{
	size_t at = k->nmembers ? k->members[k->nmembers - 1].key + 1 : 0;

	for (size_t i = 0; i < k->nknown; i++, at++) {
		if (at >= k->nknown)
			at = 0;
		if (k->known[at].n == n && memcmp(k->known[at].name, name, n) == 0)
			return (ssize_t)at;
	}
	if ((int64_t)k->nknown == k->limits.max_columns) {
		too_many(k, "The file up to this record");
		return -1;
	}
	struct key *key = &k->known[k->nknown];
	*key = (struct key){.name = malloc(n + 1), .n = n};
	if (!key->name) {
		findings_tell_no_memory(&k->to, k->at);
		return -1;
	}
	memcpy(key->name, name, n);
	key->name[n] = '\0';
	match(k, key);
	return (ssize_t)k->nknown++;
}

/* Whether this record already has the key, in any spelling. */
static bool
is_twin(const struct keys *k, const struct key *key)
{
	if (key->row == k->at.row)
		return true;
	for (size_t i = 0; i < k->nmembers && key->field >= 0; i++) {
		if (k->known[k->members[i].key].field == key->field)
			return true;
	}
	return false;
}

bool
keys_name(struct keys *k, const char *name, size_t n)
{
	if ((int64_t)k->nmembers == k->limits.max_columns)
		return too_many(k, "This record");
	ssize_t index = find(k, name, n);
	if (index < 0)
		return false;
	struct key *key = &k->known[index];
	bool twin = is_twin(k, key);
	if (twin) {
		struct finding f = k->at;
		char shown[TEXT_SHOWN_SIZE];
		f.field = spelling(k, key);
		findings_tell(&k->to, f,
		    "The key \"%s\" is in this record twice. Keep one of them.",
		    text_show(shown, key->name, key->n));
	}
	key->row = k->at.row;
	k->members[k->nmembers++] = (struct member){
	    .key = (size_t)index, .kind = CELL_NULL, .start = k->text.len, .twin = twin};
	return true;
}

void
keys_refuse(struct keys *k, const char *format, ...)
{
	struct member *m = &k->members[k->nmembers - 1];
	const struct key *key = &k->known[m->key];
	struct finding f = k->at;
	char why[512];
	va_list ap;

	if (m->kind == CELL_ABSENT)
		return;
	m->kind = CELL_ABSENT;
	if (key->field < 0)
		return;
	va_start(ap, format);
	vsnprintf(why, sizeof why, format, ap);
	va_end(ap);
	f.field = spelling(k, key);
	if (m->n) {
		f.value = buf_text(&k->text) + m->start;
		f.value_n = m->n;
	}
	findings_tell(&k->to, f, "%s", why);
}

/* Appends to the last value, or refuses it if it gets too long or has a NUL; false if refused. */
static bool
append(struct keys *k, const char *text, size_t n)
{
	struct member *m = &k->members[k->nmembers - 1];

	if (m->kind == CELL_ABSENT)
		return false;
	if ((int64_t)(m->n + n) > k->limits.max_field_bytes) {
		keys_refuse(k,
		    "This value has %zu bytes%s; the limit (max_field_bytes) is %" PRId64
		    ". Shorten it.",
		    m->n + n, m->kind == CELL_LIST ? " and goes on" : "",
		    k->limits.max_field_bytes);
		return false;
	}
	if (memchr(text, '\0', n)) {
		keys_refuse(
		    k, "This value has a NUL character (U+0000), which no text has. Remove it.");
		return false;
	}
	text_unify_lines(&k->text, text, n);
	m->n = k->text.len - m->start;
	return true;
}

void
keys_value(struct keys *k, enum cell_kind kind, const char *text, size_t n)
{
	k->members[k->nmembers - 1].kind = kind;
	append(k, text, n);
}

void
keys_list(struct keys *k)
{
	k->members[k->nmembers - 1].kind = CELL_LIST;
}

const struct field *
keys_field(const struct keys *k)
{
	if (!k->nmembers)
		return NULL;
	const struct member *m = &k->members[k->nmembers - 1];
	const struct key *key = &k->known[m->key];

	return key->field >= 0 && !m->twin ? &k->model->fields[key->field] : NULL;
}

void
keys_warn(struct keys *k, enum sign sign, struct text_slice value, const char *format, ...)
{
	const struct field *field = keys_field(k);
	struct finding f = k->at;
	char what[1024];
	va_list ap;

	if (!field || k->members[k->nmembers - 1].kind == CELL_ABSENT)
		return;
	va_start(ap, format);
	vsnprintf(what, sizeof what, format, ap);
	va_end(ap);
	f.level = FINDING_WARNING;
	f.sign = sign;
	f.field = field->name;
	if (value.n) {
		f.value = value.text;
		f.value_n = value.n;
	}
	findings_tell(&k->to, f, "%s", what);
}

void
keys_item(struct keys *k, const char *text, size_t n)
{
	struct member *m = &k->members[k->nmembers - 1];

	if ((!m->items++ || append(k, ";", 1)) && append(k, text, n) && memchr(text, ';', n))
		keys_refuse(k,
		    "Item %zu of this list has a semicolon in it, but that is what separates the "
		    "items. Remove it, or make it two items.",
		    m->items);
}

const char *
keys_unreadable(char why[KEYS_WHY_SIZE], const struct decoder *d, const struct error *err)
{
	struct text_slice rest = decode_rest(d);
	const struct decode_survey *s = &d->survey;

	if (err->code != ERROR_INPUT)
		snprintf(why, KEYS_WHY_SIZE, "%.*s", KEYS_WHY_SIZE - 1, err->message);
	else if (!rest.n)
		snprintf(why, KEYS_WHY_SIZE,
		    "Here is a NUL character (U+0000), or half a character. Save the file as "
		    "UTF-8.");
	else if (s->cut && s->bad == (int64_t)s->cut)
		snprintf(why, KEYS_WHY_SIZE,
		    "The file ends inside a character of UTF-8: it was cut off. Upload the whole "
		    "file.");
	else
		snprintf(why, KEYS_WHY_SIZE,
		    "Here is the byte 0x%02X, which is not UTF-8. Such bytes in the file: %" PRId64
		    ". Save the file as UTF-8.",
		    (unsigned char)*rest.text, s->bad);
	return why;
}

bool
keys_too_large(struct keys *k)
{
	return findings_tell(&k->to, k->at,
	    "Record %" PRId64 " is larger than %zu bytes, the limit (%d times max_field_bytes). "
	    "Shorten it; if it is not meant to be that long, look for a quote or bracket that is "
	    "missing.",
	    k->at.row, k->record_max, KEYS_RECORD_FIELDS);
}

static const struct field *
field_of(const struct keys *k, const struct member *m)
{
	int field = k->known[m->key].field;

	return field >= 0 ? &k->model->fields[field] : NULL;
}

bool
keys_blank(const struct keys *k)
{
	for (size_t i = 0; i < k->nmembers; i++) {
		const struct member *m = &k->members[i];
		const char *text = buf_text(&k->text) + m->start;
		size_t n = m->n;
		text_trim(&text, &n);
		if (m->kind == CELL_ABSENT || (n && !boolean_is_off(field_of(k, m), text, n)))
			return false;
	}
	return true;
}

static void
fill(struct keys *k, struct record *rec)
{
	rec->entry = k->at.entry;
	rec->row = k->at.row;
	rec->line = k->at.line;
	memset(rec->cells, 0, sizeof rec->cells);
	for (size_t i = 0; i < k->nmembers; i++) {
		const struct member *m = &k->members[i];
		const struct key *key = &k->known[m->key];
		const char *text = buf_text(&k->text) + m->start;
		k->raw[i] = (struct raw_cell){key->name, text, key->n, m->n};
		if (key->field >= 0 && !m->twin)
			rec->cells[key->field] = (struct cell){m->kind, text, m->n};
	}
	rec->guarded = rec->broken = rec->guessed = false;
	rec->raw = k->raw;
	rec->nraw = k->nmembers;
}

enum reader_status
keys_end(struct keys *k, enum reader_status status, struct record *rec)
{
	if (status == READER_END && !k->entry)
		findings_tell(&k->to, (struct finding){0}, "The file has no records.");
	if (status != READER_RECORD)
		return status;
	if (k->text.failed) {
		findings_tell_no_memory(&k->to, k->at);
		return READER_FAILED;
	}
	if (k->entry == k->limits.max_records) {
		findings_tell(&k->to, k->at,
		    "This is record %" PRId64 "; the limit (max_records) is %" PRId64
		    ". Split the file.",
		    k->entry + 1, k->limits.max_records);
		return READER_FAILED;
	}
	k->entry++;
	fill(k, rec);
	return READER_RECORD;
}
