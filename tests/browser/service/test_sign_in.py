"""Signing in and out, and a session that ends in the middle of work."""

import pytest
import requests

from authenticator import Authenticator
from chromium import eventually
from client import Client
from library import item, to_csv
from pages import Account, Dialog, Imports, Job, Library, NewImport, Review, SignIn, confirm
from people import Person


@pytest.fixture
def person(site):
    return Person(site, "editor")


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


def test_too_many_wrong_passwords_say_how_long_to_wait(stranger, site, db, person):
    wrong = {"email": person.email, "password": "wrong"}
    assert site.admin.fork().post("session/", json=wrong, check=False).status == 400
    db.run("UPDATE sign_in_tries SET failures = 40 WHERE kind = 'here'")
    stranger.expects(429, "/session/")
    page = SignIn(stranger).open()
    page.attempt(person.email, person.password)
    page.alert("Try again in 15 minutes.")
    eventually(lambda: stranger.focused("textbox", "Password"))
    site.clear()
    page.sign_in(person.email, person.password)


@pytest.mark.parametrize("status, detail, after, said", [
    (429, "Too many failed attempts to sign in. Try again in 1 second.", 1, "to sign in. Try again in 1 second."),
    (429, "Too many failed attempts to sign in. Try again in 150 seconds.", 150, "to sign in. Try again in 3 minutes."),
    (503, "Too many passwords are being checked at the moment. Try again.", 2, "moment. Try again in 2 seconds."),
    (503, None, 7200, "busy or starting. Try again in 2 hours."),
    (503, "New passwords cannot be checked.", None, "New passwords cannot be checked."),
])
def test_wait_is_told_in_words(stranger, status, detail, after, said):
    page = SignIn(stranger).open()
    stranger.script("""
        const [status, detail, after] = arguments;
        window.fetch = async () => new Response(JSON.stringify(detail ? { detail } : {}),
            { status, headers: after ? { "Retry-After": after } : {} });
    """, status, detail, after)
    page.attempt("somebody@example.com", "secret")
    page.alert(said)


def test_password_alone_is_asked_for_where_there_is_no_front(stranger):
    """Also if the server does not say so."""
    SignIn(stranger).open()
    assert [button.text for button in stranger.all("button")] == ["Sign in"]
    stranger.open("/set-password/")
    stranger.script("""
        const before = window.fetch;
        window.fetch = (url, ...rest) =>
            url.includes("/ways/") ? Promise.reject(new TypeError("no")) : before(url, ...rest);
    """)
    stranger.click("link", "Sign in")
    eventually(lambda: stranger.focused("textbox", "Email"))
    assert [button.text for button in stranger.all("button")] == ["Sign in"]


# ---- The second step

@pytest.fixture
def app(db, person):
    """The person's authenticator."""
    return Authenticator.of(db, person.id)


@pytest.fixture
def asked(stranger, person, app):
    """The page for signing in, at the second step, on the way to the library."""
    stranger.open("/library/?search=lock")
    stranger.at("/sign-in/")
    page = SignIn(stranger)
    page.attempt(person.email, person.password)
    return page.asks("Enter your code")


def test_code_is_the_second_step(stranger, asked, app):
    eventually(lambda: stranger.focused("textbox", "Code"))
    code = stranger.find("textbox", "Code")
    assert code.get_attribute("autocomplete") == "one-time-code"
    assert code.get_attribute("inputmode") == "numeric"
    asked.give(app.code())
    stranger.at("/library/?search=lock")
    eventually(lambda: stranger.focused("heading", "Library"))


def test_wrong_code_is_told_at_its_field_and_can_be_mended(stranger, asked, app):
    stranger.expects(400, "/session/code/")
    asked.give("000000")
    stranger.sees("This code is wrong")
    eventually(lambda: stranger.focused("textbox", "Code"))
    asked.give(app.code())
    stranger.at("/library/")


def test_nothing_is_open_before_the_second_step(stranger, asked):
    Imports(stranger).open()
    stranger.at("/sign-in/")
    asked.asks("Enter your code")
    assert asked.chromium.none("navigation", "Main")


def test_page_that_is_reloaded_still_asks_for_the_code(stranger, asked, app):
    stranger.driver.refresh()
    asked.give(app.code())
    stranger.at("/library/")


def test_who_starts_again_is_forgotten(stranger, asked):
    asked.start_again()
    eventually(lambda: stranger.focused("textbox", "Email"))
    assert not stranger.driver.get_cookie("accession_session")


def test_second_step_that_took_too_long_begins_again(stranger, db, asked, person, app):
    db.run("UPDATE credential SET expires = now() WHERE account_id = %s", person.id)
    stranger.expects(401, "/session/code/")
    asked.give(app.code())
    asked.asks("Sign in to Accession").sees("This took too long.")
    asked.attempt(person.email, person.password)
    asked.give(app.code())
    stranger.at("/library/")


def test_second_factor_is_set_up_used_and_taken_away(stranger, person):
    SignIn(stranger).open().sign_in(person.email, person.password)
    page = Account(stranger).open()
    app = Authenticator(page.set_up(person.password))
    codes = confirm(stranger, app.code())
    assert len(set(codes)) == 10
    saved = stranger.downloaded(lambda: stranger.click("button", "Save as a file"), "accession-recovery-codes.*txt")
    assert all(code.encode() in saved for code in codes)
    stranger.click("button", "Done")
    stranger.sees("10 recovery codes left.")
    assert codes[0] not in stranger.driver.page_source

    page.sign_out()
    sign_in = SignIn(stranger).here()
    sign_in.attempt(person.email, person.password)
    sign_in.recover(codes[0].upper())
    Imports(stranger).here()
    page.open().sees("9 recovery codes left.")
    page.sign_out()
    sign_in.here().attempt(person.email, person.password)
    stranger.expects(400, "/session/code/")
    sign_in.recover(codes[0])
    stranger.sees("This code is wrong")
    stranger.click("button", "Use the authenticator app instead")
    sign_in.give(app.code())
    Imports(stranger).here()

    page.open().take_away(person.password)
    stranger.sees("Set up a second factor")
    page.sign_out()
    sign_in.here().sign_in(person.email, person.password)


def test_wrong_password_sets_nothing_up(stranger, person):
    SignIn(stranger).open().sign_in(person.email, person.password)
    page = Account(stranger).open()
    stranger.expects(400, "/second-factor/")
    stranger.click("button", "Set up a second factor")
    form = stranger.find("form", "Set up a second factor")
    stranger.fill("Current password", "wrong", form)
    stranger.click("button", "Go on", form)
    page.sees("This is not your password.")
    assert stranger.select(".qr") == []


def test_picture_shows_the_code_that_the_service_made(stranger, person):
    """Black on white with the margin that cameras need, in the dark too."""
    SignIn(stranger).open().sign_in(person.email, person.password)
    stranger.scheme("dark")
    Account(stranger).open().set_up(person.password)
    picture = stranger.script("""
        const [svg] = document.querySelectorAll("svg.qr");
        const [ground, dark] = svg.children;
        const side = svg.viewBox.baseVal.width, has = (x, y) =>
            dark.isPointInFill(new DOMPoint(x + .5, y + .5)) ? "1" : "0";
        const rows = Array.from({ length: side }, (_, y) => Array.from({ length: side }, (_, x) => has(x, y)).join(""));
        return { name: svg.getAttribute("aria-label"), role: svg.getAttribute("role"), rows,
                 ground: getComputedStyle(ground).fill, dark: getComputedStyle(dark).fill };
    """)
    assert picture["role"] == "img" and picture["name"]
    assert (picture["ground"], picture["dark"]) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
    rows = picture["rows"]
    blank = "0" * len(rows)
    assert rows[:4] == rows[-4:] == [blank] * 4
    assert all(row.startswith("0000") and row.endswith("0000") for row in rows)
    assert rows[4][4:12] == "11111110"  # the corner that a camera looks for
    assert (len(rows) - 8 - 17) % 4 == 0


# ---- Sessions

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
    at_home.expects(401, "/library/import/")
    db.run("DELETE FROM credential WHERE account_id = %s", person.id)
    at_home.at("/sign-in/")  # the page notices by itself
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


@pytest.fixture
def elsewhere(site, person):
    """Another browser in which the person is signed in."""
    other = requests.Session()
    other.headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    other.post(f"{site.url}/api/v2/session/", timeout=60,
               json={"email": person.email, "password": person.password}).raise_for_status()
    return lambda: other.get(f"{site.url}/api/v2/session/", timeout=60).status_code


def test_sessions_are_listed_and_one_can_be_ended(at_home, elsewhere):
    page = Account(at_home).open()
    eventually(lambda: [row["Browser"] for row in page.sessions()] == ["Firefox on Windows", "Chrome on Linux this one"])
    assert [row["From"] for row in page.sessions()] == ["127.0.0.1"] * 2
    at_home.click("button", "Sign out Firefox on Windows, 127.0.0.1")
    eventually(lambda: len(page.sessions()) == 1)
    eventually(lambda: at_home.script("return document.activeElement.ariaLabel") == "Your sessions")
    assert elsewhere() == 401
    page.open()


def test_all_other_sessions_can_be_ended_at_once(at_home, elsewhere):
    page = Account(at_home).open()
    at_home.click("button", "Sign out everywhere else")
    Dialog(at_home, "Sign out everywhere else?").click("Sign out everywhere else")
    eventually(lambda: len(page.sessions()) == 1)
    assert elsewhere() == 401
    page.open()


def test_session_that_somebody_else_ended_asks_to_sign_in(at_home, site, person):
    page = Account(at_home).open()
    site.admin.request("DELETE", f"users/{person.id}/sessions/")
    at_home.expects(401, "/tokens/")
    at_home.click("button", "New token")
    dialog = Dialog(at_home, "New token")
    at_home.fill("Name", "x", dialog.node)
    dialog.send("Make the token")
    at_home.at("/sign-in/")
    at_home.sees("Your session has ended.")
    eventually(lambda: at_home.none("dialog"))
    SignIn(at_home).sign_in(person.email, person.password)
    page.here()


# ---- The own password

NEW_PASSWORD = "violet-Harbour-71-quince"


@pytest.mark.parametrize("keep", [False, True], ids=["revoked", "kept"])
def test_own_password_can_be_changed(at_home, site, person, elsewhere, keep):
    script = Client(site.url, site.db.make_token(person.id))
    page = Account(at_home).open()
    page.change_password(person.password, NEW_PASSWORD, keep_tokens=keep)
    at_home.sees("Your password is changed.")
    assert script.get("users/me/").status == (200 if keep else 401)
    assert elsewhere() == 401
    page.sign_out()
    SignIn(at_home).here().sign_in(person.email, NEW_PASSWORD)


def test_password_that_is_too_easy_is_told_at_its_field(at_home, person):
    at_home.expects(400, "/users/me/")
    Account(at_home).open().change_password(person.password, "short")
    field = at_home.find("textbox", "New password")
    eventually(lambda: field.get_attribute("aria-invalid") == "true")


def test_wrong_present_password_is_told_at_its_field(at_home, person):
    at_home.expects(400, "/users/me/")
    Account(at_home).open().change_password("wrong", "correct horse battery staple")
    field = at_home.find("textbox", "Current password")
    eventually(lambda: field.get_attribute("aria-invalid") == "true")
