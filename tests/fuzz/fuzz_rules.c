/* Match conditions, lib/rules.c. The input is the text. */
#include "fuzz.h"
#include "model/rules.h"

#include <stdlib.h>
#include <string.h>

#define BEFORE "before"

/* A message names a column of the text, or the one after its end. */
static void
check_message(const char *message, size_t n, bool is_text)
{
	static const char begin[] = "Column ";

	HOLDS(strncmp(message, begin, sizeof begin - 1) == 0);
	unsigned long column = strtoul(message + sizeof begin - 1, NULL, 10);
	HOLDS(column >= 1 && column <= n + 1);
	HOLDS(!is_text || fuzz_is_string(message));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const char *text = (const char *)bytes;
	char message[512] = "", small[12] = "";
	struct buf once = {0}, twice = {0};

	buf_add_text(&once, BEFORE);
	bool ok = rules_canonical(text, n, &once, message, sizeof message);
	HOLDS(strncmp(buf_text(&once), BEFORE, strlen(BEFORE)) == 0);
	const char *canonical = buf_text(&once) + strlen(BEFORE);
	size_t length = once.len - strlen(BEFORE);
	HOLDS(ok ? !*message : !length);
	if (ok) {
		HOLDS(length <= n && strlen(canonical) == length);
		HOLDS(length == strspn(canonical, "CA0123456789 ND!;"));
		fuzz_plant(canonical, length);
	} else {
		check_message(message, n, fuzz_is_text(text, n));
	}

	/* The same with little room for the message, and again with the result as input. */
	HOLDS(rules_canonical(text, n, &twice, small, sizeof small) == ok);
	HOLDS(strlen(small) < sizeof small);
	buf_clear(&twice);
	HOLDS(rules_canonical(canonical, length, &twice, message, sizeof message));
	HOLDS(fuzz_same(buf_text(&twice), twice.len, canonical, length));
	buf_free(&once);
	buf_free(&twice);
	return 0;
}
