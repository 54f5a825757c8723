"""Workers that die in the middle of a phase, or are asked to stop. A lock on the library holds a
phase at a known point; a large file shows that every other point works as well."""

import contextlib
import random
import signal
import time

import pytest

import processes
from client import IMPORT, check_job
from library import big_csv, item

ROWS = b"id,title,text,priority,phase\nCT1,a,b,1,X1\nCT2,c,d,2,X2\n"
LIBRARY = {"CT1": item("CT1", "a", "b", "", 1, "X1"), "CT2": item("CT2", "c", "d", "", 2, "X2")}
BIG = 100_000


def events(api, job):
    return [one["event"] for one in api.get(f"{IMPORT}{job['id']}/events/").json["results"]]


def rows_read(api, job):
    """How many rows the worker says it has read."""
    progress = api.job(job["id"], include="progress")["progress"]
    return progress["records"] if progress else 0


def kill_worker(site):
    """kill -9; returns once the process is gone."""
    pids = site.worker_pids()
    processes.kill(pids)
    processes.wait_until(lambda: not any(map(processes.alive, pids)), what="the worker to be dead")


@contextlib.contextmanager
def unfinished(db):
    """Keeps the worker's phase from ending during the block, whatever the worker does."""
    with contextlib.closing(db.connect()) as holder, holder.cursor() as cursor:
        cursor.execute("SELECT FROM import_job FOR NO KEY UPDATE")
        yield


def taken(site):
    """How often the job was claimed; 0 while nobody has it."""
    return site.db.value("SELECT coalesce(max(run_token), 0) FROM lease")


def test_worker_killed_while_it_makes_a_diff(site, api, db):
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        job = api.start(ROWS)
        processes.wait_until(db.busy)
        kill_worker(site)
        assert api.job(job["id"])["status"] == "generating_diff"
    job = check_job(api.wait_for(job["id"], "ready_for_review"))
    assert api.counts(job["id"]) == (2, 0, 0)
    assert events(api, job) == ["created", "started", "worker_lost", "ready"]
    api.accept(job["id"])
    assert db.library() == LIBRARY


def test_worker_killed_while_it_applies(site, api, db):
    job = api.ready(ROWS)
    with db.locked("standard", "SHARE"):
        api.change(job["id"], "accept_changes")
        processes.wait_until(db.busy)
        kill_worker(site)
        assert api.job(job["id"])["status"] == "applying_changes"
    job = check_job(api.wait_for(job["id"], "success"))
    assert db.library() == LIBRARY
    assert db.rows("SELECT id, entry FROM standard_history ORDER BY entry") == [
        ("CT1", 1), ("CT2", 2)]


def test_job_is_taken_over_while_the_dead_worker_still_holds_on(site, api, db):
    """The dead worker's session waits for a lock and does not notice; it is terminated once the
    worker has been silent for too long."""
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        job = api.start(ROWS)
        first = processes.wait_until(lambda: taken(site))
        kill_worker(site)
        processes.wait_until(lambda: taken(site) > first, what="another worker to take over")
        assert db.value("SELECT count(*) FROM pg_locks WHERE NOT granted") <= 1
    api.wait_for(job["id"], "ready_for_review")
    assert api.counts(job["id"]) == (2, 0, 0)


def test_job_fails_after_three_lost_workers(site, api, db):
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        job = api.start(ROWS)
        before = 0
        for _ in range(3):
            before = processes.wait_until(lambda: taken(site) > before and taken(site))
            backend = db.value("SELECT work_pid FROM lease")
            kill_worker(site)
            # Not any that waits: the next worker may already wait for the same lock.
            db.run("SELECT pg_terminate_backend(%s)", backend)
        failed = check_job(api.wait_for(job["id"], "fail"))
    assert "worker" in failed["errors"][0]["details"].lower()
    assert events(api, job).count("worker_lost") == 3
    assert api.change(job["id"], "retry").status == 200
    api.wait_for(job["id"], "ready_for_review")


def test_cancel_that_the_worker_did_not_live_to_see(site, api, db):
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        job = api.start(ROWS)
        processes.wait_until(db.busy)
        with site.worker_stopped():
            assert api.change(job["id"], "cancel", wait_for_task=False).status == 200
            kill_worker(site)
        check_job(api.wait_for(job["id"], "cancel"))
    assert db.library() == {}


def test_idle_worker_killed(site, api):
    kill_worker(site)
    assert api.ready(ROWS)["status"] == "ready_for_review"


def test_worker_asked_to_stop_gives_the_job_back(site, api, db):
    """It does not count as lost."""
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        job = api.start(ROWS)
        first = processes.wait_until(lambda: taken(site))
        processes.send(site.worker_pids(), signal.SIGTERM)
        processes.wait_until(lambda: taken(site) > first, what="the job to be taken again")
        assert db.value("SELECT phase_claims FROM import_job") == 1
    api.wait_for(job["id"], "ready_for_review")
    assert events(api, job) == ["created", "started", "released", "ready"]


def test_worker_asked_to_stop_finishes_what_is_short(site, api):
    job = api.start(big_csv(2000))
    processes.send(site.worker_pids(), signal.SIGTERM)
    api.wait_for(job["id"], "ready_for_review")
    assert "worker_lost" not in events(api, job)


def confined(pids):
    """These processes, once all of them are at work behind their filter; before that they might be
    stopped while they do not yet follow their worker."""
    return all(processes.status(pid, "Seccomp") == "2" for pid in pids) and pids


def test_parser_dies_with_its_worker(site, api):
    job = api.start(big_csv(BIG))
    (worker,) = site.worker_pids()
    parsers = processes.wait_until(lambda: confined(processes.children(worker)), what="a parser")
    with processes.stopped(parsers):  # so that none ends by itself
        kill_worker(site)
        processes.wait_until(lambda: not any(map(processes.alive, parsers)), what="its end")
    api.wait_for(job["id"], "ready_for_review")
    assert api.counts(job["id"]) == (BIG, 0, 0)


def test_worker_killed_anywhere(site, api, db):
    """With a large file, it is killed twice, some time into each phase; nothing is lost or
    doubled."""
    draw = random.Random(7)
    job = api.start(big_csv(BIG))
    before = 0
    for phase, end in (("generating_diff", "ready_for_review"), ("applying_changes", "success")):
        if phase == "applying_changes":
            assert api.counts(job["id"]) == (BIG, 0, 0)
            assert api.change(job["id"], "accept_changes").status == 200
        for _ in range(2):
            before = processes.wait_until(lambda: taken(site) > before and taken(site),
                                          what="a worker to take the job")
            with unfinished(db):
                time.sleep(draw.uniform(0.05, 0.5))
                assert api.job(job["id"])["status"] == phase
                kill_worker(site)
                assert api.job(job["id"])["status"] == phase
        api.wait_for(job["id"], end)
    assert db.value("SELECT count(*) FROM standard") == BIG
    assert db.rows("""SELECT count(*), count(DISTINCT id), count(DISTINCT entry)
                        FROM standard_history""") == [(BIG, BIG, BIG)]
    assert events(api, job).count("worker_lost") == 4


@pytest.mark.parametrize("wait", [True, False])
def test_cancel_of_a_large_import(api, db, wait):
    """The cancel comes in the middle of the work, without any lock."""
    job = api.start(big_csv(BIG))
    processes.wait_until(lambda: rows_read(api, job))
    answer = api.change(job["id"], "cancel", wait_for_task=wait)
    assert answer.status == 200
    if wait:
        assert answer.json["status"] == "cancel"
    api.wait_for(job["id"], "cancel")
    assert events(api, job) == ["created", "started", "cancel_requested", "cancelled"]
    assert db.value("SELECT count(*) FROM standard_diff") == 0
    api.ready(ROWS)


def test_killed_handlers_come_back(site, viewer):
    before = set(site.handler_pids())
    processes.kill(before)
    processes.wait_until(lambda: not before & set(site.handler_pids())
                         and len(site.handler_pids()) == len(before), what="other handlers")
    processes.wait_until(
        lambda: viewer.get("users/me/", check=False).status == 200, what="an answer")
