"""A review of files of two content models: one version for both."""

import pytest

import reviews
import sites
from library import THREAT_FIELDS, item, threat, to_csv
from reviews import hold, path, release, version

STANDARD = to_csv([item("CT1", "one"), item("", "two")])
THREATS = to_csv([threat("CTH1", "first"), threat("CTH2", "second"), threat("CTH3", "third")], THREAT_FIELDS)


@pytest.fixture(scope="module")
def site():
    with sites.running(models=[sites.THREAT]) as running:
        yield running


@pytest.fixture
def job(api):
    return api.ready_files(("standard.csv", STANDARD), ("threat.csv", THREATS))


def count(model, add, held):
    return {"content_model": model, "add": add, "update": 0, "delete": 0, "held": held}


def test_holds_are_of_one_model(api, job):
    versions = {version(api, job)}
    assert hold(api, job, [1], model="threat").json["held"] == 1
    versions.add(version(api, job))
    assert hold(api, job, {}).json["held"] == 2
    versions.add(version(api, job))
    assert len(versions) == 3
    assert (reviews.held(api, job), reviews.held(api, job, "threat")) == ([1, 2], [1])
    assert reviews.entries(api, job, "threat") == [2, 3]
    told = reviews.review(api, job)
    assert told["counts"] == [count("standard", 0, 2), count("threat", 2, 1)]
    assert told["held"] == 3
    summary = api.get(path(job, "diff"))
    assert [one["add"] for one in summary.json["results"]] == [0, 2]
    for model in ("standard", "threat"):
        answer = api.get(path(job, "diff", model))
        assert answer.headers["Accession-Review"] == summary.headers["Accession-Review"] == version(api, job)
    assert [one["detail"] for one in api.get(path(job, "events")).json["results"]][-2:] == [
        "entry 1 of threat", "2 changes of standard"]


def test_all_of_one_held_back(api, db, job):
    hold(api, job, {})
    api.accept(job)
    assert db.library() == {}
    assert [row[0] for row in db.rows("SELECT id FROM threat ORDER BY id")] == ["CTH1", "CTH2", "CTH3"]


def test_all_of_both_held_back(api, job):
    for model in ("standard", "threat"):
        hold(api, job, {}, model=model)
    answer = api.change(job, "accept_changes")
    assert (answer.status, answer.json["code"], answer.json["held"]) == (409, "nothing_to_apply", 5)
    release(api, job, [2], model="threat")
    api.accept(job)


def test_since_names_both(api, job):
    old = version(api, job)
    hold(api, job, [2, 3], model="threat")
    hold(api, job, [2])
    answer = api.change(job, "accept_changes", review=old)
    assert answer.json["since"] == [
        {"content_model": "standard", "changes": 1, "entries": [2]},
        {"content_model": "threat", "changes": 2, "entries": [[2, 3]]}]
    assert "3 changes are different since" in answer.detail


@pytest.mark.parametrize("expect", [
    {"add": 5}, {"standard": {"add": 2}, "threat": {"add": 3}}, {"threat": {"add": 3, "delete": 0}},
    {"standard": {"add": 2}, "add": 5}, {"threat": {}}], ids=str)
def test_expected(api, job, expect):
    assert api.change(job, "accept_changes", expect=expect).status == 200
    api.wait_for(job, "success")


def test_not_expected(api, job):
    hold(api, job, [1], model="threat")
    for expect in ({"add": 5}, {"add": 2}, {"threat": {"add": 3}}, {"standard": {"add": 3}},
                   {"standard": {"add": 2}, "threat": {"add": 2, "delete": 1}}, {"standard": {"add": 2}, "add": 3}):
        answer = api.change(job, "accept_changes", expect=expect)
        assert (expect, answer.status, answer.json["code"]) == (expect, 409, "counts_differ")
        assert answer.json["counts"] == [count("standard", 2, 0), count("threat", 2, 1)]
    for wrong in ({"threats": {"add": 2}}, {"threat": {"threat": {"add": 2}}}, {"threat": 2}):
        assert api.change(job, "accept_changes", expect=wrong).status == 400


def test_expectation_of_a_model_without_a_file(api, job):
    """Nothing is done to it, and that can be expected."""
    api.change(job, "cancel")
    other = api.ready(STANDARD)["id"]
    answer = api.change(other, "accept_changes", expect={"threat": {"add": 3}})
    assert (answer.status, answer.json["code"]) == (409, "counts_differ")
    assert api.change(other, "accept_changes", expect={"standard": {"add": 2}, "threat": {"delete": 0}}).status == 200
    api.wait_for(other, "success")


def test_marks_and_comments_are_of_one_model(api, viewer, job):
    assert reviews.look(viewer, job, add={})["count"] == 2
    assert reviews.look(viewer, job, model="threat", add=[2])["looked"] == [2]
    assert reviews.comment(api, job, content_model="threat", item="CTH1", field="severity")["item"] == "CTH1"
    for wrong in ({"item": "CT1"}, {"item": "CTH1", "field": "priority"}):
        answer = api.post(path(job, "comments"), json={"text": "x", "content_model": "threat", **wrong})
        assert (answer.status, answer.json["code"]) == (400, "not_in_diff")


def test_retry_that_changes_one(site, api, editor, db, job):
    """What reviewers did with the other stays; an approval is of both."""
    hold(api, job, [1], model="threat")
    hold(api, job, [1])
    reviews.look(editor, job, add={})
    reviews.look(editor, job, model="threat", add={})
    reviews.approve(editor, job)
    db.seed(item("CT1", "there by now"))
    reviews.again(api, job)
    assert (reviews.held(api, job), reviews.held(api, job, "threat")) == ([1], [1])
    assert reviews.look(editor, job)["changed"] == [1]
    assert reviews.look(editor, job, model="threat")["changed"] == []
    (one,) = api.get(path(job, "approvals")).json["results"]
    assert one["since"] == [{"content_model": "standard", "changes": 1, "entries": [1]}]
    assert reviews.review(api, job)["stale"] == 0


def test_stale_is_of_both(api, db, job):
    db.seed(item("CT1", "there by now"))
    db.run("INSERT INTO threat (id, title, text, severity, active, problems, capecs)"
           " VALUES ('CTH2', 'x', 'x', 1, true, '', ''), ('CTH3', 'x', 'x', 1, true, '', '')")
    assert reviews.review(api, job)["stale"] == 3


def test_many_deletions_are_those_of_a_model(api, db, job):
    """All threats, but few of all custom items. The number to confirm is that of all deletions."""
    api.change(job, "cancel")
    db.seed(*(item(f"CT{n}") for n in range(1, 101)))
    db.run("INSERT INTO threat (id, title, text, severity, active, problems, capecs)"
           " SELECT 'CTH' || n, 'x', 'x', 1, true, '', '' FROM generate_series(1, 6) n")
    deletes = [to_csv([{"id": f"{prefix}{n}", "mark_delete": "true"} for n in range(1, number + 1)])
               for prefix, number in (("CT", 3), ("CTH", 6))]
    both = api.ready_files(("standard.csv", deletes[0]), ("threat.csv", deletes[1]))
    assert reviews.review(api, both)["confirm_deletes"] == 9
    hold(api, both, [6], model="threat")
    assert reviews.review(api, both)["confirm_deletes"] is None
