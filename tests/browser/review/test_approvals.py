"""Approvals, on a site that needs one for each import: they are given, outdated by what others do, given
again and taken back; who may not is told why."""

import re

import pytest
from selenium.webdriver.common.keys import Keys

from chromium import eventually
from keyboard import choose_by_keyboard, tab_to
from library import FIELDS, item, to_csv
from looks import is_for_everybody
from own_site import chromium, visitors  # fixtures
from pages import Job, NewImport, Review
from revisions import revisions
import sites

HEADER = [*FIELDS, "mark_delete"]
IDS = [f"CT{n}" for n in range(1, 7)]
CONTENT = to_csv([item(one) for one in IDS])


@pytest.fixture(scope="module")
def site():
    with sites.running({"APPROVALS": 1}) as running:
        yield running


@pytest.fixture
def number(api):
    """An import of the administrator."""
    return api.ready(CONTENT)["id"]


@pytest.fixture
def page(editor, number):
    return Review(editor, number).open().shows(*IDS).approved("0 of 1 approval")


def hold(client, number, *entries):
    answer = client.patch(f"library/import/{number}/diff/standard/", json={"hold": list(entries)})
    assert answer.status == 200, answer


def test_approval_is_given_and_taken_back(page, editor, api):
    page.sees("Nobody has approved this review yet.")
    editor.click("button", "Approve this review")
    page.approved("1 of 1 approval").says("You have approved this review.")
    page.sees(re.compile("✓ Edgar Editor approved just now"))
    eventually(lambda: editor.focused("button", "Take my approval back"))
    assert api.get(f"library/import/{page.number}/approvals/").json["given"] == 1
    editor.click("button", "Take my approval back")
    page.approved("0 of 1 approval").sees("Nobody has approved this review yet.")


def test_who_uploaded_is_told_why_they_do_not_approve(admin, number, site):
    page = Review(admin, number).open().approved("0 of 1 approval Others have to approve it, as you uploaded or retried it.")
    assert admin.none("button", "Approve this review")
    site.editor.approve(number)
    page.approved("1 of 1 approval")  # without being asked for
    page.sees(re.compile("✓ Edgar Editor approved"))


def test_viewer_sees_approvals_and_gives_none(viewer, number):
    Review(viewer, number).open().approved("0 of 1 approval Editors approve.")
    assert viewer.none("button", re.compile("^Approve"))


def test_approval_is_outdated_by_what_somebody_else_holds_back(page, editor, api):
    editor.click("button", "Approve this review")
    page.approved("1 of 1 approval")
    hold(api, page.number, 2, [4, 5])
    page.approved("0 of 1 approval, 1 outdated").sees("It is outdated: 3 changes are different since:")
    (panel,) = editor.all("region", re.compile("^Approvals"))
    assert [link.text for link in editor.all("link", within=panel)] == ["entry 2", "entry 4", "entry 5"]
    editor.click("link", "entry 4", panel)
    page.aimed("CT4")
    editor.click("button", "Approve again")
    page.approved("1 of 1 approval Take my approval back")
    assert "outdated" not in editor.text("#approvals")


def test_what_is_approved_is_what_was_seen(page, editor, api):
    editor.cdp("Network.enable")
    editor.cdp("Network.setBlockedURLs", urls=["*include=review*"])
    page.sees("Trying again…")  # and so learns nothing new
    hold(api, page.number, 2)
    editor.expects(409, f"/library/import/{page.number}/approvals/")
    editor.click("button", "Approve this review")
    page.alert("This is not the review that you have seen: 1 change is different since.")
    editor.cdp("Network.setBlockedURLs", urls=[])
    page.held("CT2")
    editor.complaints()  # about what was blocked
    editor.click("button", "Approve this review")
    page.approved("1 of 1 approval")


def test_import_is_accepted_once_it_is_approved(page, editor, api):
    editor.click("button", "Approve this review")
    page.approved("1 of 1 approval").decide("Accept", "Accept 6 changes")
    job = Job(editor, page.number).here().status("Applied")
    job.sees(re.compile("✓ Edgar Editor approved"))
    assert editor.none("button", re.compile("approval|Approve"))


def test_whole_review_by_keyboard(site, visitors, chromium, others, other, file):
    """Of a revision: marks, two changes that are held back, a question that another person answers, an
    approval, the accept; then the held rows are mended and imported, as by anybody's own hands."""
    before, after, changed, _ = revisions(120)
    first = site.admin.ready(to_csv(before, HEADER))["id"]
    site.editor.approve(first)
    site.admin.change(first, "accept_changes")
    site.admin.wait_for(first, "success")
    number = site.admin.ready(to_csv(after, HEADER))["id"]
    editor = visitors.enter("editor")
    page = Review(editor, number).open().shows_some()

    editor.press("j", "x", "j", "x", "j", "h")
    page.give_reason("Is this one ours?")
    first = page.chosen()
    editor.press("j", "h")
    page.give_reason("To be reworded.")
    page.held(first, page.chosen())
    editor.press("k", "c")
    eventually(lambda: editor.focused("textbox", f"Comment on {first}"))
    editor.press("Who owns it?")
    editor.chord(Keys.CONTROL, Keys.ENTER)
    page.says_of(first, ["Who owns it?"])

    theirs = Review(other, number).open().shows_some()
    other.press("j", "j", "j")
    eventually(lambda: theirs.chosen() == first)
    tab_to(other, "button", re.compile("^Answer"))
    other.press(Keys.ENTER)
    eventually(lambda: other.script("return document.activeElement.tagName") == "TEXTAREA")
    other.press("The platform team.")
    other.chord(Keys.CONTROL, Keys.ENTER)
    page.says_of(first, ["Who owns it?", "The platform team."])
    theirs.says_of(first, ["Who owns it?", "The platform team."])

    editor.press("d")
    tab_to(editor, "button", "Approve this review")
    editor.press(Keys.ENTER)
    theirs.approved("1 of 1 approval")
    other.press("d")
    tab_to(other, "button", "Accept changes")
    other.press(Keys.ENTER)
    other.find("dialog", f"Accept import {number}?")
    tab_to(other, "button", re.compile("^Accept \\d+ changes"))
    other.press(Keys.ENTER)
    job = Job(other, number).here().status("Applied")
    job.sees("2 changes were held back.")

    held = site.admin.get(f"library/import/{number}/held/", check=False).raw
    mended = file(f"standard-held-import-{number}.csv", held.replace(b"To be reworded.", b"Reworded."))
    NewImport(other).open()
    tab_to(other, "file", "Choose a file")
    choose_by_keyboard(other, mended)
    eventually(lambda: other.focused("button", re.compile("^Upload")))
    other.press(Keys.ENTER)
    eventually(lambda: other.path == f"/jobs/{number + 1}/")
    Job(other, number + 1).here().status("Ready for review")
    site.editor.approve(number + 1)
    page = Review(other, number + 1).open().approved("1 of 1 approval")
    tab_to(other, "button", "Accept changes")
    other.press(Keys.ENTER)
    tab_to(other, "button", re.compile("^Accept 2 changes"))
    other.press(Keys.ENTER)
    Job(other, number + 1).here().status("Applied")
    assert sum(site.admin.counts(number + 1)) == 2


def test_everybody_can_use_it(editor, admin, visitors, api, site):
    number = site.admin.ready(CONTENT)["id"]
    site.editor.approve(number)
    hold(site.admin, number, 1, [3, 5])
    for role in ("admin", "editor"):
        browser = visitors.enter(role)
        is_for_everybody(browser, lambda: Review(browser, number).open().approved("0 of 1 approval, 1 outdated"))
    is_for_everybody(browser, lambda: Job(browser, number).open().sees("1 outdated"))
