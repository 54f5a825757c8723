"""The worker's connections go silent, are cut before or after a COMMIT, or are refused. A relay
stands between the worker and the database."""

import os
import signal

import pytest

import imports
import processes
import programs
from points import state
from proxy import CONTROL, WORK, Proxy

DEFAULT_SILENCE = 20.0  # the default of WORKER_SILENCE_MS, which is set lower here
ROWS = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"


@pytest.fixture(scope="module")
def relayed(site):
    """The relay, and the supervisor of the worker that uses it."""
    proxy = Proxy(site.env["PGHOST"])
    try:
        with programs.replaced(site, "worker", proxy.folder) as pid:
            yield proxy, pid
    finally:
        proxy.close()


@pytest.fixture
def proxy(relayed, postgres):
    proxy, _ = relayed
    processes.wait_until(lambda: up(postgres), what="both connections of the worker")
    yield proxy
    proxy.bury()


def up(postgres):
    control = postgres.backends("accession worker control")
    work = postgres.backends("accession worker")
    return (control, work) if len(control) == 1 and len(work) == 1 else None


def test_silent_listener(api, db, postgres, proxy, relayed):
    """Nothing tells the worker that its NOTIFY connection is dead. Polling finds the job meanwhile,
    and the connection is given up within the configured time."""
    (before,), _ = up(postgres)
    with processes.stopped(processes.children(relayed[1])):
        assert proxy.freeze(CONTROL) == 1
        job = api.start(ROWS)["id"]
    api.wait_for(job, "ready_for_review")
    processes.wait_until(lambda: set(postgres.backends("accession worker control")) - {before},
                         timeout=DEFAULT_SILENCE, what="a new connection")
    started = db.value("SELECT at FROM job_event WHERE event = 'started'")
    assert not postgres.activity(f"""application_name = 'accession worker control'
                                     AND pid <> {before} AND backend_start < '{started}'""")
    api.accept(job)


def test_silent_listener_of_an_idle_worker(postgres, proxy):
    (before,), _ = up(postgres)
    assert proxy.freeze(CONTROL) == 1
    processes.wait_until(lambda: set(postgres.backends("accession worker control")) - {before},
                         timeout=DEFAULT_SILENCE, what="a new connection")


def test_all_silent(api, postgres, proxy):
    assert proxy.freeze(CONTROL) == 1
    assert proxy.freeze(WORK) == 1
    job = api.start(ROWS)["id"]
    api.wait_for(job, "ready_for_review")
    api.accept(job)


@pytest.mark.parametrize("phase", ["generating_diff", "applying_changes"])
@pytest.mark.parametrize("point", ["claimed", "ending", "committing"])
def test_silent_in_a_phase(api, db, points, proxy, phase, point):
    """The server waits for the worker's next statement, and the worker for the answer to it. Its
    heartbeats show that; the backend that holds the locks is ended, and the phase redone."""
    begin = imports.prepare(api, db, phase)
    points.arm(point, "stop")
    job = begin()
    pid = points.hit(point)
    with processes.stopped([pid]):
        assert proxy.freeze(WORK) == 1
    imports.finish(api, db, job, phase)
    assert imports.events(api, job).count("worker_lost") == 1
    assert processes.alive(pid)


def test_silent_in_a_phase_on_a_server_that_keeps_no_account(api, db, points, postgres, proxy):
    with postgres.configured(track_activities="off"):
        test_silent_in_a_phase(api, db, points, proxy, "applying_changes", "ending")


@pytest.mark.parametrize("when", ["before", "answered"])
@pytest.mark.parametrize("phase", ["generating_diff", "applying_changes"])
def test_cut_at_the_commit(api, db, proxy, phase, when):
    """The worker gets no answer to COMMIT. Whether it took effect is in the database."""
    begin = imports.prepare(api, db, phase)
    cuts = proxy.cuts
    proxy.cut(WORK, b"COMMIT\0", when)
    job = begin()
    imports.finish(api, db, job, phase)
    assert proxy.cuts == cuts + 1
    # What was committed is not redone, and what was not committed is.
    assert imports.events(api, job).count("worker_lost") == (when == "before")


@pytest.mark.parametrize("when", ["before", "answered"])
@pytest.mark.parametrize("words", [b"job_claim", b"job_release", b"job_cancelled", b"job_ready"])
def test_cut_at_a_change_of_the_job(api, db, points, postgres, proxy, words, when):
    cancels = words == b"job_cancelled"
    if words == b"job_release":
        points.arm("ending", "stop")
    program = CONTROL if words in (b"job_release", b"job_cancelled") else WORK
    proxy.cut(program, words, when)
    begin = imports.prepare(api, db, "generating_diff")
    if words == b"job_release":
        job = begin()
        pid = points.hit("ending")
        with processes.stopped([pid]):
            (work,) = postgres.backends("accession worker")
            os.kill(work, signal.SIGTERM)
    elif cancels:
        with db.locked("standard", "ACCESS EXCLUSIVE"):
            job = begin()
            processes.wait_until(db.busy)
            assert api.change(job, "cancel", wait_for_task=False).status == 200
            api.wait_for(job, "cancel")
    else:
        job = begin()
    if not cancels:
        imports.finish(api, db, job, "generating_diff")
    processes.wait_until(proxy.has_cut, what="the cut")
    assert not db.busy()


def test_refused_for_a_while(api, postgres, proxy, relayed):
    """The database is up but unreachable: the worker waits and comes back by itself."""
    _, supervisor = relayed
    workers = processes.children(supervisor)
    proxy.refuse()
    for name in ("accession worker control", "accession worker"):
        processes.send(postgres.backends(name), signal.SIGTERM)
    job = api.start(ROWS)["id"]
    assert api.get(f"library/import/{job}/?wait=ready_for_review&timeout=1").json[
        "status"] == "pending"
    proxy.refuse(False)
    api.wait_for(job, "ready_for_review")
    assert processes.children(supervisor) == workers
    processes.wait_until(lambda: {state(pid) for pid in workers} == {"S"}, what="the worker to rest")
