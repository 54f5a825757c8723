"""Signing in and out, and a session that ends in the middle of work."""

import pytest

from chromium import eventually
from library import item, to_csv
from pages import Account, Imports, Job, Library, NewImport, Review, SignIn
from people import Person, gone_afterwards


@pytest.fixture
def person(site):
    with gone_afterwards(site):
        yield Person(site, "editor")


@pytest.fixture
def at_home(stranger, person):
    """A browser in which an editor has just signed in."""
    SignIn(stranger).open().sign_in(person.email, person.password)
    return stranger


def test_whoever_is_not_signed_in_signs_in_first_and_goes_on(stranger, person):
    stranger.open("/library/?search=lock")
    stranger.at("/sign-in/")
    SignIn(stranger).sign_in(person.email, person.password)
    assert stranger.path == "/library/?search=lock"


def test_wrong_password_is_refused_and_can_be_mended(stranger, person):
    stranger.expects(400, "/session/")
    page = SignIn(stranger).open()
    page.attempt(person.email, "wrong")
    page.alert("Unable to log in with provided credentials.")
    assert stranger.find("textbox", "Email").get_attribute("value") == person.email
    page.sign_in(person.email, person.password)
    Imports(stranger).here()


def test_empty_fields_are_named(stranger):
    stranger.expects(400, "/session/")
    page = SignIn(stranger).open()
    page.attempt("", "")
    stranger.sees("This field may not be blank.")
    eventually(lambda: stranger.script(
        "return document.activeElement.getAttribute('aria-invalid')") == "true")


@pytest.mark.parametrize("next_page", ["https://example.com/", "//example.com/", "javascript:alert(1)"])
def test_sign_in_leads_nowhere_else(stranger, person, next_page):
    SignIn(stranger).open(f"?next={next_page}").sign_in(person.email, person.password)
    assert stranger.driver.current_url.startswith(stranger.url)


def test_sign_out_ends_the_session_in_every_tab(at_home):
    Imports(at_home).open()
    first = at_home.tab
    at_home.new_tab()
    Library(at_home).open().sign_out()
    SignIn(at_home).here()
    at_home.tab = first
    at_home.at("/sign-in/")
    assert not at_home.driver.get_cookie("accession_session")


def test_page_to_which_the_button_leads_back_shows_nothing(at_home):
    """A browser may keep a page as it was left, and it then learns of nothing meanwhile."""
    Library(at_home).open()
    at_home.script("localStorage.removeItem('accession.signed-in');"
                   "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}));")
    at_home.at("/sign-in/")


def test_sign_out_forgets_the_person_but_not_the_preferences(at_home):
    page = Library(at_home).open()
    at_home.script("sessionStorage.setItem('accession.looked.1.1.standard', '[]');"
                   "localStorage.setItem('accession.keys-off', '1');")
    page.sign_out()
    SignIn(at_home).here()
    assert at_home.script("return sessionStorage.length") == 0
    assert at_home.script("return localStorage.getItem('accession.keys-off')") == "1"


@pytest.fixture
def ready(api):
    """A job that waits for its review."""
    return api.ready(to_csv([item("CT1", title="Lock the door")]))["id"]


def test_session_that_ends_during_a_review_is_taken_up_there(at_home, db, person, ready):
    page = Review(at_home, ready).open("?op=add")
    page.shows("CT1")
    db.run("DELETE FROM credential WHERE account_id = %s", person.id)
    at_home.expects(401, "/library/import/")
    page.ask("Accept").send("Accept 1 change")
    at_home.at("/sign-in/")
    at_home.sees("Your session has ended.")
    SignIn(at_home).sign_in(person.email, person.password)
    assert at_home.path == f"/jobs/{ready}/review/?op=add"
    page.shows("CT1").decide("Accept", "Accept 1 change")
    Job(at_home, ready).here().status("Applied")


def test_session_that_ends_while_a_job_is_watched_is_taken_up_there(at_home, db, person, ready):
    page = Job(at_home, ready).open()
    at_home.expects(401, "/library/import/")
    db.run("UPDATE credential SET expires = now() WHERE account_id = %s", person.id)
    at_home.at("/sign-in/")
    SignIn(at_home).sign_in(person.email, person.password)
    page.here().status("Ready for review")


def test_session_that_ended_before_the_first_look_asks_to_sign_in(at_home, db, person):
    db.run("DELETE FROM credential WHERE account_id = %s", person.id)
    at_home.expects(401, "/session/")
    at_home.open("/import/")
    at_home.at("/sign-in/")
    SignIn(at_home).sign_in(person.email, person.password)
    NewImport(at_home).here()


def test_own_password_can_be_changed(at_home, person):
    new = "correct horse battery staple"
    page = Account(at_home).open()
    page.change_password(person.password, new)
    at_home.sees("Your password is changed.")
    page.sign_out()
    SignIn(at_home).here().sign_in(person.email, new)


def test_wrong_present_password_is_told_at_its_field(at_home, person):
    at_home.expects(400, "/users/me/")
    Account(at_home).open().change_password("wrong", "correct horse battery staple")
    field = at_home.find("textbox", "Current password")
    eventually(lambda: field.get_attribute("aria-invalid") == "true")
