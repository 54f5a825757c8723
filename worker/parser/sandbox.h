/*
 * What the parser child gives up before it looks at the first byte of a file, so that a file that
 * takes it over gains nothing by that:
 *
 * 1. it ends with its parent, gains no privileges, leaves no core and cannot be traced;
 * 2. its memory and its processor time are limited, and it can write no file;
 * 3. of all system calls it keeps those that read open files, write standard output, take and give
 *    back memory and end the process. Any other ends it at once with SIGSYS.
 *
 * With AddressSanitizer, which maps terabytes, opens /proc and the file of its report, and looks
 * for leaks from a thread that traces the process, much of 1 and 2 is left out and 3 is wider;
 * still there are no sockets, no new processes and no other programs.
 */
#ifndef ACCESSION_SANDBOX_H
#define ACCESSION_SANDBOX_H

#include "base/error.h"

#include <stdint.h>

/* 1: this program was built with a sanitizer and its sandbox is the wider one. */
#if defined __SANITIZE_ADDRESS__
#define SANDBOX_IS_WIDE 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define SANDBOX_IS_WIDE 1
#endif
#endif
#ifndef SANDBOX_IS_WIDE
#define SANDBOX_IS_WIDE 0
#endif

/*
 * Confines this process, which must have only one thread, for good. memory_bytes limits its private
 * writable memory (RLIMIT_DATA, see setrlimit(2)): beyond it, allocations fail. After cpu_seconds
 * of processor time it gets SIGXCPU. Call this once everything it needs is open. What it writes to
 * standard error afterwards is lost. Returns 0, or -1 with ERROR_SYSTEM: then do not go on.
 */
int sandbox_enter(int64_t memory_bytes, int64_t cpu_seconds, struct error *err);

#endif
