/*
 * The fields of a small request body, whatever it is sent as: JSON (also without a Content-Type,
 * and in what curl -d calls a form), application/x-www-form-urlencoded, multipart/form-data.
 */
#ifndef ACCESSION_FORM_H
#define ACCESSION_FORM_H

#include "http/request.h"

#include <json-c/json.h>

#define FORM_MAX_BYTES (64 * 1024)

/*
 * Reads the body into a JSON object, the caller's to json_object_put; the fields of forms are
 * strings. NULL: the body is unusable and the reply (400, 413, 415) is made.
 */
json_object *form_read(struct request *r);

#endif
