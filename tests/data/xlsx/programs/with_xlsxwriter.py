#!/usr/bin/python3
"""Writes the library with xlsxwriter. Takes the file to write; "inline" for inline texts."""

import datetime
import sys

import xlsxwriter

book = xlsxwriter.Workbook(sys.argv[1], {"constant_memory": "inline" in sys.argv})
sheet = book.add_worksheet("The library")
bold = book.add_format({"bold": True})
padded, day, percent, thousands, decimals = (
    book.add_format({"num_format": code})
    for code in ('"CT"00000', "yyyy-mm-dd", "0%", "#,##0", "0.00"))
sheet.write_row(0, 0, ("id", "title", "text", "priority", "tags", "active"))
sheet.write_string(1, 0, "CT1")
sheet.write_string(1, 1, "1.10")
sheet.write_row(1, 2, ("First line\nsecond line", 7, "alpha;beta", True))
sheet.write_string(2, 0, "CT2")
sheet.write_number(2, 1, 1.1, decimals)
sheet.write_string(2, 2, "Größe “prüfen” 🔒 &<>")
sheet.write_number(2, 3, 10)
sheet.write_boolean(2, 5, False)
sheet.write_number(4, 0, 42, padded)
sheet.write_string(4, 1, "007")
sheet.write_datetime(4, 2, datetime.date(2024, 2, 29), day)
sheet.write_number(4, 3, 5.0)
sheet.write_number(4, 4, 0.5, percent)
sheet.write_string(5, 0, "CT4")
sheet.write_rich_string(5, 1, "rich ", bold, "text")
sheet.write_string(5, 2, "a_x000D_b")
sheet.write_number(5, 3, 1)
sheet.write_number(5, 4, 1234567, thousands)
sheet.write_boolean(5, 5, True)
book.close()
