/* Writes libxlsxwriter.xlsx to the path it is given; see README.md. */
#include <xlsxwriter.h>

int
main(int argc, char **argv)
{
	lxw_workbook *book = argc == 2 ? workbook_new(argv[1]) : NULL;

	if (!book)
		return 1;
	lxw_worksheet *notes = workbook_add_worksheet(book, "Notes");
	lxw_worksheet *sheet = workbook_add_worksheet(book, "The library");
	lxw_format *bold = workbook_add_format(book), *padded = workbook_add_format(book);
	lxw_format *date = workbook_add_format(book), *time = workbook_add_format(book);
	lxw_datetime day = {2024, 2, 29, 0, 0, 0}, evening = {2024, 2, 29, 18, 0, 0};
	lxw_rich_string_tuple first = {.format = bold, .string = "rich"},
			      second = {.string = " text"};
	lxw_rich_string_tuple *rich[] = {&first, &second, NULL};

	format_set_bold(bold);
	format_set_num_format(padded, "00000");
	format_set_num_format(date, "yyyy-mm-dd");
	format_set_num_format(time, "dd/mm/yyyy hh:mm");
	worksheet_write_string(notes, 0, 0, "a hidden sheet", NULL);
	worksheet_activate(sheet);
	worksheet_hide(notes);
	worksheet_write_string(sheet, 0, 0, "id", bold);
	worksheet_write_string(sheet, 0, 1, "title", bold);
	worksheet_write_string(sheet, 0, 2, "text", bold);
	worksheet_write_string(sheet, 1, 0, "CT1", NULL);
	worksheet_write_string(sheet, 1, 1, "Größe “prüfen”", NULL);
	worksheet_write_string(sheet, 1, 2, "First line\nsecond line", NULL);
	worksheet_write_string(sheet, 2, 0, "CT2", NULL);
	worksheet_write_number(sheet, 2, 1, 8, NULL);
	worksheet_write_number(sheet, 2, 2, 0.1 + 0.2, NULL);
	worksheet_write_number(sheet, 4, 0, 42, padded);
	worksheet_write_boolean(sheet, 4, 1, 1, NULL);
	worksheet_write_datetime(sheet, 4, 2, &day, date);
	worksheet_write_string(sheet, 5, 0, "CT4", NULL);
	worksheet_write_formula_str(sheet, 5, 1, "=A2&\"-\"&A3", NULL, "CT1-CT2");
	worksheet_write_datetime(sheet, 5, 2, &evening, time);
	worksheet_write_string(sheet, 6, 0, "CT5", NULL);
	worksheet_write_rich_string(sheet, 6, 1, rich, NULL);
	worksheet_write_string(sheet, 6, 2, "a_x005F_x000D_b", NULL);
	for (lxw_row_t row = 7; row < 40; row++)
		worksheet_write_blank(sheet, row, 4, bold);
	return workbook_close(book) != LXW_NO_ERROR;
}
