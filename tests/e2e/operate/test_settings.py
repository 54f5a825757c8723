"""A site with unusual settings: no LISTEN, low limits, another time zone, few handlers."""

import threading

import pytest

import processes
import sites
from client import IMPORT, Client, check_job
from library import item, to_csv
from people import Person, gone_afterwards

SETTINGS = {
    "WORKER_LISTEN": 0,
    "WORKER_POLL_MS": 200,
    "TIME_ZONE": "America/Toronto",
    "CANCEL_WAIT_MS": 1000,
    "FAST_PROCESSES": 2,
    "SLOW_PROCESSES": 2,
    "UPLOAD_MAX_BYTES": 100_000,
    "MAX_RECORDS": 50,
    "MAX_FIELD_BYTES": 1000,
    "MAX_COLUMNS": 12,
    "ERRORS_SHOWN": 5,
    "ERRORS_KEPT": 20,
    "REQUESTS_PER_PROCESS": 50,
    "REVIEW_DAYS": 0,
    "RETENTION_DAYS": 0,
    "RETENTION_CHECK_MS": 200,
}
ROWS = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"


@pytest.fixture(scope="module")
def site():
    with sites.running(SETTINGS) as running:
        yield running


def test_worker_finds_jobs_by_polling(api):
    """No LISTEN here, so there is no other way."""
    api.apply(ROWS)


def test_cancel_reaches_a_worker_that_does_not_listen(api, db):
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        job = api.start(ROWS)
        processes.wait_until(db.busy)
        api.change(job["id"], "cancel")
        api.wait_for(job["id"], "cancel")


@pytest.mark.parametrize("stored, shown", [
    ("2025-01-02 17:04:05+00", "2025-01-02T12:04:05.000000-05:00"),
    ("2025-07-02 03:04:05.25+00", "2025-07-01T23:04:05.250000-04:00"),
])
def test_time_zone(site, db, api, stored, shown):
    job_id = db.make_job("success", site.ids["admin"])
    db.run("UPDATE import_job SET triggered = %s", stored)
    assert check_job(api.job(job_id))["triggered"] == shown


def test_wait_of_a_cancel_ends(site, db, api):
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        job = api.start(ROWS)
        processes.wait_until(db.busy)
        with site.worker_stopped():
            answer = api.change(job["id"], "cancel")
    assert (answer.status, answer.json["status"]) == (200, "generating_diff")
    assert 0.9 < answer.seconds < 10  # how long it waits by default
    api.wait_for(job["id"], "cancel")


@pytest.fixture
def fifteen_people(site, db):
    """The API as so many people use it, each of whom may have eight lists under way."""
    with gone_afterwards(site):
        yield [Client(site.url, db.make_token(Person(site, "viewer").id)) for _ in range(15)]


def test_overflow_of_the_slow_pool_is_503(site, viewer, fifteen_people):
    """Lists that do not fit in the queue are refused; short requests notice none of them."""
    answers = []
    threads = [threading.Thread(target=lambda who: answers.append(who.fork().get(IMPORT)), args=(who,))
               for who in fifteen_people * 6]
    with processes.stopped(site.handlers("slow handler")):
        for thread in threads:
            thread.start()
        processes.wait_until(lambda: len(answers) >= 10, what="some to be sent away")
        assert viewer.get(IMPORT + "?page_size=9").status == 200
        assert {answer.status for answer in answers} == {503}
    for thread in threads:
        thread.join()
    for answer in answers:
        assert answer.status in (200, 503)
        if answer.status == 503:
            assert int(answer.headers["Retry-After"]) > 0
            assert list(answer.json) == ["detail"]
    assert sum(answer.status == 200 for answer in answers) >= 20


def test_upload_over_the_setting_is_413(db, api):
    answer = api.upload(b"x" * 150_000)
    assert answer.status == 413
    assert list(answer.json) == ["detail"]
    assert db.value("SELECT count(*) FROM import_file") == 0


@pytest.mark.parametrize("content, limit", [
    (to_csv([item(f"CT{n}") for n in range(1, 52)]), "50"),
    (to_csv([item("CT1", text="x" * 1001)]), "1000"),
    (b"id,title,text,priority,phase" + b"," * 8 + b"\nCT1,a,b,1,X1\n", "12"),
], ids=["records", "field", "columns"])
def test_limit_of_files_is_told(api, content, limit):
    errors = api.failed(content)
    assert limit in errors[0]["details"].replace(",", "")


@pytest.mark.parametrize("content", [
    to_csv([item(f"CT{n}") for n in range(1, 51)]),
    to_csv([item("CT1", text="x" * 1000)]),
], ids=["records", "field"])
def test_what_just_fits(api, content):
    api.ready(content)


def test_errors_shown_and_kept(api):
    job = api.start(to_csv([item(f"CT{n}", priority="x") for n in range(1, 31)]))
    errors = api.wait_for(job["id"], "fail")["errors"]
    assert len(errors) == 6
    assert "25" in errors[5]["details"] or "more" in errors[5]["details"]
    kept = api.get(f"{IMPORT}{job['id']}/errors/").json["results"]
    assert len(kept) in (20, 21)
    assert kept[:5] == errors[:5]


def test_some_warnings_of_every_kind_are_kept(api):
    """However many there are of another; those that are not shown are counted."""
    rows = "".join(f"CT{n},{n}-Jan,NULL,1,X1\n" for n in range(1, 31)).encode()
    job = api.job(api.ready(ROWS.split(b"CT1")[0] + rows)["id"], include="warnings,warning_kinds")
    assert {(one["kind"], one["count"]) for one in job["warning_kinds"]} == {
        ("date", 30), ("null", 30)}
    for kind in job["warning_kinds"]:
        assert (kind["row"], bool(kind["value"])) == (2, True)
        told = [one for one in job["warnings"] if one["kind"] == kind["kind"]]
        shown = [one for one in told if one["row"]]
        assert shown and [one["details"].split(" of ")[0] for one in told if not one["row"]] == [
            f"and {30 - len(shown)} more"]


def test_handlers_are_replaced_after_so_many_requests(site, viewer):
    before = set(site.handler_pids())
    assert {viewer.get("users/me/").status for _ in range(150)} == {200}
    processes.wait_until(lambda: set(site.handler_pids()) != before, what="another handler")


def test_nothing_is_ever_too_old(db, api):
    """The worker goes on making partitions, which shows that it has checked."""
    ended, waiting = api.apply(ROWS), api.ready(b"id,title\nCT1,c\n")
    db.age(ended["id"], 2000)
    db.age(waiting["id"], 1000)
    for _ in range(2):
        week = db.partitions("upload_chunk")[-2]
        db.run(f"DROP TABLE upload_chunk_{week}")
        processes.wait_until(lambda: week in db.partitions("upload_chunk"), what="the worker to look")
    assert api.job(waiting["id"])["status"] == "ready_for_review"
    assert len(api.diff(ended["id"])["add"]) == 1
