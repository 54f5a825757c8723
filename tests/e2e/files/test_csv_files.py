"""CSV files as people have them: encodings, delimiters, quotes, headers, blank rows, broken
files."""

import io
import zipfile

import pytest

from client import ERROR_KEYS
from library import item

HEADER = "id,title,text,priority,phase"
PLAIN = HEADER + "\nCT1,Caf\u00e9 \u2013 \u201cb\u201d,x,1,X1\n"
EXPECTED = item("CT1", "Caf\u00e9 \u2013 \u201cb\u201d", "x", "", 1, "X1")


def imported(api, content):
    """The items that a file adds."""
    if isinstance(content, str):
        content = content.encode()
    diff = api.preview(content)
    assert (diff["update"], diff["delete"]) == ([], [])
    return [row["new"] for row in diff["add"]]


def failure(api, content):
    """The only error of a file."""
    errors = api.failed(content.encode() if isinstance(content, str) else content)
    assert len(errors) == 1, errors
    assert list(errors[0]) == ERROR_KEYS
    assert errors[0]["file"] == "standard.csv"
    return errors[0]


def warnings(api, job):
    return api.job(job["id"], include="warnings")["warnings"]


@pytest.mark.parametrize("content", [
    PLAIN.encode(),
    b"\xef\xbb\xbf" + PLAIN.encode(),
    b"\xff\xfe" + PLAIN.encode("utf-16-le"),
    b"\xfe\xff" + PLAIN.encode("utf-16-be"),
    PLAIN.encode("cp1252"),
], ids=["utf-8", "utf-8 with BOM", "utf-16le", "utf-16be", "windows-1252"])
def test_encoding(api, content):
    assert imported(api, content) == [EXPECTED]


def test_windows_1252_is_a_warning(api):
    job = api.ready(PLAIN.encode("cp1252"))
    (warning,) = warnings(api, job)
    assert "1252" in warning["details"] and "4 on 1 line" in warning["details"]
    assert (warning["entry"], warning["row"], warning["value"]) == (
        None, 2, "Caf\u00e9 \u2013 \u201cb\u201d")
    assert job["errors"] is None
    api.change(job["id"], "cancel")
    job = api.ready(PLAIN.encode())
    assert api.job(job["id"], include="warnings")["warnings"] == []


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no BOM", "BOM"])
@pytest.mark.parametrize("bad, shown", [
    (b"Caf\xe9", "Caf<0xE9>"), (b"\x93a\x94", "<0x93>a<0x94>"), (b"Gr\xc3", "Gr<0xC3>")])
def test_damaged_utf_8_is_told_at_its_row(api, mark, bad, shown):
    """It is not taken for Windows-1252, which would spoil the rows that are right."""
    good = f"{HEADER}\nCT1,Gr\u00fc\u00dfe \u2013 \u201ca\u201d,x,1,X1\n".encode()
    error = failure(api, mark + good + b"CT2," + bad + b",x,1,X1\n")
    assert (error["entry"], error["row"], error["line"]) == (2, 3, 3)
    assert (error["field"], error["value"]) == ("title", shown)
    assert f"0x{bad.strip(b'CafGr')[0]:02X}" in error["details"]


def test_damaged_utf_8_is_counted(api):
    content = f"{HEADER}\nCT1,\u00fc\u00df\u2013\u00e9,x,1,X1\n".encode()
    content += b"CT2,\xe9\xe8,x,1,X1\nCT3,\xe9,x,1,X1\n"
    assert "3 such bytes, on 2 lines" in failure(api, content)["details"]


def test_file_cut_inside_a_character(api):
    content = f"{HEADER}\nCT1,a,x,1,X1\nCT2,b\u2013".encode()[:-1]
    error = failure(api, content)
    assert (error["row"], error["field"]) == (3, "title")
    assert "cut off" in error["details"]


def test_windows_1252_may_look_like_utf_8_here_and_there(api):
    content = f"{HEADER}\nCT1,\u201eFu\u00df\u201c gr\u00fcn,\u00c9\u00bb caf\u00e9,1,X1\n"
    (row,) = imported(api, content.encode("cp1252"))
    assert row["title"] == "\u201eFu\u00df\u201c gr\u00fcn"


def test_line_ends_of_old_macs_are_pointed_out(api):
    content = f"{HEADER}\nCT1,Caf\u00e9,x,1,X1\n".replace("\n", "\r").encode("mac_roman")
    (warning,) = warnings(api, api.ready(content))
    assert "MacRoman" in warning["details"] and "Caf\u017d" in warning["details"]


@pytest.mark.parametrize("byte", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_byte_undefined_in_windows_1252(api, byte):
    error = failure(api, f"{HEADER}\nCT1,a,x,1,X1\nCT2,b".encode() + bytes([byte]) + b",x,1,X1\n")
    assert error["line"] == 3


@pytest.mark.parametrize("content", [
    b"\xef\xbb\xbf" + HEADER.encode() + b"\nCT1,a\xe9,x,1,X1\n",
    b"\xff\xfe" + (HEADER + "\nCT1,").encode("utf-16-le") + b"\x00\xd8a\x00",
    b"\xff\xfe" + (HEADER + "\nCT1,a").encode("utf-16-le") + b"\x00",
], ids=["utf-8 after a BOM", "lone surrogate", "half a character"])
def test_bad_bytes_in_a_known_encoding(api, content):
    assert api.failed(content)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(api, delimiter, newline):
    lines = [HEADER.replace(",", delimiter), delimiter.join(["CT1", '"a, b; c"', "x", "1", "X1"])]
    content = newline.join(lines)
    assert [row["title"] for row in imported(api, content)] == ["a, b; c"]
    api.change(1, "cancel")
    assert len(imported(api, content + newline)) == 1


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"'])
def test_sep_line_is_honoured(api, first):
    content = first + '\r\nid;title;text;priority;phase\r\nCT1;"a,b,c,d,e";x;1;X1\r\n'
    assert imported(api, content) == [item("CT1", "a,b,c,d,e", "x", "", 1, "X1")]


def test_sep_line_in_utf_16(api):
    content = "sep=\t\r\n" + PLAIN.replace(",", "\t")
    assert imported(api, b"\xff\xfe" + content.encode("utf-16-le")) == [EXPECTED]


def test_quotes_and_lines_in_cells(api):
    content = (HEADER + '\r\n"CT1","say ""hi""","one\r\ntwo, ""2""\r\n\r\nthree","1",X1\r\n'
               'CT2,,x,1,X1\r\n')
    error = failure(api, content)
    assert (error["row"], error["line"], error["entry"], error["field"]) == (3, 6, 2, "title")
    content = content.replace("CT2,,", "CT2,t,")
    assert imported(api, content) == [
        item("CT1", 'say "hi"', 'one\ntwo, "2"\n\nthree', "", 1, "X1"),
        item("CT2", "t", "x", "", 1, "X1")]


def test_blank_rows_are_skipped_but_numbered(api):
    content = HEADER + "\n\nCT1,a,x,1,X1\n,,,,\n \u00a0,\t,,,\nCT2,,x,1,X1\n\n\nCT3,c,,1,X1\n"
    errors = api.failed(content.encode())
    assert [(error["row"], error["entry"], error["field"]) for error in errors] == [
        (6, 2, "title"), (9, 3, "text")]
    content = content.replace("CT2,,", "CT2,b,").replace("CT3,c,,", "CT3,c,x,")
    diff = api.preview(content.encode())
    assert [(row["new"]["id"], row["entry"]) for row in diff["add"]] == [
        ("CT1", 1), ("CT2", 2), ("CT3", 3)]


@pytest.mark.parametrize("header", [
    "ID,Title,TEXT,Priority,pHaSe", " id ,\u00a0title\t, text,priority ,phase",
    '"id","title","text","priority","phase"', "\ufeffid,title,text,priority,phase",
    "phase,priority,text,title,id", "id,title,text,priority,phase,db_id,type,created_date,"
    "created_by,last_updated_date,last_updated_by"])
def test_header_that_is_understood(api, header):
    row = ["CT1", "a", "x", "1", "X1"]
    if header.startswith("phase"):
        row.reverse()
    row += ["anything"] * (header.count(",") - 4)
    assert imported(api, header + "\n" + ",".join(row) + "\n") == [
        item("CT1", "a", "x", "", 1, "X1")]


@pytest.mark.parametrize("column, meant", [
    ("priorty", "priority"), ("Titel", "title"), ("match_condition", "match_conditions"),
    ("mark delete", "mark_delete"), ("tag", "tags"), ("last_update_date", "last_updated_date"),
    ("description", "text")])
def test_unknown_header_says_what_was_probably_meant(api, column, meant):
    error = failure(api, f"{HEADER},{column}\nCT1,a,x,1,X1,\n")
    assert (error["row"], error["field"]) == (1, column)
    assert "did you mean" in error["details"].lower()
    assert f'"{meant}"' in error["details"]


def test_unknown_header_like_no_other(api):
    error = failure(api, f"{HEADER},zzz\nCT1,a,x,1,X1,\n")
    assert "did you mean" not in error["details"].lower()
    assert "zzz" in error["details"]


def test_all_errors_of_the_header_are_told(api):
    errors = api.failed(b"title,titel,text,Title,zzz\na,b,c,d,e\n")
    assert {error["field"] for error in errors} == {"titel", "Title", "zzz", "id"}
    assert {error["row"] for error in errors} == {1}


@pytest.mark.parametrize("header, word", [
    ("title,text,priority,phase", "id"),
    ("id,title,title,text", "twice"),
    ("id,title,text,TITLE ", "twice"),
    ("a,b,c,d", "header"),
    ("CT1,a,x,1", "header"),
])
def test_header_that_is_an_error(api, header, word):
    errors = api.failed((header + "\nCT1,a,x,1\n").encode())
    assert {error["row"] for error in errors} == {1}
    assert word in " ".join(error["details"] for error in errors)


@pytest.mark.parametrize("content", ["\n", " \n\n", HEADER, HEADER + "\n", HEADER + "\n,,,,\n\n",
                                     "\ufeff", "sep=,\n", '""'])
def test_file_without_records(api, content):
    error = failure(api, content)
    assert error["details"]


@pytest.mark.parametrize("row, line", [
    ('CT2,"never closed,x,1,X1\nCT3,c,x,1,X1\n', 3),
    ('CT2,"a"b,x,1,X1\n', 3),
    ('CT2,a"b,x,1,X1\n', 3),
    ('CT2, "a",x,1,X1\n', 3),
    ('CT2,"a\nb" ,x,1,X1\n', 3),
])
def test_broken_quotes_are_told_with_the_line(api, row, line):
    error = failure(api, f"{HEADER}\nCT1,a,x,1,X1\n{row}")
    assert error["line"] == line
    assert error["row"] == 3
    assert "quote" in error["details"]


def test_nul_is_told_with_the_line(api):
    error = failure(api, f"{HEADER}\nCT1,a,x,1,X1\nCT2,b\0c,x,1,X1\n")
    assert error["line"] == 3
    assert "U+0000" in error["details"] or "NUL" in error["details"]


def test_row_longer_than_the_header(api):
    error = failure(api, f"{HEADER}\nCT1,a,x,1,X1\nCT2,b,x,1,X1,more\n")
    assert (error["row"], error["entry"]) == (3, 2)
    api_row = imported(api, f"{HEADER}\nCT1,a,x,1,X1,,,\n")
    assert api_row == [item("CT1", "a", "x", "", 1, "X1")]


def test_row_shorter_than_the_header_keeps_what_it_lacks(api, db):
    db.seed(item("CT1", tags="a;b"), item("CT2", tags="c"))
    job = api.ready(b"id,title,tags\nCT1,New\nCT2,New,\n")
    (warning,) = warnings(api, job)
    assert (warning["entry"], warning["row"]) == (1, 2)
    assert "2 cells" in warning["details"] and "(tags)" in warning["details"]
    api.accept(job["id"])
    assert [(one["title"], one["tags"]) for one in db.library().values()] == [
        ("New", "a;b"), ("New", "")]


@pytest.mark.parametrize("ignored", ["", "type", "created_by"])
def test_row_that_lacks_nothing_that_counts(api, ignored):
    job = api.ready(f"{HEADER},{ignored}\nCT1,a,x,1,X1\nCT2,b,x,1,X1".encode())
    assert warnings(api, job) == []


def test_file_that_breaks_off(api):
    content = f"{HEADER},tags\nCT1,a,x,1,X1,t\nCT2,b,x,1,X1"
    error = failure(api, content)
    assert (error["entry"], error["row"]) == (2, 3)
    assert "breaks off" in error["details"]
    assert len(imported(api, content + "\n")) == 2
    api.change(2, "cancel")
    assert len(imported(api, f"{HEADER},tags\nCT1,a,x,1,X1\nCT2,b,x,1,X1")) == 2


def test_equals_before_a_quoted_cell_is_not_part_of_it(api):
    content = f'{HEADER}\n="CT1",="a, ""b""","=""x""",="1","=""X1"""\n'
    job = api.ready(content.encode())
    assert warnings(api, job) == []
    (row,) = api.diff(job["id"])["add"]
    assert row["new"] == item("CT1", 'a, "b"', "x", "", 1, "X1")


def test_what_looks_like_it_in_an_export_stays(api, db):
    db.seed(item("CT1", '="x"'))
    content = api.get("/api/v2/library/export/standard.csv", check=False).raw
    diff = api.preview(content)
    assert (diff["add"], diff["update"], diff["delete"]) == ([], [], [])


@pytest.mark.parametrize("content, words", [
    ('"id,title,text"\n"CT1,a,x"\n', "double quotes"),
    ('"id;title;text"\n"CT1;a;x"\n', "double quotes"),
    ("id:title:text\nCT1:a:x\n", '":"'),
    ("id^title^text\nCT1^a^x\n", "comma, semicolon, tab or |"),
    (f'{HEADER}\n"CT1,a,x,1,X1"\n', "double quotes"),
])
def test_rows_that_are_a_single_cell(api, content, words):
    assert words in api.failed(content.encode())[0]["details"]


@pytest.mark.parametrize("again", [HEADER, " ID,Title,text,PRIORITY,phase ", "\ufeff" + HEADER,
                                   "\ufeff" + ",".join(f'"{n}"' for n in HEADER.split(","))])
def test_header_between_the_rows_is_skipped(api, again):
    job = api.ready(f"{HEADER}\nCT1,a,x,1,X1\n{again}\nCT2,b,x,1,X1\n".encode())
    (warning,) = warnings(api, job)
    assert (warning["entry"], warning["row"]) == (None, 3)
    assert [(row["new"]["id"], row["entry"]) for row in api.diff(job["id"])["add"]] == [
        ("CT1", 1), ("CT2", 2)]


def test_failed_rows_are_found_behind_rows_that_do_not_count(api):
    content = f"{HEADER},active\n,,,,,FALSE\n{HEADER},active\nCT1,a,x,99,X1,\n"
    job = api.wait_for(api.start(content.encode())["id"], "fail")
    assert [(error["entry"], error["row"]) for error in job["errors"]] == [(1, 4)]
    rows = api.get(f"/api/v2/library/import/{job['id']}/errors/?format=csv", check=False)
    assert b"CT1,a,x,99,X1" in rows.raw


@pytest.mark.parametrize("end", ["\x1a", "\n\x1a", "\r\n\x1a\x1a\r\n"])
def test_ctrl_z_at_the_end_is_nothing(api, end):
    assert len(imported(api, f"{HEADER}\nCT1,a,x,1,X1{end}")) == 1


@pytest.mark.parametrize("off", ["FALSE", "no", "0", "f", "off", "0.0", "N"])
def test_rows_with_nothing_but_switches_that_are_off_are_blank(api, off):
    content = f"{HEADER},active,mark_delete\nCT1,a,x,1,X1,,\n,,,,,,{off}\n,,,,,{off},{off}\n"
    assert [row["id"] for row in imported(api, content)] == ["CT1"]


@pytest.mark.parametrize("cells", ["TRUE,", "FALSE,TRUE", ",1", "FALSE,maybe"])
def test_rows_with_a_switch_that_is_on_are_not(api, cells):
    errors = api.failed(f"{HEADER},active,mark_delete\nCT1,a,x,1,X1,,\n,,,,,{cells}\n".encode())
    assert {error["row"] for error in errors} == {3}


@pytest.mark.parametrize("mark", ["\ufeff\ufeff", "\u00ef\u00bb\u00bf"],
                         ids=["twice", "encoded twice"])
@pytest.mark.parametrize("header", [HEADER, HEADER.replace("id,", '"id",')],
                         ids=["plain", "quoted"])
def test_byte_order_mark_that_was_not_known_as_one(api, mark, header):
    assert len(imported(api, f"{mark}{header}\nCT1,a,x,1,X1\n")) == 1


def test_invisible_characters_of_a_header_are_named(api):
    error = failure(api, HEADER.replace("title", "ti\u200btle") + "\nCT1,a,x,1,X1\n")
    assert 'Unknown column "ti<U+200B>tle": did you mean "title"?' in error["details"]


def test_workbook_named_csv(api):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    error = failure(api, content.getvalue())
    assert any(word in error["details"].lower() for word in ("zip", "xlsx", "workbook"))


@pytest.mark.parametrize("content", [
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"%PDF-1.7\n%\xe2\xe3\n", bytes(range(256)) * 100,
    b"[{\"id\": \"CT1\", \"title\": \"a\"}]\n", b"- id: CT1\n  title: a\n",
    b"\xd0\xcf\x11\xe0" * 99,
    b'"' * 99999, b"," * 99999, b"id" + b"," * 70 + b"\nCT1\n", b"\n" * 99999])
def test_other_content_fails_with_an_error(api, content):
    errors = api.failed(content)
    assert errors[0]["file"] == "standard.csv"
    assert errors[0]["details"]


def test_one_long_line_without_an_end(api):
    error = failure(api, b"id,title\nCT1,\"" + b"x" * (20 << 20))
    assert error["details"]


def test_many_columns(api):
    columns = ",".join(f"c{n}" for n in range(64))
    assert api.failed(f"id,{columns}\nCT1\n".encode())
