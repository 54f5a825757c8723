/* The one error type: see error.h. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
error_vset(struct error *e, enum error_code code, const char *format, va_list ap)
{
	e->code = code;
	e->sqlstate[0] = '\0';
	vsnprintf(e->message, sizeof e->message, format, ap);
}

int
error_set(struct error *e, enum error_code code, const char *format, ...)
{
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, format);
	error_vset(e, code, format, ap);
	va_end(ap);
	return -1;
}

int
error_errno(struct error *e, const char *format, ...)
{
	int saved = errno;
	va_list ap;

	if (!e)
		return -1;
	va_start(ap, format);
	error_vset(e, ERROR_SYSTEM, format, ap);
	va_end(ap);
	size_t used = strlen(e->message);
	snprintf(e->message + used, sizeof e->message - used, ": %s", strerror(saved));
	return -1;
}
