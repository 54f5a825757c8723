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

	const char *text = declaration_built_in(name);

	for (size_t i = 0; i < DECLARED_MAX && text; i++) {
		struct declaration *d = &known[i];
		if (!d->model.name && declaration_read(name, text, strlen(text), d, &err) < 0)
			break;
		if (strcmp(d->model.name, name) == 0)
			return &d->model;
	}
	fprintf(stderr, "%s cannot be read: %s\n", name, err.message);
	abort();
}

#endif
