/*
 * What a declaration changes in a content model that is there, and what it must not change. Nothing
 * here asks the database: whether stored values fit is looked at when the plan is carried out
 * (tables.h).
 */
#ifndef ACCESSION_PLAN_H
#define ACCESSION_PLAN_H

#include "base/buf.h"
#include "declaration/declaration.h"

#include <stdbool.h>

/* What happens to a field. All but words raise the model's version. */
enum {
	PLAN_ADD = 1,
	PLAN_RETIRE = 2,
	PLAN_BRING_BACK = 4,
	PLAN_LIMITS = 8, /* other values are allowed than before */
	PLAN_WORDS = 16, /* what people read, where it stands, what a new item gets */
};

struct plan {
	const struct model *from;
	struct model to; /* `from` as it is to be: retired fields come last */
	struct field fields[MODEL_MAX_FIELDS];
	unsigned changes[MODEL_MAX_FIELDS]; /* by field of `to` */
	char initial[MODEL_MAX_FIELDS]
		    [MODEL_NUMBER_SIZE]; /* new values for new items, of retired fields */
	bool raises;                     /* fields change, and so the model's version */
	struct buf said;                 /* a line for each change, for people */
};

/*
 * Compares the declaration, read from the file of that name, with the model. Returns 0, or -1 with
 * ERROR_INPUT and the line of what cannot be. The plan borrows from both, and must not be copied.
 * The caller frees it in any case.
 */
int plan_make(const struct model *from, const struct declaration *d, const char *name,
    struct plan *p, struct error *err) __attribute__((warn_unused_result));

void plan_free(struct plan *p);

/* Whether the plan changes nothing. */
bool plan_is_empty(const struct plan *p);

#endif
