/*
 * The text of a YAML file on its way to libyaml, kept for a while so that a message can show the
 * line that it is about, and so that comments can be seen, which libyaml does not tell of.
 *
 * libyaml knows YAML 1.1, for which U+0085, U+2028 and U+2029 end a line; for YAML 1.2 and for
 * editors they are characters like others. So it is given noncharacters in their place, which are
 * changed back in what it reads. A file that has these noncharacters itself is refused.
 *
 * Lines are counted from 1, columns in characters from 0, as libyaml's marks have them.
 */
#ifndef ACCESSION_YAML_TEXT_H
#define ACCESSION_YAML_TEXT_H

#include "base/buf.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct yaml_text {
	struct buf text; /* what is kept, and behind it what was not given yet */
	size_t given;    /* bytes of it that were given to libyaml */
	size_t before;   /* bytes that were given before, and are forgotten */
	int64_t line;    /* the line where it begins */
	size_t torn;     /* the column in that line; 0: with it */
	size_t keep_max; /* bytes that were given, and are kept */

	char half[4]; /* a character whose rest is in the next piece of text: nhalf bytes */
	size_t nhalf;
	bool replaced;    /* there was a character that libyaml must not see */
	uint32_t refused; /* the noncharacter behind the text; 0: none */
	size_t hash_at;   /* where, from the file's beginning, the last # stood that... */
	bool has_hash;    /* ...may begin a comment */
	/* The line that was looked at last: lines can be long, and have many values. */
	int64_t seen_line;
	size_t seen, seen_end;    /* where it begins, and ends, or how far its end was sought */
	size_t column, column_at; /* a column of it, and where that is */
};

/* Begins a file; at most keep_max bytes are kept for long. */
void yaml_text_begin(struct yaml_text *t, size_t keep_max);

void yaml_text_free(struct yaml_text *t);

/* Adds the next piece of the file. A lack of memory is in t->text.failed. */
void yaml_text_add(struct yaml_text *t, const char *text, size_t n);

/* Copies up to `size` bytes that were not given yet. Returns how many; 0: more must be added. */
size_t yaml_text_give(struct yaml_text *t, unsigned char *buffer, size_t size);

/* Forgets the lines before that one, as far as they were given. */
void yaml_text_forget(struct yaml_text *t, int64_t line);

/* The line of the byte at that offset among all that were given, or of the last that is there. */
int64_t yaml_text_line_of(const struct yaml_text *t, size_t offset);

/* The line without its end, from that column on; its text is NULL if it is not kept any more. */
struct text_slice yaml_text_at(struct yaml_text *t, int64_t line, size_t column);

/* Whether there can be a comment in what is kept: if not, there is no need to look. */
bool yaml_text_has_comments(const struct yaml_text *t);

/*
 * Changes noncharacters back, in place; returns the new length. Programs that write YAML 1.1
 * indent what follows such an end of a line: more than `indent` spaces behind it are no text.
 */
size_t yaml_text_restore(const struct yaml_text *t, char *text, size_t n, size_t indent);

/* Whether a text that libyaml has read has a noncharacter that may be one that was put there. */
bool yaml_text_is_marked(const struct yaml_text *t, const char *text, size_t n);

#endif
