/*
 * The parser child, `accession parse`: confines itself (sandbox.h), and once told what it is, reads
 * a file from standard input, checks its records, and writes frames (frame.h) to standard output.
 * How it is started: child.h.
 */
#ifndef ACCESSION_PARSE_H
#define ACCESSION_PARSE_H

#include "base/error.h"

/* Its main. 0; -1 with the error set: ERROR_LIMIT, without memory to go on it has told nothing. */
int command_parse(int nargs, char **args, struct error *err);

#endif
