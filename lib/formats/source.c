/* An uploaded file and its charset: see source.h. */
#include "formats/source.h"

static bool
has_converter(const struct source *s)
{
	return s->charset && s->charset->converter;
}

int
source_open(struct source *s, int fd, const struct charset *charset, struct error *err)
{
	*s = (struct source){.fd = fd, .charset = charset};
	if (!has_converter(s))
		return 0;
	s->converter = iconv_open("UTF-8", charset->converter);
	if (s->converter != (iconv_t)-1)
		return 0;
	s->charset = NULL;
	return error_errno(
	    err, "this host cannot convert %s (libc's iconv lacks it)", charset->name);
}

void
source_close(struct source *s)
{
	if (has_converter(s))
		iconv_close(s->converter);
	s->charset = NULL;
}
