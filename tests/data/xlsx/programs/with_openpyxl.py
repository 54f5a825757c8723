#!/usr/bin/python3
"""Writes the library with openpyxl. Takes the file to write."""

import datetime
import sys

import openpyxl

book = openpyxl.Workbook()
sheet = book.active
sheet.title = "The library"
for row in (
    ("id", "title", "text", "priority", "tags", "active"),
    ("CT1", "1.10", "First line\nsecond line", 7, "alpha;beta", True),
    ("CT2", 1.1, "Größe “prüfen” 🔒 &<>", 10, None, False),
    (),
    (42, "007", datetime.date(2024, 2, 29), 5.0, 0.5, None),
    ("CT4", "rich text", "a_x005F_x000D_b", 1, 1234567, True),
):
    sheet.append(row)
for cell, code in (("B3", "0.00"), ("A5", '"CT"00000'), ("C5", "yyyy-mm-dd"), ("E5", "0%"),
                   ("E6", "#,##0")):
    sheet[cell].number_format = code
book.save(sys.argv[1])
