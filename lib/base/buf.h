/*
 * A growable byte buffer. Append functions report no errors: when memory runs out (or a size would
 * overflow), the buffer is marked failed, keeps its contents and ignores further appends, so that
 * the caller needs only one check, at the end. `struct buf b = {0};` is an empty buffer.
 */
#ifndef ACCESSION_BUF_H
#define ACCESSION_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data;  /* len bytes, then a NUL that len does not count; NULL while empty */
	size_t len;  /* bytes in use */
	size_t cap;  /* bytes allocated */
	bool failed; /* an append was lost */
};

/* Frees the memory and leaves an empty buffer. */
void buf_free(struct buf *b);

/* Empties the buffer and resets `failed`, but keeps the memory. */
void buf_clear(struct buf *b);

/* Makes room for `more` bytes beyond len. Without memory, marks the buffer failed: returns false.
 */
bool buf_reserve(struct buf *b, size_t more);

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_add_char(struct buf *b, char c);
void buf_add_text(struct buf *b, const char *text);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends an integer in network byte order, as PostgreSQL's binary formats require. */
void buf_add_u16(struct buf *b, uint16_t v);
void buf_add_u32(struct buf *b, uint32_t v);
void buf_add_u64(struct buf *b, uint64_t v);

/* Removes the first n bytes (n <= len); the rest moves to the front. */
void buf_consume(struct buf *b, size_t n);

/* The contents as a C string, "" when empty. Owned by the buffer and valid until it changes. */
const char *buf_text(const struct buf *b);

#endif
