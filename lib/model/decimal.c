/* Integers as people and programs spell them: see decimal.h. */
#include "model/decimal.h"

#include <limits.h>

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
