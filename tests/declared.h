/* The content models that come with the program, read from their declarations, for tests in C. */
#ifndef DECLARED_H
#define DECLARED_H

#include "declaration/declaration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DECLARED_MAX 8

/* The model of that name, which lives as long as the program. */
static inline const struct model *
declared(const char *name)
{
	static struct declaration known[DECLARED_MAX];
	struct error err = {0};

	for (size_t i = 0; i < DECLARED_MAX && declaration_files[i].name; i++) {
		const struct sql_file *f = &declaration_files[i];
		if (strcmp(f->name, name) != 0)
			continue;
		if (known[i].model.name ||
		    declaration_read(f->name, f->text, strlen(f->text), &known[i], &err) == 0)
			return &known[i].model;
	}
	fprintf(stderr, "%s cannot be read: %s\n", name, err.message);
	abort();
}

#endif
