/*
 * The container of an xlsx file: a zip archive of parts (ECMA-376 part 2), which may be hostile.
 * The sizes given in the archive are not trusted; bytes are counted as they are unpacked. Only one
 * part is open at a time.
 */
#ifndef ACCESSION_XLSX_PACKAGE_H
#define ACCESSION_XLSX_PACKAGE_H

#include "base/error.h"
#include "formats/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Ends of messages, which say what to do about a broken file. */
#define XLSX_SAVE_AGAIN "Open it in a spreadsheet program and save it again as .xlsx."
#define XLSX_NO_MEMORY  "The server ran out of memory while it read the file. Try again later."

struct zip;
struct zip_file;

struct xlsx_package {
	struct zip *zip;
	int64_t file_size; /* of the archive, in bytes */
	int64_t max_inflated, max_ratio;
	int64_t inflated; /* bytes unpacked from all parts so far */
	int64_t consumed; /* compressed bytes of the parts already closed */
	struct {
		struct zip_file *file;       /* NULL: no part is open */
		int64_t size, packed, taken; /* bytes: unpacked, compressed, unpacked so far */
	} part;
};

/*
 * Opens the archive in fd, a regular file that still belongs to the caller. Returns 0, or -1 with
 * ERROR_INPUT if it is damaged or not a zip archive (saying what it is instead), ERROR_LIMIT if it
 * has too many entries, ERROR_SYSTEM if there is no memory. Always call xlsx_package_close.
 */
int
xlsx_package_open(struct xlsx_package *p, int fd, const struct limits *limits, struct error *err);

/*
 * Whether there is a part of that name. Names are compared as programs that write them differ:
 * without regard to case and to a slash at the start, a backslash is a slash, and %20 a space.
 */
bool xlsx_package_has(const struct xlsx_package *p, const char *name);

/*
 * Opens a part and closes the one that was open. Returns 0, or -1 with ERROR_INPUT if the part is
 * missing, there twice, encrypted or compressed in a way that no spreadsheet program uses.
 */
int xlsx_package_open_part(struct xlsx_package *p, const char *name, struct error *err);

/*
 * Reads up to n bytes of the open part; 0 at its end. Returns -1 with ERROR_INPUT if it is damaged,
 * or ERROR_LIMIT as soon as all parts together exceed the limits.
 */
ssize_t xlsx_package_read(struct xlsx_package *p, void *bytes, size_t n, struct error *err);

/*
 * Closes the open part, which will be read again, or is of no interest: what was read of it is no
 * progress, and does not count as unpacked.
 */
void xlsx_package_put_back(struct xlsx_package *p);

/* The approximate number of bytes of the archive read so far, never more than its size. */
int64_t xlsx_package_offset(const struct xlsx_package *p);

void xlsx_package_close(struct xlsx_package *p);

#endif
