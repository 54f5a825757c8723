/* POST of an import: a form with files (upload_form.h), of which a job is made. */
#include "base/config.h"
#include "handlers/conflict.h"
#include "handlers/handlers.h"
#include "handlers/upload_form.h"
#include "http/mediatype.h"
#include "store/job.h"

/* Where nginx looks whether the account has too many uploads under way (nginx.conf.example). */
#define UPLOAD_PLACE "/internal/upload_place"

/* Replies why there is no job. */
static void
reply_failed(struct upload_form *f, bool unknown)
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
finish(struct upload_form *f)
{
	struct http *http = f->r->http;
	const unsigned includes = job_includes(query_get(&http->query, "include"));
	const struct upload_job said = {
	    .account = f->r->caller.account_text,
	    .name = upload_form_text(f, UPLOAD_NAME),
	    .note = upload_form_text(f, UPLOAD_NOTE),
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

static void
reply_refused(struct upload_form *f)
{
	struct http *http = f->r->http;
	struct buf body = {0};
	const int status = upload_form_refusal(f, &body);

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
reply_again(struct upload_form *f, const char *boundary)
{
	struct http *http = f->r->http;

	upload_free(&f->upload);
	f->only_reads = true;
	upload_form_read(f, boundary);
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
may_come(struct upload_form *f)
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
carry_out(struct upload_form *f, const char *boundary)
{
	if (!is_free(f->r)) {
		upload_free(&f->upload);
		http_drain(f->r->http);
	} else if (upload_form_read(f, boundary) < 0) {
		reply_refused(f);
	} else {
		finish(f);
	}
}

static void
take(struct upload_form *f, const char *boundary)
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
reply_later(struct upload_form *f)
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
answer_asked(struct upload_form *f)
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

void
import_upload(struct request *r)
{
	struct upload_form f = {.r = r};
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
	upload_form_free(&f);
	buf_free(&boundary);
}
