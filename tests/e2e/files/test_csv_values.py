"""The field table: what each field accepts in adds and in updates, and what is an error."""

import pytest

from client import ERROR_KEYS
from library import FIELDS, added, deleted, expected_diff, item, side, to_csv, updated

OLD = item("CT1", "Old title", "Old text", "P1", 5, "X1", True, "A1", "old")
NEW_ID = "CT2"
BLANK = "This field may not be blank."
REQUIRED = "This field is required."


def one_cell(field, cell):
    return to_csv([{"id": "CT1", field: cell}])


VALUES = [
    # field, cell, value in the library
    ("title", "New", "New"),
    ("title", "  New \t", "New"),
    ("title", "\u00a0\u3000New\u2003\u2028", "New"),
    ("title", "\u00e4" * 255, "\u00e4" * 255),
    ("title", "\U0001f600" * 255, "\U0001f600" * 255),
    ("title", "=1+1", "=1+1"),
    ("title", "'Q\" \\ <b>", "'Q\" \\ <b>"),
    ("text", "a\r\nb\rc\nd", "a\nb\nc\nd"),
    ("text", "\r\n  a  \r\n\r\n", "a"),
    ("text", "# H\n\n* *b*\n\n```\n\tx\n```", "# H\n\n* *b*\n\n```\n\tx\n```"),
    ("text", "NULL", "NULL"),
    ("text", "x" * (1 << 20), "x" * (1 << 20)),
    ("problem", "P7", "P7"),
    ("problem", " CP12 ", "CP12"),
    ("problem", "", ""),
    ("problem", "  ", ""),
    ("priority", "1", 1),
    ("priority", "10", 10),
    ("priority", " 7 ", 7),
    ("phase", "X9", "X9"),
    ("phase", "CX3", "CX3"),
    ("match_conditions", "A1 AND !A2;A3", "A1 AND !A2;A3"),
    ("match_conditions", "  a1   and  !ca2 ;;  A3 ; A3", "A1 AND !CA2;A3"),
    ("match_conditions", "", ""),
    ("tags", "a;b", "a;b"),
    ("tags", " b ; a b;;b; ;c", "b;a b;c"),
    ("tags", "x,y", "x,y"),
    ("tags", "", ""),
    ("tags", " ; ;", ""),
]
VALUES += [("active", spelling, value)
           for value, spellings in ((True, "true TRUE True t T yes Yes y Y on ON 1"),
                                    (False, "false FALSE False f F no No n N off OFF 0"))
           for spelling in spellings.split()]


@pytest.mark.parametrize("field, cell, value", VALUES)
def test_cell_updates_its_field_alone(api, db, field, cell, value):
    db.seed({**OLD, field: not value} if field == "active" else OLD)
    old = db.library()["CT1"]
    diff = api.preview(one_cell(field, cell))
    assert diff["update"] == [updated(1, old, {**old, field: value})]
    assert (diff["add"], diff["delete"]) == ([], [])


@pytest.mark.parametrize("field, cell", [
    ("title", "Old title"), ("title", " Old title "), ("text", "Old text\r\n"), ("problem", "P1"),
    ("priority", "5"), ("phase", "X1"), ("active", ""), ("active", " "), ("active", "yes"),
    ("match_conditions", " a1 ; A1"), ("tags", "old;old"), ("mark_delete", ""),
    ("mark_delete", "false"), ("mark_delete", "No"), ("created_by", "me"), ("db_id", "7")])
def test_cell_that_says_nothing_new_is_no_update(api, db, field, cell):
    db.seed(OLD)
    job = api.ready(one_cell(field, cell))
    assert api.counts(job["id"]) == (0, 0, 0)


def test_empty_active_keeps_what_is_stored(api, db):
    db.seed({**OLD, "active": False})
    assert api.preview(to_csv([{"id": "CT1", "title": "New", "active": ""}]))["update"] == [
        updated(1, db.library()["CT1"], {**OLD, "active": False, "title": "New"})]


def test_update_of_a_builtin_item(api, db):
    db.seed({**OLD, "id": "T1"})
    assert api.preview(b"id,title\nT1,New\n")["update"][0]["new"] == side(
        {**OLD, "id": "T1", "title": "New"})


ADD = {"id": "", "title": "t", "text": "x", "priority": "3", "phase": "X2"}
ADDED = item(NEW_ID, "t", "x", "", 3, "X2")


def test_absent_columns_of_an_added_item_get_defaults(api, db):
    db.seed(OLD)
    assert api.preview(to_csv([ADD]))["add"] == [added(1, ADDED)]


@pytest.mark.parametrize("field, cell, value", [
    ("problem", "", ""), ("problem", "CP1", "CP1"), ("active", "", True), ("active", "no", False),
    ("match_conditions", "", ""), ("match_conditions", "a9", "A9"), ("tags", "", ""),
    ("tags", "b;a", "b;a"), ("mark_delete", "", None), ("mark_delete", "0", None)])
def test_cell_of_an_added_item(api, db, field, cell, value):
    db.seed(OLD)
    expected = ADDED if value is None else {**ADDED, field: value}
    assert api.preview(to_csv([{**ADD, field: cell}]))["add"] == [added(1, expected)]


# Errors

def check_error(error, row, field, *words):
    assert list(error) == ERROR_KEYS
    assert error["file"] == "standard.csv"
    assert (error["row"], error["field"]) == (row, field)
    for word in words:
        assert word.lower() in error["details"].lower(), error


BAD = [
    # field, cell, words of the message
    ("title", "", [BLANK]),
    ("title", " \u00a0 ", [BLANK]),
    ("title", "x" * 256, ["255"]),
    ("title", "\u00e9" * 256, ["255"]),
    ("title", "a\x07b", ["U+0007"]),
    ("title", "a\x1bb", ["U+001B"]),
    ("title", "a\x7fb", ["U+007F"]),
    ("title", "a\u0085b", ["U+0085"]),
    ("title", "a\nb", []),
    ("title", "a\tb", []),
    ("text", "", [BLANK]),
    ("text", "\n\n", [BLANK]),
    ("text", "a\x00b", []),
    ("text", "a\x08b", ["U+0008"]),
    ("text", "a\ufffeb", ["U+FFFE"]),
    ("text", "a\ufdd0b", ["U+FDD0"]),
    ("text", "a\U0010ffffb", ["10FFFF"]),
    ("text", "x" * ((1 << 20) + 1), ["1048576"]),
    ("problem", "Q1", []),
    ("problem", "1", []),
    ("problem", "P", []),
    ("problem", "P0", []),
    ("problem", "P1.5", []),
    ("problem", "P-1", []),
    ("problem", "P1;P2", []),
    ("problem", "T1", []),
    ("problem", "P" + "9" * 30, []),
    ("priority", "", [BLANK]),
    ("priority", "0", ["greater than or equal to 1"]),
    ("priority", "-5", ["greater than or equal to 1"]),
    ("priority", "11", ["less than or equal to 10"]),
    ("priority", "99999999999999999999", ["less than or equal to 10"]),
    ("priority", "4294967301", ["less than or equal to 10"]),
    ("priority", "high", ["integer"]),
    ("priority", "5.5", ["integer"]),
    ("priority", "0x5", ["integer"]),
    ("priority", "5 6", ["integer"]),
    ("priority", "\u0665", ["integer"]),
    ("phase", "", [BLANK]),
    ("phase", "P1", []),
    ("phase", "X", []),
    ("active", "maybe", ["boolean"]),
    ("active", "2", ["boolean"]),
    ("active", "perhaps", ["boolean"]),
    ("mark_delete", "delete", ["boolean"]),
    ("match_conditions", "A1 OR A2", []),
    ("match_conditions", "A1 AND", []),
    ("match_conditions", "AND A1", []),
    ("match_conditions", "A1 A2", []),
    ("match_conditions", "!!A1", []),
    ("match_conditions", "T1", []),
    ("match_conditions", "A1 AND !A1", ["A1"]),
    ("tags", "a\x01b", ["U+0001"]),
]


@pytest.mark.parametrize("field, cell, words", BAD)
def test_bad_cell_fails_the_job(api, db, field, cell, words):
    db.seed(OLD)
    errors = api.failed(one_cell(field, cell))
    assert len(errors) == 1
    if "\x00" in cell:  # cannot even be read
        assert errors[0]["line"] == 2
    else:
        # a cell over the limit is not even kept, so its column may be unknown
        check_error(errors[0], 2, field if len(cell) < 1 << 20 else errors[0]["field"], *words)
        assert errors[0]["entry"] == 1
        assert errors[0]["line"] == 2
        assert errors[0]["value"] is None or cell.startswith(errors[0]["value"][:50])
    assert db.library() == {"CT1": OLD}


@pytest.mark.parametrize("field", ["title", "text", "priority", "phase"])
def test_required_field_of_an_added_item(api, field):
    (error,) = api.failed(to_csv([{**ADD, field: ""}]))
    check_error(error, 2, field, BLANK)
    (error,) = api.failed(to_csv([{name: cell for name, cell in ADD.items() if name != field}]))
    check_error(error, 2, field, REQUIRED)


@pytest.mark.parametrize("field", ["title", "text", "priority", "phase"])
def test_required_field_may_be_absent_on_an_update(api, db, field):
    db.seed({**OLD, "id": "CT9"})
    row = {**ADD, "id": "CT9", "tags": "changed"}
    del row[field]
    assert len(api.preview(to_csv([row]))["update"]) == 1


# Ids

@pytest.mark.parametrize("item_id", ["X1", "CT", "T", "CT0", "CT-1", "CT1.0", "1", "CT1 CT2",
                                     "CT" + "9" * 30, "CCT1", "\u0421T1"])
def test_id_of_another_shape(api, item_id):
    (error,) = api.failed(to_csv([{**ADD, "id": item_id}]))
    check_error(error, 2, "id")
    assert error["value"] == item_id


def test_unknown_builtin_id(api, db):
    db.seed({**OLD, "id": "T1"})
    errors = api.failed(to_csv([{**ADD, "id": "T9"}, {**ADD, "id": "T1"}, {**ADD, "id": "T10"}]))
    assert [error["details"] for error in errors] == [
        'No match found for: "T9".', 'No match found for: "T10".']
    check_error(errors[0], 2, "id")
    check_error(errors[1], 4, "id")


def test_unknown_custom_id_is_added_with_it(api, db):
    db.seed(OLD)
    content = to_csv([{**ADD, "id": "CT50"}])
    assert api.preview(content)["add"] == [added(1, {**ADDED, "id": "CT50"})]


def test_id_is_trimmed(api, db):
    db.seed(OLD)
    assert api.preview(b"id,title\n CT1 ,New\n")["update"][0]["new"]["id"] == "CT1"


def test_id_twice_names_both_rows(api, db):
    db.seed(OLD)
    errors = api.failed(to_csv([{**ADD, "id": "CT7"}, {**ADD, "id": "CT1"}, ADD,
                                {**ADD, "id": "CT7"}, {**ADD, "id": "CT7"}]))
    assert errors
    for error in errors:
        check_error(error, error["row"], "id")
        assert error["value"] == "CT7"
    told = " ".join(f"{error['row']} {error['details']}" for error in errors)
    assert {"2", "5", "6"} <= set(told.replace(".", " ").replace(",", " ").split())


def test_id_twice_in_a_deletion_and_an_update(api, db):
    db.seed(OLD)
    errors = api.failed(b"id,title,mark_delete\nCT1,new,\nCT1,,true\n")
    assert {error["field"] for error in errors} == {"id"}


def test_new_numbers_are_above_any_ever_used(api, db):
    db.seed(OLD, item("CT7"))
    rows = [{**ADD, "title": "a"}, {**ADD, "title": "b"}]
    ids = [row["new"]["id"] for row in api.preview(to_csv(rows))["add"]]
    assert ids == ["CT8", "CT9"]
    assert api.change(1, "accept_changes").status == 200
    api.wait_for(1, "success")
    api.apply(b"id,mark_delete\nCT9,true\nCT8,true\nCT7,true\n")  # deleted, but used
    assert [row["new"]["id"] for row in api.preview(to_csv(rows))["add"]] == ["CT10", "CT11"]


def test_new_numbers_are_above_those_named_in_the_file(api, db):
    db.seed(OLD)
    diff = api.preview(to_csv([ADD, {**ADD, "id": "CT100"}, ADD, {**ADD, "id": "CT40"}]))
    assert [row["new"]["id"] for row in diff["add"]] == ["CT101", "CT100", "CT102", "CT40"]
    api.accept(1)
    assert list(db.library()) == ["CT1", "CT40", "CT100", "CT101", "CT102"]


def test_number_of_a_deleted_item_can_be_named_again(api, db):
    db.seed(OLD)
    api.apply(b"id,mark_delete\nCT1,true\n")
    assert api.preview(to_csv([{**ADD, "id": "CT1"}]))["add"] == [added(1, {**ADDED, "id": "CT1"})]


# mark_delete

@pytest.mark.parametrize("spelling", ["true", "TRUE", " yes ", "1", "t", "On"])
def test_mark_delete_deletes_a_custom_item(api, db, spelling):
    db.seed(OLD, item("CT2"))
    job = api.ready(to_csv([{"id": "CT1", "mark_delete": spelling}]))
    assert api.diff(job["id"])["delete"] == [deleted(1, OLD)]
    assert api.counts(job["id"]) == (0, 0, 1)
    api.accept(job["id"])
    assert list(db.library()) == ["CT2"]


def test_other_cells_of_a_deletion_are_not_looked_at(api, db):
    db.seed(OLD)
    row = {field: "\x07 bad" for field in FIELDS}
    diff = api.preview(to_csv([{**row, "id": "CT1", "mark_delete": "true"}]))
    assert diff["delete"] == [deleted(1, OLD)]


@pytest.mark.parametrize("item_id, words", [("T1", ["built-in"]), ("T9", []), ("CT9", []),
                                            ("", [])])
def test_deletion_that_is_an_error(api, db, item_id, words):
    db.seed(item("T1"), OLD)
    for error in api.failed(to_csv([{"id": item_id, "mark_delete": "true"}])):
        check_error(error, 2, error["field"], *words)
        assert error["field"] in ("id", "mark_delete")
    assert len(db.library()) == 2


# All at once

def test_all_errors_are_collected_in_one_go(api, db):
    db.seed(OLD)
    before = db.library()
    rows = [
        {**ADD, "title": "", "priority": "11", "phase": "Y"},
        {**ADD},
        {**ADD, "id": "T5", "active": "maybe"},
        {**ADD, "id": "CT1", "mark_delete": "perhaps"},
        {**ADD, "id": "CT3", "text": "\x01"},
        {**ADD, "id": "CT3"},
        {**ADD, "id": "CT4", "mark_delete": "true"},
    ]
    header = list(ADD) + ["active", "mark_delete"]
    errors = api.failed(to_csv(rows, header))
    found = {(error["row"], error["field"]) for error in errors}
    assert {(2, "title"), (2, "priority"), (2, "phase"), (4, "active"), (5, "mark_delete"),
            (6, "text")} <= found
    assert all(error["row"] not in (3,) for error in errors)
    assert [error["row"] for error in errors] == sorted(error["row"] for error in errors)
    for error in errors:
        check_error(error, error["row"], error["field"])
        assert error["entry"] == error["row"] - 1
    assert db.library() == before
    assert db.value("SELECT count(*) FROM standard_diff") == 0


def test_errors_that_need_the_library_are_collected_in_one_go(api, db):
    db.seed(item("T1"), OLD)
    rows = [{**ADD, "id": "T5"}, {**ADD, "id": "CT3"}, {"id": "CT4", "title": "x"},
            {**ADD, "id": "CT3"}, {"id": "CT8", "mark_delete": "true"}]
    errors = api.failed(to_csv(rows, list(ADD) + ["mark_delete"]))
    assert {2, 4, 6} <= {error["row"] for error in errors}
    assert {error["row"] for error in errors} & {3, 5}


def test_job_shows_a_thousand_errors_and_says_how_many_more(api):
    errors = api.failed(to_csv([{**ADD, "priority": "x"} for _ in range(1234)]))
    assert len(errors) == 1001
    assert [error["row"] for error in errors[:1000]] == list(range(2, 1002))
    assert "234" in errors[1000]["details"]
    assert (errors[1000]["row"], errors[1000]["field"]) == (None, None)


def test_all_errors_can_be_read_page_by_page(site, api):
    job = api.start(to_csv([{**ADD, "priority": "x", "title": "" if n % 2 else "t"}
                            for n in range(1000)]))
    api.wait_for(job["id"], "fail")
    url, seen = f"/api/v2/library/import/{job['id']}/errors/?page_size=400", []
    while url:
        body = api.get(url).json
        assert list(body) == ["count", "next", "previous", "results"]
        assert body["count"] == 1500
        seen += body["results"]
        url = body["next"] and body["next"][len(site.url):]
    assert len(seen) == 1500
    assert seen[:1000] == api.job(job["id"])["errors"][:1000]
    assert seen[0]["field"] == "priority" and seen[1]["row"] == 3


def test_errors_of_a_job_without_any(api):
    job = api.ready(to_csv([ADD]))
    answer = api.get(f"library/import/{job['id']}/errors/")
    assert (answer.status, answer.json["results"]) == (200, [])


def test_mixed_file_against_python(api, db):
    db.seed(OLD, item("CT2"), item("CT3"), item("T1"))
    rows = [{**item("T1", "Renamed"), "mark_delete": "False"},
            {**item("CT2"), "mark_delete": "False"},
            {**item("CT3"), "mark_delete": "True"},
            {**item("CT9", tags="a;b"), "mark_delete": "False"},
            {**OLD, "active": False, "mark_delete": "False"}]
    content = to_csv(rows)
    job = api.ready(content)
    assert api.diff(job["id"]) == expected_diff(db.library(), content)
    assert api.counts(job["id"]) == (1, 2, 1)
