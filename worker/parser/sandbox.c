/* What the parser child gives up: see sandbox.h. */
#include "parser/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

#define STACK_BYTES (8 * 1024 * 1024)

/* 0, 1, 2, where the order comes from, and the copies that libzip makes of 0. */
#define DESCRIPTORS 6

struct rule {
	int call;
	unsigned nconditions; /* all of which must hold */
	struct scmp_arg_cmp conditions[2];
};

#define ANY_CALL(name)             \
	{                          \
		SCMP_SYS(name), 0, \
		{                  \
			{          \
				0  \
			}          \
		}                  \
	}

/* clang-format off */
static const struct rule allowed[] = {
	/* The file. A filter sees no strings: fstat is newfstatat with an empty path. */
	ANY_CALL(read), ANY_CALL(pread64), ANY_CALL(lseek), ANY_CALL(fstat),
	{SCMP_SYS(newfstatat), 1, {{3, SCMP_CMP_EQ, AT_EMPTY_PATH, 0}}},
	{SCMP_SYS(fcntl), 1, {{1, SCMP_CMP_EQ, F_GETFL, 0}}},
	{SCMP_SYS(fcntl), 1, {{1, SCMP_CMP_EQ, F_DUPFD_CLOEXEC, 0}}},
	ANY_CALL(dup), ANY_CALL(close),

	{SCMP_SYS(write), 1, {{0, SCMP_CMP_EQ, STDOUT_FILENO, 0}}},

	/* Memory: never executable, and never shared, as no limit would count that. */
	ANY_CALL(brk), ANY_CALL(munmap), ANY_CALL(mremap), ANY_CALL(madvise),
	{SCMP_SYS(mmap), 2, {{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0},
			     {3, SCMP_CMP_MASKED_EQ, MAP_TYPE, MAP_PRIVATE}}},
	{SCMP_SYS(mprotect), 1, {{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0}}},

	/* expat's random seeds; clocks, where the kernel has no vDSO. */
	ANY_CALL(getrandom), ANY_CALL(clock_gettime), ANY_CALL(gettimeofday), ANY_CALL(time),

	/* Ending the process. For abort(), fill_filter also allows it to signal itself. */
	ANY_CALL(exit), ANY_CALL(exit_group), ANY_CALL(restart_syscall),
	ANY_CALL(getpid), ANY_CALL(gettid), ANY_CALL(rt_sigprocmask),
};

/* These fail without ending the process: what libc writes before it aborts is not worth SIGSYS. */
static const struct rule refused[] = {
	{SCMP_SYS(write), 1, {{0, SCMP_CMP_EQ, STDERR_FILENO, 0}}},
	{SCMP_SYS(writev), 1, {{0, SCMP_CMP_EQ, STDERR_FILENO, 0}}},
};

static const struct rule allowed_wide[] = {
	/* AddressSanitizer's report, and what it reads to name places in the program. */
	ANY_CALL(open), ANY_CALL(openat), ANY_CALL(mkdir), ANY_CALL(write), ANY_CALL(writev),
	ANY_CALL(access), ANY_CALL(stat), ANY_CALL(lstat), ANY_CALL(newfstatat), ANY_CALL(readlink),
	ANY_CALL(readlinkat), ANY_CALL(getdents), ANY_CALL(getdents64), ANY_CALL(getcwd),
	ANY_CALL(fcntl), ANY_CALL(ioctl), ANY_CALL(uname),

	ANY_CALL(mmap), ANY_CALL(mprotect), ANY_CALL(getrusage), ANY_CALL(prlimit64),

	/* Signals, and the thread that looks for leaks while the others stand still. */
	ANY_CALL(rt_sigaction), ANY_CALL(rt_sigreturn), ANY_CALL(sigaltstack), ANY_CALL(tgkill),
	{SCMP_SYS(clone), 1, {{0, SCMP_CMP_MASKED_EQ, CLONE_VM, CLONE_VM}}},
	ANY_CALL(ptrace), ANY_CALL(wait4), ANY_CALL(prctl), ANY_CALL(kill), ANY_CALL(getppid),
	ANY_CALL(futex), ANY_CALL(sched_yield), ANY_CALL(sched_getaffinity), ANY_CALL(arch_prctl),
};
/* clang-format on */

/* Returns 0 or, as libseccomp does, a negative errno. */
static int
add_rules(scmp_filter_ctx filter, uint32_t action, const struct rule *rules, size_t n)
{
	int failed = 0;

	for (size_t i = 0; i < n && !failed; i++)
		failed = seccomp_rule_add_array(
		    filter, action, rules[i].call, rules[i].nconditions, rules[i].conditions);
	return failed;
}

static int
fill_filter(scmp_filter_ctx filter)
{
	const struct rule signal_self = {
	    SCMP_SYS(tgkill), 1, {{0, SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0}}};
	int failed = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);

	if (!failed)
		failed = add_rules(filter, SCMP_ACT_ALLOW, allowed, COUNT(allowed));
	if (SANDBOX_IS_WIDE)
		return failed
			   ? failed
			   : add_rules(filter, SCMP_ACT_ALLOW, allowed_wide, COUNT(allowed_wide));
	if (!failed)
		failed = add_rules(filter, SCMP_ACT_ALLOW, &signal_self, 1);
	if (!failed)
		failed = add_rules(filter, SCMP_ACT_ERRNO(EBADF), refused, COUNT(refused));
	return failed;
}

static int
enter_filter(struct error *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int failed = filter ? fill_filter(filter) : -ENOMEM;

	if (!failed)
		failed = seccomp_load(filter);
	seccomp_release(filter);
	if (!failed)
		return 0;
	errno = -failed;
	return error_errno(err, "cannot filter the system calls of the parser");
}

/* Sets a limit, unless it is lower already. */
static int
limit(__rlimit_resource_t resource, rlim_t soft, rlim_t hard)
{
	struct rlimit old;

	if (getrlimit(resource, &old) < 0)
		return -1;
	if (hard > old.rlim_max)
		hard = old.rlim_max;
	return setrlimit(resource, &(struct rlimit){soft < hard ? soft : hard, hard});
}

static int
enter_limits(int64_t memory_bytes, int64_t cpu_seconds, struct error *err)
{
	const rlim_t memory = (rlim_t)memory_bytes, cpu = (rlim_t)cpu_seconds;
	const struct {
		__rlimit_resource_t resource;
		rlim_t soft, hard;
		bool narrow; /* too narrow for AddressSanitizer */
	} limits[] = {
	    {RLIMIT_CORE, 0, 0, false},
	    {RLIMIT_STACK, STACK_BYTES, STACK_BYTES, false},
	    {RLIMIT_CPU, cpu, cpu + 1, false}, /* SIGXCPU, which tells more, before SIGKILL */
	    /* Not RLIMIT_AS: that counts the code of all libraries, too. */
	    {RLIMIT_DATA, memory, memory, true},
	    {RLIMIT_FSIZE, 0, 0, true},
	    {RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS, true},
	    {RLIMIT_NPROC, 0, 0, true},
	};

	for (size_t i = 0; i < COUNT(limits); i++)
		if (!(limits[i].narrow && SANDBOX_IS_WIDE) &&
		    limit(limits[i].resource, limits[i].soft, limits[i].hard) < 0)
			return error_errno(err, "cannot limit the parser");
	return 0;
}

int
sandbox_enter(int64_t memory_bytes, int64_t cpu_seconds, struct error *err)
{
	/* Reads the time zone file, for dates in zip archives: it cannot be opened later. */
	tzset();
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return error_errno(err, "cannot tie the parser to its worker");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return error_errno(err, "cannot give up new privileges");
	if (!SANDBOX_IS_WIDE && prctl(PR_SET_DUMPABLE, 0) < 0)
		return error_errno(err, "cannot hide the parser from debuggers");
	if (enter_limits(memory_bytes, cpu_seconds, err) < 0)
		return -1;
	return enter_filter(err);
}
