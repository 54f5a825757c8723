"""A handler that dies, or loses the database, in a change of a review: what it did is there whole or not
at all, and who sends the request again with its key is answered as the first time."""

import pytest

import imports
import reviews
from client import IMPORT

KEY = {"Idempotency-Key": "a-key"}

# What is done: the request, and what then shows that it was done once.
HOLD = ("PATCH", "diff/standard/", {"hold": [1, 2], "note": "why?"}, "held")
COMMENT = ("POST", "comments/", {"text": "Why?"}, "commented")
APPROVE = ("POST", "approvals/", {}, "approved")
DEEDS = pytest.mark.parametrize("method, path, body, event", [HOLD, COMMENT, APPROVE],
                                ids=["hold", "comment", "approve"])
POINTS = pytest.mark.parametrize("point, kept", [("review_committing", False), ("review_committed", True)])


@pytest.fixture
def job(site, db):
    return reviews.ready(site.editor, db)


def request(api, job, method, path, body, **headers):
    if path == "approvals/":
        body = {"review": reviews.version(api, job)}
    return api.request(method, f"{IMPORT}{job}/{path}", json=body, headers=headers)


def events(api, job, event):
    found = api.get(f"{IMPORT}{job}/events/").json["results"]
    return sum(one["event"] == event for one in found)


def check_done_once(api, job, event):
    assert events(api, job, event) == 1
    if event == "held":
        assert reviews.held(api, job) == [1, 2]
        assert reviews.review(api, job)["held"] == 2
    elif event == "commented":
        assert len(api.get(f"{IMPORT}{job}/comments/").json["results"]) == 1
    else:
        assert api.get(f"{IMPORT}{job}/approvals/").json["given"] == 1


@DEEDS
@POINTS
def test_killed(api, points, job, point, kept, method, path, body, event):
    points.arm(point, "kill")
    answer = request(api, job, method, path, body)
    assert answer.status == 503 and answer.headers["Retry-After"]
    points.hit(point)
    assert events(api, job, event) == kept
    if not kept:
        assert request(api, job, method, path, body).status == 200
    check_done_once(api, job, event)


@DEEDS
@POINTS
def test_killed_with_a_key(api, points, job, point, kept, method, path, body, event):
    points.arm(point, "kill")
    assert request(api, job, method, path, body, **KEY).status == 503
    points.hit(point)
    again = imports.sent_again(lambda: request(api, job, method, path, body, **KEY))
    assert again.status == 200
    assert again.headers.get("Idempotent-Replayed") == ("true" if kept else None)
    third = request(api, job, method, path, body, **KEY)
    assert (third.raw, third.headers["Idempotent-Replayed"]) == (again.raw, "true")
    check_done_once(api, job, event)


@pytest.mark.parametrize("point, kept", [("patch_committing", False), ("patch_committed", True)])
def test_killed_in_an_accept_with_a_key(site, api, points, job, point, kept):
    """Bound to what was seen, with a note, and part of it held back."""
    assert reviews.hold(api, job, [1]).status == 200
    said = {"status": "accept_changes", "review": reviews.version(api, job), "note": "All but one.",
            "expect": {"add": 2, "update": 2, "delete": 1}}
    with site.worker_stopped():
        points.arm(point, "kill")
        assert api.patch(f"{IMPORT}{job}/", json=said, headers=KEY).status == 503
        points.hit(point)
        assert api.job(job)["status"] == ("applying_changes" if kept else "ready_for_review")
        again = imports.sent_again(lambda: api.patch(f"{IMPORT}{job}/", json=said, headers=KEY))
        assert (again.status, again.json["status"]) == (200, "applying_changes")
        assert again.headers.get("Idempotent-Replayed") == ("true" if kept else None)
        assert events(api, job, "accepted") == 1
        other = api.patch(f"{IMPORT}{job}/", json={"status": "cancel"}, headers=KEY)
        assert (other.status, other.json["code"]) == (422, "key_reused")
