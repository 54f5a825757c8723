/* Unnamed temporary files in the folder given by the setting spool_dir. */
#ifndef ACCESSION_SPOOL_H
#define ACCESSION_SPOOL_H

#include "base/error.h"

#include <stddef.h>

/* Opens an empty file for reading and writing that disappears when it is closed. -1 on error. */
int spool_open(struct error *err);

/* Writes all n bytes. 0 or -1. */
int spool_write(int fd, const void *bytes, size_t n, struct error *err);

#endif
