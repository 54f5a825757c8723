/*
 * Declarations of content models, worker/declaration. The input is a declaration. One that can be
 * read is written, read again, and still the same; so is the order that tells the parser child of
 * it. Every statement about its tables can be written out. Changing one model into another either
 * is refused or gives a model that can work.
 */
#include "declaration/declaration.h"

#include "../declared.h"
#include "base/text.h"
#include "declaration/plan.h"
#include "fuzz.h"
#include "model/model_check.h"
#include "model/model_sql.h"
#include "parser/order.h"

#include <stdlib.h>
#include <string.h>

static void
check_texts(const struct model *m)
{
	HOLDS(fuzz_is_string(m->name) && fuzz_is_string(m->title) && m->heading < m->nfields);
	for (size_t i = 0; i < m->nfields; i++) {
		const struct field *f = &m->fields[i];
		HOLDS(fuzz_is_string(f->name) && fuzz_is_string(f->label));
		HOLDS(fuzz_is_string(f->help) && fuzz_is_string(f->synonyms));
		HOLDS(fuzz_is_string(f->on_add) && fuzz_is_string(f->filter));
		HOLDS(fuzz_is_string(f->prefix));
		fuzz_plant(f->help, strlen(f->help));
	}
}

/* The complete declaration says the same as what it was made from. */
static void
check_written(const struct model *m)
{
	struct declaration again;
	struct error err = {0};
	struct buf once = {0}, twice = {0};

	declaration_write(m, &once);
	HOLDS(declaration_read("again", buf_text(&once), once.len, &again, &err) == 0);
	declaration_write(&again.model, &twice);
	HOLDS(fuzz_same(once.data, once.len, twice.data, twice.len));
	declaration_free(&again);
	buf_free(&once);
	buf_free(&twice);
}

static void
check_order(const struct model *m)
{
	const int64_t wanted[] = {1, 7, INT64_MAX};
	struct buf bytes = {0};
	struct order order;
	struct error err = {0};

	order_write(&bytes, m, "csv", wanted, 3);
	HOLDS(order_read(bytes.data, bytes.len, &order, &err) == 0);
	HOLDS(order.format->id == FORMAT_CSV && strcmp(order.model.model.name, m->name) == 0);
	HOLDS(fuzz_same((const char *)wanted, sizeof wanted, order.wanted.data, order.wanted.len));
	order_free(&order);
	buf_free(&bytes);
}

static void
check_statements(const struct model *m, const struct sql_file *files)
{
	for (const struct sql_file *file = files; file->name; file++) {
		struct sql_text st;
		for (const char *at = file->text; (at = sql_file_next(at, &st));) {
			struct buf sql = {0};
			struct error err = {0};
			if (!st.is_part)
				HOLDS(model_sql_expand(m, st.sql, NULL, &sql, &err) == 0);
			buf_free(&sql);
		}
	}
}

static void
check_plan(const struct model *from, const struct declaration *to)
{
	struct plan p;
	struct error err = {0};
	size_t at;

	if (plan_make(from, to, "file", &p, &err) == 0)
		HOLDS(model_check(&p.to, &at, &err) == 0);
	else
		HOLDS(*err.message);
	plan_free(&p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct declaration d;
	struct error err = {0};

	if (declaration_read("file", (const char *)bytes, n, &d, &err) == 0) {
		check_texts(&d.model);
		check_written(&d.model);
		check_order(&d.model);
		check_statements(&d.model, model_statement_files);
		check_statements(&d.model, model_table_files);
		check_plan(declared("standard"), &d);
		check_plan(&d.model, &d);
	} else {
		HOLDS(*err.message);
	}
	declaration_free(&d);
	return 0;
}
