/* The version of the database's schema: see schema.h. */
#include "database/schema.h"

#include "base/log.h"
#include "database/connection.h"
#include "database/migrations.h"

#include <stdlib.h>
#include <string.h>

#define UNDEFINED_TABLE "42P01"

enum column { COL_VERSION, COL_OLDEST };

static int accept(const PGresult *res, int first, struct error *err);

const struct db_check schema_check = {
    .columns = ", (SELECT pg_catalog.max(version) FROM public.schema_version)"
	       ", (SELECT pg_catalog.max(oldest) FROM public.schema_version)",
    .accept = accept,
};

/* The schema version that this program was made for. */
static int64_t
made_for(void)
{
	int64_t version = 0;

	for (const struct migration *m = migrations; m->name; m++)
		version = strtoll(m->name, NULL, 10);
	return version;
}

static int
accept(const PGresult *res, int first, struct error *err)
{
	const int64_t ours = made_for();

	if (!res && strcmp(err->sqlstate, UNDEFINED_TABLE) == 0)
		return error_set(err, ERROR_DB_SCHEMA,
		    "The database has no tables yet: run \"accession migrate\".");
	if (!res && err->code == ERROR_DB)
		err->code = ERROR_DB_SCHEMA; /* e.g. no access granted yet */
	if (!res)
		return -1;
	const int64_t theirs = db_get_int(res, 0, first + COL_VERSION);
	const int64_t oldest = db_get_int(res, 0, first + COL_OLDEST);
	if (theirs < ours)
		return error_set(err, ERROR_DB_SCHEMA,
		    "The database's schema is version %lld, and this program needs %lld: run "
		    "\"accession migrate\".",
		    (long long)theirs, (long long)ours);
	if (oldest > ours)
		return error_set(err, ERROR_DB_SCHEMA,
		    "The database's schema is version %lld, which needs programs made for %lld or "
		    "newer. This one was made for %lld: install the newer version.",
		    (long long)theirs, (long long)oldest, (long long)ours);
	return 0;
}

void
schema_log_unfit(struct log_repeated *last, const struct error *err)
{
	if (err->code == ERROR_DB_SCHEMA)
		log_repeated(last, LOG_LEVEL_WARNING, "cannot work yet: %s", err->message);
	else
		log_repeated(last, LOG_LEVEL_WARNING,
		    "the database cannot be reached yet: %s; trying again", err->message);
}

void
schema_look(const char *role, const char *application)
{
	struct log_repeated nothing = {0};
	struct error err = {0};
	struct db db;

	db_init(&db, role, application, NULL);
	db.accept = &schema_check;
	if (db_connect(&db, &err) < 0)
		schema_log_unfit(&nothing, &err);
	db_close(&db);
}
