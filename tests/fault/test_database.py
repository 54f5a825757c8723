"""The database crashes in every way, and comes back. Handlers and worker live on; no job is lost,
and no change is made twice."""

import os
import signal
import time

import pytest

import imports
import processes
from client import IMPORT
from imports import check_unavailable
from points import PHASES
from processes import processor_seconds

ROWS = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"


def share_of_a_processor(pids):
    """The share of one processor that the processes use, over three seconds."""
    began, before = time.monotonic(), sum(map(processor_seconds, pids))
    time.sleep(3)
    return (sum(map(processor_seconds, pids)) - before) / (time.monotonic() - began)


@pytest.mark.parametrize("phase, point", PHASES)
def test_restarted_in_a_phase(api, db, points, postgres, phase, point):
    """The server restarts in immediate mode, while the worker is at an exact place."""
    begin = imports.prepare(api, db, phase)
    points.arm(point, "stop")
    job = begin()
    pid = points.hit(point)
    with processes.stopped([pid]):
        postgres.restart()
    imports.finish(api, db, job, phase)
    assert processes.alive(pid)


@pytest.mark.parametrize("application", ["accession worker", "accession worker control"])
def test_backend_killed(api, db, points, postgres, application):
    """kill -9 of one backend: the server ends all others and recovers."""
    begin = imports.prepare(api, db, "applying_changes")
    points.arm("ending", "stop")
    job = begin()
    pid = points.hit("ending")
    with processes.stopped([pid]):
        postgres.crash(application)
    imports.finish(api, db, job, "applying_changes")


def test_backend_held_still(api, db, points, postgres):
    """SIGSTOP of the backend that applies: a cancel must not wait for it for ever."""
    begin = imports.prepare(api, db, "applying_changes")
    points.arm("ending", "stop")
    job = begin()
    pid = points.hit("ending")
    (backend,) = postgres.backends("accession worker")
    with processes.stopped([backend]):
        os.kill(pid, signal.SIGCONT)
        assert api.change(job, "cancel").json["status"] == "cancel"
    assert db.library() == imports.library_before()


def test_down_for_a_while(site, api, postgres):
    """503 with Retry-After, hardly any processor time used, and all works again without a
    restart."""
    handlers, workers = site.handler_pids(), site.worker_pids()
    assert api.get(IMPORT).status == 200
    postgres.stop()
    try:
        for answer in (api.get(IMPORT), api.upload(ROWS), api.change(1, "cancel"),
                       api.get(IMPORT + "current/"), api.get("/healthz")):
            check_unavailable(answer)
        used = share_of_a_processor(workers)
        assert used < 0.05
    finally:
        postgres.start()
    assert api.get(IMPORT).status == 200
    assert api.ready(ROWS)["status"] == "ready_for_review"
    assert (site.handler_pids(), site.worker_pids()) == (handlers, workers)


@pytest.mark.parametrize("point", ["ending", "committed"])
def test_down_at_the_end_of_a_phase(api, db, points, postgres, point):
    """The worker can neither end its job nor give it back, but must not spin meanwhile."""
    begin = imports.prepare(api, db, "applying_changes")
    points.arm(point, "stop")
    job = begin()
    pid = points.hit(point)
    postgres.stop()
    os.kill(pid, signal.SIGCONT)
    used = share_of_a_processor([pid])
    postgres.start()
    assert used < 0.05
    imports.finish(api, db, job, "applying_changes")
    assert processes.alive(pid)


def test_main_process_of_the_server_killed(api, db, postgres):
    """kill -9 of PostgreSQL's main process."""
    job = api.ready(ROWS)["id"]
    postgres.kill()
    postgres.start()
    assert api.job(job)["status"] == "ready_for_review"
    api.accept(job)
    assert list(db.library()) == ["CT1"]
