/* The checks of a database: see checks.h. */
#include "commands/checks.h"

#include "model/model_sql.h"

#include <string.h>

static const struct sql_file *const sources[] = {model_statement_files, check_files};

/* Returns the file with that number among all of them, and whether it is about content models. */
static const struct sql_file *
file_at(size_t number, bool *of_model)
{
	for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
		*of_model = sources[i] == model_statement_files;
		for (const struct sql_file *file = sources[i]; file->name; file++)
			if (number-- == 0)
				return file;
	}
	return NULL;
}

/* Takes the statement if it is a check. The models' files have other statements as well. */
static bool
take(const struct sql_text *st, bool of_model, struct check *c)
{
	const size_t n = of_model ? strlen(MODEL_SQL_CHECK) : 0;

	if (st->is_part || st->name.n < n || memcmp(st->name.text, MODEL_SQL_CHECK, n) != 0)
		return false;
	*c = (struct check){
	    .name = {st->name.text + n, st->name.n - n},
	    .means = sql_text_note(st, "means"),
	    .of_model = of_model,
	    .sql = st->sql,
	    .look = sql_text_note(st, "look"),
	};
	return true;
}

bool
check_next(struct check_place *place, struct check *c)
{
	const struct sql_file *file;
	struct sql_text st;
	bool of_model;

	for (; (file = file_at(place->file, &of_model)); place->file++, place->at = NULL) {
		if (!place->at)
			place->at = file->text;
		for (const char *next; (next = sql_file_next(place->at, &st));) {
			place->at = next;
			if (take(&st, of_model, c))
				return true;
		}
	}
	return false;
}
