/* The same library as different programs wrote it: see tests/data/xlsx/README.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BOOK_FIELDS                                                  \
	{.name = "id", .kind = FIELD_ID, .prefix = "T"},             \
	    {.name = "title", .kind = FIELD_LINE, .max = 255},       \
	    {.name = "text", .kind = FIELD_TEXT, .max = 1000},       \
	    {.name = "priority", .kind = FIELD_INTEGER, .max = 255}, \
	    {.name = "tags", .kind = FIELD_TAGS, .max = 255},        \
	    {.name = "active", .kind = FIELD_BOOLEAN},
#include "xlsx_book.h"

#include <dirent.h>
#include <fcntl.h>

#define FOLDER   "tests/data/xlsx/programs"
#define PROGRAMS 10

static const char *const records =
    "1/2 [CT1][1.10][First line\nsecond line]#[7][alpha;beta]?[true]\n"
    "2/3 [CT2][1.10][Größe “prüfen” 🔒 &<>]#[10][]?[false]\n"
    "3/5 [CT00042][007]@[2024-02-29]#[5][50%][]\n"
    "4/6 [CT4][rich text][a_x000D_b]#[1][1,234,567]?[true]\n";

static int
is_workbook(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && strcmp(dot, ".xlsx") == 0;
}

static void
reads_them_all_alike(void **state)
{
	struct dirent **files;
	int n = scandir(FOLDER, &files, is_workbook, alphasort);

	(void)state;
	assert_int_equal(n, PROGRAMS);
	for (int i = 0; i < n; i++) {
		char path[512];
		snprintf(path, sizeof path, FOLDER "/%s", files[i]->d_name);
		print_message("%s\n", path);
		int fd = open(path, O_RDONLY);
		assert_true(fd >= 0);
		struct outcome o = read_fd(fd, &limits);
		check_outcome(&o, records, "");
		close(fd);
		free(files[i]);
	}
	free(files);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(reads_them_all_alike)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
