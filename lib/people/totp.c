/* Codes of an authenticator app: see totp.h. */
#include "people/totp.h"

#include "base/text.h"

#include <ctype.h>
#include <liboath/oath.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#define ISSUER       "Accession"
#define DIGITS       6
#define STEP_SECONDS 30
#define STEPS_AROUND 1

_Static_assert(TOTP_BASE32_SIZE == TOTP_SECRET_BYTES * 8 / 5 + 1, "five bits a character");

int
totp_secret_make(unsigned char secret[TOTP_SECRET_BYTES], struct error *err)
{
	if (sodium_init() < 0)
		return error_set(err, ERROR_SYSTEM, "The system gives no random numbers.");
	randombytes_buf(secret, TOTP_SECRET_BYTES);
	return 0;
}

/* The secret's bytes are a multiple of five, so there is no padding. */
const char *
totp_base32(const unsigned char secret[TOTP_SECRET_BYTES], char text[TOTP_BASE32_SIZE])
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned bits = 0, held = 0;
	size_t n = 0;

	for (size_t i = 0; i < TOTP_SECRET_BYTES; i++) {
		bits = (bits << 8 | secret[i]) & 0xFFF; /* at most four are left of the last byte */
		for (held += 8; held >= 5; held -= 5)
			text[n++] = alphabet[bits >> (held - 5) & 31];
	}
	text[n] = '\0';
	return text;
}

/* RFC 3986: everything but unreserved characters. */
static void
add_percent_encoded(struct buf *out, const char *text)
{
	for (const char *c = text; *c; c++)
		if (isascii((unsigned char)*c) &&
		    (isalnum((unsigned char)*c) || strchr("-._~", *c)))
			buf_add_char(out, *c);
		else
			buf_printf(out, "%%%02X", (unsigned char)*c);
}

void
totp_uri(const unsigned char secret[TOTP_SECRET_BYTES], const char *email, struct buf *out)
{
	char base32[TOTP_BASE32_SIZE];

	buf_add_text(out, "otpauth://totp/" ISSUER ":");
	add_percent_encoded(out, email);
	buf_printf(out, "?secret=%s&issuer=" ISSUER "&algorithm=SHA1&digits=%d&period=%d",
	    totp_base32(secret, base32), DIGITS, STEP_SECONDS);
	sodium_memzero(base32, sizeof base32);
}

/* Takes white space out of a code. False if six digits of ASCII are not what is left. */
static bool
read_code(const char *code, char digits[DIGITS + 1])
{
	size_t left = strlen(code), n = 0;

	while (left) {
		size_t space = text_space(code, left);
		if (!space && (n == DIGITS || *code < '0' || *code > '9'))
			return false;
		if (!space)
			digits[n++] = *code;
		code += space ? space : 1;
		left -= space ? space : 1;
	}
	digits[n] = '\0';
	return n == DIGITS;
}

static bool
code_of_step(const unsigned char *secret, size_t n, int64_t step, char code[DIGITS + 1])
{
	return oath_totp_generate((const char *)secret, n, step * STEP_SECONDS, STEP_SECONDS, 0,
		   DIGITS, code) == OATH_OK;
}

/* Every step is computed and compared, so that the time it takes does not tell which one was near.
 */
int64_t
totp_check(const unsigned char *secret, size_t n, const char *code, int64_t now, int64_t last_step)
{
	char given[DIGITS + 1], right[DIGITS + 1];
	int64_t matched = -1;

	if (!n || now < 0 || !read_code(code, given) || oath_init() != OATH_OK)
		return -1;
	for (int64_t around = STEPS_AROUND; around >= -STEPS_AROUND; around--) {
		int64_t step = now / STEP_SECONDS + around;
		if (step >= 0 && code_of_step(secret, n, step, right) &&
		    sodium_memcmp(given, right, DIGITS) == 0 && step > last_step)
			matched = step;
	}
	oath_done();
	sodium_memzero(right, sizeof right);
	return matched;
}
