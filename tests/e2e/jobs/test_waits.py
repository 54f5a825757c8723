"""Waits for a job's status: however many there are, they take nobody's place."""

import concurrent.futures
import contextlib
import os
import signal

import pytest

import processes
import programs
import sites
from client import IMPORT, Client, wire
from library import item, to_csv

# Here only a NOTIFY, or the check at the beginning, ends a wait.
SETTINGS = {"WAITS_PER_ACCOUNT": 100, "WAIT_POLL_MS": 3_600_000}
ROWS = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"
MANY = 100


@pytest.fixture(scope="module")
def site():
    with sites.running(SETTINGS) as running:
        yield running


@pytest.fixture
def pool():
    with concurrent.futures.ThreadPoolExecutor(MANY + 10) as threads:
        yield threads


@pytest.fixture
def job(site, db):
    """A job that waits for a review that nobody will do."""
    return db.make_job("ready_for_review", site.ids["admin"])


def held(site):
    """How many connections the waiter has to nginx."""
    (waiter,) = site.handlers("waiter")
    ours = {f"socket:[{inode}]" for inode in sockets(site)}
    found = 0
    for number in os.listdir(f"/proc/{waiter}/fd"):
        with contextlib.suppress(OSError):
            found += os.readlink(f"/proc/{waiter}/fd/{number}") in ours
    return found - 1  # one of them is the socket that it listens on


def sockets(site):
    """Inodes of the waiter's socket, and of the connections to it, accepted or not."""
    path = programs.environment(site, "api")["ACCESSION_WAIT_SOCKET"]
    with open("/proc/net/unix", encoding="utf-8") as table:
        return [line.split()[6] for line in table if line.endswith(f" {path}\n")]


def wait_held(site, n):
    processes.wait_until(lambda: held(site) == n, what=f"{n} waits to be held")


def wait(person, job, statuses="success", **params):
    return person.fork().get(f"{IMPORT}{job}/", params={"wait": statuses, "timeout": 60, **params})


def waiting(site, pool, person, job, n, **params):
    """Begins n waits; returns their futures once the waiter holds all of them."""
    before = held(site)
    futures = [pool.submit(wait, person, job, **params) for _ in range(n)]
    wait_held(site, before + n)
    return futures


def check_all(futures, status):
    answers = [future.result() for future in futures]
    assert {(answer.status, answer.json.get("status")) for answer in answers} == {(200, status)}


def cancel_unheard(db, job):
    """Ends the job without a notification."""
    db.run("ALTER TABLE import_job DISABLE TRIGGER USER")
    try:
        db.run("""UPDATE import_job SET status = 'cancel', active = false, completed = now()
                   WHERE id = %s""", job)
    finally:
        db.run("ALTER TABLE import_job ENABLE TRIGGER USER")


def test_many_waits_of_one_viewer_hold_up_nobody(site, api, viewer, db, pool):
    """More waits than there are handlers; then all end at once."""
    old = api.apply(ROWS)["id"]
    job = db.make_job("ready_for_review", site.ids["admin"])
    waits = waiting(site, pool, viewer, job, MANY)
    export = viewer.get("library/export/standard.csv", check=False)
    diff = viewer.get(f"{IMPORT}{old}/diff/standard/")
    cancel_unheard(db, job)  # so that there can be another job
    upload = api.upload(to_csv([item("CT2")]))
    assert [export.status, diff.status, upload.status] == [200, 200, 200]
    assert not any(one.done() for one in waits)
    assert held(site) == MANY
    db.run(f"NOTIFY accession_status, '{job} cancel'")
    check_all(waits, "cancel")
    wait_held(site, 0)


def test_a_change_ends_the_waits_for_it_alone(site, api, viewer, pool, job):
    with site.worker_stopped():
        early = waiting(site, pool, viewer, job, 2, statuses="pending,applying_changes")
        late = waiting(site, pool, viewer, job, 2)
        api.change(job, "accept_changes")
        check_all(early, "applying_changes")
        assert not any(one.done() for one in late)
        api.change(job, "cancel")
        check_all(late, "cancel")


def test_a_status_that_is_there_is_answered_at_once(api, job):
    for statuses in ("ready_for_review", "fail,ready_for_review,", ",,"):
        assert wait(api, job, statuses).json["status"] == "ready_for_review"
    assert wait(api, job, "success", timeout=0).json["status"] == "ready_for_review"
    api.change(job, "cancel")
    assert wait(api, job, "success").json["status"] == "cancel"


def test_a_change_between_the_look_and_the_wait_is_seen(site, api, viewer, db, pool, job):
    """The change comes after the handler has checked; the waiter checks once more."""
    with processes.stopped(site.handlers("waiter")):
        one = pool.submit(wait, viewer, job)
        processes.wait_until(lambda: len(sockets(site)) > 1, what="the wait to get there")
        cancel_unheard(db, job)
    check_all([one], "cancel")


def test_include_and_tag_are_as_without_waiting(site, api, viewer, pool, job):
    waits = waiting(site, pool, viewer, job, 1, include="actions,files,nothing")
    api.change(job, "cancel")
    answer = waits[0].result()
    plain = viewer.get(f"{IMPORT}{job}/?include=actions,files")
    assert (answer.raw, answer.headers["ETag"]) == (plain.raw, plain.headers["ETag"])


def test_head_waits_as_well(site, api, viewer, pool, job):
    one = pool.submit(viewer.fork().request, "HEAD", f"{IMPORT}{job}/?wait=success&timeout=60")
    wait_held(site, 1)
    api.change(job, "cancel")
    answer = one.result()
    assert (answer.status, answer.raw) == (200, b"")
    assert answer.headers["ETag"] == viewer.get(f"{IMPORT}{job}/").headers["ETag"]


def test_whoever_may_no_longer_see_the_job_does_not(site, api, db, pool, job):
    account = db.make_account("leaver@example.com", "viewer")
    gone = Client(site.url, db.make_token(account))
    waits = waiting(site, pool, gone, job, 1)
    db.run("DELETE FROM credential WHERE account_id = %s", account)
    api.change(job, "cancel")
    answer = waits[0].result()
    assert (answer.status, answer.json) == (401, {"detail": "Invalid token."})


def test_a_client_that_goes_frees_its_place(site, viewer, job):
    path = f"/api/v2/{IMPORT}{job}/?wait=success&timeout=60"
    with contextlib.ExitStack() as clients:
        for _ in range(3):
            connection = clients.enter_context(wire(site))
            connection.head("GET", path, {"Authorization": f"Token {viewer.token}"})
        wait_held(site, 3)
    wait_held(site, 0)


def test_killed_the_waiter_comes_back(site, api, viewer, pool, job):
    waits = waiting(site, pool, viewer, job, 20)
    (before,) = site.handlers("waiter")
    processes.kill([before])
    check_all(waits, "ready_for_review")  # as it is
    processes.wait_until(lambda: site.handlers("waiter") not in ([], [before]), what="another one")
    waits = waiting(site, pool, viewer, job, 5)
    api.change(job, "cancel")
    check_all(waits, "cancel")


def test_what_happens_while_the_waiter_has_no_database_is_seen(site, api, viewer, db, pool, job):
    waits = waiting(site, pool, viewer, job, 3)
    (waiter,) = site.handlers("waiter")
    with processes.stopped([waiter]):
        db.run("""SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                   WHERE application_name = 'accession-api waiter'""")
        api.change(job, "cancel")
    check_all(waits, "cancel")
    assert site.handlers("waiter") == [waiter]


def test_a_request_that_is_none_for_the_waiter_is_refused(site, api, viewer, pool, job):
    waits = waiting(site, pool, viewer, job, 1)
    for query in ("", "?job=1", f"?job={job}&account=1&awaited=112&ms=60000"):
        assert viewer.get("/internal/wait" + query, check=False).status == 404
    assert held(site) == 1
    api.change(job, "cancel")
    check_all(waits, "cancel")


# Too many, or nobody there

@pytest.fixture(scope="module")
def few():
    """A site with four places per person, and six in all. Without LISTEN, the waiter polls."""
    with sites.running({"WAITS": 6, "WAITS_PER_ACCOUNT": 4, "WAIT_LISTEN": 0,
                        "WAIT_POLL_MS": 50}) as running:
        yield running


@pytest.fixture
def few_job(few):
    few.clear()
    return few.db.make_job("ready_for_review", few.ids["admin"])


def test_waits_end_by_polling_alone(few, pool, few_job):
    waits = waiting(few, pool, few.viewer, few_job, 3)
    few.admin.change(few_job, "cancel")
    check_all(waits, "cancel")


def test_a_wait_without_a_place_is_answered_with_the_job_as_it_is(few, pool, few_job):
    of_viewer = waiting(few, pool, few.viewer, few_job, 4)
    check_all([pool.submit(wait, few.viewer, few_job) for _ in range(6)], "ready_for_review")
    of_editor = waiting(few, pool, few.editor, few_job, 2)
    for person in (few.viewer, few.editor, few.admin):
        check_all([pool.submit(wait, person, few_job) for _ in range(2)], "ready_for_review")
    assert not any(one.done() for one in of_viewer + of_editor)
    few.admin.change(few_job, "cancel")
    check_all(of_viewer + of_editor, "cancel")


def test_more_than_the_waiter_takes_are_answered_too(few, pool, few_job):
    """The waiter has no room for them, not even for a moment."""
    check_all([pool.submit(wait, few.admin, few_job, timeout=2) for _ in range(MANY)],
              "ready_for_review")
    wait_held(few, 0)


def test_a_place_that_became_free_is_given_again(few, pool, few_job):
    waits = waiting(few, pool, few.viewer, few_job, 3)
    with wire(few) as connection:
        connection.head("GET", f"/api/v2/{IMPORT}{few_job}/?wait=success&timeout=60",
                        {"Authorization": f"Token {few.viewer.token}"})
        wait_held(few, 4)
    wait_held(few, 3)
    waits += waiting(few, pool, few.viewer, few_job, 1)
    check_all([pool.submit(wait, few.viewer, few_job)], "ready_for_review")  # no place was left
    assert not any(one.done() for one in waits)
    few.admin.change(few_job, "cancel")
    check_all(waits, "cancel")


def test_a_cancel_without_a_place_is_made_all_the_same(few, pool):
    few.clear()
    with few.db.locked("standard", "ACCESS EXCLUSIVE"):
        job = few.admin.start(ROWS)["id"]
        processes.wait_until(few.db.busy)
        with few.worker_stopped():
            waits = waiting(few, pool, few.editor, job, 4)
            answer = few.editor.change(job, "cancel")
            assert (answer.status, answer.json["status"]) == (200, "generating_diff")
    check_all(waits, "cancel")


def test_without_any_handler_a_cancel_that_was_made_is_told_as_such(few, pool):
    few.clear()
    with few.db.locked("standard", "ACCESS EXCLUSIVE"):
        job = few.admin.start(ROWS)["id"]
        processes.wait_until(few.db.busy)
        with few.worker_stopped():
            wait_of_get = waiting(few, pool, few.viewer, job, 1)[0]
            cancel = pool.submit(few.editor.fork().change, job, "cancel")
            wait_held(few, 2)
            everybody = [few.pid("api"), *few.handler_pids()]
            processes.send(everybody, signal.SIGSTOP)  # or one takes over what another held
            processes.kill(everybody)
            answers = [wait_of_get.result(), cancel.result()]
            few.start()
            assert few.db.value("SELECT cancel_requested IS NOT NULL FROM import_job")
    assert [answer.status for answer in answers] == [503, 503]
    assert ["took effect" in answer.detail for answer in answers] == [False, True]
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers)
    few.admin.wait_for(job, "cancel")
