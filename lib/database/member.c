/* Columns as members of a JSON object: see member.h. */
#include "database/member.h"

#include "base/timestamp.h"

void
db_value(struct json *j, const PGresult *res, int row, int col, enum db_kind kind)
{
	char time[TIMESTAMP_SIZE];

	if (db_is_null(res, row, col)) {
		json_null(j);
		return;
	}
	switch (kind) {
	case DB_INT: json_int(j, db_get_int(res, row, col)); break;
	case DB_BOOL: json_boolean(j, db_get_bool(res, row, col)); break;
	case DB_TEXT: json_string(j, db_get_text(res, row, col), db_get_size(res, row, col)); break;
	case DB_TIME: json_text(j, timestamp_format(db_get_time(res, row, col), time)); break;
	case DB_JSON: json_raw(j, db_get_text(res, row, col), db_get_size(res, row, col)); break;
	}
}

void
db_members(struct json *j, const PGresult *res, int row, const struct db_member *members)
{
	for (; members->key; members++) {
		json_key(j, members->key);
		db_value(j, res, row, members->col, members->kind);
	}
}
