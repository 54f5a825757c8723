"""What is meant is taken, in every format, however it is spelled; and where it cannot be known, the
error shows what cannot be seen."""

import pytest

import formats
import signs
from library import item

every_format = pytest.mark.parametrize("kind", formats.ALL)


def seeded(db, count=2):
    """The library, by id."""
    made = [item(f"CT{n}", f"Old {n}", "Old text", "P1", 5, "X1", True, "A1", "old")
            for n in range(1, count + 1)]
    db.seed(*made)
    return {one["id"]: one for one in made}


def looked_at(api, kind, header, *rows):
    """The job of a file of these rows, once it can be reviewed or has failed."""
    raw = formats.write(kind, header, rows)
    return api.wait_for(api.start(raw, f"standard.{kind}")["id"], "ready_for_review", "fail")


def changes(api, job):
    """By id, what becomes of the fields that change; nothing is warned of."""
    assert job["status"] == "ready_for_review", job["errors"]
    assert signs.warnings(api, job["id"]) == []
    diff = api.diff(job["id"])
    assert (diff["add"], diff["delete"]) == ([], [])
    return {one["new"]["id"]: {key: value for key, value in one["new"].items()
                               if value != one["original"][key]} for one in diff["update"]}


def rows_of(spellings):
    """A header, and a row for each spelling, whose other fields keep their values."""
    rows = []
    for n, (field, value, _) in enumerate(spellings, 1):
        row = item(f"CT{n}", f"New {n}", "Old text", "P1", 5, "X1", True, "A1", "old")
        row[field] = value.replace("CT1", f"CT{n}")
        rows.append(list(row.values()))
    return list(item("CT1")), *rows


TAKEN = [
    # field, what is in the file of CT1, what it means
    ("id", "CT1\u200b", "CT1"), ("id", "\u200eCT1\u200e", "CT1"),
    ("id", "\u2060 CT1 \u200d", "CT1"),
    ("title", "\u200bNew\u200b", "New"), ("title", "\u200fNew\u200e", "New"),
    ("title", "\u200b \u00a0New \ufeff\u200b", "New"),
    ("text", "\u200bNew\n", "New"),
    ("text", "\n \n\n    code\n    more\n\n", "    code\n    more"),
    ("text", "  one\n  two", "  one\n  two"), ("text", "\tcode\n\tmore", "\tcode\n\tmore"),
    ("priority", "7\u200e", 7), ("priority", "\u200b7", 7),
    ("problem", "P2\u200b", "P2"), ("phase", "\u200eX2", "X2"),
    ("active", "0.0", False), ("active", "0.00", False), ("active", "false\u200b", False),
    ("match_conditions", "A1 AND A2\u200b", "A1 AND A2"),
    ("tags", "a\nb", "a;b"), ("tags", "a\r\nb\r\n", "a;b"), ("tags", "a;\nb;c", "a;b;c"),
    ("tags", "a\u200b;\u200bb", "a;b"), ("tags", "e\u0301;\u00e9", "\u00e9"),
    ("tags", "a\u200b;a", "a"),
]
REFUSED = [
    # field, what is in the file, what its error shows
    ("id", "CT\u200b7", "U+200B"), ("id", "C\u2060T7", "U+2060"), ("id", "CT7\u00ad1", "U+00AD"),
    ("priority", "1\u200b0", "U+200B"), ("problem", "P\u200d1", "U+200D"),
    ("phase", "X\u202e1", "U+202E"), ("active", "tr\u200bue", "U+200B"),
    ("match_conditions", "A1 AND A\u200b2", "U+200B"), ("tags", "a\u009fb", "U+009F"),
]


@every_format
def test_what_is_meant_is_taken(api, db, kind):
    seeded(db, len(TAKEN))
    job = looked_at(api, kind, *rows_of(TAKEN))
    found = changes(api, job)
    for n, (field, value, meant) in enumerate(TAKEN, 1):
        wanted = {"title": f"New {n}"} | ({field: meant} if field != "id" else {})
        assert (value, found[f"CT{n}"]) == (value, wanted)


@every_format
def test_an_error_shows_what_cannot_be_seen(api, db, kind):
    seeded(db, len(REFUSED))
    job = looked_at(api, kind, *rows_of(REFUSED))
    assert job["status"] == "fail"
    found = {(one["entry"], one["field"]): one["details"] for one in job["errors"]}
    assert list(found) == [(n, field) for n, (field, *_) in enumerate(REFUSED, 1)]
    for details, (_, _, shown) in zip(found.values(), REFUSED):
        assert shown in details


@every_format
@pytest.mark.parametrize("name", ["\u200btitle", "\u200eTitle \u200b"])
def test_a_header_is_trimmed(api, db, kind, name):
    seeded(db)
    assert changes(api, looked_at(api, kind, ["id", name], ["CT1", "New"])) == {
        "CT1": {"title": "New"}}


@every_format
def test_a_header_shows_what_cannot_be_seen(api, db, kind):
    seeded(db)
    (error,) = looked_at(api, kind, ["id", "ti\u200btle"], ["CT1", "New"])["errors"]
    assert 'ti<U+200B>tle' in error["details"] and 'did you mean "title"?' in error["details"]


@every_format
def test_rows_of_nothing_but_false_are_blank(api, db, kind):
    """As in sheets with a column of check boxes."""
    seeded(db)
    job = looked_at(api, kind, ["id", "title", "active", "mark_delete"],
                    ["", "", False, False], ["CT1", "New", True, False], [None, None, False, None],
                    ["", "", "no", "0"], ["", "", None, False], ["CT2", "New 2", False, False],
                    ["", "", False, False])
    assert changes(api, job) == {
        "CT1": {"title": "New"}, "CT2": {"title": "New 2", "active": False}}


@every_format
@pytest.mark.parametrize("active, delete", [(True, False), (None, True), ("yes", "no")])
def test_rows_with_something_true_are_not_blank(api, db, kind, active, delete):
    seeded(db)
    job = looked_at(api, kind, ["id", "title", "active", "mark_delete"],
                    ["CT1", "New", None, None], ["", "", active, delete])
    assert job["status"] == "fail"
    assert {error["entry"] for error in job["errors"]} == {2}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_header_again_is_skipped(api, db, kind):
    seeded(db)
    job = looked_at(api, kind, ["id", "title", "created_by"], ["CT1", "New", "me"],
                    ["ID", " Title", "created_by"], ["CT2", "New 2", "me"],
                    ["id", "title", "created_by"])
    assert job["status"] == "ready_for_review", job["errors"]
    told = signs.warnings(api, job["id"])
    assert [(one["row"], one["entry"], one["kind"]) for one in told] == [
        (3, None, "header_again"), (5, None, "header_again")]
    assert [(one["entry"], one["new"]["id"]) for one in api.diff(job["id"])["update"]] == [
        (1, "CT1"), (2, "CT2")]
