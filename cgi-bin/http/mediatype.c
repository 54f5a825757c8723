/* Header values with parameters: see mediatype.h. */
#include "http/mediatype.h"

#include <string.h>
#include <strings.h>

#define WHITE_SPACE " \t"

/* The characters of a token: RFC 9110 section 5.6.2. */
#define TOKEN "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static const char *
skip_space(const char *s)
{
	return s + strspn(s, WHITE_SPACE);
}

bool
mediatype_is(const char *value, const char *type)
{
	size_t n = strlen(type);

	value = skip_space(value);
	if (strncasecmp(value, type, n) != 0)
		return false;
	value = skip_space(value + n);
	return *value == '\0' || *value == ';';
}

const char *
mediatype_parameters(const char *value)
{
	return value + strcspn(value, ";");
}

/*
 * Reads a parameter's value at s into *p. Returns what follows it, or NULL if its quotes are not
 * closed.
 */
static const char *
read_value(const char *s, struct parameter *p)
{
	p->quoted = *s == '"';
	if (p->quoted) {
		p->value = ++s;
		while (*s && *s != '"')
			s += *s == '\\' && s[1] ? 2 : 1;
		p->value_n = (size_t)(s - p->value);
		return *s ? s + 1 : NULL;
	}

	p->value = s;
	p->value_n = strcspn(s, ";\"");
	s += p->value_n;
	while (p->value_n && strchr(WHITE_SPACE, p->value[p->value_n - 1]))
		p->value_n--;
	return s;
}

int
parameter_next(const char **at, struct parameter *p)
{
	const char *s = skip_space(*at);

	if (*s && *s != ';')
		return -1;
	while (*s == ';') /* empty parameters are legal */
		s = skip_space(s + 1);
	*at = s;
	if (!*s)
		return 0;

	p->name = s;
	p->name_n = strspn(s, TOKEN);
	s = skip_space(s + p->name_n);
	if (!p->name_n || *s != '=')
		return -1;
	s = read_value(skip_space(s + 1), p);
	if (!s)
		return -1;
	*at = s;
	return 1;
}

bool
parameter_is(const struct parameter *p, const char *name)
{
	return strlen(name) == p->name_n && strncasecmp(p->name, name, p->name_n) == 0;
}

/* RFC 9110 section 5.6.4: a backslash stands for the character after it. */
static void
add_value(struct buf *out, const struct parameter *p)
{
	for (size_t i = 0; i < p->value_n; i++) {
		if (p->quoted && p->value[i] == '\\' && i + 1 < p->value_n)
			i++;
		buf_add_char(out, p->value[i]);
	}
}

int
mediatype_parameter(const char *value, const char *name, struct buf *out)
{
	const char *at = mediatype_parameters(value);
	struct parameter p, found = {0};
	int got;

	while ((got = parameter_next(&at, &p)) > 0) {
		if (!parameter_is(&p, name))
			continue;
		if (found.name)
			return -1;
		found = p;
	}
	if (got < 0)
		return -1;
	if (!found.name)
		return 0;
	add_value(out, &found);
	return 1;
}
