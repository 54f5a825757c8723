"""Approvals, on a site that needs one for each import: they are given, outdated by what others do, given
again and taken back; who may not is told why."""

import re

import pytest

from chromium import Chromium, eventually
from library import item, to_csv
from looks import is_for_everybody
from pages import Job, Review
import sites
from visitors import Visitors

IDS = [f"CT{n}" for n in range(1, 7)]
CONTENT = to_csv([item(one) for one in IDS])


@pytest.fixture(scope="module")
def site():
    with sites.running({"APPROVALS": 1}) as running:
        yield running


@pytest.fixture(scope="module")
def chromium(site):
    with Chromium(site.url) as browser:
        yield browser


@pytest.fixture(scope="module")
def visitors(site, chromium):
    return Visitors(site, chromium)


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


def test_everybody_can_use_it(editor, admin, visitors, api, site):
    number = site.admin.ready(CONTENT)["id"]
    site.editor.approve(number)
    hold(site.admin, number, 1, [3, 5])
    for role in ("admin", "editor"):
        browser = visitors.enter(role)
        is_for_everybody(browser, lambda: Review(browser, number).open().approved("0 of 1 approval, 1 outdated"))
    is_for_everybody(browser, lambda: Job(browser, number).open().sees("1 outdated"))
