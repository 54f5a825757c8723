/* Errors and warnings about the files of a job: see report.h. */
#include "daemon/report.h"

#include "base/config.h"
#include "base/spool.h"
#include "database/tuple.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define PIECE (64 * 1024)

static const struct statement copy_findings = {NULL,
    "COPY import_error (job_id, attempt, week, warning, file, kind, entry, row, line, field,"
    " value, details)"
    " FROM STDIN (FORMAT binary)",
    0, false};
static const struct statement copy_failed = {NULL,
    "COPY import_failed_row (job_id, attempt, week, content_model, entry, row, cells)"
    " FROM STDIN (FORMAT binary)",
    0, false};

static const struct statement copy_kinds = {NULL,
    "COPY import_warning (job_id, attempt, file, kind, title, count) FROM STDIN (FORMAT binary)", 0,
    false};
static const struct statement copy_aside = {NULL,
    "COPY stage_warning (kind, entry, row, line, field, value, details)"
    " FROM STDIN (FORMAT binary)",
    0, false};

#define FINDING_COLUMNS 12
#define FAILED_COLUMNS  7
#define KIND_COLUMNS    6
#define ASIDE_COLUMNS   7

void
report_init(struct report *r, int64_t job, int64_t attempt, int64_t week)
{
	*r = (struct report){.job = job,
	    .attempt = attempt,
	    .week = week,
	    .findings.fd = -1,
	    .failed.fd = -1,
	    .kinds.fd = -1,
	    .aside.fd = -1};
}

static void
free_rows(struct report_rows *rows)
{
	if (rows->fd >= 0)
		close(rows->fd);
	buf_free(&rows->last);
	rows->fd = -1;
}

void
report_free(struct report *r)
{
	free_rows(&r->findings);
	free_rows(&r->failed);
	free_rows(&r->kinds);
	free_rows(&r->aside);
	buf_free(&r->entries);
}

static void
add_number(struct buf *out, int64_t v)
{
	if (v)
		tuple_add_int8(out, v);
	else
		tuple_add_null(out);
}

static void
add_string(struct buf *out, const char *text)
{
	tuple_add_text(out, text, text ? strlen(text) : 0);
}

static void
flush_when_full(struct report *r, struct report_rows *rows)
{
	if (rows->last.failed && !r->failure.code)
		error_set(&r->failure, ERROR_SYSTEM, "out of memory");
	if (rows->last.len < PIECE || r->failure.code ||
	    (rows->fd < 0 && (rows->fd = spool_open(&r->failure)) < 0))
		return;
	spool_write(rows->fd, rows->last.data, rows->last.len, &r->failure);
	buf_clear(&rows->last);
}

/* Prints a finding as compilers do: "file:row: field: details". */
static void
print(FILE *out, const char *file, const struct finding *f)
{
	fprintf(out, "%s:", file ? file : "-");
	if (f->row)
		fprintf(out, "%" PRId64 ":", f->row);
	fprintf(out, " %s%s%s%s\n", f->level == FINDING_WARNING ? "warning: " : "",
	    f->field ? f->field : "", f->field ? ": " : "", f->details);
}

void
report_begin_file(struct report *r)
{
	r->kept_errors = r->kept_warnings = 0;
	buf_clear(&r->entries);
	memset(r->of_sign, 0, sizeof r->of_sign);
}

/* The last columns of a finding, wherever it goes. */
static void
add_finding(struct buf *out, const struct finding *f)
{
	add_string(out, f->sign ? signs[f->sign].name : NULL);
	add_number(out, f->entry);
	add_number(out, f->row);
	add_number(out, f->line);
	add_string(out, f->field);
	tuple_add_text(out, f->value, f->value_n);
	add_string(out, f->details);
}

void
report_set_aside(struct report *r, const struct finding *f)
{
	struct buf *out = &r->aside.last;

	if (r->failure.code)
		return;
	tuple_begin(out, ASIDE_COLUMNS);
	add_finding(out, f);
	flush_when_full(r, &r->aside);
	r->set_aside++;
}

void
report_end_file(struct report *r, const char *file)
{
	struct buf *out = &r->kinds.last;

	for (int i = 0; i < SIGN_COUNT && !r->failure.code; i++) {
		if (!r->of_sign[i])
			continue;
		tuple_begin(out, KIND_COLUMNS);
		tuple_add_int8(out, r->job);
		tuple_add_int4(out, (int32_t)r->attempt);
		add_string(out, file);
		add_string(out, signs[i].name);
		add_string(out, signs[i].title);
		tuple_add_int8(out, r->of_sign[i]);
		flush_when_full(r, &r->kinds);
	}
}

void
report_add(struct report *r, const char *file, const struct finding *f)
{
	bool warning = f->level == FINDING_WARNING;
	int64_t *kept = warning ? &r->kept_warnings : &r->kept_errors;

	if (warning)
		report_count_warnings(r, f->sign, 1);
	else
		report_count_errors(r, 1);
	if (*kept >= config_int(SETTING_ERRORS_KEPT) || r->failure.code)
		return;
	++*kept;
	if (r->print) {
		print(r->print, file, f);
		return;
	}
	struct buf *out = &r->findings.last;
	tuple_begin(out, FINDING_COLUMNS);
	tuple_add_int8(out, r->job);
	tuple_add_int4(out, (int32_t)r->attempt);
	tuple_add_int4(out, (int32_t)r->week);
	tuple_add_bool(out, warning);
	add_string(out, file);
	add_finding(out, f);
	flush_when_full(r, &r->findings);
	if (!warning && f->entry)
		buf_add(&r->entries, &f->entry, sizeof f->entry);
}

void
report_add_row(struct report *r, const char *model, int64_t entry, int64_t row,
    const struct text_slice *cells, size_t n)
{
	struct buf *out = &r->failed.last;

	if (r->failure.code)
		return;
	tuple_begin(out, FAILED_COLUMNS);
	tuple_add_int8(out, r->job);
	tuple_add_int4(out, (int32_t)r->attempt);
	tuple_add_int4(out, (int32_t)r->week);
	add_string(out, model);
	tuple_add_int8(out, entry);
	add_number(out, row);
	size_t begun = tuple_begin_texts(out, n);
	for (size_t i = 0; i < n; i++)
		tuple_add_text(out, cells[i].text, cells[i].n);
	tuple_end_texts(out, begun);
	flush_when_full(r, &r->failed);
}

void
report_count_errors(struct report *r, int64_t errors)
{
	r->errors += errors;
}

void
report_count_warnings(struct report *r, enum sign sign, int64_t warnings)
{
	r->warnings += warnings;
	r->of_sign[sign] += warnings;
}

/* Sends what the file holds. */
static int
send_spooled(const struct report_rows *rows, struct work *w, struct error *err)
{
	char piece[PIECE];
	ssize_t n = 0;

	for (off_t at = 0; rows->fd >= 0 && (n = pread(rows->fd, piece, sizeof piece, at)) > 0;
	     at += n)
		if (work_copy_data(w, piece, (size_t)n, err) < 0)
			return -1;
	return n < 0 ? error_errno(err, "reading back the errors found") : 0;
}

static int
store(
    const struct report_rows *rows, const struct statement *copy, struct work *w, struct error *err)
{
	if (rows->fd < 0 && !rows->last.len)
		return 0;
	if (work_copy_begin(w, copy, err) < 0 || send_spooled(rows, w, err) < 0 ||
	    (rows->last.len && work_copy_data(w, rows->last.data, rows->last.len, err) < 0))
		return -1;
	return work_copy_end(w, err);
}

int
report_store(struct report *r, struct work *w, struct error *err)
{
	if (r->failure.code) {
		*err = r->failure;
		return -1;
	}
	if (store(&r->findings, &copy_findings, w, err) < 0 ||
	    store(&r->kinds, &copy_kinds, w, err) < 0)
		return -1;
	return store(&r->failed, &copy_failed, w, err);
}

int
report_store_aside(struct report *r, struct work *w, struct error *err)
{
	int done = r->failure.code ? -1 : store(&r->aside, &copy_aside, w, err);

	if (r->failure.code)
		*err = r->failure;
	free_rows(&r->aside);
	r->set_aside = 0;
	return done;
}
