/*
 * What all fuzz targets share. A target is a libFuzzer program (LLVMFuzzerTestOneInput) that feeds
 * an input to one parser and checks what must hold for any input; the sanitizers watch the rest.
 * tests/fuzz/run says how to run them.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ends the program if the condition does not hold, which libFuzzer takes for a finding. */
#define HOLDS(condition) \
	((condition) ? (void)0 : fuzz_broken(__FILE__, __LINE__, __func__, #condition))

_Noreturn void fuzz_broken(const char *file, int line, const char *function, const char *condition);

/* What libFuzzer calls for each input. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Whether the n bytes are UTF-8 without NUL. */
bool fuzz_is_text(const char *text, size_t n);

/* As fuzz_is_text, for a C string that may be NULL. */
bool fuzz_is_string(const char *text);

/* Whether both are the same bytes. NULL equals only NULL. */
bool fuzz_same(const char *a, size_t na, const char *b, size_t nb);

/*
 * Every target calls it with text that its parser returned. With FUZZ_PLANT in the environment, it
 * writes one byte too far if 4242 is in the text: `run selftest` wants that found.
 */
void fuzz_plant(const char *text, size_t n);

/* Returns the first line of the input, without LF, as a C string to be freed; moves past it. */
char *fuzz_take_line(const uint8_t **bytes, size_t *n);

#endif
