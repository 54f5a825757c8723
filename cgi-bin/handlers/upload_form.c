/* The form of an upload: see upload_form.h. */
#include "handlers/upload_form.h"

#include "base/text.h"
#include "http/mediatype.h"
#include "http/multipart.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define READ_SIZE (64 * 1024)

_Static_assert(MODELS_MAX <= 64, "there is a bit for every model in struct upload_form");

/* The fields of text. */
static const struct text_field {
	const char *name;
	size_t max; /* characters */
	enum text_shape shape;
	const char *unfit;
} text_fields[UPLOAD_TEXTS] = {
    [UPLOAD_NAME] = {"name", 255, TEXT_LINE,
	"Line breaks and control characters are not allowed, and what is not UTF-8."},
    [UPLOAD_NOTE] = {"note", 10000, TEXT_LINES,
	"Control characters are not allowed, and what is not UTF-8."},
};

#define BYTES_PER_CHARACTER 4 /* of UTF-8 at most; a line break may come as two */

static int
refuse(struct upload_form *f, const char *message)
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
refuse_format(struct upload_form *f, const char *filename, const char *extension)
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
refuse_model(struct upload_form *f, const char *stem, size_t n, const char *extension)
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
check_name(struct upload_form *f, const char *filename)
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
refuse_charset(struct upload_form *f, const char *given, size_t n, const char *why)
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
check_charset(struct upload_form *f, const char *type)
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
refuse_text(struct upload_form *f, const char *message)
{
	f->field = text_fields[f->text].name;
	return refuse(f, message);
}

static int
refuse_length(struct upload_form *f)
{
	buf_printf(&f->message, "Ensure this field has no more than %zu characters.",
	    text_fields[f->text].max);
	return refuse_text(f, buf_text(&f->message));
}

/* Of several fields of a name the last one counts. */
static int
text_begin(struct upload_form *f, const struct multipart_part *part)
{
	while (f->text < UPLOAD_TEXTS && strcmp(text_fields[f->text].name, part->name) != 0)
		f->text++;
	if (f->text == UPLOAD_TEXTS)
		return 0;
	buf_clear(&f->texts[f->text]);
	return part->filename ? refuse_text(f, "Not a valid string.") : 0;
}

static int
text_data(struct upload_form *f, const char *bytes, size_t n)
{
	struct buf *text = &f->texts[f->text];

	buf_add(text, bytes, n);
	return text->len > text_fields[f->text].max * BYTES_PER_CHARACTER ? refuse_length(f) : 0;
}

/* Keeps the text as it is shown: without white space around it, with line breaks of one kind. */
static int
text_end(struct upload_form *f)
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

const char *
upload_form_text(const struct upload_form *f, enum upload_text text)
{
	return f->texts[text].len ? buf_text(&f->texts[text]) : NULL;
}

static int
field_begin(struct upload_form *f, const struct multipart_part *part)
{
	f->text = 0;
	if (strcmp(part->name, "files") != 0)
		return text_begin(f, part);
	f->text = UPLOAD_TEXTS;
	if (!part->filename)
		return refuse(
		    f, "The submitted data was not a file. Check the encoding type on the form.");
	if (check_name(f, part->filename) < 0 || check_charset(f, part->content_type) < 0)
		return -1;
	return upload_file_begin(&f->upload, &f->err);
}

static int
field_data(struct upload_form *f, const char *bytes, size_t n)
{
	if (f->text < UPLOAD_TEXTS)
		return text_data(f, bytes, n);
	return f->upload.copying ? upload_file_data(&f->upload, bytes, n, &f->err) : 0;
}

static int
field_end(struct upload_form *f, const unsigned char *sha256)
{
	if (f->text < UPLOAD_TEXTS)
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
go_on(struct upload_form *f, int done)
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
	struct upload_form *f = ctx;

	repeat_part_begin(&f->repeat, part);
	sha256_begin(&f->content);
	return f->only_reads ? 0 : go_on(f, field_begin(f, part));
}

static int
part_data(void *ctx, const char *bytes, size_t n)
{
	struct upload_form *f = ctx;

	if (f->upload.copying || repeat_has_key(&f->repeat))
		sha256_add(&f->content, bytes, n);
	return f->only_reads ? 0 : go_on(f, field_data(f, bytes, n));
}

static int
part_end(void *ctx)
{
	struct upload_form *f = ctx;
	unsigned char sha256[SHA256_BYTES];

	if (sha256_digest(&f->content, sha256, &f->err) < 0)
		return -1;
	repeat_part_end(&f->repeat, sha256);
	return f->only_reads ? 0 : go_on(f, field_end(f, sha256));
}

int
upload_form_read(struct upload_form *f, const char *boundary)
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

int
upload_form_refusal(const struct upload_form *f, struct buf *body)
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

void
upload_form_free(struct upload_form *f)
{
	upload_free(&f->upload);
	repeat_free(&f->repeat);
	sha256_free(&f->content);
	buf_free(&f->message);
	for (int i = 0; i < UPLOAD_TEXTS; i++)
		buf_free(&f->texts[i]);
}
