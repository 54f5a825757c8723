"""A site that asks of every accept what a site can ask: which version was seen, how many items are
deleted, that comments are resolved, and that somebody else approves."""

import pytest

import reviews
import sites
from client import Client
from library import item, to_csv
from people import Person
from reviews import approve, comment, hold, path, version

pytestmark = pytest.mark.usefixtures("only_known_people")

DELETES = to_csv([{"id": f"CT{n}", "mark_delete": "true"} for n in range(1, 7)] +
                 [{"id": "T1", "title": "changed"}], ("id", "title", "mark_delete"))
LIBRARY = [item("T1")] + [item(f"CT{n}") for n in range(1, 7)]


@pytest.fixture(scope="module")
def site():
    with sites.running({"ACCEPT": "bound", "GUARD": "all", "COMMENTS": "block", "APPROVALS": 2}) as running:
        yield running


@pytest.fixture
def others(site, db):
    """Two more editors."""
    return [Client(site.url, db.make_token(Person(site, "editor").id)) for _ in range(2)]


def accept(api, job, seen=None, match=None, **more):
    fields = {"status": "accept_changes", **({"review": seen} if seen else {}), **more}
    return api.patch(path(job), json=fields, headers={"If-Match": match} if match else {})


def check_refused(answer, status, code, *members):
    assert (answer.status, answer.json["code"]) == (status, code), answer
    assert list(answer.json) == ["detail", "code", *members]
    assert answer.detail.endswith(".")


def test_refusals_come_in_this_order(api, editor, others, db):
    """All that can be wrong is wrong at first. What is told is mended, which leaves the next."""
    job = reviews.ready(api, db, DELETES, LIBRARY)
    old = version(api, job)
    api.change(job, "cancel")
    wrong = {"expect": {"delete": 1}}
    check_refused(accept(api, job, old, **wrong), 409, "wrong_status", "status")
    check_refused(accept(api, job, match='"x"'), 409, "wrong_status", "status")
    check_refused(accept(api, job), 409, "wrong_status", "status")

    api.change(job, "retry")
    api.wait_for(job, "ready_for_review")
    db.run("UPDATE import_summary SET model_version = model_version + 1")
    first = comment(editor, job)["id"]
    comment(editor, job, "And why that?")
    check_refused(accept(api, job, **wrong), 428, "review_required")
    check_refused(accept(api, job, match="*", **wrong), 428, "review_required")

    check_refused(accept(api, job, old, **wrong), 409, "review_changed", "review", "since")
    check_refused(accept(api, job, match=f'"{old}"', **wrong), 412, "review_changed", "review", "since")
    now = version(api, job)

    answer = accept(api, job, now, **wrong)
    check_refused(answer, 409, "model_changed")
    assert "The fields of standard have changed" in answer.detail
    db.run("UPDATE import_summary SET model_version = model_version - 1")

    answer = accept(api, job, now, **wrong)
    check_refused(answer, 409, "open_comments", "open")
    assert answer.json["open"] == 2 and answer.detail.startswith("2 comments are open. Resolve them")
    for one in (first, first + 1):
        assert editor.patch(path(job, "comments", one), json={"resolved": True}).status == 200

    for given, who in enumerate(others):
        answer = accept(api, job, now, **wrong)
        check_refused(answer, 409, "approvals_missing", "needed", "given")
        assert (answer.json["needed"], answer.json["given"]) == (2, given)
        assert approve(who, job).status == 200

    answer = accept(api, job, now, **wrong)
    check_refused(answer, 409, "counts_differ", "expect", "counts")

    for without in ({}, {"expect": {}}, {"expect": {"add": 0, "update": 1}}, {"expect": {"standard": {"add": 0}}}):
        answer = accept(api, job, now, **without)
        check_refused(answer, 409, "confirm_deletes", "delete")
        assert answer.json["delete"] == 6 and '"expect":{"delete":6}' in answer.detail

    hold(api, job, {})
    now = version(api, job)
    for who in others:
        approve(who, job)
    check_refused(accept(api, job, now, **wrong), 409, "counts_differ", "expect", "counts")
    answer = accept(api, job, now)
    check_refused(answer, 409, "nothing_to_apply", "held")
    assert answer.json["held"] == 7
    assert api.job(job)["status"] == "ready_for_review"
    assert len(db.library()) == 7


@pytest.mark.parametrize("expect", [{"delete": 6}, {"standard": {"delete": 6}}])
@pytest.mark.parametrize("way", ["review", "match"])
def test_accept_with_all_that_is_asked(api, others, db, expect, way):
    job = reviews.ready(api, db, DELETES, LIBRARY)
    for who in others:
        assert approve(who, job).status == 200
    seen = version(api, job)
    for _ in range(2):  # the answer to the first may be lost
        answer = accept(api, job, expect=expect,
                        **({"seen": seen} if way == "review" else {"match": f'"{seen}"'}))
        assert answer.status == 200, answer
    api.wait_for(job, "success")
    assert list(db.library()) == ["T1"]


def test_few_deletions_need_no_number(api, others, db):
    job = reviews.ready(api, db)
    for who in others:
        approve(who, job)
    assert accept(api, job, version(api, job)).status == 200
    api.wait_for(job, "success")


def test_other_decisions_are_free(api, editor, db):
    job = reviews.ready(api, db, DELETES, LIBRARY)
    comment(editor, job)
    assert api.change(job, "cancel").status == 200
    assert api.change(job, "retry").status == 200


def test_review_tells_what_the_site_asks_for(api, editor, others, db):
    job = reviews.ready(api, db, DELETES, LIBRARY)
    comment(editor, job)
    approve(others[0], job)
    told = reviews.review(api, job)
    assert told["comments"] == {"all": 1, "open": 1, "blocking": True}
    assert told["approvals"] == {"needed": 2, "given": 1}
    assert told["confirm_deletes"] == 6
    listed = api.get(path(job, "approvals")).json
    assert (listed["needed"], listed["given"], len(listed["results"])) == (2, 1, 1)


def test_answers_and_resolved_comments_do_not_stop_it(api, editor, others, db):
    job = reviews.ready(api, db)
    one = comment(editor, job)["id"]
    comment(api, job, "Because.", reply_to=one)
    for who in others:
        approve(who, job)
    answer = accept(api, job, version(api, job))
    check_refused(answer, 409, "open_comments", "open")
    assert answer.json["open"] == 1 and answer.detail.startswith("1 comment is open. Resolve it")
    api.patch(path(job, "comments", one), json={"resolved": True})
    assert accept(api, job, version(api, job)).status == 200
    api.wait_for(job, "success")


# Who approved may be another by the time of the accept

@pytest.mark.parametrize("change, why", [
    ("UPDATE account SET active = false WHERE id = %s", "role"),
    ("UPDATE account SET role = 'viewer' WHERE id = %s", "role"),
    ("UPDATE account SET role = 'admin' WHERE id = %s", None)])
def test_role_of_an_approver_is_that_of_the_accept(site, api, others, db, change, why):
    job = reviews.ready(api, db)
    person = Person(site, "editor")
    assert approve(Client(site.url, db.make_token(person.id)), job).status == 200
    assert approve(others[0], job).status == 200
    db.run(change, person.id)
    (listed,) = [one for one in api.get(path(job, "approvals")).json["results"]
                 if one["by"]["id"] == person.id]
    assert (listed["counts"], listed["why"], listed["since"]) == (why is None, why, None)
    answer = accept(api, job, version(api, job))
    if why:
        check_refused(answer, 409, "approvals_missing", "needed", "given")
        assert answer.json["given"] == 1
    else:
        assert answer.status == 200
        api.wait_for(job, "success")


def test_approver_who_retries_no_longer_counts(api, editor, others, db):
    job = reviews.ready(editor, db)
    for who in others:
        approve(who, job)
    reviews.again(others[0], job)
    listed = api.get(path(job, "approvals")).json
    assert [(one["counts"], one["why"]) for one in listed["results"]] == [
        (False, "contributor"), (True, None)]
    check_refused(accept(editor, job, version(api, job)), 409, "approvals_missing", "needed", "given")
    assert approve(others[0], job).status == 403
    assert approve(editor, job).status == 403  # who uploaded it, still
    assert approve(api, job).status == 200
    assert accept(editor, job, version(api, job)).status == 200  # and may accept it
    api.wait_for(job, "success")


def test_withdrawn_and_outdated_approvals_do_not_count(api, others, db):
    job = reviews.ready(api, db)
    for who in others:
        approve(who, job)
    assert others[0].request("DELETE", path(job, "approvals")).status == 200
    assert accept(api, job, version(api, job)).json["given"] == 1
    approve(others[0], job)
    hold(api, job, [1])
    assert accept(api, job, version(api, job)).json["given"] == 0
    for who in others:
        assert approve(who, job).status == 200
    assert accept(api, job, version(api, job)).status == 200
    api.wait_for(job, "success")


def test_approval_twice_by_one_person_is_one(api, others, db):
    job = reviews.ready(api, db)
    for _ in range(2):
        assert approve(others[0], job).status == 200
    assert reviews.events(api, job).count("approved") == 1
    assert accept(api, job, version(api, job)).json["given"] == 1
