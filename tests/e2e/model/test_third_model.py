"""A third model of quite other names, kinds and limits, made here: whatever standard can do, it can,
as nothing decides by the name of a field."""

import json
import subprocess

import pytest

import formats
import sites
from client import IMPORT

DECLARATION = """
name: risk
title: Risks
heading: wording
fields:
  - {name: id, kind: id, prefix: R}
  - {name: story, kind: text, max: 1000}
  - {name: wording, kind: line, max: 60, required: true, listed: true, synonyms: [called], help: "What it is called."}
  - {name: weight, kind: integer, min: -5, max: 100000, default: 70000, listed: true, filter: heavy}
  - {name: settled, kind: boolean, filter: is_settled}
  - {name: part_of, kind: ref, prefix: R, label: Part of, filter: whole}
  - {name: see_also, kind: refs, prefix: TH}
  - {name: cwes, kind: refs, filter: cwe}
  - {name: when_true, kind: rules, required: true}
  - {name: words, kind: tags, default: new, filter: word}
  - {name: discard, kind: delete, synonyms: [mark_delete]}
"""
HEADER = ["id", "wording", "story", "weight", "settled", "part_of", "see_also", "cwes", "when_true",
          "words"]
ORDER = ["id", "story", "wording", *HEADER[3:]]

every_format = pytest.mark.parametrize("kind", formats.ALL)


@pytest.fixture(scope="module")
def site():
    with sites.running() as running:
        running.accession("model", "add", "-", stdin=DECLARATION)
        yield running


def risk(id, wording="Fire", story="", weight=70000, settled=False, part_of="", see_also="",
         cwes="", when_true="A1", words="new"):
    one = dict(zip(HEADER, (id, wording, story, weight, settled, part_of, see_also, cwes,
                            when_true, words)))
    return {name: one[name] for name in ORDER}


def rows(*risks):
    return [[one[name] for name in HEADER] for one in risks]


def upload(api, kind, header, lines):
    answer = api.upload(formats.write(kind, header, lines), f"risk.{kind}")
    assert answer.status == 200, answer
    return answer.json["id"]


def ready(api, kind, header, lines):
    job = upload(api, kind, header, lines)
    api.wait_for(job, "ready_for_review")
    return job


def detail(api, job):
    return api.get(f"{IMPORT}{job}/diff/risk/").json


def listed(api, **params):
    return [one["id"] for one in api.get("library/items/risk/", params=params).json["results"]]


def shown(one):
    return {**one, "discard": False}


@every_format
def test_it_is_imported_changed_and_deleted(site, api, kind):
    first = [risk("CR1", "Fire\u202fand flood", "It\nburns.", -5, True, "R7", "TH1;CTH2", "79;89",
                  "A1 AND !A2;A3", "hot;wet"), risk("CR2")]
    job = ready(api, kind, ["id", "wording", "when_true"], [["", "Fire", "a1 and !a2"]])
    made = {**risk("CR1", when_true="A1 AND !A2"), "weight": 70000}
    assert detail(api, job)["add"] == [{"original": {}, "new": made, "entry": 1}]
    assert api.change(job, "cancel").status == 200

    job = ready(api, kind, HEADER, rows(*first))
    assert [one["new"] for one in detail(api, job)["add"]] == first
    api.accept(job)
    assert [{name: one[name] for name in ORDER}
            for one in api.get("library/items/risk/").json["results"]] == first

    job = ready(api, kind, ["id", "weight", "discard"], [["CR1", 99999, False], ["CR2", None, True]])
    assert detail(api, job)["update"] == [
        {"original": shown(first[0]), "new": shown({**first[0], "weight": 99999}), "entry": 1}]
    assert detail(api, job)["delete"] == [{"original": shown(first[1]), "new": {}, "entry": 2}]
    fields = {one["field"]: one for one in api.get(
        f"{IMPORT}{job}/diff/risk/fields/").json["results"]}
    assert list(fields) == ORDER[1:]
    assert fields["weight"]["changes"] == [{"original": -5, "new": 99999, "updates": 1}]
    assert len(api.get(f"{IMPORT}{job}/diff/risk/?field=weight&new=99999&limit=5").json["update"]) == 1
    assert len(api.get(f"{IMPORT}{job}/diff/risk/?search=FLOOD&limit=5").json["update"]) == 1
    api.accept(job)
    assert listed(api) == ["CR1"]
    history = api.get("library/items/risk/CR1/history/").json["results"]
    assert [one["operation"] for one in history] == ["update", "add"]
    assert "Everything agrees" in site.accession("verify")


@every_format
def test_an_export_comes_back_as_it_was(site, api, db, kind):
    db.run("""INSERT INTO risk (id, wording, story, weight, settled, part_of, see_also, cwes,
                                when_true, words)
              SELECT 'CR' || n, '=' || n, E'a\\nb ' || n, n * 1000, n % 2 = 0, 'R1', 'TH1;TH2',
                     CASE n % 3 WHEN 0 THEN '' WHEN 1 THEN '79' ELSE '79;89' END, 'A1', 'x;y'
                FROM generate_series(1, 60) n""")
    answer = api.get(f"library/export/risk.{kind}", check=False)
    header, lines = formats.read(kind, answer.raw)
    assert header[:11] == [*ORDER, "discard"] and len(lines) == 60
    assert "risk-" in answer.headers["Content-Disposition"]
    answer = api.upload(answer.raw, f"risk.{kind}")
    job = answer.json["id"]
    api.wait_for(job, "ready_for_review")
    assert api.get(f"{IMPORT}{job}/diff/").json["results"] == [
        {"content_model": "risk", "add": 0, "update": 0, "delete": 0}]
    template = api.get(f"library/export/risk.{kind}?template=1", check=False)
    assert f'"risk.{kind}"' in template.headers["Content-Disposition"]


def test_lists_go_by_its_filters(api, db):
    db.run("""INSERT INTO risk (id, wording, story, weight, settled, part_of, see_also, cwes,
                                when_true, words)
              SELECT 'CR' || n, 'W' || n, 's', n, n = 2, CASE n WHEN 3 THEN 'R9' ELSE '' END, '',
                     CASE n WHEN 4 THEN '7;79' ELSE '' END, 'A1', CASE n WHEN 5 THEN 'a;b' ELSE '' END
                FROM generate_series(1, 9) n""")
    for params, wanted in [({"heavy": 1}, ["CR1"]), ({"is_settled": "true"}, ["CR2"]),
                           ({"whole": "R9"}, ["CR3"]), ({"cwe": "79"}, ["CR4"]),
                           ({"word": "b"}, ["CR5"]), ({"search": "w6"}, ["CR6"]),
                           ({"ordering": "-weight", "page_size": 1}, ["CR9"]),
                           ({"ordering": "-wording", "page_size": 1}, ["CR9"]),
                           ({"ordering": "-name", "page_size": 1}, ["CR9"]),
                           ({"wording__icontains": "w7"}, ["CR7"]),
                           ({"story__icontains": "S", "id__in": "CR8,R8,CR2"}, ["CR2", "CR8"]),
                           ({"weight": 1, "active": "x", "phase": "y"}, [f"CR{n}" for n in range(1, 10)])]:
        assert listed(api, **params) == wanted, params
    assert api.get("library/items/risk/?is_settled=perhaps").json == {
        "is_settled": ["Select a valid choice. perhaps is not one of the available choices."]}


@pytest.mark.parametrize("header, line, field, said", [
    (["id", "wording", "when_true", "weight"], ["", "a", "A1", 100001], "weight",
     "less than or equal to 100000"),
    (["id", "wording", "when_true"], ["", "x" * 61, "A1"], "wording", "60 characters"),
    (["id", "wording"], ["", "a"], "when_true", "This field is required."),
    (["id", "wording", "when_true", "settled"], ["", "a", "A1", "perhaps"], "settled", "boolean"),
    (["id", "wording", "when_true", "see_also"], ["", "a", "A1", "TH1;P2"], "see_also", "Reference 2"),
    (["id", "called", "when_true"], ["", "a", "A1"], "called", 'did you mean "wording"'),
    (["id", "mark_delete"], ["CR1", True], "mark_delete", 'did you mean "discard"'),
    (["id", "discard"], ["R1", True], "discard", "Built-in items cannot be deleted"),
    (["id", "discard"], ["CR1", True], "id", 'No match found for: "CR1".'),
    (["id", "title"], ["CR1", "x"], "title", "id, story, wording, weight, settled,"),
])
def test_what_is_wrong_is_said_in_its_names(api, header, line, field, said):
    job = upload(api, "csv", header, [line])
    (error, *_) = api.wait_for(job, "fail")["errors"]
    assert error["field"] == field and said in error["details"], error
    answer = api.get(f"{IMPORT}{job}/errors/?format=csv", check=False)
    if answer.status == 200 and error["entry"]:
        columns, (row,) = formats.read_csv(answer.raw)
        assert columns[:len(header)] == header and row[0] == line[0]


def test_the_operator_loads_and_looks(site, db, tmp_path):
    path = tmp_path / "risk.json"
    path.write_bytes(formats.write("json", HEADER, rows(risk("R1"), risk("CR5", "Flood"))))
    assert site.accession("load", "--model", "risk", path) == "2 added, 0 updated, 0 unchanged\n"
    path.write_bytes(formats.write("json", ["id", "discard"], [["CR5", True]]))
    assert "discard: Loading a file deletes nothing" in subprocess.run(
        [sites.program("accession"), "load", "--model", "risk", path], text=True, check=False,
        env=site.pg(), capture_output=True).stdout
    assert "Everything agrees" in site.accession("verify")
    library = {one["content_model"]: one for one in json.loads(
        site.accession("status", "--json"))["library"]}
    assert (library["risk"]["items"], library["risk"]["custom"]) == (2, 1)
    statements = site.accession("model", "sql", "risk")
    site.psql(f"BEGIN;\n{statements}")
