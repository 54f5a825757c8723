/*
 * Checking the fields of a small request body against a table, with the messages of Django REST
 * framework. Fields that are in no row are ignored.
 */
#ifndef ACCESSION_INPUT_H
#define ACCESSION_INPUT_H

#include "http/request.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

enum input_kind {
	INPUT_TEXT,         /* one line, without the white space at its ends */
	INPUT_CHOICE,       /* one of the choices */
	INPUT_BOOLEAN,      /* read as "true" or "false" */
	INPUT_PASSWORD,     /* any text, as it is */
	INPUT_NEW_PASSWORD, /* as password_acceptable wants it */
};

struct input {
	const char *name;
	enum input_kind kind;
	bool required;              /* except by input_read_some */
	bool blank;                 /* text may be empty */
	size_t max;                 /* characters of text */
	const char *const *choices; /* ends with NULL */
};

/* What was given; text NULL: nothing was. It belongs to the form. */
struct given {
	const char *text;
	size_t n;
};

/*
 * Reads the request's body into one value for each of the n fields. NULL: the reply is made, with a
 * message for each field that is wrong. The form is the caller's to json_object_put when the values
 * are no longer needed.
 */
json_object *
input_read(struct request *r, const struct input *inputs, size_t n, struct given *values);

/* As input_read for a PATCH: no field has to be there. */
json_object *
input_read_some(struct request *r, const struct input *inputs, size_t n, struct given *values);

#endif
