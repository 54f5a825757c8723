/* Records of keys and values whatever their format: formats/keys.h. */
#include "formats/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const struct field fields[] = {
    {.name = "id", .kind = FIELD_ID, .prefix = "T"},
    {.name = "title", .kind = FIELD_LINE, .max = 255},
    {.name = "active", .kind = FIELD_BOOLEAN},
    {.name = "mark_delete", .kind = FIELD_DELETE},
};

static const struct model model = {.name = "test", .fields = fields, .nfields = COUNT(fields)};

static const struct {
	const char *key, *value, *other_key, *other_value;
	bool blank;
} records[] = {
    {"id", "", "title", " ", true},
    {"id", "", "active", "false", true},
    {"Active", "0", "mark_delete", "no", true},
    {"active", "0.0", "title", "\xC2\xA0", true},
    {"active", "true", "mark_delete", "false", false},
    {"active", "false", "mark_delete", "true", false},
    {"active", "maybe", "id", "", false},
    {"title", "false", "active", "false", false},
    {"created_by", "false", "active", "false", false},
    {"id", "T1", "active", "false", false},
};

static void
silent(void *ctx, const struct finding *f)
{
	(void)ctx;
	(void)f;
}

static void
a_record_of_switches_that_are_off_is_blank(void **state)
{
	const struct limits limits = {.max_field_bytes = 100, .max_columns = 8};
	const struct findings to = {silent, NULL};
	struct keys k;

	(void)state;
	assert_true(keys_open(&k, &model, &limits, &to));
	for (size_t i = 0; i < COUNT(records); i++) {
		keys_begin(&k, 1);
		assert_true(keys_name(&k, records[i].key, strlen(records[i].key)));
		keys_value(&k, CELL_STRING, records[i].value, strlen(records[i].value));
		assert_true(keys_name(&k, records[i].other_key, strlen(records[i].other_key)));
		keys_value(&k, CELL_STRING, records[i].other_value, strlen(records[i].other_value));
		assert_int_equal(keys_blank(&k), records[i].blank);
	}
	keys_close(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_record_of_switches_that_are_off_is_blank),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
