/* The content models as the database has them: see catalog.h. */
#include "catalog/catalog.h"

#include "model/model.h"
#include "model/model_check.h"

#include <stdlib.h>
#include <string.h>

enum column {
	COL_VERSION,
	COL_MODEL,
	COL_TITLE,
	COL_HEADING,
	COL_MODEL_VERSION,
	COL_NAME,
	COL_KIND,
	COL_REQUIRED,
	COL_RETIRED,
	COL_LISTED,
	COL_MIN,
	COL_MAX,
	COL_PREFIX,
	COL_INITIAL,
	COL_LABEL,
	COL_HELP,
	COL_SYNONYMS,
	COL_FILTER,
	COL_SINCE
};

const struct statement catalog_statement = {NULL,
    "SELECT v.version, m.name, m.title, m.heading, m.version,"
    "       f.name, f.kind, f.required, f.retired, f.listed, f.min, f.max, f.prefix, f.initial,"
    "       f.label, f.help, f.synonyms, f.filter, f.since"
    "  FROM content_version v"
    "  LEFT JOIN (content_model m JOIN content_field f ON f.content_model = m.name) ON true"
    " ORDER BY m.position, f.position",
    0, true};

/* The loaded models. Their texts are in the result. */
static struct loaded {
	int64_t version;
	PGresult *res;
	struct model *models; /* ends with a NULL name */
	struct field *fields; /* of all of them, one after the other */
} loaded;

static const char *
optional(const PGresult *res, int row, int col)
{
	return db_is_null(res, row, col) ? NULL : db_get_text(res, row, col);
}

static int
read_field(const PGresult *res, int row, struct field *f, struct error *err)
{
	int kind = model_kind_named(db_get_text(res, row, COL_KIND));

	if (kind < 0)
		return error_set(err, ERROR_DB_SCHEMA,
		    "The content model %s has a field of the kind \"%s\", which this program does "
		    "not know: install the newer version.",
		    db_get_text(res, row, COL_MODEL), db_get_text(res, row, COL_KIND));
	*f = (struct field){
	    .name = db_get_text(res, row, COL_NAME),
	    .kind = (enum field_kind)kind,
	    .required = db_get_bool(res, row, COL_REQUIRED),
	    .retired = db_get_bool(res, row, COL_RETIRED),
	    .listed = db_get_bool(res, row, COL_LISTED),
	    .min = (long)db_get_int(res, row, COL_MIN),
	    .max = (long)db_get_int(res, row, COL_MAX),
	    .prefix = optional(res, row, COL_PREFIX),
	    .on_add = optional(res, row, COL_INITIAL),
	    .label = db_get_text(res, row, COL_LABEL),
	    .help = db_get_text(res, row, COL_HELP),
	    .synonyms = db_get_text(res, row, COL_SYNONYMS),
	    .filter = optional(res, row, COL_FILTER),
	    .since = db_get_int(res, row, COL_SINCE),
	};
	return 0;
}

/* Begins the model of that row, whose fields follow. */
static struct model
begin_model(const PGresult *res, int row, const struct field *fields)
{
	return (struct model){
	    .name = db_get_text(res, row, COL_MODEL),
	    .title = db_get_text(res, row, COL_TITLE),
	    .version = db_get_int(res, row, COL_MODEL_VERSION),
	    .fields = fields,
	};
}

static int
end_model(struct model *m, const char *heading, struct error *err)
{
	int found = model_field_named(m, heading);
	size_t at;

	m->heading = found < 0 ? m->nfields : (size_t)found;
	if (model_check(m, &at, err) == 0)
		return 0;
	err->code = ERROR_DB_SCHEMA;
	return -1;
}

/* Fills in the models from the rows, one a field, of which those of a model are adjacent. */
static int
read_models(struct loaded *l, struct error *err)
{
	const PGresult *res = l->res;
	struct model *m = l->models;

	for (int row = 0; row < PQntuples(res) && !db_is_null(res, row, COL_MODEL); row++) {
		const bool first = !m->name;
		if (first)
			*m = begin_model(res, row, &l->fields[row]);
		if (read_field(res, row, &l->fields[row], err) < 0)
			return -1;
		m->nfields++;
		const bool last = row + 1 == PQntuples(res) ||
				  strcmp(m->name, db_get_text(res, row + 1, COL_MODEL)) != 0;
		if (last && end_model(m++, db_get_text(res, row, COL_HEADING), err) < 0)
			return -1;
	}
	return 0;
}

static void
release(struct loaded *l)
{
	free(l->models);
	free(l->fields);
	PQclear(l->res);
}

int
catalog_take(PGresult *res, struct error *err)
{
	const size_t rows = (size_t)PQntuples(res);
	struct loaded l = {.res = res};

	l.models = calloc(rows + 1, sizeof *l.models);
	l.fields = calloc(rows + 1, sizeof *l.fields);
	int done = l.models && l.fields ? read_models(&l, err)
					: error_set(err, ERROR_SYSTEM, "out of memory");
	if (done < 0) {
		release(&l);
		return -1;
	}
	l.version = rows ? db_get_int(res, 0, COL_VERSION) : 0;
	models = l.models;
	release(&loaded);
	loaded = l;
	return 0;
}

int
catalog_load(struct db *db, int64_t version, struct error *err)
{
	if (version && version == loaded.version)
		return 0;
	PGresult *res = db_query(db, &catalog_statement, NULL, err);
	return res ? catalog_take(res, err) : -1;
}

int64_t
catalog_version(void)
{
	return loaded.version;
}
