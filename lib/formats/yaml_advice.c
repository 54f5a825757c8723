/* What to write in YAML instead: see yaml_advice.h. */
#include "formats/yaml_advice.h"

#include "base/buf.h"

#include <stdio.h>
#include <string.h>

#define EXAMPLE_MAX 80 /* bytes of a value that is shown as it has to be written */

#define BEGIN_ALIKE "All records begin with \"- \" in the same column; nothing follows them."

#define IS_A(sign, noun, plural) \
	"What begins with " sign " is " noun " in YAML, and " plural " are not supported here"
#define WRITE_OUT    ": write out what is meant."
#define NO_BEGINNING "No value begins with a plain @, `, %, comma or closing bracket in YAML."
#define BACKSLASH    "In double quotes, a backslash is written twice; in single quotes, once."
#define TAB          "The line is indented with a tab, which YAML does not allow. Indent with spaces."

/* A colon, and what is taken for one. */
static const char *const colons[] = {
    ":", "\xEF\xBC\x9A", /* U+FF1A, fullwidth */
    "\xEF\xB9\x95",      /* U+FE55, small */
    "\xEF\xB8\x93",      /* U+FE13, vertical */
    "\xEA\x9E\x89",      /* U+A789, a letter */
    "\xE2\x88\xB6",      /* U+2236, ratio */
    "\xCB\x90",          /* U+02D0, of length */
};

/* Which values are not text for YAML. */
static const struct {
	const char *problem; /* part of libyaml's message; "": any */
	const char *begins;  /* the value begins with one of these, each ended by a LF; "": any */
	const char *has;     /* the value has this in it; "": any */
	bool of_key;         /* the value stands behind a key */
	const char *what;
} mistakes[] = {
    {"", "!\n", "", false, IS_A("!", "a tag", "tags") "."},
    {"", "&\n", "", false, IS_A("&", "an anchor", "anchors") WRITE_OUT},
    {"", "*\n", "", false, IS_A("*", "an alias", "aliases") WRITE_OUT},
    {"", "@\n`\n%\n,\n]\n}\n", "", false, NO_BEGINNING},
    {"comment or line break", "|\n>\n", "", false, YAML_NEXT_LINE},
    {"", "- \n", "", true,
	"What begins with \"- \" is a list in YAML, and a list begins on a line of its own."},
    {"", "? \n", "", true, "What begins with \"? \" is a key in YAML."},
    {"", "{\n", "", true, IS_A("{", "a mapping", "mappings in a record") "."},
    {"expected key", "[\n", "", true, YAML_AFTER_BRACKET},
    {"unknown escape", "\"\n", "", true, BACKSLASH},
    {"hexdecimal number", "\"\n", "", true, BACKSLASH}, /* libyaml's spelling */
    {"escape code", "\"\n", "", true, BACKSLASH},
    {"mapping values", "", ": ", true, "\": \" makes a key of what stands before it in YAML."},
    {"expected key", "\"\n'\n", "", true, YAML_AFTER_QUOTE},
};

/* What to do about errors of libyaml, by a part of its message. The last entry matches all. */
static const struct {
	const char *problem, *remedy;
} remedies[] = {
    {"mapping values are not allowed",
	"Put text that has \": \" in it in quotes, and indent all keys of a record alike."},
    {"cannot start any token",
	"Put text that begins with @, ` or % in quotes; indent with spaces, not tabs."},
    {"tab character", "Indent with spaces, not tabs."},
    {"unknown escape", "Write a backslash in double quotes as \\\\, or use single quotes."},
    {"hexdecimal number", "Write a backslash in double quotes as \\\\, or use single quotes."},
    {"end of stream", "A closing quote is missing, or the file is cut off."},
    {"expected ','", "A comma or a closing bracket is missing, or the file is cut off."},
    {"expected ':'", "A key needs \": \" behind it; text that goes on over lines is indented "
		     "further than its key."},
    {"expected '-'", BEGIN_ALIKE},
    {"expected <document", BEGIN_ALIKE},
    {"", "Check the quotes and the indentation here."},
};

const char *
yaml_remedy(const char *problem)
{
	size_t i = 0;

	while (!strstr(problem, remedies[i].problem))
		i++;
	return remedies[i].remedy;
}

/* Whether the text begins with a sign; one that ends with a space may also end the text. */
static bool
begins_with(struct text_slice text, const char *sign, size_t n)
{
	if (text.n + 1 == n && sign[n - 1] == ' ')
		n--;
	return text.n >= n && memcmp(text.text, sign, n) == 0;
}

static void
skip(struct text_slice *text, size_t n)
{
	text->text += n;
	text->n -= n;
}

static bool
is_letter(char c)
{
	static const char letters[] =
	    "_- abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

	return c && strchr(letters, c);
}

/* Takes "key: " off the text; the key may be in quotes. Leaves the text if there is none. */
static struct text_slice
take_key(struct text_slice *text)
{
	struct text_slice rest = *text, key;
	char quote = rest.n && strchr("\"'", *rest.text) ? *rest.text : '\0';

	if (quote)
		skip(&rest, 1);
	key = rest;
	while (rest.n && is_letter(*rest.text))
		skip(&rest, 1);
	key.n -= rest.n;
	if (quote && rest.n && *rest.text == quote)
		skip(&rest, 1);
	if (!key.n || !begins_with(rest, ": ", 2))
		return (struct text_slice){"", 0};
	skip(&rest, 1);
	*text = rest;
	return key;
}

/* Which of the signs that look like a colon the text begins with; the number of them: none. */
static size_t
colon_at(struct text_slice text)
{
	size_t i = 0;

	while (
	    i < sizeof colons / sizeof *colons && !begins_with(text, colons[i], strlen(colons[i])))
		i++;
	return i;
}

/* What stands before a colon, or a sign like it, that makes no key of it. */
static struct text_slice
find_no_key(struct text_slice text)
{
	size_t n = 0;

	while (n < text.n && is_letter(text.text[n]))
		n++;
	struct text_slice rest = {text.text + n, text.n - n};
	bool is = n && colon_at(rest) < sizeof colons / sizeof *colons;
	return is ? (struct text_slice){text.text, n} : (struct text_slice){"", 0};
}

/* The first character if it looks like a space or like nothing, but indents nothing; or 0. */
static uint32_t
odd_space(struct text_slice text)
{
	uint32_t c = 0;
	bool is = text.n && text_decode(text.text, text.n, &c) > 1 &&
		  (text_is_space(c) || text_is_invisible(c));

	return is ? c : 0;
}

struct yaml_line
yaml_line_of(struct text_slice text)
{
	struct yaml_line line = {.key = {"", 0}, .no_key = {"", 0}};
	struct text_slice rest = text;

	yaml_skip_blanks(&rest);
	line.has_tab = rest.n < text.n && memchr(text.text, '\t', text.n - rest.n);
	line.odd_indent = odd_space(rest);
	while (begins_with(rest, "- ", 2)) {
		struct text_slice item = rest;
		skip(&item, 1);
		yaml_skip_blanks(&item);
		/* Behind a key it is a value, and the last one may be nothing but text. */
		line.is_item = true;
		rest = item;
	}
	line.column = text.n - rest.n;
	line.key = take_key(&rest);
	if (!line.key.n)
		line.no_key = find_no_key(rest);
	text_trim(&rest.text, &rest.n);
	line.value = rest;
	return line;
}

/* Whether the second quote of the text closes what the first one opened, as in "a" b. */
static bool
closes(struct text_slice text)
{
	const char *quote = memchr(text.text + 1, *text.text, text.n - 1);

	return quote && quote + 1 < text.text + text.n && strchr(" ,.;:!?)", quote[1]);
}

/* Takes quotes off the ends that were meant to be around all of it. */
static struct text_slice
without_quotes(struct text_slice text)
{
	if (text.n < 2 || !strchr("\"'", *text.text) || text.text[text.n - 1] != *text.text ||
	    closes(text))
		return text;
	return (struct text_slice){text.text + 1, text.n - 2};
}

/* Whether the value can be shown as it has to be written. */
static bool
can_be_shown(const struct yaml_line *line)
{
	struct text_slice text = line->value;
	char shown[TEXT_SHOWN_SIZE];

	if (!line->field || line->goes_on || !text.n || text.n > EXAMPLE_MAX)
		return false;
	/* Invisible characters and the like would have to be escaped. */
	text_show(shown, text.text, text.n);
	return strlen(shown) == text.n && text_scan(text.text, text.n, TEXT_LINE).at == 0;
}

/* Writes the text in quotes, single ones if possible as nothing else is special in them. */
static void
add_quoted(struct buf *out, struct text_slice text)
{
	bool twice = memchr(text.text, '\'', text.n);
	char quote = twice && !memchr(text.text, '"', text.n) && !memchr(text.text, '\\', text.n)
			 ? '"'
			 : '\'';

	buf_add_char(out, quote);
	for (size_t i = 0; i < text.n; i++) {
		if (text.text[i] == '\'' && quote == '\'')
			buf_add_char(out, '\'');
		buf_add_char(out, text.text[i]);
	}
	buf_add_char(out, quote);
}

const char *
yaml_how(char advice[YAML_ADVICE_SIZE], const struct yaml_line *line)
{
	char key[EXAMPLE_MAX];
	struct buf example = {0};

	snprintf(key, sizeof key, "%.*s", (int)line->key.n, line->key.text);
	if (can_be_shown(line)) {
		add_quoted(&example, without_quotes(line->value));
		snprintf(advice, YAML_ADVICE_SIZE, "put it in quotes: %s%s%s", key,
		    line->key.n ? ": " : "- ", buf_text(&example));
	} else if (line->field && line->field->kind == FIELD_TEXT && line->key.n) {
		snprintf(advice, YAML_ADVICE_SIZE,
		    "put it behind |: \"%s: |\", and the text itself in the lines below, "
		    "indented "
		    "further",
		    key);
	} else {
		snprintf(advice, YAML_ADVICE_SIZE,
		    "put all of it in single quotes, with each single quote in it written twice");
	}
	buf_free(&example);
	return advice;
}

static bool
begins_with_one(struct text_slice text, const char *signs)
{
	bool any = !*signs;

	for (const char *end; !any && (end = strchr(signs, '\n')); signs = end + 1)
		any = begins_with(text, signs, (size_t)(end - signs));
	return any;
}

/* Whether the sign is anywhere in the text; one that ends with a space may also end it. */
static bool
has(struct text_slice text, const char *sign)
{
	size_t n = strlen(sign);

	while (n && text.n && !begins_with(text, sign, n))
		skip(&text, 1);
	return !n || text.n;
}

bool
yaml_advise_colon(char advice[YAML_ADVICE_SIZE], const struct yaml_line *line)
{
	const int n = (int)line->no_key.n;
	const char *key = line->no_key.text;
	/* It stands at the beginning of the value, and what is behind it as well. */
	struct text_slice rest = {
	    key + n, (size_t)(line->value.text + line->value.n - key) - line->no_key.n};
	uint32_t c = 0;

	advice[0] = '\0';
	if (!n)
		return false;
	if (*rest.text != ':') {
		text_decode(rest.text, rest.n, &c);
		snprintf(advice, YAML_ADVICE_SIZE,
		    "Behind \"%.*s\" stands U+%04X, which is no colon. Write \"%.*s: \".", n, key,
		    c, n, key);
		return true;
	}
	skip(&rest, 1);
	if ((c = odd_space(rest)))
		snprintf(advice, YAML_ADVICE_SIZE,
		    "Behind \"%.*s:\" stands U+%04X, which is no space. Write \"%.*s: \".", n, key,
		    c, n, key);
	else
		snprintf(advice, YAML_ADVICE_SIZE,
		    "Behind \"%.*s:\" a space is missing. Write \"%.*s: \".", n, key, n, key);
	return true;
}

bool
yaml_advise(char advice[YAML_ADVICE_SIZE], const char *problem, const struct yaml_line *line)
{
	char how[YAML_ADVICE_SIZE];
	size_t i = 0;

	advice[0] = '\0';
	if (line->has_tab && (strstr(problem, "tab") || strstr(problem, "cannot start"))) {
		snprintf(advice, YAML_ADVICE_SIZE, TAB);
		return true;
	}
	if (line->odd_indent) {
		snprintf(advice, YAML_ADVICE_SIZE,
		    "The line is indented with U+%04X, which looks like a space but is none. "
		    "Indent with spaces.",
		    line->odd_indent);
		return true;
	}
	while (i < sizeof mistakes / sizeof *mistakes &&
	       !((line->key.n || !mistakes[i].of_key) && strstr(problem, mistakes[i].problem) &&
		   begins_with_one(line->value, mistakes[i].begins) &&
		   has(line->value, mistakes[i].has)))
		i++;
	if (i == sizeof mistakes / sizeof *mistakes)
		return false;
	snprintf(advice, YAML_ADVICE_SIZE, "%.200s If it is text, %.280s.", mistakes[i].what,
	    yaml_how(how, line));
	return true;
}
