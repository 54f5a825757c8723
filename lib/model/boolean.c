/* Booleans as people and programs spell them: see boolean.h. */
#include "model/boolean.h"

#include "model/decimal.h"

#include <string.h>
#include <strings.h>

/*
 * The last are how spreadsheet programs spell them in German, French, Spanish, Italian, ...;
 * letters that are not ASCII only as they do, in capitals.
 */
static const struct {
	const char *word;
	bool is;
} words[] = {{"true", true}, {"false", false}, {"1", true}, {"0", false}, {"yes", true},
    {"no", false}, {"y", true}, {"n", false}, {"t", true}, {"f", false}, {"on", true},
    {"off", false}, {"wahr", true}, {"falsch", false}, {"vrai", true}, {"faux", false},
    {"verdadero", true}, {"falso", false}, {"vero", true}, {"verdadeiro", true}, {"waar", true},
    {"onwaar", false}, {"prawda", true}, {"FAŁSZ", false}, {"sant", true}, {"falskt", false},
    {"sand", true}, {"falsk", false}, {"sann", true}, {"usann", false}, {"tosi", true},
    {"EPÄTOSI", false}, {"DOĞRU", true}, {"YANLIŞ", false}, {"pravda", true}, {"nepravda", false},
    {"igaz", true}, {"hamis", false}, {"ADEVĂRAT", true}, {"fals", false}, {"TÕENE", true},
    {"VÄÄR", false}, {"ИСТИНА", true}, {"ЛОЖЬ", false}, {"ІСТИНА", true}, {"ХИБНІСТЬ", false},
    {"ΑΛΗΘΗΣ", true}, {"ΨΕΥΔΗΣ", false}};

bool
boolean_read(const char *text, size_t n, bool *is)
{
	long number;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strlen(words[i].word) == n && strncasecmp(words[i].word, text, n) == 0) {
			*is = words[i].is;
			return true;
		}
	}
	if (!decimal_integer(text, n, true, &number) || (number != 0 && number != 1))
		return false;
	*is = number == 1;
	return true;
}

bool
boolean_is_off(const struct field *f, const char *text, size_t n)
{
	bool is;

	return f && (f->kind == FIELD_BOOLEAN || f->kind == FIELD_DELETE) &&
	       boolean_read(text, n, &is) && !is;
}
