"""An import with every kind of change, and what must be true at its end, whatever died."""

import processes
from client import IMPORT, check_job
from library import FIELDS, applied, expected_diff, item, to_csv

BEFORE = [item("CT1", "one"), item("CT2", "two"), item("CT3", "three")]
HEADER = list(FIELDS) + ["mark_delete"]
ROWS = [{**item("CT1", "one, changed"), "mark_delete": ""},
        {**item("CT2", "two"), "mark_delete": "true"},
        {**item("CT9", "nine"), "mark_delete": ""}]
FILE = to_csv(ROWS, HEADER)
HISTORY = [("CT1", "u"), ("CT2", "d"), ("CT9", "a")]


def library_before():
    return {one["id"]: one for one in BEFORE}


def events(api, job_id):
    return [one["event"] for one in api.get(f"{IMPORT}{job_id}/events/").json["results"]]


def check_unavailable(answer):
    """Checks the answer of a handler that cannot serve the request now."""
    assert answer.status == 503, answer
    assert list(answer.json) == ["detail"]
    assert int(answer.headers["Retry-After"]) > 0


def sent_again(send):
    """Sends a request with a key again. A handler that died has the key in use until the server has
    noticed; returns the first other answer."""
    def answer():
        got = send()
        return None if got.status == 409 and got.json["code"] == "key_in_use" else got
    return processes.wait_until(answer, what="the key to be free")


def prepare(api, db, phase):
    """Prepares everything up to the phase; returns a function that starts it, and returns the job's
    id."""
    db.seed(*BEFORE)
    if phase == "generating_diff":
        return lambda: api.start(FILE)["id"]
    job = api.ready(FILE)["id"]

    def accept():
        assert api.change(job, "accept_changes").status == 200
        return job
    return accept


def check_ready(api, job_id):
    """The job gets ready for review, with the right diff."""
    job = check_job(api.wait_for(job_id, "ready_for_review"))
    assert api.diff(job_id) == expected_diff(library_before(), FILE)
    return job


def check_applied(api, db, job_id):
    """The job gets applied, once and whole."""
    job = check_job(api.wait_for(job_id, "success"))
    assert db.library() == applied(library_before(), FILE)
    assert db.rows('SELECT id, op::text FROM standard_history ORDER BY id, seq') == HISTORY
    happened = events(api, job_id)
    for once in ("created", "ready", "accepted", "succeeded"):
        assert happened.count(once) == 1, happened
    assert not db.busy()
    return job


def finish(api, db, job_id, phase):
    """Goes on from the phase to the end of the job, with all checks on the way."""
    if phase == "generating_diff":
        check_ready(api, job_id)
        assert api.change(job_id, "accept_changes").status == 200
    return check_applied(api, db, job_id)
