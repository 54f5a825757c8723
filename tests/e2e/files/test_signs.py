"""Signs of damage in files of every format: each is told where it is, and what only looks like one
is not. What was made of the file is seen in the diff."""

import io

import openpyxl
import pytest
import yaml

import formats
import revisions
import signs
from client import IMPORT
from library import FIELDS, HEADER, item, read_csv, to_csv

every_format = pytest.mark.parametrize("kind", formats.ALL)
NEW = ["id", "title", "text", "priority", "phase", "tags"]  # what a new item may need
BASE = {"priority": 5, "phase": "X1", "tags": ""}
SHOWN = 100  # how many warnings of a kind a job shows
WARNING_KEYS = ["file", "row", "field", "details", "entry", "line", "value", "kind"]
KIND_KEYS = ["file", "kind", "title", "count", "row", "field", "value"]


def ready(api, raw, kind="csv"):
    """The id of the file's job, which can be reviewed."""
    job = api.wait_for(api.start(raw, f"standard.{kind}")["id"], "ready_for_review", "fail")
    assert job["status"] == "ready_for_review", job["errors"]
    return job["id"]


def told(api, raw, kind="csv"):
    """(row, field, sign) of all warnings of a file; its job is cancelled then."""
    job = ready(api, raw, kind)
    found = signs.places(signs.warnings(api, job))
    api.change(job, "cancel")
    return found


def news(api, job):
    """By id, what becomes of its items."""
    diff = api.diff(job)
    return {one["new"]["id"]: one["new"] for one in diff["add"] + diff["update"]}


def seeded(db, count=4):
    made = [item(f"CT{n}", f"Old {n}", f"Old text {n}", "P1", tags="alpha;beta")
            for n in range(1, count + 1)]
    db.seed(*made)
    return {one["id"]: one for one in made}


# In a value, in every format.

@every_format
def test_damaged_values_are_told_and_others_are_not(api, kind):
    raw, made = signs.file_of_values(kind, "CT", BASE, ("title", "text", "tags"))
    job = ready(api, raw, kind)
    warnings = signs.warnings(api, job)
    assert signs.differences(warnings, made) == ([], [])
    assert all(list(one) == WARNING_KEYS and one["file"] == f"standard.{kind}" for one in warnings)
    assert all(one["entry"] == one["row"] - min(made) + 1 for one in warnings)
    assert api.counts(job) == (len(made), 0, 0)


@every_format
def test_a_warning_shows_the_value_and_what_to_do(api, kind):
    rows = [["CT1", "2-Jan", "NULL", 5, "X1", "a,b"], ["CT2", "a\u202eb\u200bc", "x", 5, "X1", ""]]
    job = ready(api, formats.write(kind, NEW, rows), kind)
    found = {(one["row"], one["field"], one["kind"]): one for one in signs.warnings(api, job)}
    first = 2 if kind in ("csv", "xlsx") else 1
    assert found[first, "title", "date"]["value"] == "2-Jan"
    assert "If nothing is meant" in found[first, "text", "null"]["details"]
    assert ";" in found[first, "tags", "separator"]["details"]
    named = [one["details"] for (row, field, _), one in found.items()
             if (row, field) == (first + 1, "title")]
    assert any("U+202E" in details or "U+200B" in details for details in named)
    for one in found.values():
        assert ("Cell: 'The library'!" in one["details"]) == (kind == "xlsx")


@every_format
def test_two_tags_that_look_alike_are_one(api, kind):
    rows = [["CT1", "t", "x", 5, "X1", "caf\u00e9;cafe\u0301;\u200bcaf\u00e9"]]
    job = ready(api, formats.write(kind, NEW, rows), kind)
    assert signs.warnings(api, job) == []
    assert news(api, job)["CT1"]["tags"] == "caf\u00e9"


# In the rows and columns of a file.

CSV = [
    # what it is, file, warnings
    ("Windows-1252", "id,title\nCT1,\u00e9\nCT2,\u20ac\n".encode("cp1252"), [(2, "encoding")]),
    ("in a later row", "id,title\nCT1,e\nCT2,\u20ac\n".encode("cp1252"), [(3, "encoding")]),
    ("UTF-8", "id,title\nCT1,\u00e9\n".encode(), []),
    ("UTF-8 with a BOM", "id,title\nCT1,\u00e9\n".encode("utf-8-sig"), []),
    ("UTF-16", b"\xff\xfe" + "id,title\nCT1,\u00e9\n".encode("utf-16-le"), []),
    ("ASCII", b"id,title\nCT1,e\n", []),
    ("short rows", b"id,title,tags\nCT1,a\nCT2,b,c\nCT3,d\n", [(2, "short_row"), (4, "short_row")]),
    ("a row of nothing but an id", b"id,title,tags\nCT1,a,b\nCT2\n", []),
    ("a short last row", b"id,title,tags\nCT1,a,b\nCT2,b\n", [(3, "short_row")]),
    ("empty cells", b"id,title,tags\nCT1,a,\nCT2,b,\n", []),
    ("blank rows", b"id,title,tags\nCT1,a,\n\n,,\nCT2,b,\n\n", []),
    ("short by what has no name", b"id,title,,\nCT1,a\nCT2,b\n", []),
    ("short by what is ignored", b"id,title,db_id,created_by\nCT1,a\nCT2,b\n", []),
    ("the header again", b"id,title\nCT1,a\nid,title\nCT2,b\n", [(3, "header_again")]),
    ("the header again, otherwise", b"id,title\nCT1,a\n\xef\xbb\xbfID, Title \nCT2,b\n",
     [(3, "header_again")]),
    ("a title that is called title", b"id,title\nCT1,title\nCT2,id\n", []),
    ("nothing but false", b"id,title,active,mark_delete\nCT1,a,TRUE,FALSE\n,,no,0\n,,,off\n", []),
]


@pytest.mark.parametrize("raw, warnings", [pytest.param(*one[1:], id=one[0]) for one in CSV])
def test_rows_of_csv(api, db, raw, warnings):
    seeded(db)
    assert [(row, kind) for row, _, kind in told(api, raw)] == warnings


def test_a_short_row_leaves_the_rest_as_it_is(api, db):
    old = seeded(db)
    job = ready(api, b"id,title,problem,tags\nCT1,a,P2\nCT2,b\nCT3,c,,\n")
    assert news(api, job) == {
        "CT1": {**old["CT1"], "title": "a", "problem": "P2", "mark_delete": False},
        "CT2": {**old["CT2"], "title": "b", "mark_delete": False},
        "CT3": {**old["CT3"], "title": "c", "problem": "", "tags": "", "mark_delete": False}}
    one, two = signs.warnings(api, job)
    assert all(word in one["details"] for word in ("3", "4", "tags"))
    assert all(word in two["details"] for word in ("2", "4", "problem", "tags"))


def test_the_example_of_an_encoding_can_be_judged(api, db):
    seeded(db)
    rows = [f"CT{n},a" for n in range(1, 4)] + ["CT4,\u00cf\u00e0\u00f0\u00ee\u00eb\u00fc"]
    job = ready(api, ("id,title\n" + "\n".join(rows) + "\n").encode("cp1252"))
    (one,) = signs.warnings(api, job)
    assert (one["kind"], one["row"], one["entry"]) == ("encoding", 5, None)
    assert "\u00cf\u00e0\u00f0\u00ee\u00eb\u00fc" in one["value"] + one["details"]


# Workbooks: sheets by name, as lists of rows.

def workbook(sheets, change=None):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if change:
        change(*book.worksheets)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


TABLE = [["id", "title", "problem", "tags", "created_by"],
         ["CT1", "a", "P2", "x", "me"], ["CT2", "b"], ["CT3", "c"]]


def merged(*ranges):
    return workbook({"One": TABLE}, lambda sheet: [sheet.merge_cells(one) for one in ranges])


def test_merged_cells_give_their_value_to_each_row(api, db):
    old = seeded(db)
    job = ready(api, merged("C2:C4", "D2:D3"), "xlsx")
    assert news(api, job) == {
        "CT1": {**old["CT1"], "title": "a", "problem": "P2", "tags": "x", "mark_delete": False},
        "CT2": {**old["CT2"], "title": "b", "problem": "P2", "tags": "x", "mark_delete": False},
        "CT3": {**old["CT3"], "title": "c", "problem": "P2", "tags": "", "mark_delete": False}}
    warnings = signs.warnings(api, job)
    assert signs.places(warnings) == [
        (3, "problem", "merged"), (3, "tags", "merged"), (4, "problem", "merged")]
    assert all(("C2:C4" if one["field"] == "problem" else "D2:D3") in one["details"]
               for one in warnings)


@pytest.mark.parametrize("ranges", [["E2:E4"], ["F2:G4"], ["A6:C9"], ["H1:K1"]])
def test_merged_cells_that_are_not_read_are_nothing(api, db, ranges):
    seeded(db)
    assert told(api, merged(*ranges), "xlsx") == []


@pytest.mark.parametrize("where", ["B2:C2", "C2:D4", "C2:D2"])
def test_cells_merged_over_columns_are_refused(api, db, where):
    seeded(db)
    job = api.wait_for(api.start(merged(where), "standard.xlsx")["id"], "ready_for_review", "fail")
    assert job["status"] == "fail"
    assert any(where in error["details"] for error in job["errors"])


MORE = [["id", "title"], ["CT4", "d"]]
NOTES = [["Read me"], ["These are the titles of 2026."]]
OTHER_SHEETS = [
    # what it is, sheets, hidden ones, the sheets that are told
    ("two sheets", {"One": TABLE, "Two": MORE}, [], ["Two"]),
    ("three sheets", {"One": TABLE, "Two": MORE, "Three": MORE}, [], ["Two", "Three"]),
    ("notes behind", {"One": TABLE, "Notes": NOTES}, [], []),
    ("notes before", {"Notes": NOTES, "One": TABLE}, [], []),
    ("notes before and a second", {"Notes": NOTES, "One": TABLE, "Two": MORE}, [], ["Two"]),
    ("an empty sheet", {"One": TABLE, "Sheet2": []}, [], []),
    ("a hidden sheet", {"One": TABLE, "Two": MORE}, ["Two"], ["Two"]),
    ("hidden notes", {"One": TABLE, "Notes": NOTES}, ["Notes"], []),
    ("a misspelt header", {"One": TABLE, "Two": [["id", "titel"], *MORE[1:]]}, [], ["Two"]),
    ("no header", {"Two": MORE[1:], "One": TABLE}, [], ["Two"]),
    ("a header below notes", {"One": TABLE, "Two": NOTES * 10 + MORE}, [], ["Two"]),
    ("a list of something else", {"One": TABLE, "Problems": [["id", "title"], ["P1", "d"]]}, [], []),
    ("a sheet without ids before", {"New": [["Title", "Text"], ["d", "e"]], "One": TABLE}, [], ["New"]),
]


@pytest.mark.parametrize("sheets, hidden, named", [pytest.param(*one[1:], id=one[0])
                                                   for one in OTHER_SHEETS])
def test_other_sheets(api, db, sheets, hidden, named):
    seeded(db)

    def hide(*found):
        for one in found:
            one.sheet_state = "hidden" if one.title in hidden else "visible"

    job = ready(api, workbook(sheets, hide), "xlsx")
    assert list(news(api, job)) == ["CT1", "CT2", "CT3"]
    warnings = signs.warnings(api, job)
    assert [one["kind"] for one in warnings] == ["other_sheet"] * len(named)
    assert all(f'"{name}"' in one["details"] for name, one in zip(named, warnings))


def test_hidden_rows_are_told(api, db):
    seeded(db)

    def hide(sheet):
        sheet.row_dimensions[3].hidden = True
        sheet.row_dimensions[5].hidden = True  # nothing is there
        sheet.column_dimensions["E"].hidden = True  # nobody reads it

    assert told(api, workbook({"One": TABLE}, hide), "xlsx") == [(3, None, "hidden")]


def test_a_hidden_column_is_told_where_it_changes_something(api, db):
    seeded(db)
    rows = [["id", "title", "tags"], ["CT1", "a", "alpha;beta"], ["CT2", "Old 2", "x"], ["CT3", "c"]]

    def hide(sheet):
        sheet.column_dimensions["B"].hidden = sheet.column_dimensions["C"].hidden = True

    assert told(api, workbook({"One": rows}, hide), "xlsx") == [
        (2, "title", "hidden"), (3, "tags", "hidden"), (4, "title", "hidden")]


def test_what_a_hidden_row_deletes_is_said(api, db):
    seeded(db)
    rows = [["id", "mark_delete"], ["CT1", True], ["CT2", True], ["CT3", False]]

    def hide(sheet):
        sheet.row_dimensions[3].hidden = True
        sheet.row_dimensions[4].hidden = True  # changes nothing

    job = ready(api, workbook({"One": rows}, hide), "xlsx")
    (one,) = signs.warnings(api, job)
    assert (one["row"], one["kind"]) == (3, "hidden_delete") and "DELETES" in one["details"]


NUMBERS = [
    # value, number format, what is taken, whether the sheet shows something else
    (1.1, "0.00", "1.10", False),
    (0.5, "0%", "50%", False),
    (0.285, "0.0%", "28.5%", False),
    (1234567, "#,##0", "1,234,567", False),
    (1234.5, "#,##0.00", "1,234.50", False),
    (7, "0000", "0007", False),
    (2, '"V"0', "V2", False),
    (3, '0" pcs"', "3 pcs", False),
    (1.5, "General", "1.5", False),
    (12, "General", "12", False),
    (1.10, "@", "1.1", False),
    (0.5, "# ?/?", "0.5", True),
]


def test_numbers_are_taken_as_they_are_shown(api, db):
    rows = [["id", "title", "text", "priority", "phase"]]
    rows += [[f"CT{n}", value, "x", 5, "X1"] for n, (value, *_) in enumerate(NUMBERS, 1)]

    def show(sheet):
        for n, (_, shape, *_) in enumerate(NUMBERS, 2):
            sheet.cell(n, 2).number_format = shape
            sheet.cell(n, 4).number_format = "0.00"

    job = ready(api, workbook({"One": rows}, show), "xlsx")
    assert [one["title"] for one in news(api, job).values()] == [one[2] for one in NUMBERS]
    assert {one["priority"] for one in news(api, job).values()} == {5}
    assert signs.places(signs.warnings(api, job)) == [
        (n, "title", "shown") for n, one in enumerate(NUMBERS, 2) if one[3]]


YAML = [
    # what it is, record of CT1, (field that is told, what becomes of it)
    ("tags", "tags: #security;web", ("tags", "")),
    ("problem", "problem:  # none", ("problem", "")),
    ("title", "title: Fix issue #12 today", ("title", "Fix issue")),
    ("text on lines", "text: one\n    two # three", ("text", "one two")),
    ("conditions", "match_conditions: A1 # not A2", ("match_conditions", "A1")),
    ("a number", "priority: 7 # high", None),
    ("a boolean", "active: no # for now", None),
    ("quoted", "title: 'a #b' # said so", None),
    ("a block", "text: | # note\n    one #two", None),
    ("a line of its own", "# a comment\n  title: New", None),
    ("no space before it", "title: C#1", None),
]


@pytest.mark.parametrize("record, place", [pytest.param(*one[1:], id=one[0]) for one in YAML])
def test_comments_of_yaml(api, db, record, place):
    seeded(db)
    job = ready(api, f"- id: CT1\n  {record}\n".encode(), "yaml")
    if place:
        field, value = place
        assert news(api, job)["CT1"][field] == value
        assert signs.places(signs.warnings(api, job)) == [(1, field, "comment")]
    else:
        assert signs.warnings(api, job) == []


# Found by comparing.

@every_format
def test_new_items_that_are_there_already(api, db, kind):
    seeded(db)
    rows = [["", "Old 1", "Old text 1", 5, "X1"], ["", "New", "New text", 5, "X1"],
            ["", "New", "New text", 6, "X2"], ["", "Old 2", "Another text", 5, "X1"],
            ["CT1", "Old 1", "Old text 1", 7, "X1"], ["", "Another", "Old text 3", 5, "X1"]]
    found = told(api, formats.write(kind, NEW[:-1], rows), kind)
    first = 2 if kind in ("csv", "xlsx") else 1
    assert [(row, sign) for row, _, sign in found] == [(first, "twin"), (first + 2, "twin")]


# What does not change anything is not told.

@every_format
def test_a_value_that_is_stored_is_not_told_again(api, db, kind):
    db.seed(item("CT1", "2-Jan", "NULL", tags="a,b"), item("CT2", "2-Jan", "NULL", tags="a,b"),
            item("CT3", "2-Jan", "NULL", tags="a,b"))
    header = ["id", "title", "text", "tags", "priority"]
    rows = [["CT1", "2-Jan", "NULL", "a,b", 5], ["CT2", "2-Jan", "NULL", "a,b", 6],
            ["CT3", "3-Jan", "NULL", "a,b", 5]]
    first = 2 if kind in ("csv", "xlsx") else 1
    assert told(api, formats.write(kind, header, rows), kind) == [(first + 2, "title", "date")]


def test_a_row_that_changes_nothing_is_not_told(api, db):
    seeded(db)
    assert told(api, b"id,title,tags\nCT1,Old 1\nCT2,Old 2,alpha;beta\nCT3,new\n") == [
        (4, None, "short_row")]


def test_a_deletion_is_not_looked_at(api, db):
    seeded(db)
    assert told(api, b"id,title,mark_delete\nCT1,2-Jan,true\nCT2,#NAME?,yes\n") == []


# How many there are.

MANY = 250


def many(damaged="2-Jan"):
    rows = [[f"CT{n}", damaged, f"Text {n}", 5, "X1"] for n in range(1, MANY + 1)]
    rows += [[f"CT{MANY + n}", "NULL", f"Text {n}", 5, "X1"] for n in range(1, 4)]
    return formats.write("csv", NEW[:-1], rows)


def test_a_hundred_of_a_kind_are_shown_and_the_others_counted(api):
    job = ready(api, many())
    warnings = signs.warnings(api, job)
    dates = [one for one in warnings if one["kind"] == "date"]
    assert [one["row"] for one in dates[:SHOWN]] == list(range(2, 2 + SHOWN))
    (rest,) = dates[SHOWN:]
    assert (rest["row"], rest["field"], rest["entry"], rest["value"]) == (None,) * 4
    assert f"{MANY - SHOWN} more" in rest["details"]
    nothing = [one["row"] for one in warnings if one["kind"] == "null"]
    assert nothing == [MANY + 2, MANY + 3, MANY + 4]
    (listed,) = api.get(f"{IMPORT}?include=warnings").json["results"]
    assert listed["warnings"] == warnings


def test_kinds_are_counted(api):
    job = ready(api, many())
    kinds = api.job(job, include="warning_kinds")["warning_kinds"]
    assert all(list(one) == KIND_KEYS and one["title"] for one in kinds)
    assert [[one[key] for key in KIND_KEYS if key != "title"] for one in kinds] == [
        ["standard.csv", "date", MANY, 2, "title", "2-Jan"],
        ["standard.csv", "null", 3, MANY + 2, "title", "NULL"]]
    assert "warning_kinds" not in api.job(job)


def test_thousands_are_compared_with_the_library(api, db):
    db.seed(*[item(f"CT{n}", title="2-Jan" if n % 2 else "Old") for n in range(1, 3001)])
    raw = to_csv([item(f"CT{n}", title="2-Jan") for n in range(1, 3001)])
    kinds = api.job(ready(api, raw), include="warning_kinds")["warning_kinds"]
    assert [(one["kind"], one["count"], one["row"]) for one in kinds] == [("date", 1500, 3)]


def test_all_of_them_are_in_pages(api):
    job = ready(api, many())
    path = f"{IMPORT}{job}/errors/"
    first = api.get(path, params={"include": "warnings", "page_size": 200}).json
    second = api.get(path, params={"include": "warnings", "page_size": 200, "page": 2}).json
    assert (first["count"], second["count"]) == (MANY + 3, MANY + 3)
    found = first["results"] + second["results"]
    assert [one["row"] for one in found] == list(range(2, MANY + 5))
    assert {one["level"] for one in found} == {"warning"}
    assert [one["kind"] for one in found] == ["date"] * MANY + ["null"] * 3
    assert api.get(path).json["results"] == []


def test_errors_and_warnings_are_told_apart(api):
    rows = [["CT1", "2-Jan", "x", 5], ["CT2", "t", "x", 50], ["CT3", "NULL", "x", 5]]
    raw = formats.write("csv", NEW, [[*row, "X1", ""] for row in rows])
    job = api.wait_for(api.start(raw)["id"], "ready_for_review", "fail")["id"]
    found = api.get(f"{IMPORT}{job}/errors/", params={"include": "warnings"}).json["results"]
    assert [(one["row"], one["field"], one["level"], one["kind"]) for one in found] == [
        (2, "title", "warning", "date"), (3, "priority", "error", None),
        (4, "title", "warning", "null")]
    (error,) = api.get(f"{IMPORT}{job}/errors/").json["results"]
    assert (error["row"], "kind" in error) == (3, False)


# Nothing is wrong with these.

FIRST, SECOND, *_ = revisions.revisions()


def catalogue(kind, rows):
    typed = [one for _, one in read_csv(to_csv(rows, HEADER))]
    return formats.write(kind, list(FIELDS), [[one[field] for field in FIELDS] for one in typed])


@every_format
def test_a_catalogue_and_its_revision_draw_no_warning(api, kind):
    job = ready(api, catalogue(kind, FIRST), kind)
    assert signs.warnings(api, job) == []
    api.accept(job)
    job = ready(api, catalogue(kind, SECOND), kind)
    assert signs.warnings(api, job) == []
    assert api.counts(job)[1] > 80


@every_format
def test_an_export_that_was_edited_draws_no_warning(api, db, kind):
    """Only the edited cell is looked at, however odd the others are."""
    odd = [one for field, one, sign in signs.values(("title",)) if sign]
    db.seed(*[item(f"CT{n}", title, title, tags=title) for n, title in enumerate(odd, 1)])
    answer = api.get(f"library/export/standard.{kind}", check=False)
    assert told(api, answer.raw, kind) == []
    header, rows = formats.read(kind, answer.raw)
    for row in rows:
        row[header.index("priority")] = 6
    if kind == "yaml":
        raw = yaml.safe_dump([dict(zip(header, row)) for row in rows], allow_unicode=True,
                             sort_keys=False).encode()
    else:
        raw = formats.write(kind, header, rows)
    assert told(api, raw, kind) == []
