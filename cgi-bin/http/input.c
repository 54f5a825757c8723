/* Checking the fields of a request body: see input.h. */
#include "http/input.h"

#include "base/json_writer.h"
#include "base/text.h"
#include "http/form.h"
#include "people/email.h"
#include "people/password_rules.h"

#include <string.h>
#include <strings.h>

#define SHOWN 200 /* bytes of a wrong choice to repeat in the reply, at most */

/* What a check works on. It adds a message if the value is wrong. */
struct checked {
	const struct input *input;
	json_object *form;
	struct given *value;
	struct buf message;
};

/* The spellings of a boolean field of Django REST framework. */
static const char *const spellings[][6] = {
    {"false", "f", "no", "n", "off", "0"},
    {"true", "t", "yes", "y", "on", "1"},
};

/* Text with U+0000 in it never matches a word, even if it begins like one. */
static bool
is_one_word(const struct given *v)
{
	return strlen(v->text) == v->n;
}

static void
check_boolean(struct checked *c)
{
	for (int v = 0; v <= 1 && is_one_word(c->value); v++)
		for (int i = 0; i < 6; i++)
			if (strcasecmp(c->value->text, spellings[v][i]) == 0) {
				const char *word = spellings[v][0];
				*c->value = (struct given){word, strlen(word)};
				return;
			}
	buf_add_text(&c->message, "Must be a valid boolean.");
}

static void
check_choice(struct checked *c)
{
	for (const char *const *choice = c->input->choices; *choice; choice++)
		if (strcmp(*choice, c->value->text) == 0 && is_one_word(c->value))
			return;
	buf_printf(&c->message, "\"%.*s\" is not a valid choice.", SHOWN, c->value->text);
}

static void
replace(struct checked *c, const char *text, size_t n)
{
	json_object *new = json_object_new_string_len(text, (int)n);

	json_object_object_add(c->form, c->input->name, new);
	*c->value = (struct given){json_object_get_string(new), n};
}

/* Replaces the text sent with the trimmed one, so that it too ends with a NUL. */
static void
check_shape(struct checked *c, enum text_shape shape)
{
	struct given *v = c->value;

	text_trim(&v->text, &v->n);
	struct text_scan scan = text_scan(v->text, v->n, shape);
	if (v->n == 0 && !c->input->blank) {
		buf_add_text(&c->message, "This field may not be blank.");
	} else if (scan.at) {
		buf_add_text(&c->message,
		    shape == TEXT_LINE ? "Line breaks and control characters are not allowed."
				       : "Control characters are not allowed.");
	} else if (scan.chars > c->input->max) {
		buf_printf(&c->message, "Ensure this field has no more than %zu characters.",
		    c->input->max);
	} else {
		replace(c, v->text, v->n);
	}
}

static void
check_text(struct checked *c)
{
	check_shape(c, TEXT_LINE);
}

static void
check_lines(struct checked *c)
{
	check_shape(c, TEXT_LINES);
}

static void
check_nothing(struct checked *c)
{
	(void)c;
}

/* Replaces the text sent with the address as accounts have it. */
static void
check_email(struct checked *c)
{
	struct given *v = c->value;
	struct error err = {0};
	struct buf email = {0};
	struct text_slice seen = text_trimmed(v->text, v->n);

	if (seen.n == 0)
		buf_add_text(&c->message, "This field may not be blank.");
	else if (!is_one_word(v))
		buf_add_text(&c->message, "Line breaks and control characters are not allowed.");
	else if (email_normalise(v->text, &email, &err) < 0)
		buf_add_text(&c->message, err.message);
	else
		replace(c, email.data, email.len);
	buf_free(&email);
}

static void
check_number(struct checked *c)
{
	const struct given *v = c->value;

	if (v->n == 0 || v->n > 9 || strspn(v->text, "0123456789") != v->n)
		buf_add_text(&c->message, "A valid integer is required.");
	else if (strtoull(v->text, NULL, 10) > c->input->max)
		buf_printf(
		    &c->message, "Ensure this value is less than or equal to %zu.", c->input->max);
}

static void
check_password(struct checked *c)
{
	if (c->value->n == 0)
		buf_add_text(&c->message, "This field may not be blank.");
}

static void
check_new_password(struct checked *c)
{
	struct error err = {0};

	if (password_has_length(c->value->text, c->value->n, &err) < 0)
		buf_add_text(&c->message, err.message);
}

static void (*const checks[])(struct checked *c) = {
    [INPUT_TEXT] = check_text,
    [INPUT_LINES] = check_lines,
    [INPUT_JSON] = check_nothing,
    [INPUT_EMAIL] = check_email,
    [INPUT_CHOICE] = check_choice,
    [INPUT_BOOLEAN] = check_boolean,
    [INPUT_NUMBER] = check_number,
    [INPUT_PASSWORD] = check_password,
    [INPUT_NEW_PASSWORD] = check_new_password,
};

/* As in the framework, a choice is looked up by its text, whatever its type. */
static bool
is_usable(const struct input *input, const json_object *value)
{
	switch (input->kind) {
	case INPUT_CHOICE: return true;
	case INPUT_BOOLEAN:
		return json_object_is_type(value, json_type_string) ||
		       json_object_is_type(value, json_type_boolean) ||
		       json_object_is_type(value, json_type_int);
	case INPUT_NUMBER:
		return json_object_is_type(value, json_type_string) ||
		       json_object_is_type(value, json_type_int);
	case INPUT_JSON:
		return json_object_is_type(value, json_type_object) ||
		       json_object_is_type(value, json_type_array);
	default: return json_object_is_type(value, json_type_string);
	}
}

/* What is said of a value of another type. */
static const char *
unusable(const struct input *input)
{
	switch (input->kind) {
	case INPUT_BOOLEAN: return "Must be a valid boolean.";
	case INPUT_NUMBER: return "A valid integer is required.";
	case INPUT_JSON: return "A JSON object or a list is required.";
	default: return "Not a valid string.";
	}
}

static void
check(struct checked *c, bool partial)
{
	json_object *given = NULL;

	if (!json_object_object_get_ex(c->form, c->input->name, &given)) {
		if (c->input->required && !partial)
			buf_add_text(&c->message, "This field is required.");
	} else if (!given) {
		buf_add_text(&c->message, "This field may not be null.");
	} else if (!is_usable(c->input, given)) {
		buf_add_text(&c->message, unusable(c->input));
	} else {
		c->value->text = c->input->kind == INPUT_JSON
				     ? json_object_to_json_string_ext(given, JSON_C_TO_STRING_PLAIN)
				     : json_object_get_string(given);
		c->value->n = json_object_is_type(given, json_type_string)
				  ? (size_t)json_object_get_string_len(given)
				  : strlen(c->value->text);
		checks[c->input->kind](c);
	}
}

static json_object *
read_fields(
    struct request *r, const struct input *inputs, size_t n, bool partial, struct given *values)
{
	struct buf body = {0};
	struct json json = {.out = &body};
	json_object *form = form_read(r);
	bool good = true;

	if (!form)
		return NULL;
	json_begin_object(&json);
	for (size_t i = 0; i < n; i++) {
		struct checked c = {.input = &inputs[i], .form = form, .value = &values[i]};
		values[i] = (struct given){0};
		check(&c, partial);
		if (c.message.len) {
			good = false;
			json_key(&json, inputs[i].name);
			json_begin_array(&json);
			json_string(&json, c.message.data, c.message.len);
			json_end_array(&json);
		}
		buf_free(&c.message);
	}
	json_end_object(&json);
	if (!good) {
		http_reply(r->http, 400, &body);
		json_object_put(form);
		form = NULL;
	}
	buf_free(&body);
	return form;
}

json_object *
input_read(struct request *r, const struct input *inputs, size_t n, struct given *values)
{
	return read_fields(r, inputs, n, false, values);
}

json_object *
input_read_some(struct request *r, const struct input *inputs, size_t n, struct given *values)
{
	return read_fields(r, inputs, n, true, values);
}
