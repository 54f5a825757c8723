/* The programs' exit codes besides EXIT_SUCCESS and EXIT_FAILURE. */
#ifndef ACCESSION_EXIT_H
#define ACCESSION_EXIT_H

enum {
	EXIT_USAGE = 2, /* the command line or a setting is wrong */
	EXIT_LIMIT = 3, /* the parser child ran out of memory */
};

#endif
