/* The text of a migration: see script.h. */
#include "commands/script.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define DIRECTIVE "-- migrate:"
#define WORDS     7 /* to search for CONCURRENTLY: REINDEX (VERBOSE) TABLE ... */

static const char *const modes[] = {
    [SCRIPT_STATEMENTS] = "no-transaction", [SCRIPT_BATCHES] = "batches"};

#define NMODES (sizeof modes / sizeof modes[0])

/* ------------------------------------------------------------------ the head */

static int
find_mode(const struct migration *m, int line, const char *word, size_t n, enum script_mode *mode,
    struct error *err)
{
	for (size_t i = SCRIPT_WHOLE + 1; i < NMODES; i++)
		if (strlen(modes[i]) == n && memcmp(modes[i], word, n) == 0) {
			*mode = (enum script_mode)i;
			return 0;
		}
	return error_set(err, ERROR_INPUT,
	    "%s.sql line %d: \"%.*s\" is no way to run a migration. There are: %s, %s.", m->name,
	    line, (int)n, word, modes[SCRIPT_STATEMENTS], modes[SCRIPT_BATCHES]);
}

int
script_mode(const struct migration *m, enum script_mode *mode, struct error *err)
{
	const char *at = m->sql;

	*mode = SCRIPT_WHOLE;
	for (int line = 1; *at == '-' || *at == '\n'; line++) {
		size_t n = strcspn(at, "\n");
		if (strncmp(at, DIRECTIVE, sizeof DIRECTIVE - 1) == 0) {
			const char *word = at + sizeof DIRECTIVE - 1;
			const char *end = at + n;
			word += strspn(word, " \t");
			while (end > word && isspace((unsigned char)end[-1]))
				end--;
			return find_mode(m, line, word, (size_t)(end - word), mode, err);
		}
		at += n + (at[n] == '\n');
	}
	return 0;
}

/* ------------------------------------------------------------ the statements */

static bool
is_name_character(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || (c & 0x80);
}

/* Skips the quoted string or name at `at`. A doubled quote ends it and begins another. */
static const char *
skip_quoted(const char *at, bool escapes)
{
	const char quote = *at++;

	while (*at && *at != quote)
		at += escapes && *at == '\\' && at[1] ? 2 : 1;
	return at + (*at == quote);
}

static const char *
skip_comment(const char *at)
{
	int depth = 0;

	if (*at == '-')
		return at + strcspn(at, "\n");
	do {
		int step = strncmp(at, "/*", 2) == 0 ? 1 : strncmp(at, "*/", 2) == 0 ? -1 : 0;
		depth += step;
		at += step ? 2 : 1;
	} while (*at && depth > 0);
	return at;
}

/* Skips $tag$ ... $tag$, or just the dollar if no dollar quote begins there. */
static const char *
skip_dollar_quoted(const char *at)
{
	const char *tag_end = at + 1;

	while (is_name_character(*tag_end) && *tag_end != '$')
		tag_end++;
	if (*tag_end != '$' || isdigit((unsigned char)at[1]))
		return at + 1;
	const size_t n = (size_t)(tag_end - at) + 1;
	for (const char *end = at + n; *end; end++)
		if (strncmp(end, at, n) == 0)
			return end + n;
	return at + strlen(at);
}

static bool
begins_comment(const char *at)
{
	return strncmp(at, "--", 2) == 0 || strncmp(at, "/*", 2) == 0;
}

/* Whether the string at `at` has backslash escapes: E'...'. */
static bool
has_escapes(const char *begin, const char *at)
{
	return at > begin && (at[-1] == 'e' || at[-1] == 'E') &&
	       (at - 1 == begin || !is_name_character(at[-2]));
}

/* Skips a comment or anything quoted, or else one character. */
static const char *
skip(const char *begin, const char *at)
{
	if (begins_comment(at))
		return skip_comment(at);
	if (*at == '\'')
		return skip_quoted(at, has_escapes(begin, at));
	if (*at == '"')
		return skip_quoted(at, false);
	if (*at == '$' && (at == begin || !is_name_character(at[-1])))
		return skip_dollar_quoted(at);
	return at + 1;
}

static int
count_lines(const char *from, const char *to)
{
	int lines = 0;

	for (; from < to; from++)
		lines += *from == '\n';
	return lines;
}

/* Skips spaces, comments and the semicolons of empty statements. */
static const char *
skip_blank(const char *at)
{
	while (isspace((unsigned char)*at) || *at == ';' || begins_comment(at))
		at = begins_comment(at) ? skip_comment(at) : at + 1;
	return at;
}

bool
script_next(struct script *script, struct script_statement *s)
{
	const char *begin = skip_blank(script->at), *end = begin;

	while (*end && *end != ';')
		end = skip(begin, end);
	s->text = begin;
	s->n = (size_t)(end - begin);
	s->line = script->line + count_lines(script->at, begin);
	script->line = s->line + count_lines(begin, end);
	script->at = end;
	return s->n > 0;
}

/* ------------------------------------------------------------- what they are */

/* The next word before `end`: a name with its quotes and dots, or one other character. */
static size_t
next_word(const char **at, const char *end)
{
	const char *begin = skip_blank(*at), *stop = begin;

	while (stop < end && (is_name_character(*stop) || *stop == '.' || *stop == '"'))
		stop = *stop == '"' ? skip_quoted(stop, false) : stop + 1;
	stop += stop == begin && stop < end;
	*at = begin < end ? begin : end;
	return begin < end ? (size_t)(stop - begin) : 0;
}

static bool
is_word(const char *word, size_t n, const char *wanted)
{
	return strlen(wanted) == n && strncasecmp(word, wanted, n) == 0;
}

/* Skips the word if it is the next one. */
static bool
take(const char **at, const char *end, const char *wanted)
{
	const char *word = *at;
	size_t n = next_word(&word, end);

	if (!is_word(word, n, wanted))
		return false;
	*at = word + n;
	return true;
}

bool
script_is_concurrent(const struct script_statement *s)
{
	const char *at = s->text, *end = s->text + s->n;

	if (!take(&at, end, "CREATE") && !take(&at, end, "DROP") && !take(&at, end, "REINDEX"))
		return false;
	for (int i = 0; i < WORDS; i++) {
		size_t n = next_word(&at, end);
		if (is_word(at, n, "CONCURRENTLY"))
			return true;
		at += n;
	}
	return false;
}

bool
script_makes_index(const struct script_statement *s, char name[SCRIPT_NAME_SIZE])
{
	const char *at = s->text, *end = s->text + s->n;

	if (!take(&at, end, "CREATE"))
		return false;
	take(&at, end, "UNIQUE");
	if (!take(&at, end, "INDEX") || !take(&at, end, "CONCURRENTLY"))
		return false;
	if (take(&at, end, "IF") && !(take(&at, end, "NOT") && take(&at, end, "EXISTS")))
		return false;
	size_t n = next_word(&at, end);
	if (n == 0 || n >= SCRIPT_NAME_SIZE || is_word(at, n, "ON"))
		return false;
	memcpy(name, at, n);
	name[n] = '\0';
	return true;
}
