/*
 * The events of libyaml, checked: what is supported nowhere is refused, nesting and size are
 * limited, and what libyaml does not accept is told in terms of the line where it stands.
 */
#ifndef ACCESSION_YAML_EVENTS_H
#define ACCESSION_YAML_EVENTS_H

#include "formats/decode.h"
#include "formats/findings.h"
#include "formats/keys.h"
#include "formats/yaml_advice.h"
#include "formats/yaml_text.h"

#include <yaml.h>

struct yaml_events {
	struct keys *keys; /* where findings go; the limits */
	bool failed;       /* a fatal finding was reported */

	yaml_parser_t parser;
	bool has_parser;
	yaml_event_t event; /* the last event; all zero if there is none */
	int64_t depth;      /* mappings and sequences that are open after it */
	size_t bytes;       /* given to libyaml since a record began or ended */

	/* Where the reader is: for it to set. */
	bool in_record, in_value, in_list; /* in_value: behind a key, before its value */
	bool skipping;                     /* in a value that was refused: for yaml_skip to set */
	bool is_flow;           /* the record is in brackets: its indentation says nothing */
	size_t least;           /* the column that all lines of such a record have at least */
	yaml_mark_t key, colon; /* where the last key begins and ends */
	int64_t refused;        /* the line where a value was refused last; 0: none */

	uint32_t had; /* the fields that the record has keys for, as bits; for the reader to set */
	uint32_t swallowed; /* those whose keys stand in texts of it, for yaml_lines.c: */
	const struct field *swallowed_in[MODEL_MAX_FIELDS]; /* in whose, */
	int64_t swallowed_at[MODEL_MAX_FIELDS];             /* and in which line */

	int64_t keep;           /* the line where the event before began */
	int64_t quoted;         /* the same if it was in quotes, */
	int64_t quoted_end;     /* and where it ended; 0 if it was not */
	struct yaml_line wrong; /* the line that is wrong */
	struct buf shown;       /* its value, where libyaml was given something else */

	struct yaml_text text;
	struct decoder decoder;
};

/*
 * Starts reading the file. False after a finding; the caller must call yaml_events_close even
 * then. `y` is all zero, and its keys are open.
 */
bool yaml_events_open(struct yaml_events *y, struct keys *keys, const struct source *source);

void yaml_events_close(struct yaml_events *y);

/*
 * Moves to the next event. False after a finding. Tags, anchors and aliases are supported nowhere:
 * those in a value are for the caller to refuse, others end the reading.
 */
bool yaml_next_event(struct yaml_events *y);

/* What the last event has that is not supported: "Tags", "Anchors" or "Aliases"; NULL: nothing. */
const char *yaml_unsupported(const struct yaml_events *y);

/* Skips the rest of the mapping or sequence that the last event began. */
bool yaml_skip(struct yaml_events *y);

/* Reports a fatal error, once. Always returns false. */
bool yaml_fail(struct yaml_events *y, int64_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Tells if in that line a key is none for want of a colon and a space. False if that is not so. */
bool yaml_tell_colon(struct yaml_events *y, int64_t line);

/* Takes a line apart. Its value is what stands at the mark, if there is one. */
struct yaml_line yaml_look_at(struct yaml_events *y, int64_t line, const yaml_mark_t *mark);

/* How to write the value of the last key, which goes on over lines. Returns how. */
const char *yaml_how_of_key(struct yaml_events *y, char how[YAML_ADVICE_SIZE]);

/* What a text is in the file, where libyaml was given something else. Valid until the next call. */
struct text_slice yaml_restored(struct yaml_events *y, struct text_slice text);

/* The number of the mark's line. */
static inline int64_t
yaml_line_number(yaml_mark_t mark)
{
	return (int64_t)mark.line + 1;
}

/* The line where the last event begins. */
static inline int64_t
yaml_here(const struct yaml_events *y)
{
	return yaml_line_number(y->event.start_mark);
}

/* Whether the event, a scalar, is in quotes. */
static inline bool
yaml_is_quoted(const yaml_event_t *e)
{
	return e->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
	       e->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
}

#endif
