"""The main task with realistic files: a catalogue, its next revision, and back again. The server's
answers are compared with what Python works out from the files alone."""

import pytest

import revisions
from client import check_job
from library import HEADER, applied, expected_diff, read_csv, to_csv

FIRST, SECOND, CHANGED, NEW = revisions.revisions()


def tasks(api, **params):
    return [{key: one[key] for key in HEADER if key in one}
            for one in api.get("library/tasks/", params=params).json["results"]]


def review(api, db, content):
    """Imports and accepts a file, checking every step against the file; returns the diff."""
    library = db.library()
    expected = expected_diff(library, content)
    job = check_job(api.ready(content))
    assert api.diff(job["id"]) == expected
    assert api.counts(job["id"]) == tuple(
        len(expected[op]) for op in ("add", "update", "delete"))
    assert db.library() == library
    api.accept(job["id"])
    after = applied(library, content)
    assert db.library() == after
    assert sorted(tasks(api), key=lambda one: one["id"]) == sorted(
        after.values(), key=lambda one: one["id"])
    return expected


def test_two_revisions_of_a_catalogue(api, db):
    first, second = to_csv(FIRST, HEADER), to_csv(SECOND, HEADER)
    diff = review(api, db, first)
    assert [row["new"] for row in diff["add"]] == [one for _, one in read_csv(first)]
    diff = review(api, db, second)
    assert {row["new"]["id"] for row in diff["update"]} == set(CHANGED)
    assert [row["new"]["id"] for row in diff["add"]] == NEW[:len(diff["add"])]
    assert len(CHANGED) > 80 and len(NEW) == 60
    job = api.ready(second)
    assert api.counts(job["id"]) == (0, 0, 0)
    api.accept(job["id"])
    assert db.value("SELECT count(*) FROM standard_history") == 300 + len(CHANGED) + 60


def test_back_to_the_first_revision(api, db):
    review(api, db, to_csv(SECOND, HEADER))
    gone = [{"id": item_id, "mark_delete": "True"} for item_id in NEW]
    diff = review(api, db, to_csv(FIRST + gone, HEADER))
    assert [row["original"]["id"] for row in diff["delete"]] == NEW
    assert len(diff["update"]) == len(CHANGED)


@pytest.mark.parametrize("encode", [
    lambda text: text.encode("utf-8-sig"),
    lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    lambda text: text.replace("\r\n", "\n").encode(),
], ids=["utf-8 with BOM", "utf-16", "unix line ends"])
def test_same_catalogue_in_another_guise_is_no_change(api, encode):
    content = to_csv(FIRST, HEADER)
    api.apply(content)
    job = api.ready(encode(content.decode()))
    assert api.counts(job["id"]) == (0, 0, 0)
    api.change(job["id"], "cancel")
    shuffled = to_csv(list(reversed(FIRST)), tuple(reversed(HEADER)), delimiter=";")
    assert api.counts(api.ready(shuffled)["id"]) == (0, 0, 0)
