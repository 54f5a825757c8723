/* Query parameters that must be one of a set of words: see choice.h. */
#include "http/choice.h"

#include <string.h>

#define SHOWN 200 /* bytes of the word to repeat in the reply, at most */

static void
refuse(struct http *http, const char *parameter, const char *word, size_t n, const char *choices)
{
	struct buf message = {0};

	buf_printf(&message, "Select a valid choice. %.*s is not one of the available choices%s%s.",
	    (int)(n < SHOWN ? n : SHOWN), word, *choices ? ": " : "", choices);
	http_reply_field(http, parameter, buf_text(&message));
	buf_free(&message);
}

void
choice_refuse(struct http *http, const char *parameter, const char *word, size_t n)
{
	refuse(http, parameter, word, n, "");
}

void
choice_refuse_of(struct http *http, const char *parameter, const char *word, const char *choices)
{
	refuse(http, parameter, word, strlen(word), choices);
}
