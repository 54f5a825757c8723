#!/usr/bin/python3
"""Makes the workbooks of this folder; see README.md. Takes the folder to write to."""

import datetime
import pathlib
import subprocess
import sys

import openpyxl

HEADER = ("id", "title", "text")
FORMULA = '=A2&"-"&A3'


def with_openpyxl(path):
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "Notes"
    notes["A1"] = "a hidden sheet"
    notes.sheet_state = "hidden"
    sheet = book.create_sheet("The library")
    book.active = 1
    for column, name in enumerate(HEADER, 1):
        sheet.cell(1, column, name).font = openpyxl.styles.Font(bold=True)
    rows = {
        2: ("CT1", "Größe “prüfen”", "First line\nsecond line"),
        3: ("CT2", 8, 0.1 + 0.2),
        5: (42, True, datetime.date(2024, 2, 29)),
        6: ("CT4", FORMULA, datetime.datetime(2024, 2, 29, 18)),
        7: ("CT5", "rich text", "a_x005F_x000D_b"),
    }
    for row, values in rows.items():
        for column, value in enumerate(values, 1):
            sheet.cell(row, column, value)
    sheet["A5"].number_format = "00000"
    sheet["A7"].fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")
    for row in range(8, 40):  # formatted, but empty
        sheet.cell(row, 5).font = openpyxl.styles.Font(bold=True)
    book.save(path)


def with_libreoffice(source, path):
    """Opens and saves the other one, which calculates its formula."""
    work = path.parent / "work"
    subprocess.run(["soffice", f"-env:UserInstallation=file://{work.resolve()}/profile",
                    "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
                    "--outdir", work, source], check=True, stdout=subprocess.DEVNULL)
    (work / source.name).rename(path)
    subprocess.run(["rm", "-r", work], check=True)


def with_libxlsxwriter(here, path):
    program = path.with_suffix(".program")
    subprocess.run(["cc", "-o", program, here / "write.c", "-lxlsxwriter"], check=True)
    subprocess.run([program.resolve(), path], check=True)
    program.unlink()


def main():
    here, folder = pathlib.Path(__file__).parent, pathlib.Path(sys.argv[1])
    with_openpyxl(folder / "openpyxl.xlsx")
    with_libreoffice(folder / "openpyxl.xlsx", folder / "libreoffice.xlsx")
    with_libxlsxwriter(here, folder / "libxlsxwriter.xlsx")


main()
