/*
 * The failed rows of a file as csv: its own columns, in which every cell is what it was, and behind
 * them _row and _errors. Mended, it can be uploaded as it is: these two are ignored.
 */
#ifndef ACCESSION_FAILED_ROWS_H
#define ACCESSION_FAILED_ROWS_H

#include "http/request.h"

/* Replies with them; with 404 if the job has none. ?content_model= chooses where several have. */
void failed_rows_send(struct request *r);

#endif
