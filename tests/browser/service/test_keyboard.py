"""A whole import without a mouse, from signing in to the changed library."""

import pytest
from selenium.webdriver.common.keys import Keys

from authenticator import Authenticator
from chromium import eventually
from keyboard import choose_by_keyboard, tab_to
from library import item, to_csv
from pages import Account, Administration, Events, Imports, Job, NewImport, Review, SetPassword, SignIn, secret
from people import Person


@pytest.fixture
def person(site):
    return Person(site, "editor")


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


def test_account_is_guarded_by_keyboard(stranger, db, person):
    """A second factor is set up and used, another session is ended and a token made."""
    SignIn(stranger).open().sign_in(person.email, person.password)
    page = Account(stranger).open()
    tab_to(stranger, "button", "Set up a second factor")
    stranger.press(Keys.ENTER)
    eventually(lambda: stranger.focused("textbox", "Current password"))
    stranger.press(person.password, Keys.ENTER)
    eventually(lambda: stranger.focused("heading", "Second factor"))
    app = Authenticator(secret(stranger))
    tab_to(stranger, "textbox", "Code")
    stranger.press(app.code(), Keys.ENTER)
    eventually(lambda: stranger.focused("heading", "Keep these recovery codes"))
    tab_to(stranger, "button", "Done")
    stranger.press(Keys.ENTER)
    eventually(lambda: stranger.focused("heading", "Second factor"))

    tab_to(stranger, "button", "New token")
    stranger.press(Keys.ENTER)
    eventually(lambda: stranger.focused("textbox", "Name"))
    stranger.press("nightly import", Keys.TAB, "30", Keys.TAB, person.password, Keys.ENTER)
    eventually(lambda: stranger.focused("textbox", "Token"))
    tab_to(stranger, "button", "Done")
    stranger.press(Keys.ENTER)
    eventually(lambda: stranger.focused("button", "New token"))  # where it was
    eventually(lambda: page.tokens() == ["nightly import"])
    tab_to(stranger, "button", "Revoke nightly import")
    stranger.press(Keys.ENTER)
    tab_to(stranger, "button", "Revoke")
    stranger.press(Keys.ENTER)
    page.sees("You have no tokens.")
    eventually(lambda: stranger.script("return document.activeElement.ariaLabel") == "Your tokens")

    page.sign_out()
    SignIn(stranger).here()
    stranger.press(person.email, Keys.TAB, person.password, Keys.ENTER)
    eventually(lambda: stranger.focused("textbox", "Code"))
    stranger.press(app.code(), Keys.ENTER)
    Imports(stranger).here()
    eventually(lambda: stranger.focused("heading", "Imports"))


def test_person_is_invited_by_keyboard(admin, site, person):
    """From the new account to its link, and by that to signing in."""
    page = Administration(admin).open()
    tab_to(admin, "button", "New user")
    admin.press(Keys.ENTER)
    eventually(lambda: admin.focused("textbox", "Email"))
    admin.press("new@example.com", Keys.ENTER)
    eventually(lambda: admin.focused("textbox", "One-time link"))
    link = admin.script("return document.activeElement.value")
    admin.press(Keys.ESCAPE)
    eventually(lambda: admin.none("dialog"))
    eventually(lambda: admin.focused("button", "New user"))

    tab_to(admin, "button", f"Access of {person.email}")
    admin.press(Keys.ENTER)
    tab_to(admin, "button", "End sessions…")
    admin.press(Keys.ENTER)
    tab_to(admin, "button", "End sessions")
    admin.press(Keys.ENTER)
    page.sees(f"All sessions of {person.email} have ended.")
    eventually(lambda: admin.script("return document.activeElement.ariaLabel") == "Users")

    Events(admin).open().says("made a one-time link for new@example.com")
    tab_to(admin, "button", "Details")
    admin.press(Keys.SPACE)
    admin.sees("Request id")

    admin.open(link.removeprefix(site.url))
    SetPassword(admin).here()
    eventually(lambda: admin.focused("textbox", "New password"))
    admin.press("violet-Harbour-71-quince", Keys.TAB, "violet-Harbour-71-quince", Keys.ENTER)
    SignIn(admin).here()
    eventually(lambda: admin.focused("textbox", "Password"))
