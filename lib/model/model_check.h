/* Whether a content model's declaration is one that everything else can work with. */
#ifndef ACCESSION_MODEL_CHECK_H
#define ACCESSION_MODEL_CHECK_H

#include "base/error.h"
#include "model/model.h"

/*
 * Looks at all that the rest relies on: names that can be columns, limits that fit their SQL types,
 * values of new items that their fields allow. -1 with ERROR_INPUT and a sentence that names the
 * model, the field, and what is wrong.
 */
int model_check(const struct model *m, struct error *err) __attribute__((warn_unused_result));

/* The same for all models of the program, at its start. */
int model_check_all(struct error *err) __attribute__((warn_unused_result));

#endif
