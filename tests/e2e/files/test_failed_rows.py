"""Failed rows as csv: what they are, where they were, what is wrong. Once mended, they import."""

import json

import pytest

import formats
import readings
from client import IMPORT
from library import item

every_format = pytest.mark.parametrize("kind", formats.ALL)
HEADER = ["Title", "id", "text", "priority", "phase", "db_id", "tags"]


def fail(api, raw, kind="csv", name="standard"):
    """Imports a file that fails; returns its job."""
    return api.wait_for(api.start(raw, f"{name}.{kind}")["id"], "fail")


def get(api, job, **params):
    return api.get(f"{IMPORT}{job['id']}/errors/", params={"format": "csv", **params}, check=False)


def _rows(raw):
    header, rows = formats.read_csv(raw)
    return [header, *rows]


def failed_rows(api, job):
    """(header, rows) of the file without _row and _errors, then these two for each row."""
    answer = get(api, job)
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="standard.csv"'
    assert int(answer.headers["Content-Length"]) == len(answer.raw)
    assert readings.formulas(answer.raw) == []
    header, *rows = [list(map(readings.unmarked, row)) for row in _rows(answer.raw)]
    assert header[-2:] == ["_row", "_errors"]
    return header[:-2], [row[:-2] for row in rows], [(row[-2], row[-1]) for row in rows]


@every_format
def test_failed_rows_are_mended_and_uploaded_again(api, db, kind):
    db.seed(item("T1"), item("CT1"))
    rows = [
        ["good", "CT1", "x", "3", "X1", "", "a"],
        ["  spaces stay  ", "CT2", "=1+1", "11", "X1", "17", "-b; c"],  # the child finds this
        ["good", "CT3", "x", "3", "X1", "", ""],
        ["@title", "T9", "line\n\nline \U0001f600 \"q\"", "5", "X1", "", ""],  # the database does
        ["", "CT5", "x", "high", "phase", "", ""],
    ]
    job = fail(api, formats.write(kind, HEADER, rows), kind)
    header, found, notes = failed_rows(api, job)
    assert header == HEADER
    assert found == [["  spaces stay  ", "CT2", " =1+1", "11", "X1", "17", " -b; c"],
                     [" @title", *rows[3][1:]], rows[4]]
    first = 2 if kind in ("csv", "xlsx") else 1
    assert [row for row, _ in notes] == [str(n + first) for n in (1, 3, 4)]
    assert notes[0][1].startswith("priority: ") and "10" in notes[0][1]
    assert notes[1][1].startswith('id: No match found for: "T9".')
    assert [line.split(":")[0] for line in notes[2][1].split("\n")] == [
        "title", "priority", "phase"]

    # What people do: mend the cells, and leave everything else as it is.
    found[0][3] = "10"
    found[1][1] = "T1"
    found[2][0], found[2][3:5] = "title", ["1", "X9"]
    mended = [row + list(note) for row, note in zip(found, notes)]
    full = header + ["_row", "_errors"]
    for again in formats.ALL:  # whatever format they save it in
        job = api.wait_for(api.start(formats.write(again, full, mended), f"standard.{again}")["id"],
                           "ready_for_review")
        diff = api.diff(job["id"])
        assert [row["new"] for row in diff["add"]] == [
            item("CT2", "spaces stay", "=1+1", "", 10, "X1", True, "", "-b;c"),
            item("CT5", "title", "x", "", 1, "X9")]
        assert [row["new"]["title"] for row in diff["update"]] == ["@title"]
        assert diff["update"][0]["new"]["text"] == rows[3][2]
        api.change(job["id"], "cancel")


@every_format
def test_rows_that_fail_again_do_not_gather_columns(api, kind):
    header = ["id", "title", "_Errors", "text", "_row", "priority", "phase"]
    job = fail(api, formats.write(kind, header, [["CT1", "t", "old", "x", "77", "0", "X1"]]), kind)
    header, rows, notes = failed_rows(api, job)
    assert header == ["id", "title", "text", "priority", "phase"]
    assert rows == [["CT1", "t", "x", "0", "X1"]]
    assert notes[0][0] == ("2" if kind in ("csv", "xlsx") else "1")


def test_cells_come_from_the_file_whatever_its_guise(api):
    text = "ID ;title;text;priority;phase;\r\nCT1;Gr\u00fc\u00df;x;0;X1;\r\n\r\nCT2;t;x;1;X1;;late\r\n"
    header, rows, notes = failed_rows(api, fail(api, text.encode("cp1252")))
    assert header == ["ID ", "title", "text", "priority", "phase", "", ""]
    assert rows == [["CT1", "Gr\u00fc\u00df", "x", "0", "X1", "", ""],
                    ["CT2", "t", "x", "1", "X1", "", "late"]]
    assert [row for row, _ in notes] == ["2", "4"]


def test_both_kinds_of_duplicate_and_every_error_of_a_row(api, db):
    db.seed(item("CT1"))
    raw = (b"id,title,text,priority,phase\nCT1,a,x,1,X1\nCT1,b,x,99,X1\nCT1,c,x,1,X1\n")
    _, rows, notes = failed_rows(api, fail(api, raw))
    assert [row[1] for row in rows] == ["b", "c"]
    assert "This id is also in row 2." in notes[1][1]
    assert notes[0][1].split("\n")[0].startswith("priority: ")
    assert "This id is also in row 2." in notes[0][1]


def test_json_records_with_keys_of_their_own(api):
    records = [{"id": "CT1", "title": "t", "text": "x", "priority": 99, "phase": "X1"},
               {"id": "CT2", "owner": "me", "tags": ["a", "b"], "active": True, "Title": "u"},
               {"id": "CT3", "priority": 1.5, "title": None, "text": {"a": 1}}]
    header, rows, _ = failed_rows(api, fail(api, json.dumps(records).encode(), "json"))
    assert header == ["id", "title", "text", "priority", "phase", "owner", "tags", "active"]
    assert rows == [["CT1", "t", "x", "99", "X1", "", "", ""],
                    ["CT2", "u", "", "", "", "me", "a;b", "true"],
                    ["CT3", "", '{"a": 1}', "1.5", "", "", "", ""]]


def test_what_the_database_cannot_store_is_replaced(api):
    raw = b"\xef\xbb\xbfid,title,text,priority,phase\nCT1,\x07bell,x,1,X1\n"
    _, rows, _ = failed_rows(api, fail(api, raw))
    assert rows == [["CT1", "\x07bell", "x", "1", "X1"]]
    raw = b'[{"id":"CT1","title":"a\\u0000b","text":"x","priority":1,"phase":"X1"}]'
    _, rows, _ = failed_rows(api, fail(api, raw, "json"))
    assert rows == [["CT1", "", "x", "1", "X1"]]  # no field could have that value


def test_every_row_of_a_large_file(api):
    lines = ["id,title,text,priority,phase"]
    lines += [f"CT{n},title {n},{'text ' * 40},{n % 2 * 99 + 1},X1" for n in range(1, 20_001)]
    _, rows, notes = failed_rows(api, fail(api, "\n".join(lines).encode()))
    assert [row[0] for row in rows] == [f"CT{n}" for n in range(1, 20_001, 2)]
    assert [int(row) for row, _ in notes] == list(range(2, 20_002, 2))


@pytest.mark.parametrize("raw", [
    b"id,titel,text\nCT1,a,b\n", b"id,title\n", b"", b'id,title\nCT1,"a', b"id\0,title\nCT1,a\n"])
def test_errors_that_are_about_no_row(api, raw):
    job = fail(api, raw or b"\n")
    answer = get(api, job).check()
    assert answer.status == 404
    assert "no failed rows" in answer.detail


def test_job_without_errors_and_one_that_is_tried_again(api, db, site):
    raw = b"id,title,text,priority,phase\nT1,a,x,1,X1\n"
    job = fail(api, raw)
    assert len(failed_rows(api, job)[1]) == 1
    db.seed(item("T1"))
    assert api.change(job["id"], "retry").status == 200
    api.wait_for(job["id"], "ready_for_review")
    assert get(api, job).status == 404
    api.change(job["id"], "cancel")


def test_choices(api, viewer, nobody):
    job = fail(api, b"id,title,text,priority,phase\nCT1,a,x,0,X1\n")
    assert get(viewer, job).status == 200
    assert get(nobody, job).status == 401
    assert get(api, job, content_model="standard").status == 200
    for params in ({"content_model": "other"}, {"format": "pdf"}):
        answer = get(api, job, **params)
        assert (answer.status, list(answer.json)) == (400, [list(params)[0]])
    assert api.get(f"{IMPORT}{job['id']}/errors/", params={"format": "json"}).json == api.get(
        f"{IMPORT}{job['id']}/errors/").json
    assert api.get(f"{IMPORT}999/errors/", params={"format": "csv"}).status == 404
    head = api.request("HEAD", f"{IMPORT}{job['id']}/errors/?format=csv", check=False)
    assert (head.status, head.raw) == (200, b"")


def test_no_program_sees_a_formula_whatever_separates_cells(api):
    keys = {";=HYPERLINK(\"x\")": "-1;=2", "a\t@b": 'x;"=1&";', "c;": "\ud83d\ude00;",
            "  \xa0d": "  \xa0;=1", "\uff1d1": "\r\n=1\r-2"}
    record = {"id": "CT1", "title": ";=1", "text": "- a\n- b\n\tc", "priority": ";=1", "phase": "@;+",
              "tags": "a;=b", **keys}
    header, (row,), _ = failed_rows(api, fail(api, json.dumps([record]).encode(), "json"))
    assert header == [*record]
    assert row[1:6] == [";=1", " - a\n- b\n\tc", ";=1", " @;+", "a;=b"]
    assert row[6:10] == [" -1;=2", 'x;"=1&";', "\U0001f600;", "  \xa0;=1"]


def test_failed_rows_give_guarded_cells_back_as_they_are_meant(api):
    rows = [["CT1", "a;=1", "- a\n- b\n  - c", 99, "X1", "x;=y"]]
    header = ["id", "title", "text", "priority", "phase", "tags"]
    job = fail(api, formats.write("csv", header, rows))
    mended = get(api, job).raw.replace(b",99,", b",5,", 1)
    job = api.wait_for(api.start(mended, "standard.csv")["id"], "ready_for_review")
    (added,) = api.diff(job["id"])["add"]
    assert added["new"] == item("CT1", "a;=1", "- a\n- b\n  - c", "", 5, "X1", tags="x;=y")
