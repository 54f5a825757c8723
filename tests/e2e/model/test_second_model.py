"""A second content model, made of a table of fields and a migration (tests/second_model) and
nothing else. All that works with standard works with it, and with both at once."""

import json

import pytest

import formats
import sites
from client import IMPORT
from library import item, to_csv

every_format = pytest.mark.parametrize("kind", formats.ALL)
HEADER = ["id", "name", "rank", "done", "labels"]


@pytest.fixture(scope="module")
def site():
    with sites.running(programs=f"{sites.variant()}/second-model") as running:
        yield running


@pytest.fixture(autouse=True)
def no_notes(clean, db):
    db.run("TRUNCATE note, note_history; DELETE FROM note_diff")


def upload(api, *files):
    """Makes a job of files: (name, bytes)."""
    answer = api.post(IMPORT, files=[("files", (name, raw, "text/csv")) for name, raw in files])
    assert answer.status == 200, answer
    return answer.json["id"]


def ready(api, *files):
    job = upload(api, *files)
    api.wait_for(job, "ready_for_review")
    return job


def summary(api, job):
    return {one["content_model"]: (one["add"], one["update"], one["delete"])
            for one in api.get(f"{IMPORT}{job}/diff/").json["results"]}


def detail(api, job, model="note"):
    return api.get(f"{IMPORT}{job}/diff/{model}/").json


def note(id, name, rank=50, done=False, labels=""):
    return {"id": id, "name": name, "rank": rank, "done": done, "labels": labels}


def notes(db):
    return [note(*row) for row in db.rows(
        "SELECT id, name, rank, done, labels FROM note ORDER BY position")]


def shown(one):
    """An item as a diff shows it: mark_delete comes last, as in the table of fields."""
    return {**one, "mark_delete": False}


@every_format
def test_a_file_becomes_a_diff_and_the_library(api, db, kind):
    rows = [["CN7", "seven", 7, True, "b; a;b"], ["", "new", 0, False, ""]]
    job = ready(api, (f"note.{kind}", formats.write(kind, HEADER, rows)))
    assert summary(api, job) == {"note": (2, 0, 0)}
    made = [note("CN7", "seven", 7, True, "b;a"), note("CN8", "new", 0)]
    assert detail(api, job) == {"content_model": "note", "update": [], "delete": [], "add": [
        {"original": {}, "new": one, "entry": n} for n, one in enumerate(made, 1)]}
    api.accept(job)
    assert notes(db) == made
    assert db.value("SELECT last_number FROM model_number WHERE content_model = 'note'") == 8

    rows = [["CN7", "seven", 8], ["CN9", "nine", None]]  # absent: kept, or the default
    job = ready(api, (f"note.{kind}", formats.write(kind, HEADER[:3], rows)))
    assert detail(api, job)["update"] == [
        {"original": shown(made[0]), "new": shown({**made[0], "rank": 8}), "entry": 1}]
    assert [one["new"] for one in detail(api, job)["add"]] == [note("CN9", "nine")]
    api.accept(job)

    job = ready(api, (f"note.{kind}", formats.write(kind, ["id", "mark_delete"], [["CN7", True]])))
    assert summary(api, job) == {"note": (0, 0, 1)}
    api.accept(job)
    assert [one["id"] for one in notes(db)] == ["CN8", "CN9"]
    assert db.value("SELECT count(*) FROM note_history") == 5


def test_two_files_of_one_job(api, db):
    db.seed(item("T1"))
    files = [("standard.csv", to_csv([{"id": "T1", "title": "New"}])),
             ("note.csv", to_csv([note("", "one"), note("CN5", "five")]))]
    job = ready(api, *files)
    assert summary(api, job) == {"standard": (0, 1, 0), "note": (2, 0, 0)}
    assert len(detail(api, job, "standard")["update"]) == 1
    assert [one["new"]["id"] for one in detail(api, job)["add"]] == ["CN6", "CN5"]
    counts = api.job(job, include="counts,files")
    assert [one["content_model"] for one in counts["files"]] == ["note", "standard"]
    api.accept(job)
    assert db.library()["T1"]["title"] == "New" and len(notes(db)) == 2
    for name, raw in files:
        model = name.partition(".")[0]
        assert api.get(f"{IMPORT}{job}/files/{model}/", check=False).raw == raw


def test_what_is_wrong_with_either_file_fails_both(api, db):
    job = upload(api, ("standard.csv", to_csv([{"id": "CT1", "title": "x", "priority": 99}])),
                 ("note.csv", to_csv([note("CN1", "x" * 41), note("CN1", "a", 101)])))
    errors = api.wait_for(job, "fail")["errors"]
    told = {(one["file"], one["field"]) for one in errors}
    assert {("note.csv", "name"), ("note.csv", "rank"), ("note.csv", "id"),
            ("standard.csv", "priority")} <= told
    assert notes(db) == [] and db.library() == {}

    url = f"{IMPORT}{job}/errors/?format=csv"
    assert list(api.get(url).json) == ["content_model"]
    for model, ids in (("standard", ["CT1"]), ("note", ["CN1", "CN1"])):
        answer = api.get(f"{url}&content_model={model}", check=False)
        assert f'"{model}.csv"' in answer.headers["Content-Disposition"]
        header, rows = formats.read_csv(answer.raw)
        assert [row[0] for row in rows] == ids
        assert header[-2:] == ["_row", "_errors"]


def test_apply_finds_what_moved_in_either_model(api, db):
    db.run("INSERT INTO note (id, name, rank, done, labels) VALUES ('CN1', 'a', 1, false, '')")
    job = ready(api, ("note.csv", to_csv([note("CN1", "b", 1)])),
                ("standard.csv", to_csv([item("CT1")])))
    db.run("UPDATE note SET rank = 2")
    assert api.change(job, "accept_changes").status == 200
    errors = api.wait_for(job, "fail")["errors"]
    assert any(one["file"] == "note.csv" and "CN1" in one["details"] for one in errors)
    assert db.library() == {} and notes(db)[0]["name"] == "a"
    assert api.change(job, "retry").status == 200
    api.wait_for(job, "ready_for_review")
    api.accept(job)
    assert notes(db) == [note("CN1", "b", 1)]


@pytest.mark.parametrize("field, value, meant", [
    ("id", "CT1", "N or CN"), ("id", "12", "N12 or CN12"), ("rank", "-1", "greater than or equal"),
    ("name", "", "blank"), ("done", "perhaps", "boolean")])
def test_rules_are_those_of_its_fields(api, field, value, meant):
    row = {**note("CN1", "x"), field: value}
    (error,) = api.wait_for(upload(api, ("note.csv", to_csv([row]))), "fail")["errors"]
    assert error["field"] == field and meant in error["details"]


def test_headers_are_those_of_its_fields(api):
    raw = b"id,name,title,label\nCN1,a,b,c\n"
    errors = api.wait_for(upload(api, ("note.csv", raw)), "fail")["errors"]
    details = {one["field"]: one["details"] for one in errors}
    assert "Columns can be: id, name, rank, done, labels, mark_delete." in details["title"]
    assert 'did you mean "labels"?' in details["label"]


@every_format
def test_export_is_no_change(api, db, kind):
    db.run("""INSERT INTO note (id, name, rank, done, labels)
              SELECT 'CN' || n, '=name ' || n, n, n % 2 = 0, 'a;b' FROM generate_series(1, 50) n""")
    answer = api.get(f"library/export/note.{kind}", params={"phase": "X1"}, check=False)
    assert answer.status == 200  # filtering by a field that it does not have has no effect
    job = ready(api, (f"note.{kind}", answer.raw))
    assert summary(api, job) == {"note": (0, 0, 0)}
    if kind == "json":
        assert list(json.loads(answer.raw)[0])[:6] == [*HEADER, "mark_delete"]


@pytest.mark.parametrize("params, wanted", [
    ({"rank": 7}, ["CN7", "CN17"]), ({"rank": "+7"}, 400), ({"rank": "007"}, ["CN7", "CN17"]),
    ({"rank": -1}, []), ({"rank": 99999}, []),
    ({"rank": 2 ** 63 - 1}, []), ({"rank": 2 ** 63}, 400),
    ({"rank": "7.0"}, 400), ({"rank": "x"}, 400), ({"rank": ""}, [f"CN{n}" for n in range(1, 21)]),
    ({"label": "b", "rank": 7}, ["CN7"]), ({"label": "a;b"}, []), ({"tag": "b", "done": "x"}, 20),
    ({"search": "name 1"}, 11), ({"ordering": "-rank,-id", "limit": 20}, 20),
    ({"ordering": "-rank,name", "page_size": 3}, ["CN10", "CN20", "CN19"]),
    ({"ordering": "title"}, 400), ({"after": "CN18", "limit": 9}, ["CN19", "CN20"]),
    ({"after": "T1"}, 400)])
def test_its_items_are_listed_by_its_fields(api, db, params, wanted):
    db.run("""INSERT INTO note (id, name, rank, done, labels)
              SELECT 'CN' || n, 'name ' || n, CASE n % 10 WHEN 0 THEN 100 ELSE n % 10 END, false,
                     CASE WHEN n < 10 THEN 'a;b' ELSE 'a' END FROM generate_series(1, 20) n""")
    answer = api.get("library/items/note/", params=params)
    if wanted == 400:
        assert answer.status == 400 and list(answer.json) == list(params)
    elif isinstance(wanted, int):
        assert len(answer.json["results"]) == wanted
    else:
        assert [one["id"] for one in answer.json["results"]] == wanted
        if "ordering" not in params and "after" not in params:
            exported = api.get("library/export/note.json", params=params, check=False).json
            assert [one["id"] for one in exported] == wanted
    if params.get("rank") == "x":
        assert answer.json == {"rank": ["A whole number is required."]}


def test_one_item_and_its_history(api, db):
    job = ready(api, ("note.csv", to_csv([note("CN1", "a", 7)])))
    api.accept(job)
    one = api.get("library/items/note/CN1/").json
    assert {key: one[key] for key in HEADER} == note("CN1", "a", 7)
    (added,) = api.get("library/items/note/CN1/history/").json["results"]
    assert (added["operation"], added["new"]) == ("add", note("CN1", "a", 7))
    for path in ("note/T1/", "note/CN2/", "standard/CN1/", "note/T1/history/"):
        assert api.get(f"library/items/{path}").status == 404


def test_it_is_declared_beside_the_other(api):
    standard, second = api.get("library/models/").json["results"]
    assert (standard["name"], second["name"], second["prefix"]) == ("standard", "note", "N")
    fields = {one["name"]: one for one in second["fields"]}
    assert list(fields) == [*HEADER, "mark_delete"]
    assert [fields[name]["default"] for name in HEADER] == [None, None, 50, False, ""]


def test_it_is_no_other_model(api):
    for name in ("notes.csv", "Note.csv", "other.csv"):
        answer = api.upload(b"id,name\n", name)
        assert answer.status == 400
        assert "standard.csv or note.csv" in answer.json["files"][0]
    job = ready(api, ("note.csv", to_csv([note("CN1", "a")])))
    assert api.get(f"{IMPORT}{job}/diff/standard/").status == 404
    assert api.get("library/export/other.csv").status == 404
