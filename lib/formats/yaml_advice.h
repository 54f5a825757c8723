/*
 * What people write in YAML that is something else for YAML: a line taken apart, what is wrong with
 * it, and how to write it instead. Mostly it is text that must be in quotes, so no advice says to
 * remove anything of it.
 */
#ifndef ACCESSION_YAML_ADVICE_H
#define ACCESSION_YAML_ADVICE_H

#include "base/text.h"
#include "model/model.h"

#include <stdbool.h>
#include <stddef.h>

/* What is wrong with values that YAML ends sooner than was meant. */
#define YAML_AFTER_QUOTE \
	"A value that begins with a quote ends with the next one in YAML, and nothing follows."
#define YAML_AFTER_BRACKET \
	"What begins with [ is a list in YAML, and nothing follows its closing bracket."
#define YAML_NEXT_LINE \
	"Behind | and >, text begins on the next line, indented further than its key."

/* A line "  - key: value". */
struct yaml_line {
	bool is_item;             /* "- " is in front */
	bool has_tab;             /* a tab is in the indentation */
	size_t column;            /* where the key begins, or the value if there is none */
	uint32_t odd_indent;      /* what stands there like a space but is none; 0: nothing */
	struct text_slice key;    /* without quotes; empty: none */
	struct text_slice no_key; /* what would be the key, if a colon and a space were behind it */
	struct text_slice value;  /* the rest, without white space at its ends */
	/* To be set by the caller, who also empties no_key if it is not the name of a field: */
	const struct field *field; /* NULL: none, or what the value is cannot be said */
	bool goes_on;              /* the value goes on in the next line */
};

/* Takes spaces and tabs off the beginning of a text. */
static inline void
yaml_skip_blanks(struct text_slice *text)
{
	while (text->n && (*text->text == ' ' || *text->text == '\t')) {
		text->text++;
		text->n--;
	}
}

/* Takes a line apart; nothing is copied. */
struct yaml_line yaml_line_of(struct text_slice text);

#define YAML_ADVICE_SIZE 512

/* Writes how to write the value as text: "put it in quotes: key: 'value'". Returns advice. */
const char *yaml_how(char advice[YAML_ADVICE_SIZE], const struct yaml_line *line);

/*
 * Writes what is wrong with the line and how to write it; `problem` is what libyaml says of it, or
 * "". Returns false, with advice empty, if the line is not known to be wrong.
 */
bool yaml_advise(char advice[YAML_ADVICE_SIZE], const char *problem, const struct yaml_line *line);

/* Writes what is wrong behind no_key. Returns false, with advice empty, if there is none. */
bool yaml_advise_colon(char advice[YAML_ADVICE_SIZE], const struct yaml_line *line);

/* What to do about a problem of libyaml's, whatever the line is. */
const char *yaml_remedy(const char *problem);

#endif
