/*
 * The library as a file to edit and import again. It is first written to an unlinked temporary file
 * and then sent with its length. So an export that fails midway sends nothing, and a client notices
 * if a handler dies while sending. A slow client does not keep the database busy either.
 */
#include "base/config.h"
#include "base/spool.h"
#include "formats/writer.h"
#include "handlers/handlers.h"
#include "handlers/item_filter.h"
#include "http/choice.h"
#include "http/download.h"
#include "store/library.h"

#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

struct export
{
	const struct model *model;
	const struct writer_format *format;
	struct library_filter filter;
	bool template; /* no items: a file to fill in */
	const char *columns[LIBRARY_MAX_COLUMNS];
	size_t ncolumns;
};

/* Reads {name} of the route: <content model>.<format>. Returns false if there is no such file. */
static bool
read_name(const char *name, struct export *e)
{
	const char *dot = strchr(name, '.');

	if (!dot)
		return false;
	e->model = model_find(name, (size_t)(dot - name));
	e->format = writer_find(dot + 1);
	return e->model && e->format;
}

/* Reads template=1. Returns false if it is wrong; the reply has been made. */
static bool
read_template(struct request *r, struct export *e)
{
	static const struct {
		const char *word;
		bool is;
	} words[] = {{"", false}, {"0", false}, {"false", false}, {"1", true}, {"true", true}};
	const char *given = query_get(&r->http->query, "template");

	if (!given)
		return true;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strcasecmp(words[i].word, given) == 0) {
			e->template = words[i].is;
			return true;
		}
	}
	choice_refuse(r->http, "template", given, strlen(given));
	return false;
}

static int
write_items(struct request *r, const struct export *e, struct writer *w, struct error *err)
{
	struct cell cells[LIBRARY_MAX_COLUMNS];
	struct buf spelled = {0};
	int done = 0;

	if (library_export_stream(r->db, e->model, &e->filter, err) < 0)
		return -1;
	for (PGresult *row; done == 0 && (row = db_next(r->db, err)); PQclear(row)) {
		if (library_cells(e->model, row, &spelled, cells))
			done = writer_row(w, cells, err);
		else
			done = error_set(err, ERROR_SYSTEM, "out of memory");
	}
	if (done < 0)
		db_abandon(r->db);
	buf_free(&spelled);
	return err->code ? -1 : 0;
}

static int
write_file(struct request *r, const struct export *e, int fd, struct error *err)
{
	struct writer *w = writer_open(
	    e->format, fd, config_text(SETTING_SPOOL_DIR), e->columns, e->ncolumns, err);
	if (!w)
		return -1;

	int done = e->template ? writer_example(w, err) : write_items(r, e, w, err);
	if (done == 0)
		done = writer_finish(w, err);
	writer_close(w);
	return done;
}

/*
 * Sends the file. A template has the name to upload it with; the name of an export also has the
 * date.
 */
static void
send_file(struct http *http, const struct export *e, int fd)
{
	char date[sizeof "-2026-01-01"] = "";
	struct buf filename = {0};
	time_t now = time(NULL);
	struct tm today;

	if (!e->template && localtime_r(&now, &today))
		strftime(date, sizeof date, "-%Y-%m-%d", &today);
	buf_printf(&filename, "%s%s.%s", e->model->name, date, e->format->extension);
	download_spooled(http, fd, e->format->media_type, buf_text(&filename));
	buf_free(&filename);
}

void
export_items(struct request *r)
{
	struct export e = {0};
	struct error err = {0};
	int fd = -1;

	if (!read_name(r->name, &e)) {
		http_reply_detail(r->http, 404, NULL);
		return;
	}
	if (!item_filter_read(r, e.model, &e.filter) || !read_template(r, &e))
		goto out;
	e.ncolumns = library_columns(e.model, e.columns);
	fd = spool_open(&err);
	if (fd < 0 || write_file(r, &e, fd, &err) < 0)
		http_reply_error(r->http, &err);
	else
		send_file(r->http, &e, fd);
out:
	item_filter_free(&e.filter);
	if (fd >= 0)
		close(fd);
}
