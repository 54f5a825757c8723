/*
 * What people type as secrets: lib/people. The input is a line with an e-mail address, one with a
 * name, and then a password, which is tried as a code of an app and as a recovery code, too.
 */
#include "base/text.h"
#include "fuzz.h"
#include "people/password_rules.h"
#include "people/person_words.h"
#include "people/predictable.h"
#include "people/recovery_code.h"
#include "people/totp.h"

#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1111111109)

static const unsigned char secret[] = "12345678901234567890";

static void
check_predictable(const struct folded *f)
{
	struct predictable all = predictable_take_out(f, false);
	struct predictable known = predictable_take_out(f, true);

	HOLDS(f->n <= FOLDED_MAX);
	HOLDS(all.count <= f->n && known.count <= f->n);
	HOLDS(all.letters + all.beside <= all.count && strlen(all.left) <= all.count);
	HOLDS(f->n >= 2 || !predictable_is_repetition(f));
	fuzz_plant(all.left, strlen(all.left));
}

static void
check_codes(const char *typed)
{
	int64_t step = totp_check(secret, TOTP_SECRET_BYTES, typed, NOW, -1);

	HOLDS(step == -1 || (step >= NOW / 30 - 1 && step <= NOW / 30 + 1));
	HOLDS(totp_check(secret, TOTP_SECRET_BYTES, typed, NOW, NOW / 30 + 1) == -1);
	HOLDS(strlen(recovery_code_hash(typed).text) == TOKEN_HASH_TEXT_SIZE - 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char word[TEXT_SHOWN_SIZE] = "";
	char *email = fuzz_take_line(&bytes, &n), *name = fuzz_take_line(&bytes, &n);
	char *typed = strndup((const char *)bytes, n);
	const struct person_words person = {email, name, email};
	struct folded folded;
	struct error err = {0};

	folded_set(&folded, (const char *)bytes, n);
	check_predictable(&folded);
	if (person_words_find(&person, &folded, word))
		HOLDS(*word && fuzz_is_string(word));
	int done = password_has_length((const char *)bytes, n, &err);
	HOLDS(done == 0 ? n >= PASSWORD_MIN_CHARACTERS && n <= PASSWORD_MAX_BYTES &&
			      fuzz_is_text((const char *)bytes, n)
			: *err.message != '\0');
	check_codes(typed);
	free(email);
	free(name);
	free(typed);
	return 0;
}
