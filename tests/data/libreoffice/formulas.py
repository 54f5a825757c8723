#!/usr/bin/python3
"""
Counts the formulas that LibreOffice sees in csv files, whatever it is told of separators and quotes:

    ./formulas.py EXPORT.csv...

For exports of libraries with texts such as `a;=1`, and lines `- b`. Exits with 1 if there are any.
Debian: libreoffice-calc-nogui.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

SEPARATORS = {"comma": "44", "semicolon": "59", "tab": "9", "all three": "44/59/9"}
QUOTES = {"quotes": "34", "no quotes": "0"}


def cells(source, folder, separator, quote):
    """(formulas, number of cells), with UTF-8 and with formulas evaluated."""
    options = f"CSV:{separator},{quote},76,1,,1033,false,true,false,false,false,-1,true"
    subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
                    f"--infilter={options}", "--convert-to", "fods", "--outdir", folder, source],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    sheet = (folder / source.name).with_suffix(".fods").read_text(encoding="utf-8")
    return re.findall(r'table:formula="([^"]*)"', sheet), sheet.count("<table:table-cell")


def main():
    some = False
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:]:
            for separator, number in SEPARATORS.items():
                for quotes, quote in QUOTES.items():
                    found, n = cells(pathlib.Path(name), pathlib.Path(folder), number, quote)
                    some |= bool(found)
                    print(f"{name}: {separator}, {quotes}: {n} cells, {len(found)} formulas",
                          *found[:3])
    sys.exit(some)


main()
