/*
 * The SQL of a content model. Statements are templates in sql/models/statements, whose README says
 * how to write them; these functions expand them for a model, whether or not it is compiled in.
 */
#ifndef ACCESSION_MODEL_SQL_H
#define ACCESSION_MODEL_SQL_H

#include "base/buf.h"
#include "base/error.h"
#include "base/sql_file.h"
#include "model/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The statements. The files describe each of them, under this name in lower case. */
enum model_statement {
	MODEL_SQL_STAGE_MAKE,
	MODEL_SQL_STAGE_COPY,
	MODEL_SQL_STAGE_ANALYZE,
	MODEL_SQL_STAGE_DUPLICATES,
	MODEL_SQL_STAGE_FAULTS,
	MODEL_SQL_STAGE_BASE,
	MODEL_SQL_STAGE_DIFF,
	MODEL_SQL_STAGE_COUNTS,
	MODEL_SQL_STAGE_TWINS_BEGIN,
	MODEL_SQL_STAGE_TWINS,
	MODEL_SQL_STAGE_TWINS_END,
	MODEL_SQL_STAGE_EMPTIED,
	MODEL_SQL_STAGE_RETURNING,
	MODEL_SQL_STAGE_WARNINGS_MAKE,
	MODEL_SQL_STAGE_WARNINGS_ANALYZE,
	MODEL_SQL_STAGE_WARNINGS,
	MODEL_SQL_STAGE_WARNINGS_END,
	MODEL_SQL_STAGE_SUMMARY,
	MODEL_SQL_DIFF_CHANGES,
	MODEL_SQL_DIFF_WHOLE,
	MODEL_SQL_DIFF_HELD_ROWS,
	MODEL_SQL_DIFF_FIELDS,
	MODEL_SQL_REVIEW_HOLD,
	MODEL_SQL_REVIEW_LOOK,
	MODEL_SQL_REVIEW_CARRY,
	MODEL_SQL_APPLY_RESERVE,
	MODEL_SQL_APPLY_DELETE,
	MODEL_SQL_APPLY_UPDATE,
	MODEL_SQL_APPLY_INSERT,
	MODEL_SQL_APPLY_HISTORY,
	MODEL_SQL_APPLY_NUMBER,
	MODEL_SQL_APPLY_MOVED,
	MODEL_SQL_LIBRARY_ITEMS,
	MODEL_SQL_LIBRARY_EXPORT,
	MODEL_SQL_LIBRARY_COUNT,
	MODEL_SQL_LIBRARY_HISTORY,
	MODEL_SQL_LOAD_SHADOW,
	MODEL_SQL_LOAD_NEXT,
	MODEL_SQL_COUNT
};

/* The files of sql/models/statements; ends with a NULL name. */
extern const struct sql_file model_statement_files[];

/* Those of them that make and change a model's tables; ends with a NULL name. */
extern const struct sql_file model_table_files[];

/* Statements whose names begin like this are checks (see verify.sql); they are not listed in C. */
#define MODEL_SQL_CHECK "verify_"

/* A statement's name, e.g. "stage_make". */
const char *model_sql_name(enum model_statement which);

/*
 * Appends the statement, expanded for the model, to *out. `order` is what a list is sorted by;
 * NULL: by id. Returns 0, or -1 with the error set: no memory, or an invalid template.
 */
int model_sql(const struct model *m, enum model_statement which, const char *order, struct buf *out,
    struct error *err) __attribute__((warn_unused_result));

/* The same for a given template. */
int model_sql_expand(const struct model *m, struct text_slice template, const char *order,
    struct buf *out, struct error *err) __attribute__((warn_unused_result));

/* Where custom items begin in the column `position`, which orders a library's items. In SQL, the
 * function item_position has this number. */
#define MODEL_SQL_CUSTOM INT64_C(1000000000000000)

/* The number of columns of the staging table, and the indexes of those that are not fields. */
enum stage_column {
	STAGE_ENTRY,
	STAGE_ROW,
	STAGE_LINE,
	STAGE_FRESH,
	STAGE_BAD_ID,
	STAGE_DELETE,
	STAGE_ID,
	STAGE_FIELDS /* from here on the fields that are columns of the library, in their order */
};
size_t model_sql_stage_columns(const struct model *m);

/*
 * The parameters of library_items, library_export and library_count, from 0. The last are the
 * fields that lists are filtered by, and then those that hold text, in the order of the model.
 */
enum library_param {
	LIBRARY_ID,
	LIBRARY_AFTER,
	LIBRARY_SEARCH,
	LIBRARY_LIMIT,
	LIBRARY_OFFSET,
	LIBRARY_IDS,
	LIBRARY_UPDATED_BY,
	LIBRARY_UPDATED_FROM,
	LIBRARY_UPDATED_TO,
	LIBRARY_FILTERS
};

/* The most parameters that such a statement can have. */
#define LIBRARY_PARAMS_MAX (LIBRARY_FILTERS + 2 * MODEL_MAX_FIELDS)

/* Whether lists are filtered by the field: by the query parameter `filter`. */
bool model_sql_is_filtered(const struct field *f);

/* Whether lists can be asked for items with some text in the field: by `<name>__icontains`. */
bool model_sql_is_words(const struct field *f);

/* Whether the field is a column of the library other than the id. */
bool model_sql_is_column(const struct field *f);

/* Whether the values of a FIELD_INTEGER fit SQL's smallint; else they are bigint. */
bool model_sql_is_small(const struct field *f);

/* Whether the library's table checks the field's values. */
bool model_sql_is_checked(const struct field *f);

/* The SQL type of such a field. */
const char *model_sql_type(const struct field *f);

#endif
