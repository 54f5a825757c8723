/*
 * Records that name their values (json, yaml): which field each key is, and what the reader's
 * record says in the end. As with columns, the keys _row and _errors are ignored like read-only
 * ones; an unknown key is told where the file has it first.
 *
 *	keys_begin(k, line);
 *	for each key:
 *		keys_name(k, ...) && keys_value(k, ...) or keys_list(k), keys_item(k, ...)...
 *	return keys_end(k, READER_RECORD, rec);
 *
 * Everything is copied, so names and values need to live for the call only. Findings that concern
 * one value leave its cell absent, and the record goes on.
 */
#ifndef ACCESSION_KEYS_H
#define ACCESSION_KEYS_H

#include "base/buf.h"
#include "formats/findings.h"
#include "formats/reader.h"

/* A record may have as many bytes in the file as this many of the longest fields. */
#define KEYS_RECORD_FIELDS 8

struct key;
struct member;

struct keys {
	const struct model *model;
	struct findings to;
	struct limits limits;
	size_t record_max; /* what that is, or 1 MiB if that is more */
	struct finding at; /* the place of the record being read: entry, row, line */

	int64_t entry;     /* records returned so far */
	struct key *known; /* nknown different keys that the file has used (room for max_columns) */
	size_t nknown;
	struct member *members; /* keys and values of the record, in its order (as many) */
	size_t nmembers;
	struct buf text; /* their values, one after the other */
	struct raw_cell *raw;
};

/* Prepares reading. False after a finding; keys_close is called all the same. */
bool keys_open(
    struct keys *k, const struct model *m, const struct limits *limits, const struct findings *to);

/* Frees everything. */
void keys_close(struct keys *k);

/* Begins the next record of the file, which stands on that line. */
void keys_begin(struct keys *k, int64_t line);

/* The next key of the record (UTF-8). False after a finding that ends the reading. */
bool keys_name(struct keys *k, const char *name, size_t n);

/* The value of the last key (UTF-8): no list. Line ends become LF; U+0000 is told. */
void keys_value(struct keys *k, enum cell_kind kind, const char *text, size_t n);

/* The value of the last key is a list; its items follow. */
void keys_list(struct keys *k);

/* The next item of the list (UTF-8). One with a ';', which is what joins them, is told. */
void keys_item(struct keys *k, const char *text, size_t n);

/*
 * Tells that the value of the last key (or its list, however far it was read) is none that a field
 * can have. Nothing is told if the key is ignored, or unknown and so told already, or if the value
 * was refused before.
 */
void keys_refuse(struct keys *k, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Tells that the record being read exceeds record_max. Always false. */
bool keys_too_large(struct keys *k);

/* Whether the record has no value but null, empty text and white space. */
bool keys_blank(const struct keys *k);

/*
 * Ends a call of reader_next: `status` says what was read. Fills *rec from a record, which then
 * points into k until keys_begin; tells if the file ends without any, or has too many.
 */
enum reader_status keys_end(struct keys *k, enum reader_status status, struct record *rec);

#endif
