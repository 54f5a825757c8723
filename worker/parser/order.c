/* What the parser child is told about its file: see order.h. */
#include "parser/order.h"

#include "parser/frame.h"

#define WANTED_MAX ((size_t)64 * 1024) /* numbers in a frame */

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

void
order_write(struct buf *out, const struct model *m, const char *format, const int64_t *wanted,
    size_t nwanted)
{
	size_t begun = frame_begin(out, FRAME_MODEL);

	declaration_write(m, out);
	frame_end(out, begun);
	begun = frame_begin(out, FRAME_FORMAT);
	buf_add_text(out, format);
	frame_end(out, begun);
	for (size_t done = 0, n; done < nwanted; done += n) {
		n = smaller(nwanted - done, WANTED_MAX);
		begun = frame_begin(out, FRAME_WANTED);
		for (size_t i = 0; i < n; i++)
			buf_add_u64(out, (uint64_t)wanted[done + i]);
		frame_end(out, begun);
	}
}

static int
refuse(struct error *err)
{
	return error_set(err, ERROR_INPUT, "the parser was told of a file that it does not know");
}

static int64_t
number_at(const char *bytes)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | (unsigned char)bytes[i];
	return (int64_t)v;
}

/* Takes the numbers of records. False if they are not ascending, from 1. */
static bool
take_wanted(struct order *o, const struct frame *f)
{
	int64_t last =
	    o->wanted.len ? ((const int64_t *)o->wanted.data)[o->wanted.len / sizeof last - 1] : 0;

	for (size_t i = 0; i + 8 <= f->n; i += 8) {
		int64_t entry = number_at(f->data + i);
		if (entry <= last)
			return false;
		buf_add(&o->wanted, &entry, sizeof entry);
		last = entry;
	}
	return f->n % 8 == 0;
}

/* Each frame has its place. */
static int
take(struct order *o, int place, const struct frame *f, struct error *err)
{
	if (place == 0 && f->type == FRAME_MODEL)
		return declaration_read("the content model", f->data, f->n, &o->model, err);
	if (place == 1 && f->type == FRAME_FORMAT)
		return (o->format = format_find(f->data, f->n)) ? 0 : refuse(err);
	if (place > 1 && f->type == FRAME_WANTED)
		return take_wanted(o, f) ? 0 : refuse(err);
	return refuse(err);
}

int
order_read(const char *bytes, size_t n, struct order *o, struct error *err)
{
	struct frame f;

	*o = (struct order){0};
	for (int place = 0; n > 0; place++) {
		if (frame_parse(bytes, n, &f) <= 0)
			return refuse(err);
		if (take(o, place, &f, err) < 0)
			return -1;
		bytes += FRAME_HEADER + f.n;
		n -= FRAME_HEADER + f.n;
	}
	if (o->wanted.failed)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	return o->format ? 0 : refuse(err);
}

void
order_free(struct order *o)
{
	declaration_free(&o->model);
	buf_free(&o->wanted);
}
