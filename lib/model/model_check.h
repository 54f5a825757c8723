/* Checks that the declaration of a content model is one that all other code can work with. */
#ifndef ACCESSION_MODEL_CHECK_H
#define ACCESSION_MODEL_CHECK_H

#include "base/error.h"
#include "model/model.h"

/* The most letters before the number of an id. */
#define MODEL_PREFIX_MAX 8

/*
 * Checks everything that other code relies on: names that can be SQL columns, limits that fit the
 * SQL types, and values for new items that the fields allow. Returns 0, or -1 with ERROR_INPUT and
 * a sentence that names the model, the field and what is wrong; *at is then the field's index, or
 * m->nfields.
 */
int model_check(const struct model *m, size_t *at, struct error *err)
    __attribute__((warn_unused_result));

#endif
