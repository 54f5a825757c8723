/* POST of an import: a form with files, which go into the database as they arrive (upload.h). */
#include "base/config.h"
#include "base/text.h"
#include "formats/charset.h"
#include "handlers/conflict.h"
#include "handlers/handlers.h"
#include "http/mediatype.h"
#include "http/multipart.h"
#include "http/repeat.h"
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

_Static_assert(MODELS_MAX <= 64, "there is a bit for every model in struct form");

/* What people may say about an upload: fields beside its files, before or behind them. */
enum { TEXT_NAME, TEXT_NOTE, TEXTS };

static const struct text_field {
	const char *name;
	size_t max; /* characters */
	enum text_shape shape;
	const char *unfit;
} text_fields[TEXTS] = {
    [TEXT_NAME] = {"name", 255, TEXT_LINE,
	"Line breaks and control characters are not allowed, and what is not UTF-8."},
    [TEXT_NOTE] = {"note", 10000, TEXT_LINES,
	"Control characters are not allowed, and what is not UTF-8."},
};

#define BYTES_PER_CHARACTER 4 /* of UTF-8 at most; a line break may come as two */

struct form {
	struct request *r;
	struct repeat repeat;
	bool only_reads; /* nothing is stored: the request is refused, or was answered before */
	struct upload upload;
	struct error err;          /* from the database or the system */
	const char *refusal;       /* what is wrong with the upload: for {"files":[...]} */
	const char *field;         /* what it is about instead of the files; NULL: the files */
	struct buf message;        /* holds a refusal that had to be composed */
	bool unsupported;          /* it is about the charset of the file */
	uint64_t models;           /* bit i: models[i], of at most MODELS_MAX, was uploaded */
	const struct model *model; /* of the part's file, with its format and name */
	const struct format *format;
	const struct charset *charset; /* NULL: none was named */
	char filename[256];
	struct sha256 content; /* of the part */
	struct buf texts[TEXTS];
	int text; /* which of them the part is; TEXTS: none */
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
refuse_text(struct form *f, const char *message)
{
	f->field = text_fields[f->text].name;
	return refuse(f, message);
}

static int
refuse_length(struct form *f)
{
	buf_printf(&f->message, "Ensure this field has no more than %zu characters.",
	    text_fields[f->text].max);
	return refuse_text(f, buf_text(&f->message));
}

/* Of several fields of a name the last one counts. */
static int
text_begin(struct form *f, const struct multipart_part *part)
{
	while (f->text < TEXTS && strcmp(text_fields[f->text].name, part->name) != 0)
		f->text++;
	if (f->text == TEXTS)
		return 0;
	buf_clear(&f->texts[f->text]);
	return part->filename ? refuse_text(f, "Not a valid string.") : 0;
}

static int
text_data(struct form *f, const char *bytes, size_t n)
{
	struct buf *text = &f->texts[f->text];

	buf_add(text, bytes, n);
	return text->len > text_fields[f->text].max * BYTES_PER_CHARACTER ? refuse_length(f) : 0;
}

/* Keeps the text as it is shown: without white space around it, with line breaks of one kind. */
static int
text_end(struct form *f)
{
	const struct text_field *field = &text_fields[f->text];
	struct buf *text = &f->texts[f->text], unified = {0};
	struct text_slice kept = text_trimmed(buf_text(text), text->len);

	text_unify_lines(&unified, kept.text, kept.n);
	buf_free(text);
	*text = unified;
	if (text->failed)
		return error_set(&f->err, ERROR_SYSTEM, "out of memory");
	struct text_scan scan = text_scan(buf_text(text), text->len, field->shape);
	if (scan.at)
		return refuse_text(f, field->unfit);
	return scan.chars > field->max ? refuse_length(f) : 0;
}

/* What was said, or NULL. */
static const char *
text_said(const struct form *f, int text)
{
	return f->texts[text].len ? buf_text(&f->texts[text]) : NULL;
}

static int
field_begin(struct form *f, const struct multipart_part *part)
{
	f->text = 0;
	if (strcmp(part->name, "files") != 0)
		return text_begin(f, part);
	f->text = TEXTS;
	if (!part->filename)
		return refuse(
		    f, "The submitted data was not a file. Check the encoding type on the form.");
	if (check_name(f, part->filename) < 0 || check_charset(f, part->content_type) < 0)
		return -1;
	return upload_file_begin(&f->upload, &f->err);
}

static int
field_data(struct form *f, const char *bytes, size_t n)
{
	if (f->text < TEXTS)
		return text_data(f, bytes, n);
	return f->upload.copying ? upload_file_data(&f->upload, bytes, n, &f->err) : 0;
}

static int
field_end(struct form *f, const unsigned char *sha256)
{
	if (f->text < TEXTS)
		return text_end(f);
	if (!f->upload.copying)
		return 0;
	if (f->upload.bytes == 0)
		return refuse(f, "The submitted file is empty.");
	const struct upload_file file = {
	    .model = f->model->name,
	    .format = f->format->extension,
	    .name = f->filename,
	    .charset = f->charset ? f->charset->name : NULL,
	    .sha256 = sha256,
	};
	return upload_file_end(&f->upload, &file, &f->err);
}

/*
 * Whether to read on after what has been done with a part: if it is refused, only a request that
 * may be sent again is read to its end, to know it then.
 */
static int
go_on(struct form *f, int done)
{
	if (done == 0 || f->err.code || !repeat_has_key(&f->repeat))
		return done;
	upload_free(&f->upload);
	f->only_reads = true;
	return 0;
}

static int
part_begin(void *ctx, const struct multipart_part *part)
{
	struct form *f = ctx;

	repeat_part_begin(&f->repeat, part);
	sha256_begin(&f->content);
	return f->only_reads ? 0 : go_on(f, field_begin(f, part));
}

static int
part_data(void *ctx, const char *bytes, size_t n)
{
	struct form *f = ctx;

	if (f->upload.copying || repeat_has_key(&f->repeat))
		sha256_add(&f->content, bytes, n);
	return f->only_reads ? 0 : go_on(f, field_data(f, bytes, n));
}

static int
part_end(void *ctx)
{
	struct form *f = ctx;
	unsigned char sha256[SHA256_BYTES];

	if (sha256_digest(&f->content, sha256, &f->err) < 0)
		return -1;
	repeat_part_end(&f->repeat, sha256);
	return f->only_reads ? 0 : go_on(f, field_end(f, sha256));
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
	if (result == MULTIPART_FAILED)
		repeat_broken(&f->repeat, f->err.message);
	if (result != MULTIPART_OK || f->refusal)
		return -1;
	return f->upload.format ? 0 : refuse(f, "No file was submitted.");
}

/* Replies why there is no job. */
static void
reply_failed(struct form *f, bool unknown)
{
	struct request *r = f->r;

	upload_free(&f->upload);
	if (unknown)
		conflict_unknown(r->http);
	else
		conflict_failed(r, &f->err);
}

/* Makes the job, commits, and replies with it. */
static void
finish(struct form *f)
{
	struct http *http = f->r->http;
	const unsigned includes = job_includes(query_get(&http->query, "include"));
	const struct upload_job said = {
	    .account = f->r->caller.account_text,
	    .name = text_said(f, TEXT_NAME),
	    .note = text_said(f, TEXT_NOTE),
	};
	struct buf body = {0};
	struct json json = {.out = &body};
	bool unknown = false;
	PGresult *job = upload_make(&f->upload, &said, includes, &f->err);

	if (job)
		job_json(&json, job, 0, includes);
	if (job && repeat_keep(&f->repeat, 200, &body, &f->err) == 0 &&
	    upload_commit(&f->upload, &unknown, &f->err) == 0)
		http_reply(http, 200, &body);
	else
		reply_failed(f, unknown);
	PQclear(job);
	buf_free(&body);
}

/* Writes what is wrong with the request. Returns the status, or 0 if that is none of its faults. */
static int
write_refusal(const struct form *f, struct buf *body)
{
	struct buf detail = {0};

	if (f->unsupported) {
		http_write_detail(body, f->refusal);
		return 415;
	}
	if (f->refusal) {
		http_write_field(body, f->field ? f->field : "files", f->refusal);
		return 400;
	}
	if (f->err.code != ERROR_INPUT)
		return 0;
	buf_printf(&detail, "Multipart form parse error - %s", f->err.message);
	http_write_detail(body, buf_text(&detail));
	buf_free(&detail);
	return 400;
}

static void
reply_refused(struct form *f)
{
	struct http *http = f->r->http;
	struct buf body = {0};
	const int status = write_refusal(f, &body);

	upload_free(&f->upload); /* before draining the body, which may take a while */
	http_drain(http);
	if (status) {
		repeat_keep_refusal(&f->repeat, status, &body);
		http_reply(http, status, &body);
	} else {
		http_reply_error(http, &f->err);
	}
	buf_free(&body);
}

/* Replies as the first time, once the whole request is known to be the same. */
static void
reply_again(struct form *f, const char *boundary)
{
	struct http *http = f->r->http;

	upload_free(&f->upload);
	f->only_reads = true;
	receive(f, boundary);
	http_drain(http);
	if (f->err.code && f->err.code != ERROR_INPUT)
		http_reply_error(http, &f->err);
	else
		repeat_reply_known(&f->repeat);
}

/*
 * Checks what the headers say: is it a form with a boundary, and small enough? Returns false if
 * not; the reply has been made.
 */
static bool
is_form(struct request *r, struct buf *boundary)
{
	const char *type = http_param(r->http, "CONTENT_TYPE");
	int64_t max = config_int(SETTING_UPLOAD_MAX_BYTES);
	struct buf detail = {0};
	bool good = false;

	if (!type || !mediatype_is(type, "multipart/form-data")) {
		buf_printf(&detail, "Unsupported media type \"%s\" in request.", type ? type : "");
		http_reply_detail(r->http, 415, buf_text(&detail));
	} else if (mediatype_parameter(type, "boundary", boundary) != 1 || !boundary->len) {
		http_reply_detail(r->http, 400,
		    "Multipart form parse error - Invalid boundary in multipart: None");
	} else if (r->http->content_length > max) {
		buf_printf(&detail, "The upload is larger than %lld bytes.", (long long)max);
		http_reply_detail(r->http, 413, buf_text(&detail));
	} else {
		good = true;
	}
	buf_free(&detail);
	return good;
}

/* Is no job under way? If one is, the reply has been made. */
static bool
is_free(struct request *r)
{
	struct error err = {0};
	const int64_t current = job_current_id(r->db, &err);

	if (current < 0)
		http_reply_error(r->http, &err);
	else if (current > 0)
		conflict_in_progress(r->http, current);
	return current == 0;
}

/*
 * May the upload come, as far as can be known before its body is read? It may if its answer is
 * known, since it is compared with the request that was answered. If not, the reply has been made.
 */
static bool
may_come(struct form *f)
{
	switch (repeat_look(&f->repeat, &f->err)) {
	case IDEMPOTENCY_KNOWN: return true;
	case IDEMPOTENCY_NEW: return is_free(f->r);
	case IDEMPOTENCY_IN_USE: repeat_reply_in_use(&f->repeat); return false;
	case IDEMPOTENCY_FAILED: break;
	}
	http_reply_error(f->r->http, &f->err);
	return false;
}

/* Reads the files and makes a job of them, if no job is under way. */
static void
carry_out(struct form *f, const char *boundary)
{
	if (!is_free(f->r)) {
		upload_free(&f->upload);
		http_drain(f->r->http);
	} else if (receive(f, boundary) < 0) {
		reply_refused(f);
	} else {
		finish(f);
	}
}

static void
take(struct form *f, const char *boundary)
{
	enum idempotency_state state = IDEMPOTENCY_FAILED;

	if (upload_begin(&f->upload, f->r->db, &f->err) == 0)
		state = repeat_begin(&f->repeat, &f->err);
	switch (state) {
	case IDEMPOTENCY_NEW: carry_out(f, boundary); break;
	case IDEMPOTENCY_KNOWN: reply_again(f, boundary); break;
	case IDEMPOTENCY_FAILED: reply_refused(f); break;
	case IDEMPOTENCY_IN_USE:
		upload_free(&f->upload);
		http_drain(f->r->http);
		repeat_reply_in_use(&f->repeat);
		break;
	}
}

/*
 * Nothing in the request forbids the upload: either there was no place, or it has passed since, as
 * when its key was in use and now has an answer.
 */
static void
reply_later(struct form *f)
{
	struct http *http = f->r->http;

	if (http_param(http, "ACCESSION_CROWDED")) {
		http_header(http, "Retry-After", "5");
		http_reply_detail(http, 429,
		    "You have too many uploads under way. Wait until one of them has arrived.");
	} else if (f->repeat.known.status) {
		repeat_reply_in_use(&f->repeat);
	} else {
		http_reply_detail(http, 503, NULL);
	}
}

/* Replies to nginx, which asks before it takes the body, or asks again why it may not. */
static void
answer_asked(struct form *f)
{
	struct buf place = {0};

	if (!may_come(f))
		return;
	if (f->r->http->precheck == PRECHECK_REFUSED) {
		reply_later(f);
		return;
	}
	buf_add_text(&place, UPLOAD_PLACE);
	http_redirect(f->r->http, &place);
	buf_free(&place);
}

static void
form_free(struct form *f)
{
	upload_free(&f->upload);
	repeat_free(&f->repeat);
	sha256_free(&f->content);
	buf_free(&f->message);
	for (int i = 0; i < TEXTS; i++)
		buf_free(&f->texts[i]);
}

void
import_upload(struct request *r)
{
	struct form f = {.r = r};
	struct buf boundary = {0};
	const bool has_body = r->http->precheck == PRECHECK_NONE;

	if (!repeat_read(&f.repeat, r) || !is_form(r, &boundary)) {
		if (has_body)
			http_drain(r->http);
	} else if (has_body) {
		take(&f, buf_text(&boundary));
	} else {
		answer_asked(&f);
	}
	form_free(&f);
	buf_free(&boundary);
}
