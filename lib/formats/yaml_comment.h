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

/*
 * Warns if a comment stands where an item of a list in brackets would: behind a comma, or the
 * bracket that opens it, and before the last event; `from` is the end of the one before that. Only
 * what looks like an item is told, "#a", and no remark, "# a"; of a list that is empty for it, any
 * comment. `first`: no item was before. Returns whether it warned.
 */
bool yaml_comment_warn_of_item(struct yaml_events *y, yaml_mark_t from, bool first);

#endif
