/* What a declaration changes: see plan.h. */
#include "declaration/plan.h"

#include "model/model_check.h"
#include "model/model_sql.h"

#include <string.h>

#define FIELDS_CHANGE (PLAN_ADD | PLAN_RETIRE | PLAN_BRING_BACK | PLAN_LIMITS)

struct planning {
	struct plan *p;
	const struct declaration *d;
	const char *name; /* of the file */
	struct error *err;
};

static bool
same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* ------------------------------------------------------------------ what cannot be */

static int
refuse(const struct planning *g, size_t i, const char *what)
{
	return error_set(g->err, ERROR_INPUT, "%s, line %d: the field \"%s\" %s", g->name,
	    g->d->lines[i], g->d->fields[i].name, what);
}

/* Checks what no stored value could survive, and what would be another field in truth. */
static int
check_identity(const struct planning *g, size_t i, const struct field *old)
{
	const struct field *f = &g->d->fields[i];

	if (f->kind != old->kind)
		return refuse(g, i,
		    "is of another kind than it was. Leave it out, which retires it, and add a "
		    "field of another name.");
	if (!same(f->prefix, old->prefix))
		return refuse(g, i,
		    "has another prefix than it had, but the ids that are stored begin with that. "
		    "Leave it as it was.");
	if (f->kind == FIELD_INTEGER && model_sql_is_small(f) != model_sql_is_small(old))
		return refuse(g, i,
		    "has limits for which its column has no room, or too much: it was made for "
		    "values within -32768 to 32767, or for larger ones. Stay on that side, or "
		    "retire it and add a field of another name.");
	return 0;
}

static int
check_new(const struct planning *g, size_t i)
{
	const struct field *f = &g->d->fields[i];

	if (f->retired)
		return refuse(g, i, "cannot be retired: there is none of that name.");
	if (f->required && !f->on_add)
		return refuse(g, i,
		    "is required, but the items that are there have no value for it. Give it a "
		    "default, which they get.");
	return 0;
}

/* ------------------------------------------------------------------ what changes */

static bool
are_words_same(const struct field *a, const struct field *b)
{
	return same(a->label, b->label) && same(a->help, b->help) &&
	       same(a->synonyms, b->synonyms) && same(a->filter, b->filter) &&
	       same(a->on_add, b->on_add) && a->listed == b->listed;
}

static unsigned
compare(const struct plan *p, size_t i, const struct field *old)
{
	const struct field *f = &p->fields[i];
	unsigned changes = 0;

	if (f->retired && old->retired)
		return 0;
	if (f->retired)
		return PLAN_RETIRE;
	if (old->retired)
		changes |= PLAN_BRING_BACK;
	if (f->required != old->required || f->min != old->min || f->max != old->max)
		changes |= PLAN_LIMITS;
	if (!are_words_same(f, old))
		changes |= PLAN_WORDS;
	return changes;
}

/* A retired field is not asked for any more, so new items need a value from elsewhere. */
static void
retire(struct plan *p, size_t i)
{
	struct field *f = &p->fields[i];

	f->retired = true;
	f->required = false;
	f->listed = false;
	f->filter = NULL;
	if (!f->on_add)
		f->on_add = model_nothing(f, p->initial[i]);
}

static void
say_limits(struct buf *out, const struct field *f, const struct field *old)
{
	if (f->min != old->min || f->max != old->max) {
		buf_printf(out, "  %s: the limit is ", f->name);
		if (f->kind == FIELD_INTEGER)
			buf_printf(out, "%ld to %ld, and was %ld to %ld\n", f->min, f->max,
			    old->min, old->max);
		else
			buf_printf(out, "%ld %s, and was %ld\n", f->max,
			    f->kind == FIELD_LINE ? "characters" : "bytes", old->max);
	}
	if (f->required != old->required)
		buf_printf(out, "  %s: %s\n", f->name,
		    f->required ? "is required now" : "is not required any more");
}

static void
say(struct plan *p, size_t i, const struct field *old)
{
	const struct field *f = &p->fields[i];
	const unsigned changes = p->changes[i];
	struct buf *out = &p->said;

	if (changes & PLAN_ADD && f->kind == FIELD_DELETE)
		buf_printf(out, "  %s: is added; files can delete items by it\n", f->name);
	else if (changes & PLAN_ADD)
		buf_printf(out,
		    "  %s: is added (%s). The items that are there, and their history, get "
		    "\"%s\"\n",
		    f->name, model_kinds[f->kind], f->on_add ? f->on_add : "");
	if (changes & PLAN_RETIRE)
		buf_printf(out,
		    "  %s: is retired. Its values stay in the database; files, exports and pages "
		    "do not have it any more\n",
		    f->name);
	if (changes & PLAN_BRING_BACK)
		buf_printf(out, "  %s: is brought back, with the values that it had\n", f->name);
	if (changes & PLAN_LIMITS)
		say_limits(out, f, old);
	if (changes & PLAN_WORDS)
		buf_printf(out,
		    "  %s: other words, or another value of new items; nothing that is stored "
		    "changes\n",
		    f->name);
	p->raises |= (changes & FIELDS_CHANGE) != 0;
}

static int
plan_field(const struct planning *g, size_t i)
{
	struct plan *p = g->p;
	const int at = model_field_named(p->from, g->d->fields[i].name);
	const struct field *old = at < 0 ? NULL : &p->from->fields[at];

	if ((old ? check_identity(g, i, old) : check_new(g, i)) < 0)
		return -1;
	p->fields[i] = g->d->fields[i];
	p->fields[i].since = old ? old->since : 0; /* until the version is known */
	if (p->fields[i].retired)
		retire(p, i);
	p->changes[i] = old ? compare(p, i, old) : PLAN_ADD;
	say(p, i, old);
	p->to.nfields++;
	return 0;
}

/* Fields that the declaration does not have: they are retired, or were before. */
static int
plan_rest(const struct planning *g)
{
	struct plan *p = g->p;

	for (size_t at = 0; at < p->from->nfields; at++) {
		const struct field *old = &p->from->fields[at];
		const size_t i = p->to.nfields;
		if (model_field_named(&g->d->model, old->name) >= 0)
			continue;
		if (i == MODEL_MAX_FIELDS)
			return error_set(g->err, ERROR_INPUT,
			    "%s: with the retired fields there would be more than %d.", g->name,
			    MODEL_MAX_FIELDS);
		if (old->kind == FIELD_DELETE) {
			p->raises = true;
			buf_printf(&p->said, "  %s: is gone; files cannot delete items any more\n",
			    old->name);
			continue;
		}
		p->fields[i] = *old;
		retire(p, i);
		p->changes[i] = old->retired ? 0 : PLAN_RETIRE;
		say(p, i, old);
		p->to.nfields++;
	}
	return 0;
}

/* What changes that belongs to no single field. */
static void
say_model(struct plan *p)
{
	const struct model *from = p->from, *to = &p->to;
	int last = -1;

	if (!same(to->title, from->title))
		buf_printf(&p->said, "  the title is \"%s\"\n", to->title);
	if (!same(p->fields[to->heading].name, from->fields[from->heading].name))
		buf_printf(&p->said, "  the heading is %s\n", p->fields[to->heading].name);
	for (size_t i = 0; i < to->nfields; i++) {
		int at = model_field_named(from, p->fields[i].name);
		if (at < 0 || p->fields[i].retired)
			continue;
		if (at < last) {
			buf_add_text(&p->said, "  the fields are in another order\n");
			return;
		}
		last = at;
	}
}

static void
number(struct plan *p)
{
	p->to.version = p->from->version + p->raises;
	for (size_t i = 0; i < p->to.nfields; i++)
		if (p->changes[i] & PLAN_ADD)
			p->fields[i].since = p->to.version;
}

int
plan_make(const struct model *from, const struct declaration *d, const char *name, struct plan *p,
    struct error *err)
{
	const struct planning g = {.p = p, .d = d, .name = name, .err = err};
	size_t at;

	*p = (struct plan){.from = from, .to = d->model};
	p->to.fields = p->fields;
	p->to.nfields = 0;
	for (size_t i = 0; i < d->model.nfields; i++)
		if (plan_field(&g, i) < 0)
			return -1;
	if (plan_rest(&g) < 0)
		return -1;
	say_model(p);
	number(p);
	if (p->said.failed)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	return model_check(&p->to, &at, err);
}

void
plan_free(struct plan *p)
{
	buf_free(&p->said);
}

bool
plan_is_empty(const struct plan *p)
{
	return !p->said.len;
}
