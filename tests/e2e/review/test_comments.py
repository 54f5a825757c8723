"""Comments on an import, an item of it or a field of that, or on changes; and answers to them."""

import pytest

import reviews
from client import PERSON_KEYS, TIME
from library import item
from reviews import comment, path

KEYS = ["id", "reply_to", "content_model", "item", "field", "changes", "text", "by", "date", "edited", "resolved",
        "resolved_by", "attempt"]
TITLE = {"content_model": "standard", "item": "CT1", "field": "title"}


@pytest.fixture
def job(api, db):
    return reviews.ready(api, db)


def comments(api, job):
    answer = api.get(path(job, "comments"))
    assert answer.status == 200 and list(answer.json) == ["results"], answer
    return answer.json["results"]


def post(api, job, **fields):
    return api.post(path(job, "comments"), json=fields)


def change(api, job, one, **fields):
    return api.patch(path(job, "comments", one), json=fields)


def delete(api, job, one):
    return api.request("DELETE", path(job, "comments", one))


def check_code(answer, status, code):
    assert (answer.status, answer.json["code"]) == (status, code), answer
    assert list(answer.json) == ["detail", "code"]


def test_no_comments_at_first(api, job):
    assert api.get(path(job, "comments")).raw == b'{"results":[]}'
    assert reviews.review(api, job)["comments"] == {"all": 0, "open": 0, "blocking": False}


@pytest.mark.parametrize("about", [
    {}, {"content_model": "standard"}, {"content_model": "standard", "item": "CT3"}, TITLE,
    {"content_model": "standard", "item": "CT6"}, {"content_model": "standard", "item": "CT6", "field": "tags"}],
    ids=str)
def test_comment(site, editor, viewer, job, about):
    made = comment(editor, job, "  Why?\nReally. \u2028 ", **about)
    assert list(made) == KEYS
    assert list(made["by"]) == PERSON_KEYS and made["by"]["id"] == site.ids["editor"]
    assert TIME.fullmatch(made["date"])
    assert made == {**made, "reply_to": None, "content_model": None, "item": None, "field": None,
                    "changes": None, "text": "Why?\nReally.", "edited": None, "resolved": None, "resolved_by": None,
                    "attempt": 1, **about}
    assert comments(viewer, job) == [made]
    assert reviews.events(viewer, job)[-1] == "commented"
    assert reviews.review(viewer, job)["comments"] == {"all": 1, "open": 1, "blocking": False}


def test_answers(site, api, editor, job):
    first = comment(editor, job, **TITLE)
    answer = comment(api, job, "Because.", reply_to=first["id"])
    assert (answer["reply_to"], answer["content_model"], answer["item"]) == (first["id"], None, None)
    assert answer["by"]["id"] == site.ids["admin"]
    second = comment(api, job, "And this?")
    assert [one["id"] for one in comments(api, job)] == [first["id"], answer["id"], second["id"]]
    assert reviews.review(api, job)["comments"] == {"all": 3, "open": 2, "blocking": False}
    assert reviews.events(api, job)[-3:] == ["commented", "answered", "commented"]


def test_what_cannot_be_answered(api, db, job):
    first = comment(api, job)
    answer = comment(api, job, "Because.", reply_to=first["id"])
    check_code(post(api, job, text="x", reply_to=answer["id"]), 400, "no_comment")
    check_code(post(api, job, text="x", reply_to=999999999), 400, "no_comment")
    check_code(post(api, job, text="x", reply_to=0), 400, "no_comment")
    api.change(job, "cancel")
    other = api.ready(reviews.FILE)["id"]
    check_code(post(api, other, text="x", reply_to=first["id"]), 400, "no_comment")
    assert len(comments(api, job)) == 2 and comments(api, other) == []


@pytest.mark.parametrize("about", [
    {"content_model": "threat"}, {"content_model": "none"}, {"content_model": "standard", "item": "CT5"},
    {"content_model": "standard", "item": "CT99"}, {"content_model": "standard", "item": "ct1"},
    {"content_model": "standard", "item": "CT1", "field": "none"}, {"content_model": "import_job; --"},
    {"content_model": "standard", "item": "CT1", "field": "Title"}], ids=str)
def test_what_is_not_in_the_diff(api, job, about):
    """CT5 is in the file, but nothing about it changes."""
    check_code(post(api, job, text="x", **about), 400, "not_in_diff")
    assert comments(api, job) == []


BLANK, KIND = "This field may not be blank.", "Not a valid string."
WRONG = [
    ({}, "text", "This field is required."), ({"text": None}, "text", "This field may not be null."),
    ({"text": ""}, "text", BLANK), ({"text": " \n\t "}, "text", BLANK), ({"text": 7}, "text", KIND),
    ({"text": ["x"]}, "text", KIND), ({"text": "a\0b"}, "text", "Control characters are not allowed."),
    ({"text": "x" * 10001}, "text", "Ensure this field has no more than 10000 characters."),
    ({"text": "x", "item": "CT1"}, "content_model", "This field is required to name an item."),
    ({"text": "x", "content_model": "standard", "field": "title"}, "item",
     "This field is required to name a field of it."),
    ({"text": "x", "content_model": ""}, "content_model", BLANK), ({"text": "x", "item": 5}, "item", KIND),
    ({"text": "x", "content_model": "x" * 65}, "content_model", "Ensure this field has no more than 64 characters."),
    ({"text": "x", "reply_to": -1}, "reply_to", "A valid integer is required."),
    ({"text": "x", "reply_to": 1.5}, "reply_to", "A valid integer is required."),
    ({"text": "x", "reply_to": 10 ** 20}, "reply_to", "A valid integer is required."),
    ({"text": "x", "reply_to": "1; --"}, "reply_to", "A valid integer is required."),
    ({"text": "x", "reply_to": 1, "content_model": "standard"}, "content_model",
     "An answer is about what the comment is about."),
    ({"text": "x", "changes": {"op": "add"}}, "content_model", "This field is required to name changes."),
    ({"text": "x", "reply_to": 1, "content_model": "standard", "changes": {"op": "add"}}, "content_model",
     "An answer is about what the comment is about."),
    ({"text": "x", "content_model": "standard", "item": "CT1", "changes": {"op": "add"}}, "changes",
     "A comment is about an item or about changes, not both."),
    ({"text": "x", "content_model": "standard", "changes": "op=add"}, "changes", "A JSON object or a list is required."),
    ({"text": "x", "content_model": "standard", "changes": [1]}, "changes",
     "Send a filter, with the parameters that the diff takes."),
    ({"text": "x", "content_model": "standard", "changes": {"kind": "add"}}, "changes",
     "Send a filter, with the parameters that the diff takes, or a list of entries."),
    ({"text": "x", "content_model": "standard", "changes": {"op": "none"}}, "op",
     "Select a valid choice. none is not one of the available choices."),
    ({"text": "x", "content_model": "standard", "changes": {"original": "1"}}, "field", "This field is required."),
    ({"text": "x", "content_model": "standard", "changes": {"search": "x" * 4000}}, "changes", "The filter is too long."),
    ({"text": "x", "content_model": "none", "changes": {"op": "add"}}, "content_model",
     "Select a valid choice. none is not one of the available choices.")]


@pytest.mark.parametrize("changes", [
    {"op": "update", "field": "priority", "original": "10", "new": "7"}, {"op": "add"}, {},
    {"search": "a \"b\" \u202e'; --", "warning": "null"}, {"field": "title", "new": ""}], ids=str)
def test_comment_on_changes(api, viewer, job, changes):
    """They are named by the parameters of the diff, so that they are found by them, whatever they are by now."""
    about = {"content_model": "standard", "changes": changes}
    made = comment(api, job, **about)
    assert made == {**made, "item": None, "field": None, **about}
    assert comments(viewer, job) == [made]
    answer = comment(api, job, "Because.", reply_to=made["id"])
    assert answer["changes"] is None
    api.change(job, "cancel")
    api.change(job, "retry")
    api.wait_for(job, "ready_for_review")
    assert comments(viewer, job)[0] == made


def test_values_of_a_filter_are_kept_as_texts(api, job):
    changes = {"op": "update", "field": "priority", "original": 10, "new": "7"}
    assert comment(api, job, content_model="standard", changes=changes)["changes"] == {**changes, "original": "10"}
    changes = {"field": "text", "whitespace": True}
    assert comment(api, job, content_model="standard", changes=changes)["changes"] == {**changes, "whitespace": "true"}


def test_wrong_comments(api, job):
    comment(api, job)
    for fields, about, message in WRONG:
        answer = post(api, job, **fields)
        assert (answer.status, answer.json) == (400, {about: [message]}), fields
    assert len(comments(api, job)) == 1
    assert comment(api, job, "\u00e4" * 10000)["text"] == "\u00e4" * 10000


def test_text_comes_back_as_it_was(api, job):
    for text in ("'; DROP TABLE review_comment; --", "<script>alert(1)</script> &amp;", "\\ \" {} %s \U0001f600",
                 "a\u2028b\u2029c", "null"):
        assert comment(api, job, text)["text"] == text
        assert comments(api, job)[-1]["text"] == text


# Edits

def test_own_text_can_be_edited(api, editor, job):
    made = comment(editor, job, **TITLE)
    answer = change(editor, job, made["id"], text="Why that?")
    assert answer.status == 200
    assert answer.json == {**made, "text": "Why that?", "edited": answer.json["edited"]}
    assert TIME.fullmatch(answer.json["edited"]) and answer.json["edited"] > made["date"]
    assert comments(api, job) == [answer.json]
    same = change(editor, job, made["id"], text="Why that?")
    assert same.json == answer.json  # which is not edited again
    assert reviews.events(api, job)[-2:] == ["commented", "comment_edited"]


def test_text_of_others_cannot_be_edited(api, editor, job):
    made = comment(editor, job)
    check_code(change(api, job, made["id"], text="Other"), 403, "not_yours")
    check_code(change(api, job, made["id"], text="Other", resolved=True), 403, "not_yours")
    assert comments(api, job) == [made]


def test_anybody_resolves_and_reopens(site, api, editor, job):
    made = comment(editor, job)
    told = change(api, job, made["id"], resolved=True).json
    assert TIME.fullmatch(told["resolved"]) and told["resolved_by"]["id"] == site.ids["admin"]
    assert change(editor, job, made["id"], resolved=True).json == told  # it is already
    assert reviews.review(api, job)["comments"] == {"all": 1, "open": 0, "blocking": False}
    assert change(editor, job, made["id"], resolved=False).json == made
    assert change(editor, job, made["id"], resolved="no").json == made
    assert reviews.events(api, job)[-3:] == ["commented", "comment_resolved", "comment_reopened"]
    told = change(editor, job, made["id"], resolved=True, text="Never mind.").json
    assert told["text"] == "Never mind." and told["resolved_by"]["id"] == site.ids["editor"]


def test_answers_are_not_resolved(api, job):
    made = comment(api, job)
    answer = comment(api, job, "Because.", reply_to=made["id"])
    check_code(change(api, job, answer["id"], resolved=True), 409, "an_answer")
    assert change(api, job, answer["id"], resolved=False).json == answer
    assert change(api, job, answer["id"], text="Since.").json["text"] == "Since."


@pytest.mark.parametrize("fields, about", [
    ({"text": ""}, "text"), ({"text": None}, "text"), ({"text": 1}, "text"), ({"resolved": "maybe"}, "resolved"),
    ({"resolved": None}, "resolved"), ({"resolved": []}, "resolved"), ({"text": "x" * 10001}, "text")], ids=str)
def test_wrong_edits(api, job, fields, about):
    fields = {name: value[:10001] if isinstance(value, str) else value for name, value in fields.items()}
    made = comment(api, job)
    answer = change(api, job, made["id"], **fields)
    assert (answer.status, list(answer.json)) == (400, [about]), answer
    assert comments(api, job) == [made]


# Deletion

def test_own_comment_can_be_deleted(api, editor, job):
    made = comment(editor, job)
    check_code(delete(api, job, made["id"]), 403, "not_yours")
    answer = comment(api, job, "Because.", reply_to=made["id"])
    check_code(delete(editor, job, made["id"]), 409, "has_answers")
    gone = delete(api, job, answer["id"])
    assert (gone.status, gone.raw) == (204, b"")
    assert delete(editor, job, made["id"]).status == 204
    assert comments(api, job) == []
    assert delete(editor, job, made["id"]).status == 404
    assert reviews.events(api, job)[-4:] == ["commented", "answered", "comment_deleted", "comment_deleted"]


def test_comments_are_those_of_the_job(api, job):
    made = comment(api, job)
    api.change(job, "cancel")
    other = api.ready(reviews.FILE)["id"]
    for where, which in ((other, made["id"]), (job, made["id"] + 1), (999, made["id"]), (job, 10 ** 18)):
        assert change(api, where, which, text="x").status == 404
        assert delete(api, where, which).status == 404
    for wrong in ("x", "-1", "1.0", "99999999999999999999"):
        assert change(api, job, wrong, text="x").status == 404
    assert comments(api, job) == [made]
    assert api.get(path(999, "comments")).status == 404
    assert post(api, 999, text="x").status == 404
    assert api.get(path(job, "comments", made["id"])).status == 405


# Over time

def test_comments_can_be_made_at_any_time(site, api, db, job):
    """On the import as a whole also without a diff; on an item as long as its diff can be seen."""
    api.accept(job)
    assert comment(api, job, **TITLE)["attempt"] == 1
    with site.worker_stopped():
        bare = db.make_job("pending", site.ids["admin"])
        assert comment(api, bare)["attempt"] == 1
        check_code(post(api, bare, text="x", **TITLE), 400, "not_in_diff")


def test_comments_follow_the_item_through_retries(api, db, job):
    """New items have other numbers then."""
    assert [one["new"]["id"] for one in api.diff(job)["add"]] == ["CT6", "CT7"]
    made = [comment(api, job, content_model="standard", item=one) for one in ("CT1", "CT6", "CT7")]
    db.seed(item("CT6", "there by now"))
    reviews.again(api, job)
    assert [one["new"]["id"] for one in api.diff(job)["add"]] == ["CT7", "CT8"]
    assert comments(api, job) == [made[0], {**made[1], "item": "CT7"}, {**made[2], "item": "CT8"}]
    assert comment(api, job)["attempt"] == 2


def test_open_comments_do_not_stop_an_accept(api, job):
    """Unless the site says so: test_strict_site.py."""
    comment(api, job)
    api.accept(job)


def test_activity_tells_of_all_that_others_can_see(api, editor, job):
    """So that pages know when to ask again."""
    seen = [reviews.review(api, job)["activity"]]

    def told():
        seen.append(reviews.review(api, job)["activity"])
        return seen[-1] not in seen[:-1]

    assert seen[0] == reviews.review(api, job)["activity"]
    made = comment(editor, job)["id"]
    assert told()
    for act in (lambda: comment(api, job, "Because.", reply_to=made), lambda: change(editor, job, made, text="Oh"),
                lambda: change(api, job, made, resolved=True), lambda: reviews.hold(editor, job, [1]),
                lambda: reviews.release(editor, job, [1]), lambda: reviews.approve(editor, job),
                lambda: editor.request("DELETE", path(job, "approvals")), lambda: reviews.look(editor, job, add=[1])):
        act()
        assert told()
