"""What a reviewer has looked at: marks of changes, of groups and of what fits a filter, which the server
keeps for each person."""

import re

from chromium import eventually
from library import item
from pages import Review, SignIn
from people import Person

LIBRARY = [item(f"T{n}", title=f"Old {n}", active=True) for n in range(1, 5)]
CHANGED = [{**LIBRARY[0], "title": "New 1"}, *({**one, "active": False} for one in LIBRARY[1:3]),
           {**LIBRARY[3], "tags": "a"}, item("CT10"), item("CT11")]
IDS = [one["id"] for one in CHANGED]


def looked(client, number):
    """What the server says a person has looked at."""
    return client.get(f"library/import/{number}/diff/standard/looked/").json["looked"]


def look(client, number, what):
    """Somebody marks changes."""
    answer = client.patch(f"library/import/{number}/diff/standard/looked/", json={"add": what})
    assert answer.status == 200, answer


def has_looked(page, text):
    eventually(lambda: page.looked() == text)


# ---- One change

def test_change_is_marked_and_stays_so(page, editor, site):
    has_looked(page, "0 of 6 looked at")
    page.button("T2", "Looked at")
    page.seen("T2")
    has_looked(page, "1 of 6 looked at")
    page.says("Looked at: 1 of 6.")
    eventually(lambda: looked(site.editor, page.number) == [2])
    editor.driver.refresh()
    page.shows(*IDS).seen("T2")
    has_looked(page, "1 of 6 looked at")
    page.button("T2", "Looked at")
    page.seen()
    eventually(lambda: looked(site.editor, page.number) == [])


def test_changes_are_marked_by_key(page, editor):
    editor.press("j", "x", "j", "j", "x")
    page.seen("T1", "T3")
    assert page.chosen() == "T3"
    editor.press("x")
    page.seen("T1")
    has_looked(page, "1 of 6 looked at")


def test_mark_that_was_not_saved_is_taken_back_and_said(page, editor):
    editor.cdp("Fetch.enable", patterns=[{"urlPattern": "*/looked/*", "requestStage": "Request"}])
    editor.press("j", "x")
    page.seen("T1")  # at once
    editor.cdp("Fetch.disable")
    page.seen("T1")
    editor.cdp("Network.enable")
    editor.cdp("Network.setBlockedURLs", urls=["*/looked/*"])
    editor.press("j", "x")
    page.alert("Your marks were not saved.")
    page.seen("T1")
    editor.cdp("Network.setBlockedURLs", urls=[])
    editor.complaints()  # of the request that was blocked


def test_next_not_looked_at(page, editor, site):
    look(site.editor, page.number, [[1, 2], 4])
    page.seen("T1", "T2", "T4")
    for wanted in ("T3", "CT10", "CT11", "T3"):
        editor.press("n")
        eventually(lambda: page.chosen() == wanted)
    look(site.editor, page.number, {})
    page.seen(*IDS)
    editor.press("n")
    page.says("You have looked at all that is shown.")


# ---- Many

def test_what_fits_a_filter_is_marked_at_once(page, editor, site):
    page.only_field("Active")
    page.shows("T2", "T3")
    editor.click("button", "Mark all 2 shown")
    page.seen("T2", "T3")
    assert looked(site.editor, page.number) == [[2, 3]]
    editor.click("button", "Not looked at yet: all 2 shown")
    page.seen()
    assert looked(site.editor, page.number) == []


def test_group_is_marked_by_key_and_the_next_one_follows(page, editor, site):
    page.grouped()
    (whole,) = [group for group in page.groups() if group.startswith("Items added")]
    editor.press("j")
    eventually(lambda: "Items added" in editor.script("return document.activeElement.textContent"))
    editor.press("x")
    eventually(lambda: looked(site.editor, page.number) == [[5, 6]])
    eventually(lambda: whole.replace(" 2", " ✓ looked at 2") in page.groups())
    editor.press("n")
    eventually(lambda: "Active" in editor.script("return document.activeElement.textContent"))
    editor.press("o")
    page.shows("T2", "T3")
    editor.press("j", "x", "n")
    eventually(lambda: page.chosen() == "T3")
    editor.press("x")
    page.seen("T2", "T3")
    eventually(lambda: "Active true to false ✓ looked at 2 items" in page.groups())


def test_what_was_looked_at_is_hidden(page, editor, site):
    look(site.editor, page.number, [[1, 3], 6])
    page.seen("T1", "T2", "T3", "CT11")
    editor.click("button", "Hide what I looked at")
    page.shows("T4", "CT10")
    assert "unseen=1" in editor.path
    editor.driver.refresh()
    page.shows("T4", "CT10")
    editor.press("j", "x")
    page.seen("T4").shows("T4", "CT10")  # it does not go from under the reader
    page.open("?unseen=1&view=groups")
    page.sees("Every change is in one of them")
    page.open_group("Items added 2 items")
    page.shows("CT10")
    page.open("?unseen=1&search=Old+2").sees("No change fits this.")


# ---- Whose

def test_others_are_named_with_what_they_have_looked_at(page, editor, site):
    look(site.admin, page.number, [[1, 2]])
    has_looked(page, "0 of 6 looked at (others: Admin Testerton 2)")
    eventually(lambda: page.states("T1") == ["Also looked at by Admin Testerton"])
    assert page.states("T3") == []
    look(site.viewer, page.number, [2])
    eventually(lambda: page.states("T2") == ["Also looked at by Admin Testerton and Vera Viewer"])


def test_viewer_marks_too(viewer, ready):
    page = Review(viewer, ready).open().shows(*IDS)
    viewer.press("j", "x")
    page.seen("T1")
    assert viewer.none("button", re.compile("^Hold back"))


def test_marks_are_those_of_the_person_who_is_signed_in(site, stranger, ready):
    """In one tab, one after the other, though nobody has signed out."""
    people = [Person(site, "editor"), Person(site, "editor")]
    SignIn(stranger).open().sign_in(people[0].email, people[0].password)
    page = Review(stranger, ready).open().shows(*IDS)
    page.grouped()
    page.open_group("Items added 2 items")
    stranger.press("j")
    stranger.click("button", "Mark as looked at")
    has_looked(page, "2 of 6 looked at")
    stranger.expects(401, f"/library/import/{ready}/")
    site.db.run("DELETE FROM credential WHERE account_id = %s", people[0].id)
    SignIn(stranger).here().attempt(people[1].email, people[1].password)
    page.here()
    has_looked(page, "0 of 6 looked at (others: Pat Person 2)")
    assert not any("✓" in group for group in page.groups())


def test_change_that_became_another_says_so(page, editor, site, db):
    look(site.editor, page.number, [[1, 2]])
    page.seen("T1", "T2")
    assert site.admin.change(page.number, "cancel").status == 200
    db.run("UPDATE standard SET title = 'Older' WHERE id = 'T1'")
    assert site.admin.change(page.number, "retry").status == 200
    page.alert("compared again meanwhile")
    page.shows(*IDS).seen("T2")
    eventually(lambda: page.states("T1") == ["Changed since you looked"])
    page.sees("1 changed since you looked: entry 1")
    editor.click("link", "1")
    eventually(lambda: page.chosen() == "T1")
    editor.press("x")
    page.seen("T1", "T2")
    assert page.states("T1") == []
