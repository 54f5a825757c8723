"""Requests and workers race for one job, in both orders. A session holds the job's row until they
have lined up in a known order, and then lets go."""

import contextlib
import threading

import pytest

import imports
import processes
from client import IMPORT
from points import PHASES as POINTS

ROWS = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"


@contextlib.contextmanager
def holding(db, sql, *params, user=None):
    """A session that has run this statement without committing; rolls back after the block."""
    holder = db.connect(user)
    try:
        with holder.cursor() as cursor:
            cursor.execute(sql, params)
        yield holder
    finally:
        holder.close()


class Line:
    """Requests that wait for a lock, in the order in which they were sent."""

    def __init__(self, postgres):
        self.postgres = postgres
        self.threads, self.answers = [], {}

    def join_in(self, name, request):
        thread = threading.Thread(target=lambda: self.answers.update({name: request()}))
        thread.start()
        self.threads.append(thread)
        processes.wait_until(lambda: len(self.postgres.waiting()) == len(self.threads),
                             what=f"{name} to wait")

    def end(self):
        for thread in self.threads:
            thread.join()
        return self.answers


def race(postgres, db, api, job, *changes):
    """Sends PATCHes that queue for the job's row in this order; returns their answers."""
    line = Line(postgres)
    with holding(db, "SELECT FROM import_job WHERE id = %s FOR UPDATE", job):
        for n, change in enumerate(changes):
            line.join_in(n, lambda change=change: api.fork().change(
                job, change, wait_for_task=False))
    return [answer for _, answer in sorted(line.end().items())]


@pytest.fixture
def idle(site):
    """The worker takes no job, so that nothing happens but what the requests do."""
    with site.worker_stopped():
        yield


@pytest.fixture
def reviewed(site, db, idle):
    return db.make_job("ready_for_review", site.ids["admin"])


def test_accept_against_accept(api, reviewed, db, postgres):
    first, second = race(postgres, db, api, reviewed, "accept_changes", "accept_changes")
    assert (first.status, first.json["status"]) == (200, "applying_changes")
    assert (second.status, second.json["status"]) == (409, "applying_changes")
    assert imports.events(api, reviewed).count("accepted") == 1


def test_accept_before_cancel(api, reviewed, db, postgres):
    """No worker has the job yet, so the cancel ends it."""
    first, second = race(postgres, db, api, reviewed, "accept_changes", "cancel")
    assert (first.status, first.json["status"]) == (200, "applying_changes")
    assert (second.status, second.json["status"]) == (200, "cancel")
    assert second.json["accepted"] == first.json["accepted"]


def test_cancel_before_accept(api, reviewed, db, postgres):
    first, second = race(postgres, db, api, reviewed, "cancel", "accept_changes")
    assert (first.status, first.json["status"]) == (200, "cancel")
    assert (second.status, second.json["status"]) == (409, "cancel")
    assert api.job(reviewed)["accepted"] is None


def test_cancel_against_cancel(api, reviewed, db, postgres):
    first, second = race(postgres, db, api, reviewed, "cancel", "cancel")
    assert (first.status, first.json["status"]) == (200, "cancel")
    assert (second.status, second.json["status"]) == (409, "cancel")
    assert imports.events(api, reviewed).count("cancelled") == 1


def test_retry_against_retry(site, api, db, idle, postgres):
    job = db.make_job("cancel", site.ids["admin"])
    first, second = race(postgres, db, api, job, "retry", "retry")
    assert (first.status, first.json["status"]) == (200, "pending")
    assert (second.status, second.json["status"]) == (409, "pending")
    assert imports.events(api, job).count("retried") == 1


# Cancel against the commit of a phase: the worker waits at a point, holding the job's row or not.

PHASES = ["generating_diff", "applying_changes"]


@pytest.mark.parametrize("phase", PHASES)
def test_cancel_before_the_commit(api, db, points, phase):
    begin = imports.prepare(api, db, phase)
    points.arm("ending", "stop")
    job = begin()
    pid = points.hit("ending")
    with processes.stopped([pid]):
        assert api.change(job, "cancel", wait_for_task=False).json["status"] == phase
    ended = api.wait_for(job, "cancel")
    assert (ended["accepted"] is not None) == (phase == "applying_changes")
    assert db.library() == imports.library_before()
    assert imports.events(api, job)[-2:] == ["cancel_requested", "cancelled"]


@pytest.mark.parametrize("phase, status", [
    ("generating_diff", 200), ("applying_changes", 409)])
def test_commit_before_the_cancel(api, db, points, postgres, phase, status):
    """The cancel waits for the end of the phase, and then applies to the job as it is after
    that."""
    begin = imports.prepare(api, db, phase)
    points.arm("committing", "stop")
    job = begin()
    pid = points.hit("committing")
    line = Line(postgres)
    with processes.stopped([pid]):
        line.join_in("cancel", lambda: api.fork().change(job, "cancel"))
    answer = line.end()["cancel"]
    assert answer.status == status
    if phase == "applying_changes":
        assert (answer.json["code"], answer.json["status"]) == ("wrong_status", "success")
        imports.check_applied(api, db, job)
    else:
        assert answer.json["status"] == "cancel"
        assert imports.events(api, job) == ["created", "started", "ready", "cancelled"]


@pytest.mark.parametrize("phase, point", POINTS)
def test_cancel_that_a_killed_worker_did_not_live_to_see(api, db, points, phase, point):
    """Whichever came first wins, the commit or the cancel."""
    begin = imports.prepare(api, db, phase)
    points.arm(point, "stop")
    job = begin()
    pid = points.hit(point)
    if point == "committing":
        processes.kill([pid])  # otherwise the cancel would wait for its transaction
        answer = api.change(job, "cancel")
    else:
        answer = api.change(job, "cancel", wait_for_task=False)
        processes.kill([pid])
    if point == "committed" and phase == "applying_changes":
        assert answer.status == 409
        imports.check_applied(api, db, job)
        return
    assert answer.status == 200
    api.wait_for(job, "cancel")
    assert db.library() == imports.library_before()
    assert db.value("SELECT count(*) FROM standard_history") == 0
    assert api.change(job, "retry").status == 200
    api.wait_for(job, "ready_for_review")


# Retry against POST: the first to come gets the only place for a job under way.

@pytest.mark.parametrize("outcome", ["commit", "rollback"])
def test_retry_before_post(site, api, db, postgres, outcome, idle):
    old = db.make_job("cancel", site.ids["admin"])
    line = Line(postgres)
    with holding(db, "SELECT job_retry(%s, %s, NULL, NULL)", site.key, old,
                 user="accession_api") as first:
        line.join_in("post", lambda: api.fork().upload(ROWS))
        getattr(first, outcome)()
        answer = line.end()["post"]
    if outcome == "commit":
        assert (answer.status, answer.json["code"], answer.json["job"]) == (
            409, "job_in_progress", old)
    else:
        assert answer.status == 200
    assert api.get(IMPORT + "current/").json["id"] == (
        old if outcome == "commit" else answer.json["id"])


@pytest.mark.parametrize("outcome", ["commit", "rollback"])
def test_post_before_retry(site, api, db, postgres, outcome, idle):
    old = db.make_job("cancel", site.ids["admin"])
    line = Line(postgres)
    with holding(db, """WITH file AS (
                            INSERT INTO import_file (content_model, format, filename, bytes)
                            VALUES ('standard', 'csv', 'standard.csv', 1) RETURNING id)
                        SELECT id FROM file""", user="accession_api") as first:
        with first.cursor() as cursor:
            cursor.execute("SELECT max(id) FROM import_file")
            (file_id,) = cursor.fetchone()
            cursor.execute("SELECT id FROM job_create(%s, 'csv', %s)",
                           (site.ids["admin"], [file_id]))
            (new,) = cursor.fetchone()
        line.join_in("retry", lambda: api.fork().change(old, "retry"))
        getattr(first, outcome)()
        answer = line.end()["retry"]
    if outcome == "commit":
        assert (answer.status, answer.json["code"], answer.json["job"]) == (
            409, "job_in_progress", new)
        assert api.job(old)["status"] == "cancel"
    else:
        assert (answer.status, answer.json["status"]) == (200, "pending")


def test_post_against_post(site, api, db, idle, postgres):
    """Both have passed the first check, which comes before the body is read."""
    line = Line(postgres)
    blocker = "INSERT INTO import_job (triggered_by, format) VALUES (%s, 'csv')"
    with holding(db, blocker, site.ids["admin"]):
        for n in range(2):
            line.join_in(n, lambda: api.fork().upload(ROWS))
    answers = sorted(line.end().values(), key=lambda answer: answer.status)
    assert [answer.status for answer in answers] == [200, 409]
    assert answers[1].json["job"] == answers[0].json["id"]
    assert db.value("SELECT count(*) FROM import_file") == 1


# Worker against worker

CLAIM = """SELECT id, run_token FROM job_claim(%s, pg_backend_pid(),
             (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()),
             pg_backend_pid(),
             (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()), 3)"""


def claim(connection, name):
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, (name,))
        return cursor.fetchall()


@pytest.fixture
def workers(db):
    """Two sessions with the rights of a worker."""
    pair = [db.connect("accession_worker") for _ in range(2)]
    yield pair
    for one in pair:
        one.close()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("status", ["pending", "applying_changes"])
def test_claim_against_claim(site, db, workers, idle, order, status):
    first, second = (workers[n] for n in order)
    job = db.make_job(status, site.ids["admin"])
    assert claim(first, "first") == [(job, 1)]
    assert claim(second, "second") == []  # at once: it does not wait for the other
    second.rollback()
    first.commit()
    assert claim(second, "second") == []
    second.commit()
    assert db.rows("SELECT worker, run_token FROM lease") == [("first", 1)]
    db.run("DELETE FROM lease")


def test_claim_whose_answer_was_lost(site, db, workers, idle):
    """By asking again, the worker says that it knows of no job of its own."""
    job = db.make_job("pending", site.ids["admin"])
    assert claim(workers[0], "one") == [(job, 1)]
    workers[0].commit()
    assert claim(workers[1], "two") == []
    workers[1].commit()
    assert claim(workers[0], "one") == [(job, 2)]
    workers[0].commit()
    assert db.value("SELECT phase_claims FROM import_job") == 1
    db.run("DELETE FROM lease")


@pytest.mark.parametrize("end", ["job_ready(%s, %s)", "job_fail(%s, %s, '[]')",
                                 "job_cancelled(%s, %s)", "job_release(%s, %s, true)"])
def test_end_by_a_worker_that_was_replaced(site, db, workers, idle, end):
    job = db.make_job("pending", site.ids["admin"])
    assert claim(workers[0], "one") == [(job, 1)]
    workers[0].commit()
    db.run("DELETE FROM lease")
    assert claim(workers[1], "two") == [(job, 2)]
    workers[1].commit()
    with workers[0].cursor() as cursor:
        cursor.execute(f"SELECT {end}", (job, 1))
        assert cursor.fetchone() == (False,)
    workers[0].commit()
    assert db.rows("SELECT worker, run_token FROM lease") == [("two", 2)]
    assert db.value("SELECT status FROM import_job") == "generating_diff"
    db.run("DELETE FROM lease")


@pytest.mark.parametrize("first", ["cancel", "claim"])
def test_cancel_against_claim(site, api, db, postgres, workers, idle, first):
    job = db.make_job("pending", site.ids["admin"])
    worker = workers[0]
    if first == "cancel":
        with holding(db, "SELECT job_cancel(%s, %s, NULL, NULL)", site.key, job,
                     user="accession_api") as cancel:
            assert claim(worker, "one") == []
            worker.commit()
            cancel.commit()
        assert claim(worker, "one") == []
        worker.commit()
        assert api.job(job)["status"] == "cancel"
        return
    assert claim(worker, "one") == [(job, 1)]
    line = Line(postgres)
    line.join_in("cancel", lambda: api.fork().change(job, "cancel", wait_for_task=False))
    worker.commit()
    answer = line.end()["cancel"]
    assert (answer.status, answer.json["status"]) == (200, "generating_diff")
    with worker.cursor() as cursor:
        cursor.execute("SELECT job_ready(%s, 1)", (job,))
        assert cursor.fetchone() == (False,)
        cursor.execute("SELECT job_cancelled(%s, 1)", (job,))
        assert cursor.fetchone() == (True,)
    worker.commit()
    assert api.job(job)["status"] == "cancel"
