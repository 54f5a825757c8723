/* Declarations of content models: see declaration.h. */
#include "declaration/declaration.h"

#include "base/text.h"
#include "model/decimal.h"
#include "model/model_check.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

/* What a kind's values may be where a declaration does not say. */
#define LINE_CHARS 255
#define TEXT_BYTES (1024 * 1024)
#define LIST_BYTES (64 * 1024)
#define SMALLEST   INT16_MIN
#define LARGEST    INT16_MAX
#define LABEL_MAX  64
#define DEPTH_MAX  64
#define LIST_SIZE  256
#define FIELDS_KEY "fields"

enum model_key { MODEL_NAME, MODEL_TITLE, MODEL_HEADING, MODEL_VERSION, MODEL_FIELDS, MODEL_KEYS };
static const char *const model_keys[MODEL_KEYS] = {"name", "title", "heading", "version", "fields"};

enum field_key {
	KEY_NAME,
	KEY_KIND,
	KEY_PREFIX,
	KEY_MIN,
	KEY_MAX,
	KEY_REQUIRED,
	KEY_DEFAULT,
	KEY_LABEL,
	KEY_LISTED,
	KEY_FILTER,
	KEY_SYNONYMS,
	KEY_HELP,
	KEY_RETIRED,
	KEY_SINCE,
	FIELD_KEYS
};
static const char *const field_keys[FIELD_KEYS] = {"name", "kind", "prefix", "min", "max",
    "required", "default", "label", "listed", "filter", "synonyms", "help", "retired", "since"};

struct reading {
	const char *name; /* of the file */
	struct declaration *d;
	yaml_document_t document;
	const char *heading;
	bool has_min[MODEL_MAX_FIELDS], has_max[MODEL_MAX_FIELDS];
	struct error *err;
};

__attribute__((format(printf, 3, 4))) static int
refuse(struct reading *r, size_t line, const char *format, ...)
{
	char what[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(what, sizeof what, format, ap);
	va_end(ap);
	return error_set(r->err, ERROR_INPUT, "%s, line %zu: %s", r->name, line, what);
}

static size_t
line_of(const yaml_node_t *node)
{
	return node->start_mark.line + 1;
}

/* Returns a copy of the n bytes with a NUL behind them, in memory that does not move. */
static const char *
keep(struct reading *r, const char *text, size_t n)
{
	struct buf *b = &r->d->text;
	const size_t start = b->len;

	if (b->cap - b->len <= n + 1) {
		b->failed = true; /* declaration_read made room for all */
		return "";
	}
	buf_add(b, text, n);
	buf_add_char(b, '\0');
	return b->data + start;
}

static const char *
text_of(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

static bool
is_scalar(const yaml_node_t *node)
{
	return node && node->type == YAML_SCALAR_NODE &&
	       memchr(node->data.scalar.value, '\0', node->data.scalar.length) == NULL;
}

/* Writes the n words into list, separated by commas. */
static const char *
join(const char *const *words, int n, char list[LIST_SIZE])
{
	size_t used = 0;

	for (int i = 0; i < n && used < LIST_SIZE; i++)
		used += (size_t)snprintf(
		    list + used, LIST_SIZE - used, "%s%s", i ? ", " : "", words[i]);
	return list;
}

/* ------------------------------------------------------------------ values */

static int
take_text(struct reading *r, const char *key, const yaml_node_t *value, const char **text)
{
	if (!is_scalar(value))
		return refuse(r, line_of(value), "the value of \"%s\" must be a text.", key);
	*text = keep(r, text_of(value), value->data.scalar.length);
	return 0;
}

static int
take_number(struct reading *r, const char *key, const yaml_node_t *value, long *number)
{
	if (is_scalar(value) &&
	    decimal_integer(text_of(value), value->data.scalar.length, false, number))
		return 0;
	return refuse(r, line_of(value), "the value of \"%s\" must be a whole number.", key);
}

static int
take_boolean(struct reading *r, const char *key, const yaml_node_t *value, bool *is)
{
	const char *text = is_scalar(value) ? text_of(value) : "";

	*is = strcmp(text, "true") == 0;
	if (*is || strcmp(text, "false") == 0)
		return 0;
	return refuse(r, line_of(value), "the value of \"%s\" must be true or false.", key);
}

static int
take_kind(struct reading *r, const yaml_node_t *value, enum field_kind *kind)
{
	const char *text = is_scalar(value) ? text_of(value) : "";
	const int found = model_kind_named(text);
	char list[LIST_SIZE];

	if (found < 0)
		return refuse(r, line_of(value), "\"%.64s\" is no kind of field. There are: %s.",
		    text, join(model_kinds, FIELD_KINDS, list));
	*kind = (enum field_kind)found;
	return 0;
}

/* Takes a text, or a list of texts, which it joins by ';'. */
static int
take_list(struct reading *r, const char *key, const yaml_node_t *value, const char **text)
{
	struct buf *b = &r->d->text;
	const size_t start = b->len;

	if (value->type != YAML_SEQUENCE_NODE)
		return take_text(r, key, value, text);
	for (yaml_node_item_t *i = value->data.sequence.items.start;
	     i < value->data.sequence.items.top; i++) {
		const yaml_node_t *item = yaml_document_get_node(&r->document, *i);
		if (!is_scalar(item) || strchr(text_of(item), ';'))
			return refuse(r, line_of(value), "\"%s\" must be a list of words.", key);
		if (b->len > start)
			b->data[b->len - 1] = ';';
		keep(r, text_of(item), item->data.scalar.length);
	}
	*text = b->len > start ? b->data + start : keep(r, "", 0);
	return 0;
}

/* ------------------------------------------------------------------ mappings */

/*
 * Returns the place of the key among the n known ones, or -1 with the error set: it is unknown, or
 * `seen` says that it was there before.
 */
static int
find_key(struct reading *r, const yaml_node_t *key, const char *const *known, int n, unsigned *seen)
{
	char list[LIST_SIZE];

	for (int i = 0; is_scalar(key) && i < n; i++) {
		if (strcmp(known[i], text_of(key)) != 0)
			continue;
		if (*seen & 1U << i)
			return refuse(r, line_of(key), "\"%s\" is there twice.", known[i]);
		*seen |= 1U << i;
		return i;
	}
	return refuse(r, line_of(key), "\"%.64s\" is no key here. There are: %s.",
	    is_scalar(key) ? text_of(key) : "", join(known, n, list));
}

static int
take_field_value(struct reading *r, size_t i, enum field_key key, const yaml_node_t *value)
{
	struct field *f = &r->d->fields[i];
	const char *name = field_keys[key];
	long since = 0;

	switch (key) {
	case KEY_NAME: return take_text(r, name, value, &f->name);
	case KEY_KIND: return take_kind(r, value, &f->kind);
	case KEY_PREFIX: return take_text(r, name, value, &f->prefix);
	case KEY_MIN: r->has_min[i] = true; return take_number(r, name, value, &f->min);
	case KEY_MAX: r->has_max[i] = true; return take_number(r, name, value, &f->max);
	case KEY_REQUIRED: return take_boolean(r, name, value, &f->required);
	case KEY_DEFAULT: return take_list(r, name, value, &f->on_add);
	case KEY_LABEL: return take_text(r, name, value, &f->label);
	case KEY_LISTED: return take_boolean(r, name, value, &f->listed);
	case KEY_FILTER: return take_text(r, name, value, &f->filter);
	case KEY_SYNONYMS: return take_list(r, name, value, &f->synonyms);
	case KEY_HELP: return take_text(r, name, value, &f->help);
	case KEY_RETIRED: return take_boolean(r, name, value, &f->retired);
	case KEY_SINCE:
		if (take_number(r, name, value, &since) < 0)
			return -1;
		f->since = since;
		return 0;
	case FIELD_KEYS: break;
	}
	return -1;
}

static int
take_field(struct reading *r, const yaml_node_t *node)
{
	struct declaration *d = r->d;
	const size_t i = d->model.nfields;
	unsigned seen = 0;

	if (node->type != YAML_MAPPING_NODE)
		return refuse(
		    r, line_of(node), "a field must be written as {name: owner, kind: line}.");
	if (i == MODEL_MAX_FIELDS)
		return refuse(r, line_of(node), "there are more than %d fields.", MODEL_MAX_FIELDS);
	d->lines[i] = (int)line_of(node);
	for (yaml_node_pair_t *p = node->data.mapping.pairs.start; p < node->data.mapping.pairs.top;
	     p++) {
		int key = find_key(
		    r, yaml_document_get_node(&r->document, p->key), field_keys, FIELD_KEYS, &seen);
		if (key < 0 || take_field_value(r, i, (enum field_key)key,
				   yaml_document_get_node(&r->document, p->value)) < 0)
			return -1;
	}
	for (int key = KEY_NAME; key <= KEY_KIND; key++)
		if (!(seen & 1U << key))
			return refuse(
			    r, line_of(node), "the field has no \"%s\".", field_keys[key]);
	d->model.nfields++;
	return 0;
}

static int
take_fields(struct reading *r, const yaml_node_t *node)
{
	if (node->type != YAML_SEQUENCE_NODE)
		return refuse(r, line_of(node),
		    "\"" FIELDS_KEY
		    "\" must be a list, with a line such as \"  - {name: owner, kind: "
		    "line}\" for each field.");
	for (yaml_node_item_t *i = node->data.sequence.items.start;
	     i < node->data.sequence.items.top; i++)
		if (take_field(r, yaml_document_get_node(&r->document, *i)) < 0)
			return -1;
	return 0;
}

static int
take_model_value(struct reading *r, enum model_key key, const yaml_node_t *value)
{
	struct model *m = &r->d->model;
	long version = 0;

	switch (key) {
	case MODEL_NAME: return take_text(r, model_keys[key], value, &m->name);
	case MODEL_TITLE: return take_text(r, model_keys[key], value, &m->title);
	case MODEL_HEADING: return take_text(r, model_keys[key], value, &r->heading);
	case MODEL_VERSION:
		if (take_number(r, model_keys[key], value, &version) < 0)
			return -1;
		m->version = version;
		return 0;
	case MODEL_FIELDS: return take_fields(r, value);
	case MODEL_KEYS: break;
	}
	return -1;
}

static int
take_model(struct reading *r, const yaml_node_t *node)
{
	unsigned seen = 0;

	if (!node || node->type != YAML_MAPPING_NODE)
		return refuse(r, node ? line_of(node) : 1,
		    "a declaration has the keys name, title and " FIELDS_KEY ", each on a line of "
		    "its own.");
	for (yaml_node_pair_t *p = node->data.mapping.pairs.start; p < node->data.mapping.pairs.top;
	     p++) {
		int key = find_key(
		    r, yaml_document_get_node(&r->document, p->key), model_keys, MODEL_KEYS, &seen);
		if (key < 0 || take_model_value(r, (enum model_key)key,
				   yaml_document_get_node(&r->document, p->value)) < 0)
			return -1;
	}
	if (!(seen & 1U << MODEL_NAME) || !(seen & 1U << MODEL_FIELDS))
		return refuse(r, line_of(node), "there is no \"%s\".",
		    seen & 1U << MODEL_NAME ? FIELDS_KEY : "name");
	return 0;
}

/* ------------------------------------------------------------------ what is left out */

/* "match_conditions" becomes "Match conditions". */
static const char *
label_of(struct reading *r, const char *name)
{
	char label[LABEL_MAX] = "";

	snprintf(label, sizeof label, "%s", name);
	for (char *at = label; *at; at++)
		if (*at == '_')
			*at = ' ';
	if (label[0] >= 'a' && label[0] <= 'z')
		label[0] = (char)(label[0] - 'a' + 'A');
	return keep(r, label, strlen(label));
}

/* "risk" becomes "RISK". model_check refuses what cannot be a prefix, as of a name with C. */
static const char *
prefix_of(struct reading *r, const char *name)
{
	char prefix[MODEL_PREFIX_MAX + 1];
	size_t n = 0;

	for (; *name && n < MODEL_PREFIX_MAX; name++)
		if (*name >= 'a' && *name <= 'z')
			prefix[n++] = (char)(*name - 'a' + 'A');
	return keep(r, prefix, n);
}

static long
kind_max(enum field_kind kind)
{
	switch (kind) {
	case FIELD_LINE: return LINE_CHARS;
	case FIELD_TEXT: return TEXT_BYTES;
	case FIELD_INTEGER: return LARGEST;
	case FIELD_RULES:
	case FIELD_TAGS:
	case FIELD_REFS: return LIST_BYTES;
	default: return 0;
	}
}

static void
complete_field(struct reading *r, size_t i)
{
	struct field *f = &r->d->fields[i];
	char digits[MODEL_NUMBER_SIZE];

	if (f->kind == FIELD_INTEGER && !r->has_min[i])
		f->min = SMALLEST;
	if (!r->has_max[i])
		f->max = kind_max(f->kind);
	if (!f->prefix && (f->kind == FIELD_REF || f->kind == FIELD_REFS))
		f->prefix = "";
	if (!f->prefix && f->kind == FIELD_ID)
		f->prefix = prefix_of(r, r->d->model.name);
	if (f->on_add && !*f->on_add)
		f->on_add = NULL;
	if (!f->on_add && !f->required && (f->on_add = model_nothing(f, digits)))
		f->on_add = keep(r, f->on_add, strlen(f->on_add));
	if (!f->label || !*f->label)
		f->label = label_of(r, f->name);
	if (!f->help)
		f->help = "";
	if (!f->synonyms)
		f->synonyms = "";
	if (f->filter && !*f->filter)
		f->filter = NULL;
	if (!f->since)
		f->since = 1;
}

/* The field that items are known by, unless the declaration names it: the first line of text. */
static size_t
find_heading(const struct model *m)
{
	for (size_t i = 0; i < m->nfields; i++)
		if (m->fields[i].kind == FIELD_LINE && !m->fields[i].retired)
			return i;
	return 0;
}

static int
complete(struct reading *r)
{
	struct model *m = &r->d->model;

	for (size_t i = 0; i < m->nfields; i++)
		complete_field(r, i);
	if (!m->title || !*m->title)
		m->title = label_of(r, m->name);
	if (!m->version)
		m->version = 1;
	m->heading = find_heading(m);
	if (!r->heading || !*r->heading)
		return 0;
	int named = model_field_named(m, r->heading);
	if (named < 0)
		return refuse(r, 1, "the heading \"%.64s\" is none of the fields.", r->heading);
	m->heading = (size_t)named;
	return 0;
}

static int
check(struct reading *r)
{
	struct declaration *d = r->d;
	struct error wrong = {0};
	size_t at = 0;

	if (model_check(&d->model, &at, &wrong) == 0)
		return 0;
	return refuse(r, at < d->model.nfields ? (size_t)d->lines[at] : 1, "%s", wrong.message);
}

/* ------------------------------------------------------------------ the file */

/* libyaml takes quadratic time for brackets within brackets. Those within quotes count as well. */
static int
check_nesting(struct reading *r, const char *bytes, size_t n)
{
	size_t depth = 0, line = 1;

	for (size_t i = 0; i < n; i++) {
		depth += bytes[i] == '{' || bytes[i] == '[';
		depth -= depth && (bytes[i] == '}' || bytes[i] == ']');
		line += bytes[i] == '\n';
		if (depth > DEPTH_MAX)
			return refuse(r, line, "there are too many brackets.");
	}
	return 0;
}

static int
parse(struct reading *r, const char *bytes, size_t n)
{
	yaml_parser_t parser;
	int done = -1;

	if (!yaml_parser_initialize(&parser))
		return error_set(r->err, ERROR_SYSTEM, "out of memory");
	yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, n);
	if (yaml_parser_load(&parser, &r->document)) {
		done = take_model(r, yaml_document_get_root_node(&r->document));
		yaml_document_delete(&r->document);
	} else if (parser.error == YAML_MEMORY_ERROR) {
		error_set(r->err, ERROR_SYSTEM, "out of memory");
	} else {
		refuse(r, parser.problem_mark.line + 1, "this is not YAML: %s.",
		    parser.problem ? parser.problem : "it cannot be read");
	}
	yaml_parser_delete(&parser);
	return done;
}

int
declaration_read(
    const char *name, const char *bytes, size_t n, struct declaration *d, struct error *err)
{
	struct reading r = {.name = name, .d = d, .err = err};

	*d = (struct declaration){.model = {.fields = d->fields}};
	if (n > DECLARATION_MAX)
		return error_set(err, ERROR_INPUT,
		    "%s has %zu bytes: a declaration has %zu at most.", name, n, DECLARATION_MAX);
	/* An escape may stand for more bytes than it has; each string has a NUL. */
	if (!buf_reserve(&d->text, 4 * n + (MODEL_MAX_FIELDS + 1) * (2 * LABEL_MAX)))
		return error_set(err, ERROR_SYSTEM, "out of memory");
	if (check_nesting(&r, bytes, n) < 0 || parse(&r, bytes, n) < 0 || complete(&r) < 0)
		return -1;
	if (d->text.failed)
		return error_set(err, ERROR_INPUT, "%s: its texts are too long.", name);
	return check(&r);
}

const char *
declaration_built_in(const char *name)
{
	for (const struct sql_file *f = declaration_files; f->name; f++)
		if (strcmp(f->name, name) == 0)
			return f->text;
	return NULL;
}

void
declaration_free(struct declaration *d)
{
	buf_free(&d->text);
}

/* ------------------------------------------------------------------ writing */

/* Characters that YAML would read otherwise, or not at all, between double quotes. */
static bool
needs_escape(uint32_t c)
{
	return text_is_control(c) || text_is_noncharacter(c) || c == 0x2028 || c == 0x2029 ||
	       c == 0xfeff;
}

static void
add_quoted(struct buf *out, const char *text, size_t n)
{
	uint32_t c = 0;
	size_t length;

	buf_add_char(out, '"');
	for (; (length = text_decode(text, n, &c)) > 0; text += length, n -= length) {
		if (needs_escape(c))
			buf_printf(out, c > 0xffff ? "\\U%08" PRIX32 : "\\u%04" PRIX32, c);
		else if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", (char)c);
		else
			buf_add(out, text, length);
	}
	buf_add_char(out, '"');
}

/* Writes the text as people would: in quotes only if it has more than letters, digits, _ or inner
 * spaces. */
static void
add_scalar(struct buf *out, const char *text, size_t n)
{
	bool plain = n > 0 && text[0] != ' ' && text[n - 1] != ' ';

	for (size_t i = 0; i < n && plain; i++)
		plain = isalnum((unsigned char)text[i]) || text[i] == '_' || text[i] == ' ';
	if (plain)
		buf_add(out, text, n);
	else
		add_quoted(out, text, n);
}

static void
add_text(struct buf *out, enum field_key key, const char *text)
{
	if (!text || !*text)
		return;
	buf_printf(out, ", %s: ", field_keys[key]);
	add_scalar(out, text, strlen(text));
}

/* Writes words separated by ';' as a list. */
static void
add_list(struct buf *out, enum field_key key, const char *words)
{
	if (!*words)
		return;
	buf_printf(out, ", %s: [", field_keys[key]);
	for (const char *at = words; at; at = *at ? at + 1 : NULL) {
		const size_t n = strcspn(at, ";");
		if (at > words)
			buf_add_text(out, ", ");
		add_scalar(out, at, n);
		at += n;
	}
	buf_add_char(out, ']');
}

static void
add_flag(struct buf *out, enum field_key key, bool is)
{
	if (is)
		buf_printf(out, ", %s: true", field_keys[key]);
}

static void
add_field(struct buf *out, const struct field *f)
{
	buf_printf(out, "  - {name: %s, kind: %s", f->name, model_kinds[f->kind]);
	if (f->prefix && *f->prefix)
		buf_printf(out, ", prefix: %s", f->prefix);
	else if (f->prefix)
		buf_add_text(out, ", prefix: \"\"");
	if (f->kind == FIELD_INTEGER)
		buf_printf(out, ", min: %ld", f->min);
	if (kind_max(f->kind))
		buf_printf(out, ", max: %ld", f->max);
	add_flag(out, KEY_REQUIRED, f->required);
	add_text(out, KEY_DEFAULT, f->on_add);
	add_text(out, KEY_LABEL, f->label);
	add_flag(out, KEY_LISTED, f->listed);
	add_text(out, KEY_FILTER, f->filter);
	add_list(out, KEY_SYNONYMS, f->synonyms);
	add_text(out, KEY_HELP, f->help);
	add_flag(out, KEY_RETIRED, f->retired);
	if (f->since > 1)
		buf_printf(out, ", since: %" PRId64, f->since);
	buf_add_text(out, "}\n");
}

void
declaration_write(const struct model *m, struct buf *out)
{
	buf_printf(out, "name: %s\ntitle: ", m->name);
	add_scalar(out, m->title, strlen(m->title));
	buf_printf(out, "\nheading: %s\nversion: %" PRId64 "\n" FIELDS_KEY ":\n",
	    m->fields[m->heading].name, m->version);
	for (size_t i = 0; i < m->nfields; i++)
		add_field(out, &m->fields[i]);
}
