"""Comments on an import and on its changes, between two people with a browser each."""

import re

import pytest
from selenium.webdriver.common.keys import Keys

from chromium import eventually
from hostile import IMAGE, MARKUP, REVERSED, SCRIPT, is_text
from keyboard import tab_to
from library import item, to_csv
from pages import Dialog, Job, Review

OLD = [item(f"T{n}", title="Old", text="One\n" * 12 + "End") for n in range(1, 61)]
NEW = [{**one, "title": "New", "text": "Two\n" * 12 + "End"} for one in OLD]
LONG = "Long\n" * 20 + "End"


@pytest.fixture
def number(api, db):
    db.seed(*OLD)
    return api.ready(to_csv(NEW))["id"]


@pytest.fixture
def page(editor, number):
    return Review(editor, number).open().shows_some()


def writes(browser, *words):
    """Types into the form that has the focus, and sends it by keyboard."""
    eventually(lambda: browser.script("return document.activeElement.tagName") == "TEXTAREA")
    browser.press(*words)
    browser.chord(Keys.CONTROL, Keys.ENTER)
    eventually(lambda: not browser.select("form.say"))


def test_question_is_asked_by_keyboard_answered_by_another_person_and_resolved(page, editor, other):
    theirs = Review(other, page.number).open().shows_some()
    assert page.comment_counts() == "no comments yet"
    editor.press("j", "j", "c")
    eventually(lambda: editor.focused("textbox", "Comment on T2"))
    editor.press("Why", Keys.ENTER, "not earlier?", Keys.TAB)
    eventually(lambda: editor.focused("combobox", "About"))
    editor.press("Te")
    editor.chord(Keys.SHIFT, Keys.TAB)
    writes(editor)
    page.says_of("T2", ["Why\nnot earlier?"])
    eventually(lambda: page.chosen() == "T2")
    assert page.comment_counts("T2") == "1 comment, 1 open"

    theirs.says_of("T2", ["Why\nnot earlier?"]).says("1 new comment.")
    other.sees(re.compile("Edgar Editor .* about Text"), css="article .thread summary")
    other.click("button", "Answer")
    writes(other, "It was not ready.")
    page.says_of("T2", ["Why\nnot earlier?", "It was not ready."])
    eventually(lambda: page.comment_counts() == "2 comments, 1 open")

    tab_to(editor, "button", "Resolve")
    editor.press(Keys.ENTER)
    eventually(lambda: editor.focused("button", "Reopen"))
    theirs.says_of("T2", ["Why\nnot earlier?", "It was not ready.", "resolved"])
    eventually(lambda: theirs.comment_counts("T2") == "2 comments, none open")
    other.click("button", "Reopen")
    page.says_of("T2", ["Why\nnot earlier?", "It was not ready."])


def test_import_is_discussed_on_both_of_its_pages(page, editor, other):
    job = Job(other, page.number).open()
    editor.click("button", "Comment on the import")
    writes(editor, "Please look today.")
    page.says_of(None, ["Please look today."])
    job.says_of(None, ["Please look today."])
    other.click("button", "Answer")
    writes(other, "I do.")
    page.says_of(None, ["Please look today.", "I do."])
    assert any("wrote comment" in deed for deed in job.open().trail())


def test_an_import_is_discussed_after_its_end(page, editor, api):
    api.change(page.number, "cancel")
    job = Job(editor, page.number).open()
    job.status("Cancelled")
    api.comment(page.number, "Why was it cancelled?")
    job.says_of(None, ["Why was it cancelled?"])


def test_what_was_typed_outlives_what_others_do(page, editor, api):
    editor.press("j", "c")
    eventually(lambda: editor.focused("textbox", "Comment on T1"))
    editor.press("Half a sent")
    api.comment(page.number, "Another one.", "T1")
    page.says_of("T1", ["Another one."])
    assert editor.focused("textbox", "Comment on T1")
    editor.press("ence")

    def typed():
        return editor.find("textbox", "Comment on T1").get_attribute("value") == "Half a sentence"
    assert typed()
    page.search("nowhere at all")
    page.sees("No change fits this.")
    page.search("T1")
    page.fits("11 of 60 changes fit.")
    eventually(typed)
    editor.driver.refresh()
    page.shows_some()
    eventually(typed)
    Job(editor, page.number).open()
    page.open().shows_some()
    eventually(typed)
    editor.click("textbox", "Comment on T1")
    writes(editor)
    page.says_of("T1", ["Another one."], ["Half a sentence"])


def test_form_is_left_with_a_question_if_something_was_typed(page, editor):
    editor.press("j", "c")
    eventually(lambda: editor.focused("textbox", "Comment on T1"))
    editor.press(Keys.ESCAPE)
    eventually(lambda: page.chosen() == "T1" and editor.none("textbox", "Comment on T1"))
    editor.press("c")
    eventually(lambda: editor.focused("textbox", "Comment on T1"))
    editor.press("Not to be lost", Keys.ESCAPE)
    Dialog(editor, "Throw away what you have typed?").click("Go on writing")
    eventually(lambda: editor.focused("textbox", "Comment on T1"))
    editor.press(Keys.ESCAPE)
    Dialog(editor, "Throw away what you have typed?").click("Throw it away")
    eventually(lambda: page.chosen() == "T1" and editor.none("textbox", "Comment on T1"))
    editor.press("c")
    eventually(lambda: editor.find("textbox", "Comment on T1").get_attribute("value") == "")


def test_words_that_were_refused_are_still_there(page, editor):
    editor.press("j", "c")
    eventually(lambda: editor.focused("textbox", "Comment on T1"))
    editor.chord(Keys.CONTROL, Keys.ENTER)
    page.sees("There is nothing to send yet.")
    editor.script("document.activeElement.value = 'x'.repeat(10001)")
    editor.expects(400, "/comments/")
    editor.chord(Keys.CONTROL, Keys.ENTER)
    page.sees("10000")
    assert len(editor.find("textbox", "Comment on T1").get_attribute("value")) == 10001


def test_one_changes_and_deletes_ones_own_words_only(page, editor, api):
    api.comment(page.number, "Not mine.", "T1")
    page.says_of("T1", ["Not mine."])
    assert editor.none("button", "Edit") and editor.none("button", "Delete")
    editor.press("j", "c")
    writes(editor, "Mine.")
    page.says_of("T1", ["Not mine."], ["Mine."])
    editor.click("button", "Edit")
    editor.press("Truly mine. ")
    writes(editor)
    page.says_of("T1", ["Not mine."], [re.sub("^", "Truly mine. ", "Mine.")])
    editor.sees(", edited", css=".thread")
    editor.click("button", "Delete")
    Dialog(editor, "Delete your comment?").click("Delete it")
    page.says_of("T1", ["Not mine."])
    eventually(lambda: page.chosen() == "T1")


def test_answer_to_a_comment_that_was_deleted_is_not_lost(page, editor, api):
    asked = api.comment(page.number, "A question.", "T1")
    page.says_of("T1", ["A question."])
    editor.click("button", "Answer")
    editor.press("An answer")
    assert api.request("DELETE", f"library/import/{page.number}/comments/{asked}/").status == 204
    page.sees("This comment has been deleted.")
    assert editor.find("textbox", "Your answer").get_attribute("value") == "An answer"


def test_new_comments_move_nothing(page, editor, api):
    editor.press(*"jjjj")
    eventually(lambda: page.chosen() == "T4")

    def top():
        return editor.script("return document.activeElement.getBoundingClientRect().top")
    before = top()
    api.comment(page.number, LONG, "T2")
    api.comment(page.number, LONG)
    eventually(lambda: page.comment_counts() == "2 comments, 2 open")
    page.says_of("T2", [LONG])
    assert abs(top() - before) < 2


def test_open_comments_lead_to_their_changes(page, editor, api):
    api.comment(page.number, "Near.", "T3", "title")
    api.comment(page.number, "Far away.", "T55")
    eventually(lambda: set(page.commented()) == {"T3", "T55"})
    assert page.commented()["T3"].startswith("T3 Title: Near. Admin Testerton")
    editor.click("link", "T55", editor.find("region", re.compile("^Discussion")))
    page.aimed("T55").says_of("T55", ["Far away."])
    Job(editor, page.number).open()
    editor.click("link", "T3", editor.find("region", re.compile("^Discussion")))
    page.here().aimed("T3")


def test_comments_on_what_is_no_longer_in_the_diff_are_listed_as_such(page, editor, api, db):
    api.comment(page.number, "Is it so?", "T7")
    api.comment(page.number, "Still there.", "T8")
    api.change(page.number, "cancel")
    db.run("UPDATE standard SET title = 'New', text = %s WHERE id = 'T7'", NEW[6]["text"])
    api.change(page.number, "retry")
    api.wait_for(page.number, "ready_for_review")
    page.open().sees("T7, no longer in the diff:")
    page.says_of(None, ["Is it so?"])
    assert set(page.commented()) == {"T8"}
    editor.click("button", "Resolve")
    page.says_of(None, ["Is it so?", "resolved"])


def test_what_was_typed_about_what_is_gone_is_still_to_be_had(page, editor, api, db):
    editor.press("j", "c")
    eventually(lambda: editor.focused("textbox", "Comment on T1"))
    editor.press("Not yet sent")
    db.run("UPDATE standard SET title = 'New', text = %s WHERE id = 'T1'", NEW[0]["text"])
    api.change(page.number, "cancel")
    api.change(page.number, "retry")
    editor.click("button", "Typed, but not sent")
    page.sees("Not yet sent")
    editor.click("button", "Throw it away")
    eventually(lambda: "Typed, but not sent" not in editor.text())


def test_groups_show_comments_too(page, editor, api):
    api.comment(page.number, "Why?", "T1", "title")
    page.grouped()
    (group, *_) = [group for group in page.groups() if group.startswith("Title")]
    page.open_group(group)
    page.says_of("T1", ["Why?"])


def test_a_group_is_commented_on_by_key_and_found_from_the_discussion(page, editor, other):
    theirs = Review(other, page.number).open().shows_some()
    page.grouped()
    editor.press("j", "c")
    eventually(lambda: editor.focused("textbox", "Comment on Title changed"))
    writes(editor, "Is this right?")
    eventually(lambda: "Title edited 1 comment, 1 open 60 items" in page.groups())
    eventually(lambda: "Title edited" in editor.script("return document.activeElement.textContent"))
    assert page.threads() == []

    eventually(lambda: list(theirs.commented()) == ["Title changed"])
    other.click("link", "Title changed")
    theirs.shows_some().fits("60 of 60 changes fit.")
    eventually(lambda: theirs.said() == [["Is this right?"]])
    other.click("button", "Answer")
    writes(other, "It is.")
    other.click("button", "Resolve")
    eventually(lambda: "Title edited 2 comments, none open 60 items" in page.groups())


def test_what_fits_a_filter_is_commented_on(page, editor, api):
    page.search("T1")
    page.fits("11 of 60 changes fit.")
    editor.click("button", "Comment on Changes with “T1”")
    editor.press("Half a sent")
    page.search("T2")
    page.fits("11 of 60 changes fit.")
    eventually(lambda: editor.none("textbox", "Comment on Changes with “T1”"))
    assert page.said() == []
    page.search("T1")
    eventually(lambda: editor.find("textbox", "Comment on Changes with “T1”").get_attribute("value") == "Half a sent")
    editor.click("textbox", "Comment on Changes with “T1”")
    writes(editor, Keys.END, "ence")
    eventually(lambda: page.said() == [["Half a sentence"]])
    assert page.commented()["Changes with “T1”"].startswith("Changes with “T1” Half a sentence")
    api.change(page.number, "cancel")
    Job(editor, page.number).open().sees("Half a sentence")


def test_a_filter_is_text_where_it_is_named(page, editor, api):
    api.comment(page.number, "Why?", changes={"search": f"{IMAGE}{REVERSED}"[:60]})
    eventually(lambda: len(page.commented()) == 1)
    is_text(editor, IMAGE)


def test_viewer_reads_comments_and_writes_none(viewer, api, number):
    page = Review(viewer, number).open().shows_some()
    assert viewer.none("button", re.compile("^Comment")) and "Discussion" not in viewer.text()
    api.comment(number, "Why?", "T1")
    page.says_of("T1", ["Why?"])
    assert page.comment_counts() == "1 comment, 1 open"
    assert viewer.none("button", "Answer") and viewer.none("button", "Resolve")
    viewer.press("j", "c")
    eventually(lambda: page.chosen() == "T1")


def test_comments_are_text(page, editor, api):
    text = f"{MARKUP}\n{REVERSED}"
    api.comment(page.number, text, "T1", reply_to=None)
    api.comment(page.number, text, reply_to=api.comment(page.number, text))
    eventually(lambda: page.comment_counts() == "3 comments, 2 open")
    assert page.threads("T1")[0][0].startswith(f"{MARKUP}\nsafe")
    is_text(editor, SCRIPT, IMAGE, "RLO")
    Job(editor, page.number).open().sees(SCRIPT)
    is_text(editor, IMAGE, "RLO")
