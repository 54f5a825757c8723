"""`accession model change` on a site with a library, its history and a diff that waits: fields come,
go and come back, and everything agrees with everything at any moment."""

import pytest

import formats
import processes
import sites
from client import IMPORT
from library import item, to_csv

STANDARD = (sites.ROOT / "sql/models/standard.yaml").read_text()
OWNER = "  - {name: owner, kind: line, max: 80, default: nobody}\n"
RENEW = ("The fields of standard have changed since this diff was made. Nothing was applied. "
         "Cancel and retry the job to get a new diff.")


def change(site, text, *options, code=0):
    return site.accession("model", "change", "-", *options, stdin=text, code=code)


def ready(api, *rows):
    """Imports these rows; what a row does not have is empty."""
    header = list(dict.fromkeys(key for row in rows for key in row))
    job = api.upload(to_csv([{**dict.fromkeys(header, ""), **row} for row in rows])).json["id"]
    api.wait_for(job, "ready_for_review")
    return job


def apply(api, *rows):
    job = ready(api, *rows)
    api.accept(job)
    return job


def agrees(site):
    assert "Everything agrees" in site.accession("verify")


def items(api):
    return {one["id"]: one for one in api.get("library/tasks/").json["results"]}


def test_a_field_comes_goes_and_comes_back(own):
    api = own.admin
    apply(api, item("CT1"), item("CT2"), item("CT3"))
    apply(api, {"id": "CT1", "title": "Changed"}, {"id": "CT3", "mark_delete": "true"})
    waiting = ready(api, {"id": "CT2", "title": "Waits"})

    wanted = ("standard, version 2:\n  owner: is added (line). The items that are there, and their "
              'history, get "nobody"\n')
    renew = "A diff of standard that waits for its review {} to be made anew: cancel and retry its job.\n"
    assert change(own, STANDARD + OWNER, "--check") == (
        wanted + "This is what would happen. Nothing was changed.\n" + renew.format("would have"))
    assert "owner" not in items(api)["CT1"]
    assert change(own, STANDARD + OWNER) == wanted + "Changed.\n" + renew.format("has")
    agrees(own)
    assert [one["owner"] for one in items(api).values()] == ["nobody", "nobody"]
    history = api.get("library/tasks/CT1/history/").json["results"]
    assert [one["new"]["owner"] for one in history] == ["nobody", "nobody"]
    assert [one["original"].get("owner") for one in history] == ["nobody", None]

    # The diff that waits is told as old; it can be read, cancelled and made anew.
    answer = api.change(waiting, "accept_changes")
    assert (answer.status, answer.json) == (409, {"detail": RENEW, "code": "model_changed"})
    assert api.job(waiting)["status"] == "ready_for_review"
    assert api.get(f"{IMPORT}{waiting}/diff/standard/").json["update"][0]["new"]["owner"] == "nobody"
    assert api.change(waiting, "cancel").status == 200
    assert api.change(waiting, "retry").status == 200
    api.wait_for(waiting, "ready_for_review")
    api.accept(waiting)
    agrees(own)

    for kind in formats.ALL:  # and exports have it
        header, rows = formats.read(kind, api.get(f"library/export/standard.{kind}", check=False).raw)
        assert [row[header.index("owner")] for row in rows] == ["nobody"] * 2
    apply(api, {**item("CT1"), "owner": "ada"}, {**item("CT9"), "owner": ""})
    assert {one["id"]: one["owner"] for one in items(api).values()} == {
        "CT1": "ada", "CT2": "nobody", "CT9": ""}

    # Without it the declaration retires it: nobody sees it, and what was stored stays.
    assert "owner: is retired" in change(own, STANDARD)
    agrees(own)
    assert all("owner" not in one for one in items(api).values())
    header, _ = formats.read("csv", api.get("library/export/standard.csv", check=False).raw)
    assert "owner" not in header
    job = ready(api, {**item("CT1", title="Once more"), "owner": "eve"}, item("CT10", "Another"))
    assert "owner" not in api.get(f"{IMPORT}{job}/diff/standard/").json["update"][0]["new"]
    (warning,) = api.job(job, include="warnings")["warnings"]
    assert 'The column "owner" was retired' in warning["details"] and warning["kind"] == "retired"
    api.accept(job)
    agrees(own)

    assert "owner: is brought back" in change(own, STANDARD + OWNER)
    agrees(own)
    assert {one["id"]: one["owner"] for one in items(api).values()} == {
        "CT1": "ada", "CT2": "nobody", "CT9": "", "CT10": "nobody"}
    history = api.get("library/tasks/CT1/history/").json["results"]
    assert history[0]["original"]["owner"] == history[0]["new"]["owner"] == "ada"


def test_limits_are_widened_and_narrowed_as_far_as_values_fit(own):
    api = own.admin
    apply(api, item("CT1", priority=9), item("CT2", priority=3, problem=""))
    priority = "min: 1, max: 10, required: true"
    assert "priority: the limit is 1 to 20, and was 1 to 10" in change(
        own, STANDARD.replace(priority, "min: 1, max: 20, required: true"))
    apply(api, item("CT3", priority=20))
    said = change(own, STANDARD.replace(priority, "min: 4, max: 15, required: true"), code=1)
    assert said == (
        'accession: priority: 2 items have a value that the field would not allow: CT2 ("3"), CT3 '
        '("20"). Nothing was changed. Change these items by an import first, or declare the field '
        "so that they fit.\n")
    assert "problem: 1 item has a value that the field would not allow: CT2 (\"\")" in change(
        own, STANDARD.replace(priority, "min: 1, max: 20, required: true").replace(
            "{name: problem,", "{name: problem, required: true,"), code=1)
    wider = STANDARD.replace(priority, "min: 1, max: 20, required: true")
    assert "title: is not required any more" in change(
        own, wider.replace("max: 255, required: true", "max: 300"))
    apply(api, {**item("CT4"), "title": "x" * 300, "priority": "7"}, {**item("CT5"), "title": ""})
    assert items(api)["CT5"]["title"] == ""
    assert "title: 2 items have a value" in change(own, wider, code=1)
    agrees(own)


@pytest.mark.parametrize("before, after, line, said", [
    ("name: phase, kind: ref", "name: phase, kind: line", 12, "is of another kind than it was"),
    ("kind: ref, prefix: P,", "kind: ref, prefix: Q,", 10, "has another prefix than it had"),
    ("kind: id, prefix: T,", "kind: id, prefix: Q,", 7, "has another prefix than it had"),
    ("max: 10,", "max: 100000,", 11, "for which its column has no room"),
    ("{name: tags, kind: tags,", "{name: other, kind: line, required: true,", 16,
     "is required, but the items that are there have no value for it"),
])
def test_what_would_lose_or_break_values_is_refused_with_its_line(
        shared_site, before, after, line, said):
    text = STANDARD.replace(before, after)
    assert text != STANDARD
    for option in ([], ["--check"]):
        refusal = change(shared_site, text, *option, code=1)
        assert refusal.startswith(f"accession: -, line {line}: ") and said in refusal


def test_words_leave_a_waiting_diff_as_it_is(own):
    api = own.admin
    waiting = ready(api, item("CT1"))
    said = change(own, STANDARD.replace("label: Title", "label: Name").replace(
        "title: Countermeasures", "title: Tasks"))
    assert said == ('standard, version 1:\n  title: other words, or another value of new items; '
                    'nothing that is stored changes\n  the title is "Tasks"\nChanged.\n')
    (model,) = api.get("library/models/").json["results"]
    assert model["title"] == "Tasks" and model["fields"][1]["label"] == "Name"
    api.accept(waiting)


def test_fields_in_another_order(own):
    api = own.admin
    apply(api, item("CT1"))
    lines = STANDARD.splitlines(keepends=True)
    assert "{name: text," in lines[8] and "{name: problem," in lines[9]
    lines[8], lines[9] = lines[9], lines[8]
    assert "the fields are in another order" in change(own, "".join(lines))
    job = apply(api, item("CT1", title="New"), item("CT2"))
    assert list(api.get(f"{IMPORT}{job}/diff/standard/").json["add"][0]["new"])[:4] == [
        "id", "title", "problem", "text"]
    assert items(api)["CT2"]["text"] == "Text"
    agrees(own)


def test_a_diff_that_was_accepted_before_is_refused_by_the_worker(own):
    """The change comes between the accept and the apply."""
    api = own.admin
    apply(api, item("CT1"))
    job = ready(api, {"id": "CT1", "title": "New"})
    with processes.stopped(processes.descendants(own.pid("worker"))):
        assert api.change(job, "accept_changes").status == 200
        change(own, STANDARD + OWNER)
    (error,) = api.wait_for(job, "fail")["errors"]
    assert error["file"] == "standard.csv" and error["details"] == RENEW.replace(
        "Cancel and retry", "Retry")
    assert items(api)["CT1"]["title"] == "Title"
    assert api.change(job, "retry").status == 200
    api.wait_for(job, "ready_for_review")
    api.accept(job)
    agrees(own)


def test_a_diff_that_is_being_made_is_told_as_old(own):
    """The change comes while the file is read, by the fields of before."""
    api = own.admin
    apply(api, item("CT1"))
    with processes.stopped(processes.children(*own.worker_pids())):  # the parser
        job = api.upload(to_csv([{"id": "CT1", "title": "New"}])).json["id"]
        api.wait_for(job, "generating_diff")
        change(own, STANDARD + OWNER)
    api.wait_for(job, "ready_for_review")
    (update,) = api.get(f"{IMPORT}{job}/diff/standard/").json["update"]
    assert update["original"]["owner"] == update["new"]["owner"] == "nobody"
    assert api.change(job, "accept_changes").json["code"] == "model_changed"
    assert api.change(job, "cancel").status == 200
    agrees(own)


def test_held_changes_leave_retired_fields_out(own):
    api = own.admin
    change(own, STANDARD + OWNER)
    job = ready(api, {"id": "", "owner": "me", "title": "a", "text": "x", "priority": 1, "phase": "X1"})
    api.patch(f"{IMPORT}{job}/diff/standard/", json={"hold": {}, "note": "why"})
    change(own, STANDARD)
    answer = api.get(f"{IMPORT}{job}/held/", check=False)
    assert formats.read_csv(answer.raw) == (
        ["id", "title", "text", "priority", "phase", "_entry", "_note"],
        [["", "a", "x", "1", "X1", "1", "why"]])
    assert api.change(job, "cancel").status == 200
    assert api.job(api.ready(answer.raw)["id"], include="warnings")["warnings"] == []
