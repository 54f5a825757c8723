"""Two people, each in their own browser, review the same import."""

import pytest

from chromium import eventually
from library import item, to_csv
from pages import Job, Review

LIBRARY = [item(f"T{n}", title=f"Old {n}") for n in range(1, 4)]
CHANGED = [{**one, "title": f"New {one['id']}"} for one in LIBRARY] + [item("CT10")]
IDS = [one["id"] for one in CHANGED]


@pytest.fixture
def pages(editor, other, ready):
    """The review as the editor and the administrator see it."""
    return [Review(browser, ready).open().shows(*IDS) for browser in (editor, other)]


def test_each_sees_what_the_other_does(pages, editor, other):
    mine, theirs = pages
    editor.press("j", "x", "j", "h")
    mine.give_reason("not yet")
    theirs.held("T2").seen()
    eventually(lambda: theirs.states("T1") == ["Also looked at by Edgar Editor"])
    eventually(lambda: theirs.states("T2") == ["Held back by Edgar Editor: not yet"])
    eventually(lambda: "Apply 3 changes, hold 1 back" in theirs.bar())
    other.press("j", "j", "h")
    theirs.held()
    mine.held()
    eventually(lambda: "Apply 4 changes" in mine.bar())
    assert mine.chosen() == "T2"  # nobody has moved them
    theirs.decide("Accept", "Accept 4 changes")
    Job(other, mine.number).here().status("Applied")
    eventually(lambda: "Applied" in mine.bar())
    eventually(lambda: editor.none("button", "Hold back…"))


def test_what_one_has_not_seen_is_not_accepted(pages, editor, other, site, db):
    """One asks to accept; meanwhile the other cancels, applies another change of the same item, and
    retries. What the one is about to accept is not what they have seen."""
    mine, theirs = pages
    dialog = mine.ask("Accept")
    editor.script("window.fetch = ((ask) => (url, options) => options?.method === 'PATCH' ? ask(url, options)"
                  " : new Promise(() => {}))(window.fetch)")  # as in a tab that sleeps
    theirs.decide("Cancel", "Cancel the import")
    job = Job(other, mine.number).here().status("Cancelled")
    site.admin.apply(to_csv([{**LIBRARY[0], "title": "Of another import"}]))
    job.decide("Retry", "^Retry")
    job.status("Ready for review")
    editor.expects(409, f"/import/{mine.number}/")
    dialog.send("Accept 4 changes")
    mine.alert("1 change is different since. Nothing was done.")
    assert site.admin.job(mine.number)["status"] == "ready_for_review"
    assert db.library()["T1"]["title"] == "Of another import"
    mine.open().shows(*IDS)
    eventually(lambda: mine.field("T1", "Title") == "[-Of another import-]{+New T1+}")
    mine.decide("Accept", "Accept 4 changes")
    Job(editor, mine.number).here().status("Applied")
    assert db.library()["T1"]["title"] == "New T1"
