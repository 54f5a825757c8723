/*
 * Values that YAML reads otherwise than they were meant: lines of a list or a table that it joins
 * to one, keys that are text for it as they stand behind a |, and backslashes of a path that are
 * escapes in double quotes. libyaml tells of none, so they are looked for in the text of the file.
 */
#ifndef ACCESSION_YAML_LINES_H
#define ACCESSION_YAML_LINES_H

#include "formats/yaml_events.h"

/*
 * Checks the last event, a value or an item that the keys have just been given. Warns if lines of
 * it were joined that look like lines of their own (folded prose is not told), or if it has a path
 * of Windows in double quotes, "C:\temp"; that is refused in a field of one line. Notes keys that
 * stand in it.
 */
void yaml_lines_check(struct yaml_events *y);

/* At the end of a record: warns of the keys noted, if the record has none for these fields. */
void yaml_lines_warn_keys(struct yaml_events *y);

#endif
