/*
 * The SQL of a content model: statements about its tables, written from the field table of model.h.
 * The tables of a model "standard" are standard, standard_diff, standard_history and, while a file
 * is looked at, the temporary stage_standard.
 */
#ifndef ACCESSION_MODEL_SQL_H
#define ACCESSION_MODEL_SQL_H

#include "base/buf.h"
#include "model/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum model_statement {
	/*
	 * The staging table: a row per record of the file. `fresh` numbers, from 1, the rows that
	 * name no id; `bad_id` marks those whose id is none. NULL: the file says nothing about the
	 * field.
	 */
	MODEL_SQL_STAGE,
	MODEL_SQL_STAGE_COPY,
	MODEL_SQL_STAGE_ANALYZE,
	MODEL_SQL_STAGE_DROP,

	/*
	 * What is wrong with staged rows: entry, row, line, field, value, details; in the order of
	 * entries. FAULTS takes $1: by the operator, who may add built-in items and delete none.
	 */
	MODEL_SQL_DUPLICATES,
	MODEL_SQL_FAULTS,

	/*
	 * Fills the diff table from staging. $1 job, $2 attempt, $3 week, $4 by the operator, $5
	 * the highest custom number named in the file. Then DIFF_COUNTS of $1 job, $2 attempt, $3
	 * week tells how many of its rows update, delete, and are at fault: if there are any, ask
	 * FAULTS and roll back. All others add.
	 */
	MODEL_SQL_DIFF,
	MODEL_SQL_DIFF_COUNTS,
	MODEL_SQL_SUMMARY, /* keeps these counts: $1 job, $2 attempt, $3 records, $4 to $6 counts */

	/* An empty, temporary diff table in front of the real one, for diffs that belong to no job.
	 */
	MODEL_SQL_SHADOW,
	MODEL_SQL_SHADOW_DROP,

	/*
	 * The diff of $1 job, $2 attempt, $3 week goes into the library for $4 account (NULL: the
	 * operator); job 0 stands for none. RESERVE comes first, and makes others who change the
	 * model wait; then NUMBER last, which remembers the highest custom number ever used.
	 */
	MODEL_SQL_RESERVE,
	MODEL_SQL_DELETE,
	MODEL_SQL_UPDATE,
	MODEL_SQL_INSERT,
	MODEL_SQL_HISTORY,
	MODEL_SQL_NUMBER,

	/*
	 * Which items are no longer what the diff of $1 job, $2 attempt, $3 week was made from:
	 * entry, id, and "changed", "deleted" or "added".
	 */
	MODEL_SQL_MOVED,
	MODEL_SQL_COUNT
};

/* Where custom items begin in the column position, which orders a library's items. */
#define MODEL_SQL_CUSTOM INT64_C(1000000000000000)

/* The number of columns of the staging table, and the index of those that are no fields. */
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

/* Whether the field is a column of the library beside the id. */
bool model_sql_is_column(const struct field *f);

/* The SQL type of such a field. */
const char *model_sql_type(const struct field *f);

/* Appends to *out a template like those of model_sql.c, written out for the model. */
void model_sql_expand(const struct model *m, const char *t, struct buf *out);

/* Appends the statement to *out. */
void model_sql(const struct model *m, enum model_statement which, struct buf *out);

#endif
