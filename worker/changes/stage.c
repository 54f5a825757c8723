/* Staging: see stage.h. */
#include "changes/stage.h"

#include "base/config.h"
#include "base/log.h"
#include "changes/mass.h"
#include "database/tuple.h"
#include "model/sheet.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANALYZE_FROM 1000 /* rows of a table; a plan for fewer cannot be bad */
#define BATCH_SIZE   (128 * 1024)
#define TWINS_MOST   10000 /* new items with ids; a file of more is a library that moves */
#define MAX_COLUMNS  (STAGE_FIELDS + MODEL_MAX_FIELDS)

/* One file on its way into the table. */
struct filling {
	struct stage_file *file;
	struct work *work;
	struct report *report;
	struct child *child;
	struct buf batch;         /* rows not yet sent */
	int64_t entry;            /* of the last row */
	int64_t last;             /* position of the last id */
	int64_t errors, warnings; /* that the child passed on */
	bool ended;               /* its last frame came */
};

PGresult *
stage_query(struct work *w, const struct model *m, enum model_statement which, int nparams,
    const char *const *params, struct error *err)
{
	struct buf sql = {0};
	PGresult *res = NULL;

	if (model_sql(m, which, NULL, &sql, err) == 0) {
		const struct statement st = {NULL, sql.data, nparams, false};
		res = work_query(w, &st, params, err);
	}
	buf_free(&sql);
	return res;
}

int64_t
stage_run(struct work *w, const struct model *m, enum model_statement which, int nparams,
    const char *const *params, struct error *err)
{
	PGresult *res = stage_query(w, m, which, nparams, params, err);

	if (!res)
		return -1;
	int64_t rows = strtoll(PQcmdTuples(res), NULL, 10);
	PQclear(res);
	return rows;
}

int
stage_stream(struct work *w, const struct model *m, enum model_statement which, int nparams,
    const char *const *params, struct error *err)
{
	struct buf sql = {0};
	int done = model_sql(m, which, NULL, &sql, err);

	if (done == 0) {
		const struct statement st = {NULL, sql.data, nparams, false};
		done = work_stream(w, &st, params, err);
	}
	buf_free(&sql);
	return done;
}

static int
begin_copy(struct work *w, const struct model *m, struct error *err)
{
	if (stage_run(w, m, MODEL_SQL_STAGE_MAKE, 0, NULL, err) < 0 ||
	    stage_run(w, m, MODEL_SQL_STAGE_COPY, 0, NULL, err) < 0)
		return -1;
	return work_copy_data(w, tuple_header, sizeof tuple_header, err);
}

/*
 * Returns the position of an id: built-in items first, then custom ones, by number. 0 if it is no
 * id.
 */
static int64_t
position(struct filling *f, const struct tuple_field *id)
{
	const char *prefix = f->file->model->fields[0].prefix;
	int64_t number = 0;

	if (!model_is_id(prefix, id->data, id->n))
		return 0;
	bool custom = id->data[0] == 'C';
	for (size_t i = custom + strlen(prefix); i < id->n; i++)
		number = number * 10 + (id->data[i] - '0');
	if (custom && number > f->file->custom)
		f->file->custom = number;
	return custom ? number + MODEL_SQL_CUSTOM : number;
}

/* Notes the fields that a row says something about (the others stay as they are), and are empty. */
static void
note_fields(struct stage_file *f, const struct tuple_field *row)
{
	const struct tuple_field *column = &row[STAGE_FIELDS];

	for (size_t i = 0; i < f->model->nfields; i++) {
		const struct field *field = &f->model->fields[i];
		bool said = field->kind == FIELD_ID ? row[STAGE_ID].data != NULL
						    : tuple_get_bool(&row[STAGE_DELETE]);
		if (model_sql_is_column(field)) {
			said = column->data != NULL;
			f->empty[i] += said && column->n == 0;
			column++;
		}
		f->fields |= (uint64_t)said << i;
	}
}

/* Takes a row from the child if it is well-formed. The database checks what its values mean. */
static bool
accept_row(struct filling *f, const struct frame *frame)
{
	struct tuple_field fields[MAX_COLUMNS];
	const struct tuple_field *id = &fields[STAGE_ID];

	if (!tuple_split(frame->data, frame->n, fields, model_sql_stage_columns(f->file->model)) ||
	    tuple_get_int8(&fields[STAGE_ENTRY]) <= f->entry || !fields[STAGE_DELETE].data)
		return false;
	f->entry = tuple_get_int8(&fields[STAGE_ENTRY]);
	if (!id->data) {
		if (tuple_get_int8(&fields[STAGE_FRESH]) != ++f->file->fresh)
			return false;
	} else {
		int64_t at = position(f, id);
		if (!at || fields[STAGE_FRESH].data)
			return false;
		if (at <= f->last)
			f->file->ascending = false;
		f->last = at;
	}
	note_fields(f->file, fields);
	f->file->records++;
	buf_add(&f->batch, frame->data, frame->n);
	return true;
}

/*
 * Adds what is wrong with a row to the report, with the name of its cell where it has one. What is
 * odd about it waits until it is known what the row changes.
 */
static void
add_finding(struct report *r, const struct stage_file *f, struct finding finding)
{
	char cell[SHEET_CELL_NAME_MAX], place[sizeof f->sheet.name + sizeof cell], details[3072];
	int field = finding.field && finding.row && *f->sheet.name
			? model_field_named(f->model, finding.field)
			: -1;

	if (field >= 0 && f->sheet.columns[field]) {
		sheet_cell_name(cell, f->sheet.columns[field], finding.row);
		snprintf(place, sizeof place, "%s%s", f->sheet.name, cell);
		if (!strstr(finding.details, place)) {
			snprintf(details, sizeof details, "%s Cell: %s.", finding.details, place);
			finding.details = details;
		}
	}
	if (finding.level == FINDING_WARNING && finding.entry)
		report_set_aside(r, &finding);
	else
		report_add(r, f->name, &finding);
}

static bool
accept_sheet(struct filling *f, const struct frame *frame)
{
	struct sheet sheet;
	struct stage_sheet *kept = &f->file->sheet;

	if (!frame_get_sheet(frame, &sheet) || strlen(sheet.name) >= sizeof kept->name)
		return false;
	snprintf(kept->name, sizeof kept->name, "%s", sheet.name);
	memcpy(kept->columns, sheet.columns, sizeof kept->columns);
	return true;
}

static bool
accept_finding(struct filling *f, const struct frame *frame)
{
	struct finding finding;

	if (!frame_get_finding(frame, &finding))
		return false;
	add_finding(f->report, f->file, finding);
	if (finding.level == FINDING_WARNING)
		f->warnings++;
	else
		f->errors++;
	return true;
}

static void
add_surplus(struct filling *f, int64_t more)
{
	char details[256];
	const struct finding finding = {
	    .level = FINDING_WARNING, .sign = SIGN_MORE, .details = details};

	snprintf(details, sizeof details,
	    "There are %" PRId64
	    " more warnings about this file. They were not looked at, as there "
	    "are too many. Mend what the others are about, and upload the file again.",
	    more);
	report_add(f->report, f->file->name, &finding);
}

static bool
accept_end(struct filling *f, const struct frame *frame)
{
	struct frame_totals totals;

	if (!frame_get_end(frame, &totals) || totals.records != f->file->records ||
	    totals.errors < f->errors || totals.warnings < f->warnings)
		return false;
	report_count_errors(f->report, totals.errors - f->errors);
	if (totals.warnings > f->warnings)
		add_surplus(f, totals.warnings - f->warnings);
	f->ended = true;
	return true;
}

static bool
accept_frame(struct filling *f, const struct frame *frame)
{
	struct progress *progress = &f->work->loop->control.lease.progress;

	if (f->ended)
		return false;
	progress->records = f->file->records;
	switch (frame->type) {
	case FRAME_RECORD: return accept_row(f, frame);
	case FRAME_FINDING: return accept_finding(f, frame);
	case FRAME_SHEET: return accept_sheet(f, frame);
	case FRAME_PROGRESS: return frame_get_progress(frame, &progress->bytes);
	case FRAME_END: return accept_end(f, frame);
	case FRAME_ROW: /* not asked for */
	case FRAME_MODEL:
	case FRAME_FORMAT:
	case FRAME_WANTED: break;
	}
	return false;
}

static int
send_batch(struct filling *f, struct error *err)
{
	if (f->batch.failed)
		return error_set(err, ERROR_SYSTEM, "out of memory");
	if (!f->batch.len)
		return 0;
	int done = work_copy_data(f->work, f->batch.data, f->batch.len, err);
	buf_clear(&f->batch);
	return done;
}

static int
copy_rows(struct filling *f, struct error *err)
{
	struct frame frame;
	int got = 0;

	while ((got = child_next(f->child, f->work->loop, &frame, err)) > 0) {
		if (!accept_frame(f, &frame))
			child_blame(f->child, "sent what it should not");
		if (f->batch.len >= BATCH_SIZE && send_batch(f, err) < 0)
			return -1;
	}
	if (got < 0 || send_batch(f, err) < 0)
		return -1;
	return work_copy_end(f->work, err);
}

/*
 * Waits for the child to end. If it did not live to report what is wrong with the file, reports how
 * it ended; not if it was ended here, since there is a reason to stop.
 */
static int
end_child(struct filling *f, struct error *err)
{
	struct child_failure failure = {"The parser ended too early", "Try again."};
	const int64_t bytes = f->work->loop->control.lease.progress.bytes;
	char details[512], reached[64] = "";
	int ended = child_end(f->child, f->work->loop, &failure, err);

	if (ended < 0)
		return -1;
	if (ended && f->ended)
		return 0;
	if (bytes)
		snprintf(reached, sizeof reached, " and %" PRId64 " bytes of it", bytes);
	snprintf(details, sizeof details, "%s after %" PRId64 " records%s. %s", failure.what,
	    f->file->records, reached, failure.remedy);
	log_error("%s: %s", f->file->name, details);
	const struct finding finding = {.level = FINDING_ERROR, .details = details};
	report_add(f->report, f->file->name, &finding);
	return 0;
}

int
stage_fill(struct stage_file *file, struct child *child, struct work *w, struct report *r,
    struct error *err)
{
	struct filling f = {.file = file, .work = w, .report = r, .child = child};
	int done = -1;

	file->records = file->custom = file->fresh = 0;
	file->alike = false;
	file->ascending = true;
	if (child_order(child, file->model, file->format, err) == 0 &&
	    begin_copy(w, file->model, err) == 0 && copy_rows(&f, err) == 0)
		done = end_child(&f, err);
	child_free(child);
	buf_free(&f.batch);
	return done;
}

/*
 * Columns of what finds errors or warnings: the last three of what finds warnings, the very last of
 * MODEL_SQL_STAGE_WARNINGS alone.
 */
enum {
	FOUND_ENTRY,
	FOUND_ROW,
	FOUND_LINE,
	FOUND_FIELD,
	FOUND_VALUE,
	FOUND_DETAILS,
	FOUND_KIND,
	FOUND_TOTAL,
	FOUND_PLACE,
};

static struct finding
found(const PGresult *res, enum finding_level level)
{
	const bool warning = level == FINDING_WARNING;
	const bool has_value = !db_is_null(res, 0, FOUND_VALUE);

	return (struct finding){
	    .level = level,
	    .sign = warning ? sign_named(db_get_text(res, 0, FOUND_KIND)) : SIGN_NONE,
	    .entry = db_get_int(res, 0, FOUND_ENTRY),
	    .row = db_get_int(res, 0, FOUND_ROW),
	    .line = db_get_int(res, 0, FOUND_LINE),
	    .field = db_is_null(res, 0, FOUND_FIELD) ? NULL : db_get_text(res, 0, FOUND_FIELD),
	    .value = has_value ? db_get_text(res, 0, FOUND_VALUE) : NULL,
	    .value_n = db_get_size(res, 0, FOUND_VALUE),
	    .details = db_get_text(res, 0, FOUND_DETAILS),
	};
}

static int
find(struct stage_file *f, struct work *w, struct report *r, enum model_statement which,
    int nparams, const char *const *params, struct error *err)
{
	if (stage_stream(w, f->model, which, nparams, params, err) < 0)
		return -1;
	for (PGresult *res; (res = work_next(w, err)); PQclear(res))
		add_finding(r, f, found(res, FINDING_ERROR));
	return err->code ? -1 : 0;
}

static int
find_duplicates(struct stage_file *f, struct work *w, struct report *r, struct error *err)
{
	return f->ascending ? 0 : find(f, w, r, MODEL_SQL_STAGE_DUPLICATES, 0, NULL, err);
}

static int
find_faults(struct stage_file *f, struct work *w, struct report *r, struct error *err)
{
	const char *params[] = {f->by_operator ? "true" : "false"};

	return find(f, w, r, MODEL_SQL_STAGE_FAULTS, 1, params, err);
}

struct stage_job
stage_job(const struct report *r)
{
	struct stage_job job;

	snprintf(job.id, sizeof job.id, "%" PRId64, r->job);
	snprintf(job.attempt, sizeof job.attempt, "%" PRId64, r->attempt);
	snprintf(job.week, sizeof job.week, "%" PRId64, r->week);
	return job;
}

/* Finds out what the diff is made against, before any of it is read. */
static int
look_at_library(struct stage_file *f, struct work *w, struct error *err)
{
	char custom[24];
	const char *params[] = {custom};

	snprintf(custom, sizeof custom, "%" PRId64, f->custom);
	PGresult *res = stage_query(w, f->model, MODEL_SQL_STAGE_BASE, 1, params, err);
	if (!res)
		return -1;
	f->base = db_get_int(res, 0, 0);
	f->revision = db_get_int(res, 0, 1);
	f->last_number = db_get_int(res, 0, 2);
	PQclear(res);
	return 0;
}

/* Returns how many rows of the diff are at fault, or -1. */
static int64_t
fill_diff(struct stage_file *f, struct work *w, const struct report *r, struct stage_counts *counts,
    struct error *err)
{
	const struct stage_job job = stage_job(r);
	char base[24], rows[24], most[24];

	if (look_at_library(f, w, err) < 0)
		return -1;
	snprintf(base, sizeof base, "%" PRId64, f->base);
	const char *params[] = {
	    job.id, job.attempt, job.week, f->by_operator ? "true" : "false", base};
	int64_t changes = stage_run(w, f->model, MODEL_SQL_STAGE_DIFF, 5, params, err);
	if (changes < 0)
		return -1;
	snprintf(rows, sizeof rows, "%" PRId64, changes);
	snprintf(most, sizeof most, "%d", TWINS_MOST);
	const char *counted[] = {job.id, job.attempt, job.week, rows, most};
	PGresult *res = stage_query(w, f->model, MODEL_SQL_STAGE_COUNTS, 5, counted, err);
	if (!res)
		return -1;
	counts->updates = db_get_int(res, 0, 0);
	counts->deletes = db_get_int(res, 0, 1);
	counts->adds = changes - counts->updates - counts->deletes;
	int64_t faults = db_get_int(res, 0, 2);
	f->alike = db_get_bool(res, 0, 3);
	PQclear(res);
	return faults;
}

/* Looks for the faults of single rows only once it is known that there are some. */
static int
compare(struct stage_file *f, struct work *w, struct report *r, struct stage_counts *counts,
    struct error *err)
{
	*counts = (struct stage_counts){0};
	w->loop->control.lease.progress.phase = "comparing";
	if ((f->records >= ANALYZE_FROM &&
		stage_run(w, f->model, MODEL_SQL_STAGE_ANALYZE, 0, NULL, err) < 0) ||
	    find_duplicates(f, w, r, err) < 0)
		return -1;
	int64_t faults = r->errors ? 1 : fill_diff(f, w, r, counts, err);
	if (faults <= 0)
		return faults < 0 ? -1 : 0;
	if (find_faults(f, w, r, err) < 0)
		return -1;
	/* A missing item may have been added in the meantime. */
	return r->errors ? 0
			 : error_set(err, ERROR_CONFLICT,
			       "%s: the library was changed while the file was compared with it",
			       f->name);
}

static bool
has_words(const struct model *m)
{
	for (size_t i = 0; i < m->nfields; i++) {
		const struct field *f = &m->fields[i];
		if (!f->retired && (f->kind == FIELD_LINE || f->kind == FIELD_TEXT))
			return true;
	}
	return false;
}

/*
 * Finds new items that are there already: a file that is imported again, a row that was pasted, an
 * id that was mistyped. All of them are added, so no more of them are looked at than are kept; the
 * others are counted.
 */
static int
find_twins(struct stage_file *f, struct work *w, struct report *r, int64_t adds, struct error *err)
{
	const int64_t most = config_int(SETTING_ERRORS_KEPT), own = adds - f->fresh;
	const bool all = own > 0 && own <= TWINS_MOST;
	const struct stage_job job = stage_job(r);
	int64_t total = 0;
	char text[24];
	const char *params[] = {job.id, job.attempt, job.week, all ? "true" : "false", text};

	if (!f->alike || (!f->fresh && !all) || r->errors || !has_words(f->model))
		return 0;
	snprintf(text, sizeof text, "%" PRId64, most);
	if (stage_run(w, f->model, MODEL_SQL_STAGE_TWINS_BEGIN, 0, NULL, err) < 0 ||
	    stage_stream(w, f->model, MODEL_SQL_STAGE_TWINS, 5, params, err) < 0)
		return -1;
	for (PGresult *res; (res = work_next(w, err)); PQclear(res)) {
		total = db_get_int(res, 0, FOUND_TOTAL);
		add_finding(r, f, found(res, FINDING_WARNING));
	}
	if (total > most)
		report_count_warnings(r, SIGN_TWIN, total - most);
	if (err->code)
		return -1;
	return stage_run(w, f->model, MODEL_SQL_STAGE_TWINS_END, 0, NULL, err) < 0 ? -1 : 0;
}

/* Adds the warnings about what the rows change, and counts those that are more than are kept. */
static int
keep_warnings(struct stage_file *f, struct work *w, struct report *r, struct error *err)
{
	const int64_t most = config_int(SETTING_ERRORS_KEPT);
	char text[24];
	const char *params[] = {text};

	snprintf(text, sizeof text, "%" PRId64, most);
	if (stage_stream(w, f->model, MODEL_SQL_STAGE_WARNINGS, 1, params, err) < 0)
		return -1;
	for (PGresult *res; (res = work_next(w, err)); PQclear(res)) {
		const struct finding finding = found(res, FINDING_WARNING);
		int64_t total = db_get_int(res, 0, FOUND_TOTAL);

		report_add(r, f->name, &finding);
		if (db_get_int(res, 0, FOUND_PLACE) == 1 && total > most)
			report_count_warnings(r, finding.sign, total - most);
	}
	return err->code ? -1 : 0;
}

/* Moves the warnings about rows to their table. */
static int
stage_warnings(struct stage_file *f, struct work *w, struct report *r, struct error *err)
{
	const bool many = r->set_aside >= ANALYZE_FROM;

	if (stage_run(w, f->model, MODEL_SQL_STAGE_WARNINGS_MAKE, 0, NULL, err) < 0 ||
	    report_store_aside(r, w, err) < 0)
		return -1;
	return many && stage_run(w, f->model, MODEL_SQL_STAGE_WARNINGS_ANALYZE, 0, NULL, err) < 0
		   ? -1
		   : 0;
}

static int
tell_warnings(struct stage_file *f, struct work *w, struct report *r, struct error *err)
{
	if (!r->set_aside)
		return 0;
	if (stage_warnings(f, w, r, err) < 0 || keep_warnings(f, w, r, err) < 0)
		return -1;
	return stage_run(w, f->model, MODEL_SQL_STAGE_WARNINGS_END, 0, NULL, err) < 0 ? -1 : 0;
}

int
stage_diff(struct stage_file *f, struct work *w, struct report *r, struct stage_counts *counts,
    struct error *err)
{
	if (compare(f, w, r, counts, err) < 0 || find_twins(f, w, r, counts->adds, err) < 0 ||
	    tell_warnings(f, w, r, err) < 0 ||
	    (!f->by_operator && mass_warn(f, w, r, counts, err) < 0))
		return -1;
	report_end_file(r, f->name);
	return 0;
}
