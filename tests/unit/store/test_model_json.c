/* A content model as JSON: cgi-bin/store/model_json.h. */
#include "store/model_json.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *
written(const struct field *f, struct buf *out)
{
	const struct field fields[] = {
	    {.name = "id", .kind = FIELD_ID, .prefix = "Q", .retired = true}, *f};
	const struct model m = {.name = "quiz",
	    .title = "Quizzes",
	    .fields = fields,
	    .nfields = 2,
	    .heading = 1,
	    .version = 3};
	struct json json = {.out = out};

	buf_clear(out);
	model_json(&json, &m);
	assert_true(json_complete(&json));
	return buf_text(out);
}

#define MODEL(name, field)                                                           \
	"{\"name\":\"quiz\",\"title\":\"Quizzes\",\"version\":3,\"heading\":\"" name \
	"\",\"prefix\":\"Q\",\"fields\":[" field "]}"

/* What a field of each kind says of itself; the id of this model is retired, to see the field
 * alone. */
static void
a_field_says_what_its_kind_has(void **state)
{
	static const struct {
		struct field field;
		const char *json;
	} cases[] = {
	    {{.name = "id", .kind = FIELD_ID, .prefix = "Q", .label = "Id", .listed = true},
		MODEL("id",
		    "{\"name\":\"id\",\"label\":\"Id\",\"kind\":\"id\",\"required\":false,"
		    "\"min\":null,\"max\":null,\"prefix\":\"Q\",\"default\":null,\"help\":\"\","
		    "\"listed\":true,\"filter\":null}")},
	    {{.name = "a", .kind = FIELD_LINE, .max = 9, .help = "\"A\"", .filter = "b"},
		MODEL("a", "{\"name\":\"a\",\"label\":\"a\",\"kind\":\"line\",\"required\":false,"
			   "\"min\":null,\"max\":9,\"prefix\":null,\"default\":\"\","
			   "\"help\":\"\\\"A\\\"\",\"listed\":false,\"filter\":\"b\"}")},
	    {{.name = "a", .kind = FIELD_TEXT, .max = 9, .required = true, .on_add = "x"},
		MODEL("a", "{\"name\":\"a\",\"label\":\"a\",\"kind\":\"text\",\"required\":true,"
			   "\"min\":null,\"max\":9,\"prefix\":null,\"default\":null,\"help\":\"\","
			   "\"listed\":false,\"filter\":null}")},
	    {{.name = "a", .kind = FIELD_REF, .prefix = "P", .on_add = "P1"},
		MODEL("a",
		    "{\"name\":\"a\",\"label\":\"a\",\"kind\":\"ref\",\"required\":false,"
		    "\"min\":null,\"max\":null,\"prefix\":\"P\",\"default\":\"P1\",\"help\":\"\","
		    "\"listed\":false,\"filter\":null}")},
	    {{.name = "a", .kind = FIELD_INTEGER, .min = -5000000000, .max = 0, .on_add = "-7"},
		MODEL("a",
		    "{\"name\":\"a\",\"label\":\"a\",\"kind\":\"integer\",\"required\":false,"
		    "\"min\":-5000000000,\"max\":0,\"prefix\":null,\"default\":-7,\"help\":\"\","
		    "\"listed\":false,\"filter\":null}")},
	    {{.name = "a", .kind = FIELD_BOOLEAN, .on_add = "true"},
		MODEL("a",
		    "{\"name\":\"a\",\"label\":\"a\",\"kind\":\"boolean\",\"required\":false,"
		    "\"min\":null,\"max\":null,\"prefix\":null,\"default\":true,\"help\":\"\","
		    "\"listed\":false,\"filter\":null}")},
	    {{.name = "a", .kind = FIELD_REFS, .prefix = "", .max = 99},
		MODEL("a", "{\"name\":\"a\",\"label\":\"a\",\"kind\":\"refs\",\"required\":false,"
			   "\"min\":null,\"max\":99,\"prefix\":\"\",\"default\":\"\",\"help\":\"\","
			   "\"listed\":false,\"filter\":null}")},
	    {{.name = "a", .kind = FIELD_DELETE},
		MODEL("a",
		    "{\"name\":\"a\",\"label\":\"a\",\"kind\":\"delete\",\"required\":false,"
		    "\"min\":null,\"max\":null,\"prefix\":null,\"default\":false,\"help\":\"\","
		    "\"listed\":false,\"filter\":null}")},
	    {{.name = "a", .kind = FIELD_LINE, .max = 9, .retired = true}, MODEL("a", "")},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf b = {0};
		assert_string_equal(written(&cases[i].field, &b), cases[i].json);
		buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_field_says_what_its_kind_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
