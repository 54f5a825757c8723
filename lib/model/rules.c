/* Match conditions: see rules.h. A hand-written parser, one function per line of the grammar. */
#include "model/rules.h"

#include "base/text.h"
#include "model/model.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define ANSWER_PREFIX "A"
#define TERM_MAX      24 /* room for "!CA" and 15 digits; longer terms are wrong */
#define FOUND_MAX     20 /* most characters of the wrong text that a message shows */

struct parser {
	const char *text;
	size_t n;
	size_t at; /* the byte to look at next */
	struct buf *out;
	char *message;
	size_t size;
};

/* What people write by mistake, anywhere in the text. */
static const struct {
	const char *word, *hint;
} hints[] = {
    {"OR", " Separate rules by \";\"."},
    {"||", " Separate rules by \";\"."},
    {"|", " Separate rules by \";\"."},
    {"&&", " Write AND."},
    {"&", " Write AND."},
    {"NOT", " Write ! directly before the answer."},
    {"!", " Write ! directly before the answer."},
};

/* Writes the message about the byte at p->at. Always false, so that it can be returned. */
__attribute__((format(printf, 2, 3))) static bool
fail(struct parser *p, const char *format, ...)
{
	va_list ap;
	size_t column = text_scan(p->text, p->at, TEXT_LINES).chars + 1;
	int used = snprintf(p->message, p->size, "Column %zu: ", column);

	if (used > 0 && (size_t)used < p->size) {
		va_start(ap, format);
		vsnprintf(p->message + used, p->size - (size_t)used, format, ap);
		va_end(ap);
	}
	return false;
}

static void
skip_space(struct parser *p)
{
	size_t length;

	while ((length = text_space(p->text + p->at, p->n - p->at)))
		p->at += length;
}

/* Whether a rule ends here, at a ";" or at the end of the text. */
static bool
at_end(const struct parser *p)
{
	return p->at == p->n || p->text[p->at] == ';';
}

/* The length in bytes of the word here, up to white space, ";" or the end. */
static size_t
word_length(const struct parser *p)
{
	size_t i = p->at;

	while (i < p->n && p->text[i] != ';' && !text_space(p->text + i, p->n - i))
		i++;
	return i - p->at;
}

/* Fails with what was expected and what is here instead. */
static bool
unexpected(struct parser *p, const char *expected)
{
	const char *word = p->text + p->at;
	size_t n = word_length(p), shown = 0, length;
	uint32_t c;
	const char *hint = "";

	if (at_end(p))
		return fail(p, "expected %s.", expected);
	for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
		if (strlen(hints[i].word) == n && strncasecmp(hints[i].word, word, n) == 0)
			hint = hints[i].hint;
	}
	for (int i = 0; i < FOUND_MAX && (length = text_decode(word + shown, n - shown, &c)); i++)
		shown += length;
	return fail(p, "expected %s, found \"%.*s%s\".%s", expected, (int)shown, word,
	    shown < n ? "..." : "", hint);
}

/* Writes the canonical spelling of the term here. Returns its length; 0 after failing if there is
 * none. */
static size_t
parse_term(struct parser *p, char term[TERM_MAX])
{
	size_t n = word_length(p);

	if (n <= TERM_MAX) {
		for (size_t i = 0; i < n; i++) {
			char c = p->text[p->at + i];
			term[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
		}
		size_t sign = n && term[0] == '!';
		if (model_is_id(ANSWER_PREFIX, term + sign, n - sign))
			return n;
	}
	unexpected(p, "an answer such as A12 or !A12");
	return 0;
}

/* Whether the rule so far has the same answer with the opposite sign. */
static bool
contradicts(const struct text_set *terms, const char *term, size_t n)
{
	char opposite[TERM_MAX + 1] = "!";

	if (term[0] == '!')
		return text_set_has(terms, term + 1, n - 1);
	memcpy(opposite + 1, term, n);
	return text_set_has(terms, opposite, n + 1);
}

/* Appends the term unless the rule already has it; false if it contradicts the rule. */
static bool
add_term(struct parser *p, struct text_set *terms, const char *term, size_t n)
{
	if (contradicts(terms, term, n)) {
		size_t sign = term[0] == '!';
		return fail(p, "the rule both wants and excludes %.*s, so it can never hold.",
		    (int)(n - sign), term + sign);
	}
	if (text_set_has(terms, term, n))
		return true;
	if (terms->used)
		buf_add_text(p->out, " AND ");
	/* The set borrows the text, which does not move: rules_canonical has made room in out. */
	buf_add(p->out, term, n);
	text_set_add(terms, p->out->data + p->out->len - n, n);
	return terms->failed ? fail(p, "out of memory.") : true;
}

/* Reads a rule, up to its ";" or the end, and appends it to out. */
static bool
parse_rule(struct parser *p)
{
	struct text_set terms = {0};
	char term[TERM_MAX];
	bool ok = false;

	for (;;) {
		size_t n = parse_term(p, term);
		if (!n || !add_term(p, &terms, term, n))
			goto out;
		p->at += n;
		skip_space(p);
		if (at_end(p))
			break;
		if (word_length(p) != 3 || strncasecmp(p->text + p->at, "AND", 3) != 0) {
			unexpected(p, "AND or \";\"");
			goto out;
		}
		p->at += 3;
		skip_space(p);
	}
	ok = true;
out:
	text_set_free(&terms);
	return ok;
}

/* Reads all rules, appending those that are new. */
static bool
parse_rules(struct parser *p, struct text_set *rules)
{
	size_t start = p->out->len;

	for (;; p->at++) {
		skip_space(p);
		if (p->at == p->n)
			return true;
		if (p->text[p->at] == ';')
			continue;

		size_t before = p->out->len;
		if (before > start)
			buf_add_char(p->out, ';');
		size_t rule = p->out->len;
		if (!parse_rule(p))
			return false;
		if (!text_set_add(rules, p->out->data + rule, p->out->len - rule))
			p->out->len = before;
		if (rules->failed)
			return fail(p, "out of memory.");
		if (p->at == p->n)
			return true;
	}
}

bool
rules_canonical(const char *text, size_t n, struct buf *out, char *message, size_t size)
{
	struct parser p = {.text = text, .n = n, .out = out, .message = message, .size = size};
	struct text_set rules = {0};
	size_t start = out->len;

	/* The canonical spelling is never longer. */
	bool ok = buf_reserve(out, n) ? parse_rules(&p, &rules) : fail(&p, "out of memory.");
	if (!ok)
		out->len = start;
	if (out->data)
		out->data[out->len] = '\0';
	text_set_free(&rules);
	return ok;
}
