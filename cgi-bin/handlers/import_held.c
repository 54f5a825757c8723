/*
 * The changes that are held back, as a file: to be mended, and imported again. Like an export, it
 * is spooled before it is sent.
 */
#include "base/config.h"
#include "base/spool.h"
#include "formats/writer.h"
#include "handlers/diff_visible.h"
#include "handlers/handlers.h"
#include "http/choice.h"
#include "http/download.h"
#include "store/held.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* Models of the diff: those that something is held of, or all. */
struct choices {
	const struct model *only; /* the last of them */
	size_t n;
	struct buf names; /* "standard, threat" */
};

static struct choices
list_models(const PGresult *summary, bool held)
{
	struct choices c = {0};

	for (int i = 0; i < PQntuples(summary); i++) {
		const char *name = diff_summary_model(summary, i);
		const struct model *m = model_find(name, strlen(name));
		if (!m || (held && !diff_summary_holds(summary, i)))
			continue;
		buf_printf(&c.names, "%s%s", c.n++ ? ", " : "", name);
		c.only = m;
	}
	return c;
}

/* The model of that name, if it is one of the diff. */
static const struct model *
named_model(const PGresult *summary, const char *name)
{
	for (int i = 0; i < PQntuples(summary); i++)
		if (strcmp(diff_summary_model(summary, i), name) == 0)
			return model_find(name, strlen(name));
	return NULL;
}

/*
 * Returns the model that is asked for. It may be left out if it is the only one of which something
 * is held, or the only one at all. Returns NULL if the reply has been made.
 */
static const struct model *
choose_model(struct request *r, const PGresult *summary)
{
	const char *asked = query_get(&r->http->query, "model");
	const bool is_asked = asked && *asked;
	struct choices c = list_models(summary, !is_asked);
	struct buf message = {0};

	if (!is_asked && !c.n) {
		buf_free(&c.names);
		c = list_models(summary, false);
	}
	const struct model *m = is_asked ? named_model(summary, asked) : c.n == 1 ? c.only : NULL;
	if (!m && is_asked) {
		choice_refuse_of(r->http, "model", asked, buf_text(&c.names));
	} else if (!m) {
		buf_printf(&message, "The import has changes of several models. Choose one: %s.",
		    buf_text(&c.names));
		http_reply_field(r->http, "model", buf_text(&message));
	}
	buf_free(&message);
	buf_free(&c.names);
	return m;
}

/* Returns the format that is asked for, or NULL if the reply has been made. */
static const struct writer_format *
choose_format(struct request *r)
{
	const char *asked = query_get(&r->http->query, "format");
	struct buf names = {0};

	if (!asked || !*asked)
		return &writer_csv;
	const struct writer_format *format = writer_find(asked);
	if (!format) {
		for (size_t i = 0; writer_formats[i]; i++)
			buf_printf(&names, "%s%s", i ? ", " : "", writer_formats[i]->extension);
		choice_refuse_of(r->http, "format", asked, buf_text(&names));
	}
	buf_free(&names);
	return format;
}

static int
write_changes(struct request *r, const struct held *h, struct writer *w, struct error *err)
{
	struct cell cells[HELD_MAX_COLUMNS];
	struct buf spelled = {0};
	int done = 0;

	if (held_stream(r->db, h, err) < 0)
		return -1;
	for (PGresult *row; done == 0 && (row = db_next(r->db, err)); PQclear(row))
		done = held_cells(h, row, &spelled, cells)
			   ? writer_row(w, cells, err)
			   : error_set(err, ERROR_SYSTEM, "out of memory");
	if (done < 0)
		db_abandon(r->db);
	buf_free(&spelled);
	return err->code ? -1 : 0;
}

static int
write_file(struct request *r, struct held *h, const struct writer_format *format, int fd,
    struct error *err)
{
	const char *columns[HELD_MAX_COLUMNS];

	if (held_find(r->db, h, err) < 0)
		return -1;
	struct writer *w = writer_open(
	    format, fd, config_text(SETTING_SPOOL_DIR), columns, held_columns(h, columns), err);
	if (!w)
		return -1;
	int done = write_changes(r, h, w, err);
	if (done == 0)
		done = writer_finish(w, err);
	writer_close(w);
	return done;
}

/* Sends the file under a name to upload it with (upload_form.c). */
static void
send_held(struct request *r, struct held *h, const struct writer_format *format)
{
	struct buf filename = {0};
	struct error err = {0};
	int fd = spool_open(&err);

	buf_printf(
	    &filename, "%s-held-import-%" PRId64 ".%s", h->model->name, h->job, format->extension);
	if (fd < 0 || write_file(r, h, format, fd, &err) < 0)
		http_reply_error(r->http, &err);
	else
		download_spooled(r->http, fd, format->media_type, buf_text(&filename));
	if (fd >= 0)
		close(fd);
	buf_free(&filename);
}

void
import_held(struct request *r)
{
	PGresult *summary = diff_visible_summary(r);

	if (!summary)
		return;
	const struct writer_format *format = choose_format(r);
	struct held h = {.model = format ? choose_model(r, summary) : NULL,
	    .job = r->id,
	    .place = diff_summary_place(summary)};
	PQclear(summary);
	if (h.model)
		send_held(r, &h, format);
}
