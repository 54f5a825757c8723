"""A review whose job is retried by somebody else shows itself again, and only the new page is then at
work: it asks the server no more often, keys do what they say once, and what a person was told stays."""

import pytest
from selenium.webdriver.common.keys import Keys

import clock
from chromium import eventually
from library import item, to_csv
from pages import Job, Review

IDS = [f"CT{n}" for n in range(1, 6)]
CONTENT = to_csv([item(one) for one in IDS])


@pytest.fixture
def ready(api):
    return api.ready(CONTENT)["id"]


@pytest.fixture
def page(editor, ready):
    """The review, with a clock that stands still."""
    with clock.stopped(editor) as still:
        page = Review(editor, ready).open().shows(*IDS)
        page.clock = still
        yield page


def retry(api, number):
    """Makes the diff anew, as somebody else would."""
    assert api.change(number, "cancel").status == 200
    assert api.change(number, "retry").status == 200
    return api.wait_for(number, "ready_for_review")


def retried(page, api):
    """The same, and the page notices."""
    browser = page.chromium
    page.clock.waits()  # it asks for nothing of the diff that goes
    retry(api, page.number)
    browser.script("document.querySelector('main h1').id = 'old'")
    page.clock.turn()
    eventually(lambda: not browser.select("#old"))
    return page.shows(*IDS)


@pytest.fixture
def shown_again(page, api):
    return retried(retried(page, api), api)


def questions(browser, number):
    """How often the page has asked for the job."""
    browser.events()
    return len([path for method, path in browser.requests
                if method == "GET" and path.startswith(f"/api/v2/library/import/{number}/?")])


def test_it_asks_no_more_often(shown_again, editor):
    for _ in range(3):
        before = questions(editor, shown_again.number)
        assert len(shown_again.clock.turn()) == 1
        assert questions(editor, shown_again.number) == before + 1


def test_keys_move_one_change_at_a_time(shown_again, editor):
    for wanted in IDS[:3]:
        editor.press("j")
        assert shown_again.chosen() == wanted
    editor.press("k")
    assert shown_again.chosen() == IDS[1]


def test_question_mark_opens_one_list(shown_again, editor):
    editor.press("?")
    assert len(editor.all("dialog", "Keyboard")) == 1
    editor.press(Keys.ESCAPE)
    assert editor.none("dialog")


def test_key_marks_a_group_once(shown_again, editor):
    shown_again.grouped()
    editor.press("j", "o")
    editor.find("button", "Mark as looked at")
    editor.press("x")
    shown_again.sees("5 of 5 looked at")


def test_keys_do_nothing_on_the_next_page(shown_again, editor):
    shown_again.go("Library")
    editor.at("/library/")
    editor.press("?")
    assert editor.none("dialog")


def test_what_was_typed_just_before_does_not_filter_the_next_page(page, editor):
    editor.script("""
        const box = document.getElementById("search");
        box.value = "nothing at all";
        box.dispatchEvent(new Event("input", { bubbles: true }));
        document.querySelector("nav a[href='/library/']").click();
    """)
    editor.at("/library/")
    # A timer that is set later and takes longer ends later.
    editor.driver.execute_async_script("setTimeout(arguments[0], 500)")
    assert editor.path == "/library/"


def test_refusal_stays_when_the_page_is_shown_again(page, editor, api):
    """Somebody accepts what has been compared anew meanwhile: it is another diff, so that is refused."""
    dialog = page.ask("Accept")
    retry(api, page.number)
    editor.script("document.querySelector('main h1').id = 'old'")
    editor.expects(409, f"/import/{page.number}/")
    dialog.send("Accept 5 changes")
    eventually(lambda: not editor.select("#old"))
    page.shows(*IDS).alert("not the review that you have seen")
    for _ in range(2):
        page.clock.turn()
    page.alert("not the review that you have seen")
    assert api.job(page.number)["status"] == "ready_for_review"
    page.decide("Accept", "Accept 5 changes")
    Job(editor, page.number).here()


def test_question_about_what_is_no_longer_so_is_taken_back(page, editor, api):
    page.ask("Accept")
    retried(page, api)
    assert editor.none("dialog")
    eventually(lambda: editor.focused("heading", "Review changes"))


def test_review_of_what_is_being_compared_waits_for_it(editor, api, db, ready):
    with clock.stopped(editor) as still:
        page = Review(editor, ready).open().shows(*IDS)
        api.change(ready, "cancel")
        with db.locked("standard", "ACCESS EXCLUSIVE"):
            api.change(ready, "retry")
            api.wait_for(ready, "generating_diff")
            still.turn()
            page.sees("Nothing to review yet")
        api.wait_for(ready, "ready_for_review")
        still.turn()
        page.shows(*IDS)
