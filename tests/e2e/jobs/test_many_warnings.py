"""More warnings than are kept: their number stays right, and no kind and no file is lost among
others."""

import io

import openpyxl
import pytest

import signs
import sites
from client import IMPORT
from library import item, threat, to_csv

KEPT = 20
LOOKED_AT = 10 * KEPT  # of each kind
ALIKE = 3000
MANY_IDS = 10000  # new items with ids of their own; of more only rows without one are looked at
# Models without a line, without words, and whose only line was retired.
NOTE = """
name: note
title: Notes
heading: body
fields:
  - {name: id, kind: id, prefix: N}
  - {name: body, kind: text, max: 1000, required: true}
  - {name: place, kind: text, max: 1000}
"""
LINK = """
name: link
title: Links
heading: id
fields:
  - {name: id, kind: id, prefix: L}
  - {name: parts, kind: refs, prefix: P}
"""
MEMO = """
name: memo
title: Memos
heading: body
fields:
  - {name: id, kind: id, prefix: M}
  - {name: body, kind: text, max: 1000, required: true}
  - {name: owner, kind: line, max: 80, default: nobody}
"""
NAMES = """
name: names
title: Names that statements have too
heading: total
fields:
  - {name: id, kind: id, prefix: W}
  - {name: total, kind: line, max: 80}
  - {name: now, kind: line, max: 80}
  - {name: words, kind: text, max: 1000}
  - {name: shape, kind: text, max: 1000}
  - {name: first, kind: integer, min: 0, max: 9}
"""
LABEL = """
name: label
title: Labels
heading: id
fields:
  - {name: id, kind: id, prefix: B}
  - {name: parts, kind: refs, prefix: P}
  - {name: remark, kind: line, max: 80%s}
"""


@pytest.fixture(scope="module")
def site():
    with sites.running({"ERRORS_KEPT": KEPT}, models=[sites.THREAT]) as running:
        for declaration in (NOTE, MEMO, NAMES, LINK, LABEL % ""):
            running.accession("model", "add", "-", stdin=declaration)
        running.accession("model", "change", "-", stdin=LABEL % ", retired: true")
        yield running


def kinds(api, job):
    """{(file, kind): how many} of a job."""
    return {(one["file"], one["kind"]): one["count"]
            for one in api.job(job, include="warning_kinds")["warning_kinds"]}


def is_told(api, job):
    """Whether the list has, of each kind about a file, examples, and the number of the others."""
    told = signs.warnings(api, job)
    for (file, kind), count in kinds(api, job).items():
        alike = [one for one in told if (one["file"], one["kind"]) == (file, kind)]
        shown = [one for one in alike if not one["details"].startswith("and ")]
        rest = [one["details"].split(" of this kind")[0] for one in alike if one not in shown]
        assert shown and rest == ([f"and {count - len(shown)} more"] if count > len(shown) else [])
    return True


def kept(db):
    return dict(db.rows("SELECT file, count(*) FROM import_error WHERE warning GROUP BY file"))


# ---- New items that are there already

def test_new_rows_alike_are_counted_and_some_are_kept(api, db):
    job = api.ready(to_csv([item("", title="Same")] * ALIKE))["id"]
    assert kinds(api, job) == {("standard.csv", "twin"): ALIKE - 1}
    assert kept(db) == {"standard.csv": KEPT} and is_told(api, job)
    assert "The new item in row 2 has the same title and text" in signs.warnings(api, job)[0]["details"]


def test_new_rows_alike_that_are_like_many_items_are_told_once_each(api, db):
    db.seed(*[item(f"CT{n}", title="Same") for n in range(1, ALIKE + 1)], item("CT9000", title="Other"))
    job = api.ready(to_csv([item("", title="Same")] * ALIKE + [item("", title="Other")]))["id"]
    assert kinds(api, job) == {("standard.csv", "twin"): ALIKE + 1}
    assert kept(db) == {"standard.csv": KEPT}
    first, second, *_ = signs.warnings(api, job)
    assert [(one["row"], "The item CT1 of the library" in one["details"]) for one in (first, second)] == [
        (2, True), (3, True)]


def test_rows_like_an_item_that_the_file_changes_are_alike_among_themselves(api, db):
    db.seed(item("CT1", title="Same"), item("CT2", title="Same"))
    rows = [item("CT1", title="New"), {**item("CT2"), "title": "Newer"}, item("", title="Same"),
            item("", title="Same")]
    job = api.ready(to_csv(rows))["id"]
    (one,) = signs.warnings(api, job)
    assert (one["row"], one["kind"]) == (5, "twin") and "The new item in row 4" in one["details"]


def test_an_item_becomes_like_a_new_one(api, db):
    """Each has the same file: one of them gets the words that the other brings."""
    db.seed(item("CT1", title="Old"), item("CT2", title="Other", text="Text of CT2"))
    rows = [item("", title="New"), {**item("CT1"), "title": "New"}, {**item("CT2"), "text": "Long", "title": "X"},
            item("CT9", title="X", text="Long")]
    told = signs.warnings(api, api.ready(to_csv(rows))["id"])
    assert [(one["row"], one["kind"]) for one in told] == [(2, "twin"), (5, "twin")]
    assert ["The item CT1 of the library gets" in told[0]["details"],
            "The item CT2 of the library gets" in told[1]["details"]] == [True, True]


def test_new_ids_are_looked_at_too(api, db):
    """A row with an id can be given that of the item in the library only."""
    db.seed(item("CT1", title="There"))
    rows = [item("CT50", title="There"), item("", title="There"), item("CT51", title="New"),
            item("CT52", title="New"), item("", title="New"), item("CT53", title="New", text="Other")]
    told = signs.warnings(api, api.ready(to_csv(rows))["id"])
    assert [(one["row"], one["kind"]) for one in told] == [
        (2, "twin"), (3, "twin"), (5, "twin"), (6, "twin")]
    assert ["The item CT1 of the library" in one["details"] for one in told] == [True, True, False, False]
    assert ["The new item in row 4" in one["details"] for one in told] == [False, False, True, True]
    assert ["write the id" in one["details"] for one in told] == [True, True, False, False]


def test_new_ids_alike_are_counted_and_some_are_kept(api, db):
    db.seed(item("CT1", title="Same"))
    job = api.ready(to_csv([item(f"CT{n + 2}", title="Same") for n in range(ALIKE)]))["id"]
    assert kinds(api, job) == {("standard.csv", "twin"): ALIKE}
    assert kept(db) == {"standard.csv": KEPT} and is_told(api, job)


def test_of_very_many_new_ids_only_rows_without_one_are_looked_at(api, db):
    db.seed(item("CT1", title="There"))
    many = [item(f"CT{n + 2}", title="There") for n in range(MANY_IDS)]
    job = api.ready(to_csv(many + [item("", title="There")]))["id"]
    assert kinds(api, job) == {("standard.csv", "twin"): MANY_IDS + 1}
    api.change(job, "cancel")
    job = api.ready(to_csv(many + [item(f"CT{MANY_IDS + 2}", title="There"), item("", title="There")]))["id"]
    assert kinds(api, job) == {("standard.csv", "twin"): 1}
    (one,) = signs.warnings(api, job)
    assert one["row"] == MANY_IDS + 3 and "The item CT1 of the library" in one["details"]


def test_items_that_are_alike_already_are_not_new(api, db):
    """What was exported comes back, as it was or with other values; the words may come twice."""
    db.seed(item("CT1"), item("CT2"), item("CT3", title="Other"))
    for rows in ([item("CT1"), item("CT2"), item("CT3", title="Other")],
                 [item("CT1", priority=7), item("CT2"), item("CT3")]):
        job = api.ready(to_csv(rows))["id"]
        assert kinds(api, job) == {} and signs.warnings(api, job) == []
        api.change(job, "cancel")


def test_the_same_title_or_text_alone_is_not_a_twin(api, db):
    """Nor are texts of the same length, short or long."""
    db.seed(item("CT1", text="a" * 9000), item("CT2", text="abc"))
    rows = [item("CT50", text="b" * 9000), item("", text="bcd"), item("CT51", text="cde"),
            item("", title="Other", text="abc"), item("CT52", title="Another", text="a" * 9000)]
    job = api.ready(to_csv(rows))["id"]
    assert kinds(api, job) == {} and signs.warnings(api, job) == []


def test_what_a_new_item_gets_by_default_counts(api, db):
    job = api.ready_files(("memo.csv", to_csv([{"id": "", "body": "a"}, {"id": "CM7", "body": "a"}])))
    assert kinds(api, job) == {("memo.csv", "twin"): 1}
    api.accept(job)
    rows = [{"id": "CM50", "body": "a", "owner": "nobody"}, {"id": "", "body": "a", "owner": "me"}]
    job = api.ready_files(("memo.csv", to_csv(rows)))
    (one,) = signs.warnings(api, job)
    assert one["row"] == 2 and "has the same body and owner" in one["details"]


def test_models_without_a_line(api, db):
    """What is said in another field is not the same."""
    notes = [{"id": "", "body": "a", "place": ""}, {"id": "", "body": "a", "place": "b"},
             {"id": "", "body": "a", "place": ""}, {"id": "", "body": "ab", "place": ""}]
    links = [{"id": "", "parts": "P1"}] * 3
    job = api.ready_files(("note.csv", to_csv(notes)), ("link.csv", to_csv(links)),
                          ("label.csv", to_csv(links)))
    (one,) = signs.warnings(api, job)
    assert (one["file"], one["row"]) == ("note.csv", 4)
    assert "The new item in row 2 has the same body and place" in one["details"]
    api.accept(job)
    job = api.ready_files(("note.csv", to_csv(notes) + b"\n"))
    assert ["The item CN1 of the library" in one["details"] for one in signs.warnings(api, job)] == [
        True, False, True, False]


def test_fields_may_be_called_as_anything_in_the_statements(api, db):
    """And where nothing is said, nothing is alike."""
    rows = [{"id": "", "total": "a", "now": "b", "words": "c", "shape": "", "first": 1}] * 2
    job = api.ready_files(("names.csv", to_csv(rows + [{"id": "", "first": 2}] * 2)))
    (one,) = signs.warnings(api, job)
    assert one["row"] == 3 and "The new item in row 2 has the same total and now and words" in one["details"]


# ---- Kinds and files among others

def test_a_flood_in_one_file_leaves_room_for_another(api, db):
    rows = [item(f"CT{n}", title="2-Jan", text="NULL") for n in range(1, 15 * KEPT + 1)]
    threats = [threat("CTH1", "#NAME?"), threat("CTH2", "12:30:00"), threat("CTH3", "#NAME?", "Other")]
    job = api.ready_files(("standard.csv", to_csv(rows)), ("threat.csv", to_csv(threats)))
    assert kinds(api, job) == {
        ("standard.csv", "date"): LOOKED_AT, ("standard.csv", "null"): LOOKED_AT,
        ("standard.csv", "more"): 1, ("standard.csv", "twin"): 15 * KEPT - 1,
        ("threat.csv", "formula_error"): 2, ("threat.csv", "time"): 1}
    assert kept(db) == {"standard.csv": KEPT, "threat.csv": 3} and is_told(api, job)
    assert [(one["row"], one["kind"]) for one in signs.warnings(api, job) if one["file"] == "threat.csv"] == [
        (2, "formula_error"), (3, "time"), (4, "formula_error")]


def test_kinds_of_which_none_is_kept_are_counted(api, db):
    job = api.ready(to_csv([item(f"CT{n}", title="2-Jan", text="NULL") for n in range(1, 4)]))["id"]
    db.run("DELETE FROM import_error WHERE kind = 'null'")
    assert [(one["kind"], one["details"]) for one in signs.warnings(api, job) if not one["row"]] == [
        ("null", "and 3 more of this kind (Words for nothing)")]


def test_a_flood_of_one_kind_does_not_cut_off_a_hidden_deletion(api, db):
    db.seed(item("CT1"), item("CT2"))
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["id", "title", "text", "priority", "phase", "mark_delete"])
    for n in range(3, LOOKED_AT + 53):
        sheet.append([f"CT{n}", "NULL", f"Text {n}", 5, "X1", False])
    sheet.append(["CT1", None, None, None, None, True])
    sheet.row_dimensions[sheet.max_row].hidden = True
    out = io.BytesIO()
    book.save(out)
    job = api.wait_for(api.start(out.getvalue(), "standard.xlsx")["id"], "ready_for_review")["id"]
    first, *others = api.job(job, include="warning_kinds")["warning_kinds"]
    assert (first["kind"], first["row"], first["count"]) == ("hidden_delete", sheet.max_row, 1)
    assert {one["kind"]: one["count"] for one in others} == {"null": LOOKED_AT, "more": 1}
    (more,) = [one for one in signs.warnings(api, job) if one["kind"] == "more"]
    assert "There are 50 more warnings" in more["details"]


# ---- Warnings of a worker of the version before

OLD_STATEMENT = """
    INSERT INTO import_error (job_id, attempt, week, warning, file, entry, row, line, field, value, details)
    SELECT id, attempt, week, true, %s, n, n + 1, n + 1, 'title', concat('value ', n), 'It is odd.'
      FROM import_job, generate_series(1, %s) n WHERE id = %s ORDER BY n"""


def test_warnings_without_a_kind_are_shown_and_counted(api, db):
    job = api.ready_files(("standard.csv", to_csv([item("CT1")])), ("threat.csv", to_csv([threat("CTH1")])))
    assert kinds(api, job) == {} and signs.warnings(api, job) == []
    db.run(OLD_STATEMENT, "standard.csv", 150, job)
    db.run(OLD_STATEMENT, "threat.csv", 2, job)
    assert api.job(job, include="warning_kinds")["warning_kinds"] == [
        {"file": file, "kind": "", "title": "Warnings", "count": count, "row": 2, "field": "title",
         "value": "value 1"} for file, count in (("standard.csv", 150), ("threat.csv", 2))]
    told = signs.warnings(api, job)
    assert len(told) == 100 + 1 + 2 and is_told(api, job)
    assert told[100]["details"] == "and 50 more of this kind (Warnings)"
    assert {one["kind"] for one in told} == {""}
    listed = api.get(f"{IMPORT}{job}/errors/?include=warnings&page_size=200").json
    assert listed["count"] == 152, listed and listed["results"][0]["kind"] is None


def test_warnings_without_a_kind_stand_beside_others(api, db):
    job = api.ready(to_csv([item("CT1", title="2-Jan")]))["id"]
    db.run(OLD_STATEMENT, "standard.csv", 2, job)
    assert kinds(api, job) == {("standard.csv", "date"): 1, ("standard.csv", ""): 2}
    assert len(signs.warnings(api, job)) == 3
