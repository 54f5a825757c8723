/*
 * The form of an upload: its files, which go into the database as they arrive (upload.h), and what
 *is said about them. Each part is checked as it comes.
 *
 *	struct upload_form f = {.r = r};
 *	repeat_read(&f.repeat, r);
 *	upload_begin(&f.upload, r->db, &f.err);
 *	if (upload_form_read(&f, boundary) < 0)
 *		... upload_form_refusal(&f, &body) ...
 *	upload_form_free(&f);
 */
#ifndef ACCESSION_UPLOAD_FORM_H
#define ACCESSION_UPLOAD_FORM_H

#include "base/sha256.h"
#include "formats/charset.h"
#include "http/repeat.h"
#include "http/request.h"
#include "model/format.h"
#include "model/model.h"
#include "store/upload.h"

#include <stdbool.h>
#include <stdint.h>

/* What people may say about an upload: fields beside its files, before or behind them. */
enum upload_text { UPLOAD_NAME, UPLOAD_NOTE, UPLOAD_TEXTS };

struct upload_form {
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
	struct buf texts[UPLOAD_TEXTS];
	int text; /* which of them the part is; UPLOAD_TEXTS: none */
};

/*
 * Reads the form from the request's body. Returns 0 if it was complete and had a file, else -1:
 * upload_form_refusal says why. With only_reads it just finds out what request it was (repeat.h).
 */
int upload_form_read(struct upload_form *f, const char *boundary);

/* What was said, or NULL. It belongs to the form. */
const char *upload_form_text(const struct upload_form *f, enum upload_text text);

/*
 * Writes what is wrong with the form. Returns the status of the reply, or 0 if that is none of the
 * request's faults: f->err has it.
 */
int upload_form_refusal(const struct upload_form *f, struct buf *body);

void upload_form_free(struct upload_form *f);

#endif
