/* Files of SQL statements: see sql_file.h. */
#include "base/sql_file.h"

#include <string.h>

#define NAME "-- name: "
#define PART "-- part: " /* has the same length */

/* The line at `at`, without its line end. */
static struct text_slice
line_at(const char *at)
{
	return (struct text_slice){at, strcspn(at, "\n")};
}

static const char *
next_line(struct text_slice line)
{
	return line.text + line.n + (line.text[line.n] == '\n');
}

static bool
begins(struct text_slice line, const char *with)
{
	size_t n = strlen(with);

	return line.n >= n && memcmp(line.text, with, n) == 0;
}

static bool
is_head(struct text_slice line)
{
	return begins(line, NAME) || begins(line, PART);
}

/* The first line from `at` on that names a statement, or else the end of the text. */
static struct text_slice
find_name(const char *at)
{
	struct text_slice line = line_at(at);

	while (*line.text && !is_head(line))
		line = line_at(next_line(line));
	return line;
}

const char *
sql_file_next(const char *at, struct sql_text *st)
{
	struct text_slice line = find_name(at);

	if (!*line.text)
		return NULL;
	st->is_part = begins(line, PART);
	st->name = (struct text_slice){line.text + strlen(NAME), line.n - strlen(NAME)};
	line = line_at(next_line(line));
	st->comment.text = line.text;
	while (begins(line, "--") && !is_head(line))
		line = line_at(next_line(line));
	st->comment.n = (size_t)(line.text - st->comment.text);

	const char *end = find_name(line.text).text;
	st->sql = (struct text_slice){line.text, (size_t)(end - line.text)};
	text_trim(&st->sql.text, &st->sql.n);
	if (st->sql.n && st->sql.text[st->sql.n - 1] == ';')
		st->sql.n--;
	return end;
}

bool
sql_file_find(const struct sql_file *files, bool is_part, const char *name, struct sql_text *st)
{
	size_t n = strlen(name);

	for (; files->name; files++)
		for (const char *at = files->text; (at = sql_file_next(at, st));)
			if (st->is_part == is_part && st->name.n == n &&
			    memcmp(st->name.text, name, n) == 0)
				return true;
	return false;
}

struct text_slice
sql_text_note(const struct sql_text *st, const char *key)
{
	const char *end = st->comment.text + st->comment.n;
	size_t n = strlen(key);

	for (struct text_slice line = line_at(st->comment.text); line.text < end;
	     line = line_at(next_line(line))) {
		const char *said = line.text + strlen("-- ");
		if (line.n >= strlen("-- : ") + n && memcmp(said, key, n) == 0 &&
		    memcmp(said + n, ": ", 2) == 0)
			return (struct text_slice){said + n + 2, line.n - strlen("-- : ") - n};
	}
	return (struct text_slice){NULL, 0};
}
