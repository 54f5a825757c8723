/*
 * Reads the fields of a small request body, which may be JSON (also if the Content-Type is missing
 * or, as with curl -d, says that it is a form), application/x-www-form-urlencoded or
 * multipart/form-data.
 */
#ifndef ACCESSION_FORM_H
#define ACCESSION_FORM_H

#include "http/request.h"

#include <json-c/json.h>

#define FORM_MAX_BYTES (64 * 1024)

/*
 * Reads the body into a JSON object, which the caller frees with json_object_put. The fields of
 * forms become strings. Returns NULL if the body is unusable; the reply (400, 413, 415) has been
 * made.
 */
json_object *form_read(struct request *r);

#endif
