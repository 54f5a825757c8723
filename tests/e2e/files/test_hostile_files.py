"""Files made to do harm, or broken as badly as files can be. Each ends in `fail`, or 400, with a
plain error, within seconds of processor time; its parser stays small, the worker stays the same
process, and the next good import works. ACCESSION_TEST_HUGE=1 makes the largest files larger.

Memory and time of each are printed: pytest -rP shows them.
"""

import io
import os
import struct
import threading
import time
import zipfile
import zlib

import pytest

import processes
import sites
from client import ERROR_KEYS, check_job
from library import item, to_csv

MIB = 1024 * 1024
HUGE = 1024 * MIB if os.environ.get("ACCESSION_TEST_HUGE") == "1" else 64 * MIB
UPLOAD = min(HUGE, 500 * MIB)  # the most that may be sent
SECONDS = 20 * (3 if HUGE > 64 * MIB else 1)  # of processor time, after which it is ended
SHARED = 16 * MIB  # in addition, for the table of shared strings in a workbook
# Sanitizers more than double a parser's memory, and keep what is freed.
MEMORY = (64 if sites.variant() == "release" else 512) * MIB

HEADER = "id,title,text,priority,phase"
ROW = "CT1,Title,Text,5,X1"


# Minimal workbooks, with nothing in them but what is wrong.

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PARTS = {
    "[Content_Types].xml":
        f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
    "_rels/.rels":
        f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml":
        f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels":
        f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        '</Relationships>',
}
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def row(number, cells):
    return f'<row r="{number}">' + "".join(cells) + "</row>"


def inline(values):
    return [f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values]


def sheet(*rows, before=""):
    return (f'{XML}{before}<worksheet xmlns="{MAIN}"><sheetData>' + "".join(rows) +
            "</sheetData></worksheet>")


HEAD = row(1, inline(HEADER.split(",")))
GOOD_SHEET = sheet(HEAD, row(2, inline(ROW.split(","))))


def strings(*texts, before=""):
    return (f'{XML}{before}<sst xmlns="{MAIN}">' +
            "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>")


def workbook(padding=0, level=6, **parts):
    """A workbook with the given parts (a list: pieces to be written one by one) and bytes that do
    not compress."""
    out = io.BytesIO()
    wanted = {**PARTS, SHEET: GOOD_SHEET, STRINGS: strings()}
    names = {"sheet": SHEET, "strings": STRINGS}
    wanted.update({names[name]: part for name, part in parts.items()})
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, part in wanted.items():
            with archive.open(name, "w", force_zip64=True) as file:
                for piece in [part] if isinstance(part, str) else part:
                    file.write(piece.encode())
        if padding:
            archive.writestr(zipfile.ZipInfo("padding.bin"), os.urandom(padding))
    return out.getvalue()


def around(content, middle, size, piece=MIB):
    """The pieces of a text in which `size` bytes replace `middle`."""
    before, after = content.split(middle)
    yield before
    for _ in range(size // piece):
        yield "x" * piece
    yield after


def xlsx_bomb(announced=None):
    """200 MB in 200 kB. The archive's directory may announce another size."""
    content = bytearray(
        workbook(sheet=around(sheet(HEAD, row(2, inline(["@@"]))), "@@", 200_000_000, 1000)))
    assert len(content) < 250_000
    if announced is not None:
        at = content.index(b"PK\x01\x02")
        while content[at + 46:at + 46 + len(SHEET)] != SHEET.encode():
            at = content.index(b"PK\x01\x02", at + 4)
        struct.pack_into("<I", content, at + 24, announced)
    return bytes(content)


def xlsx_strings_bomb():
    return workbook(strings=around(strings("@@"), "@@", 200_000_000, 1000))


def xlsx_huge_cell():
    """Does not unpack to more than the limits allow, thanks to what else is in it."""
    return workbook(padding=HUGE // 150, level=1,
                    sheet=around(sheet(HEAD, row(2, inline(["@@"]))), "@@", HUGE))


def xlsx_many_shared():
    """Short texts that exceed the limit of their table, which also holds where each ends."""
    piece = "<si><t>x</t></si>" * 50_000

    def pieces():
        before, after = strings("@@").split("<si><t>@@</t></si>")
        yield before
        for _ in range(SHARED // 8 // 50_000 + 1):
            yield piece
        yield after
    return workbook(padding=MIB, level=1, strings=pieces())


def xlsx_false_checksum():
    content = bytearray(workbook())
    crc = struct.pack("<I", zlib.crc32(GOOD_SHEET.encode()))
    assert crc in content
    return bytes(content).replace(crc, b"\0\0\0\0")


def xlsx_many_parts():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for n in range(20_000):
            archive.writestr(str(n), "")
    return out.getvalue()


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij")) + "]>"
EXTERNAL = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'

LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefghi", "bcdefghij"))


# Each file, and words of its error; a number is the status of the answer to the upload.
CASES = {
    "csv": {
        "empty file": (b"", 400),
        "headers only": (HEADER + "\n", "no records"),
        "only line ends": (lambda: b"\n" * (UPLOAD // 4), "empty"),
        "a million columns": (lambda: "id," + "x," * 1_000_000, "max_columns"),
        "a million cells": (lambda: f"{HEADER}\n" + "," * 1_000_000, "max_columns"),
        "huge field": (lambda: f'{HEADER}\nCT1,a,"'.encode() + b"x" * UPLOAD + b'",1,X1\n',
                       "max_field_bytes"),
        "huge header": (lambda: b"x" * UPLOAD, "max_field_bytes"),
        "field that never ends": (f'{HEADER}\nCT1,"a,' + f"{ROW}\n" * 100_000, "max_field_bytes"),
        "huge record": (lambda: f"{HEADER}\nCT1".encode() + (b"," + b"x" * 1_000_000) * 60,
                        "max_record_bytes"),
        "NUL bytes": (f"{HEADER}\nCT1,a\0b,x,1,X1\n", "NUL"),
        "only NUL bytes": (b"\0" * MIB, "NUL"),
        "invalid UTF-8": (b"\xef\xbb\xbf" + f"{HEADER}\n".encode() + b"CT1,\xc3\x28,x,1,X1\n",
                          "UTF-8"),
        "neither UTF-8 nor Windows-1252": (f"{HEADER}\n".encode() + b"CT1,\x81,x,1,X1\n", "0x81"),
        "random bytes": (lambda: os.urandom(MIB), ""),
        "a workbook": (workbook(), "zip archive"),
        "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096, ".xls"),
        "half of UTF-16": (b"\xff\xfe" + HEADER.encode("utf-16-le") + b"\n", "cut off"),
    },
    "json": {
        "empty file": (b"", 400),
        "no records": ("[]", "no records"),
        "deep arrays": ("[" * 1_000_000, ""),
        "deep in a field": ('[{"id":' + "[" * 1_000_000, ""),
        "deep objects": ('[{"id":' * 200_000, ""),
        "a million keys": (lambda: "[{" + ",".join(f'"k{n}":1' for n in range(1_000_000)) + "}]",
                           "max_columns"),
        "huge field": (lambda: b'[{"id":"CT1","text":"' + b"x" * UPLOAD + b'"}]', "limit"),
        "huge key": (lambda: b'[{"' + b"x" * UPLOAD + b'":1}]', "limit"),
        "huge number": (lambda: '[{"id":"CT1","priority":' + "1" * MIB * 16 + "}]", "limit"),
        "only blanks": (lambda: b" " * UPLOAD, ""),
        "list of a million": ('[{"id":"CT1","tags":[' + '"x",' * 1_000_000 + '"x"]}]', "limit"),
        "a constant that is none": ('[{"id":NaN}]', "NaN"),
        "truncated": ('[{"id":"CT1","title":"a', ""),
        "NUL bytes": ('[{"id":"CT1","title":"a\0b"}]', "NUL"),
        "invalid UTF-8": (b'[{"id":"CT1","title":"\xc3\x28"}]', "UTF-8"),
        "half a character": ('[{"id":"CT1","title":"\\ud800"}]', ""),
        "a workbook": (workbook(), "zip archive"),
        "random bytes": (lambda: b"[" + os.urandom(MIB), ""),
    },
    "yaml": {
        "empty file": (b"", 400),
        "no records": ("[]", "no records"),
        "deep flow": ("[" * 1_000_000, ""),
        "deep blocks": ("- " * 100_000, ""),
        "deep in a field": ("- id: " + "{a: " * 100_000, ""),
        "deep indentation": (lambda: "".join(" " * n + "a:\n" for n in range(3000)), ""),
        "billion laughs": (LAUGHS, ""),
        "aliases": ("- &a {id: CT1}\n- *a\n", "anchor"),
        "alias of itself": ("- id: CT1\n  tags: &a [*a]\n", ""),
        "tag": ("- id: !!python/object/apply:os.system ['true']\n", "tag"),
        "a million keys": (lambda: "- k: 1\n" + "".join(f"  k{n}: 1\n" for n in range(1_000_000)),
                           "max_columns"),
        "huge field": (lambda: b'- id: CT1\n  text: "' + b"x" * UPLOAD + b'"\n', "limit"),
        "huge key": (lambda: b"- ? " + b"x" * UPLOAD + b"\n  : 1\n", "limit"),
        "huge comment": (lambda: b"# " + b"x" * UPLOAD, ""),
        "two documents": ("- id: CT1\n---\n- id: CT2\n", "second document"),
        "NUL bytes": ('- id: CT1\n  title: "a\0b"\n', "NUL"),
        "escaped NUL": ('- id: CT1\n  title: "a\\0b"\n', "NUL"),
        "invalid UTF-8": (b'- id: CT1\n  title: "\xc3\x28"\n', "UTF-8"),
        "a workbook": (workbook(), "zip archive"),
        "random bytes": (lambda: b"- " + os.urandom(MIB), ""),
    },
    "xlsx": {
        "empty file": (b"", 400),
        "headers only": (workbook(sheet=sheet(HEAD)), "no records"),
        "no rows": (workbook(sheet=sheet()), "empty"),
        "bomb": (xlsx_bomb, "xlsx_max_ratio"),
        "bomb of strings": (xlsx_strings_bomb, "limit"),
        "huge cell": (xlsx_huge_cell, "limit"),
        "many shared strings": (xlsx_many_shared, "xlsx_max_shared_bytes"),
        "entities in the sheet": (workbook(sheet=sheet(HEAD, row(2, inline(["&j;"])),
                                                       before=DOCTYPE)), "document type"),
        "entities in the strings": (workbook(strings=strings("&j;", before=DOCTYPE)),
                                    "document type"),
        "external entity": (workbook(sheet=sheet(HEAD, row(2, inline(["&e;"])), before=EXTERNAL)),
                            "document type"),
        "truncated": (workbook()[:-200], "cut off"),
        "only its beginning": (b"PK\x03\x04" + b"\0" * 100, ""),
        "bomb that announces 10 bytes": (lambda: xlsx_bomb(10), "xlsx_max_ratio"),
        "bomb that announces 4 GB": (lambda: xlsx_bomb(0xFFFFFFFE), "xlsx_max_ratio"),
        "false checksum": (xlsx_false_checksum, "damaged"),
        "20,000 parts": (xlsx_many_parts, "parts"),
        "a million cells in the header": (
            lambda: workbook(sheet=sheet(row(1, inline(["x"]) * 1_000_000)), padding=MIB), ""),
        "cell in a column that no sheet has": (
            workbook(sheet=sheet(HEAD, '<row r="2"><c r="ZZZZZZZ2"><v>1</v></c></row>')), ""),
        "deep elements": (
            workbook(sheet=f"{XML}<worksheet xmlns=\"{MAIN}\">" + "<a>" * 100_000), "nested"),
        "a million attributes": (
            lambda: workbook(padding=MIB, sheet=f'{XML}<worksheet xmlns="{MAIN}" ' + " ".join(
                f'a{n}="1"' for n in range(1_000_000))), "a tag"),
        "NUL bytes": (workbook(sheet=sheet(HEAD, row(2, inline(["a\0b"])))), "damaged"),
        "shared string that is not there": (
            workbook(sheet=sheet(HEAD, row(2, ['<c t="s"><v>99</v></c>']))), "not in the file"),
        "csv": (to_csv([item("CT1")]), "CSV"),
        "random bytes": (lambda: b"PK\x03\x04" + os.urandom(MIB), ""),
    },
}


def content_of(case):
    content = case() if callable(case) else case
    return content.encode() if isinstance(content, str) else content


class Watch(threading.Thread):
    """Watches a worker's parsers; `most` is the most memory that one of them had, in bytes."""

    def __init__(self, worker):
        super().__init__(daemon=True)
        self.worker = worker
        self.most = 0
        self.done = threading.Event()

    def look(self):
        try:
            with open(f"/proc/{self.worker}/task/{self.worker}/children", encoding="ascii") as file:
                for pid in file.read().split():
                    self.most = max(self.most, processes.memory(pid, "VmHWM") * 1024)
        except (OSError, KeyError):
            pass  # the parser has ended

    def run(self):
        while not self.done.wait(0.002):
            self.look()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.join()


@pytest.fixture(scope="module")
def site():
    with sites.running({"XLSX_MAX_SHARED_BYTES": SHARED, "PARSER_CPU_SECONDS": SECONDS}) as running:
        yield running


@pytest.mark.parametrize("extension, name", [
    (extension, name) for extension, cases in CASES.items() for name in cases])
def test_hostile_file(site, api, extension, name):
    case, words = CASES[extension][name]
    content = content_of(case)
    (worker,) = site.worker_pids()

    with Watch(worker) as watch:
        answer = api.upload(content, f"standard.{extension}")
        began = time.monotonic()
        if isinstance(words, int):
            assert (answer.status, list(answer.json)) == (words, ["files"])
        else:
            assert answer.status == 200, answer
            job = check_job(api.wait_for(answer.json["id"], "fail", timeout=300))
    seconds = time.monotonic() - began

    print(f"{extension}, {name}: {len(content):,} bytes, {seconds:.2f} s, "
          f"parser at most {watch.most / MIB:.0f} MiB")
    if not isinstance(words, int):
        details = [error["details"] for error in job["errors"]]
        print("   ", details[-1])
        assert [list(error) for error in job["errors"]] == [ERROR_KEYS] * len(details)
        assert any(words in one for one in details)
        # The reader found it, not the sandbox.
        assert not any(ended in one for one in details
                       for ended in ("must not do", "crash", "parser", "exit code"))
    assert watch.most < MEMORY + (2 * SHARED if extension == "xlsx" else 0)
    assert site.worker_pids() == [worker]
    assert api.counts(api.ready(to_csv([item("CT1")]))["id"]) == (1, 0, 0)


def test_more_than_an_upload_may_have(api):
    """Its body is refused before it is read."""
    headers = {"Content-Type": "multipart/form-data; boundary=XX", "Content-Length": str(1 << 30)}
    answer = api.post("library/import/", headers=headers, data=b"")
    assert answer.status == 413
    assert list(answer.json) == ["detail"]
