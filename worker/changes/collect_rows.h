/*
 * The rows of a file that errors are about, to be given back as the file has them. What is wrong is
 * found in the parser child and in the database, which both have canonical values only; so once it
 * is known which records are at fault, a second child reads the file again for these alone. A file
 * without errors costs nothing.
 */
#ifndef ACCESSION_COLLECT_ROWS_H
#define ACCESSION_COLLECT_ROWS_H

#include "base/error.h"
#include "changes/stage.h"
#include "daemon/loop.h"
#include "daemon/report.h"
#include "parser/child.h"

/*
 * Lets the child, which has the file before it again, give the rows that the report's `entries`
 * name (at least one), adds them to the report, and frees the child. Rows that cannot be read the
 * second time either are left out. -1 with ERROR_DB_CANCELED if the job is to be left alone, or
 * ERROR_SYSTEM.
 */
int collect_rows(struct report *r, const struct stage_file *f, struct child *child,
    struct loop *loop, struct error *err) __attribute__((warn_unused_result));

#endif
