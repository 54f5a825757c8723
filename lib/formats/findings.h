/* How readers report what is wrong with a file. */
#ifndef ACCESSION_FINDINGS_H
#define ACCESSION_FINDINGS_H

#include "formats/reader.h"

/* Where findings go. */
struct findings {
	finding_fn *sink;
	void *ctx;
};

/*
 * Reports f with the formatted details (cut at 1 KiB). Always returns false, so that a function
 * that fails with a finding can return the result.
 */
bool findings_tell(const struct findings *to, struct finding f, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Like findings_tell, for a lack of memory. The details are FINDINGS_NO_MEMORY, so that a caller
 * that limits the memory of readers can recognize them and say more.
 */
#define FINDINGS_NO_MEMORY "The server ran out of memory while it read the file. Try again later."
bool findings_tell_no_memory(const struct findings *to, struct finding f);

/* Writes the names of the fields that a file may have into list, separated by commas. */
const char *findings_fields(const struct model *m, char *list, size_t size);

/* For "%.*s" in details: how many of the n bytes of UTF-8 to show, cut between characters. */
int findings_shown(const char *text, size_t n);

#endif
