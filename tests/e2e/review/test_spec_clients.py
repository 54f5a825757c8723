"""A client that knows the spec and nothing else sees no byte that it did not see before there were
reviews: every answer on its way, also about a job with a note, holds, marks, comments and approvals."""

import re

import pytest

import reviews
from client import IMPORT, compact
from library import added, deleted, item, updated
from reviews import LIBRARY, ROWS, path

TIME = re.compile(rb'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d"')
ADMIN, EDITOR = b"<admin>", b"<editor>"


@pytest.fixture
def told(site):
    """What a client sees of an answer, with names in place of times and people."""
    people = {ADMIN: compact(site.db.value("SELECT account_doc(%s)", site.ids["admin"])),
              EDITOR: compact(site.db.value("SELECT account_doc(%s)", site.ids["editor"]))}
    assert all(raw.startswith(b'{"id":') for raw in people.values())

    def read(answer):
        raw = TIME.sub(b'"<time>"', answer.raw)
        for name, one in people.items():
            raw = raw.replace(one, name)
        return answer.status, raw
    return read


def job_bytes(job, status, by=ADMIN, accepted=None, ended=False, errors=b"null"):
    time = b'"<time>"'
    return (b'{"id":%d,"status":"%s","triggered":%s,"triggered_by":%s,"accepted":%s,"accepted_by":%s,'
            b'"completed":%s,"errors":%s}') % (
                job, status, time, by, time if accepted else b"null", accepted or b"null",
                time if ended else b"null", errors)


def diff_bytes(left_out=()):
    """As the spec prints it, without these entries."""
    old = {one["id"]: one for one in LIBRARY}
    changes = {
        "add": [added(4, {**ROWS[3], "id": "CT6"}), added(5, {**ROWS[4], "id": "CT7"})],
        "update": [updated(entry, old[ROWS[entry - 1]["id"]], ROWS[entry - 1]) for entry in (1, 2, 6)],
        "delete": [deleted(3, old["CT3"])]}
    return compact({"content_model": "standard", **{
        op: [one for one in these if one["entry"] not in left_out] for op, these in changes.items()}})


def busy_with(api, editor, db, job):
    """All that people can do about a review; entries 2 and 5 are held in the end."""
    reviews.hold(editor, job, [1, 2, 5], note="a note about it")
    reviews.release(api, job, [1])
    first = reviews.comment(editor, job, content_model="standard", item="CT1", field="title")["id"]
    reviews.comment(api, job, "Because.", reply_to=first)
    reviews.approve(editor, job)
    reviews.look(editor, job, add={})
    db.run("UPDATE import_job SET note = 'a note', decision_note = 'another' WHERE id = %s", job)


@pytest.mark.parametrize("busy", [False, True], ids=["alone", "reviewed"])
def test_every_answer_on_the_way(api, viewer, editor, db, told, busy):
    db.seed(*LIBRARY)
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        assert told(api.upload(reviews.FILE)) == (200, job_bytes(1, b"pending"))
        refused = told(api.change(1, "retry"))
        assert refused[0] == 409 and refused[1].startswith(
            b'{"detail":"Only jobs which have a status of fail or cancel can be retried.","code":"wrong_status",'
            b'"status":"')
    api.wait_for(1, "ready_for_review")
    if busy:
        busy_with(api, editor, db, 1)
    held = (2, 5) if busy else ()
    ready = job_bytes(1, b"ready_for_review")
    numbers = (1, 2) if busy else (2, 3)
    summary = b'{"results":[{"content_model":"standard","add":%d,"update":%d,"delete":1}]}' % numbers
    for where, expected in [
            (IMPORT, b'{"results":[%s]}' % ready),
            (IMPORT + "?page_size=5", b'{"count":1,"next":null,"previous":null,"results":[%s]}' % ready),
            (IMPORT + "?status=ready_for_review", b'{"results":[%s]}' % ready),
            (IMPORT + "current/", ready), (path(1), ready), (path(1, "diff"), summary),
            (path(1, "diff", "standard"), diff_bytes(held)), (path(1) + "?wait=ready_for_review&timeout=1", ready)]:
        assert told(viewer.get(where)) == (200, expected), where
    assert told(api.upload(reviews.FILE)) == (
        409, b'{"detail":"A library import job is already in progress. Accept or cancel it first.",'
             b'"code":"job_in_progress","job":1}')
    assert told(api.change(1, "done")) == (400, b'{"status":["\\"done\\" is not a valid choice."]}')

    assert told(editor.change(1, "cancel")) == (200, job_bytes(1, b"cancel", ended=True))
    assert told(viewer.get(IMPORT + "current/")) == (404, b'{"detail":"Not found."}')
    assert told(editor.change(1, "accept_changes")) == (
        409, b'{"detail":"Only jobs which are ready_for_review can be accepted.","code":"wrong_status",'
             b'"status":"cancel"}')
    assert told(editor.change(1, "cancel")) == (
        409, b'{"detail":"Only jobs which are pending, generating_diff, ready_for_review or applying_changes can '
             b'be cancelled.","code":"wrong_status","status":"cancel"}')
    assert told(editor.change(1, "retry")) == (200, job_bytes(1, b"pending", EDITOR))
    api.wait_for(1, "ready_for_review")
    assert told(viewer.get(path(1, "diff"))) == (200, summary)
    assert told(viewer.get(path(1, "diff", "standard"))) == (200, diff_bytes(held))

    with db.locked("standard", "SHARE"):
        assert told(api.change(1, "accept_changes")) == (200, job_bytes(1, b"applying_changes", EDITOR, ADMIN))
    api.wait_for(1, "success")
    done = job_bytes(1, b"success", EDITOR, ADMIN, ended=True)
    assert told(viewer.get(path(1))) == (200, done)
    assert told(viewer.get(IMPORT)) == (200, b'{"results":[%s]}' % done)
    assert told(viewer.get(path(1, "diff", "standard"))) == (200, diff_bytes(held))
    assert told(viewer.get("library/answers/")) == (200, b'{"results":[]}')


def test_a_failed_import(api, viewer, db, told):
    db.seed(item("CT1"))
    job = api.start(b"id,priority\nCT1,99\n")["id"]
    api.wait_for(job, "fail")
    reviews.comment(api, job)
    status, raw = told(viewer.get(path(job)))
    errors = raw.rpartition(b'"errors":')[2][:-1]
    assert (status, raw) == (200, job_bytes(job, b"fail", ended=True, errors=errors))
    assert re.fullmatch(rb'\[\{"file":"standard.csv","row":2,"field":"priority","details":"[^"]+",'
                        rb'"entry":1,"line":2,"value":"99"\}\]', errors), errors
    assert told(api.change(job, "retry")) == (200, job_bytes(job, b"pending"))


def test_what_a_review_adds_is_there_when_asked_for(api, editor, db):
    """So that the test above could fail."""
    job = reviews.ready(api, db)
    busy_with(api, editor, db, job)
    plain = api.get(path(job)).raw
    asked = api.get(path(job) + "?include=review").raw
    assert asked.startswith(plain[:-1] + b',"review":{"version":"')
    assert api.get(path(job, "diff", "standard") + "?held=all").raw.count(b'"held":') == len(reviews.CHANGES)
