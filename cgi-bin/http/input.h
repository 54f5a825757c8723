/*
 * Checks the fields of a small request body against a table, with the messages of Django REST
 * framework. Fields that are not in the table are ignored.
 */
#ifndef ACCESSION_INPUT_H
#define ACCESSION_INPUT_H

#include "http/request.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

enum input_kind {
	INPUT_TEXT,         /* one line; white space at its ends is removed */
	INPUT_EMAIL,        /* see email_normalise */
	INPUT_CHOICE,       /* one of the choices */
	INPUT_BOOLEAN,      /* read as "true" or "false" */
	INPUT_LINES,        /* several lines; white space at its ends is removed */
	INPUT_JSON,         /* an object or a list, read as JSON */
	INPUT_NUMBER,       /* a whole number from 0 to max */
	INPUT_PASSWORD,     /* any text, unchanged */
	INPUT_NEW_PASSWORD, /* long enough; the person is not known here */
};

struct input {
	const char *name;
	enum input_kind kind;
	bool required;              /* ignored by input_read_some */
	bool blank;                 /* text may be empty */
	size_t max;                 /* characters of text; the largest number */
	const char *const *choices; /* ends with NULL */
};

/* The value of a field, owned by the form; text is NULL if none was sent. */
struct given {
	const char *text;
	size_t n;
};

/*
 * Reads the request's body into one value for each of the n fields. Returns the form, which the
 * caller frees with json_object_put when the values are no longer needed, or NULL: the reply has
 * been made, with a message for each wrong field.
 */
json_object *
input_read(struct request *r, const struct input *inputs, size_t n, struct given *values);

/* Like input_read, for a PATCH: no field is required. */
json_object *
input_read_some(struct request *r, const struct input *inputs, size_t n, struct given *values);

#endif
