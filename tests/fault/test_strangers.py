"""Workers that see little of each other: of another role's sessions they see only that they exist,
and a server may be set not to track what its sessions do."""

import contextlib

import pytest

import imports
import processes
import programs

ROLES = [("accession_owner", "accession_worker"), ("accession_worker", "accession_owner")]
ROWS = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"
NEVER = 600_000  # ms: no worker counts as lost for its silence


def looked(site, role):
    """When a worker of this role last looked for lost workers; None if it has not."""
    with site.db.connect("postgres") as connection, connection.cursor() as cursor:
        cursor.execute("""SELECT query_start FROM pg_stat_activity
                           WHERE application_name = 'accession worker' AND usename = %s
                             AND query LIKE '%%lease_reap%%'""", (role,))
        found = cursor.fetchone()
    connection.close()
    return found


def wait_for_looks(site, role, count):
    seen = set()
    processes.wait_until(lambda: seen.add(looked(site, role)) or len(seen - {None}) == count,
                         what="the other worker to look")


@pytest.mark.parametrize("first, second", ROLES)
def test_worker_that_lives_keeps_its_job(site, api, db, first, second):
    with programs.replaced(site, "worker", PGUSER=first, ACCESSION_WORKER_LOST_MS=NEVER) as pid:
        with db.locked("standard", "ACCESS EXCLUSIVE"):
            job = api.start(ROWS)["id"]
            processes.wait_until(db.busy)
            with programs.added(site, "worker", like=pid, PGUSER=second):
                wait_for_looks(site, second, 3)
        api.wait_for(job, "ready_for_review")
    assert imports.events(api, job) == ["created", "started", "ready"]


@pytest.mark.parametrize("first, second", ROLES)
def test_worker_that_is_gone_is_replaced_at_once(site, api, db, first, second):
    with programs.replaced(site, "worker", PGUSER=first, ACCESSION_WORKER_LOST_MS=NEVER) as pid, \
            contextlib.ExitStack() as until_taken_over:
        until_taken_over.enter_context(db.locked("standard", "ACCESS EXCLUSIVE"))
        job = api.start(ROWS)["id"]
        processes.wait_until(db.busy)
        with programs.added(site, "worker", like=pid, PGUSER=second):
            wait_for_looks(site, second, 1)
            processes.kill([pid, *processes.children(pid)])
            processes.wait_until(lambda: db.value("SELECT max(run_token) FROM lease") == 2,
                                 what="the other worker to take over")
            until_taken_over.close()
            api.wait_for(job, "ready_for_review")
    assert imports.events(api, job) == ["created", "started", "worker_lost", "ready"]


@pytest.mark.parametrize("first, second", ROLES)
def test_worker_that_is_silent_lets_go_of_its_locks(site, api, db, points, first, second):
    """It sleeps in its transaction; its replacement must not wait for what that has changed."""
    with programs.replaced(site, "worker", PGUSER=first) as pid:
        begin = imports.prepare(api, db, "applying_changes")
        points.arm("ending", "stop")
        job = begin()
        with processes.stopped([points.hit("ending")]):
            with programs.added(site, "worker", like=pid, PGUSER=second):
                imports.check_applied(api, db, job)
        assert imports.events(api, job).count("worker_lost") == 1


def test_long_phase_on_a_server_that_keeps_no_account(api, db, postgres):
    """Nothing shows that the backend works, so nobody may conclude that it does not."""
    with postgres.configured(track_activities="off"):
        with db.locked("standard", "ACCESS EXCLUSIVE"):
            job = api.start(ROWS)["id"]
            processes.wait_until(lambda: db.rows("""
                SELECT FROM lease WHERE heartbeat > taken + interval '3 seconds'"""),
                                 what="heartbeats of the same worker")
        api.wait_for(job, "ready_for_review")
    assert imports.events(api, job) == ["created", "started", "ready"]


def test_commit_that_waits_for_a_standby_is_waited_for(site, api, db, points, postgres):
    """The worker is alive, but cannot say so, as its transaction holds the lease."""
    with programs.replaced(site, "worker") as pid:
        begin = imports.prepare(api, db, "applying_changes")
        points.arm("committing", "stop")
        job = begin()
        with contextlib.ExitStack() as until_it_commits:
            until_it_commits.enter_context(processes.stopped([points.hit("committing")]))
            (backend,) = postgres.backends("accession worker")
            with postgres.without_its_standby():
                until_it_commits.close()
                processes.wait_until(lambda: postgres.activity("wait_event = 'SyncRep'"))
                with programs.added(site, "worker", like=pid, PGUSER="accession_owner"):
                    processes.wait_until(lambda: db.rows("""
                        SELECT FROM lease WHERE heartbeat < clock_timestamp() - interval '2 s'"""))
                    wait_for_looks(site, "accession_owner", 3)
                assert backend in postgres.backends("accession worker")
        imports.check_applied(api, db, job)
        assert backend in postgres.backends("accession worker")
    assert "worker_lost" not in imports.events(api, job)
