"""A whole import without a mouse, from signing in to the changed library."""

import pytest
from selenium.webdriver.common.keys import Keys

from chromium import eventually
from library import item, to_csv
from pages import Imports, Job, NewImport, Review, SignIn
from people import Person, gone_afterwards


@pytest.fixture
def person(site):
    with gone_afterwards(site):
        yield Person(site, "editor")


def tab_to(browser, role, name):
    """Presses Tab until the control has the focus."""
    for _ in range(60):
        if browser.focused(role, name):
            return
        browser.press(Keys.TAB)
    raise AssertionError(f"Tab does not lead to the {role} {name} on {browser.path}")


def choose_by_keyboard(browser, path):
    """Opens the browser's file dialog with a key, and chooses a file there."""
    browser.cdp("DOM.enable")
    browser.cdp("Page.setInterceptFileChooserDialog", enabled=True)
    browser.press(Keys.SPACE)
    opened = eventually(lambda: next((event for method, event in browser.events()
                                      if method == "Page.fileChooserOpened"), None))
    browser.cdp("DOM.setFileInputFiles", files=[str(path)], backendNodeId=opened["backendNodeId"])
    browser.cdp("Page.setInterceptFileChooserDialog", enabled=False)


def test_import_is_made_reviewed_and_accepted_by_keyboard(stranger, db, person, tmp_path):
    db.seed(item("T1", title="Close the window"))
    path = tmp_path / "standard.csv"
    path.write_bytes(to_csv([item("T1", title="Close all windows"), item("CT1")]))

    SignIn(stranger).open()
    eventually(lambda: stranger.focused("textbox", "Email"))
    stranger.press(person.email, Keys.TAB, person.password, Keys.ENTER)
    Imports(stranger).here()
    tab_to(stranger, "link", "New import")
    stranger.press(Keys.ENTER)
    NewImport(stranger).here()
    tab_to(stranger, "file", "Choose a file")
    choose_by_keyboard(stranger, path)
    eventually(lambda: stranger.focused("button", "Upload and compare"))
    stranger.press(Keys.ENTER)
    eventually(lambda: stranger.path.startswith("/jobs/"))
    job = Job(stranger, 1).here().status("Ready for review")
    tab_to(stranger, "link", "Review changes")
    stranger.press(Keys.ENTER)
    page = Review(stranger, 1).here().shows("T1", "CT1")

    tab_to(stranger, "button", "Updated 1")
    stranger.press(Keys.SPACE)
    page.shows("T1")
    tab_to(stranger, "button", "Accept changes")
    stranger.press(Keys.ENTER)
    stranger.find("dialog", "Accept import 1?")
    stranger.press(Keys.ESCAPE)
    eventually(lambda: stranger.none("dialog"))
    eventually(lambda: stranger.focused("button", "Accept changes"))  # where it was
    stranger.press(Keys.ENTER)
    stranger.find("dialog", "Accept import 1?")
    tab_to(stranger, "button", "Accept 2 changes")
    stranger.press(Keys.ENTER)
    job.here().status("Applied")
    assert set(db.library()) == {"T1", "CT1"}


def test_first_tab_leads_past_the_header(editor):
    Imports(editor).open()
    editor.press(Keys.TAB)
    eventually(lambda: editor.focused("link", "Skip to the content"))
    editor.press(Keys.ENTER)
    eventually(lambda: editor.script("return document.activeElement.id") == "main")


def test_a_page_that_was_gone_to_is_where_reading_begins(editor):
    page = Imports(editor).open()
    page.go("Library")
    eventually(lambda: editor.focused("heading", "Library"))
    eventually(lambda: editor.driver.title.startswith("Library"))
