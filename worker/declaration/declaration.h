/*
 * Declarations of content models: YAML files, one for each model. sql/models/README.md explains the
 * keys. The parser child is told its model in the same form.
 */
#ifndef ACCESSION_DECLARATION_H
#define ACCESSION_DECLARATION_H

#include "base/buf.h"
#include "base/error.h"
#include "base/sql_file.h"
#include "model/model.h"

#include <stddef.h>

/* The longest declaration, in bytes. */
#define DECLARATION_MAX ((size_t)256 * 1024)

/* A model as it was declared. Must not be copied: the model points into it. */
struct declaration {
	struct model model;
	struct field fields[MODEL_MAX_FIELDS];
	int lines[MODEL_MAX_FIELDS]; /* where each field is declared */
	struct buf text;             /* the strings */
};

/*
 * Reads a declaration of n bytes, fills in what it leaves out, and checks that the model can work
 * (model_check). Returns 0, or -1 with ERROR_INPUT and a sentence that begins with `name` and the
 * line, or with ERROR_SYSTEM. The caller frees *d in any case.
 */
int declaration_read(const char *name, const char *bytes, size_t n, struct declaration *d,
    struct error *err) __attribute__((warn_unused_result));

/* Appends the model's declaration, complete, so that declaration_read returns the same model. */
void declaration_write(const struct model *m, struct buf *out);

void declaration_free(struct declaration *d);

/* The declarations that come with the program, in the order of their names; ends with NULL. */
extern const struct sql_file declaration_files[];

/* The text of the one for the model of that name, or NULL. */
const char *declaration_built_in(const char *name);

#endif
