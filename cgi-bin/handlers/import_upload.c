/* POST of an import: a form with files, which go into the database as they arrive (upload.h). */
#include "base/config.h"
#include "base/text.h"
#include "formats/charset.h"
#include "handlers/conflict.h"
#include "handlers/handlers.h"
#include "http/mediatype.h"
#include "http/multipart.h"
#include "model/format.h"
#include "model/model.h"
#include "store/job.h"
#include "store/upload.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Where nginx looks whether the account has too many uploads under way (nginx.conf.example). */
#define UPLOAD_PLACE "/internal/upload_place"
#define READ_SIZE    (64 * 1024)

#define UNIQUE_VIOLATION "23505" /* another job is under way */

_Static_assert(MODELS_MAX <= 64, "there is a bit for every model in struct form");

struct form {
	struct request *r;
	struct upload upload;
	struct error err;          /* from the database or the system */
	const char *refusal;       /* what is wrong with the upload: for {"files":[...]} */
	struct buf message;        /* holds a refusal that had to be composed */
	bool unsupported;          /* it is about the charset of the file */
	uint64_t models;           /* bit i: models[i], of at most MODELS_MAX, was uploaded */
	const struct model *model; /* of the part's file, with its format and name */
	const struct format *format;
	const struct charset *charset; /* NULL: none was named */
	char filename[256];
};

static int
refuse(struct form *f, const char *message)
{
	f->refusal = message;
	return -1;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether the name ends like that, where 0 is any digit, and begins with something else. */
static bool
ends_like(const char *stem, size_t n, const char *ending)
{
	const size_t length = strlen(ending);

	if (n <= length)
		return false;
	for (const char *c = stem + n - length; *ending; c++, ending++)
		if (*ending == '0' ? !is_digit(*c) : *c != *ending)
			return false;
	return true;
}

/*
 * Returns the length of the name without what names of downloads have behind the model: the date of
 * an export, "standard-2026-11-23", or of held changes the job, "standard-held-import-7".
 */
static size_t
without_ending(const char *stem, size_t n)
{
	static const char date[] = "-0000-00-00", held[] = "-held-import-";
	size_t digits = 0;

	while (digits < n && is_digit(stem[n - digits - 1]))
		digits++;
	if (ends_like(stem, n, date))
		return n - strlen(date);
	if (digits && ends_like(stem, n - digits, held))
		return n - digits - strlen(held);
	return n;
}

static int
refuse_format(struct form *f, const char *filename, const char *extension)
{
	buf_printf(&f->message, "\"%s\": %s Supported:", filename,
	    strcasecmp(extension, "xls") == 0
		? "this old Excel format cannot be read: save it as .xlsx."
		: "file type not supported.");
	for (const struct format *known = formats; known->extension; known++)
		buf_printf(&f->message, "%s %s", known > formats ? "," : "", known->extension);
	buf_add_text(&f->message, ".");
	return refuse(f, buf_text(&f->message));
}

static int
refuse_model(struct form *f, const char *stem, size_t n, const char *extension)
{
	buf_printf(&f->message, "\"%.*s\" is not a content model: name the file", (int)n, stem);
	for (const struct model *m = models; m->name; m++) {
		const char *before = m == models ? "" : m[1].name ? "," : " or";
		buf_printf(&f->message, "%s %s.%s", before, m->name, extension);
	}
	buf_add_text(&f->message, ".");
	return refuse(f, buf_text(&f->message));
}

/* Finds the file's model and format from its name, and checks them against the files before it. */
static int
check_name(struct form *f, const char *filename)
{
	const char *dot = strrchr(filename, '.');
	const char *extension = dot ? dot + 1 : "";
	size_t stem = dot ? (size_t)(dot - filename) : strlen(filename);

	if (!*filename)
		return refuse(f, "No file was submitted.");
	if (strlen(filename) >= sizeof f->filename)
		return refuse(f, "The file name is too long.");
	const struct format *format = format_find(extension, strlen(extension));
	if (!format)
		return refuse_format(f, filename, extension);
	const struct model *model = model_find(filename, without_ending(filename, stem));
	if (!model)
		return refuse_model(f, filename, stem, format->extension);
	if (f->models & UINT64_C(1) << (model - models))
		return refuse(f, "Only one file per content model can be uploaded.");
	if (f->format && f->format != format)
		return refuse(f, "All files uploaded to a single job must have the same format.");
	f->models |= UINT64_C(1) << (model - models);
	f->model = model;
	f->format = format;
	strcpy(f->filename, filename);
	return 0;
}

static int
refuse_charset(struct form *f, const char *given, size_t n, const char *why)
{
	char shown[TEXT_SHOWN_SIZE];

	f->unsupported = true;
	buf_printf(&f->message, "\"%s\": the charset \"%s\" %s. Save the file as UTF-8.",
	    f->filename, text_show(shown, given, n), why);
	return refuse(f, buf_text(&f->message));
}

/* Finds out what the part says about the encoding of the file. A workbook says itself what it is.
 */
static int
check_charset(struct form *f, const char *type)
{
	struct buf name = {0};
	int found = mediatype_parameter(type, "charset", &name), done = 0;

	f->charset = NULL;
	if (f->format->id == FORMAT_XLSX || found == 0)
		goto out;
	if (found < 0 && strcasestr(type, "charset"))
		done = refuse_charset(f, type, strlen(type), "cannot be made out");
	if (found < 0)
		goto out;
	f->charset = charset_find(buf_text(&name), name.len);
	if (!f->charset)
		done = refuse_charset(f, buf_text(&name), name.len, "is not known here");
	else if (!charset_fits(f->charset, f->format->id))
		done = refuse_charset(f, buf_text(&name), name.len,
		    f->format->id == FORMAT_JSON ? "is none for JSON, which is always UTF-8"
						 : "is none for YAML, which is UTF-8 or UTF-16");
out:
	buf_free(&name);
	return done;
}

static int
part_begin(void *ctx, const struct multipart_part *part)
{
	struct form *f = ctx;

	if (strcmp(part->name, "files") != 0)
		return 0;
	if (!part->filename)
		return refuse(
		    f, "The submitted data was not a file. Check the encoding type on the form.");
	if (check_name(f, part->filename) < 0 || check_charset(f, part->content_type) < 0)
		return -1;
	return upload_file_begin(&f->upload, &f->err);
}

static int
part_data(void *ctx, const char *bytes, size_t n)
{
	struct form *f = ctx;

	return f->upload.copying ? upload_file_data(&f->upload, bytes, n, &f->err) : 0;
}

static int
part_end(void *ctx)
{
	struct form *f = ctx;

	if (!f->upload.copying)
		return 0;
	if (f->upload.bytes == 0)
		return refuse(f, "The submitted file is empty.");
	const struct upload_file file = {
	    .model = f->model->name,
	    .format = f->format->extension,
	    .name = f->filename,
	    .charset = f->charset ? f->charset->name : NULL,
	};
	return upload_file_end(&f->upload, &file, &f->err);
}

/* Reads the body into the database. Returns 0 if the body was complete and had a file. */
static int
receive(struct form *f, const char *boundary)
{
	static const struct multipart_handler handler = {part_begin, part_data, part_end};
	static char bytes[READ_SIZE];
	enum multipart_result result = MULTIPART_FAILED;
	int64_t n = 0;
	struct multipart *mp = multipart_open(boundary, &handler, f, &f->err);

	if (!mp)
		return -1;
	do {
		n = http_read(f->r->http, bytes, sizeof bytes, &f->err);
		result = n > 0    ? multipart_feed(mp, bytes, (size_t)n, &f->err)
			 : n == 0 ? multipart_finish(mp, &f->err)
				  : MULTIPART_FAILED;
	} while (n > 0 && result == MULTIPART_OK);
	multipart_close(mp);
	if (result != MULTIPART_OK)
		return -1;
	return f->upload.format ? 0 : refuse(f, "No file was submitted.");
}

/* Commits, and replies with the job. */
static void
finish(struct form *f)
{
	struct request *r = f->r;
	struct buf body = {0};
	struct json json = {.out = &body};
	bool unknown = false;
	PGresult *job = upload_commit(&f->upload, r->caller.account_text, &unknown, &f->err);

	if (job) {
		job_json(&json, job, 0, 0);
		http_reply(r->http, 200, &body);
	} else if (unknown) {
		conflict_unknown(r->http);
	} else if (strcmp(f->err.sqlstate, UNIQUE_VIOLATION) == 0) {
		int64_t current = job_current_id(r->db, &f->err);
		conflict_in_progress(r->http, current > 0 ? current : 0);
	} else {
		http_reply_error(r->http, &f->err);
	}
	PQclear(job);
	buf_free(&body);
}

static void
reply_refused(struct form *f)
{
	struct http *http = f->r->http;

	upload_free(&f->upload); /* before draining the body, which may take a while */
	http_drain(http);
	if (f->unsupported) {
		http_reply_detail(http, 415, f->refusal);
	} else if (f->refusal) {
		http_reply_field(http, "files", f->refusal);
	} else if (f->err.code == ERROR_INPUT) {
		struct buf detail = {0};
		buf_printf(&detail, "Multipart form parse error - %s", f->err.message);
		http_reply_detail(http, 400, buf_text(&detail));
		buf_free(&detail);
	} else {
		http_reply_error(http, &f->err);
	}
}

/*
 * Checks what can be checked before the body is read: is it a form with a boundary, is it small
 * enough, and is no job under way? Returns false if not; the reply has been made.
 */
static bool
may_come(struct request *r, struct buf *boundary)
{
	const char *type = http_param(r->http, "CONTENT_TYPE");
	int64_t max = config_int(SETTING_UPLOAD_MAX_BYTES);
	struct error err = {0};
	struct buf detail = {0};
	bool good = false;
	int64_t current = 0;

	if (!type || !mediatype_is(type, "multipart/form-data")) {
		buf_printf(&detail, "Unsupported media type \"%s\" in request.", type ? type : "");
		http_reply_detail(r->http, 415, buf_text(&detail));
	} else if (mediatype_parameter(type, "boundary", boundary) != 1 || !boundary->len) {
		http_reply_detail(r->http, 400,
		    "Multipart form parse error - Invalid boundary in multipart: None");
	} else if (r->http->content_length > max) {
		buf_printf(&detail, "The upload is larger than %lld bytes.", (long long)max);
		http_reply_detail(r->http, 413, buf_text(&detail));
	} else if ((current = job_current_id(r->db, &err)) < 0) {
		http_reply_error(r->http, &err);
	} else if (current > 0) {
		conflict_in_progress(r->http, current);
	} else {
		good = true;
	}
	buf_free(&detail);
	return good;
}

/* Nothing in the request forbids the upload: either there was no place, or it has passed since. */
static void
reply_later(struct http *http)
{
	if (http_param(http, "ACCESSION_CROWDED")) {
		http_header(http, "Retry-After", "5");
		http_reply_detail(http, 429,
		    "You have too many uploads under way. Wait until one of them has arrived.");
	} else {
		http_reply_detail(http, 503, NULL);
	}
}

void
import_upload(struct request *r)
{
	struct form f = {.r = r};
	struct buf boundary = {0}, place = {0};

	buf_add_text(&place, UPLOAD_PLACE);
	if (!may_come(r, &boundary)) {
		if (r->http->precheck == PRECHECK_NONE)
			http_drain(r->http);
	} else if (r->http->precheck == PRECHECK_ASK) {
		http_redirect(r->http, &place);
	} else if (r->http->precheck == PRECHECK_REFUSED) {
		reply_later(r->http);
	} else if (upload_begin(&f.upload, r->db, &f.err) < 0 ||
		   receive(&f, buf_text(&boundary)) < 0) {
		reply_refused(&f);
	} else {
		finish(&f);
	}
	upload_free(&f.upload);
	buf_free(&place);
	buf_free(&boundary);
	buf_free(&f.message);
}
