/* Recovery codes: see recovery_code.h. */
#include "people/recovery_code.h"

#include "base/text.h"

#include <ctype.h>
#include <sodium.h>
#include <string.h>

#define CHARACTERS 24
#define GROUP      4

_Static_assert(RECOVERY_CODE_SIZE == CHARACTERS + CHARACTERS / GROUP, "hyphens, and a NUL");

static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

_Static_assert(sizeof alphabet - 1 == 32, "five random bits choose a character");

int
recovery_codes_make(char codes[RECOVERY_CODES][RECOVERY_CODE_SIZE], struct error *err)
{
	if (sodium_init() < 0)
		return error_set(err, ERROR_SYSTEM, "The system gives no random numbers.");
	for (int i = 0; i < RECOVERY_CODES; i++) {
		char *c = codes[i];
		for (int n = 0; n < CHARACTERS; n++) {
			if (n && n % GROUP == 0)
				*c++ = '-';
			*c++ = alphabet[randombytes_uniform(sizeof alphabet - 1)];
		}
		*c = '\0';
	}
	return 0;
}

/* Returns the character of the alphabet that is meant, or 0 if there is none. */
static char
meant(char c)
{
	char small = (char)tolower((unsigned char)c);

	if (small == 'i' || small == 'l')
		return '1';
	if (small == 'o')
		return '0';
	return small && strchr(alphabet, small) ? small : '\0';
}

struct secret_hash
recovery_code_hash(const char *text)
{
	char code[CHARACTERS];
	size_t left = strlen(text), n = 0;

	while (left) {
		size_t skipped = *text == '-' ? 1 : text_space(text, left);
		char c = skipped ? '\0' : meant(*text);
		if (!skipped && (!c || n == CHARACTERS))
			return secret_hash("", 0);
		if (!skipped)
			code[n++] = c;
		text += skipped ? skipped : 1;
		left -= skipped ? skipped : 1;
	}
	struct secret_hash hash = secret_hash(code, n == CHARACTERS ? n : 0);
	sodium_memzero(code, sizeof code);
	return hash;
}
