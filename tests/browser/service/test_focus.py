"""Where the keyboard and screen readers go on when the control they were at is gone; and what the
title of a tab says of its job, even if nobody looks at it."""

import re

import pytest
from selenium.webdriver.common.keys import Keys

import clock
from chromium import eventually
from library import item, to_csv
from pages import Job, NewImport, Review

IDS = [f"CT{n}" for n in range(1, 6)]
CONTENT = to_csv([item(one) for one in IDS])
BAD = b"id,title,text,priority,phase\nCT1,a,b,11,X1\n"


@pytest.fixture
def ready(api):
    return api.ready(CONTENT)["id"]


def on_heading(browser):
    eventually(lambda: browser.focused("heading", re.compile("^Import")))


# ---- The focus

def test_page_of_a_job_keeps_the_focus_when_the_status_changes(editor, db, ready):
    page = Review(editor, ready).open().shows(*IDS)
    with db.locked("standard", "SHARE"):
        page.decide("Accept", "Accept 5 changes")
        job = Job(editor, ready).here().status("Applying")
        on_heading(editor)
    job.status("Applied")
    on_heading(editor)


def test_page_of_a_job_keeps_the_focus_when_it_fails(editor, db, file):
    page = NewImport(editor).open().choose(file("standard.csv", BAD))
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        job = page.upload()
        on_heading(editor)
    job.status("Failed").sees("1 error")
    on_heading(editor)


def test_focus_is_on_the_heading_once_the_pressed_button_is_gone(editor, api):
    number = api.wait_for(api.start(BAD)["id"], "fail")["id"]
    job = Job(editor, number).open().status("Failed").sees("1 error")
    job.decide("Retry", "^Retry")
    on_heading(editor)
    eventually(lambda: any("retried the import" in deed for deed in job.trail()))
    job.status("Failed").sees("1 error")
    on_heading(editor)


def test_going_to_an_entry_leads_to_its_change(editor, ready):
    page = Review(editor, ready).open().shows(*IDS)
    editor.fill("From entry", "3")
    editor.press(Keys.ENTER)
    page.shows(*IDS[2:])
    eventually(lambda: page.chosen() == IDS[2])
    editor.find("button", "From the first").send_keys(Keys.ENTER)
    page.shows(*IDS)
    eventually(lambda: page.chosen() == IDS[0])


def test_focus_is_with_the_decision_when_it_was_refused(editor, api, ready):
    with clock.stopped(editor) as still:
        page = Review(editor, ready).open().shows(*IDS)
        still.waits()
        dialog = page.ask("Accept")
        api.accept(ready)
        editor.expects(409, f"/library/import/{ready}/")
        dialog.send("Accept 5 changes")
        page.alert("Somebody was faster")
        eventually(lambda: editor.focused("region", "Decision"))


def test_focus_is_with_the_decision_when_its_button_goes_behind_a_question(editor, api, ready):
    with clock.stopped(editor) as still:
        page = Review(editor, ready).open().shows(*IDS)
        dialog = page.ask("Accept")
        api.accept(ready)
        still.turn()
        eventually(lambda: "Applied" in editor.text("aside"))
        dialog.click("Go back")
        eventually(lambda: editor.focused("region", "Decision"))


def test_second_tab_leads_past_the_summary(editor, api, db):
    db.seed(*(item(one, title="Old", priority=n + 1) for n, one in enumerate(IDS)))
    Review(editor, api.ready(CONTENT)["id"]).open().shows(*IDS).sees("What 5 updates change")
    editor.script("document.getElementById('main').focus()")
    editor.press(Keys.TAB)
    eventually(lambda: editor.focused("link", "Skip to the changes"))
    editor.press(Keys.ENTER)
    eventually(lambda: editor.script("return document.activeElement.id") == "changes")
    editor.press(Keys.TAB)
    eventually(lambda: editor.focused("button", "All 5"))


def test_skip_link_of_an_import_without_changes_leads_past_the_head(editor, api, db):
    db.seed(*(item(one) for one in IDS))
    Review(editor, api.ready(CONTENT)["id"]).open().sees("The file changes nothing")
    editor.find("link", "Skip to the changes").send_keys(Keys.ENTER)
    eventually(lambda: editor.script("return document.activeElement.id") == "changes")


# ---- The title

def titled(browser, title):
    eventually(lambda: browser.driver.title == f"{title} – Accession")


def test_title_says_the_status(editor, api, db):
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        number = api.start(CONTENT)["id"]
        api.wait_for(number, "generating_diff")
        job = Job(editor, number).open()
        titled(editor, f"Comparing · Import {number}")
    titled(editor, f"Ready for review · Import {number}")
    job.review()
    titled(editor, f"Ready for review · Review of import {number}")
    api.accept(number)
    titled(editor, f"Applied · Review of import {number}")
    Job(editor, number).open()
    titled(editor, f"Applied · Import {number}")


def show(browser, is_hidden):
    """Lets the page believe that another tab is in front of it, or no longer."""
    browser.script("""
        Object.defineProperty(document, "hidden", { configurable: true, get: () => arguments[0] });
        document.dispatchEvent(new Event("visibilitychange"));
    """.replace("arguments[0]", "true" if is_hidden else "false"))


@pytest.mark.parametrize("of", [Job, Review])
def test_title_tells_the_status_while_the_tab_is_hidden(editor, api, ready, of):
    with clock.stopped(editor) as still:
        of(editor, ready).open().sees("Ready for review")
        show(editor, False)
        assert max(still.waits()) < 10000
        show(editor, True)
        assert min(still.waits()) >= 15000  # slowly
        api.change(ready, "cancel")
        still.turn_once()
        eventually(lambda: editor.driver.title.startswith("Cancelled · "))


def test_hidden_tab_asks_no_more_after_an_hour(editor, ready):
    """It would else keep a session alive that nobody uses. Who comes back sees the news at once."""
    with clock.stopped(editor) as still:
        Review(editor, ready).open().sees("Ready for review")
        show(editor, True)
        still.turn()
        editor.script("const now = Date.now; Date.now = () => now() + 3600000")
        still.turn_once()
        eventually(lambda: editor.script("return clock.rests()"))
        show(editor, False)
        still.waits()
