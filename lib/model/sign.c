/* Signs of damage: see sign.h. */
#include "model/sign.h"

#include <string.h>

#define LINES (1u << FIELD_LINE)
#define TEXTS (LINES | 1u << FIELD_TEXT)
#define TAGS  (1u << FIELD_TAGS)

#define WRITE_AGAIN "If it is damage, write the value again, in a cell that is formatted as text."
#define SAVE_UTF8 \
	"If it is damage, save the file again as UTF-8 where it came from, and upload that."

const struct sign_row signs[SIGN_COUNT] = {
    [SIGN_NONE] = {"", "", 0, "", ""},
    [SIGN_DATE] = {"date", "Values that look like dates", TEXTS | TAGS,
	"a date that a spreadsheet program made of something else, such as 1-2", WRITE_AGAIN},
    [SIGN_TIME] = {"time", "Values that look like times", TEXTS | TAGS,
	"a time that a spreadsheet program made of something else, such as 1:2", WRITE_AGAIN},
    [SIGN_ROUNDED] = {"rounded", "Numbers that were rounded", TEXTS | TAGS,
	"a long number that a spreadsheet program has rounded", WRITE_AGAIN},
    [SIGN_ERROR] = {"formula_error", "Errors of formulas", TEXTS | TAGS,
	"the error of a formula that a spreadsheet program saw here", WRITE_AGAIN},
    [SIGN_NARROW] = {"narrow", "Values that a column had no room for", TEXTS | TAGS,
	"a number that a spreadsheet program had no room to show", WRITE_AGAIN},
    [SIGN_NULL] = {"null", "Words for nothing", TEXTS | TAGS,
	"what a program writes for nothing at all", "If nothing is meant, leave it empty."},
    [SIGN_REPLACED] = {"replaced", "Characters that were lost", TEXTS | TAGS,
	"text some of whose characters were lost and replaced by U+FFFD", SAVE_UTF8},
    [SIGN_TWICE_ENCODED] = {"twice_encoded", "Text that was encoded twice", TEXTS | TAGS,
	"text in UTF-8 that a program has read as something else", SAVE_UTF8},
    [SIGN_INVISIBLE] = {"invisible", "Invisible characters", LINES | TAGS,
	"text with an invisible character in it", "Remove it unless it is meant."},
    [SIGN_DIRECTION] = {"direction", "Characters that change the order of text", TEXTS | TAGS,
	"text that is shown in another order than it is stored", "Remove it unless it is meant."},
    [SIGN_APOSTROPHE] = {"apostrophe", "Apostrophes before formulas", TEXTS | TAGS,
	"a value that a program has guarded with an apostrophe so that it is no formula",
	"Remove the apostrophe unless it is meant."},
    [SIGN_SEPARATOR] = {"separator", "Tags with commas", TAGS,
	"several tags, which are separated by ; here", "Write ; between them if they are several."},
    [SIGN_CUT] = {"cut", "Texts of just the length that a cell can hold", TEXTS,
	"a text that was cut off at the 32,767 characters that a cell of Excel can hold",
	"If it was, take it from where it came from."},
    [SIGN_ENCODING] = {"encoding", "Not UTF-8", 0, "", ""},
    [SIGN_SHORT_ROW] = {"short_row", "Rows with fewer cells than the header", 0, "", ""},
    [SIGN_HEADER_AGAIN] = {"header_again", "The header again", 0, "", ""},
    [SIGN_RETIRED] = {"retired", "Retired fields", 0, "", ""},
    [SIGN_MERGED] = {"merged", "Merged cells", 0, "", ""},
    [SIGN_OTHER_SHEET] = {"other_sheet", "Sheets that were not read", 0, "", ""},
    [SIGN_HIDDEN_DEL] = {"hidden_delete", "Hidden rows and columns that delete items", 0, "", ""},
    [SIGN_HIDDEN] = {"hidden", "Hidden rows and columns", 0, "", ""},
    [SIGN_SHOWN] = {"shown", "Numbers that the sheet shows in another way", 0, "", ""},
    [SIGN_COMMENT] = {"comment", "Values cut by a #", 0, "", ""},
    [SIGN_TWIN] = {"twin", "New items that are there already", 0, "", ""},
};

enum sign
sign_named(const char *name)
{
	int i = SIGN_COUNT - 1;

	while (i && strcmp(signs[i].name, name) != 0)
		i--;
	return (enum sign)i;
}
