/* Parsing multipart/form-data: see multipart.h. */
#include "http/multipart.h"

#include "base/buf.h"
#include "base/text.h"
#include "http/mediatype.h"
#include "http/query.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_TAIL 64

/* A macro's value as a string, for messages. */
#define QUOTE(x)  #x
#define NUMBER(x) QUOTE(x)

enum state {
	STATE_TEXT,     /* in the preamble or a part's data */
	STATE_TAIL,     /* after "--boundary": is it a delimiter? */
	STATE_HEADERS,  /* of a part */
	STATE_EPILOGUE, /* after the closing delimiter */
};

struct multipart {
	const struct multipart_handler *handler;
	void *ctx;
	enum state state;
	enum multipart_result result;
	bool in_part; /* the handler has a part open: text is its data, else preamble */
	size_t parts; /* begun so far */

	/*
	 * The delimiter points into `line` ("\r\n--boundary"): to its LF while the kind of line
	 * ends is unknown and in bodies with LF only, otherwise to its CR. Neither character occurs
	 * again in the delimiter. So when a match fails, everything matched so far is data, and the
	 * next match can only begin after it.
	 */
	char line[4 + MULTIPART_MAX_BOUNDARY + 1];
	const char *delimiter;
	size_t length;       /* of the delimiter */
	size_t matched;      /* how much of it stands at the end of the text so far */
	size_t assumed;      /* how much of that is a line end before the text, so not data */
	char tail[MAX_TAIL]; /* what follows the match, until it proves to be a delimiter or not */
	size_t tail_n;

	char header[MULTIPART_MAX_HEADER + 1];
	size_t header_n;
	size_t header_line; /* offset of its last line */
	struct buf name, filename;
};

static void
refuse(struct multipart *mp, struct error *err, const char *what)
{
	error_set(err, ERROR_INPUT, "Part %zu of the form %s.", mp->parts, what);
	mp->result = MULTIPART_FAILED;
}

/* ---- Names: from header values to what the handler gets ---- */

/*
 * Appends a parameter's value. Resolves escapes of quotes and backslashes only, because some
 * clients send a path with unescaped backslashes. Browsers write a quote as %22, which is kept.
 */
static void
add_unquoted(struct buf *out, const struct parameter *p)
{
	for (size_t i = 0; i < p->value_n; i++) {
		bool escape = p->quoted && p->value[i] == '\\' && i + 1 < p->value_n;
		if (escape && (p->value[i + 1] == '"' || p->value[i + 1] == '\\'))
			i++;
		buf_add_char(out, p->value[i]);
	}
}

/*
 * Appends an extended value, UTF-8'language'%XX... (RFC 5987). Returns false if it is not one in
 * UTF-8.
 */
static bool
add_extended(struct buf *out, const struct parameter *p)
{
	static const char charset[] = "utf-8'";
	size_t prefix = sizeof charset - 1;

	if (p->value_n < prefix || strncasecmp(p->value, charset, prefix) != 0)
		return false;
	const char *end = p->value + p->value_n;
	const char *s = memchr(p->value + prefix, '\'', p->value_n - prefix);
	if (!s)
		return false;
	while (++s < end) {
		int byte = (unsigned char)*s;
		if (*s == '%') {
			byte = query_escape(s, (size_t)(end - s));
			if (byte < 0)
				return false;
			s += 2;
		}
		buf_add_char(out, (char)byte);
	}
	return text_is_utf8(buf_text(out), out->len);
}

static bool
is_line(const struct buf *b)
{
	return text_scan(buf_text(b), b->len, TEXT_LINE).at == 0;
}

/* Reduces a path of any operating system to its last component. */
static void
keep_last_component(struct buf *path)
{
	for (size_t i = path->len; i > 0; i--) {
		if (path->data[i - 1] == '/' || path->data[i - 1] == '\\') {
			buf_consume(path, i);
			return;
		}
	}
}

enum { PARAMETER_NAME, PARAMETER_FILENAME, PARAMETER_EXTENDED, PARAMETER_COUNT };

static const char *const parameter_names[] = {"name", "filename", "filename*"};

/* Finds the parameters that we know. Returns NULL, or what is wrong with them. */
static const char *
collect_parameters(const char *disposition, struct parameter found[PARAMETER_COUNT])
{
	const char *at = mediatype_parameters(disposition);
	struct parameter p;
	int got;

	while ((got = parameter_next(&at, &p)) > 0) {
		for (size_t i = 0; i < PARAMETER_COUNT; i++) {
			if (!parameter_is(&p, parameter_names[i]))
				continue;
			if (found[i].name)
				return "names itself or its file twice";
			found[i] = p;
		}
	}
	if (got < 0)
		return "has a Content-Disposition that cannot be read";
	return found[PARAMETER_NAME].name ? NULL : "has no name";
}

/* Fills in mp->name and, if *is_file, mp->filename. Returns NULL, or what is wrong. */
static const char *
read_disposition(struct multipart *mp, const char *disposition, bool *is_file)
{
	struct parameter found[PARAMETER_COUNT] = {0};
	const struct parameter *plain = &found[PARAMETER_FILENAME];
	const struct parameter *extended = &found[PARAMETER_EXTENDED];

	if (!mediatype_is(disposition, "form-data"))
		return "has another disposition than form-data";
	const char *wrong = collect_parameters(disposition, found);
	if (wrong)
		return wrong;

	add_unquoted(&mp->name, &found[PARAMETER_NAME]);
	*is_file = plain->name || extended->name;
	if (!extended->name || !add_extended(&mp->filename, extended)) {
		if (extended->name && !plain->name)
			return "has a file name that cannot be read";
		buf_clear(&mp->filename);
		add_unquoted(&mp->filename, plain);
	}
	if (!is_line(&mp->name) || !is_line(&mp->filename))
		return "has a name with control characters or not in UTF-8";
	keep_last_component(&mp->filename);
	return NULL;
}

/* ---- Headers ---- */

enum { HEADER_DISPOSITION, HEADER_TYPE, HEADER_ENCODING, HEADER_CODING, HEADER_COUNT };

static const char *const header_names[] = {
    "Content-Disposition",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Encoding",
};

/* Stores a header "name: value" if we know it. Returns NULL, or what is wrong with it. */
static const char *
collect_header(char *line, const char *values[HEADER_COUNT])
{
	char *colon = strchr(line, ':');

	if (!colon || colon == line)
		return "has a line among its headers that is none";
	*colon = '\0';
	for (size_t i = 0; i < HEADER_COUNT; i++) {
		if (strcasecmp(line, header_names[i]) != 0)
			continue;
		if (values[i])
			return "has a header twice";
		values[i] = colon + 1 + strspn(colon + 1, " \t");
	}
	return NULL;
}

/*
 * Splits the header block into headers and joins folded ones. Returns NULL, or what is wrong with
 * them.
 */
static const char *
collect_headers(char *block, size_t n, const char *values[HEADER_COUNT])
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)block[i];
		bool line_end = c == '\n' || (c == '\r' && block[i + 1] == '\n');
		if ((c < ' ' && c != '\t' && !line_end) || c == 0x7f)
			return "has a control character in its headers";
	}

	for (char *line = block, *end; *line && *line != '\r' && *line != '\n'; line = end + 1) {
		while ((end = strchr(line, '\n')) && (end[1] == ' ' || end[1] == '\t'))
			*end = ' ';
		if (!end)
			return "has a header line without an end";
		*end = '\0';
		for (char *cr = line; (cr = strchr(cr, '\r'));)
			*cr = ' ';
		for (char *last = end; last > line && (last[-1] == ' ' || last[-1] == '\t');)
			*--last = '\0';
		const char *wrong = collect_header(line, values);
		if (wrong)
			return wrong;
	}
	return NULL;
}

/* We would store encoded data undecoded; RFC 7578 section 4.7 tells clients not to encode. */
static bool
is_identity(const char *encoding)
{
	static const char *const identities[] = {"binary", "8bit", "7bit"};

	for (size_t i = 0; i < sizeof identities / sizeof *identities; i++) {
		if (strcasecmp(encoding, identities[i]) == 0)
			return true;
	}
	return false;
}

/* Announces the part, whose header block is complete. */
static void
begin_part(struct multipart *mp, struct error *err)
{
	const char *values[HEADER_COUNT] = {0};
	const char *wrong = collect_headers(mp->header, mp->header_n, values);
	bool is_file = false;

	buf_clear(&mp->name);
	buf_clear(&mp->filename);
	if (!wrong && !values[HEADER_DISPOSITION])
		wrong = "has no Content-Disposition";
	if (!wrong && values[HEADER_ENCODING] && !is_identity(values[HEADER_ENCODING]))
		wrong = "has a Content-Transfer-Encoding; send it as it is";
	if (!wrong && values[HEADER_CODING] && strcasecmp(values[HEADER_CODING], "identity") != 0)
		wrong = "has a Content-Encoding; send it as it is";
	if (!wrong)
		wrong = read_disposition(mp, values[HEADER_DISPOSITION], &is_file);
	if (wrong) {
		refuse(mp, err, wrong);
		return;
	}
	if (mp->name.failed || mp->filename.failed) {
		error_set(err, ERROR_SYSTEM, "out of memory for the headers of a form");
		mp->result = MULTIPART_FAILED;
		return;
	}

	const char *type = values[HEADER_TYPE];
	struct multipart_part part = {
	    .name = buf_text(&mp->name),
	    .filename = is_file ? buf_text(&mp->filename) : NULL,
	    .content_type = type ? type : "text/plain",
	};
	mp->in_part = true;
	mp->state = STATE_TEXT;
	/* The end of the blank line may begin a delimiter; the part is then empty. */
	mp->matched = mp->assumed = *mp->delimiter == '\r' ? 2 : 1;
	if (mp->handler->part_begin(mp->ctx, &part))
		mp->result = MULTIPART_STOPPED;
}

/* ---- Steps: each uses some of the n > 0 bytes and says how many, or changes the state ---- */

static size_t
step_headers(struct multipart *mp, const char *bytes, size_t n, struct error *err)
{
	const char *eol = memchr(bytes, '\n', n);
	size_t take = eol ? (size_t)(eol - bytes) + 1 : n;

	if (take > MULTIPART_MAX_HEADER - mp->header_n) {
		refuse(mp, err, "has more than " NUMBER(MULTIPART_MAX_HEADER) " bytes of headers");
		return 0;
	}
	memcpy(mp->header + mp->header_n, bytes, take);
	mp->header_n += take;
	if (!eol)
		return take;

	mp->header[mp->header_n] = '\0';
	const char *line = mp->header + mp->header_line;
	mp->header_line = mp->header_n;
	if (strcmp(line, "\n") == 0 || strcmp(line, "\r\n") == 0)
		begin_part(mp, err);
	return take;
}

static void
deliver(struct multipart *mp, const char *bytes, size_t n)
{
	if (!mp->in_part || !n || mp->result != MULTIPART_OK)
		return;
	if (mp->handler->part_data(mp->ctx, bytes, n))
		mp->result = MULTIPART_STOPPED;
}

/* What looked like a delimiter was data: delivers it. */
static void
give_back(struct multipart *mp)
{
	deliver(mp, mp->delimiter + mp->assumed, mp->matched - mp->assumed);
	deliver(mp, mp->tail, mp->tail_n);
	mp->matched = mp->assumed = mp->tail_n = 0;
	mp->state = STATE_TEXT;
}

/* Returns how many bytes at the end of the text may begin a delimiter. */
static size_t
begun_at_end(const struct multipart *mp, const char *bytes, size_t n)
{
	size_t look = n < mp->length ? n : mp->length - 1;
	const char *eol = memrchr(bytes + n - look, *mp->delimiter, look);
	size_t begun = eol ? (size_t)(bytes + n - eol) : 0;

	return begun && memcmp(eol, mp->delimiter, begun) == 0 ? begun : 0;
}

static size_t
step_text(struct multipart *mp, const char *bytes, size_t n, struct error *err)
{
	size_t used = 0;

	(void)err;
	if (mp->matched) {
		while (used < n && mp->matched < mp->length &&
		       bytes[used] == mp->delimiter[mp->matched]) {
			used++;
			mp->matched++;
		}
		if (mp->matched == mp->length)
			mp->state = STATE_TAIL;
		else if (used < n)
			give_back(mp);
		return used;
	}

	const char *found = memmem(bytes, n, mp->delimiter, mp->length);
	size_t data = found ? (size_t)(found - bytes) : n - begun_at_end(mp, bytes, n);
	mp->matched = found ? mp->length : n - data;
	if (found)
		mp->state = STATE_TAIL;
	deliver(mp, bytes, data);
	return data + mp->matched;
}

/* Ends the part before a complete delimiter. */
static void
end_part(struct multipart *mp, enum state next)
{
	mp->state = next;
	mp->matched = mp->assumed = mp->tail_n = 0;
	mp->header_n = mp->header_line = 0;
	if (!mp->in_part)
		return;
	mp->in_part = false;
	if (mp->handler->part_end(mp->ctx))
		mp->result = MULTIPART_STOPPED;
}

static size_t
step_tail(struct multipart *mp, const char *bytes, size_t n, struct error *err)
{
	char c = *bytes, last = mp->tail_n ? mp->tail[mp->tail_n - 1] : ' ';
	bool padded = last == ' ' || last == '\t';

	(void)n;
	if (c == '-' && last == '-') {
		end_part(mp, STATE_EPILOGUE);
	} else if (c == '\n' && last != '-') {
		if (!mp->parts && last == '\r') {
			mp->delimiter--;
			mp->length++;
		}
		end_part(mp, STATE_HEADERS);
		if (mp->result == MULTIPART_OK && ++mp->parts > MULTIPART_MAX_PARTS)
			refuse(mp, err,
			    "is one too many: " NUMBER(MULTIPART_MAX_PARTS) " are allowed");
	} else if (mp->tail_n < sizeof mp->tail &&
		   ((padded && (c == ' ' || c == '\t' || c == '\r')) ||
		       (c == '-' && !mp->tail_n))) {
		mp->tail[mp->tail_n++] = c;
	} else {
		give_back(mp);
		return 0;
	}
	return 1;
}

static size_t
step_epilogue(struct multipart *mp, const char *bytes, size_t n, struct error *err)
{
	(void)mp, (void)bytes, (void)err;
	return n;
}

static size_t (*const steps[])(
    struct multipart *mp, const char *bytes, size_t n, struct error *err) = {
    [STATE_TEXT] = step_text,
    [STATE_TAIL] = step_tail,
    [STATE_HEADERS] = step_headers,
    [STATE_EPILOGUE] = step_epilogue,
};

/* ---- Opening and closing ---- */

struct multipart *
multipart_open(
    const char *boundary, const struct multipart_handler *handler, void *ctx, struct error *err)
{
	size_t n = strlen(boundary);
	bool fine = n >= 1 && n <= MULTIPART_MAX_BOUNDARY && boundary[n - 1] != ' ';

	for (size_t i = 0; fine && i < n; i++)
		fine = boundary[i] >= ' ' && boundary[i] <= '~';
	if (!fine) {
		error_set(err, ERROR_INPUT,
		    "The boundary of a form must be 1 to %d printable ASCII characters.",
		    MULTIPART_MAX_BOUNDARY);
		return NULL;
	}
	struct multipart *mp = calloc(1, sizeof *mp);
	if (!mp) {
		error_set(err, ERROR_SYSTEM, "out of memory for a form");
		return NULL;
	}
	mp->handler = handler;
	mp->ctx = ctx;
	memcpy(mp->line, "\r\n--", 4);
	memcpy(mp->line + 4, boundary, n);
	mp->delimiter = mp->line + 1;
	mp->length = 3 + n;
	mp->matched = mp->assumed = 1; /* the body begins a line */
	return mp;
}

enum multipart_result
multipart_feed(struct multipart *mp, const char *bytes, size_t n, struct error *err)
{
	while (n && mp->result == MULTIPART_OK) {
		size_t used = steps[mp->state](mp, bytes, n, err);
		bytes += used;
		n -= used;
	}
	return mp->result;
}

enum multipart_result
multipart_finish(struct multipart *mp, struct error *err)
{
	if (mp->result != MULTIPART_OK || mp->state == STATE_EPILOGUE)
		return mp->result;
	if (mp->parts)
		error_set(err, ERROR_INPUT,
		    "The form breaks off in part %zu: its closing boundary is missing.", mp->parts);
	else
		error_set(err, ERROR_INPUT, "The form does not contain its boundary \"%s\".",
		    mp->line + 4);
	return mp->result = MULTIPART_FAILED;
}

void
multipart_close(struct multipart *mp)
{
	if (!mp)
		return;
	buf_free(&mp->name);
	buf_free(&mp->filename);
	free(mp);
}
