/* Integers as people and programs spell them: see decimal.h. */
#include "model/decimal.h"

#include <limits.h>
#include <string.h>

#define SEPARATED_MAX 40 /* bytes; no one writes longer numbers with separators */

/* Of thousands, in the languages that people use. The first two may stand before decimals, too. */
static const char *const separators[] = {
    ",", ".", "'", "\u2019", " ", "\u00a0", "\u202f", "\u2009"};

#define POINTS     2
#define SEPARATORS (sizeof separators / sizeof separators[0])

/* [-]whole[.fraction][e exponent], the digits as they stand in the text. */
struct decimal {
	bool negative;
	const char *whole, *fraction;
	size_t nwhole, nfraction;
	long exponent;
};

static size_t
count_digits(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i] >= '0' && s[i] <= '9')
		i++;
	return i;
}

/* Reads an exponent after its "e". Returns the bytes used, or 0. Huge exponents stay huge. */
static size_t
read_exponent(const char *s, size_t n, long *exponent)
{
	size_t sign = n && (s[0] == '-' || s[0] == '+');
	size_t digits = count_digits(s + sign, n - sign);

	*exponent = 0;
	for (size_t i = sign; i < sign + digits; i++) {
		if (*exponent < INT_MAX / 16)
			*exponent = *exponent * 10 + (s[i] - '0');
	}
	if (sign && s[0] == '-')
		*exponent = -*exponent;
	return digits ? sign + digits : 0;
}

static bool
read_decimal(const char *s, size_t n, bool with_exponent, struct decimal *d)
{
	size_t i = n && s[0] == '-';

	*d = (struct decimal){.negative = i, .whole = s + i};
	i += d->nwhole = count_digits(s + i, n - i);
	if (!d->nwhole)
		return false;
	if (i < n && s[i] == '.') {
		i++;
		d->fraction = s + i;
		i += d->nfraction = count_digits(s + i, n - i);
		if (!d->nfraction)
			return false;
	}
	if (with_exponent && i < n && (s[i] == 'e' || s[i] == 'E')) {
		size_t used = read_exponent(s + i + 1, n - i - 1, &d->exponent);
		if (!used)
			return false;
		i += 1 + used;
	}
	return i == n;
}

bool
decimal_integer(const char *text, size_t n, bool with_exponent, long *result)
{
	const long most = LONG_MAX / 10 - 1;
	struct decimal d;
	long sum = 0;

	if (!read_decimal(text, n, with_exponent, &d))
		return false;
	long point = (long)d.nwhole + d.exponent; /* number of digits before the point */
	long digits = (long)(d.nwhole + d.nfraction);
	for (long i = 0; i < digits; i++) {
		size_t at = (size_t)i;
		int digit = (at < d.nwhole ? d.whole[at] : d.fraction[at - d.nwhole]) - '0';

		if (i >= point && digit)
			return false;
		if (i < point && sum < most)
			sum = sum * 10 + digit;
	}
	for (long i = digits; i < point && sum && sum < most; i++)
		sum *= 10;
	*result = d.negative ? -sum : sum;
	return true;
}

/*
 * Spells the number with a point and no other separators: "1,234.5" as "1234.5", if `group` stands
 * between thousands and `point` before decimals (NULL: there are none). False if that is not how
 * it is written.
 */
static bool
spell_decimal(
    const char *text, size_t n, const char *group, const char *point, char own[SEPARATED_MAX + 1])
{
	size_t at = n && text[0] == '-', groups = 0, used, end;

	memcpy(own, text, at);
	used = at + count_digits(text + at, n - at);
	memcpy(own + at, text + at, used - at);
	end = used;
	if (group && (end - at > 3 || end == at || text[at] == '0'))
		return false;
	for (size_t length = group ? strlen(group) : 0;
	     group && n - end >= length + 3 && memcmp(text + end, group, length) == 0 &&
	     count_digits(text + end + length, n - end - length) == 3;
	     end += length + 3, used += 3, groups++)
		memcpy(own + used, text + end + length, 3);
	if (point && end < n && text[end] == *point) {
		own[used++] = '.';
		memcpy(own + used, text + end + 1, n - end - 1);
		used += n - end - 1;
		end = n;
	} else if (point) {
		return false;
	}
	own[used] = '\0';
	return end == n && (!group || groups);
}

size_t
decimal_meant(const char *text, size_t n, long min, long max, long meant[2], bool *fraction)
{
	char own[SEPARATED_MAX + 1];
	size_t found = 0;

	*fraction = false;
	for (size_t i = 0; n <= SEPARATED_MAX && i < (SEPARATORS + 1) * (POINTS + 1); i++) {
		const size_t g = i / (POINTS + 1), p = i % (POINTS + 1);
		const char *group = g < SEPARATORS ? separators[g] : NULL;
		const char *point = p < POINTS ? separators[p] : NULL;
		struct decimal d;
		long number;

		if (group == point || !spell_decimal(text, n, group, point, own) ||
		    !read_decimal(own, strlen(own), false, &d))
			continue;
		if (!decimal_integer(own, strlen(own), false, &number))
			*fraction = true;
		else if (number >= min && number <= max && found < 2 &&
			 !(found && meant[0] == number))
			meant[found++] = number;
	}
	return found;
}
