/*
 * Comments that were meant as text: from a " #" on, the rest of a plain value is a comment in YAML,
 * and so is a heading of Markdown that stands in such a value or before it. libyaml does not tell
 * of comments, so they are looked for in the text of the file.
 */
#ifndef ACCESSION_YAML_COMMENT_H
#define ACCESSION_YAML_COMMENT_H

#include "formats/yaml_events.h"

/* Whether a comment follows the last event. */
bool yaml_comment_follows(struct yaml_events *y);

/*
 * Whether a # stands right behind what the last event ends with: a quote, or the bracket of a list;
 * or behind the | or > of its text. For YAML that is no comment, but libyaml leaves out the rest.
 */
bool yaml_comment_touches(struct yaml_events *y);

/*
 * Warns if a comment cuts or empties the last event, a value or an item that the keys have just
 * been given. Of fields that are no text (numbers, references) only an empty value is told.
 */
void yaml_comment_warn(struct yaml_events *y);

#endif
