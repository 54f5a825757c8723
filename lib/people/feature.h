/* Switching whole features on and off. Results have rows for feature_json. */
#ifndef ACCESSION_FEATURE_H
#define ACCESSION_FEATURE_H

#include "base/error.h"
#include "base/json_writer.h"
#include "database/db.h"

#include <stdbool.h>

/* All features, by name. This and the functions below return NULL with the error of db_query. */
PGresult *feature_list(struct db *db, struct error *err);

/*
 * Get a feature, or switch it ("true" or "false") and get it; no row if there is none. Who switches
 * is found by the key of their credential (NULL: the operator).
 */
PGresult *feature_get(struct db *db, const char *name, struct error *err);
PGresult *feature_set(
    struct db *db, const char *key, const char *name, const char *enabled, struct error *err);

/* The name and the switch in a row. */
const char *feature_name(const PGresult *res, int row);
bool feature_is_on(const PGresult *res, int row);

/* Writes {"name":...,"enabled":...}. */
void feature_json(struct json *json, const PGresult *res, int row);

#endif
