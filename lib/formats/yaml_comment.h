/*
 * Comments that were meant as text: from a " #" on, the rest of a plain value is a comment in YAML,
 * and so is a heading of Markdown that stands in such a value or before it. libyaml does not tell
 * of comments, so they are looked for in the text of the file.
 */
#ifndef ACCESSION_YAML_COMMENT_H
#define ACCESSION_YAML_COMMENT_H

#include "formats/yaml_events.h"

/* The comment that follows the last event; its text is NULL if there is none. */
struct text_slice yaml_comment_behind(struct yaml_events *y);

/*
 * Warns if a comment cuts or empties the last event, a value or an item that the keys have just
 * been given. Of fields that are no text (numbers, references) only an empty value is told.
 */
void yaml_comment_warn(struct yaml_events *y);

#endif
