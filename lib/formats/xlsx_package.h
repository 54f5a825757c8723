/*
 * An xlsx file from outside: a zip archive of parts (ECMA-376 part 2), which may be hostile. What
 * the archive says of sizes is not believed; what comes out of it is counted while it is read.
 * One part is open at a time.
 */
#ifndef ACCESSION_XLSX_PACKAGE_H
#define ACCESSION_XLSX_PACKAGE_H

#include "base/error.h"
#include "formats/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What to do about a broken file, for the ends of messages. */
#define XLSX_SAVE_AGAIN "Open it in a spreadsheet program and save it again as .xlsx."
#define XLSX_NO_MEMORY  "The server ran out of memory while it read the file. Try again later."

struct zip;
struct zip_file;

struct xlsx_package {
	struct zip *zip;
	int64_t file_size; /* of the archive, bytes */
	int64_t max_inflated, max_ratio;
	int64_t inflated; /* bytes that came out of all parts so far */
	int64_t consumed; /* compressed bytes of the parts that are closed again */
	struct {
		struct zip_file *file;       /* NULL: no part is open */
		int64_t size, packed, taken; /* bytes: unpacked, compressed, unpacked so far */
	} part;
};

/*
 * Opens the archive in fd, a regular file that stays the caller's. -1 with ERROR_INPUT if it is no
 * zip archive (saying what it is instead) or damaged, ERROR_LIMIT if it has too many entries,
 * ERROR_SYSTEM if there is no memory. xlsx_package_close is due in any case.
 */
int
xlsx_package_open(struct xlsx_package *p, int fd, const struct limits *limits, struct error *err);

/* Whether there is a part of that name; their case does not count. */
bool xlsx_package_has(const struct xlsx_package *p, const char *name);

/*
 * Opens a part, in place of the one that was open. -1 with ERROR_INPUT if it is missing, there
 * twice, encrypted or compressed in a way that no spreadsheet program does.
 */
int xlsx_package_open_part(struct xlsx_package *p, const char *name, struct error *err);

/*
 * Reads up to n bytes of the open part; 0 at its end. -1 with ERROR_INPUT if it is damaged,
 * ERROR_LIMIT once all parts together are larger than they may be.
 */
ssize_t xlsx_package_read(struct xlsx_package *p, void *bytes, size_t n, struct error *err);

/* About how many bytes of the archive were read, never more than it has. */
int64_t xlsx_package_offset(const struct xlsx_package *p);

void xlsx_package_close(struct xlsx_package *p);

#endif
