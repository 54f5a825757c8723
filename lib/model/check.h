/*
 * What the checks of values share, for validate.c and check*.c alone. A value is a slice of its
 * cell. Only one that must be spelled differently is written to the row's arena, which has enough
 * room from the start (validate.c) and so never moves.
 */
#ifndef ACCESSION_CHECK_H
#define ACCESSION_CHECK_H

#include "base/text.h"
#include "model/validate.h"

#define CHECK_DETAILS   512
#define CHECK_NUMBER    24 /* room for a long in decimal */
#define CHECK_ID        32 /* no suggestions for longer ids; room for two with the longest prefix */
#define CHECK_ID_NUMBER 999999999999999

/* A record that is being validated. */
struct check {
	const struct record *rec;
	struct row *row;
	int64_t max_field_bytes;
	finding_fn *sink;
	void *ctx;
	const struct field *field; /* the one being checked */
	const struct cell *cell;
	size_t ordinal; /* of the reference in its list, from 1; 0: the value is a single id */
	bool warned;    /* of the field: one sign is enough */
	bool ok;        /* no errors so far */
};

#define LITERAL(s) ((struct value){s, sizeof s - 1})
#define NOTHING    ((struct value){NULL, 0})

/* Reports an error in the current field. Returns NOTHING, for the checks of values to return. */
__attribute__((format(printf, 2, 3))) struct value
check_complain(struct check *c, const char *format, ...);

/* Reports a value that is accepted but may be damaged, and shows it from that byte on. */
void check_warn(struct check *c, enum sign sign, struct value v, size_t from);

/* Warns of the first sign that the value was damaged. `seen` is what text_scan saw in it. */
void check_signs(struct check *c, struct value v, unsigned seen);

/* What the whole value may have become. */
enum sign check_whole_sign(const struct check *c, struct value v);

/* Complains of a character that is not allowed; `tag` is the ordinal of the tag, or 0. */
bool check_printable(struct check *c, const struct text_scan *s, size_t tag);

/* Complains if n is more than max, in that unit. */
bool check_fits(struct check *c, size_t n, size_t max, const char *unit);

/* What was written to the arena since it had `start` bytes. */
struct value check_written(const struct check *c, size_t start);

/*
 * By kind of field: the canonical value of v, which is trimmed and not empty; "" if nothing is left
 * of it, NOTHING after an error.
 */
struct value check_line(struct check *c, struct value v);
struct value check_text(struct check *c, struct value v);
struct value check_rules(struct check *c, struct value v);
struct value check_boolean(struct check *c, struct value v);
struct value check_id(struct check *c, struct value v);
struct value check_integer(struct check *c, struct value v);
struct value check_tags(struct check *c, struct value v);
struct value check_refs(struct check *c, struct value v);

/* Whether it is, but for its spelling, an id of the field: "ct 012" is CT12. */
bool check_meant_id(const struct field *f, struct value v, char meant[CHECK_ID]);

/* Whether the text may be either of two integers from min to max: "7.000" is 7 or 7000. */
bool check_two_integers(const struct check *c, struct value v, long min, long max);

/* How ids are written in the field. */
const char *check_id_example(const struct field *f, char text[CHECK_ID]);

/* Complains of an invalid id, or of one in a list; what is wrong follows in the same sentence. */
__attribute__((format(printf, 2, 3))) struct value
check_refuse_id(struct check *c, const char *format, ...);

#endif
