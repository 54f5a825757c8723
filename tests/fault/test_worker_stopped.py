"""A worker is held still (SIGSTOP) at every point, is thought dead and replaced, and wakes up."""

import os
import signal

import pytest

import imports
import processes
from points import PHASES, state


@pytest.fixture(scope="module")
def site(two_workers):
    return two_workers


def wake(pid):
    os.kill(pid, signal.SIGCONT)
    processes.wait_until(lambda: state(pid) == "S", what="the worker to have woken")


@pytest.mark.parametrize("phase, point", PHASES)
def test_wakes_after_it_was_replaced(api, db, points, phase, point):
    begin = imports.prepare(api, db, phase)
    points.arm(point, "stop")
    job = begin()
    pid = points.hit(point)
    try:
        imports.finish(api, db, job, phase)
        after = db.library()
    finally:
        wake(pid)
    # It goes on as one of the two workers, and what it had begun does not come back.
    next_job = api.ready(b"id,title\nCT1,again\n")["id"]
    api.accept(next_job)
    after["CT1"]["title"] = "again"
    assert db.library() == after
    assert db.rows("SELECT id, op::text FROM standard_history ORDER BY seq")[3:] == [("CT1", "u")]
    assert processes.alive(pid)


@pytest.mark.parametrize("point", ["claimed", "copying", "ending", "committing"])
def test_wakes_in_the_next_attempt_of_its_job(api, db, points, postgres, point):
    """The status is again what it was when the worker fell asleep."""
    begin = imports.prepare(api, db, "generating_diff")
    points.arm(point, "stop")
    job = begin()
    pid = points.hit(point)
    try:
        processes.wait_until(lambda: "worker_lost" in imports.events(api, job))
        assert api.change(job, "cancel").status == 200
        api.wait_for(job, "cancel")
        with db.locked("standard", "ACCESS EXCLUSIVE"):
            assert api.change(job, "retry").status == 200
            processes.wait_until(db.busy)
            wake(pid)
            processes.wait_until(
                lambda: len(postgres.backends("accession worker control")) == 2,
                what="it to be back")
            assert api.job(job)["status"] == "generating_diff"
        imports.check_ready(api, job)
    finally:
        wake(pid)
