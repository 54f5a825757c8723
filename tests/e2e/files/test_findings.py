"""Errors and warnings that people can act on, in every format: where it is, what was meant."""

import datetime
import io

import openpyxl
import pytest

import formats
from client import IMPORT
from library import item

every_format = pytest.mark.parametrize("kind", formats.ALL)
HEADER = ["id", "title", "text", "priority", "phase", "match_conditions"]
GOOD = ["CT1", "t", "x", 1, "X1", ""]


def failed(api, raw, kind):
    job = api.wait_for(api.start(raw, f"standard.{kind}")["id"], "fail")
    return job["errors"]


@every_format
def test_unknown_header_says_what_was_meant(api, kind):
    header = ["id", "titel", *HEADER[2:]]
    errors = failed(api, formats.write(kind, header, [GOOD]), kind)
    assert any(error["field"] == "titel" and 'did you mean "title"?' in error["details"]
               for error in errors)


@every_format
def test_duplicate_id_names_both_rows(api, kind):
    rows = [GOOD, ["CT2", *GOOD[1:]], GOOD]
    (error,) = failed(api, formats.write(kind, HEADER, rows), kind)
    first = 2 if kind in ("csv", "xlsx") else 1
    assert (error["row"], error["entry"], error["field"]) == (first + 2, 3, "id")
    assert f"This id is also in row {first}." in error["details"]
    assert ("Cell: 'The library'!A4." in error["details"]) == (kind == "xlsx")


@every_format
def test_conditions_name_the_column(api, kind):
    rows = [[*GOOD[:-1], "A1 AND !A2;B7"]]
    (error,) = failed(api, formats.write(kind, HEADER, rows), kind)
    assert (error["field"], error["value"]) == ("match_conditions", "A1 AND !A2;B7")
    assert error["details"].startswith("Column 12: ")


def test_xlsx_names_sheet_and_cell_whoever_finds_it(api):
    rows = [GOOD, ["CT2", "t", "x", 11, "X1", ""], ["T9", "t", "x", 1, "phase", "B1"]]
    errors = failed(api, formats.write("xlsx", HEADER, rows), "xlsx")
    told = {(error["row"], error["field"]): error["details"] for error in errors}
    assert told[3, "priority"].endswith(" Cell: 'The library'!D3.")
    assert told[4, "phase"].endswith(" Cell: 'The library'!E4.")
    assert told[4, "match_conditions"].endswith(" Cell: 'The library'!F4.")
    assert told[4, "id"].endswith(" Cell: 'The library'!A4.")  # found by the database
    assert all(details.count("The library") == 1 for details in told.values())


@every_format
@pytest.mark.parametrize("value, meant", [
    ("1.0", "T1 or CT1"), ("1E+05", "T100000 or CT100000"), ("CT7.0", "CT7"), ("ct 7", "CT7")])
def test_id_that_a_spreadsheet_program_changed(api, kind, value, meant):
    (error,) = failed(api, formats.write(kind, HEADER, [[value, *GOOD[1:]]]), kind)
    assert error["field"] == "id"
    assert meant in error["details"]


def test_id_that_became_a_date(api):
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append([datetime.date(1900, 1, 15), *GOOD[1:]])
    out = io.BytesIO()
    book.save(out)
    (error,) = failed(api, out.getvalue(), "xlsx")
    assert "made a date of it. Did you mean T15 or CT15?" in error["details"]


def test_odd_values_are_taken_with_a_warning(api, db):
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(["CT1", datetime.date(2026, 2, 1), *GOOD[2:]])
    out = io.BytesIO()
    book.save(out)
    job = api.wait_for(api.start(out.getvalue(), "standard.xlsx")["id"], "ready_for_review")
    (warning,) = api.job(job["id"], include="warnings")["warnings"]
    assert (warning["row"], warning["field"], warning["value"]) == (2, "title", "2026-02-01")
    assert "a date" in warning["details"] and warning["details"].endswith(" Cell: Sheet!B2.")
    api.change(job["id"], "cancel")

    rows = [["CT1", "2-Jan", *GOOD[2:]], ["CT2", "#NAME?", *GOOD[2:]], ["CT3", "V1-2", *GOOD[2:]]]
    job = api.ready(formats.write("csv", HEADER, rows))
    warnings = api.job(job["id"], include="warnings")["warnings"]
    assert [(warning["row"], warning["field"]) for warning in warnings] == [
        (2, "title"), (3, "title")]
    api.accept(job["id"])
    assert [one["title"] for one in db.library().values()] == ["2-Jan", "#NAME?", "V1-2"]


def test_warnings_come_with_errors_too(api, db):
    db.seed(item("CT1"))
    raw = "id,title,priority\nCT1,Gr\u00fc\u00df,0\n".encode("cp1252")
    job = api.wait_for(api.start(raw)["id"], "fail")
    assert [error["field"] for error in job["errors"]] == ["priority"]
    (warning,) = api.job(job["id"], include="warnings")["warnings"]
    assert "1252" in warning["details"]


WARNED = 100  # how many of its warnings of a kind a job shows


@pytest.mark.parametrize("more", [-1, 0, 1, 2])
def test_warnings_that_are_not_shown_are_counted(api, more):
    rows = [[f"CT{n}", "2-Jan", f"Text {n}", *GOOD[3:]] for n in range(1, WARNED + more + 1)]
    job = api.wait_for(api.start(formats.write("csv", HEADER, rows))["id"], "ready_for_review")
    warnings = api.job(job["id"], include="warnings")["warnings"]
    assert [warning["row"] for warning in warnings[:WARNED]] == list(
        range(2, 2 + min(len(rows), WARNED)))
    (listed,) = api.get(f"{IMPORT}?include=warnings").json["results"]
    assert listed["warnings"] == warnings
    assert warnings[WARNED:] == ([] if more <= 0 else [{
        **dict.fromkeys(warnings[0]), "file": "standard.csv", "kind": "date",
        "details": f"and {more} more of this kind (Values that look like dates)"}])
    (kind,) = api.job(job["id"], include="warning_kinds")["warning_kinds"]
    assert kind == {"file": "standard.csv", "kind": "date", "title": "Values that look like dates",
                    "count": len(rows), "row": 2, "field": "title", "value": "2-Jan"}
    every = api.get(f"{IMPORT}{job['id']}/errors/?include=warnings&page_size=1000").json
    assert every["count"] == len(every["results"]) == len(rows)
    assert {one["level"] for one in every["results"]} == {"warning"}
    assert every["results"][0] == {"level": "warning", **warnings[0]}


def test_warnings_can_be_asked_for_by_kind_file_and_entry(api):
    rows = [["CT1", "2-Jan", *GOOD[2:]], ["CT2", "t", "#NAME?", *GOOD[3:]], ["CT3", "3-Feb", *GOOD[2:]]]
    job = api.ready(formats.write("csv", HEADER, rows))["id"]

    def entries(query):
        answer = api.get(f"{IMPORT}{job}/errors/?page_size=9&{query}").json
        assert answer["count"] == len(answer["results"])
        return [one["entry"] for one in answer["results"]]

    assert entries("include=warnings") == [1, 2, 3]
    assert entries("kind=date") == [1, 3]
    assert entries("kind=date&entry__in=2,3") == [3]
    assert entries("include=warnings&entry__in=3") == [3]
    assert entries("include=warnings&content_model=standard") == [1, 2, 3]
    assert entries("include=warnings&content_model=other") == []
    assert entries("entry__in=3") == []
    for wrong in ("kind=nonsense", "entry__in=1,", "entry__in=,1", "entry__in=x", "entry__in=1234567890123456"):
        assert api.get(f"{IMPORT}{job}/errors/?{wrong}", check=False).status == 400


@pytest.mark.parametrize("purged", [False, True])
def test_errors_are_in_the_order_of_the_file(api, db, purged):
    """No matter who finds them, and where they are read."""
    rows = [GOOD, GOOD, ["CT2", "t", "x", 99, "X1", ""], ["CT3", "", "x", 1, "X1", ""]]
    shown = failed(api, formats.write("csv", HEADER, rows), "csv")
    (job,) = api.get(IMPORT).json["results"]
    if purged:
        db.run("DELETE FROM import_error")
        db.run("UPDATE import_job SET purged = clock_timestamp()")
    errors = api.get(f"{IMPORT}{job['id']}/errors/").json["results"]
    assert [(error["row"], error["field"]) for error in errors] == [
        (3, "id"), (4, "priority"), (5, "title")]
    assert errors == shown
    page = api.get(f"{IMPORT}{job['id']}/errors/?page_size=2&page=2").json
    assert (page["count"], page["results"]) == (3, shown[2:])
