/* An item of a content model as JSON: see item.h. */
#include "store/item.h"

#include "database/db.h"
#include "model/model_sql.h"

static void
member_value(struct json *json, const struct field *f, const PGresult *res, int row, int col)
{
	switch (f->kind) {
	case FIELD_INTEGER: json_int(json, db_get_int(res, row, col)); break;
	case FIELD_BOOLEAN: json_boolean(json, db_get_bool(res, row, col)); break;
	case FIELD_DELETE: json_boolean(json, false); break;
	default: json_string(json, db_get_text(res, row, col), db_get_size(res, row, col));
	}
}

void
item_members(struct json *json, const struct model *m, const PGresult *res, int row, int id_col,
    int first_col, bool with_delete)
{
	for (size_t i = 0; i < m->nfields; i++) {
		const struct field *f = &m->fields[i];
		int at = f->kind == FIELD_ID ? id_col : model_sql_is_column(f) ? first_col++ : -1;
		if (f->retired || (f->kind == FIELD_DELETE && !with_delete))
			continue;
		json_key(json, f->name);
		member_value(json, f, res, row, at);
	}
}
