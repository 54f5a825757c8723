"""Handlers that die before or after a COMMIT, or get no answer to it. What was answered with 200 is
there; what was not answered can be requested again."""

import os
import signal
import threading

import pytest

import imports
import processes
import programs
from client import IMPORT, check_job
from imports import check_unavailable
from proxy import HANDLER, Proxy

ROWS = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"


@pytest.mark.parametrize("point, kept", [("post_committing", False), ("post_committed", True)])
def test_killed_in_a_post(api, db, points, point, kept):
    points.arm(point, "kill")
    check_unavailable(api.upload(ROWS))
    points.hit(point)
    assert db.value("SELECT count(*) FROM import_job") == kept
    again = api.upload(ROWS)
    if kept:
        assert (again.status, again.json["code"]) == (409, "job_in_progress")
        job = again.json["job"]
    else:
        assert again.status == 200
        job = again.json["id"]
    api.wait_for(job, "ready_for_review")
    assert api.counts(job) == (1, 0, 0)
    assert db.value("SELECT count(*) FROM import_file") == 1


KEY = {"Idempotency-Key": "a-key"}


def check_replayed(answer, job):
    """Answered as the request that made the job would have been: with the job as it was then."""
    assert (answer.status, answer.headers.get("Idempotent-Replayed")) == (200, "true"), answer
    assert answer.json == {**job, "status": "pending"}


@pytest.mark.parametrize("point, kept", [("post_committing", False), ("post_committed", True)])
def test_killed_in_a_post_with_a_key(site, api, db, points, point, kept):
    """The same request is answered as the first would have been, and there is one job."""
    with site.worker_stopped():
        points.arm(point, "kill")
        check_unavailable(api.upload(ROWS, headers=KEY))
        points.hit(point)
        assert db.value("SELECT count(*) FROM import_job") == kept
        again = imports.sent_again(lambda: api.upload(ROWS, headers=KEY))
        (job,) = api.get(IMPORT).json["results"]
        if kept:
            check_replayed(again, job)
        else:
            assert (again.status, again.json) == (200, job)
            assert "Idempotent-Replayed" not in again.headers
    assert api.job(job["id"])["status"] == "cancel"
    check_replayed(api.upload(ROWS, headers=KEY), job)
    other = api.upload(ROWS + b"\n", headers=KEY)
    assert (other.status, other.json["code"]) == (422, "key_reused")
    assert db.value("SELECT count(*) FROM import_job") == 1
    assert db.value("SELECT count(*) FROM import_file") == 1


def test_post_with_a_key_while_the_first_is_stopped(site, api, db, points):
    with site.worker_stopped():
        points.arm("post_committing", "stop")
        answers = []
        thread = threading.Thread(target=lambda: answers.append(api.fork().upload(ROWS, headers=KEY)))
        thread.start()
        pid = points.hit("post_committing")
        meanwhile = api.upload(ROWS, headers=KEY)
        assert (meanwhile.status, meanwhile.json["code"]) == (409, "key_in_use")
        os.kill(pid, signal.SIGCONT)
        thread.join()
        assert answers[0].status == 200
        check_replayed(api.upload(ROWS, headers=KEY), answers[0].json)
        assert db.value("SELECT count(*) FROM import_job") == 1


CHANGES = [("accept_changes", "ready_for_review", "applying_changes"),
           ("cancel", "ready_for_review", "cancel"), ("retry", "cancel", "pending")]


@pytest.mark.parametrize("change, before, after", CHANGES)
@pytest.mark.parametrize("point", ["patch_committing", "patch_committed"])
def test_killed_in_a_patch(site, api, db, points, point, change, before, after):
    with site.worker_stopped():
        job = db.make_job(before, site.ids["admin"])
        points.arm(point, "kill")
        check_unavailable(api.change(job, change))
        points.hit(point)
        made = point == "patch_committed"
        assert api.job(job)["status"] == (after if made else before)
        again = api.change(job, change)
        assert again.status == (409 if made else 200)
        assert check_job(api.job(job))["status"] == after
        event = {"accept_changes": "accepted", "cancel": "cancelled", "retry": "retried"}[change]
        assert imports.events(api, job).count(event) == 1


# No answer to COMMIT

@pytest.fixture(scope="module")
def relay(site):
    proxy = Proxy(site.env["PGHOST"])
    try:
        with programs.replaced(site, "api", proxy.folder):
            yield proxy
    finally:
        proxy.close()


@pytest.fixture
def cut(relay):
    before = relay.cuts

    def at_commit(when):
        relay.cut(HANDLER, b"COMMIT\0", when)
    yield at_commit
    assert relay.cuts == before + 1


@pytest.mark.parametrize("when", ["before", "answered"])
def test_post_without_an_answer_to_commit(site, api, db, cut, when):
    with site.worker_stopped():
        cut(when)
        answer = api.upload(ROWS)
        if when == "answered":
            assert answer.status == 200
            assert answer.json == api.job(answer.json["id"])
        else:
            check_unavailable(answer)
        assert db.value("SELECT count(*) FROM import_job") == (when == "answered")
        assert db.value("SELECT count(*) FROM import_file") == (when == "answered")


@pytest.mark.parametrize("when", ["before", "answered"])
def test_post_with_a_key_without_an_answer_to_commit(site, api, db, cut, when):
    with site.worker_stopped():
        cut(when)
        first = api.upload(ROWS, headers=KEY)
        again = api.upload(ROWS, headers=KEY)
        assert again.status == 200
        if when == "answered":
            check_replayed(again, first.json)
        else:
            check_unavailable(first)
            assert "Idempotent-Replayed" not in again.headers
        assert db.value("SELECT count(*) FROM import_job") == 1


@pytest.mark.parametrize("change, before, after", CHANGES)
@pytest.mark.parametrize("when", ["before", "answered"])
def test_patch_without_an_answer_to_commit(site, api, db, cut, change, before, after, when):
    with site.worker_stopped():
        job = db.make_job(before, site.ids["admin"])
        cut(when)
        answer = api.change(job, change)
        if when == "answered":
            assert answer.status == 200
            assert answer.json == api.job(job)
            assert check_job(answer.json)["status"] == after
        else:
            check_unavailable(answer)
            assert api.job(job)["status"] == before


def check_took_effect(answer, api, job, after):
    check_unavailable(answer)
    assert "This took effect" in answer.detail
    assert api.job(job)["status"] == after


@pytest.mark.parametrize("change, before, after", CHANGES)
def test_change_whose_answer_cannot_be_read_is_not_made(site, api, db, relay, change, before, after):
    """What is answered is read before the COMMIT, and the database is gone then."""
    with site.worker_stopped():
        job = db.make_job(before, site.ids["admin"])
        relay.cut(HANDLER, b"job_get_with_extras\0", "before", relay.refuse)
        answer = api.patch(f"{IMPORT}{job}/?include=counts", json={"status": change})
        relay.refuse(False)
        assert relay.has_cut()
        assert answer.status == 503 and "took effect" not in answer.detail
        assert api.job(job)["status"] == before
        assert api.change(job, change).json["status"] == after


@pytest.mark.parametrize("change, before, after", CHANGES)
def test_change_that_was_found_out_is_not_read_again(site, api, db, relay, change, before, after):
    """COMMIT was not answered; the handler finds out that it took effect, and has its answer."""
    with site.worker_stopped():
        job = db.make_job(before, site.ids["admin"])
        relay.watch(b"job_happened", b"job_get\0")
        relay.cut(HANDLER, b"COMMIT\0", "answered")
        answer = api.change(job, change)
        assert relay.has_cut()
        assert (answer.status, answer.json["status"]) == (200, after)
        assert set(relay.said) == {b"job_happened"}


def test_cancel_that_waited_and_cannot_be_read(site, api, db, postgres, relay):
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        job = api.start(ROWS)["id"]
        processes.wait_until(db.busy)
        with site.worker_stopped():
            answers = []
            thread = threading.Thread(
                target=lambda: answers.append(api.fork().change(job, "cancel")))
            thread.start()
            processes.wait_until(lambda: "cancel_requested" in imports.events(api, job))
            relay.refuse()
            processes.send(postgres.backends("accession-api"), signal.SIGTERM)
            thread.join()
            relay.refuse(False)
            check_took_effect(answers[0], api, job, "generating_diff")
    api.wait_for(job, "cancel")


def test_commit_that_is_still_under_way(site, api, db, points, postgres, cut):
    """The handler's connection is gone; its COMMIT reached a backend that has yet to run it."""
    with site.worker_stopped():
        job = db.make_job("ready_for_review", site.ids["admin"])
        points.arm("patch_committing", "stop")
        answers = []
        thread = threading.Thread(
            target=lambda: answers.append(api.fork().change(job, "accept_changes")))
        thread.start()
        pid = points.hit("patch_committing")
        (backend,) = postgres.activity("state = 'idle in transaction'")
        with processes.stopped([backend]):
            cut("sent")
            os.kill(pid, signal.SIGCONT)
            processes.wait_until(
                lambda: postgres.activity("query LIKE '%job_happened%'"), what="the question")
            assert not answers
        thread.join()
        assert (answers[0].status, answers[0].json["status"]) == (200, "applying_changes")


def test_unknown_end(site, api, db, relay, points):
    """The database does not come back in time: the answer says so instead of guessing."""
    with site.worker_stopped():
        points.arm("post_committing", "stop")
        answers = []
        thread = threading.Thread(target=lambda: answers.append(api.fork().upload(ROWS)))
        thread.start()
        pid = points.hit("post_committing")
        relay.cut(HANDLER, b"COMMIT\0", "sent")
        relay.refuse()
        os.kill(pid, signal.SIGCONT)
        thread.join()
        relay.refuse(False)
        check_unavailable(answers[0])
        assert "not known" in answers[0].detail
        assert api.get(IMPORT + "current/").status == 200
