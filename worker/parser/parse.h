/*
 * The parser child, `accession parse`: confines itself (sandbox.h), waits to be told what its file
 * is, reads it from standard input, checks its records, and writes frames (frame.h) to standard
 * output. It is started by child.h.
 */
#ifndef ACCESSION_PARSE_H
#define ACCESSION_PARSE_H

#include "base/error.h"

/*
 * Its main. Returns 0, or -1 with the error set: ERROR_LIMIT if it ran out of memory, which no
 * frame reports.
 */
int command_parse(int nargs, char **args, struct error *err);

#endif
