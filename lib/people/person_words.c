/* Words about a person: see person_words.h. */
#include "people/person_words.h"

#include "base/buf.h"

#include <string.h>
#include <utf8proc.h>

#define LEAST 4 /* shorter ones are in too many other words */
#define SHOWN 60

struct search {
	const struct folded *password;
	char *word;
	bool found;
};

static bool
stands_at(const struct folded *password, size_t at, const int32_t *word, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int32_t c = password->text[at + i], meant = word[i];
		if (c != meant &&
		    !(folded_is_ascii_letter(meant) && folded_is_letter(c, (char)meant)))
			return false;
	}
	return true;
}

static void
write_word(char out[TEXT_SHOWN_SIZE], const int32_t *word, size_t n)
{
	char text[SHOWN * 4];
	size_t length = 0;

	for (size_t i = 0; i < n && i < SHOWN; i++)
		length += (size_t)utf8proc_encode_char(word[i], (utf8proc_uint8_t *)text + length);
	text_show(out, text, length);
}

static void
look_for(struct search *s, const int32_t *word, size_t n)
{
	if (s->found || n < LEAST)
		return;
	for (size_t at = 0; at + n <= s->password->n; at++)
		if (stands_at(s->password, at, word, n)) {
			s->found = true;
			write_word(s->word, word, n);
			return;
		}
}

static bool
is_of_word(int32_t c, bool digits)
{
	return c >= 0x80 || folded_is_ascii_letter(c) || (digits && c >= '0' && c <= '9');
}

static void
look_for_parts(struct search *s, const struct folded *name, bool digits)
{
	for (size_t at = 0, n; at < name->n; at += n + 1) {
		n = 0;
		while (at + n < name->n && is_of_word(name->text[at + n], digits))
			n++;
		look_for(s, name->text + at, n);
	}
}

/* "jo.li99" as it is, "joli99", its parts, and their letters. */
static void
look_for_name(struct search *s, const char *text, size_t n)
{
	struct folded name, joined = {.n = 0};

	folded_set(&name, text, n);
	look_for_parts(s, &name, false);
	look_for_parts(s, &name, true);
	look_for(s, name.text, name.n);
	for (size_t i = 0; i < name.n; i++)
		if (is_of_word(name.text[i], true))
			joined.text[joined.n++] = name.text[i];
	look_for(s, joined.text, joined.n);
}

static void
look_for_email(struct search *s, const char *email)
{
	const char *domain = strrchr(email, '@');
	size_t n = domain ? (size_t)(domain - email) : strlen(email);

	look_for_name(s, email, n);
	if (!domain)
		return;
	const char *last = strrchr(++domain, '.');
	look_for_name(s, domain, last ? (size_t)(last - domain) : strlen(domain));
}

/* Both names together: each may be too short by itself. */
static void
look_for_full_name(struct search *s, const char *first, const char *last)
{
	struct buf name = {0};

	buf_printf(&name, "%s %s", first, last);
	look_for_name(s, buf_text(&name), name.len);
	buf_clear(&name);
	buf_printf(&name, "%s %s", last, first);
	look_for_name(s, buf_text(&name), name.len);
	buf_free(&name);
}

bool
person_words_find(
    const struct person_words *person, const struct folded *password, char word[TEXT_SHOWN_SIZE])
{
	struct search s = {.password = password, .word = word};

	if (person->email)
		look_for_email(&s, person->email);
	look_for_full_name(&s, person->first_name ? person->first_name : "",
	    person->last_name ? person->last_name : "");
	return s.found;
}
