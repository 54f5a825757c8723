"""Held changes as a file: what it has, and that it makes the same changes when it is imported."""

import csv
import io
import json
import random

import openpyxl
import pytest
import yaml

import formats
import readings
import signs
import sites
from client import IMPORT
from library import FIELDS, item, threat, to_csv
from test_export import MEDIA_TYPES, XLSX_MAX, every_format, guarded, make_library, unescaped

OPS = ("add", "update", "delete")
ADDED = ["_entry", "_note"]
NEW = ["id", "title", "text", "priority", "phase"]
NOTES = ["=1+1", "@SUM(A1)", "two\nlines, \"quoted\"; <b>",
         "\u05e9\u05dc\u05d5\u05dd \U0001f600 _x000D_", "no", "- a", "CT1,a note", "1e3"]


@pytest.fixture(scope="module")
def site():
    with sites.running(models=[sites.THREAT]) as running:
        yield running


def ready(api, kind, header, rows, model="standard"):
    """Imports these rows; returns the id of the job, which can be reviewed."""
    return api.ready_files((f"{model}.{kind}", formats.write(kind, header, rows)))


def hold(api, job, which=None, note="", model="standard", action="hold"):
    answer = api.patch(f"{IMPORT}{job}/diff/{model}/",
                       json={action: {} if which is None else which, "note": note})
    assert answer.status == 200, answer
    return answer.json


def get(api, job, **params):
    return api.get(f"{IMPORT}{job}/held/", params=params, check=False)


def held(api, job, kind="csv", model="standard"):
    """The bytes of the file."""
    answer = get(api, job, format=kind, model=model)
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == MEDIA_TYPES[kind]
    assert int(answer.headers["Content-Length"]) == len(answer.raw)
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="{model}-held-import-{job}.{kind}"')
    return answer.raw


def records(api, job):
    return json.loads(held(api, job, "json"))


def changes(api, job, model="standard", **params):
    """The diff, in each of its lists in the order of the file."""
    answer = api.get(f"{IMPORT}{job}/diff/{model}/", params=params)
    assert answer.status == 200, answer
    return {op: [(one["original"], one["new"]) for one in answer.json[op]] for op in OPS}


def upload_again(api, job, kind, raw, model="standard"):
    """Cancels the job, and imports the held file under the name that it came with."""
    if api.job(job)["status"] == "ready_for_review":
        assert api.change(job, "cancel").status == 200
    return api.ready_files((f"{model}-held-import-{job}.{kind}", raw))


def texts(kind, raw):
    """(header, rows) as other programs read the file, without the guards, which it must have."""
    if kind == "csv":
        assert readings.formulas(raw) == []
        header, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        rows = [[readings.unmarked(cell) for cell in row] for row in rows]
    elif kind == "xlsx":
        header, *cells = openpyxl.load_workbook(io.BytesIO(raw)).active.iter_rows()
        assert {cell.data_type for row in cells for cell in row} <= {"s", "n", "b"}
        header = [cell.value for cell in header]
        rows = [["" if cell.value is None else unescaped(cell.value) for cell in row]
                for row in cells]
    else:
        found = yaml.safe_load(raw)
        assert kind == "yaml" or found == json.loads(raw)
        header, rows = list(found[0]), [list(one.values()) for one in found]
        assert all(list(one) == header for one in found)
    return header, rows


# The same changes again.

def odd_file(seed):
    """(library, header, rows): changes of all kinds to items with everything that one may hold."""
    rng = random.Random(seed)
    before = make_library(f"before {seed}", (9_000,), 60)
    after = make_library(f"after {seed}", (9_000,), 60)
    rows = []
    for one, other in zip(before, after):
        what = rng.choice(("leave", "change", "change", "delete"))
        if what == "delete" and one["id"].startswith("C"):
            rows.append({"id": one["id"], "mark_delete": "yes"})
        else:
            rows.append({**(other if what == "change" else one), "id": one["id"]})
    given = {one["id"] for one in before}
    for number, one in enumerate(after):
        if number % 3 == 0:
            rows.append({**one, "id": ""})
        elif one["id"].startswith("C") and one["id"] not in given:
            rows.append(one)
    rng.shuffle(rows)
    header = [*FIELDS, "mark_delete"]
    return before, header, [[guarded(row.get(key, "")) for key in header] for row in rows]


@pytest.mark.parametrize("seed", range(3))
def test_a_held_file_makes_the_same_changes(api, db, seed):
    before, header, rows = odd_file(seed)
    db.seed(*before)
    first = ready(api, "csv", header, rows)
    wanted = changes(api, first)
    assert all(len(wanted[op]) > 5 for op in OPS)
    number = sum(map(len, wanted.values()))
    assert hold(api, first, note=NOTES[seed])["held"] == number
    assert changes(api, first) == {op: [] for op in OPS}
    files = {kind: held(api, first, kind) for kind in formats.ALL}
    for kind, raw in files.items():
        header, found = texts(kind, raw)
        assert header == [*FIELDS[:7], "mark_delete", *FIELDS[7:], *ADDED]
        assert len(found) == number
        job = upload_again(api, first, kind, raw)
        assert changes(api, job) == wanted
        assert not [one for one in signs.warnings(api, job) if one["field"] in ADDED]
        api.change(job, "cancel")


@every_format
def test_held_files_of_held_files(api, db, kind):
    before, header, rows = odd_file(f"again {kind}")
    db.seed(*before)
    job = ready(api, "csv", header, rows)
    wanted = changes(api, job)
    for _ in range(3):
        hold(api, job, note="=again")
        job = upload_again(api, job, kind, held(api, job, kind))
        assert changes(api, job) == wanted


def test_new_items_get_other_numbers_once_theirs_are_taken(api, db):
    db.seed(item("CT7"))
    first = ready(api, "csv", NEW, [["", "a", "x", 1, "X1"], ["CT9", "b", "x", 1, "X1"],
                                    ["", "c", "x", 1, "X1"], ["CT7", "d", "x", 1, "X1"]])
    hold(api, first, [1, 2])
    assert [(one["id"], one["_entry"]) for one in records(api, first)] == [("", 1), ("CT9", 2)]
    raw = held(api, first)
    api.accept(first)  # the file stays
    assert held(api, first) == raw
    assert list(db.library()) == ["CT7", "CT11"]
    job = upload_again(api, first, "csv", raw)
    assert [(new["id"], new["title"]) for _, new in changes(api, job)["add"]] == [
        ("CT12", "a"), ("CT9", "b")]


# What is in it.

@every_format
def test_only_fields_that_the_file_said_something_about(api, db, kind):
    """Nor does it say anything about the others when it is imported later."""
    db.seed(item("CT1"), item("T1"), item("CT2"))
    first = ready(api, "csv", ["tags", "id", "active", "title", "db_id"],
                  [["a; b", "CT1", "", "Title", 5], ["", "T1", "", "=New", ""],
                   ["", "CT2", "", "Title", 1]])
    hold(api, first)
    header, rows = texts(kind, held(api, first, kind))
    assert header == ["id", "title", "tags", *ADDED]
    assert [row[:3] for row in rows] == [
        ["CT1", "Title", "a;b"], ["T1", "=New" if kind in ("json", "yaml") else " =New", ""]]
    raw = held(api, first, kind)
    api.change(first, "cancel")
    api.apply(to_csv([{"id": "CT1", "priority": 9, "active": False}]))
    job = upload_again(api, first, kind, raw)
    (_, new), (_, other) = changes(api, job)["update"]
    assert (new["priority"], new["active"], new["tags"]) == (9, False, "a;b")
    assert (other["id"], other["title"], other["active"]) == ("T1", "=New", True)


@every_format
def test_deletions_have_an_id_and_the_command_alone(api, db, kind):
    db.seed(item("CT1"), item("CT2"), item("CT3"))
    first = ready(api, "csv", ["id", "title", "priority", "active", "mark_delete"],
                  [["CT2", "New", 3, False, ""], ["CT1", "x", 9, False, True],
                   ["CT3", "", "", "", "y"]])
    hold(api, first, [2, 3], "why")
    header, rows = texts(kind, held(api, first, kind))
    assert header == ["id", "title", "priority", "active", "mark_delete", *ADDED]
    true, two, three = ("True", "2", "3") if kind == "csv" else (True, 2, 3)
    assert rows == [["CT1", "", "", "", true, two, "why"], ["CT3", "", "", "", true, three, "why"]]
    job = upload_again(api, first, kind, held(api, first, kind))
    assert changes(api, job)["delete"] == [({**one, "mark_delete": False}, {}) for one in (
        item("CT1"), item("CT3"))]
    assert api.counts(job) == (0, 0, 2)
    assert signs.warnings(api, job) == []


@every_format
def test_entries_come_in_the_order_of_the_file_with_notes_as_texts(api, db, kind):
    db.seed(item("CT1"), item("CT2"), item("T1", "d"))
    first = ready(api, "csv", [*NEW, "mark_delete"], [
        ["CT9", "a", "x", 1, "X1", ""], ["CT1", "", "", "", "", True],
        ["CT2", "b", "x", 1, "X1", ""], ["CT2000", "c", "x", 1, "X1", ""],
        ["", "d", "x", 1, "X1", ""], ["T1", "d", "x", 1, "X1", ""]])
    wanted = {entry: NOTES[entry] for entry in (1, 2, 3, 5, 6)}
    for entry, note in wanted.items():
        hold(api, first, [entry], note)
    hold(api, first, [6], "", action="release")
    hold(api, first, [6])
    wanted[6] = ""
    header, found = texts(kind, held(api, first, kind))
    assert header[-2:] == ADDED
    guards = guarded if kind in ("csv", "xlsx") else str
    assert [(int(row[-2]), row[-1]) for row in found] == [
        (entry, guards(note)) for entry, note in wanted.items()]
    assert [row[0] for row in found] == ["CT9", "CT1", "CT2", "", "T1"]


@every_format
def test_nothing_held(api, db, kind):
    first = ready(api, "csv", NEW, [["CT1", "a", "x", 1, "X1"]])
    hold(api, first)
    hold(api, first, action="release")
    raw = held(api, first, kind)
    empty = {"csv": b"\xef\xbb\xbfid,title,text,priority,phase,_entry,_note\r\n", "json": b"[]\n",
             "yaml": b"[]\n"}
    if kind in empty:
        assert raw == empty[kind]
    else:
        assert texts(kind, raw) == ([*NEW, *ADDED], [])


def test_a_diff_of_a_version_that_did_not_note_fields_has_all_of_them(api, db):
    db.seed(item("CT1"))
    first = ready(api, "csv", NEW,
                  [["CT1", "new", "Text", 5, "X1"], ["", "a", "x", 1, "X1"]])
    hold(api, first)
    wanted = changes(api, first, held="true")
    db.run("UPDATE import_summary SET fields = NULL, fresh_above = NULL")
    one, other = records(api, first)
    assert list(one) == [*FIELDS[:7], "mark_delete", *FIELDS[7:], *ADDED]
    assert (one["problem"], one["active"], one["mark_delete"]) == ("P1", True, False)
    assert other["id"] == "CT2"  # nor which numbers were new
    assert changes(api, upload_again(api, first, "csv", held(api, first))) == wanted


def test_the_present_attempt_counts(api, db):
    db.seed(item("CT1"), item("CT2"))
    first = ready(api, "csv", ["id", "title"], [["CT1", "new"], ["CT2", "new"]])
    hold(api, first, note="kept")
    api.change(first, "cancel")
    db.run("UPDATE standard SET title = 'new' WHERE id = 'CT1'")
    api.change(first, "retry")
    api.wait_for(first, "ready_for_review")
    assert [(one["id"], one["_note"]) for one in records(api, first)] == [("CT2", "kept")]


# Several models.

def two_models(api, kind="csv"):
    threats = [["CTH5", "t", "z\nz", 3, "P2;P1", "21; 63"], ["", "@u", "z", 3, "", ""]]
    return api.ready_files(
        (f"standard.{kind}", formats.write(
            kind, NEW, [["", "=a", "x", 1, "X1"], ["CT8", "b", "y", 2, "X2"]])),
        (f"threat.{kind}", formats.write(
            kind, ["id", "title", "text", "severity", "problems", "capecs"], threats)))


@every_format
def test_each_model_has_a_file_of_its_own(api, db, kind):
    first = two_models(api, kind)
    for model in ("standard", "threat"):
        hold(api, first, model=model)
    wanted = {model: changes(api, first, model, held="true") for model in ("standard", "threat")}
    files = [(f"{model}-held-import-{first}.{kind}", held(api, first, kind, model))
             for model in wanted]
    api.change(first, "cancel")
    job = api.ready_files(*files)
    for model, before in wanted.items():
        assert changes(api, job, model) == before
    header, rows = texts(kind, files[1][1])
    assert header == ["id", "title", "text", "severity", "problems", "capecs", *ADDED]
    assert rows[0][0] == "CTH5" and rows[1][0] == ""
    assert [new for _, new in wanted["threat"]["add"]][0] == threat(
        "CTH5", "t", "z\nz", 3, True, "P2;P1", "21;63")


def test_the_model_may_be_left_out_if_only_one_has_held_changes(api, db):
    first = two_models(api)
    answer = get(api, first)  # nothing is held of either
    assert (answer.status, list(answer.json)) == (400, ["model"])
    hold(api, first, [1], model="threat")
    answer = get(api, first, format="json")
    assert [one["id"] for one in json.loads(answer.raw)] == ["CTH5"]
    assert answer.raw == get(api, first, format="json", model="threat").raw
    assert get(api, first, model="standard", format="json").raw == b"[]\n"
    hold(api, first, [1])
    answer = get(api, first)
    assert (answer.status, answer.json) == (400, {"model": [
        "The import has changes of several models. Choose one: standard, threat."]})
    answer = get(api, first, model="other")
    assert (answer.status, answer.json) == (400, {"model": [
        "Select a valid choice. other is not one of the available choices: standard, threat."]})
    assert get(api, first, model="").status == 400


# Asking for it.

def test_choices(api, viewer, nobody, db):
    first = ready(api, "csv", NEW, [["CT1", "a", "x", 1, "X1"]])
    hold(api, first)
    assert get(viewer, first).raw == held(api, first, "csv")
    assert get(viewer, first, format="", model="").raw == held(api, first, "csv")
    assert get(nobody, first).status == 401
    for wrong in ("pdf", "CSV", "yml", "%s" * 99):
        answer = get(api, first, format=wrong)
        assert (answer.status, answer.json) == (400, {"format": [
            f"Select a valid choice. {wrong[:200]} is not one of the available choices: "
            "csv, json, yaml, xlsx."]})
    answer = get(api, first, model="threat")  # of which the import has no file
    assert (answer.status, answer.json) == (400, {"model": [
        "Select a valid choice. threat is not one of the available choices: standard."]})
    for kind in formats.ALL:
        whole = get(api, first, format=kind)
        head = api.request("HEAD", f"{IMPORT}{first}/held/?format={kind}", check=False)
        assert (head.status, head.raw) == (200, b"")
        assert head.headers["Content-Disposition"] == whole.headers["Content-Disposition"]
        if kind != "xlsx":  # which has the time of its making inside
            assert head.headers["Content-Length"] == whole.headers["Content-Length"]


def test_without_a_diff_there_is_none(api, db):
    assert get(api, 999).status == 404
    failed = api.wait_for(api.start(b"id,title\nCT1,\n")["id"], "fail")["id"]
    assert get(api, failed).status == 404
    first = ready(api, "csv", NEW, [["CT1", "a", "x", 1, "X1"]])
    hold(api, first)
    db.run("UPDATE feature SET enabled = false")
    assert get(api, first).status == 404
    db.run("UPDATE feature SET enabled = true")
    assert get(api, first).status == 200
    api.change(first, "cancel")
    db.run("UPDATE import_job SET purged = now() WHERE id = %s", first)
    assert get(api, first).status == 404


def test_xlsx_names_the_items_that_it_cannot_hold(api, db):
    long = "x" * XLSX_MAX
    first = ready(api, "csv", NEW, [
        ["CT1", "a", long, 1, "X1"], ["CT2", "b", long + "x", 1, "X1"],
        ["", "c", long + "x", 1, "X1"]])
    hold(api, first)
    answer = get(api, first, format="xlsx")
    assert answer.status == 400
    assert ": CT2 (text), item 3 (text). " in answer.json["detail"]
    assert len(records(api, first)) == 3
    hold(api, first, [2, 3], action="release")
    assert len(texts("xlsx", held(api, first, "xlsx"))[1]) == 1


# What imports make of such columns.

@every_format
def test_their_columns_are_ignored_whatever_is_in_them(api, db, kind):
    db.seed(item("CT1"), item("CT2"), item("CT3"))
    odd = ["=1+1", "#N/A", "NULL", "2-Jan", "a\nb", "Gr\u00c3\u00bcn"]
    rows = [[one, f"CT{n % 3 + 1}", other, f"New {n}", one] for n, (one, other) in enumerate(
        zip(odd[:3], odd[3:]))]
    job = ready(api, kind, ["_BASE", "id", "_Entry", "title", "_note"], rows)
    assert api.counts(job) == (0, 3, 0)
    assert signs.warnings(api, job) == []
    api.change(job, "cancel")
    rows = [["", f"CT{n % 3 + 1}", True, f"New {n}", one] for n, one in enumerate(odd[3:6])]
    job = ready(api, kind, ["_base", "id", "_ENTRY ", "title", "_NOTE"], rows)
    assert api.counts(job) == (0, 3, 0)
    assert signs.warnings(api, job) == []


@pytest.mark.parametrize("kind, raw", [
    ("json", b'[{"id":"CT1","_note":{"a":[1,null]},"_entry":[],"title":"new","_base":1.5}]'),
    ("yaml", b"- id: CT1\n  _note: {a: [no, ~]}\n  _entry: [1]\n  title: new\n"
             b"  _base: a\n    - b #c\n")])
def test_their_keys_may_have_anything(api, db, kind, raw):
    db.seed(item("CT1"))
    job = api.ready_files((f"standard.{kind}", raw))
    assert api.counts(job) == (0, 1, 0)
    assert signs.warnings(api, job) == []


def test_failed_rows_keep_them(api, db):
    """They may say what to mend, and what the row was made from."""
    raw = b"id,title,_entry,_note,_base\nCT1,,7,why,a1\n"
    job = api.wait_for(api.start(raw, "standard-held-import-3.csv")["id"], "fail")["id"]
    answer = api.get(f"{IMPORT}{job}/errors/", params={"format": "csv"}, check=False)
    header, rows = formats.read_csv(answer.raw)
    assert header == ["id", "title", "_entry", "_note", "_base", "_row", "_errors"]
    assert rows[0][:5] == ["CT1", "", "7", "why", "a1"]
