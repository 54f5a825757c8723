/*
 * The failed rows of a file as csv: the file's own columns, every cell unchanged, followed by _row
 * and _errors. Once corrected, the csv can be uploaded as it is, because an import ignores these
 * two.
 */
#ifndef ACCESSION_FAILED_ROWS_H
#define ACCESSION_FAILED_ROWS_H

#include "http/request.h"

/*
 * Replies with the failed rows, or 404 if the job has none. If several models have some,
 * ?content_model= chooses one.
 */
void failed_rows_send(struct request *r);

#endif
