"""A second content model, threat, added to a running site by its declaration and nothing else. All
that works with standard works with it, and with both at once."""

import json

import pytest

import formats
import signs
import sites
from client import IMPORT
from library import THREAT_FIELDS, item, threat, to_csv

every_format = pytest.mark.parametrize("kind", formats.ALL)
HEADER = list(THREAT_FIELDS)


@pytest.fixture(scope="module")
def site():
    with sites.running(models=[sites.THREAT]) as running:
        yield running


def summary(api, job):
    return {one["content_model"]: (one["add"], one["update"], one["delete"])
            for one in api.get(f"{IMPORT}{job}/diff/").json["results"]}


def detail(api, job, model="threat"):
    return api.get(f"{IMPORT}{job}/diff/{model}/").json


def threats(db):
    return [threat(*row) for row in db.rows(
        f"SELECT {', '.join(HEADER)} FROM threat ORDER BY position")]


def shown(one):
    """A threat as a diff shows it: mark_delete comes last, as in the declaration."""
    return {**one, "mark_delete": False}


@every_format
def test_damaged_values_are_told_and_others_are_not(api, kind):
    raw, made = signs.file_of_values(kind, "CTH", {"severity": 5, "problems": "P1;P2"},
                                     ("title", "text"))
    job = api.ready_files((f"threat.{kind}", raw))
    assert signs.differences(signs.warnings(api, job), made) == ([], [])
    api.accept(job)
    job = api.ready_files((f"threat.{kind}", raw))  # what is stored is not told again
    assert summary(api, job) == {"threat": (0, 0, 0)}
    assert [one["kind"] for one in signs.warnings(api, job)] == ["applied_before"]


@every_format
def test_warnings_say_which_file_they_are_about(api, kind):
    """Rows of one number in two files."""
    threats = formats.write(kind, HEADER[:4], [["CTH1", "2-Jan", "text", 1]])
    others = formats.write(kind, ["id", "title", "text", "priority", "phase"],
                           [["CT1", "title", "#NAME?", 1, "X1"]])
    job = api.ready_files((f"threat.{kind}", threats), (f"standard.{kind}", others))
    assert sorted((one["file"], one["field"], one["kind"]) for one in signs.warnings(api, job)) == [
        (f"standard.{kind}", "text", "formula_error"), (f"threat.{kind}", "title", "date")]
    kinds = api.job(job, include="warning_kinds")["warning_kinds"]
    assert sorted((one["file"], one["kind"], one["count"]) for one in kinds) == [
        (f"standard.{kind}", "formula_error", 1), (f"threat.{kind}", "date", 1)]


@every_format
def test_a_file_becomes_a_diff_and_the_library(api, db, kind):
    rows = [["CTH7", "seven", "text", 7, False, "P2; P1;P2", "21; 63"], ["", "new", "text", 1]]
    rows[1] += [None] * 3
    job = api.ready_files((f"threat.{kind}", formats.write(kind, HEADER, rows)))
    assert summary(api, job) == {"threat": (2, 0, 0)}
    made = [threat("CTH7", "seven", "text", 7, False, "P2;P1", "21;63"),
            threat("CTH8", "new", "text", 1)]
    assert detail(api, job) == {"content_model": "threat", "update": [], "delete": [], "add": [
        {"original": {}, "new": one, "entry": n} for n, one in enumerate(made, 1)]}
    api.accept(job)
    assert threats(db) == made
    assert db.value("SELECT last_number FROM model_number WHERE content_model = 'threat'") == 8

    rows = [["CTH7", "seven", None, 8], ["CTH9", "nine", "text", 2]]  # absent: kept, or the default
    header = ["id", "title", "active", "severity"]
    rows = [["CTH7", "seven", None, 8]]
    job = api.ready_files((f"threat.{kind}", formats.write(kind, header, rows)))
    assert detail(api, job)["update"] == [
        {"original": shown(made[0]), "new": shown({**made[0], "severity": 8}), "entry": 1}]
    api.accept(job)

    job = api.ready_files((f"threat.{kind}", formats.write(kind, ["id", "mark_delete"],
                                                      [["CTH7", True]])))
    assert summary(api, job) == {"threat": (0, 0, 1)}
    api.accept(job)
    assert [one["id"] for one in threats(db)] == ["CTH8"]
    assert db.value("SELECT count(*) FROM threat_history") == 4


def test_two_files_of_one_job(api, db):
    db.seed(item("T1"))
    files = [("standard.csv", to_csv([{"id": "T1", "title": "New"}])),
             ("threat.csv", to_csv([threat(""), threat("CTH5")]))]
    job = api.ready_files(*files)
    assert summary(api, job) == {"standard": (0, 1, 0), "threat": (2, 0, 0)}
    assert len(detail(api, job, "standard")["update"]) == 1
    assert [one["new"]["id"] for one in detail(api, job)["add"]] == ["CTH6", "CTH5"]
    counts = api.job(job, include="counts,files")
    assert [one["content_model"] for one in counts["files"]] == ["standard", "threat"]
    api.accept(job)
    assert db.library()["T1"]["title"] == "New" and len(threats(db)) == 2
    for name, raw in files:
        model = name.partition(".")[0]
        assert api.get(f"{IMPORT}{job}/files/{model}/", check=False).raw == raw


def test_what_is_wrong_with_either_file_fails_both(api, db):
    job = api.start_files(("standard.csv", to_csv([{"id": "CT1", "title": "x", "priority": 99}])),
                 ("threat.csv", to_csv([threat("CTH1", "x" * 256),
                                        threat("CTH1", severity=11, problems="P1,P2")])))
    errors = api.wait_for(job, "fail")["errors"]
    told = {(one["file"], one["field"]) for one in errors}
    assert {("threat.csv", "title"), ("threat.csv", "severity"), ("threat.csv", "id"),
            ("threat.csv", "problems"), ("standard.csv", "priority")} <= told
    assert threats(db) == [] and db.library() == {}

    url = f"{IMPORT}{job}/errors/?format=csv"
    assert list(api.get(url).json) == ["content_model"]
    for model, ids in (("standard", ["CT1"]), ("threat", ["CTH1", "CTH1"])):
        answer = api.get(f"{url}&content_model={model}", check=False)
        assert f'"{model}.csv"' in answer.headers["Content-Disposition"]
        header, rows = formats.read_csv(answer.raw)
        assert [row[0] for row in rows] == ids
        assert header[-2:] == ["_row", "_errors"]


def test_apply_finds_what_moved_in_either_model(api, db):
    db.run("INSERT INTO threat (id, title, text, severity, active, problems, capecs)"
           " VALUES ('CTH1', 'a', 'b', 1, true, '', '')")
    job = api.ready_files(("threat.csv", to_csv([threat("CTH1", "b")])),
                ("standard.csv", to_csv([item("CT1")])))
    db.run("UPDATE threat SET severity = 2")
    assert api.change(job, "accept_changes").status == 200
    errors = api.wait_for(job, "fail")["errors"]
    assert any(one["file"] == "threat.csv" and "CTH1" in one["details"] for one in errors)
    assert db.library() == {} and threats(db)[0]["title"] == "a"
    assert api.change(job, "retry").status == 200
    api.wait_for(job, "ready_for_review")
    api.accept(job)
    assert threats(db) == [threat("CTH1", "b")]


@pytest.mark.parametrize("field, value, meant", [
    ("id", "CT1", "TH or CTH"), ("id", "12", "TH12 or CTH12"),
    ("severity", "0", "greater than or equal"), ("title", "", "blank"),
    ("active", "perhaps", "boolean"), ("problems", "P1;X2", "Reference 2"),
    ("capecs", "P1", "numbers")])
def test_rules_are_those_of_its_fields(api, field, value, meant):
    row = {**threat("CTH1"), field: value}
    (error,) = api.wait_for(api.start_files(("threat.csv", to_csv([row]))), "fail")["errors"]
    assert error["field"] == field and meant in error["details"]


def test_headers_are_those_of_its_fields(api):
    raw = b"id,title,phase,weaknesses\nCTH1,a,b,c\n"
    errors = api.wait_for(api.start_files(("threat.csv", raw)), "fail")["errors"]
    details = {one["field"]: one["details"] for one in errors}
    assert ("Columns can be: id, title, text, severity, active, problems, capecs, mark_delete."
            in details["phase"])
    assert 'did you mean "problems"?' in details["weaknesses"]


@every_format
def test_export_is_no_change(api, db, kind):
    db.run("""INSERT INTO threat (id, title, text, severity, active, problems, capecs)
              SELECT 'CTH' || n, '=title ' || n, 'text', n % 10 + 1, n % 2 = 0, 'P2;P1', '21'
                FROM generate_series(1, 50) n""")
    answer = api.get(f"library/export/threat.{kind}", params={"phase": "X1"}, check=False)
    assert answer.status == 200  # filtering by a field that it does not have has no effect
    job = api.ready_files((f"threat.{kind}", answer.raw))
    assert summary(api, job) == {"threat": (0, 0, 0)}
    if kind == "json":
        assert list(json.loads(answer.raw)[0])[:8] == [*HEADER, "mark_delete"]


def test_it_is_no_other_model(api):
    for name in ("threats.csv", "Threat.csv", "other.csv"):
        answer = api.upload(b"id,title\n", name)
        assert answer.status == 400
        assert "standard.csv or threat.csv" in answer.json["files"][0]
    job = api.ready_files(("threat.csv", to_csv([threat("CTH1")])))
    assert api.get(f"{IMPORT}{job}/diff/standard/").status == 404
    assert api.get("library/export/other.csv").status == 404


def test_the_operator_loads_built_in_ones(site, db, tmp_path):
    path = tmp_path / "threat.csv"
    path.write_bytes(to_csv([threat("TH1", "One"), threat("", "Two")]))
    assert site.accession("load", "--model", "threat", path) == (
        "2 added, 0 updated, 0 unchanged\n")
    assert [one["id"] for one in threats(db)] == ["TH1", "CTH1"]
    said = site.accession("verify")
    assert said.count("every item is what its history made of it") == 2
    library = json.loads(site.accession("status", "--json"))["library"]
    assert {one["content_model"]: one["items"] for one in library} == {"standard": 0, "threat": 2}


@pytest.mark.parametrize("params, wanted", [
    ({"severity": 7}, ["CTH7", "CTH17"]), ({"severity": "+7"}, 400),
    ({"severity": "007"}, ["CTH7", "CTH17"]), ({"severity": -1}, []), ({"severity": 99999}, []),
    ({"severity": 2 ** 63 - 1}, []), ({"severity": 2 ** 63}, 400), ({"severity": "7.0"}, 400),
    ({"severity": "x"}, 400), ({"severity": ""}, [f"CTH{n}" for n in range(1, 21)]),
    ({"problem": "P2", "severity": 7}, ["CTH7"]), ({"problem": "P1;P2"}, []),
    ({"capec": 21}, ["CTH1"]), ({"active": "false"}, ["CTH20"]), ({"active": "x"}, 400),
    ({"tag": "b", "done": "x"}, 20), ({"search": "TITLE 1"}, 11),
    ({"ordering": "-severity,-id", "limit": 20}, 20),
    ({"ordering": "-severity,title", "page_size": 3}, ["CTH10", "CTH20", "CTH19"]),
    ({"ordering": "priority"}, 400), ({"ordering": "text"}, 400),
    ({"after": "CTH18", "limit": 9}, ["CTH19", "CTH20"]), ({"after": "T1"}, 400)])
def test_its_items_are_listed_by_its_fields(api, db, params, wanted):
    db.run("""INSERT INTO threat (id, title, text, severity, active, problems, capecs)
              SELECT 'CTH' || n, 'title ' || n, 'text', CASE n % 10 WHEN 0 THEN 10 ELSE n % 10 END,
                     n <> 20, CASE WHEN n < 10 THEN 'P1;P2' ELSE 'P1' END,
                     CASE n WHEN 1 THEN '7;21' ELSE '' END FROM generate_series(1, 20) n""")
    answer = api.get("library/items/threat/", params=params)
    if wanted == 400:
        assert answer.status == 400 and list(answer.json) == list(params)
    elif isinstance(wanted, int):
        assert len(answer.json["results"]) == wanted
    else:
        assert [one["id"] for one in answer.json["results"]] == wanted
        if "ordering" not in params and "after" not in params:
            exported = api.get("library/export/threat.json", params=params, check=False).json
            assert [one["id"] for one in exported] == wanted
    if params.get("severity") == "x":
        assert answer.json == {"severity": ["A whole number is required."]}


def test_one_item_and_its_history(api):
    job = api.ready_files(("threat.csv", to_csv([threat("CTH1")])))
    api.accept(job)
    one = api.get("library/items/threat/CTH1/").json
    assert {key: one[key] for key in HEADER} == threat("CTH1")
    (added,) = api.get("library/items/threat/CTH1/history/").json["results"]
    assert (added["operation"], added["new"]) == ("add", threat("CTH1"))
    for path in ("threat/T1/", "threat/CTH2/", "standard/CTH1/", "threat/T1/history/", "other/CTH1/"):
        assert api.get(f"library/items/{path}").status == 404


def test_it_is_declared_beside_the_other(api):
    standard, second = api.get("library/models/").json["results"]
    assert (standard["name"], second["name"], second["prefix"]) == ("standard", "threat", "TH")
    fields = {one["name"]: one for one in second["fields"]}
    assert list(fields) == [*HEADER, "mark_delete"]
    assert [fields[name]["default"] for name in HEADER] == [None, None, None, None, True, "", ""]
    assert [fields[name]["prefix"] for name in ("id", "problems", "capecs")] == ["TH", "P", ""]
