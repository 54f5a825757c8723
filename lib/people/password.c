/* Passwords: see password.h. */
#include "people/password.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define PASSES    2
#define MEMORY    ((size_t)19456 * 1024)
#define RETRY_MS  5
#define NO_PLACE  (-1)
#define UNBOUNDED (-2)
#define NS_PER_MS 1000000

_Static_assert(PASSWORD_HASH_SIZE == crypto_pwhash_STRBYTES, "a hash fits its buffer");

/* The hash of 32 random bytes that were not kept: as costly as a real hash, but matches nothing. */
static const char nobodys_hash[] = "$argon2id$v=19$m=19456,t=2,p=1$beN/qu8XZ8GhLsR7C+55fg$"
				   "CA7onnB3G/HJXUZl0itTX81Pl0p5xWpjpGAaV3tROoM";

/*
 * The places are the first bytes of an empty, unnamed file. Whoever locks a byte holds that place.
 * A POSIX lock is used because it belongs to the process, not to the descriptor (which all share),
 * and ends with the process.
 */
static struct {
	int fd;
	int64_t places; /* 0: no pool */
	int64_t wait_ms;
} pool;

int
password_pool(int64_t places, int64_t wait_ms, struct error *err)
{
	int fd = memfd_create("accession-passwords", MFD_CLOEXEC);

	if (fd < 0)
		return error_errno(err, "cannot make the file of password checks");
	pool.fd = fd;
	pool.places = places;
	pool.wait_ms = wait_ms;
	return 0;
}

static int
lock_place(int64_t place, short type)
{
	struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = place, .l_len = 1};

	return fcntl(pool.fd, F_SETLK, &lock);
}

/* Returns a free place, the last one first, or NO_PLACE. Place 0 is for those who are known. */
static int64_t
free_place(enum password_standing standing)
{
	const int64_t first = standing == PASSWORD_KNOWN || pool.places == 1 ? 0 : 1;

	for (int64_t place = pool.places - 1; place >= first; place--)
		if (lock_place(place, F_WRLCK) == 0)
			return place;
	return NO_PLACE;
}

/* Returns a place, NO_PLACE if none became free in time, or UNBOUNDED. */
static int64_t
take_place(enum password_standing standing)
{
	const struct timespec pause = {.tv_nsec = RETRY_MS * NS_PER_MS};
	const int64_t deadline = clock_ms() + (standing == PASSWORD_SUSPECT ? 0 : pool.wait_ms);
	int64_t place = NO_PLACE;

	if (!pool.places)
		return UNBOUNDED;
	while ((place = free_place(standing)) == NO_PLACE && clock_ms() < deadline)
		nanosleep(&pause, NULL);
	return place;
}

static void
leave_place(int64_t place)
{
	if (place >= 0)
		lock_place(place, F_UNLCK);
}

int
password_hash(const char *password, size_t n, char hash[PASSWORD_HASH_SIZE], struct error *err)
{
	if (sodium_init() < 0)
		return error_set(err, ERROR_SYSTEM, "The system gives no random numbers.");

	int64_t place = take_place(PASSWORD_KNOWN);
	if (place == NO_PLACE)
		return error_set(err, ERROR_BUSY, "Too many passwords are being checked.");
	int failed = crypto_pwhash_str(hash, password, n, PASSES, MEMORY);
	leave_place(place);
	return failed ? error_set(err, ERROR_SYSTEM, "no memory to hash a password") : 0;
}

bool
password_is_dated(const char *hash)
{
	return crypto_pwhash_str_needs_rehash(hash, PASSES, MEMORY) == 1;
}

enum password_verdict
password_check(const char *hash, const char *password, size_t n, enum password_standing standing,
    struct error *err)
{
	if (n > PASSWORD_MAX_BYTES)
		return PASSWORD_WRONG; /* same for everyone, so the quick answer reveals nothing */

	if (sodium_init() < 0) { /* without this, the slowest code is used */
		error_set(err, ERROR_SYSTEM, "The system gives no random numbers.");
		return PASSWORD_FAILED;
	}
	int64_t place = take_place(standing);
	if (place == NO_PLACE)
		return PASSWORD_BUSY;
	errno = 0;
	int mismatch = crypto_pwhash_str_verify(hash ? hash : nobodys_hash, password, n);
	int reason = errno;
	leave_place(place);

	if (mismatch && reason == ENOMEM) {
		error_set(err, ERROR_SYSTEM, "no memory to check a password");
		return PASSWORD_FAILED;
	}
	return mismatch || !hash ? PASSWORD_WRONG : PASSWORD_RIGHT;
}
