/*
 * Content models: what an importable kind of item consists of. A model is declared, not programmed
 * (sql/models/README.md); the programs load the declarations from the database (catalog.h). The
 * fields drive header matching, validation, SQL columns, JSON keys, exports and the pages.
 *
 * A model named "standard" lives in the SQL tables standard (the library), standard_diff (what jobs
 * would change) and standard_history (what they changed).
 */
#ifndef ACCESSION_MODEL_H
#define ACCESSION_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODEL_MAX_FIELDS 32

enum field_kind {
	FIELD_ID,      /* the key: T<n> built-in, CT<n> custom; empty asks for a new number */
	FIELD_LINE,    /* one line of text, at most `max` characters, no control characters */
	FIELD_TEXT,    /* text of several lines, at most `max` bytes */
	FIELD_REF,     /* an id of another kind: <prefix><n> or C<prefix><n>, or, without a prefix,
			  a plain number from 1 */
	FIELD_INTEGER, /* min..max: SQL smallint if both fit, else bigint */
	FIELD_BOOLEAN, /* SQL boolean */
	FIELD_RULES,   /* match conditions, see rules.h; at most `max` bytes */
	FIELD_TAGS,    /* names of at most 255 characters separated by ';', together `max` bytes */
	FIELD_REFS,    /* several of these separated by ';', together `max` bytes */
	FIELD_DELETE,  /* a command in the file, not a column of the library */
};
#define FIELD_KINDS (FIELD_DELETE + 1)

struct field {
	const char *name; /* header in files, key in JSON, column in SQL: [a-z_]+ */
	enum field_kind kind;
	bool required; /* must be given when an item is added, and may never be blank */
	bool retired;  /* kept in the database as it is, but no file sets it and nobody sees it */
	bool listed;   /* a column of the library's page */
	long min, max; /* by kind, see above */
	const char *prefix; /* FIELD_ID, FIELD_REF, FIELD_REFS: the letter(s) before the number,
			       without C; of references, "" stands for plain numbers */
	const char *on_add; /* a new item's value if the file gives none; NULL: "", which is not
			       valid for a FIELD_INTEGER or FIELD_BOOLEAN */
	const char *label, *help; /* what people call it, and a sentence about it */
	const char *synonyms;     /* other headers that people use, separated by ';' */
	const char *filter;       /* query parameter that lists and exports filter by; NULL: none */
	int64_t since;            /* the version of the model that had it first */
};

struct model {
	const char *name;
	const struct field *fields; /* in the order of diffs and exports; the first is the id */
	size_t nfields;             /* <= MODEL_MAX_FIELDS */
	const char *title;          /* what people call its items */
	size_t heading;             /* the field that people know an item by */
	int64_t version;            /* raised whenever its fields change, from 1 */
};

/* Headers that exports write and that imports accept but ignore; ends with NULL. */
extern const char *const model_read_only[];

/* Columns that lists of failed rows add to the file's own; imports ignore them as well. */
#define MODEL_ADDED_ROW    "_row"
#define MODEL_ADDED_ERRORS "_errors"

/*
 * Columns that files of held changes have beside the fields; imports ignore them, and "_base", too.
 */
#define MODEL_HELD_ENTRY "_entry"
#define MODEL_HELD_NOTE  "_note"

/* Whether the header is one that lists of failed rows add (n bytes, any case). */
bool model_is_added(const char *text, size_t n);

/* The models that this program knows, the first declared first; ends with a NULL name. */
extern const struct model *models;

/* The most models that there can be. */
#define MODELS_MAX 64

/* The model of that name (n bytes, exact case), or NULL. */
const struct model *model_find(const char *name, size_t n);

/* The index of the model's field of that name (exact), -1 if it has none. */
int model_field_named(const struct model *m, const char *name);

/* The index of the model's field of that kind, e.g. FIELD_DELETE; -1 if it has none. */
int model_field_of_kind(const struct model *m, enum field_kind kind);

/* The names of kinds in declarations, by enum field_kind. */
extern const char *const model_kinds[FIELD_KINDS];

/* The kind of that name, -1 if there is none. */
int model_kind_named(const char *name);

/* Room for an integer in decimal. */
#define MODEL_NUMBER_SIZE 24

/*
 * What a new item gets if nobody says: of kinds that cannot be empty the value nearest to nothing,
 * an integer in digits; NULL for all others.
 */
const char *model_nothing(const struct field *f, char digits[MODEL_NUMBER_SIZE]);

/*
 * Whether the n bytes are an id of the items with that prefix: "T" stands for T<n> and CT<n>, upper
 * case, n from 1 to 999999999999999 (exact as a JSON number too) without leading zeros.
 */
bool model_is_id(const char *prefix, const char *text, size_t n);

/* The same for a reference: without a prefix it is only the number. */
bool model_is_ref(const char *prefix, const char *text, size_t n);

enum header_match {
	HEADER_FIELD,     /* *index is the field */
	HEADER_READ_ONLY, /* accepted and ignored */
	HEADER_RETIRED,   /* a retired field's: accepted with a warning, and ignored */
	HEADER_UNKNOWN,   /* *nearest is the header that was probably meant, or NULL */
};

/*
 * Narrows a header or key of a file to what counts of it: without surrounding white space and a
 * byte order mark, even one that was read as Windows-1252 (the three characters of U+FEFF there).
 */
void model_trim_header(const char **text, size_t *n);

/*
 * Matches a header or key of a file, ignoring case and what model_trim_header leaves out. Sets
 * *index and *nearest as the result says, otherwise to -1 and NULL.
 */
enum header_match model_match_header(
    const struct model *m, const char *text, size_t n, int *index, const char **nearest);

#endif
