/*
 * Records that name their values (json, yaml): matches each key to a field and builds the reader's
 * record. As with columns, keys such as _row and _note are ignored like read-only ones; an unknown
 * key, or that of a retired field, is reported where it is first used in the file.
 *
 *	keys_begin(k, line);
 *	for each key:
 *		keys_name(k, ...) && keys_value(k, ...) or keys_list(k), keys_item(k, ...)...
 *	return keys_end(k, READER_RECORD, rec);
 *
 * Names and values are copied, so they only need to be valid during the call. A finding about one
 * value leaves its cell absent and does not end the record.
 */
#ifndef ACCESSION_KEYS_H
#define ACCESSION_KEYS_H

#include "base/buf.h"
#include "base/text.h"
#include "formats/decode.h"
#include "formats/findings.h"
#include "formats/reader.h"

/* A record may take as many bytes in the file as this many fields of the greatest length. */
#define KEYS_RECORD_FIELDS 8

/* Two arguments "%s" for messages that show what a record looks like: its most important keys. */
#define KEYS_SHOWN(k) (k)->model->fields[0].name, (k)->model->fields[(k)->model->heading].name

struct key;
struct member;

struct keys {
	const struct model *model;
	struct findings to;
	struct limits limits;
	size_t record_max; /* that limit in bytes, or 1 MiB if that is more */
	struct finding at; /* the position of the record being read: entry, row, line */

	int64_t entry;     /* records returned so far */
	struct key *known; /* the nknown different keys used so far (room for max_columns) */
	size_t nknown;
	struct member *members; /* the record's keys and values in order (room for max_columns) */
	size_t nmembers;
	struct buf text; /* their values, one after the other */
	struct raw_cell *raw;
};

/* Prepares reading. False after a finding; the caller must call keys_close even then. */
bool keys_open(
    struct keys *k, const struct model *m, const struct limits *limits, const struct findings *to);

/* Frees everything. */
void keys_close(struct keys *k);

/* Begins the next record of the file, which starts on that line. */
void keys_begin(struct keys *k, int64_t line);

/* Takes the next key of the record (UTF-8). False after a fatal finding. */
bool keys_name(struct keys *k, const char *name, size_t n);

/* Takes the value of the last key (UTF-8), not a list. Line ends become LF; reports U+0000. */
void keys_value(struct keys *k, enum cell_kind kind, const char *text, size_t n);

/* Says that the value of the last key is a list, whose items follow. */
void keys_list(struct keys *k);

/* The field of the record's last key; NULL: none yet, or it is ignored, unknown or there twice. */
const struct field *keys_field(const struct keys *k);

/* Takes the next item of the list (UTF-8). Reports one that has a ';', which separates items. */
void keys_item(struct keys *k, const char *text, size_t n);

/*
 * Reports that the value of the last key (or its list, as far as it was read) is not possible for a
 * field. Reports nothing if the key is ignored, or unknown and so already reported, or if the value
 * was already refused.
 */
void keys_refuse(struct keys *k, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Warns about the last value, given as it is to be shown; not if it was refused or is no field's.
 */
void keys_warn(struct keys *k, enum sign sign, struct text_slice value, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#define KEYS_WHY_SIZE 256

/*
 * Writes why the text of the file cannot be read further, which decode_next failed with, and what
 * to do about it. Returns why.
 */
const char *
keys_unreadable(char why[KEYS_WHY_SIZE], const struct decoder *d, const struct error *err);

/* Reports that the record being read exceeds record_max. Always returns false. */
bool keys_too_large(struct keys *k);

/* Whether the record has only values that are null, empty, white space or switches that are off. */
bool keys_blank(const struct keys *k);

/*
 * Ends a call of reader_next; `status` says what was read. Fills *rec if it was a record; *rec then
 * points into k until keys_begin. Reports a file without records or with too many.
 */
enum reader_status keys_end(struct keys *k, enum reader_status status, struct record *rec);

#endif
