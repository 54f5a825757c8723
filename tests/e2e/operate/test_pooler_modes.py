"""PgBouncer where no setting is needed, and where the setting is missing or does not help. With
pool_mode=session nothing is different; otherwise the programs say what is wrong."""

import pytest

import pgbouncer
import processes
from library import item, to_csv
from test_pooler import FILE, LIBRARY, reads, together

NOT_OWN = "This needs a connection of its own"


def test_prepared_statements_that_get_lost_are_told_once(site, api):
    """Each handler logs it once; the requests fail."""
    with pgbouncer.running(site, "transaction", size=2, round_robin=1) as host, \
            pgbouncer.replaced(site, ["api"], host) as log:
        def ask():
            return [api.fork().get("users/me/").status for _ in range(30)]
        statuses = sum(together(*[ask] * 4), [])
        assert 500 in statuses
        told = [line for line in log().splitlines() if "ACCESSION_PREPARED=off" in line]
    assert told
    assert len(told) == len({line.split("]")[0].split("[")[1] for line in told})  # pids


def logins(pooler):
    """How often the worker has connected."""
    return (pooler / "log").read_text().count("user=accession_worker")


@pytest.mark.parametrize("round_robin", [0, 1])
@pytest.mark.parametrize("size", [1, 5])
def test_worker_says_that_it_cannot_work(site, api, size, round_robin):
    with pgbouncer.running(site, "transaction", size=size, round_robin=round_robin) as host, \
            pgbouncer.replaced(site, ["worker"], host, ACCESSION_WORKER_SILENCE_MS="4000") as log:
        processes.wait_until(lambda: NOT_OWN in log(), what="the sentence")
        job = api.start(FILE)["id"]
        before = logins(host)
        processes.wait_until(lambda: logins(host) > before + 3, what="that it tries again")
        assert api.job(job)["status"] == "pending"
    api.wait_for(job, "ready_for_review")


@pytest.mark.parametrize("prepared", ["on", "off"])
def test_commands_say_that_they_cannot_work(site, tmp_path, prepared):
    (tmp_path / "items.csv").write_bytes(FILE)
    with pgbouncer.running(site, "transaction", size=3) as host:
        for args in (["load", str(tmp_path / "items.csv")], ["migrate"]):
            done = pgbouncer.operate(site, host, *args, ACCESSION_PREPARED=prepared)
            assert done.returncode == 1
            assert NOT_OWN in done.stderr


def test_migrate_leaves_no_lock_behind_in_a_pool(site, db):
    """It holds a lock for as long as it works, and does nothing if it cannot hold one."""
    db.run("GRANT TEMPORARY ON DATABASE accession TO PUBLIC")
    with pgbouncer.running(site, "transaction", size=3) as host:
        done = pgbouncer.operate(site, host, "migrate")
        assert (done.returncode, done.stdout) == (1, "")
        assert NOT_OWN in done.stderr
        assert db.rows("""SELECT a.application_name FROM pg_locks JOIN pg_stat_activity a USING (pid)
                           WHERE locktype = 'advisory' AND database IS NOT NULL""") == []
    with pgbouncer.running(site, "session") as host:
        done = pgbouncer.operate(site, host, "migrate")
    assert (done.returncode, done.stdout) == (
        0, "Renewed: REVOKE TEMPORARY ON DATABASE accession FROM PUBLIC.\n")


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
        for args in (["load", str(tmp_path / "items.csv")], ["migrate"]):
            done = pgbouncer.operate(site, host, *args)
            assert done.returncode == 0, done
    assert "CT77" in db.library()
    assert NOT_OWN not in log() and " error " not in log()
