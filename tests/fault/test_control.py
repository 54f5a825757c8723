"""The control connection gets answers late: to a heartbeat, and to an interrupt. Its backend is
held still meanwhile."""

import contextlib
import os
import signal

import imports
import processes
import programs
from proxy import Proxy

# No connection and no worker is given up for being silent.
PATIENT = {"ACCESSION_WORKER_SILENCE_MS": 600_000, "ACCESSION_WORKER_LOST_MS": 600_000}


def control_backend(postgres):
    (pid,) = processes.wait_until(lambda: postgres.backends("accession worker control"),
                                  what="the control connection")
    return pid


def test_answer_to_a_heartbeat_of_the_run_before(site, api, db, postgres):
    """The heartbeat finds the diff's lease gone, which says nothing about the lease of the
    apply."""
    db.seed(*imports.BEFORE)
    with programs.replaced(site, "worker", **PATIENT):
        control = control_backend(postgres)
        with contextlib.ExitStack() as until_taken:
            with db.locked("standard", "ACCESS EXCLUSIVE"):
                job = api.start(imports.FILE)["id"]
                processes.wait_until(db.busy)
                until_taken.enter_context(processes.stopped([control]))
                # Heartbeats come every 100 ms, so one is under way.
                processes.wait_until(lambda: db.rows("""
                    SELECT FROM lease WHERE heartbeat < clock_timestamp() - interval '1 second'"""))
            imports.check_ready(api, job)
            apply_waits = until_taken.enter_context(contextlib.ExitStack())
            apply_waits.enter_context(db.locked("standard", "SHARE"))
            assert api.change(job, "accept_changes").status == 200
            processes.wait_until(db.busy)
            os.kill(control, signal.SIGCONT)
            processes.wait_until(lambda: db.rows("SELECT FROM lease WHERE heartbeat > taken"),
                                 what="a heartbeat of the apply")
        imports.check_applied(api, db, job)
    assert imports.events(api, job) == ["created", "started", "ready", "accepted", "succeeded"]


def test_no_commit_while_an_interrupt_is_on_its_way(site, api, db, postgres):
    """The worker has to end, and interrupts the last statement of a phase. The statement ends by
    itself before the interrupt is carried out, which would then hit what comes next."""
    db.seed(*imports.BEFORE)
    proxy = Proxy(site.env["PGHOST"])
    try:
        with programs.replaced(site, "worker", proxy.folder, ACCESSION_WORKER_STOP_MS=0,
                               ACCESSION_WORKER_HEARTBEAT_MS=600_000, **PATIENT) as supervisor:
            control = control_backend(postgres)
            (worker,) = processes.children(supervisor)
            holder = db.connect()
            with contextlib.closing(holder), holder.cursor() as cursor:
                with db.locked("standard", "ACCESS EXCLUSIVE"):
                    job = api.start(imports.FILE)["id"]
                    processes.wait_until(db.busy)
                    cursor.execute("SELECT FROM import_job WHERE id = %s FOR NO KEY UPDATE", (job,))
                waiting = "wait_event_type = 'Lock' AND query LIKE '%job_ready%'"
                processes.wait_until(lambda: postgres.activity(waiting), what="the phase's end")
                with processes.stopped([control]):
                    proxy.watch(b"pg_cancel_backend", b"COMMIT\0")
                    os.kill(worker, signal.SIGTERM)
                    processes.wait_until(lambda: proxy.said, what="the interrupt")
                    holder.rollback()
                    processes.wait_until(lambda: not postgres.activity(waiting), what="its end")
                    with contextlib.suppress(AssertionError):
                        processes.wait_until(lambda: b"COMMIT\0" in proxy.said, 1)
                    assert proxy.said == [b"pg_cancel_backend"]
            imports.check_ready(api, job)
    finally:
        proxy.close()
