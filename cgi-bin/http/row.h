/* Replies made of the rows of a result, each written as an object. */
#ifndef ACCESSION_ROW_H
#define ACCESSION_ROW_H

#include "base/error.h"
#include "base/json_writer.h"
#include "http/request.h"

#include <libpq-fe.h>

typedef void row_json_fn(struct json *json, const PGresult *res, int row);

/*
 * Both clear the result, and reply with the error if it is NULL. row_reply replies with the first
 * row, with 404 if there is none; row_reply_all with {"results":[...]}, all of them.
 */
void row_reply(struct request *r, PGresult *res, row_json_fn *write, const struct error *err);
void row_reply_all(struct request *r, PGresult *res, row_json_fn *write, const struct error *err);

#endif
