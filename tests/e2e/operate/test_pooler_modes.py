"""PgBouncer where it needs no setting, and where the setting is missing or does not help: with
pool_mode=session nothing is different; else the programs say what is wrong."""

import pytest

import pgbouncer
import processes
from library import item, to_csv
from test_pooler import FILE, LIBRARY, reads, together

NO_WORKER = "The worker needs connections of its own"


def test_prepared_statements_that_get_lost_are_told_once(site, api):
    """By each handler; the requests fail."""
    with pgbouncer.running(site, "transaction", size=2, round_robin=1) as host, \
            pgbouncer.replaced(site, ["api"], host) as log:
        def ask():
            return [api.fork().get("users/me/").status for _ in range(30)]
        statuses = sum(together(*[ask] * 4), [])
        assert 500 in statuses
        told = [line for line in log().splitlines() if "ACCESSION_PREPARED=off" in line]
    assert told
    assert len(told) == len({line.split("]")[0].split("[")[1] for line in told})  # pids


@pytest.mark.parametrize("round_robin", [0, 1])
@pytest.mark.parametrize("size", [1, 5])
def test_worker_says_that_it_cannot_work(site, api, size, round_robin):
    with pgbouncer.running(site, "transaction", size=size, round_robin=round_robin) as host, \
            pgbouncer.replaced(site, ["worker"], host, ACCESSION_WORKER_SILENCE_MS="4000") as log:
        processes.wait_until(lambda: NO_WORKER in log(), what="the sentence")
        job = api.start(FILE)["id"]
        processes.wait_until(lambda: log().count(NO_WORKER) > 1, what="that it tries again")
        assert api.job(job)["status"] == "pending"
    api.wait_for(job, "ready_for_review")


def test_load_says_that_it_cannot_work(site, tmp_path):
    (tmp_path / "items.csv").write_bytes(FILE)
    with pgbouncer.running(site, "transaction", size=3) as host:
        done = pgbouncer.operate(site, host, "load", str(tmp_path / "items.csv"))
    assert done.returncode == 1
    assert NO_WORKER in done.stderr


def test_session_mode_is_as_without_a_pooler(site, api, db, tmp_path):
    """Handlers prepare, the worker listens."""
    db.seed(*LIBRARY)
    with pgbouncer.running(site, "session", size=60) as host, \
            pgbouncer.replaced(site, ["api", "worker"], host,
                               ACCESSION_WORKER_POLL_MS="3600000") as log:
        job = api.ready(FILE)["id"]
        assert together(*[lambda: reads(site, job)] * 3) == [[]] * 3
        api.accept(job)
        with db.locked("standard", "ACCESS EXCLUSIVE"):
            job = api.start(FILE)["id"]
            processes.wait_until(db.busy)
            assert api.change(job, "cancel").json["status"] == "cancel"
        (tmp_path / "items.csv").write_bytes(to_csv([item("CT77")]))
        assert pgbouncer.operate(site, host, "load", str(tmp_path / "items.csv")).returncode == 0
    assert "CT77" in db.library()
    assert NO_WORKER not in log() and " error " not in log()
