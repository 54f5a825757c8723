/* The fields of a small request body: see form.h. */
#include "http/form.h"

#include "http/mediatype.h"
#include "http/multipart.h"

#include <stdlib.h>
#include <string.h>

#define JSON_DEPTH 8
#define MAX_FIELDS 100

static json_object *
refuse(struct request *r, const char *detail)
{
	http_reply_detail(r->http, 400, detail);
	return NULL;
}

static json_object *
parse_json(struct request *r, const struct buf *body)
{
	/* The tokener stops at a NUL, whatever follows it. */
	if (memchr(buf_text(body), '\0', body->len))
		return refuse(r, "JSON parse error - NUL character");
	struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH);
	if (!tokener)
		return refuse(r, "out of memory");
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	/* The NUL after the bytes ends a bare number. */
	json_object *value = json_tokener_parse_ex(tokener, buf_text(body), (int)body->len + 1);
	enum json_tokener_error code = json_tokener_get_error(tokener);
	json_tokener_free(tokener);

	if (code != json_tokener_success) {
		struct buf detail = {0};
		buf_printf(&detail, "JSON parse error - %s", json_tokener_error_desc(code));
		refuse(r, buf_text(&detail));
		buf_free(&detail);
		return NULL;
	}
	if (!json_object_is_type(value, json_type_object)) {
		json_object_put(value);
		http_reply_field(r->http, "non_field_errors",
		    "Invalid data. Expected a dictionary, but got something else.");
		return NULL;
	}
	return value;
}

static json_object *
parse_json_or_nothing(struct request *r, const struct buf *body)
{
	size_t blank = strspn(buf_text(body), " \t\r\n");

	return blank == body->len ? json_object_new_object() : parse_json(r, body);
}

/* curl -d '{"status": ...}' sends JSON labelled as a form. */
static json_object *
parse_urlencoded(struct request *r, const struct buf *body)
{
	struct query fields = {0};
	struct error err = {0};

	if (buf_text(body)[strspn(buf_text(body), " \t\r\n")] == '{')
		return parse_json(r, body);
	if (query_parse(&fields, buf_text(body), body->len, MAX_FIELDS, &err) < 0) {
		query_free(&fields);
		http_reply_error(r->http, &err);
		return NULL;
	}
	json_object *form = json_object_new_object();
	for (size_t i = 0; i < fields.n; i++)
		json_object_object_add(
		    form, fields.pairs[i].name, json_object_new_string(fields.pairs[i].value));
	query_free(&fields);
	return form;
}

struct part_reader {
	json_object *form;
	char *name;
	struct buf value;
};

static int
part_begin(void *ctx, const struct multipart_part *part)
{
	struct part_reader *reader = ctx;

	free(reader->name);
	reader->name = strdup(part->name);
	buf_clear(&reader->value);
	return reader->name ? 0 : -1;
}

static int
part_data(void *ctx, const char *bytes, size_t n)
{
	struct part_reader *reader = ctx;

	buf_add(&reader->value, bytes, n);
	return 0;
}

static int
part_end(void *ctx)
{
	struct part_reader *reader = ctx;

	json_object_object_add(reader->form, reader->name,
	    json_object_new_string_len(buf_text(&reader->value), (int)reader->value.len));
	return 0;
}

static json_object *
parse_multipart(struct request *r, const struct buf *body)
{
	static const struct multipart_handler handler = {part_begin, part_data, part_end};
	struct part_reader reader = {.form = json_object_new_object()};
	struct buf boundary = {0};
	struct error err = {0};
	struct multipart *mp = NULL;
	json_object *form = NULL;

	mediatype_parameter(http_param(r->http, "CONTENT_TYPE"), "boundary", &boundary);
	mp = multipart_open(buf_text(&boundary), &handler, &reader, &err);
	if (mp && multipart_feed(mp, buf_text(body), body->len, &err) == MULTIPART_OK &&
	    multipart_finish(mp, &err) == MULTIPART_OK) {
		form = json_object_get(reader.form);
	} else {
		struct buf detail = {0};
		buf_printf(&detail, "Multipart form parse error - %s", err.message);
		refuse(r, buf_text(&detail));
		buf_free(&detail);
	}
	multipart_close(mp);
	buf_free(&boundary);
	buf_free(&reader.value);
	free(reader.name);
	json_object_put(reader.form);
	return form;
}

static const struct body_type {
	const char *type;
	json_object *(*parse)(struct request *, const struct buf *);
} body_types[] = {
    {"application/json", parse_json_or_nothing},
    {"text/json", parse_json_or_nothing},
    {"application/x-www-form-urlencoded", parse_urlencoded},
    {"multipart/form-data", parse_multipart},
};

json_object *
form_read(struct request *r)
{
	const char *type = http_param(r->http, "CONTENT_TYPE");
	json_object *(*parse)(struct request *, const struct buf *) = NULL;
	struct buf body = {0};
	struct error err = {0};
	json_object *form = NULL;

	if (!type || !*type)
		parse = parse_json_or_nothing;
	for (size_t i = 0; !parse && i < sizeof body_types / sizeof body_types[0]; i++)
		if (mediatype_is(type, body_types[i].type))
			parse = body_types[i].parse;
	if (http_read_all(r->http, FORM_MAX_BYTES, &body, &err) < 0) {
		http_drain(r->http);
		http_reply_error(r->http, &err);
	} else if (!parse) {
		struct buf detail = {0};
		buf_printf(&detail, "Unsupported media type \"%s\" in request.", type);
		http_reply_detail(r->http, 415, buf_text(&detail));
		buf_free(&detail);
	} else {
		form = parse(r, &body);
	}
	buf_free(&body);
	return form;
}
