"""PATCH: every form of body, what each status allows, accept, cancel and retry."""

import contextlib
import json
import threading

import pytest

from client import IMPORT, STATUSES, ask, check_job, compact
from library import expected_diff, item, to_csv
from processes import wait_until

ROWS = b"id,title,text,priority,phase\nCT1,a,b,1,X1\nCT2,c,d,2,X2\n"
REQUIRED = {"status": ["This field is required."]}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def job(api):
    """A job that is ready for review."""
    return api.ready(ROWS)


@pytest.fixture
def bare(site, db, api):
    """Only the row of such a job, which is enough to cancel it."""
    return api.job(db.make_job("ready_for_review", site.ids["admin"]))


def events(api, job):
    return [one["event"] for one in api.get(f"{IMPORT}{job['id']}/events/").json["results"]]


def patch(api, job, body, content_type=None):
    headers = {"Content-Type": content_type} if content_type else {}
    return api.patch(f"{IMPORT}{job['id']}/", data=body, headers=headers)


FORMS = [
    ("json", b'{"status":"cancel"}', "application/json"),
    ("json with a charset", b'{"status":"cancel"}', "application/json; charset=utf-8"),
    ("json in capitals", b'{"status":"cancel"}', "Application/JSON"),
    ("json in utf-8 with white space", b' \r\n\t{ "status" : "cancel" } \n', "application/json"),
    ("json with escapes", b'{"\\u0073tatus":"c\\u0061ncel"}', "application/json"),
    ("json with other keys", b'{"x":{"y":[1,null]},"status":"cancel"}', "application/json"),
    ("json without a type", b'{"status":"cancel"}', None),
    ("urlencoded", b"status=cancel", FORM),
    ("urlencoded with a charset", b"status=cancel", FORM + "; charset=UTF-8"),
    ("urlencoded with escapes", b"x=1&status=%63ancel&wait_for_task=false", FORM),
    ("curl -d of json", b'{"status": "cancel"}', FORM),
    ("curl -d of json with space", b' {"status": "cancel", "wait_for_task": false}', FORM),
    ("multipart",
     b'--Y\r\nContent-Disposition: form-data; name="status"\r\n\r\ncancel\r\n--Y--\r\n',
     "multipart/form-data; boundary=Y"),
    ("multipart of two",
     b'--Y\r\nContent-Disposition: form-data; name="status"\r\n\r\ncancel\r\n'
     b'--Y\r\nContent-Disposition: form-data; name="wait_for_task"\r\n\r\nfalse\r\n--Y--\r\n',
     "multipart/form-data; boundary=Y"),
]


@pytest.mark.parametrize("body, content_type", [form[1:] for form in FORMS],
                         ids=[form[0] for form in FORMS])
def test_body_is_understood(api, bare, body, content_type):
    answer = patch(api, bare, body, content_type)
    assert answer.status == 200, answer
    assert check_job(answer.json)["status"] == "cancel"


def test_spec_example_as_printed(site, api, bare):
    """No Content-Type, and pretty-printed JSON."""
    body = b'{\n    "status": "cancel"\n}'
    answer = ask(site, "PATCH", f"/api/v2/library/import/{bare['id']}/", {
        "Accept": "application/json", "Authorization": f'Token "{api.token}"',
        "Content-Length": str(len(body))}, body).check()
    assert answer.status == 200, answer
    assert check_job(answer.json)["status"] == "cancel"


BAD = [
    ("nothing", b"", None, REQUIRED),
    ("nothing as json", b"", "application/json", REQUIRED),
    ("nothing as a form", b"", FORM, REQUIRED),
    ("an empty object", b"{}", "application/json", REQUIRED),
    ("another key", b'{"state":"cancel"}', "application/json", REQUIRED),
    ("another field", b"state=cancel", FORM, REQUIRED),
    ("null", b'{"status":null}', "application/json", {"status": ["This field may not be null."]}),
    ("unknown", b'{"status":"done"}', "application/json",
     {"status": ['"done" is not a valid choice.']}),
    ("a status of jobs", b"status=success", FORM, {"status": ['"success" is not a valid choice.']}),
    ("capitals", b"status=Cancel", FORM, {"status": ['"Cancel" is not a valid choice.']}),
    ("an empty one", b'{"status":""}', "application/json",
     {"status": ['"" is not a valid choice.']}),
    ("with quotes", b'{"status":"a\\"b"}', "application/json",
     {"status": ['"a"b" is not a valid choice.']}),
    ("a number", b'{"status":5}', "application/json", {"status": ['"5" is not a valid choice.']}),
    ("a bad boolean", b'{"status":"cancel","wait_for_task":"maybe"}', "application/json",
     {"wait_for_task": ["Must be a valid boolean."]}),
    ("a bad boolean field", b"status=cancel&wait_for_task=2", FORM,
     {"wait_for_task": ["Must be a valid boolean."]}),
    ("both bad", b'{"status":"done","wait_for_task":"maybe"}', "application/json",
     {"status": ['"done" is not a valid choice.'], "wait_for_task": ["Must be a valid boolean."]}),
]


@pytest.mark.parametrize("body, content_type, expected", [case[1:] for case in BAD],
                         ids=[case[0] for case in BAD])
def test_bad_field_is_400(api, bare, body, content_type, expected):
    answer = patch(api, bare, body, content_type)
    assert (answer.status, answer.json) == (400, expected)
    assert api.job(bare["id"]) == bare


@pytest.mark.parametrize("body", [
    b"{", b"status", b'{"status":"cancel"', b"{'status':'cancel'}", b'{"status":"cancel"}x',
    b'{"status":"cancel",}', b'{"status":\xff"cancel"}', b"[" * 1000,
    b'{"status":{"a":"cancel"}}', b"[]", b'"cancel"', b"null", b'[{"status":"cancel"}]'])
def test_bad_json_is_400(api, bare, body):
    answer = patch(api, bare, body, "application/json")
    assert answer.status == 400, answer
    assert isinstance(answer.json, dict) and answer.json
    assert api.job(bare["id"]) == bare


def test_unreadable_json_is_told_as_such(api, bare):
    detail = patch(api, bare, b"{nope}", "application/json").json["detail"]
    assert detail.startswith("JSON parse error")


@pytest.mark.parametrize("content_type", ["text/plain", "text/csv", "application/xml"])
def test_other_media_types_are_415(api, bare, content_type):
    answer = patch(api, bare, b'{"status":"cancel"}', content_type)
    assert answer.status == 415, answer
    assert answer.json["detail"] == f'Unsupported media type "{content_type}" in request.'
    assert api.job(bare["id"]) == bare


@pytest.mark.parametrize("spelling", [
    "true", "True", "TRUE", "t", "T", "yes", "Yes", "y", "on", "1", "false", "False", "f", "no",
    "NO", "n", "off", "Off", "0", True, False, 1, 0])
def test_spelling_of_wait_for_task(api, bare, spelling):
    answer = patch(api, bare, json.dumps({"status": "cancel", "wait_for_task": spelling}),
                   "application/json")
    assert (answer.status, answer.json["status"]) == (200, "cancel")


def test_large_patch_is_refused(api, bare):
    answer = patch(api, bare, b'{"status":"cancel","x":"' + b"x" * (8 << 20) + b'"}',
                   "application/json")
    assert answer.status in (400, 413)
    assert api.job(bare["id"]) == bare


def test_checks_come_before_the_body_and_the_body_before_the_status(site, db, api):
    job_id = db.make_job("success", site.ids["admin"])
    assert api.patch(f"{IMPORT}999/", data=b"{").status == 404
    assert api.change(job_id, "done").status == 400
    assert api.change(job_id, "cancel").status == 409


# The state machine

ALLOWED = {
    ("pending", "cancel"): "cancel",
    ("generating_diff", "cancel"): "cancel",
    ("ready_for_review", "cancel"): "cancel",
    ("applying_changes", "cancel"): "cancel",
    ("ready_for_review", "accept_changes"): "applying_changes",
    ("fail", "retry"): "pending",
    ("cancel", "retry"): "pending",
}


@pytest.mark.parametrize("change", ["cancel", "accept_changes", "retry"])
@pytest.mark.parametrize("status", STATUSES)
def test_change_of_status(site, db, api, status, change):
    """While no worker has the job, what is allowed takes effect at once."""
    with site.worker_stopped():
        job_id = db.make_job(status, site.ids["editor"])
        before = api.job(job_id)
        answer = api.change(job_id, change)
        after = ALLOWED.get((status, change))
        if after:
            assert answer.status == 200, answer
            assert check_job(answer.json)["status"] == after
            assert answer.json == api.job(job_id)
        else:
            assert answer.status == 409, answer
            assert list(answer.json) == ["detail", "code", "status"]
            assert (answer.json["code"], answer.json["status"]) == ("wrong_status", status)
            assert api.job(job_id) == before


def test_retry_while_another_job_is_under_way(site, db, api):
    old = db.make_job("fail", site.ids["admin"])
    now = db.make_job("ready_for_review", site.ids["admin"])
    answer = api.change(old, "retry")
    assert answer.status == 409
    assert list(answer.json) == ["detail", "code", "job"]
    assert (answer.json["code"], answer.json["job"]) == ("job_in_progress", now)
    assert api.job(old)["status"] == "fail"


def test_retry_of_purged_files(db, api, job):
    api.change(job["id"], "cancel")
    db.run("UPDATE import_job SET purged = now()")
    answer = api.change(job["id"], "retry")
    assert (answer.status, answer.json["code"]) == (409, "files_purged")
    assert api.job(job["id"])["status"] == "cancel"


def test_accept_applies_the_diff(site, api, editor, db, job):
    answer = editor.change(job["id"], "accept_changes")
    assert answer.status == 200
    assert answer.json["status"] in ("applying_changes", "success")
    assert answer.json["accepted_by"]["id"] == site.ids["editor"]
    done = check_job(api.wait_for(job["id"], "success"))
    assert done["accepted"] == answer.json["accepted"]
    assert db.library() == {
        "CT1": item("CT1", "a", "b", "", 1, "X1"), "CT2": item("CT2", "c", "d", "", 2, "X2")}


def test_cancel_of_a_reviewed_job_changes_nothing(api, db, job):
    answer = api.change(job["id"], "cancel")
    assert check_job(answer.json)["status"] == "cancel"
    assert (answer.json["accepted"], db.library()) == (None, {})


def test_retry_starts_anew(site, api, editor, db):
    first = editor.ready(ROWS)
    assert editor.change(first["id"], "cancel").status == 200
    db.seed(item("CT1", "old"))
    answer = api.change(first["id"], "retry")
    assert check_job(answer.json)["status"] in ("pending", "generating_diff", "ready_for_review")
    again = api.wait_for(first["id"], "ready_for_review")
    assert again["triggered"] > first["triggered"]
    assert again["triggered_by"]["id"] == site.ids["admin"]
    assert (again["accepted"], again["completed"], again["errors"]) == (None, None, None)
    assert api.counts(first["id"]) == (1, 1, 0)  # against the library as it is now


def test_retry_of_a_failed_job_clears_its_errors(api):
    job = api.start(b"id,title\nCT1,\n")
    failed = api.wait_for(job["id"], "fail")
    assert failed["errors"]
    with_errors = api.change(job["id"], "retry")
    assert (with_errors.status, with_errors.json["errors"]) == (200, None)
    again = api.wait_for(job["id"], "fail")
    assert again["errors"] == failed["errors"]


# While a worker has the job

@contextlib.contextmanager
def running(api, db, phase):
    """A job that the worker has in a phase, held there by a lock during the block."""
    job = None if phase == "generating_diff" else api.ready(ROWS)
    with db.locked("standard", "SHARE" if job else "ACCESS EXCLUSIVE"):
        if job:
            assert api.change(job["id"], "accept_changes").status == 200
        else:
            job = api.start(ROWS)
        wait_until(db.busy, what="the worker to take the job")
        yield api.wait_for(job["id"], phase)


def together(count, request):
    """Starts `count` requests at once, each in its own thread. Returns the threads, and the list
    that the answers go to."""
    answers = []
    start = threading.Barrier(count)

    def ask_once():
        start.wait()
        answers.append(request())

    threads = [threading.Thread(target=ask_once) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads, answers


def join(threads):
    for thread in threads:
        thread.join()


PHASES = ["generating_diff", "applying_changes"]


@pytest.mark.parametrize("phase", PHASES)
def test_cancel_that_waits_answers_with_the_end(api, db, phase):
    with running(api, db, phase) as job:
        answer = api.change(job["id"], "cancel")
    assert answer.status == 200
    ended = check_job(answer.json)
    assert ended["status"] == "cancel"  # the lock is still held, so the phase was interrupted
    assert events(api, job)[-2:] == ["cancel_requested", "cancelled"]  # by its own worker
    assert ended["accepted"] == job["accepted"]  # which survives a cancelled apply
    assert (ended["accepted"] is not None) == (phase == "applying_changes")
    assert db.library() == {}
    assert db.value("SELECT count(*) FROM standard_history") == 0


@pytest.mark.parametrize("phase", PHASES)
def test_cancel_that_does_not_wait_answers_at_once(site, api, db, phase):
    """One that waits is sent before them, and still has no answer after them."""
    with running(api, db, phase) as job:
        with site.worker_stopped():  # otherwise the worker might be faster
            threads, waiting = together(1, lambda: api.fork().change(job["id"], "cancel"))
            wait_until(lambda: "cancel_requested" in events(api, job))
            answer = api.change(job["id"], "cancel", wait_for_task=False)
            again = api.change(job["id"], "cancel", wait_for_task="no")
            assert not waiting
        join(threads)
        assert (answer.status, again.status) == (200, 200)
        assert answer.json["status"] == again.json["status"] == phase
        assert answer.json["completed"] is None
        check_job(api.wait_for(job["id"], "cancel"))
    assert db.library() == {}


def test_answers_have_what_include_asks_for(api, db, job):
    url = f"{IMPORT}{job['id']}/?include=attempts,counts"
    for status, attempts in (("cancel", 1), ("retry", 2)):
        answer = api.patch(url, json={"status": status})
        check_job(answer.json, ["counts", "attempts"])
        assert answer.json["attempts"] == attempts
    api.change(job["id"], "cancel")
    with running(api, db, "generating_diff") as busy:  # the answer comes from another handler
        answer = api.patch(f"{IMPORT}{busy['id']}/?include=attempts", json={"status": "cancel"})
    assert check_job(answer.json, ["attempts"])["status"] == "cancel"


def test_second_cancel_waits_for_the_same_end(site, api, db):
    with running(api, db, "applying_changes") as job:
        with site.worker_stopped():
            threads, answers = together(3, lambda: api.fork().change(job["id"], "cancel"))
            wait_until(lambda: "cancel_requested" in events(api, job))
            assert api.change(job["id"], "accept_changes").status == 409
            assert not answers
        join(threads)
    assert [(one.status, one.json["status"]) for one in answers] == [(200, "cancel")] * 3
    assert events(api, job)[-2:] == ["cancel_requested", "cancelled"]


def test_running_phase_cannot_be_accepted_or_retried(api, db):
    with running(api, db, "generating_diff") as job:
        for change in ("accept_changes", "retry"):
            answer = api.change(job["id"], change)
            assert (answer.status, answer.json["status"]) == (409, "generating_diff")
    api.wait_for(job["id"], "ready_for_review")


def test_cancelled_apply_can_be_retried_and_accepted(api, db):
    with running(api, db, "applying_changes") as job:
        api.change(job["id"], "cancel")
    assert api.change(job["id"], "retry").json["accepted"] is None
    api.wait_for(job["id"], "ready_for_review")
    api.accept(job["id"])
    assert len(db.library()) == 2


def test_accept_of_many_at_once_wins_once(api, db, job):
    threads, answers = together(20, lambda: api.fork().change(job["id"], "accept_changes"))
    join(threads)
    assert sorted(answer.status for answer in answers) == [200] + [409] * 19
    assert {answer.json["code"] for answer in answers if answer.status == 409} == {"wrong_status"}
    api.wait_for(job["id"], "success")
    assert db.value("SELECT count(*) FROM standard_history") == 2


def test_waiting_cancels_hold_up_no_other_requests(site, api, viewer, db):
    """All the others are answered before the first of the cancels."""
    with running(api, db, "applying_changes") as job:
        with site.worker_stopped():
            threads, answers = together(20, lambda: api.fork().change(job["id"], "cancel"))
            wait_until(lambda: "cancel_requested" in events(api, job))
            reads = [viewer.get(f"{IMPORT}{job['id']}/") for _ in range(60)]
            conflict = api.change(job["id"], "accept_changes")
            assert not answers
        join(threads)
    assert [(one.status, one.json["status"]) for one in answers] == [(200, "cancel")] * 20
    assert {(one.status, one.json["status"]) for one in reads} == {(200, "applying_changes")}
    assert conflict.status == 409


# Nothing is applied that was not reviewed

STALE = [
    ("an updated item was changed", "UPDATE standard SET priority = 9 WHERE id = 'CT1'", 1),
    ("an updated item was deleted", "DELETE FROM standard WHERE id = 'CT1'", 1),
    ("a deleted item was changed", "UPDATE standard SET title = 'x' WHERE id = 'CT2'", 2),
    ("a deleted item was deleted", "DELETE FROM standard WHERE id = 'CT2'", 2),
    ("an added item is there", """INSERT INTO standard VALUES ('CT9', 'x', 'x', '', 1, 'X1', true,
                                  '', '')""", 3),
]


@pytest.mark.parametrize("change, entry", [case[1:] for case in STALE],
                         ids=[case[0] for case in STALE])
def test_stale_review_is_not_applied(api, db, change, entry):
    db.seed(item("CT1"), item("CT2"), item("CT3"))
    job = api.ready(b"id,title,text,priority,phase,mark_delete\nCT1,new,text,2,X2,\n"
                    b"CT2,,,,,true\nCT9,nine,text,3,X3,\n")
    db.run(change)
    before = db.library()
    assert api.change(job["id"], "accept_changes").status == 200
    failed = check_job(api.wait_for(job["id"], "fail"))
    assert db.library() == before
    assert db.value("SELECT count(*) FROM standard_history") == 0
    assert [error["entry"] for error in failed["errors"]] == [entry]
    assert failed["accepted"]
    assert api.change(job["id"], "retry").status == 200
    again = api.wait_for(job["id"], "ready_for_review", "fail")
    if again["status"] == "ready_for_review":
        api.accept(job["id"])
        assert db.library()["CT9"]["title"] == "nine"


def test_change_of_another_item_does_not_matter(api, db):
    db.seed(item("CT1"), item("CT3"))
    job = api.ready(b"id,title\nCT1,new\n")
    db.run("UPDATE standard SET title = 'x' WHERE id = 'CT3'")
    api.accept(job["id"])
    assert [one["title"] for one in db.library().values()] == ["new", "x"]


def test_import_of_the_result_is_an_empty_diff(api, db):
    rows = [item(f"CT{n}", tags="a;b", match_conditions="A1 AND !A2") for n in range(1, 4)]
    content = to_csv(rows)
    api.apply(content)
    job = api.ready(content)
    assert api.counts(job["id"]) == (0, 0, 0)
    assert api.diff(job["id"]) == expected_diff(db.library(), content)
    assert api.get(f"{IMPORT}{job['id']}/diff/").raw == compact(
        {"results": [{"content_model": "standard", "add": 0, "update": 0, "delete": 0}]})
    api.accept(job["id"])
