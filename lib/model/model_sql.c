/* The SQL of a content model: see model_sql.h. */
#include "model/model_sql.h"

#include <inttypes.h>
#include <string.h>

/* The default order of lists. */
#define ORDER_BY_ID "t.position"

#define WORD_MAX  32
#define DEPTH_MAX 4

static const char *const names[MODEL_SQL_COUNT] = {
    [MODEL_SQL_STAGE_MAKE] = "stage_make",
    [MODEL_SQL_STAGE_COPY] = "stage_copy",
    [MODEL_SQL_STAGE_ANALYZE] = "stage_analyze",
    [MODEL_SQL_STAGE_DUPLICATES] = "stage_duplicates",
    [MODEL_SQL_STAGE_FAULTS] = "stage_faults",
    [MODEL_SQL_STAGE_BASE] = "stage_base",
    [MODEL_SQL_STAGE_DIFF] = "stage_diff",
    [MODEL_SQL_STAGE_COUNTS] = "stage_counts",
    [MODEL_SQL_STAGE_TWINS_BEGIN] = "stage_twins_begin",
    [MODEL_SQL_STAGE_TWINS] = "stage_twins",
    [MODEL_SQL_STAGE_TWINS_END] = "stage_twins_end",
    [MODEL_SQL_STAGE_EMPTIED] = "stage_emptied",
    [MODEL_SQL_STAGE_RETURNING] = "stage_returning",
    [MODEL_SQL_STAGE_WARNINGS_MAKE] = "stage_warnings_make",
    [MODEL_SQL_STAGE_WARNINGS_ANALYZE] = "stage_warnings_analyze",
    [MODEL_SQL_STAGE_WARNINGS] = "stage_warnings",
    [MODEL_SQL_STAGE_WARNINGS_END] = "stage_warnings_end",
    [MODEL_SQL_STAGE_SUMMARY] = "stage_summary",
    [MODEL_SQL_DIFF_CHANGES] = "diff_changes",
    [MODEL_SQL_DIFF_WHOLE] = "diff_whole",
    [MODEL_SQL_DIFF_HELD_ROWS] = "diff_held_rows",
    [MODEL_SQL_DIFF_FIELDS] = "diff_fields",
    [MODEL_SQL_REVIEW_HOLD] = "review_hold",
    [MODEL_SQL_REVIEW_LOOK] = "review_look",
    [MODEL_SQL_REVIEW_CARRY] = "review_carry",
    [MODEL_SQL_APPLY_RESERVE] = "apply_reserve",
    [MODEL_SQL_APPLY_DELETE] = "apply_delete",
    [MODEL_SQL_APPLY_UPDATE] = "apply_update",
    [MODEL_SQL_APPLY_INSERT] = "apply_insert",
    [MODEL_SQL_APPLY_HISTORY] = "apply_history",
    [MODEL_SQL_APPLY_NUMBER] = "apply_number",
    [MODEL_SQL_APPLY_MOVED] = "apply_moved",
    [MODEL_SQL_LIBRARY_ITEMS] = "library_items",
    [MODEL_SQL_LIBRARY_EXPORT] = "library_export",
    [MODEL_SQL_LIBRARY_COUNT] = "library_count",
    [MODEL_SQL_LIBRARY_HISTORY] = "library_history",
    [MODEL_SQL_LOAD_SHADOW] = "load_shadow",
    [MODEL_SQL_LOAD_NEXT] = "load_next",
};

enum need { ANY, REQUIRED, OPTIONAL, FILTERED };

#define KIND(k) (1U << (k))
#define WORDS   (KIND(FIELD_LINE) | KIND(FIELD_TEXT))
#define VALUES  (KIND(FIELD_REF) | KIND(FIELD_INTEGER) | KIND(FIELD_BOOLEAN))
#define SETS    (KIND(FIELD_RULES) | KIND(FIELD_TAGS) | KIND(FIELD_REFS))
#define STORED  (WORDS | VALUES | SETS)

static const struct class
{
	const char *name;
	unsigned kinds;
	enum need need;
	bool retired; /* retired fields too */
} classes[] = {
    {"stored", STORED, ANY, true},
    {"shown", STORED, ANY, false},
    {"required", STORED, REQUIRED, false},
    {"optional", STORED, OPTIONAL, true},
    {"filtered", STORED, FILTERED, false},
    {"line", KIND(FIELD_LINE), ANY, false},
    {"text", KIND(FIELD_TEXT), ANY, false},
    {"words", WORDS, ANY, false},
    {"value", VALUES, ANY, false},
    {"integer", KIND(FIELD_INTEGER), ANY, false},
    {"boolean", KIND(FIELD_BOOLEAN), ANY, false},
    {"set", SETS, ANY, false},
#ifdef ACCESSION_TEST_NO_STALE_CHECK
    {"reviewed", 0, ANY, true},
#else
    {"reviewed", STORED, ANY, true},
#endif
};

/* A template, or a part, that is being expanded into *out. */
struct writing {
	const struct model *model;
	const char *order;
	const char *text; /* its beginning */
	size_t indent;    /* spaces before each of its lines but the first */
	int depth;        /* nesting of parts */
	struct buf *out;
	struct error *err;
};

bool
model_sql_is_column(const struct field *f)
{
	return f->kind != FIELD_ID && f->kind != FIELD_DELETE;
}

bool
model_sql_is_filtered(const struct field *f)
{
	return f->filter && !f->retired && model_sql_is_column(f);
}

bool
model_sql_is_words(const struct field *f)
{
	return (WORDS & KIND(f->kind)) && !f->retired;
}

bool
model_sql_is_small(const struct field *f)
{
	return f->min >= INT16_MIN && f->max <= INT16_MAX;
}

const char *
model_sql_type(const struct field *f)
{
	if (f->kind == FIELD_INTEGER)
		return model_sql_is_small(f) ? "smallint" : "bigint";
	return f->kind == FIELD_BOOLEAN ? "boolean" : "text";
}

size_t
model_sql_stage_columns(const struct model *m)
{
	size_t n = STAGE_FIELDS;

	for (size_t i = 0; i < m->nfields; i++)
		n += model_sql_is_column(&m->fields[i]);
	return n;
}

static bool
meets(enum need need, const struct field *f)
{
	const bool required = f->required && !f->retired;

	switch (need) {
	case REQUIRED: return required;
	case OPTIONAL: return !required;
	case FILTERED: return model_sql_is_filtered(f);
	case ANY: break;
	}
	return true;
}

static bool
is_of(const struct class *c, const struct field *f)
{
	return (c->kinds & KIND(f->kind)) && (c->retired || !f->retired) && meets(c->need, f);
}

/* The number of the parameter that filters by the field. */
static int
filter_param(const struct model *m, const struct field *f)
{
	int n = LIBRARY_FILTERS + 1;

	for (const struct field *before = m->fields; before < f; before++)
		n += model_sql_is_filtered(before);
	return n;
}

/* The number of the parameter that is a text in the field. */
static int
contains_param(const struct model *m, const struct field *f)
{
	int n = filter_param(m, m->fields + m->nfields);

	for (const struct field *before = m->fields; before < f; before++)
		n += model_sql_is_words(before);
	return n;
}

static const struct class *
find_class(const char *name)
{
	for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
		if (strcmp(classes[i].name, name) == 0)
			return &classes[i];
	return NULL;
}

static int
wrong(const struct writing *w, const char *what, const char *at, size_t n)
{
	return error_set(w->err, ERROR_SYSTEM, "a statement's template is wrong: %s \"%.*s\"", what,
	    n < WORD_MAX ? (int)n : WORD_MAX, at);
}

static void
add_lines(const struct writing *w, const char *text, size_t n)
{
	for (const char *end = text + n; text < end; text++) {
		buf_add_char(w->out, *text);
		if (*text == '\n' && w->indent)
			buf_printf(w->out, "%*s", (int)w->indent, "");
	}
}

static void
add_literal(struct buf *out, const char *text)
{
	buf_add_char(out, '\'');
	for (; *text; text++)
		buf_add(out, *text == '\'' ? "''" : text, *text == '\'' ? 2 : 1);
	buf_add_char(out, '\'');
}

/* The field by which a file deletes; a model without one never needs its name. */
static const char *
name_of_deletion(const struct model *m)
{
	int at = model_field_of_kind(m, FIELD_DELETE);

	return at < 0 ? "" : m->fields[at].name;
}

/* Writes the condition that a stored value of the field fulfils. */
static void
add_holds(struct buf *out, const struct field *f)
{
	const int least = f->required && !f->retired;

	if (KIND(f->kind) & (KIND(FIELD_TEXT) | SETS))
		buf_printf(out, "octet_length(%s) BETWEEN %d AND %ld", f->name, least, f->max);
	else if (f->kind == FIELD_LINE)
		buf_printf(out, "char_length(%s) BETWEEN %d AND %ld", f->name, least, f->max);
	else if (f->kind == FIELD_INTEGER)
		buf_printf(out, "%s BETWEEN %ld AND %ld", f->name, f->min, f->max);
	else if (f->kind == FIELD_REF && least)
		buf_printf(out, "%s <> ''", f->name);
	else
		buf_add_text(out, "true");
}

bool
model_sql_is_checked(const struct field *f)
{
	return !f->retired && f->kind != FIELD_BOOLEAN &&
	       (f->required || f->kind == FIELD_LINE || f->kind == FIELD_INTEGER);
}

/* Writes as much of that as the library checks itself, in case a program does not. */
static void
add_check(struct buf *out, const struct field *f)
{
	if (!model_sql_is_checked(f))
		return;
	buf_add_text(out, " CHECK (");
	if (f->kind == FIELD_LINE || f->kind == FIELD_INTEGER)
		add_holds(out, f);
	else
		buf_printf(out, "%s <> ''", f->name);
	buf_add_char(out, ')');
}

/* Writes what the word stands for; false if there is no such word. */
static bool
add_word(const struct writing *w, const struct field *f, const char *word)
{
	if (strcmp(word, "model") == 0)
		buf_add_text(w->out, w->model->name);
	else if (strcmp(word, "prefix") == 0)
		buf_add_text(w->out, w->model->fields[0].prefix);
	else if (strcmp(word, "deletion") == 0)
		add_literal(w->out, name_of_deletion(w->model));
	else if (strcmp(word, "version") == 0)
		buf_printf(w->out, "%" PRId64, w->model->version);
	else if (strcmp(word, "custom") == 0)
		buf_printf(w->out, "%" PRId64, MODEL_SQL_CUSTOM);
	else if (strcmp(word, "order") == 0)
		buf_add_text(w->out, w->order);
	else if (f && strcmp(word, "name") == 0)
		buf_add_text(w->out, f->name);
	else if (f && strcmp(word, "type") == 0)
		buf_add_text(w->out, model_sql_type(f));
	else if (f && strcmp(word, "default") == 0)
		add_literal(w->out, f->on_add ? f->on_add : "");
	else if (f && strcmp(word, "since") == 0)
		buf_printf(w->out, "%" PRId64, f->since);
	else if (f && strcmp(word, "check") == 0)
		add_check(w->out, f);
	else if (f && strcmp(word, "holds") == 0)
		add_holds(w->out, f);
	else if (f && strcmp(word, "place") == 0)
		buf_printf(w->out, "%td", f - w->model->fields);
	else if (f && strcmp(word, "filter") == 0 && model_sql_is_filtered(f))
		buf_printf(w->out, "%d", filter_param(w->model, f));
	else if (f && strcmp(word, "contains") == 0 && model_sql_is_words(f))
		buf_printf(w->out, "%d", contains_param(w->model, f));
	else
		return false;
	return true;
}

/* The brace that closes the one before `at`; NULL if there is none. */
static const char *
closing(const char *at, const char *end)
{
	int depth = 1;

	for (; at < end; at++) {
		depth += (*at == '{') - (*at == '}');
		if (depth == 0)
			return at;
	}
	return NULL;
}

static int
write_part(const struct writing *w, const struct field *f, const char *at, const char *end);

/* Writes {each CLASS:body} or, within one, {if CLASS:body}. */
static int
write_block(const struct writing *w, const struct field *f, const char *noun, const char *body,
    const char *end)
{
	const struct model *m = w->model;
	const struct class *c = find_class(noun);

	if (!c)
		return wrong(w, "there is no class", noun, strlen(noun));
	if (f)
		return is_of(c, f) ? write_part(w, f, body, end) : 0;
	for (size_t i = 0; i < m->nfields; i++)
		if (is_of(c, &m->fields[i]) && write_part(w, &m->fields[i], body, end) < 0)
			return -1;
	return 0;
}

/* Writes {part NAME}, indented as the line on which it stands. */
static int
write_shared(const struct writing *w, const struct field *f, const char *name, const char *at)
{
	struct sql_text part;
	struct writing within = *w;

	if (++within.depth > DEPTH_MAX || !sql_file_find(model_statement_files, true, name, &part))
		return wrong(w, "there is no part", name, strlen(name));
	while (at > w->text && at[-1] != '\n')
		at--;
	within.text = part.sql.text;
	within.indent += strspn(at, " ");
	return write_part(&within, f, part.sql.text, part.sql.text + part.sql.n);
}

/* Takes a word of [a-z_] at *at and moves past it; false if there is none or it is too long. */
static bool
take_word(const char **at, const char *end, char word[WORD_MAX])
{
	size_t n = 0;

	while (*at + n < end && ((*at)[n] == '_' || ((*at)[n] >= 'a' && (*at)[n] <= 'z')))
		n++;
	if (n == 0 || n >= WORD_MAX)
		return false;
	memcpy(word, *at, n);
	word[n] = '\0';
	*at += n;
	return true;
}

/* Writes what stands between two braces: {word}, {part NAME} or {verb NOUN:body}. */
static int
write_braces(const struct writing *w, const struct field *f, const char *at, const char *end)
{
	char verb[WORD_MAX], noun[WORD_MAX];
	const char *next = at;

	if (!take_word(&next, end, verb))
		return wrong(w, "there is no", at, (size_t)(end - at));
	if (next == end)
		return add_word(w, f, verb) ? 0 : wrong(w, "there is no", at, (size_t)(end - at));
	if (*next++ != ' ' || !take_word(&next, end, noun))
		return wrong(w, "there is no", at, (size_t)(end - at));
	if (next == end && strcmp(verb, "part") == 0)
		return write_shared(w, f, noun, at);
	if (strcmp(verb, f ? "if" : "each") != 0 || next == end || *next != ':')
		return wrong(w, "there is no", at, (size_t)(end - at));
	return write_block(w, f, noun, next + 1, end);
}

/* Writes the template text from `at` to `end`; `f` is the field of the repetition around it. */
static int
write_part(const struct writing *w, const struct field *f, const char *at, const char *end)
{
	while (at < end) {
		size_t n = 0;

		while (at + n < end && at[n] != '{' && at[n] != '}')
			n++;
		add_lines(w, at, n);
		at += n;
		if (at == end)
			break;
		const char *close = *at == '{' ? closing(at + 1, end) : NULL;
		if (!close)
			return wrong(w, "a brace has no other", at, (size_t)(end - at));
		if (write_braces(w, f, at + 1, close) < 0)
			return -1;
		at = close + 1;
	}
	return 0;
}

int
model_sql_expand(const struct model *m, struct text_slice template, const char *order,
    struct buf *out, struct error *err)
{
	const struct writing w = {.model = m,
	    .order = order ? order : ORDER_BY_ID,
	    .text = template.text,
	    .out = out,
	    .err = err};

	if (write_part(&w, NULL, template.text, template.text + template.n) < 0)
		return -1;
	return out->failed ? error_set(err, ERROR_SYSTEM, "out of memory") : 0;
}

const char *
model_sql_name(enum model_statement which)
{
	return names[which];
}

int
model_sql(const struct model *m, enum model_statement which, const char *order, struct buf *out,
    struct error *err)
{
	static struct sql_text found[MODEL_SQL_COUNT]; /* filled at the first use of each */

	if (!found[which].sql.n &&
	    !sql_file_find(model_statement_files, false, names[which], &found[which]))
		return error_set(err, ERROR_SYSTEM, "there is no statement %s", names[which]);
	return model_sql_expand(m, found[which].sql, order, out, err);
}
