"""Approvals: whose, of what, and for how long. That a site can ask for them: test_strict_site.py."""

import pytest

import reviews
from client import PERSON_KEYS, TIME, Client
from people import Person
from reviews import approve, path, version

pytestmark = pytest.mark.usefixtures("only_known_people")


@pytest.fixture
def other(site, db):
    """A second editor."""
    return Client(site.url, db.make_token(Person(site, "editor").id))


@pytest.fixture
def job(api, db):
    return reviews.ready(api, db)


def approvals(api, job):
    answer = api.get(path(job, "approvals"))
    assert answer.status == 200, answer
    assert list(answer.json) == ["needed", "given", "results"]
    assert answer.json["given"] == sum(one["counts"] for one in answer.json["results"])
    for one in answer.json["results"]:
        assert list(one) == ["by", "date", "counts", "why", "since"]
        assert one["counts"] == (one["why"] is None)
    return answer.json["results"]


def withdraw(api, job):
    return api.request("DELETE", path(job, "approvals"))


def check_refused(answer, status, code, *members):
    assert (answer.status, answer.json["code"]) == (status, code), answer
    assert list(answer.json) == ["detail", "code", *members]


def test_no_approvals_at_first(api, job):
    assert api.get(path(job, "approvals")).raw == b'{"needed":0,"given":0,"results":[]}'
    assert reviews.review(api, job)["approvals"] == {"needed": 0, "given": 0}


def test_approval(site, api, editor, viewer, job):
    answer = approve(editor, job)
    assert answer.status == 200
    (one,) = answer.json["results"]
    assert answer.json == {"needed": 0, "given": 1, "results": [one]}
    assert list(one["by"]) == PERSON_KEYS and one["by"]["id"] == site.ids["editor"]
    assert TIME.fullmatch(one["date"])
    assert (one["counts"], one["why"], one["since"]) == (True, None, None)
    assert approvals(viewer, job) == [one]
    assert reviews.review(api, job)["approvals"] == {"needed": 0, "given": 1}
    assert approve(editor, job).json["results"] == [one]  # it is already
    assert reviews.events(api, job)[-1] == "approved"


def test_approvals_can_be_taken_back(api, editor, other, job):
    approve(editor, job)
    approve(other, job)
    answer = withdraw(editor, job)
    assert answer.status == 200
    assert [one["by"]["id"] for one in answer.json["results"]] == [
        one["by"]["id"] for one in approvals(api, job)] and answer.json["given"] == 1
    assert withdraw(editor, job).json == answer.json  # there is none any more
    assert withdraw(api, job).json == answer.json  # there never was one
    assert reviews.events(api, job)[-3:] == ["approved", "approved", "approval_withdrawn"]
    assert approve(editor, job).json["given"] == 2


@pytest.mark.parametrize("body, message", [
    ({}, "This field is required."), ({"review": None}, "This field may not be null."),
    ({"review": ""}, "This field may not be blank."), ({"review": 1}, "Not a valid string."),
    ({"review": "x" * 65}, "Ensure this field has no more than 64 characters.")], ids=str)
def test_version_has_to_be_said(editor, api, job, body, message):
    answer = editor.post(path(job, "approvals"), json=body)
    assert (answer.status, answer.json) == (400, {"review": [message]})
    assert approvals(api, job) == []


def test_approval_of_another_version(api, editor, job):
    old = version(api, job)
    reviews.hold(api, job, [1, 4])
    answer = approve(editor, job, old)
    check_refused(answer, 409, "review_changed", "review", "since")
    assert answer.json["review"] == version(api, job)
    assert answer.json["since"] == [{"content_model": "standard", "changes": 2, "entries": [1, 4]}]
    check_refused(approve(editor, job, "0" * 32), 409, "review_changed", "review", "since")
    assert approvals(api, job) == []


@pytest.mark.parametrize("status", ["pending", "applying_changes", "success", "fail", "cancel"])
def test_only_a_review_can_be_approved(site, api, editor, db, status):
    with site.worker_stopped():
        bare = db.make_job(status, site.ids["admin"])
        for answer in (approve(editor, bare, "0" * 32), withdraw(editor, bare)):
            check_refused(answer, 409, "wrong_status", "status")
            assert answer.json["status"] == status
            assert answer.detail == "Only jobs which are ready_for_review can be reviewed."


def test_approvals_of_nothing(api):
    assert api.get(path(999, "approvals")).status == 404
    assert api.post(path(999, "approvals"), data=b"{").status == 404
    assert approve(api, 999, "0" * 32).status == 404
    assert withdraw(api, 999).status == 404


# Who has a part in it

def test_uploader_may_not(api, editor, job):
    check_refused(approve(api, job), 403, "contributor")
    assert approvals(api, job) == []


def test_who_retried_may_not_and_neither_may_the_uploader(api, editor, other, job):
    reviews.again(editor, job)
    for who in (api, editor):
        check_refused(approve(who, job), 403, "contributor")
    assert approve(other, job).status == 200
    reviews.again(api, job)
    check_refused(approve(editor, job), 403, "contributor")  # of an earlier attempt


def test_other_parts_in_it_do_not_matter(api, editor, job):
    reviews.hold(editor, job, [1])
    reviews.comment(editor, job)
    editor.change(job, "cancel")
    api.change(job, "retry")
    api.wait_for(job, "ready_for_review")
    assert approve(editor, job).status == 200


def test_approver_who_retries_has_a_part_then(site, api, editor, other, job):
    approve(editor, job)
    approve(other, job)
    reviews.again(editor, job)
    assert {one["by"]["id"] == site.ids["editor"]: one["why"] for one in approvals(api, job)} == {
        True: "contributor", False: None}


@pytest.mark.parametrize("change, why", [
    ("active = false", "role"), ("role = 'viewer'", "role"), ("role = 'admin'", None)])
def test_approvers_must_still_be_able_to(site, api, db, job, change, why):
    person = Person(site, "editor")
    assert approve(Client(site.url, db.make_token(person.id)), job).status == 200
    db.run(f"UPDATE account SET {change} WHERE id = %s", person.id)
    (one,) = approvals(api, job)
    assert (one["why"], one["since"]) == (why, None)
    db.run("UPDATE account SET active = true, role = 'editor' WHERE id = %s", person.id)
    assert approvals(api, job)[0]["why"] is None


# For how long

def test_hold_or_release_outdates_it(api, editor, job):
    approve(editor, job)
    reviews.hold(api, job, [1, 2])
    reviews.release(api, job, [2])
    (one,) = approvals(api, job)
    assert (one["why"], one["since"]) == (
        "review_changed", [{"content_model": "standard", "changes": 2, "entries": [[1, 2]]}])
    (one,) = approve(editor, job).json["results"]  # again, in place of the other
    assert (one["counts"], one["since"]) == (True, None)


def test_it_stays_over_a_retry_that_changes_nothing(api, editor, db, job):
    reviews.hold(api, job, [4])
    old = version(api, job)
    approve(editor, job)
    db.run("UPDATE standard SET tags = 'x' WHERE id = 'CT3'; UPDATE standard SET tags = '' WHERE id = 'CT3'")
    reviews.again(api, job)
    assert version(api, job) != old
    (one,) = approvals(api, job)
    assert (one["counts"], one["why"], one["since"]) == (True, None, None)
    assert reviews.held(api, job) == [4]


def test_it_stays_over_a_retry_that_came_to_nothing(api, editor, db, job):
    approve(editor, job)
    api.change(job, "cancel")
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        api.change(job, "retry")
        api.change(job, "cancel")
    api.wait_for(job, "cancel")
    api.change(job, "retry")
    api.wait_for(job, "ready_for_review")
    assert approvals(api, job)[0]["counts"]


OTHERS = {
    "another old side": ("UPDATE standard SET title = 'moved' WHERE id = 'CT1'", [1]),
    "a change less": ("UPDATE standard SET priority = 7 WHERE id = 'CT2'", [2]),
    "a change more": ("UPDATE standard SET tags = 'x' WHERE id = 'CT5'", [7]),
    "what is deleted is another": ("UPDATE standard SET text = 'x' WHERE id = 'CT3'", [3]),
    "new items have other numbers": ("UPDATE model_number SET last_number = 20", []),
}


@pytest.mark.parametrize("what", OTHERS)
def test_retry_with_another_diff_outdates_it(api, editor, db, job, what):
    """`since` names the changes that do something else now."""
    statement, entries = OTHERS[what]
    approve(editor, job)
    db.run(statement)
    reviews.again(api, job)
    (one,) = approvals(api, job)
    assert one["why"] == "review_changed"
    assert one["since"] == ([{"content_model": "standard", "changes": len(entries), "entries": entries}]
                            if entries else [])
    assert approve(editor, job).json["given"] == 1


def test_outdated_approval_does_not_come_back(api, editor, db, job):
    """The diff is as it was when it was approved, but in between it was not."""
    approve(editor, job)
    for title in ("moved", "one"):
        db.run("UPDATE standard SET title = %s WHERE id = 'CT1'", title)
        reviews.again(api, job)
        assert approvals(api, job)[0]["why"] == "review_changed"


def test_approvals_are_kept_with_what_was_applied(api, editor, job):
    approve(editor, job)
    api.accept(job)
    assert approvals(api, job)[0]["counts"]
