/* What the exit codes of the programs mean, beside EXIT_SUCCESS and EXIT_FAILURE. */
#ifndef ACCESSION_EXIT_H
#define ACCESSION_EXIT_H

enum {
	EXIT_USAGE = 2, /* the command line or a setting is wrong */
	EXIT_LIMIT = 3, /* of the parser child: out of memory */
};

#endif
