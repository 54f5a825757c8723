#!/usr/bin/python3
"""Makes the files of this folder; see README.md. Takes the folder to write to."""

import csv
import pathlib
import subprocess
import sys

HEADER = ("id", "title", "text", "problem", "priority", "phase", "active", "match_conditions",
          "tags")
ROWS = (
    ("CT1", "Größe “prüfen” – שלום 😀", "First line\nsecond \"line\", with a comma; and more",
     "P1", 8, "X1", "True", "A1 AND !A2;A3", "a;b c"),
    ("CT2", "007", "no", "", 10, "CX2", "False", "", ""),
    ("CT3", "1e3", "TRUE", "CP3", 1, "X9", "True", "CA7", "10;20"),
    ("CT4", "2026-11-23", "\tTab, and spaces  inside", "", 5, "X1", "True", "", "x"),
    ("CT5", "_x000D_", "A text of some length. " * 40, "", 5, "X1", "True", "", ""),
)
# 44 comma, 34 quote, charset, first line, columns: all text (2), language, quote all, detect numbers
READ = "44,34,76,1," + "/".join(f"{n}/2" for n in range(1, len(HEADER) + 1)) + ",1033,false,false"
UTF_16 = "59,34,65535,1,,1033,false,true"  # semicolons


def convert(source, folder, to, options):
    subprocess.run(["soffice", f"-env:UserInstallation=file://{(folder / 'profile').resolve()}",
                    "--headless", *options, "--convert-to", to, "--outdir", folder, source],
                   check=True, stdout=subprocess.DEVNULL)


def main():
    folder = pathlib.Path(sys.argv[1])
    work = folder / "work"
    work.mkdir()
    with open(folder / "source.csv", "w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEADER, *ROWS])
    convert(folder / "source.csv", work, "xlsx:Calc MS Excel 2007 XML",
            [f"--infilter=Text - txt - csv (StarCalc):{READ}"])
    convert(work / "source.xlsx", work, f"csv:Text - txt - csv (StarCalc):{UTF_16}", [])
    (work / "source.xlsx").rename(folder / "libreoffice.xlsx")
    (work / "source.csv").rename(folder / "libreoffice-utf16.csv")
    subprocess.run(["rm", "-r", work], check=True)


main()
