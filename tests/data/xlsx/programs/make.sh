#!/usr/bin/env bash
# Makes the workbooks of this folder with every program that is installed; see ../README.md.
# NODE_PATH says where xlsx, exceljs and xlsx-populate of npm are.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
python3=/usr/bin/python3
$python3 with_openpyxl.py openpyxl.xlsx
$python3 with_xlsxwriter.py xlsxwriter.xlsx
$python3 with_xlsxwriter.py xlsxwriter-inline.xlsx inline
node with_sheetjs.js sheetjs.xlsx
node with_sheetjs.js sheetjs-inline.xlsx inline
node with_exceljs.js exceljs.xlsx
node with_exceljs.js exceljs-stream.xlsx stream
node with_xlsx_populate.js xlsx-populate.xlsx
ssconvert openpyxl.xlsx gnumeric.xlsx
soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to \
    "xlsx:Calc MS Excel 2007 XML" --outdir "$work" openpyxl.xlsx >/dev/null
mv "$work/openpyxl.xlsx" libreoffice.xlsx
