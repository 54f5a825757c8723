/* Errors and oddities in a file, reported with their place in it. */
#ifndef ACCESSION_FINDING_H
#define ACCESSION_FINDING_H

#include "model/sign.h"

#include <stddef.h>
#include <stdint.h>

enum finding_level { FINDING_ERROR, FINDING_WARNING };

/* A report to the person whose file it is. 0 and NULL mean "none". Pointers are borrowed. */
struct finding {
	enum finding_level level;
	enum sign sign; /* of what kind; every warning has one */
	int64_t entry, row, line;
	const char *field; /* header of the field, as the model (or, unknown, the file) spells it */
	const char *value; /* the value in the file, value_n bytes */
	size_t value_n;
	const char *details; /* one or two plain sentences: what is wrong and what to do */
};

typedef void finding_fn(void *ctx, const struct finding *f);

#endif
