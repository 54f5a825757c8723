/* What a function of the database refuses: see refusal.h. */
#include "store/refusal.h"

bool
refusal_read(const PGresult *res, int code, struct refusal *refusal)
{
	if (PQntuples(res) == 0 || db_is_null(res, 0, code))
		return false;
	*refusal = (struct refusal){.code = db_get_text(res, 0, code),
	    .body = db_get_text(res, 0, code + 1),
	    .n = db_get_size(res, 0, code + 1)};
	return true;
}
