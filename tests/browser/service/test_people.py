"""What viewers, editors and admins can see and do; tokens, users and features."""

import re

import pytest
import requests
from selenium.webdriver.common.keys import Keys

from authenticator import Authenticator
from chromium import eventually
from client import Client
from library import item, to_csv
from pages import Account, Administration, Events, Imports, Job, Library, NewImport, SetPassword, SignIn
from people import Person


@pytest.fixture
def ready(api):
    return api.ready(to_csv([item("CT1", title="Lock the door")]))["id"]


# ---- Roles

SECTIONS = {
    "viewer": ["Imports", "Library"],
    "editor": ["Imports", "New import", "Library"],
    "admin": ["Imports", "New import", "Library", "Admin", "Events"],
}


@pytest.mark.parametrize("role", SECTIONS)
def test_header_leads_where_the_role_may_go(visitors, role):
    page = Imports(visitors.enter(role)).open()
    assert page.sections() == SECTIONS[role]


def test_viewer_sees_a_job_and_cannot_decide(viewer, ready):
    page = Job(viewer, ready).open().status("Ready for review")
    assert page.may() == set()
    page.review().shows("CT1")


@pytest.mark.parametrize("path", ["/import/", "/users/", "/events/"])
def test_viewer_is_told_that_a_page_is_not_for_them(viewer, path):
    viewer.open(path)
    viewer.sees("Not permitted")


def test_editor_has_no_administration(editor):
    editor.open("/users/")
    editor.sees("Not permitted")


@pytest.mark.parametrize("role", ["editor", "admin"])
def test_editor_and_admin_decide(visitors, ready, role):
    page = Job(visitors.enter(role), ready).open()
    page.review().decide("Accept", "^Accept 1 change$")
    page.here().status("Applied")


# ---- Tokens

def test_token_is_shown_once_and_works_until_it_is_revoked(site, stranger):
    person = Person(site, "viewer")
    SignIn(stranger).open().sign_in(person.email, person.password)
    page = Account(stranger).open()
    page.sees("You have no tokens.")
    key = page.make_token("nightly import", person.password)
    eventually(lambda: page.tokens() == ["nightly import"])
    script = Client(site.url, key)
    assert script.get("users/me/").json["email"] == person.email
    page.open()
    eventually(lambda: page.tokens() == ["nightly import"])
    assert key not in stranger.driver.page_source
    page.revoke("nightly import")
    page.sees("You have no tokens.")
    assert script.get("users/me/").status == 401


def test_token_takes_the_password(site, stranger):
    person = Person(site, "viewer")
    SignIn(stranger).open().sign_in(person.email, person.password)
    page = Account(stranger).open()
    stranger.expects(400, "/tokens/")
    dialog = page.new_token("nightly import", "wrong")
    eventually(lambda: "This is not your password." in dialog.text)
    dialog.click("Go back")
    assert page.tokens() == []


def test_tokens_say_when_they_end_and_were_used(site, stranger, db):
    person = Person(site, "viewer")
    SignIn(stranger).open().sign_in(person.email, person.password)
    page = Account(stranger).open()
    key = page.make_token("for ever", person.password, "until it is revoked")
    page.make_token("short", person.password, "30 days")
    row = {row["Name"]: row for row in page.token_rows()}["for ever"]
    assert (row["Expires"], row["Last used"]) == ("never", "never")
    Client(site.url, key).get("users/me/")
    db.run("UPDATE credential SET expires = now() - interval '1 day' WHERE account_id = %s AND name = 'short'",
           person.id)
    rows = {row["Name"]: row for row in page.open().token_rows()}
    assert rows["for ever"]["Last used"] == "just now"
    assert rows["short"]["Expires"].endswith("expired")


# ---- Users

NEW_PASSWORD = "violet-Harbour-71-quince"


def test_admin_adds_changes_and_disables_a_user(site, admin):
    page = Administration(admin).open()
    dialog = page.new_user()
    admin.fill("Email", "new@example.com", dialog.node)
    admin.fill("First name", "Nell", dialog.node)
    admin.fill("Last name", "New", dialog.node)
    admin.choose("Role", "editor")
    dialog.send("Add user")
    link = page.link()
    assert link not in admin.driver.page_source  # shown this once
    eventually(lambda: page.users()["new@example.com"]["Role"] == "editor")
    secret = link.partition("#")[2]
    site.admin.fork().post("session/link/", json={"link": secret, "password": NEW_PASSWORD})
    person = Client(site.url, auth=("new@example.com", NEW_PASSWORD))
    assert person.get("users/me/").json["first_name"] == "Nell"

    dialog = page.edit("new@example.com")
    admin.choose("Role", "viewer")
    admin.click("checkbox", "May sign in", dialog.node)
    dialog.click("Save")
    eventually(lambda: page.users()["new@example.com"]["State"] == "disabled")
    eventually(lambda: admin.script("return document.activeElement.ariaLabel") == "Users")
    assert page.users()["new@example.com"]["Role"] == "viewer"
    assert person.get("users/me/").status == 401


def test_what_is_wrong_with_a_user_is_told_at_the_field(admin):
    page = Administration(admin).open()
    dialog = page.new_user()
    admin.expects(400, "/users/")
    admin.fill("Email", "viewer@example.com", dialog.node)
    dialog.send("Add user")
    field = admin.find("textbox", "Email")
    eventually(lambda: field.get_attribute("aria-invalid") == "true")
    dialog.click("Go back")


def test_admin_cannot_lock_themselves_out(site, admin):
    page = Administration(admin).open()
    dialog = page.edit(site.env["ACCESSION_EMAIL"])
    assert not admin.all("checkbox", within=dialog.node)
    assert not admin.all("combobox", within=dialog.node)
    dialog.click("Go back")


# ---- One-time links

@pytest.fixture
def invited(site):
    """A new person, and the path of their link."""
    answer = site.admin.post("users/", json={"email": "new@example.com", "first_name": "Nell"}).json
    return answer["link"].removeprefix(site.url)


def test_link_leads_from_choosing_a_password_to_signing_in(stranger, invited):
    stranger.open(invited)
    page = SetPassword(stranger).here().sees("new@example.com")
    assert stranger.script("return location.hash") == ""  # nobody reads it off the address
    assert invited.partition("#")[2] not in stranger.driver.page_source
    eventually(lambda: stranger.focused("textbox", "New password"))
    stranger.expects(400, "/session/link/")
    page.choose("short")
    field = stranger.find("textbox", "New password")
    eventually(lambda: field.get_attribute("aria-invalid") == "true")
    page.choose(NEW_PASSWORD, "another")
    page.sees("This is not the same as above.")
    page.choose(NEW_PASSWORD)
    SignIn(stranger).here().sees("Your password is set.")
    eventually(lambda: stranger.focused("textbox", "Password"))
    assert stranger.find("textbox", "Email").get_attribute("value") == "new@example.com"
    stranger.press(NEW_PASSWORD, Keys.ENTER)
    Imports(stranger).here()

    stranger.expects(400, "/session/link/")
    stranger.open(invited)
    page.sees("This link has been used", "Ask an administrator")
    assert stranger.none("textbox")


def test_link_that_is_used_meanwhile_says_so(stranger, site, invited):
    stranger.open(invited)
    page = SetPassword(stranger).here()
    site.admin.fork().post("session/link/", json={"link": invited.partition("#")[2], "password": NEW_PASSWORD})
    stranger.expects(400, "/session/link/")
    page.choose(NEW_PASSWORD)
    page.sees("This link has been used")
    assert stranger.none("textbox")


def test_page_without_a_link_says_what_it_needs(stranger, invited):
    stranger.open("/set-password/")
    page = SetPassword(stranger).here().sees("needs the whole link")
    # A link put into the address bar of this very tab is a change of the fragment alone.
    stranger.script("location.hash = arguments[0]", invited.partition("#")[2])
    page.sees("new@example.com")


def test_reset_by_link_ends_sessions_and_tokens(site, admin):
    person = Person(site, "viewer")
    script = Client(site.url, site.db.make_token(person.id))
    page = Administration(admin).open()
    page.does(person.email, "Reset by link…", "Reset the password by a link?", "Go back")
    assert script.get("users/me/").status == 200
    page.does(person.email, "Reset by link…", "Reset the password by a link?", "Reset and make a link")
    link = page.link()
    assert script.get("users/me/").status == 401
    admin.open(link.removeprefix(site.url))
    SetPassword(admin).here().sees(person.email)


def test_admin_ends_sessions_and_takes_away_a_second_factor(site, admin, db):
    person = Person(site, "viewer")
    Authenticator.of(db, person.id)
    page = Administration(admin).open()
    eventually(lambda: page.users()[person.email]["Second factor"] == "yes")
    page.does(person.email, "Take away second factor…", "Take away the second factor?", "Take it away")
    page.sees(f"The second factor of {person.email} is taken away.")
    assert page.users()[person.email]["Second factor"] == "–"
    browser = requests.Session()
    browser.post(f"{site.url}/api/v2/session/", timeout=60,
                 json={"email": person.email, "password": person.password}).raise_for_status()
    page.does(person.email, "End sessions…", "End all sessions?", "End sessions")
    page.sees(f"All sessions of {person.email} have ended.")
    assert browser.get(f"{site.url}/api/v2/session/", timeout=60).status_code == 401


# ---- Events

def test_events_are_told_in_sentences(site, admin, db):
    person = Person(site, "editor")
    for password in ("wrong", "wrong", person.password):
        site.admin.fork().post("session/", json={"email": person.email, "password": password}, check=False)
    site.admin.patch(f"users/{person.id}/", json={"role": "viewer"})
    page = Events(admin).open(f"?account={person.email}")
    page.says("Pat Person signed in with a password, from 127.0.0.1",
              "A sign-in as Pat Person was refused: wrong password, from 127.0.0.1 (2 times)",
              "Admin Testerton changed the account of Pat Person: role editor → viewer, from 127.0.0.1")
    page.only(kind="Refused sign-ins")
    eventually(lambda: page.lines() == [
        "A sign-in as Pat Person was refused: wrong password, from 127.0.0.1 (2 times)"])
    assert "kind=sign_in_refused" in admin.path
    admin.click("button", "Details")
    admin.sees(re.compile("Request id\\s+[0-9a-f]{32}"))
    page.open().only(address="192.0.2.7")
    page.sees("Nothing of that kind has happened.")


def test_who_and_where_of_an_event_lead_to_the_others(site, admin):
    person = Person(site, "editor")
    site.admin.fork().post("session/", json={"email": person.email, "password": person.password})
    page = Events(admin).open().says("Pat Person signed in")
    admin.click("link", "Pat Person")
    eventually(lambda: page.lines() and all("Pat Person" in line for line in page.lines()))
    assert f"account={person.email.replace('@', '%40')}" in admin.path


def test_events_come_in_pages(site, admin, db):
    person = Person(site, "viewer")
    db.run("""INSERT INTO security_event (kind, account_id, actor_id, via)
              SELECT 'sign_out', %s, %s, 'session' FROM generate_series(1, 60)""", person.id, person.id)
    page = Events(admin).open(f"?account={person.email}").says("Pat Person signed out")
    first = len(page.lines())
    admin.click("link", "Next")
    eventually(lambda: "page=2" in admin.path and 0 < len(page.lines()) < first)


# ---- Features

def test_admin_switches_imports_off_and_on(admin, api, ready):
    page = Administration(admin).open()
    eventually(lambda: page.switch() is True)
    page.flip()
    admin.click("button", "Switch off")
    eventually(lambda: page.switch() is False)
    assert api.get("library/import/").status == 404
    page.go("Imports")
    admin.sees("Imports are switched off")
    Library(admin).open()
    page.open().flip()
    eventually(lambda: page.switch() is True)
    assert api.get("library/import/").status == 200
    NewImport(admin).open().sees(re.compile("One import at a time"))
