/* An item of a content model as JSON: see item.h. */
#include "store/item.h"

#include "database/db.h"

bool
item_is_stored(const struct field *f)
{
	return f->kind != FIELD_DELETE;
}

static void
member_value(struct json *json, const struct field *f, const PGresult *res, int row, int col)
{
	switch (f->kind) {
	case FIELD_INTEGER: json_int(json, db_get_int(res, row, col)); break;
	case FIELD_BOOLEAN: json_boolean(json, db_get_bool(res, row, col)); break;
	default: json_string(json, db_get_text(res, row, col), db_get_size(res, row, col));
	}
}

void
item_members(struct json *json, const struct model *m, const PGresult *res, int row, int id_col,
    int first_col, bool with_mark_delete)
{
	for (size_t i = 0; i < m->nfields; i++) {
		const struct field *f = &m->fields[i];
		if (f->kind == FIELD_DELETE) {
			if (!with_mark_delete)
				continue;
			json_key(json, f->name);
			json_boolean(json, false);
			continue;
		}
		json_key(json, f->name);
		member_value(json, f, res, row, f->kind == FIELD_ID ? id_col : first_col++);
	}
}
