/* Switching features on and off: see feature.h. */
#include "people/feature.h"

enum column { COL_NAME, COL_ENABLED };

#define COLUMNS "name, enabled, changed"

static const struct statement list = {
    "feature_list", "SELECT " COLUMNS " FROM feature ORDER BY name", 0, true};

static const struct statement get = {
    "feature_get", "SELECT " COLUMNS " FROM feature WHERE name = $1", 1, true};

static const struct statement set = {
    "feature_set", "SELECT " COLUMNS " FROM feature_set($1, $2, $3)", 3, false};

PGresult *
feature_list(struct db *db, struct error *err)
{
	return db_query(db, &list, NULL, err);
}

PGresult *
feature_get(struct db *db, const char *name, struct error *err)
{
	return db_query(db, &get, (const char *const[]){name}, err);
}

PGresult *
feature_set(
    struct db *db, const char *key, const char *name, const char *enabled, struct error *err)
{
	return db_query(db, &set, (const char *const[]){key, name, enabled}, err);
}

const char *
feature_name(const PGresult *res, int row)
{
	return db_get_text(res, row, COL_NAME);
}

bool
feature_is_on(const PGresult *res, int row)
{
	return db_get_bool(res, row, COL_ENABLED);
}

void
feature_json(struct json *json, const PGresult *res, int row)
{
	json_begin_object(json);
	json_key(json, "name");
	json_text(json, feature_name(res, row));
	json_key(json, "enabled");
	json_boolean(json, feature_is_on(res, row));
	json_end_object(json);
}
