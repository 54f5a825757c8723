/*
 * Forms, cgi-bin/http/multipart.c and cgi-bin/http/mediatype.c. The input is a line with the
 * Content-Type, a line whose bytes are the lengths of the slices that the body is fed in, and the
 * body.
 */
#include "fuzz.h"
#include "http/mediatype.h"
#include "http/multipart.h"

#include <stdlib.h>
#include <string.h>

/* The parser's calls, as text; a part's data are joined, however many calls they took. */
struct form {
	struct buf log;
	bool in_part;
	size_t calls;
	size_t stop_at; /* the call that stops the parser, from 1; 0: none */
	bool stopped;
};

static int
on_call(struct form *f)
{
	HOLDS(!f->stopped);
	f->stopped = ++f->calls == f->stop_at;
	return f->stopped;
}

static int
on_begin(void *ctx, const struct multipart_part *part)
{
	struct form *f = ctx;

	HOLDS(!f->in_part);
	f->in_part = true;
	HOLDS(part->name && fuzz_is_string(part->name));
	HOLDS(fuzz_is_string(part->filename));
	HOLDS(!part->filename || !strpbrk(part->filename, "/\\"));
	HOLDS(part->content_type);
	HOLDS(!strpbrk(part->name, "\r\n") && !strpbrk(part->content_type, "\r\n"));
	fuzz_plant(part->name, strlen(part->name));
	buf_printf(&f->log, "\nbegin %s/%s/%s:", part->name, part->filename ? part->filename : "-",
	    part->content_type);
	return on_call(f);
}

static int
on_data(void *ctx, const char *bytes, size_t n)
{
	struct form *f = ctx;

	HOLDS(f->in_part && n);
	fuzz_plant(bytes, n);
	buf_add(&f->log, bytes, n);
	return on_call(f);
}

static int
on_end(void *ctx)
{
	struct form *f = ctx;

	HOLDS(f->in_part);
	f->in_part = false;
	buf_add_text(&f->log, "\nend");
	return on_call(f);
}

static const struct multipart_handler handler = {on_begin, on_data, on_end};

struct slices {
	const char *lengths; /* one per byte, used in turn and repeated; "": all in one slice */
	const char *body;
	size_t n;
};

/* Feeds a form in slices; the log ends with the result. */
static void
feed(struct form *f, const char *boundary, struct slices s)
{
	struct error err = {0};
	struct multipart *mp = multipart_open(boundary, &handler, f, &err);
	enum multipart_result result = MULTIPART_OK;
	const char *length = s.lengths;

	HOLDS(mp);
	while (s.n && result == MULTIPART_OK) {
		size_t n = *length ? (unsigned char)*length++ : s.n;
		if (!*length)
			length = s.lengths;
		n = n < s.n ? n : s.n;
		/* A separate copy of the slice, so that reads beyond it are noticed. */
		char *slice = malloc(n);
		HOLDS(slice);
		memcpy(slice, s.body, n);
		result = multipart_feed(mp, slice, n, &err);
		free(slice);
		s.body += n;
		s.n -= n;
	}
	size_t calls = f->calls;
	if (result != MULTIPART_OK)
		HOLDS(multipart_feed(mp, "\r\n--", 4, &err) == result);
	enum multipart_result end = multipart_finish(mp, &err);
	HOLDS(result == MULTIPART_OK ? end != MULTIPART_STOPPED : end == result);
	HOLDS(f->calls == calls && f->stopped == (end == MULTIPART_STOPPED));
	HOLDS(end != MULTIPART_OK || !f->in_part);
	HOLDS((end == MULTIPART_FAILED) == (err.code == ERROR_INPUT));
	HOLDS(fuzz_is_string(err.message));
	buf_printf(&f->log, "\n%d %s", (int)end, err.message);
	multipart_close(mp);
}

static bool
same(const struct form *a, const struct form *b)
{
	return fuzz_same(a->log.data, a->log.len, b->log.data, b->log.len);
}

/* Calls and result are the same whatever the slices, and no call follows one that stops. */
static void
check_slices(const char *boundary, const char *lengths, const char *body, size_t n)
{
	struct form whole = {0}, sliced = {0}, bytes = {0}, stopped = {0};

	feed(&whole, boundary, (struct slices){"", body, n});
	feed(&sliced, boundary, (struct slices){lengths, body, n});
	feed(&bytes, boundary, (struct slices){"\1", body, n});
	HOLDS(same(&whole, &sliced) && same(&whole, &bytes));
	if (whole.calls) {
		stopped.stop_at = 1 + n % whole.calls;
		feed(&stopped, boundary, (struct slices){"", body, n});
		HOLDS(stopped.stopped);
	}
	buf_free(&whole.log);
	buf_free(&sliced.log);
	buf_free(&bytes.log);
	buf_free(&stopped.log);
}

/* Whatever a part's data are, they arrive unchanged, unless the delimiter is in them. */
static void
check_data(const char *boundary, const char *lengths, const char *data, size_t n)
{
	struct buf delimiter = {0}, body = {0}, expected = {0};
	struct form f = {0};

	buf_printf(&delimiter, "\r\n--%s", boundary);
	buf_printf(
	    &body, "%s\r\nContent-Disposition: form-data; name=a\r\n\r\n", delimiter.data + 2);
	size_t head = body.len - 2;
	buf_add(&body, data, n);
	if (!memmem(body.data + head, body.len - head, delimiter.data, delimiter.len)) {
		buf_printf(&body, "%s--", delimiter.data);
		feed(&f, boundary, (struct slices){lengths, body.data, body.len});
		buf_add_text(&expected, "\nbegin a/-/text/plain:");
		buf_add(&expected, data, n);
		buf_add_text(&expected, "\nend\n0 ");
		HOLDS(fuzz_same(f.log.data, f.log.len, expected.data, expected.len));
	}
	buf_free(&delimiter);
	buf_free(&body);
	buf_free(&expected);
	buf_free(&f.log);
}

static bool
is_boundary(const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++) {
		if (text[i] < ' ' || text[i] > '~')
			return false;
	}
	return n && n <= MULTIPART_MAX_BOUNDARY && text[n - 1] != ' ';
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char *type = fuzz_take_line(&bytes, &n), *lengths = fuzz_take_line(&bytes, &n);
	const char *body = (const char *)bytes;
	struct buf boundary = {0};
	struct error err = {0};
	struct form none = {0};

	int got = mediatype_parameter(type, "boundary", &boundary);
	HOLDS(got == 1 || !boundary.len);
	if (is_boundary(buf_text(&boundary))) {
		check_slices(buf_text(&boundary), lengths, body, n);
		check_data(buf_text(&boundary), lengths, body, n);
	} else {
		HOLDS(!multipart_open(buf_text(&boundary), &handler, &none, &err));
		HOLDS(err.code == ERROR_INPUT && *err.message);
	}
	buf_free(&boundary);
	free(lengths);
	free(type);
	return 0;
}
