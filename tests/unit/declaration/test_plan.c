/* What a declaration changes in a model: worker/declaration/plan.h. */
#include "declaration/plan.h"

#include "../../declared.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define BEFORE                                                       \
	"name: risk\nfields:\n  - {name: id, kind: id, prefix: R}\n" \
	"  - {name: name, kind: line, max: 80, required: true}\n"
#define RANK  "  - {name: rank, kind: integer, min: 1, max: 5, required: true}\n"
#define OWNER "  - {name: owner, kind: line}\n"
#define GONE  "  - {name: gone, kind: line, retired: true}\n"
#define DEL   "  - {name: discard, kind: delete}\n"

/* Plans the change from one declaration to the other; returns as plan_make. */
static int
plan(
    const char *from, const char *to, struct declaration both[2], struct plan *p, struct error *err)
{
	*err = (struct error){0};
	if (declaration_read("from", from, strlen(from), &both[0], err) < 0 ||
	    declaration_read("to", to, strlen(to), &both[1], err) < 0)
		fail_msg("%s", err->message);
	both[0].model.version = 3;
	return plan_make(&both[0].model, &both[1], "to", p, err);
}

static void
each_change_is_said_and_numbered(void **state)
{
	static const struct {
		const char *from, *to, *said;
		bool raises;
		size_t nfields;
	} cases[] = {
	    {BEFORE RANK, BEFORE RANK, "", false, 3},
	    {BEFORE, BEFORE OWNER,
		"  owner: is added (line). The items that are there, and their history, get \"\"\n",
		true, 3},
	    {BEFORE OWNER, BEFORE,
		"  owner: is retired. Its values stay in the database; files, exports and pages do "
		"not have it any more\n",
		true, 3},
	    {BEFORE GONE, BEFORE, "", false, 3},
	    {BEFORE GONE, BEFORE GONE, "", false, 3},
	    {BEFORE GONE, BEFORE "  - {name: gone, kind: line}\n",
		"  gone: is brought back, with the values that it had\n", true, 3},
	    {BEFORE RANK, BEFORE "  - {name: rank, kind: integer, min: 1, max: 9}\n",
		"  rank: the limit is 1 to 9, and was 1 to 5\n  rank: is not required any more\n"
		"  rank: other words, or another value of new items; nothing that is stored "
		"changes\n",
		true, 3},
	    {BEFORE OWNER, BEFORE "  - {name: owner, kind: line, max: 9, label: Who}\n",
		"  owner: the limit is 9 characters, and was 255\n  owner: other words, or another "
		"value of new items; nothing that is stored changes\n",
		true, 3},
	    {BEFORE OWNER, BEFORE "  - {name: owner, kind: line, help: Who}\n",
		"  owner: other words, or another value of new items; nothing that is stored "
		"changes\n",
		false, 3},
	    {BEFORE DEL, BEFORE OWNER,
		"  owner: is added (line). The items that are there, and their history, get \"\"\n"
		"  discard: is gone; files cannot delete items any more\n",
		true, 3},
	    {BEFORE, BEFORE DEL, "  discard: is added; files can delete items by it\n", true, 3},
	    {BEFORE OWNER RANK, BEFORE RANK OWNER, "  the fields are in another order\n", false, 4},
	    {BEFORE, "title: Dangers\n" BEFORE, "  the title is \"Dangers\"\n", false, 2},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct declaration both[2];
		struct plan p;
		struct error err;
		if (plan(cases[i].from, cases[i].to, both, &p, &err) < 0)
			fail_msg("%zu: %s", i, err.message);
		assert_string_equal(buf_text(&p.said), cases[i].said);
		assert_int_equal(plan_is_empty(&p), !*cases[i].said);
		assert_int_equal(p.raises, cases[i].raises);
		assert_int_equal(p.to.version, cases[i].raises ? 4 : 3);
		assert_int_equal(p.to.nfields, cases[i].nfields);
		for (size_t f = 0; f < p.to.nfields; f++)
			assert_int_equal(p.fields[f].since, p.changes[f] & PLAN_ADD ? 4 : 1);
		plan_free(&p);
		declaration_free(&both[0]);
		declaration_free(&both[1]);
	}
}

static void
a_retired_field_asks_for_nothing_and_has_a_value_for_new_items(void **state)
{
	struct declaration both[2];
	struct plan p;
	struct error err;

	(void)state;
	assert_int_equal(plan(BEFORE RANK, BEFORE, both, &p, &err), 0);
	assert_true(p.fields[2].retired);
	assert_false(p.fields[2].required);
	assert_string_equal(p.fields[2].on_add, "1");
	assert_int_equal(p.changes[2], PLAN_RETIRE);
	plan_free(&p);
	declaration_free(&both[0]);
	declaration_free(&both[1]);
}

static void
what_cannot_be_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *from, *to, *said;
	} cases[] = {
	    {BEFORE OWNER, BEFORE "  - {name: owner, kind: text}\n",
		"to, line 5: the field \"owner\" is of another kind than it was."},
	    {BEFORE, BEFORE GONE, "to, line 5: the field \"gone\" cannot be retired"},
	    {BEFORE, BEFORE RANK, "to, line 5: the field \"rank\" is required, but the items"},
	    {BEFORE RANK, BEFORE "  - {name: rank, kind: integer, max: 99999}\n",
		"to, line 5: the field \"rank\" has limits for which its column has no room"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct declaration both[2];
		struct plan p;
		struct error err;
		assert_int_equal(plan(cases[i].from, cases[i].to, both, &p, &err), -1);
		if (strncmp(err.message, cases[i].said, strlen(cases[i].said)) != 0)
			fail_msg("%zu: %s", i, err.message);
		plan_free(&p);
		declaration_free(&both[0]);
		declaration_free(&both[1]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_change_is_said_and_numbered),
	    cmocka_unit_test(a_retired_field_asks_for_nothing_and_has_a_value_for_new_items),
	    cmocka_unit_test(what_cannot_be_is_refused_with_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
