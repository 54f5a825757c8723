/*
 * What a confined process can still do: worker/parser/sandbox.h. Each case runs in its own process.
 * A program with sanitizers has a wider sandbox, so this is also built without them.
 */
#include "parser/sandbox.h"

#include "formats/source.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

#define MIB          ((size_t)1024 * 1024)
#define MEMORY_BYTES (64 * MIB)
#define CPU_SECONDS  1
#define BAD          99 /* exit code: the sandbox could not be entered */

/*
 * Runs `act` confined, with this program as its standard input and a pipe as its standard output;
 * returns the wait status. The result of `act` is the exit code.
 */
static int
run_confined(int (*act)(void))
{
	int status = 0, out[2];

	assert_int_equal(pipe(out), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct error err = {0};
		int self = open("/proc/self/exe", O_RDONLY);
		setenv("TZ", "UTC0", 1);
		if (self < 0 || dup2(self, STDIN_FILENO) < 0 || dup2(out[1], STDOUT_FILENO) < 0)
			_exit(BAD);
		close_range(STDERR_FILENO + 1, ~0U, 0);
		if (sandbox_enter(MEMORY_BYTES, CPU_SECONDS, &err) < 0)
			_exit(BAD);
		_exit(act());
	}
	close(out[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(out[0]);
	return status;
}

static void
check_killed(const char *what, int status, int signal)
{
	if (!WIFSIGNALED(status) || WTERMSIG(status) != signal)
		fail_msg("%s: wait status 0x%x, not killed by signal %d", what, status, signal);
}

/* Does what the readers and their libraries do. Returns 0, or the number of what failed. */
static int
read_and_write(void)
{
	char bytes[16];
	struct stat st;
	time_t then = 0;

	if (read(STDIN_FILENO, bytes, sizeof bytes) != sizeof bytes ||
	    pread(STDIN_FILENO, bytes, sizeof bytes, 64) != sizeof bytes ||
	    lseek(STDIN_FILENO, 0, SEEK_SET) != 0 || fstat(STDIN_FILENO, &st) < 0)
		return 1;
	if (write(STDOUT_FILENO, bytes, sizeof bytes) != sizeof bytes)
		return 2;
	char *volatile block = malloc(100);
	block = realloc(block, 32 * MIB);
	if (!block)
		return 3;
	memset(block, 1, 32 * MIB);
	free(block);
	int copy = dup(STDIN_FILENO);
	FILE *file = fdopen(copy, "rb");
	if (!file || fread(bytes, 1, 4, file) != 4 || memcmp(bytes, "\177ELF", 4) != 0)
		return 4;
	fclose(file);
	copy = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	if (copy < 0 || close(copy) < 0)
		return 5;
	struct tm date = {.tm_year = 100, .tm_mday = 1};
	if (mktime(&date) != 946684800 || time(&then) < 946684800)
		return 6;
	return getrandom(bytes, sizeof bytes, 0) == sizeof bytes ? 0 : 7;
}

static void
reading_and_writing_work(void **state)
{
	(void)state;
	assert_int_equal(run_confined(read_and_write), 0);
}

/* Opened before, as they read files for that. */
static struct source sources[100];

/* Converts every byte of every charset, with whatever follows it. Returns 0, or what failed. */
static int
convert(void)
{
	for (int i = 0; charsets[i].name; i++) {
		char in[256], out[1024], *from = in, *to = out;
		size_t n = sizeof in, room = sizeof out;
		for (size_t byte = 0; byte < sizeof in; byte++)
			in[byte] = (char)(byte * 7);
		while (charsets[i].converter && n &&
		       iconv(sources[i].converter, &from, &n, &to, &room) == (size_t)-1) {
			if (errno != EILSEQ && errno != EINVAL)
				return i + 1;
			from++; /* is nothing there */
			n--;
		}
		if (charsets[i].converter && (to - out < 64 || !memchr(out, 'a', sizeof out)))
			return i + 1;
		source_close(&sources[i]);
	}
	return 0;
}

static void
converters_that_were_opened_before_work(void **state)
{
	struct error err = {0};

	(void)state;
	for (int i = 0; charsets[i].name; i++)
		assert_int_equal(source_open(&sources[i], STDIN_FILENO, &charsets[i], &err), 0);
	assert_int_equal(run_confined(convert), 0);
	for (int i = 0; charsets[i].name; i++)
		source_close(&sources[i]);
}

static int
open_converter(void)
{
	struct source s;
	struct error err = {0};

	return source_open(&s, STDIN_FILENO, charset_find("euc-kr", 6), &err);
}

static int
open_to_read(void)
{
	return open("/etc/passwd", O_RDONLY);
}

static int
open_to_write(void)
{
	return open("/tmp/accession-sandbox", O_WRONLY | O_CREAT, 0600);
}

static int
make_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static int
make_internet_socket(void)
{
	return socket(AF_INET, SOCK_DGRAM, 0);
}

static int
make_process(void)
{
	return (int)syscall(SYS_fork);
}

static int
make_process_as_libc_does(void)
{
	return fork();
}

static int
make_process_by_clone3(void)
{
	return (int)syscall(SYS_clone3, NULL, 0);
}

static int
make_thread(void)
{
	return (int)syscall(SYS_clone, CLONE_VM | CLONE_THREAD | CLONE_SIGHAND, 0, 0, 0, 0);
}

static int
run_program(void)
{
	return execl("/bin/true", "true", (char *)NULL);
}

static int
run_open_program(void)
{
	return (int)syscall(SYS_execveat, STDIN_FILENO, "", NULL, NULL, AT_EMPTY_PATH);
}

static int
end_parent(void)
{
	return (int)syscall(SYS_tgkill, getppid(), getppid(), 0);
}

static int
trace(void)
{
	return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static int
read_memory_of_parent(void)
{
	return (int)syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0);
}

static int
remove_file(void)
{
	return unlink("/tmp/accession-sandbox");
}

static int
rename_file(void)
{
	return rename("/tmp/accession-sandbox", "/tmp/accession-sandbox.old");
}

static int
write_the_file(void)
{
	return (int)write(STDIN_FILENO, "x", 1);
}

static int
cut_the_file(void)
{
	return ftruncate(STDIN_FILENO, 0);
}

static int
map_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
	       MAP_FAILED;
}

static int
map_shared(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) ==
	       MAP_FAILED;
}

static int
make_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static int
make_file_in_memory(void)
{
	return (int)syscall(SYS_memfd_create, "x", 0);
}

static int
make_ring(void)
{
	return (int)syscall(SYS_io_uring_setup, 1, NULL);
}

static int
make_pipe(void)
{
	int ends[2];

	return pipe(ends);
}

static int
become_another_user(void)
{
	return setuid(65534);
}

static int
make_dumpable(void)
{
	return prctl(PR_SET_DUMPABLE, 1);
}

static int
raise_limit(void)
{
	return setrlimit(RLIMIT_CPU, &(struct rlimit){1, 1});
}

static int
sleep_long(void)
{
	const struct timespec ms = {.tv_nsec = 1000000};

	return nanosleep(&ms, NULL);
}

static void
anything_else_ends_the_process(void **state)
{
	static const struct {
		const char *what;
		int (*act)(void);
		bool narrow; /* sanitizers need it */
	} cases[] = {
	    {"opens a file to read it", open_to_read, true},
	    {"opens a converter", open_converter, true},
	    {"opens a file to write it", open_to_write, true},
	    {"makes a socket", make_socket, false},
	    {"makes an internet socket", make_internet_socket, false},
	    {"makes a process", make_process, false},
	    {"makes a process as libc does", make_process_as_libc_does, false},
	    {"makes a process by clone3", make_process_by_clone3, false},
	    {"makes a thread", make_thread, true},
	    {"runs a program", run_program, false},
	    {"runs a program that is open", run_open_program, false},
	    {"sends its parent a signal", end_parent, true},
	    {"traces", trace, true},
	    {"reads the memory of another process", read_memory_of_parent, false},
	    {"removes a file", remove_file, false},
	    {"renames a file", rename_file, false},
	    {"writes its own file", write_the_file, true},
	    {"cuts its own file", cut_the_file, false},
	    {"maps executable memory", map_code, true},
	    {"maps shared memory", map_shared, true},
	    {"makes memory executable", make_code, true},
	    {"makes a file in memory", make_file_in_memory, false},
	    {"makes an io_uring", make_ring, false},
	    {"makes a pipe", make_pipe, false},
	    {"becomes another user", become_another_user, false},
	    {"makes itself dumpable", make_dumpable, true},
	    {"changes its limits", raise_limit, true},
	    {"sleeps", sleep_long, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (!(cases[i].narrow && SANDBOX_IS_WIDE))
			check_killed(cases[i].what, run_confined(cases[i].act), SIGSYS);
}

static int
take_memory(void)
{
	char *volatile fits = malloc(MEMORY_BYTES / 2);
	char *volatile too_much = malloc(MEMORY_BYTES);

	return fits && !too_much && errno == ENOMEM ? 0 : 1;
}

static void
memory_beyond_the_limit_is_refused(void **state)
{
	(void)state;
	assert_int_equal(run_confined(take_memory), SANDBOX_IS_WIDE ? 1 << 8 : 0);
}

static int
spin(void)
{
	for (volatile int i = 0;; i = !i)
		continue;
	return 0;
}

static void
processor_time_beyond_the_limit_ends_the_process(void **state)
{
	(void)state;
	check_killed("spins", run_confined(spin), SIGXCPU);
}

static int
give_up(void)
{
	abort();
	return 0;
}

static int
complain(void)
{
	return write(STDERR_FILENO, "x\n", 2) < 0 && errno == EBADF ? 0 : 1;
}

static void
a_crash_is_seen_as_one(void **state)
{
	(void)state;
	check_killed("aborts", run_confined(give_up), SIGABRT);
	if (!SANDBOX_IS_WIDE)
		assert_int_equal(run_confined(complain), 0);
}

/* Otherwise it would wait for ever for standard input, an empty pipe that is never closed. */
static void
the_process_ends_with_its_parent(void **state)
{
	int input[2], output[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(input), 0);
	assert_int_equal(pipe(output), 0);
	pid_t parent = fork();
	assert_true(parent >= 0);
	if (parent == 0 && fork() == 0) {
		struct error err = {0};
		dup2(input[0], STDIN_FILENO);
		dup2(output[1], STDOUT_FILENO);
		close_range(STDERR_FILENO + 1, ~0U, 0);
		if (sandbox_enter(MEMORY_BYTES, CPU_SECONDS, &err) == 0 &&
		    write(STDOUT_FILENO, "x", 1) == 1)
			_exit((int)read(STDIN_FILENO, &byte, 1));
		_exit(BAD);
	}
	if (parent == 0)
		while (true)
			pause();
	close(output[1]);
	assert_int_equal(read(output[0], &byte, 1), 1);
	kill(parent, SIGKILL);
	assert_int_equal(waitpid(parent, NULL, 0), parent);
	assert_int_equal(read(output[0], &byte, 1), 0); /* it is gone, with its end of the pipe */
	close(output[0]);
	close(input[0]);
	close(input[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reading_and_writing_work),
	    cmocka_unit_test(converters_that_were_opened_before_work),
	    cmocka_unit_test(anything_else_ends_the_process),
	    cmocka_unit_test(memory_beyond_the_limit_is_refused),
	    cmocka_unit_test(processor_time_beyond_the_limit_ends_the_process),
	    cmocka_unit_test(a_crash_is_seen_as_one),
	    cmocka_unit_test(the_process_ends_with_its_parent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
