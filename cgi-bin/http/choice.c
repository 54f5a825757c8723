/* Query parameters that must be one of a set of words: see choice.h. */
#include "http/choice.h"

#define SHOWN 200 /* bytes of the word to repeat in the reply, at most */

void
choice_refuse(struct http *http, const char *parameter, const char *word, size_t n)
{
	struct buf message = {0};

	buf_printf(&message, "Select a valid choice. %.*s is not one of the available choices.",
	    (int)(n < SHOWN ? n : SHOWN), word);
	http_reply_field(http, parameter, buf_text(&message));
	buf_free(&message);
}
