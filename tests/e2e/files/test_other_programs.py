"""Files written by other programs import like the csv they were made from."""

import io
import zipfile

import openpyxl
import pytest

import formats
import sites
from client import IMPORT
from library import read_csv

FILES = sites.ROOT / "tests" / "data" / "libreoffice"
SOURCE = (FILES / "source.csv").read_bytes()

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def added(api, raw, kind):
    """The items that a file adds to an empty library."""
    job = api.wait_for(api.start(raw, f"standard.{kind}")["id"], "ready_for_review")["id"]
    diff = api.diff(job)
    assert (diff["update"], diff["delete"]) == ([], [])
    assert api.job(job, include="warnings")["warnings"] == []
    api.change(job, "cancel")
    return [row["new"] for row in diff["add"]]


EXPECTED = [one for _, one in read_csv(SOURCE)]
for one in EXPECTED:
    one["text"] = one["text"].rstrip()


@pytest.mark.parametrize("name", ["source.csv", "libreoffice.xlsx", "libreoffice-utf16.csv"])
def test_libreoffice(api, name):
    raw = (FILES / name).read_bytes()
    if "utf16" in name:
        assert raw.startswith(b"\xff\xfe") and ";" in raw.decode("utf-16").split("\n", 1)[0]
    assert added(api, raw, name.rpartition(".")[2]) == EXPECTED


def rows_of_source():
    header, *rows = [[*one] for one in [EXPECTED[0].keys(), *[one.values() for one in EXPECTED]]]
    return header, rows


@pytest.mark.parametrize("kind", formats.ALL)
def test_libraries_of_python(api, kind):
    header, rows = rows_of_source()
    if kind == "xlsx":  # openpyxl writes text as it is, but in xlsx this is an escape
        rows = [[cell.replace("_x000D_", "_x005F_x000D_") if isinstance(cell, str) else cell
                 for cell in row] for row in rows]
    assert added(api, formats.write(kind, header, rows), kind) == EXPECTED


ADDED = {
    b"</Types>": b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.'
                 b'openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>',
    b"</Relationships>": b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/'
                         b'officeDocument/2006/relationships/sharedStrings" '
                         b'Target="/xl/sharedStrings.xml"/>',
}


def excel(sheet, shared, date1904=False):
    """A workbook like Excel's, with these two parts as Excel writes them."""
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904 if date1904 else \
        openpyxl.utils.datetime.CALENDAR_WINDOWS_1900
    book.active["A1"] = "x"
    book.active["A1"].number_format = "m/d/yyyy"  # style 1
    made, out = io.BytesIO(), io.BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>'
            for end, more in ADDED.items():  # openpyxl writes no table of shared strings
                if name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
                    part = part.replace(end, more + end)
            new.writestr(name, part)
        new.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{shared}</sst>')
    return out.getvalue()


@pytest.mark.parametrize("date1904, day", [(False, "2024-02-29"), (True, "2028-03-01")])
def test_workbook_as_excel_writes_it(api, date1904, day):
    shared = "".join(f"<si>{one}</si>" for one in (
        "<t>id</t>", "<t>title</t>", "<t>text</t>", "<t>priority</t>", "<t>phase</t>",
        "<t>tags</t>", "<t>X1</t>",
        '<r><rPr><b/></rPr><t>rich</t></r><r><t xml:space="preserve"> text</t></r>'))
    header = "".join(f'<c r="{"ABCDEF"[n]}1" t="s"><v>{n}</v></c>' for n in range(6))
    sheet = (f'<row r="1">{header}</row>'
             '<row r="2" spans="1:6"><c r="A2" t="inlineStr"><is><t>CT1</t></is></c>'
             '<c r="B2" t="s"><v>7</v></c><c r="C2" t="str"><f>A2</f><v>one_x000D_\ntwo</v></c>'
             '<c r="D2"><v>8</v></c><c r="E2" t="s"><v>6</v></c>'
             '<c r="F2" s="1"><v>45351</v></c></row>'
             # rows that were deleted, but that Excel still writes
             + "".join(f'<row r="{n}" spans="1:6"><c r="A{n}" s="1"/><c r="C{n}" s="1"/></row>'
                       for n in range(3, 1000)))
    job = api.wait_for(api.start(excel(sheet, shared, date1904), "standard.xlsx")["id"],
                       "ready_for_review", "fail")
    assert job["status"] == "ready_for_review", job["errors"]
    (row,) = api.diff(job["id"])["add"]
    assert (row["new"]["id"], row["new"]["title"], row["new"]["text"], row["new"]["priority"]) == (
        "CT1", "rich text", "one\ntwo", 8)
    assert (row["new"]["phase"], row["new"]["tags"]) == ("X1", day)
    assert api.get(f"{IMPORT}{job['id']}/diff/").json["results"][0]["add"] == 1
