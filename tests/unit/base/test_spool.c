/* Temporary files: nobody else can open them, and nothing is left of them. */
#include "base/spool.h"

#include "base/config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/accession-spool.XXXXXX";

static int
make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder) || setenv("ACCESSION_SPOOL_DIR", folder, 1) != 0)
		return -1;
	return config_load(NULL);
}

static int
remove_folder(void **state)
{
	(void)state;
	return rmdir(folder); /* it is empty */
}

static void
a_file_has_no_name_and_is_its_owners(void **state)
{
	struct stat st;
	struct error err = {0};
	int fd = spool_open(&err);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_nlink, 0);
	assert_int_equal(st.st_size, 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
}

static void
what_is_written_can_be_read(void **state)
{
	static char bytes[100000], read_back[sizeof bytes];
	int fd = spool_open(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 7);
	assert_int_equal(spool_write(fd, bytes, 10, NULL), 0);
	assert_int_equal(spool_write(fd, bytes + 10, 0, NULL), 0);
	assert_int_equal(spool_write(fd, bytes + 10, sizeof bytes - 10, NULL), 0);
	assert_int_equal(pread(fd, read_back, sizeof read_back, 0), (int)sizeof bytes);
	assert_memory_equal(read_back, bytes, sizeof bytes);
	close(fd);
}

static void
a_failure_names_the_folder(void **state)
{
	struct error err = {0};
	int closed = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(spool_write(closed, "x", 1, &err), -1);
	assert_int_equal(err.code, ERROR_SYSTEM);
	assert_non_null(strstr(err.message, folder));
	close(closed);

	setenv("ACCESSION_SPOOL_DIR", "/nonexistent", 1);
	assert_int_equal(config_load(NULL), 0);
	assert_int_equal(spool_open(&err), -1);
	assert_string_equal(
	    err.message, "no temporary file in /nonexistent: No such file or directory");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_has_no_name_and_is_its_owners),
	    cmocka_unit_test(what_is_written_can_be_read),
	    cmocka_unit_test(a_failure_names_the_folder),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
