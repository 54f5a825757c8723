/*
 * The XLSX reader, lib/formats/xlsx*.c. An input that begins with "PK" is the file; it mostly tests
 * the archive, since checksums keep it from the rest. Any other input is the parts of a workbook,
 * to be packed: sections that begin with '%' at the start of a line and a letter of the table
 * below. For a lower-case letter, the part's root element is put around the section.
 */
#include "base/buf.h"
#include "fuzz.h"
#include "reader_fuzz.h"

#include <ctype.h>
#include <string.h>
#include <zip.h>

#define MAIN_NS  "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define OTHER_NS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define RELS_NS  "http://schemas.openxmlformats.org/package/2006/relationships"

#define RELATION(id, type, target) \
	"<Relationship Id='" id "' Type='" OTHER_NS "/" type "' Target='" target "'/>"

/* The parts of a workbook, and their content if the input does not give it. */
static const struct part {
	char letter;
	const char *name, *begin, *end, *usual;
} parts[] = {
    {'p', "_rels/.rels", "<Relationships xmlns='" RELS_NS "'>", "</Relationships>",
	RELATION("r1", "officeDocument", "xl/workbook.xml")},
    {'w', "xl/workbook.xml", "<workbook xmlns='" MAIN_NS "' xmlns:r='" OTHER_NS "'>", "</workbook>",
	"<sheets><sheet name='Sheet1' sheetId='1' r:id='r1'/></sheets>"},
    {'r', "xl/_rels/workbook.xml.rels", "<Relationships xmlns='" RELS_NS "'>", "</Relationships>",
	RELATION("r1", "worksheet", "s.xml") RELATION("r2", "styles", "y.xml")
	    RELATION("r3", "sharedStrings", "t.xml") RELATION("r4", "worksheet", "o.xml")},
    {'y', "xl/y.xml", "<styleSheet xmlns='" MAIN_NS "'>", "</styleSheet>",
	"<cellXfs><xf/><xf numFmtId='14'/></cellXfs>"},
    {'t', "xl/t.xml", "<sst xmlns='" MAIN_NS "'>", "</sst>", "<si><t>id</t></si>"},
    {'s', "xl/s.xml", "<worksheet xmlns='" MAIN_NS "'><sheetData>", "</sheetData></worksheet>", ""},
    {'o', "xl/o.xml", "<worksheet xmlns='" MAIN_NS "'><sheetData>", "</sheetData></worksheet>",
	"<row><c t='s'><v>0</v></c></row><row><c t='s'><v>0</v></c></row>"},
};

#define NPARTS (sizeof parts / sizeof *parts)

struct section {
	char letter; /* 0: the input does not have it */
	const char *text;
	size_t n;
};

/* Finds the input's sections; of several with the same letter the last counts. */
static void
split(const char *text, size_t n, struct section sections[NPARTS])
{
	const char *end = text + n, *at = text;

	while (at && end - at >= 2) {
		const char *next = memmem(at, (size_t)(end - at), "\n%", 2);
		size_t i = 0;
		while (i < NPARTS && parts[i].letter != tolower((unsigned char)at[1]))
			i++;
		if (*at == '%' && i < NPARTS)
			sections[i] =
			    (struct section){at[1], at + 2, (size_t)((next ? next : end) - at) - 2};
		at = next ? next + 1 : NULL;
	}
}

/* Adds a part, whose text is built in *text, which must live until the archive is written. */
static void
add_part(struct zip *zip, const struct part *part, const struct section *s, bool packed,
    struct buf *text)
{
	bool wrapped = s->letter == part->letter || !s->letter;

	buf_add_text(text, wrapped ? part->begin : "");
	buf_add(text, s->letter ? s->text : part->usual, s->letter ? s->n : strlen(part->usual));
	buf_add_text(text, wrapped ? part->end : "");
	zip_source_t *source = zip_source_buffer(zip, buf_text(text), text->len, 0);
	HOLDS(source);
	zip_int64_t index = zip_file_add(zip, part->name, source, ZIP_FL_ENC_UTF_8);
	HOLDS(index >= 0);
	HOLDS(zip_set_file_compression(
		  zip, (zip_uint64_t)index, packed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 1) == 0);
}

/* Packs the sections, and the usual content of missing ones, into a workbook. */
static void
make_book(const struct section sections[NPARTS], bool packed, struct buf *book)
{
	struct buf texts[NPARTS] = {0};
	zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
	char piece[4096];
	zip_int64_t got;

	HOLDS(source);
	zip_source_keep(source);
	struct zip *zip = zip_open_from_source(source, ZIP_TRUNCATE, NULL);
	HOLDS(zip);
	for (size_t i = 0; i < NPARTS; i++)
		add_part(zip, &parts[i], &sections[i], packed, &texts[i]);
	HOLDS(zip_close(zip) == 0 && zip_source_open(source) == 0);
	while ((got = zip_source_read(source, piece, sizeof piece)) > 0)
		buf_add(book, piece, (size_t)got);
	zip_source_close(source);
	zip_source_free(source);
	for (size_t i = 0; i < NPARTS; i++)
		buf_free(&texts[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct section sections[NPARTS] = {0};
	struct buf book = {0};

	if (n >= 2 && memcmp(bytes, "PK", 2) == 0) {
		reader_fuzz("xlsx", bytes, n);
		return 0;
	}
	split((const char *)bytes, n, sections);
	make_book(sections, n % 4 == 0, &book);
	reader_fuzz("xlsx", buf_text(&book), book.len);
	buf_free(&book);
	return 0;
}
