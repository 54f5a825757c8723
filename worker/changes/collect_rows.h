/*
 * Collects the rows of a file that errors are about, as the file has them. Errors are found in the
 * parser child and in the database, which both keep canonical values only; so once the faulty
 * records are known, a second child reads the file again for these alone. A file without errors
 * costs nothing.
 */
#ifndef ACCESSION_COLLECT_ROWS_H
#define ACCESSION_COLLECT_ROWS_H

#include "base/error.h"
#include "changes/stage.h"
#include "daemon/loop.h"
#include "daemon/report.h"
#include "parser/child.h"

/*
 * Has the child, which was given the file again, return the rows that the report's `entries` name
 * (at least one), adds them to the report, and frees the child. Rows that cannot be read this time
 * either are left out. Returns 0, or -1 with ERROR_DB_CANCELED if there is a reason to stop, or
 * ERROR_SYSTEM.
 */
int collect_rows(struct report *r, const struct stage_file *f, struct child *child,
    struct loop *loop, struct error *err) __attribute__((warn_unused_result));

#endif
