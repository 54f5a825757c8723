"""Accepts that say what they expect to be done, and deletions that look like an accident."""

import pytest

import reviews
from client import check_job
from library import item, to_csv
from reviews import hold, path

RIGHT = [{}, {"add": 2}, {"update": 3}, {"delete": 1}, {"add": 2, "update": 3, "delete": 1},
         {"standard": {"add": 2}}, {"standard": {}}, {"standard": {"add": 2, "update": 3, "delete": 1}},
         {"standard": {"delete": 1}, "add": 2}]
DIFFERENT = [{"add": 1}, {"add": 3}, {"update": 2}, {"update": 4}, {"delete": 0}, {"delete": 2}, {"add": 0},
             {"add": 2, "update": 3, "delete": 2}, {"standard": {"add": 1}}, {"add": 9223372036854775807},
             {"standard": {"delete": 1}, "add": 1}, {"standard": {"delete": 0}, "delete": 1}]
WRONG = [{"adds": 1}, {"add": -1}, {"add": "2"}, {"add": 2.0}, {"add": None}, {"add": True}, {"add": [2]},
         {"add": {}}, {"add": {"add": 2}}, {"standard": []}, {"standard": 6}, {"standard": None},
         {"standard": {"adds": 1}}, {"standard": {"add": "2"}}, {"standard": {"standard": {"add": 2}}},
         {"none": {"add": 2}}, {"": 2}, {"add": 2, "x": 1}, [], [2, 3, 1], [{"add": 2}]]
COUNTS = {"content_model": "standard", "add": 2, "update": 3, "delete": 1, "held": 0}


@pytest.fixture
def job(api, db):
    return reviews.ready(api, db)


@pytest.mark.parametrize("expect", RIGHT, ids=str)
def test_expected(api, job, expect):
    answer = api.change(job, "accept_changes", expect=expect)
    assert answer.status == 200, answer
    api.wait_for(job, "success")


def test_not_expected(api, db, job):
    before = db.library()
    for expect in DIFFERENT:
        answer = api.change(job, "accept_changes", expect=expect)
        assert (expect, answer.status) == (expect, 409), answer
        assert list(answer.json) == ["detail", "code", "expect", "counts"]
        assert answer.json["code"] == "counts_differ"
        assert (answer.json["expect"], answer.json["counts"]) == (expect, [COUNTS])
    assert api.job(job)["status"] == "ready_for_review"
    assert db.library() == before


def test_wrong_expectations(api, job):
    for expect in WRONG:
        answer = api.change(job, "accept_changes", expect=expect)
        assert (expect, answer.status, list(answer.json)) == (expect, 400, ["expect"]), answer
    for expect, message in ((None, "This field may not be null."),
                            ("{}", "A JSON object or a list is required."),
                            (1, "A JSON object or a list is required.")):
        answer = api.change(job, "accept_changes", expect=expect)
        assert (answer.status, answer.json) == (400, {"expect": [message]})
    assert api.job(job)["status"] == "ready_for_review"


def test_what_is_held_is_not_expected(api, job):
    hold(api, job, [1, 3, 4])
    counts = {**COUNTS, "add": 1, "update": 2, "delete": 0, "held": 3}
    answer = api.change(job, "accept_changes", expect={"add": 2, "update": 3, "delete": 1})
    assert (answer.status, answer.json["counts"]) == (409, [counts])
    assert api.change(job, "accept_changes",
                      expect={"add": 1, "update": 2, "delete": 0}).status == 200
    api.wait_for(job, "success")


def test_expectation_of_an_import_that_changes_nothing(api, db):
    job = reviews.ready(api, db, to_csv(reviews.LIBRARY))
    assert api.change(job, "accept_changes", expect={"add": 1}).json["code"] == "counts_differ"
    assert api.change(job, "accept_changes", expect={"add": 0, "update": 0, "delete": 0}).status == 200
    api.wait_for(job, "success")


# Deletions of a large part of the library: customs, of which so many are to be deleted, and so many of
# these held back.

LARGE = [
    (209, 21, 0), (100, 21, 0), (21, 21, 0), (6, 6, 0), (7, 7, 0), (21, 22, 1), (30, 30, 9), (219, 23, 1)]
SMALL = [
    (210, 21, 0), (300, 21, 0), (199, 20, 0), (21, 20, 0), (5, 5, 0), (1, 1, 0), (7, 6, 0), (21, 21, 1),
    (209, 22, 2), (6, 6, 1), (6, 6, 6), (12, 0, 0)]


def deletion(api, db, customs, deletes, holds=0):
    customs = max(customs, deletes)
    db.seed(*(item(f"CT{n}") for n in range(1, customs + 1)), *(item(f"T{n}") for n in range(1, 9)))
    rows = [{"id": f"CT{n}", "mark_delete": "true"} for n in range(1, deletes + 1)]
    rows.append({"id": "T1", "title": "of the library itself"})
    job = api.ready(to_csv(rows, ("id", "title", "mark_delete")))["id"]
    if holds:
        assert hold(api, job, [[1, holds]]).json["held"] == holds
    return job


@pytest.mark.parametrize("customs, deletes, holds", LARGE)
def test_number_of_many_deletions_is_to_be_confirmed(api, db, customs, deletes, holds):
    job = deletion(api, db, customs, deletes, holds)
    assert reviews.review(api, job)["confirm_deletes"] == deletes - holds


@pytest.mark.parametrize("customs, deletes, holds", SMALL)
def test_few_deletions_need_no_confirmation(api, db, customs, deletes, holds):
    job = deletion(api, db, customs, deletes, holds)
    assert reviews.review(api, job)["confirm_deletes"] is None


def test_accept_by_api_needs_none(api, db):
    """Pages ask for the number; clients of the spec know nothing of it."""
    job = deletion(api, db, 30, 30)
    api.accept(job)
    assert not [one for one in db.library() if one.startswith("CT")]
    assert reviews.review(api, job)["confirm_deletes"] is None  # it is decided


def test_expectation_is_checked_of_accepts_alone(api, db):
    """It says nothing about a cancel or a retry, but must be one."""
    job = reviews.ready(api, db)
    assert api.patch(path(job), json={"status": "cancel", "expect": {"x": 1}}).status == 400
    assert check_job(api.change(job, "cancel", expect={"add": 9}).json)["status"] == "cancel"
    assert api.change(job, "retry", expect={"add": 9}).status == 200
