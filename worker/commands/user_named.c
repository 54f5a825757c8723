/* Users by email: see user_named.h. */
#include "commands/user_named.h"

#include "base/text.h"
#include "people/account.h"

#include <stdio.h>
#include <string.h>

PGresult *
user_named(struct db *db, const char *email, char id[USER_ID_SIZE], struct error *err)
{
	char shown[TEXT_SHOWN_SIZE];
	PGresult *res = account_find(db, email, err);

	if (res && PQntuples(res) == 0) {
		PQclear(res);
		res = NULL;
		error_set(err, ERROR_NOT_FOUND,
		    "There is no user \"%s\": \"accession user list\" shows who there is.",
		    text_show(shown, email, strlen(email)));
	}
	if (res)
		snprintf(id, USER_ID_SIZE, "%lld", (long long)account_id(res));
	return res;
}
