"""The version of a review: when there is one, when it becomes another, and what accepts are held to."""

import pytest

import reviews
from client import IMPORT, check_job
from library import item
from processes import wait_until
from reviews import again, hold, path, release, version

SOMETHING = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def job(api, db):
    return reviews.ready(api, db)


def accept(api, job, seen=None, **headers):
    fields = {"status": "accept_changes", **({"review": seen} if seen else {})}
    return api.patch(path(job), json=fields,
                     headers={name.replace("_", "-"): value for name, value in headers.items()})


def check_changed(answer, status, now, since):
    """Checks the refusal of a version that is not the present one."""
    assert answer.status == status, answer
    assert list(answer.json) == ["detail", "code", "review", "since"]
    assert (answer.json["code"], answer.json["review"]) == ("review_changed", now)
    assert answer.json["since"] == since


# Where it is

def test_version_is_on_all_that_shows_the_diff(api, viewer, job):
    now = version(viewer, job)
    assert len(now) == 32
    places = [path(job), IMPORT + "current/", path(job, "diff"), path(job, "diff", "standard"),
              path(job, "diff", "standard") + "?limit=2", path(job, "diff", "standard") + "?held=all",
              path(job) + "?include=review", path(job) + "?wait=ready_for_review&timeout=1"]
    assert {viewer.get(place).headers["Accession-Review"] for place in places} == {now}
    assert reviews.review(viewer, job)["version"] == now
    tag = viewer.get(path(job)).headers["ETag"]
    unchanged = viewer.get(path(job), headers={"If-None-Match": tag})
    assert (unchanged.status, unchanged.headers["Accession-Review"]) == (304, now)


def test_version_comes_with_what_was_waited_for(site, api, db):
    db.seed(*reviews.LIBRARY)
    job = api.start(reviews.FILE)["id"]
    answer = api.get(path(job), params={"wait": "ready_for_review", "timeout": 60})
    assert answer.json["status"] == "ready_for_review"
    assert answer.headers["Accession-Review"] == version(api, job)


def test_lists_have_none(api, job):
    assert "Accession-Review" not in api.get(IMPORT).headers


def test_no_version_before_the_diff(api, db):
    db.seed(*reviews.LIBRARY)
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        job = api.start(reviews.FILE)["id"]
        wait_until(db.busy, what="the worker to take the job")
        assert version(api, job) is None
        assert reviews.review(api, job)["version"] is None
    api.wait_for(job, "ready_for_review")
    assert version(api, job)


def test_no_version_while_a_retry_is_made(api, db, job):
    old = version(api, job)
    assert api.change(job, "cancel").status == 200
    assert version(api, job) == old  # its diff is still there
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        api.change(job, "retry")
        assert version(api, job) is None
        api.change(job, "cancel")
    api.wait_for(job, "cancel")
    assert version(api, job) is None  # the new attempt has no diff
    assert api.get(path(job, "diff")).status == 404


def test_failed_import_has_none(api):
    job = api.wait_for(api.start(b"id,title\nCT1,\n")["id"], "fail")["id"]
    assert version(api, job) is None


# When it is another

def test_version_is_another_whenever_another_thing_would_be_applied(api, job):
    versions = [version(api, job)]

    def next_version():
        versions.append(version(api, job))

    hold(api, job, [1])
    next_version()
    hold(api, job, [2, 3])
    next_version()
    release(api, job, [1, 2, 3])  # as it was at first, but somebody has seen it otherwise
    next_version()
    again(api, job)
    next_version()
    assert len(set(versions)) == len(versions)


def test_two_jobs_have_no_version_in_common(api, job):
    old = version(api, job)
    api.change(job, "cancel")
    other = api.ready(reviews.FILE)["id"]
    assert version(api, other) != old
    check_changed(accept(api, other, old), 409, version(api, other), None)


SAME = {
    "hold of what is held": lambda api, job: hold(api, job, [1]),
    "hold of what is no change": lambda api, job: hold(api, job, [7, 8, [100, 200]]),
    "hold of nothing": lambda api, job: hold(api, job, []),
    "another note": lambda api, job: hold(api, job, [1], note="for another reason"),
    "release of what is not held": lambda api, job: release(api, job, [2, 3, 7]),
    "hold that is refused": lambda api, job: hold(api, job, [2], review=SOMETHING),
    "comment": reviews.comment,
    "comment on an item": lambda api, job: reviews.comment(
        api, job, content_model="standard", item="CT1", field="title"),
    "mark": lambda api, job: reviews.look(api, job, add={}),
    "approval": reviews.approve,
    "accept that is refused": lambda api, job: accept(api, job, SOMETHING),
    "look at everything": lambda api, job: (
        reviews.review(api, job), api.get(path(job, "diff")), reviews.entries(api, job, held="all")),
}


@pytest.mark.parametrize("what", SAME)
def test_version_stays(api, editor, job, what):
    hold(api, job, [1])
    before = version(api, job)
    SAME[what](editor, job)
    assert version(api, job) == before


def test_version_stays_when_it_is_applied(api, job):
    seen = version(api, job)
    answer = accept(api, job, seen)
    assert (answer.status, answer.headers["Accession-Review"]) == (200, seen)
    api.wait_for(job, "success")
    assert version(api, job) == seen


def test_etag_covers_the_version(api, job):
    tags = {api.get(path(job)).headers["ETag"]}
    for change in (hold, release):
        change(api, job, [2])
        tags.add(api.get(path(job)).headers["ETag"])
    assert len(tags) == 3


# What it binds

def test_version_of_before_the_retry_is_refused(api, db, job):
    old = version(api, job)
    again(api, job)
    for what in ("accept_changes", "cancel"):
        answer = api.change(job, what, review=old)
        check_changed(answer, 409, version(api, job), [])
    assert api.job(job)["status"] == "ready_for_review"
    assert "CT3" in db.library()


def test_retry_is_held_to_the_version_too(api, job):
    old = version(api, job)
    hold(api, job, [1])
    api.change(job, "cancel")
    refused = api.change(job, "retry", review=old)
    check_changed(refused, 409, version(api, job),
                  [{"content_model": "standard", "changes": 1, "entries": [1]}])
    assert api.change(job, "retry", review=version(api, job)).status == 200


def test_since_names_what_was_held_and_released_meanwhile(api, job):
    old = version(api, job)
    hold(api, job, [1, 2, 6])
    middle = version(api, job)
    release(api, job, [2])
    now = version(api, job)
    check_changed(accept(api, job, old), 409, now,
                  [{"content_model": "standard", "changes": 3, "entries": [[1, 2], 6]}])
    answer = accept(api, job, middle)
    check_changed(answer, 409, now, [{"content_model": "standard", "changes": 1, "entries": [2]}])
    assert "1 change is different since" in answer.detail
    check_changed(accept(api, job, SOMETHING), 409, now, None)


@pytest.mark.parametrize("wrong, message", [
    ("", "This field may not be blank."), (None, "This field may not be null."),
    (7, "Not a valid string."), ({}, "Not a valid string."), (["x"], "Not a valid string."),
    ("x" * 65, "Ensure this field has no more than 64 characters."),
    ("a\nb", "Line breaks and control characters are not allowed.")])
def test_wrong_kinds_of_version(api, job, wrong, message):
    answer = api.patch(path(job), json={"status": "accept_changes", "review": wrong})
    assert (answer.status, answer.json) == (400, {"review": [message]})


# If-Match. V is the version, T the ETag.

MATCHES = ['"V"', "V", '"T"', "T", '"x", "V"', '"x","T"', 'x, V', ', ,"V"', '"V", "x"', '"V" ',
           'W/"V", "V"', "*", '"x" , "y"\t,"V"']
MISMATCHES = ['"x"', "x", 'W/"V"', 'W/"T"', '"x", "y"', '"V', 'V"', '""', ",", '"V x"', '"VV"',
              '"x", W/"V"', "W/*", '"*"', "**", "v\u00e4".encode()]


def filled(api, job, header):
    answer = api.get(path(job))
    if isinstance(header, bytes):
        return header
    return header.replace("V", answer.headers["Accession-Review"]).replace(
        "T", answer.headers["ETag"].strip('"'))


@pytest.mark.parametrize("header", MATCHES)
def test_if_match_that_fits(api, job, header):
    answer = accept(api, job, If_Match=filled(api, job, header))
    assert answer.status == 200, answer
    api.wait_for(job, "success")


def test_if_match_that_does_not_fit(api, db, job):
    for header in MISMATCHES:
        answer = accept(api, job, If_Match=filled(api, job, header))
        assert (header, answer.status) == (header, 412), answer
        check_changed(answer, 412, version(api, job), None)
    assert api.job(job)["status"] == "ready_for_review"
    assert "CT3" in db.library()


def test_if_match_of_before_a_hold(api, job):
    answer = api.get(path(job))
    hold(api, job, [3])
    held = [{"content_model": "standard", "changes": 1, "entries": [3]}]
    check_changed(accept(api, job, If_Match=f'"{answer.headers["Accession-Review"]}"'),
                  412, version(api, job), held)
    check_changed(accept(api, job, If_Match=answer.headers["ETag"]), 412, version(api, job), None)


def test_if_match_with_the_etag_of_what_is_included(api, job):
    """The ETag is that of the address."""
    url = path(job) + "?include=review,counts"
    tag = api.get(url).headers["ETag"]
    assert api.patch(path(job), json={"status": "cancel"}, headers={"If-Match": tag}).status == 412
    assert api.patch(url, json={"status": "cancel"}, headers={"If-Match": tag}).status == 200


@pytest.mark.parametrize("status", ["pending", "fail"])
def test_if_match_before_there_is_a_diff(site, api, db, status):
    """The ETag is known then, although there is no version."""
    what = {"pending": "cancel", "fail": "retry"}[status]
    with site.worker_stopped():
        job = db.make_job(status, site.ids["admin"])
        tag = api.get(path(job)).headers["ETag"]
        for wrong in ('"x"', '""', ",", 'W/' + tag):
            answer = api.patch(path(job), json={"status": what}, headers={"If-Match": wrong})
            check_changed(answer, 412, None, None)
        assert api.change(job, what, review=SOMETHING).status == 409
        assert api.job(job)["status"] == status
        answer = api.patch(path(job), json={"status": what}, headers={"If-Match": tag})
        assert answer.status == 200, answer


def test_both_ways_of_naming_it_must_fit(api, job):
    old = version(api, job)
    hold(api, job, [1])
    now = version(api, job)
    held = [{"content_model": "standard", "changes": 1, "entries": [1]}]
    check_changed(accept(api, job, old, If_Match=f'"{now}"'), 409, now, held)
    check_changed(accept(api, job, now, If_Match=f'"{old}"'), 412, now, held)
    assert accept(api, job, now, If_Match=f'"{now}"').status == 200
    api.wait_for(job, "success")


# The same accept again

@pytest.mark.parametrize("header", [False, True], ids=["review", "If-Match"])
def test_same_accept_again_is_done_already(site, api, editor, job, header):
    seen = version(api, job)

    def accept_again(one, what):
        return accept(one, job, If_Match=f'"{what}"') if header else accept(one, job, what)

    with site.worker_stopped():
        assert accept_again(api, seen).status == 200
        repeated = accept_again(api, seen)
        assert (repeated.status, repeated.json["status"]) == (200, "applying_changes")
        assert repeated.json == api.job(job)
        for refused in (accept_again(editor, seen), accept_again(api, SOMETHING), accept(api, job)):
            assert (refused.status, refused.json["code"]) == (409, "wrong_status"), refused


def test_same_accept_again_after_it_was_applied(api, editor, db, job):
    seen = version(api, job)
    assert accept(api, job, seen).status == 200
    done = api.wait_for(job, "success")
    repeated = accept(api, job, seen)
    assert repeated.status == 200 and check_job(repeated.json) == done
    assert accept(editor, job, seen).json["code"] == "wrong_status"
    assert accept(api, job).json["code"] == "wrong_status"
    assert reviews.events(api, job).count("accepted") == 1
    assert db.value("SELECT count(*) FROM standard_history") == len(reviews.CHANGES)


@pytest.mark.parametrize("end", ["cancel", "fail"])
def test_same_accept_again_of_what_came_to_nothing(api, db, job, end):
    """It was not applied, so the accept is not done."""
    seen = version(api, job)
    if end == "fail":
        db.run("UPDATE standard SET title = 'moved' WHERE id = 'CT1'")
        accept(api, job, seen)
    else:
        with db.locked("standard", "SHARE"):
            accept(api, job, seen)
            wait_until(db.busy, what="the worker to take the job")
            api.change(job, "cancel")
    api.wait_for(job, end)
    answer = accept(api, job, seen)
    assert (answer.status, answer.json["code"], answer.json["status"]) == (409, "wrong_status", end)


# A tells what they have seen, and B was there meanwhile

@pytest.mark.parametrize("way, status", [("review", 409), ("version", 412), ("ETag", 412)])
def test_somebody_else_was_faster(api, editor, db, way, status):
    """A looks at the diff of a job; B cancels it, imports another change of the same item, and
    retries A's job. A's accept is of what A saw, and that is not what would be applied."""
    job = reviews.ready(api, db)
    seen = api.get(path(job))
    assert reviews.entries(api, job) == reviews.CHANGES
    assert editor.change(job, "cancel").status == 200
    editor.apply(b"id,priority\nCT2,9\n")
    assert editor.change(job, "retry").status == 200
    api.wait_for(job, "ready_for_review")
    library = db.library()
    old = seen.headers["Accession-Review"]
    answer = {"review": lambda: accept(api, job, old),
              "version": lambda: accept(api, job, If_Match=f'"{old}"'),
              "ETag": lambda: accept(api, job, If_Match=seen.headers["ETag"])}[way]()
    since = [{"content_model": "standard", "changes": 1, "entries": [2]}]
    check_changed(answer, status, version(api, job), None if way == "ETag" else since)
    assert api.job(job)["status"] == "ready_for_review"
    assert db.library() == library and library["CT2"]["priority"] == 9
    assert accept(api, job, answer.json["review"]).status == 200
    api.wait_for(job, "success")
    assert db.library()["CT2"] == item("CT2", "two", priority=7)
