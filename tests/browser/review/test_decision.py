"""A decision about a review: it says what it does, is about what was seen, and if it is refused, says
why and what to do."""

import re

import pytest
from selenium.webdriver.common.keys import Keys

import clock
from chromium import eventually
from library import item, to_csv
from pages import Job, Review

LIBRARY = [item(f"T{n}", title=f"Old {n}") for n in range(1, 4)]
CHANGED = [{**one, "title": f"New {one['id']}"} for one in LIBRARY] + [item("CT10")]
IDS = [one["id"] for one in CHANGED]


@pytest.fixture
def still(editor, ready):
    """The same with a clock that stands still: the page learns nothing by itself."""
    with clock.stopped(editor) as stopped:
        page = Review(editor, ready).open().shows(*IDS)
        page.clock = stopped
        stopped.waits()
        yield page


def hold(client, number, what):
    answer = client.patch(f"library/import/{number}/diff/standard/", json={"hold": what})
    assert answer.status == 200, answer


def test_what_is_different_since_is_told_and_nothing_is_lost(page, editor, site, db):
    """A reads a diff and asks to accept it. B cancels it, another change of an item is applied, and B
    retries it: A has not seen that diff."""
    editor.press("j", "x", "j", "x", "j", "j", "h")
    page.give_reason("later")
    page.seen("T1", "T2").held("CT10")
    with clock.stopped(editor) as stopped:
        Review(editor, page.number).open().shows(*IDS).seen("T1", "T2").held("CT10")
        stopped.waits()
        dialog = page.ask("Accept")
        assert site.admin.change(page.number, "cancel").status == 200
        site.admin.apply(to_csv([{**LIBRARY[0], "title": "Of another import"}]))
        assert site.admin.change(page.number, "retry").status == 200
        site.admin.wait_for(page.number, "ready_for_review")
        editor.expects(409, f"/import/{page.number}/")
        dialog.send("Accept 3 changes")
        page.alert("1 change is different since. Nothing was done.")
    # The page shows what is there now; what A did about the rest has stayed.
    page.shows(*IDS).seen("T2").held("CT10")
    eventually(lambda: page.field("T1", "Title") == "[-Of another import-]{+New T1+}")
    eventually(lambda: page.states("T1") == ["Changed since you looked"])
    assert db.library()["T1"]["title"] == "Of another import"
    editor.click("link", "entry 1")
    eventually(lambda: page.chosen() == "T1")
    page.decide("Accept", "Accept 3 changes")
    Job(editor, page.number).here()
    site.admin.wait_for(page.number, "success")
    assert db.library()["T1"]["title"] == "New T1" and "CT10" not in db.library()


def test_what_others_hold_back_meanwhile_is_not_accepted_unseen(still, editor, api):
    dialog = still.ask("Accept")
    hold(api, still.number, [2])
    editor.expects(409, f"/import/{still.number}/")
    dialog.send("Accept 4 changes")
    still.alert("1 change is different since")
    still.held("T2")
    eventually(lambda: "Apply 3 changes, hold 1 back" in still.bar())
    still.decide("Accept", "Accept 3 changes")
    Job(editor, still.number).here()
    assert api.wait_for(still.number, "success")


def test_question_says_how_much_was_looked_at(page, editor, site):
    dialog = page.ask("Accept")
    eventually(lambda: "You have looked at 0 of 4." in dialog.text)
    dialog.click("Go back")
    editor.press("j", "x")
    page.seen("T1")
    eventually(lambda: site.editor.get(  # it shows at once, and is kept a moment later
        f"library/import/{page.number}/diff/standard/looked/").json["count"] == 1)
    dialog = page.ask("Accept")
    eventually(lambda: "You have looked at 1 of 4." in dialog.text)
    dialog.click("Go back")
    site.editor.patch(f"library/import/{page.number}/diff/standard/looked/", json={"add": {}})
    page.seen(*IDS)
    dialog = page.ask("Accept")
    eventually(lambda: "You have looked at all 4." in dialog.text)
    dialog.click("Accept 4 changes")
    Job(editor, page.number).here().status("Applied")


def test_notes_of_decisions_are_kept(editor, api, ready):
    job = Job(editor, ready).open()
    for action, yes, note, deed in (("Cancel", "Cancel the import", "wrong file", "cancelled the import"),
                                    ("Retry", "Retry", "the right one after all", "retried the import"),
                                    ("Accept", "Accept 4 changes", "agreed on Monday", "accepted the changes")):
        dialog = job.ask(action)
        editor.fill("Note (optional)", note, dialog.node)
        dialog.click(yes)
        eventually(lambda: any(f"{deed}: {note}" in line for line in job.trail()))
        if action == "Retry":
            job.status("Ready for review")


def test_number_of_many_deletes_has_to_be_typed(editor, api, db):
    items = [item(f"CT{n}") for n in range(1, 8)]
    db.seed(*items)
    number = api.ready(to_csv([{**one, "mark_delete": "true"} for one in items], [*items[0], "mark_delete"]))["id"]
    page = Review(editor, number).open().shows_some()
    dialog = page.ask("Accept")
    field = re.compile("^Type 7 to confirm")
    eventually(lambda: editor.focused("textbox", field))
    accept = editor.find("button", "Accept 7 changes", dialog.node)
    assert not accept.is_enabled()
    editor.press("6", Keys.ENTER)
    assert not accept.is_enabled() and editor.all("dialog")
    editor.press(Keys.BACKSPACE, "7")
    eventually(accept.is_enabled)
    editor.press(Keys.ENTER)
    Job(editor, number).here().status("Applied")
    assert db.library() == {}


REFUSALS = [
    ({"code": "open_comments", "detail": "…", "open": 2}, "2 comments are open. Nothing was applied."),
    ({"code": "approvals_missing", "detail": "…", "needed": 2, "given": 1},
     "This review needs the approval of 2 people who did not upload or retry it, and has 1."),
    ({"code": "counts_differ", "detail": "…", "expect": {}, "counts": [
        {"content_model": "standard", "add": 1, "update": 2, "delete": 0, "held": 1}]},
     "Accepting would not do what this page said, but: 1 added, 2 updated, 0 deleted."),
    ({"code": "confirm_deletes", "detail": "…", "delete": 30}, "This would delete 30 items, a large part of the library."),
    ({"code": "other", "detail": "As the server says."}, "As the server says."),
]


@pytest.mark.parametrize("refusal, words", REFUSALS, ids=[refusal["code"] for refusal, _ in REFUSALS])
def test_refusals_are_told_in_plain_words(page, editor, refusal, words):
    editor.script("""
        const [refusal] = arguments, ask = window.fetch;
        window.fetch = (url, options) => options?.method !== "PATCH" ? ask(url, options)
            : Promise.resolve(new Response(JSON.stringify(refusal), { status: 409 }));""", refusal)
    page.decide("Accept", "Accept 4 changes")
    page.alert(words)


# ---- The library moves on

def first_to_do(browser):
    """The buttons that stand out as what to do first."""
    return browser.script("return [...document.querySelectorAll('main button.primary')].map((b) => b.textContent)")


def test_stale_review_is_compared_again_in_one_step(page, editor, api, site, db):
    editor.press("j", "j", "x", "j", "h")
    page.give_reason("later")
    page.seen("T2").held("T3")
    db.run("UPDATE standard SET title = 'Moved' WHERE id = 'T1'")
    page.sees("1 change no longer fits the library")
    eventually(lambda: first_to_do(editor) == ["Compare again"])
    editor.click("button", "Compare again")
    page.alert("compared again meanwhile")
    page.shows(*IDS).seen("T2").held("T3")
    eventually(lambda: page.field("T1", "Title") == "[-Moved-]{+New T1+}")
    eventually(lambda: "no longer fits" not in editor.text())
    eventually(lambda: first_to_do(editor) == ["Accept changes"])
    events = api.get(f"library/import/{page.number}/events/").json["results"]
    assert [(e["event"], e["detail"]) for e in events if e["event"] in ("cancelled", "retried")] == [
        ("cancelled", "the library moved"), ("retried", "the library moved")]


# ---- Others

@pytest.mark.parametrize("focused", [True, False], ids=["at a change", "scrolling"])
def test_reader_stays_where_they_are_while_others_act(editor, api, db, focused):
    items = [item(f"T{n}", title=f"Old {n}") for n in range(1, 41)]
    db.seed(*items)
    number = api.ready(to_csv([{**one, "title": f"New {one['id']}"} for one in items]))["id"]
    page = Review(editor, number).open().shows_some().sees("What 40 updates change")
    # The change that they read, or the first that they see.
    entry = editor.script("""
        const article = document.querySelector('article.change[data-entry="12"]');
        article.scrollIntoView({ block: "center" });
        if (arguments[0])
            article.focus({ preventScroll: true });
        const seen = [...document.querySelectorAll("article.change")].find((a) => a.getBoundingClientRect().bottom > 80);
        return Number((arguments[0] ? article : seen).dataset.entry);""", focused)
    top = lambda: editor.script("""
        return document.querySelector(`article.change[data-entry="${arguments[0]}"]`).getBoundingClientRect().top""", entry)
    before = top()
    hold(api, number, [[1, 9]])
    assert api.patch(f"library/import/{number}/diff/standard/looked/", json={"add": [[1, 11]]}).status == 200
    eventually(lambda: "hold 9 back" in page.bar())
    eventually(lambda: page.states("T11") == ["Also looked at by Admin Testerton"])
    eventually(lambda: len(page.ids("held")) == 9)
    db.run("UPDATE standard SET title = 'Moved' WHERE id = 'T40'")
    page.sees("1 change no longer fits the library")
    assert abs(top() - before) < 2


def test_server_that_cannot_be_reached_is_told(page, editor):
    editor.cdp("Network.enable")
    editor.cdp("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=-1, uploadThroughput=-1)
    editor.sees("The server cannot be reached. Trying again…", css="aside.decision")
    editor.cdp("Network.emulateNetworkConditions", offline=False, latency=0, downloadThroughput=-1, uploadThroughput=-1)
    eventually(lambda: "cannot be reached" not in page.bar())
    editor.complaints()  # of the requests that were not answered
