/* Checking content models: see model_check.h. */
#include "model/model_check.h"

#include "base/buf.h"
#include "base/text.h"
#include "model/decimal.h"
#include "model/model_sql.h"
#include "model/rules.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* PostgreSQL limits names to 63 bytes. Some tables and columns have a longer name than the model
 * or field, made by adding to it. */
#define SQL_NAME_MAX   63
#define MODEL_NAME_MAX (SQL_NAME_MAX - (sizeof "_diff_202648" - 1))
#define FIELD_NAME_MAX (SQL_NAME_MAX - (sizeof "old_" - 1))

/* Integers up to here are exact in JSON too. */
#define NUMBER_MAX 999999999999999L

#define LABEL_MAX 64
#define HELP_MAX  500

/* Query parameters of lists and exports that are no filters of fields; <field>__icontains is none
 * either. */
static const char *const parameters[] = {"after", "format", "id", "id__in", "include",
    "last_updated_by", "last_updated_date_from", "last_updated_date_to", "limit", "ordering",
    "page", "page_size", "search", "template"};

/* Kinds that lists can be filtered by. */
#define FILTERED                                                                          \
	(1U << FIELD_LINE | 1U << FIELD_REF | 1U << FIELD_INTEGER | 1U << FIELD_BOOLEAN | \
	    1U << FIELD_RULES | 1U << FIELD_TAGS | 1U << FIELD_REFS)

/* Names of columns that the tables have besides the fields. */
static const char *const columns[] = {"account_id", "at", "attempt", "bad_id", "entry", "fresh",
    "job_id", "line", "modified", "op", "position", "row", "seq", "week"};

/* The column of the staging table that has what a FIELD_DELETE says. */
#define DELETE_COLUMN "mark_delete"

/* Reserved words of SQL (pg_get_keywords(), catcode R and T). */
static const char *const keywords[] = {"all", "analyse", "analyze", "and", "any", "array", "as",
    "asc", "asymmetric", "authorization", "binary", "both", "case", "cast", "check", "collate",
    "collation", "column", "concurrently", "constraint", "create", "cross", "current_catalog",
    "current_date", "current_role", "current_schema", "current_time", "current_timestamp",
    "current_user", "default", "deferrable", "desc", "distinct", "do", "else", "end", "except",
    "false", "fetch", "for", "foreign", "freeze", "from", "full", "grant", "group", "having",
    "ilike", "in", "initially", "inner", "intersect", "into", "is", "isnull", "join", "lateral",
    "leading", "left", "like", "limit", "localtime", "localtimestamp", "natural", "not", "notnull",
    "null", "offset", "on", "only", "or", "order", "outer", "overlaps", "placing", "primary",
    "references", "returning", "right", "select", "session_user", "similar", "some", "symmetric",
    "system_user", "table", "tablesample", "then", "to", "trailing", "true", "union", "unique",
    "user", "using", "variadic", "verbose", "when", "where", "window", "with"};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static bool
is_in(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

static bool
is_read_only(const char *name)
{
	for (size_t i = 0; model_read_only[i]; i++)
		if (strcmp(model_read_only[i], name) == 0)
			return true;
	return false;
}

/* Whether it is a name like match_conditions: SQL takes it unquoted, and files use it as header. */
static bool
is_name(const char *name, size_t max)
{
	size_t n = strlen(name);

	return n > 0 && n <= max && strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789") == n &&
	       name[0] >= 'a' && !is_in(name, keywords, COUNT(keywords));
}

static bool
is_prefix(const char *prefix)
{
	size_t n = prefix ? strlen(prefix) : 0;

	return n > 0 && n <= MODEL_PREFIX_MAX &&
	       strspn(prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == n && prefix[0] != 'C';
}

/* Whether it is a line that can be shown, of 1 to max characters. NULL: nothing is said. */
static bool
is_line(const char *text, size_t max)
{
	struct text_scan scan = text_scan(text ? text : "", text ? strlen(text) : 0, TEXT_LINE);

	return !text || (!scan.at && scan.chars >= 1 && scan.chars <= max);
}

static int complain(struct error *err, const struct model *m, const struct field *f,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

static int
complain(struct error *err, const struct model *m, const struct field *f, const char *format, ...)
{
	char what[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(what, sizeof what, format, ap);
	va_end(ap);
	return error_set(err, ERROR_INPUT,
	    "The content model \"%.64s\" cannot be used: %s%.64s%s%s", m->name,
	    f ? "its field \"" : "", f ? f->name : "", f ? "\" " : "", what);
}

/* Whether the text is references as they are stored, separated by ';'. */
static bool
is_references(const struct field *f, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, ";");
		if (!model_is_ref(f->prefix, text, n) || (text[n] && !text[n + 1]))
			return false;
		text += n + (text[n] == ';');
	}
	return true;
}

/* Whether the text, the value for new items, is valid for the field and spelled as it is stored. */
static bool
is_value(const struct field *f, const char *text)
{
	char message[256];
	struct buf canonical = {0};
	const size_t n = strlen(text);
	bool good = false;
	long number;

	switch (f->kind) {
	case FIELD_LINE: {
		struct text_scan scan = text_scan(text, n, TEXT_LINE);
		good = !scan.at && scan.chars <= (size_t)f->max;
		break;
	}
	case FIELD_TEXT: good = !text_scan(text, n, TEXT_LINES).at && n <= (size_t)f->max; break;
	case FIELD_REF: good = n == 0 || model_is_ref(f->prefix, text, n); break;
	case FIELD_INTEGER:
		good = decimal_integer(text, n, false, &number) && number >= f->min &&
		       number <= f->max;
		snprintf(message, sizeof message, "%ld", good ? number : 0);
		good = good && strcmp(message, text) == 0;
		break;
	case FIELD_BOOLEAN: good = strcmp(text, "true") == 0 || strcmp(text, "false") == 0; break;
	case FIELD_RULES:
		good = n <= (size_t)f->max &&
		       rules_canonical(text, n, &canonical, message, sizeof message) &&
		       strcmp(buf_text(&canonical), text) == 0;
		break;
	case FIELD_REFS: good = n <= (size_t)f->max && is_references(f, text); break;
	case FIELD_TAGS: good = n <= (size_t)f->max && !text_scan(text, n, TEXT_LINE).at; break;
	case FIELD_ID:
	case FIELD_DELETE: break;
	}
	buf_free(&canonical);
	return good;
}

static int
check_reference(const struct model *m, const struct field *f, struct error *err)
{
	if (f->prefix && (!*f->prefix || is_prefix(f->prefix)))
		return 0;
	return complain(err, m, f,
	    "needs a prefix of 1 to %d capital letters that does not begin with C, or an empty one "
	    "for plain numbers.",
	    MODEL_PREFIX_MAX);
}

static int
check_limits(const struct model *m, const struct field *f, struct error *err)
{
	switch (f->kind) {
	case FIELD_ID:
		if (!is_prefix(f->prefix))
			return complain(err, m, f,
			    "needs a prefix of 1 to %d capital letters that does not begin with C.",
			    MODEL_PREFIX_MAX);
		return 0;
	case FIELD_REF: return check_reference(m, f, err);
	case FIELD_INTEGER:
		if (f->min < -NUMBER_MAX || f->max > NUMBER_MAX || f->min > f->max)
			return complain(err, m, f,
			    "may have values from %ld to %ld: there is room for %ld to %ld.",
			    f->min, f->max, -NUMBER_MAX, NUMBER_MAX);
		return 0;
	case FIELD_REFS:
		if (check_reference(m, f, err) < 0)
			return -1;
		/* fall through */
	case FIELD_LINE:
	case FIELD_TEXT:
	case FIELD_RULES:
	case FIELD_TAGS:
		if (f->max < 1)
			return complain(err, m, f, "needs to say how long a value may be.");
		return 0;
	case FIELD_BOOLEAN:
	case FIELD_DELETE: return 0;
	}
	return complain(err, m, f, "is of no known kind.");
}

/* Checks the value that a new item gets if the file gives none. */
static int
check_on_add(const struct model *m, const struct field *f, struct error *err)
{
	if (!model_sql_is_column(f) || (f->required && !f->on_add))
		return 0;
	if (is_value(f, f->on_add ? f->on_add : ""))
		return 0;
	if (!f->on_add)
		return complain(err, m, f,
		    "is not required, and so needs a value that a new item gets where the file "
		    "says "
		    "nothing.");
	return complain(
	    err, m, f, "cannot have the value \"%.100s\" that a new item would get.", f->on_add);
}

/* Checks what people read, and by which parameter they filter. */
static int
check_words(const struct model *m, const struct field *f, struct error *err)
{
	if (!is_line(f->label, LABEL_MAX))
		return complain(
		    err, m, f, "needs a label that is a line of 1 to %d characters.", LABEL_MAX);
	if (f->help && *f->help && !is_line(f->help, HELP_MAX))
		return complain(
		    err, m, f, "needs a help that is a line of at most %d characters.", HELP_MAX);
	if (f->synonyms && *f->synonyms && !is_line(f->synonyms, HELP_MAX))
		return complain(err, m, f, "has synonyms that are no words.");
	if (!f->filter)
		return 0;
	if (!is_name(f->filter, FIELD_NAME_MAX) ||
	    is_in(f->filter, parameters, COUNT(parameters)) || strstr(f->filter, "__icontains"))
		return complain(err, m, f,
		    "cannot be filtered by \"%.64s\": take a word of letters and _ that lists do "
		    "not use otherwise.",
		    f->filter);
	if (!(FILTERED & 1U << f->kind))
		return complain(err, m, f, "is of a kind that nothing can be filtered by.");
	for (const struct field *other = m->fields; other < f; other++)
		if (other->filter && strcmp(other->filter, f->filter) == 0)
			return complain(err, m, f,
			    "is filtered by \"%.64s\", as the field \"%.64s\" is.", f->filter,
			    other->name);
	return 0;
}

static int
check_field(const struct model *m, size_t i, struct error *err)
{
	const struct field *f = &m->fields[i];

	if (!f->name || !is_name(f->name, FIELD_NAME_MAX))
		return complain(err, m, NULL,
		    "the name of its field %zu, \"%.64s\", must be a word of 1 to %zu of the "
		    "letters a to z, digits and _ that begins with a letter and means nothing "
		    "else in SQL.",
		    i + 1, f->name ? f->name : "", FIELD_NAME_MAX);
	if (is_in(f->name, columns, COUNT(columns)) || is_read_only(f->name) ||
	    (f->kind != FIELD_DELETE && strcmp(f->name, DELETE_COLUMN) == 0))
		return complain(err, m, f, "has a name that is taken.");
	if ((size_t)model_field_named(m, f->name) != i)
		return complain(err, m, f, "is there twice.");
	if ((f->kind == FIELD_ID) != (i == 0) ||
	    (f->kind == FIELD_ID && strcmp(f->name, "id") != 0))
		return complain(err, m, f,
		    "is not in its place: the first field, and no other, is "
		    "the id, and is called so.");
	if (f->kind == FIELD_DELETE &&
	    ((size_t)model_field_of_kind(m, FIELD_DELETE) != i || f->required))
		return complain(
		    err, m, f, "must be the only one that deletes, and cannot be required.");
	if (f->retired && (f->kind == FIELD_ID || f->kind == FIELD_DELETE))
		return complain(err, m, f, "cannot be retired: it is no column of the library.");
	if (check_limits(m, f, err) < 0 || check_words(m, f, err) < 0)
		return -1;
	return check_on_add(m, f, err);
}

int
model_check(const struct model *m, size_t *at, struct error *err)
{
	*at = m->nfields;
	if (!is_name(m->name, MODEL_NAME_MAX))
		return complain(err, m, NULL,
		    "its name must be a word of 1 to %zu of the letters a to z, digits and _ that "
		    "begins with a letter and means nothing else in SQL.",
		    MODEL_NAME_MAX);
	if (m->nfields < 2 || m->nfields > MODEL_MAX_FIELDS)
		return complain(err, m, NULL, "it has %zu fields: there can be 2 to %d.",
		    m->nfields, MODEL_MAX_FIELDS);
	if (!is_line(m->title, LABEL_MAX))
		return complain(
		    err, m, NULL, "its title must be a line of 1 to %d characters.", LABEL_MAX);
	if (m->heading >= m->nfields || m->fields[m->heading].retired ||
	    m->fields[m->heading].kind == FIELD_DELETE)
		return complain(err, m, NULL, "its heading must be a field that people see.");
	for (size_t i = 0; i < m->nfields; i++) {
		if (check_field(m, i, err) == 0)
			continue;
		*at = i;
		return -1;
	}
	return 0;
}
