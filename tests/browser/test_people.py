"""What viewers, editors and admins can see and do; tokens, users and features."""

import re

import pytest

from chromium import eventually
from client import Client
from library import item, to_csv
from pages import Account, Administration, Imports, Job, Library, NewImport, SignIn
from people import Person, gone_afterwards


@pytest.fixture(autouse=True)
def only_known_people(site):
    with gone_afterwards(site):
        yield


@pytest.fixture
def ready(api):
    return api.ready(to_csv([item("CT1", title="Lock the door")]))["id"]


# ---- Roles

SECTIONS = {
    "viewer": ["Imports", "Library"],
    "editor": ["Imports", "New import", "Library"],
    "admin": ["Imports", "New import", "Library", "Admin"],
}


@pytest.mark.parametrize("role", SECTIONS)
def test_header_leads_where_the_role_may_go(visitors, role):
    page = Imports(visitors.enter(role)).open()
    assert page.sections() == SECTIONS[role]


def test_viewer_sees_a_job_and_cannot_decide(viewer, ready):
    page = Job(viewer, ready).open().status("Ready for review")
    assert page.may() == set()
    page.review().shows("CT1")


@pytest.mark.parametrize("path", ["/import/", "/users/"])
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
    key = page.make_token("nightly import")
    eventually(lambda: page.tokens() == ["nightly import"])
    script = Client(site.url, key)
    assert script.get("users/me/").json["email"] == person.email
    page.open()
    eventually(lambda: page.tokens() == ["nightly import"])
    assert key not in stranger.driver.page_source
    page.revoke("nightly import")
    page.sees("You have no tokens.")
    assert script.get("users/me/").status == 401


# ---- Users

def test_admin_adds_changes_and_disables_a_user(site, admin):
    page = Administration(admin).open()
    dialog = page.new_user()
    admin.fill("Email", "new@example.com", dialog.node)
    admin.fill("First name", "Nell", dialog.node)
    admin.fill("Last name", "New", dialog.node)
    admin.choose("Role", "editor")
    admin.fill("Password", "correct horse battery", dialog.node)
    dialog.click("Add user")
    eventually(lambda: page.users()["new@example.com"]["Role"] == "editor")
    person = Client(site.url, auth=("new@example.com", "correct horse battery"))
    assert person.get("users/me/").json["first_name"] == "Nell"

    dialog = page.edit("new@example.com")
    admin.choose("Role", "viewer")
    admin.click("checkbox", "May sign in", dialog.node)
    dialog.click("Save")
    eventually(lambda: page.users()["new@example.com"]["State"] == "disabled")
    assert page.users()["new@example.com"]["Role"] == "viewer"
    assert person.get("users/me/").status == 401


def test_what_is_wrong_with_a_user_is_told_at_the_field(admin):
    page = Administration(admin).open()
    dialog = page.new_user()
    admin.expects(400, "/users/")
    admin.fill("Email", "viewer@example.com", dialog.node)
    admin.fill("Password", "correct horse battery", dialog.node)
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
