/* The zip archive around a workbook: see xlsx_package.h. */
#include "formats/xlsx_package.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#define MAX_ENTRIES 10000

/* No ratio is checked below this size: small files of repetitive text compress very well. */
#define RATIO_FROM (1024 * 1024)

/* APPNOTE.TXT 4.3.14 to 4.3.16: the records at the end of a zip archive. */
#define END_SIZE          22
#define END_COMMENT       0xFFFF
#define LOCATOR_SIZE      20
#define END64_SIZE        56
#define TAIL_SIZE         (END64_SIZE + LOCATOR_SIZE + END_SIZE + END_COMMENT)
#define END_SIGNATURE     "PK\5\6"
#define END64_SIGNATURE   "PK\6\6"
#define LOCATOR_SIGNATURE "PK\6\7"

#define DAMAGED "The workbook is damaged"

/* Other files that people upload as .xlsx, by their first bytes. */
static const struct {
	const char *magic;
	size_t n;
	const char *message;
} others[] = {
    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8,
	"The file is an old Excel file (.xls), or it is protected by a password. Open it in a "
	"spreadsheet program and save it as .xlsx, without a password."},
    {"%PDF", 4,
	"The file is a PDF document, not a workbook. Export the data from where it came from as "
	".xlsx."},
    {"\x1F\x8B", 2, "The file is a gzip archive, not a workbook. Unpack it first."},
};

static uint64_t
little_endian(const unsigned char *bytes, size_t n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | bytes[n];
	return v;
}

static size_t
read_at(int fd, void *bytes, size_t n, int64_t offset)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = pread(fd, (char *)bytes + done, n - done, offset + (int64_t)done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	return done;
}

/* The number of entries according to the end record at tail[at]. */
static uint64_t
announced(int fd, const unsigned char *tail, size_t at)
{
	unsigned char end64[END64_SIZE];
	const unsigned char *locator = tail + at - LOCATOR_SIZE;

	if (at >= LOCATOR_SIZE && memcmp(locator, LOCATOR_SIGNATURE, 4) == 0) {
		uint64_t offset = little_endian(locator + 8, 8);
		if (offset <= INT64_MAX - sizeof end64 &&
		    read_at(fd, end64, sizeof end64, (int64_t)offset) == sizeof end64 &&
		    memcmp(end64, END64_SIGNATURE, 4) == 0)
			return little_endian(end64 + 32, 8);
	}
	return little_endian(tail + at + 10, 2);
}

/*
 * Checks the number of entries before libzip sees the archive, because libzip allocates memory for
 * each of them and tries every end record that it finds.
 */
static int
check_entries(int fd, int64_t file_size, struct error *err)
{
	size_t size = file_size < TAIL_SIZE ? (size_t)file_size : TAIL_SIZE;
	unsigned char *tail = malloc(size);
	int status = 0;

	if (!tail)
		return error_set(err, ERROR_SYSTEM, XLSX_NO_MEMORY);
	size = read_at(fd, tail, size, file_size - (int64_t)size);
	for (size_t at = 0; status == 0 && at + END_SIZE <= size; at++) {
		unsigned char *found = memmem(tail + at, size - at, END_SIGNATURE, 4);
		if (!found || (at = (size_t)(found - tail)) + END_SIZE > size)
			break;
		uint64_t n = announced(fd, tail, at);
		if (n > MAX_ENTRIES)
			status = error_set(err, ERROR_LIMIT,
			    "The workbook is an archive of %" PRIu64
			    " parts; at most %d are possible.",
			    n, MAX_ENTRIES);
	}
	free(tail);
	return status;
}

/* If the file is not a zip archive, fails and says what it is. */
static int
check_magic(int fd, int64_t file_size, struct error *err)
{
	char head[8];
	size_t n = read_at(fd, head, sizeof head, 0);

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (n >= others[i].n && memcmp(head, others[i].magic, others[i].n) == 0)
			return error_set(err, ERROR_INPUT, "%s", others[i].message);
	}
	if (n >= 4 && (memcmp(head, "PK\3\4", 4) == 0 || memcmp(head, END_SIGNATURE, 4) == 0))
		return 0;
	if (file_size == 0)
		return error_set(err, ERROR_INPUT, "The file is empty.");
	return error_set(err, ERROR_INPUT,
	    "The file is not an Excel workbook (.xlsx). If it is a CSV, JSON or YAML file, upload "
	    "it with that extension; else open it in a spreadsheet program and save it as .xlsx.");
}

int
xlsx_package_open(struct xlsx_package *p, int fd, const struct limits *limits, struct error *err)
{
	struct stat st;
	int code = 0;

	*p = (struct xlsx_package){
	    .max_inflated = limits->max_inflated_bytes, .max_ratio = limits->max_inflate_ratio};
	if (fstat(fd, &st) != 0)
		return error_errno(err, "The file could not be read");
	p->file_size = st.st_size;
	if (check_magic(fd, p->file_size, err) != 0 || check_entries(fd, p->file_size, err) != 0)
		return -1;

	/* libzip closes the descriptor it is given, unless it fails. */
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (own < 0)
		return error_errno(err, "The file could not be read");
	p->zip = zip_fdopen(own, 0, &code);
	if (!p->zip)
		close(own);
	if (!p->zip && code == ZIP_ER_MEMORY)
		return error_set(err, ERROR_SYSTEM, XLSX_NO_MEMORY);
	if (!p->zip)
		return error_set(err, ERROR_INPUT,
		    "The workbook is cut off or damaged: it is no complete zip archive. Upload it "
		    "again.");
	return 0;
}

/* The next character of a part's name, as names are compared: see xlsx_package.h. */
static int
next_of_name(const char **name)
{
	const unsigned char *at = (const unsigned char *)*name;
	unsigned code;

	*name += 1;
	if (*at == '%' && isxdigit(at[1]) && isxdigit(at[2]) &&
	    sscanf((const char *)at + 1, "%2x", &code) == 1) {
		*name += 2;
		return code ? tolower((int)code) : -1;
	}
	return *at == '\\' ? '/' : tolower(*at);
}

static bool
is_same_name(const char *entry, const char *name)
{
	entry += strspn(entry, "./\\");
	name += strspn(name, "./\\");
	while (*entry && *name) {
		if (*entry == *name && *entry != '%') {
			entry++;
			name++;
		} else if (next_of_name(&entry) != next_of_name(&name)) {
			return false;
		}
	}
	return *entry == *name;
}

/* Returns the index of the part; sets *count to the number of parts with that name. */
static zip_uint64_t
find(const struct xlsx_package *p, const char *name, size_t *count)
{
	zip_int64_t n = zip_get_num_entries(p->zip, 0);
	zip_uint64_t index = 0;

	*count = 0;
	for (zip_int64_t i = 0; i < n; i++) {
		const char *entry = zip_get_name(p->zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW);
		if (entry && is_same_name(entry, name)) {
			index = (zip_uint64_t)i;
			++*count;
		}
	}
	return index;
}

bool
xlsx_package_has(const struct xlsx_package *p, const char *name)
{
	size_t count;

	find(p, name, &count);
	return count > 0;
}

static void
close_part(struct xlsx_package *p)
{
	if (!p->part.file)
		return;
	zip_fclose(p->part.file);
	p->part.file = NULL;
	p->consumed += p->part.packed;
}

void
xlsx_package_put_back(struct xlsx_package *p)
{
	int64_t consumed = p->consumed;

	if (!p->part.file)
		return;
	close_part(p);
	p->consumed = consumed;
	p->inflated -= p->part.taken;
}

int
xlsx_package_open_part(struct xlsx_package *p, const char *name, struct error *err)
{
	struct zip_stat st;
	size_t count;
	zip_uint64_t index = find(p, name, &count);

	close_part(p);
	if (count != 1)
		return error_set(err, ERROR_INPUT, DAMAGED ": its part %s is %s. " XLSX_SAVE_AGAIN,
		    name, count ? "there more than once" : "missing");
	if (zip_stat_index(p->zip, index, 0, &st) != 0)
		return error_set(err, ERROR_INPUT, DAMAGED " (part %s). " XLSX_SAVE_AGAIN, name);
	if (st.encryption_method != ZIP_EM_NONE)
		return error_set(
		    err, ERROR_INPUT, "The workbook is encrypted. Save it without a password.");
	if (st.comp_method != ZIP_CM_STORE && st.comp_method != ZIP_CM_DEFLATE)
		return error_set(err, ERROR_INPUT,
		    "The workbook is compressed in an unusual way (zip method "
		    "%d). " XLSX_SAVE_AGAIN,
		    st.comp_method);
	p->part.file = zip_fopen_index(p->zip, index, 0);
	if (!p->part.file)
		return error_set(err, ERROR_INPUT, DAMAGED " (part %s: %s). " XLSX_SAVE_AGAIN, name,
		    zip_strerror(p->zip));
	/* Limit impossible sizes, because offsets are computed from them. */
	p->part.size = st.size < INT32_MAX ? (int64_t)st.size : INT32_MAX;
	p->part.packed =
	    st.comp_size < (zip_uint64_t)p->file_size ? (int64_t)st.comp_size : p->file_size;
	p->part.taken = 0;
	return 0;
}

static int
check_inflated(const struct xlsx_package *p, struct error *err)
{
	if (p->inflated > p->max_inflated)
		return error_set(err, ERROR_LIMIT,
		    "The workbook unpacks to more than %" PRId64
		    " bytes, the limit (xlsx_max_inflated_bytes). Split it.",
		    p->max_inflated);
	if (p->inflated > RATIO_FROM && p->inflated / p->max_ratio > p->file_size)
		return error_set(err, ERROR_LIMIT,
		    "The workbook has %" PRId64 " bytes and unpacks to more than %" PRId64
		    " times that, the limit (xlsx_max_ratio). " XLSX_SAVE_AGAIN,
		    p->file_size, p->max_ratio);
	return 0;
}

ssize_t
xlsx_package_read(struct xlsx_package *p, void *bytes, size_t n, struct error *err)
{
	zip_int64_t got = zip_fread(p->part.file, bytes, n);

	if (got < 0)
		return error_set(err, ERROR_INPUT, DAMAGED " (%s). Upload it again.",
		    zip_file_strerror(p->part.file));
	p->part.taken += got;
	p->inflated += got;
	return check_inflated(p, err) == 0 ? (ssize_t)got : -1;
}

int64_t
xlsx_package_offset(const struct xlsx_package *p)
{
	int64_t offset = p->consumed;

	if (p->part.file && p->part.size)
		offset += (int64_t)((double)p->part.packed * (double)p->part.taken /
				    (double)p->part.size);
	return offset < p->file_size ? offset : p->file_size;
}

void
xlsx_package_close(struct xlsx_package *p)
{
	close_part(p);
	if (p->zip)
		zip_discard(p->zip);
	p->zip = NULL;
}
