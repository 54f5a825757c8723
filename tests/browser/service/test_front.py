"""Signing in by a trusted front, beside passwords and alone. The front is nginx here: whom the cookie
`person` names has signed in elsewhere, and whoever went by START is known by the cookie `known`."""

import pytest
from selenium.webdriver.common.keys import Keys

import fronts
import sites
from chromium import Chromium, eventually
from looks import is_for_everybody
from pages import Account, Dialog, Imports, Library, SignIn
from people import Person

BY_FRONT = "Sign in with your organisation"
START = "/oauth2/start"
NOT_NAMED = "Your organisation did not say who you are."
CHANGES = {
    r"(fastcgi_param REMOTE_ADDR +\$remote_addr;)": r"\1 fastcgi_param ACCESSION_REMOTE_USER $cookie_known;",
    r"(location /api \{)": rf"""location = {START} {{
            add_header Set-Cookie "known=$cookie_person; Path=/";
            return 302 "$scheme://$http_host/sign-in/?front=1";
        }}
        \1""",
}


@pytest.fixture(scope="module", params=["on", "only"])
def site(request):
    with sites.running({"TRUSTED_FRONT": request.param, "TRUSTED_FRONT_URL": START}) as running:
        running.has_passwords = request.param == "on"
        yield running


@pytest.fixture(scope="module")
def chromium(site):
    with fronts.plain(site, CHANGES) as front, Chromium(front.url) as browser:
        yield browser


@pytest.fixture
def person(site):
    person = Person(site, "editor")
    site.db.run("UPDATE account SET password_hash = NULL WHERE id = %s", person.id)
    return person


@pytest.fixture
def elsewhere(chromium):
    """Signs somebody in elsewhere, in a browser in which nobody is; known: to nginx as well."""
    def sign_in(email, known=False):
        cookies = [{"name": name, "value": email, "path": "/"} for name in ["person", *["known"] * known]]
        chromium.remember((cookies if email else [], []))
        return chromium
    return sign_in


def at_start(chromium):
    return [path for _, path in chromium.requests if path.startswith(START)]


def test_page_offers_the_ways_that_there_are(site, elsewhere):
    chromium = elsewhere("")
    SignIn(chromium).open()
    chromium.find("button", BY_FRONT)
    for field in ("Email", "Password"):
        assert len(chromium.all("textbox", field)) == site.has_passwords
    first = ("textbox", "Email") if site.has_passwords else ("button", BY_FRONT)
    eventually(lambda: chromium.focused(*first))


def test_whom_nginx_knows_is_signed_in_at_once_by_keyboard(elsewhere, person):
    chromium = elsewhere(person.email, known=True)
    SignIn(chromium).open()
    chromium.find("button", BY_FRONT).send_keys(Keys.ENTER)
    Imports(chromium).here()
    chromium.events()
    assert at_start(chromium) == []


def test_whom_it_does_not_know_goes_to_the_front_and_then_where_they_wanted(elsewhere, person):
    chromium = elsewhere(person.email)
    chromium.expects(403, "/session/")
    chromium.open("/library/?search=lock")
    chromium.at("/sign-in/")
    chromium.click("button", BY_FRONT)
    chromium.at("/library/?search=lock")
    chromium.events()
    assert len(at_start(chromium)) == 1
    Library(chromium).sign_out()
    SignIn(chromium).here()
    chromium.find("button", BY_FRONT)


@pytest.mark.parametrize("email, said", [("", NOT_NAMED), ("stranger@example.com", "has no active account here")])
def test_whoever_comes_back_and_is_refused_is_told_why(elsewhere, email, said):
    """Once, and not sent in circles."""
    chromium = elsewhere(email)
    for _ in range(2):
        chromium.expects(403, "/session/")
    chromium.open("/library/")
    chromium.at("/sign-in/")
    chromium.click("button", BY_FRONT)
    SignIn(chromium).alert(said)
    eventually(lambda: chromium.focused("button", BY_FRONT))
    assert chromium.path == "/sign-in/?next=%2Flibrary%2F"
    chromium.events()
    assert len(at_start(chromium)) == 1


def test_token_is_made_without_a_password(site, elsewhere, person):
    chromium = elsewhere(person.email, known=True)
    chromium.open("/sign-in/?front=1")
    chromium.at("/jobs/")
    Account(chromium).open()
    assert len(chromium.all("heading", "Password")) == site.has_passwords
    assert len(chromium.all("heading", "Second factor")) == site.has_passwords
    chromium.click("button", "New token")
    dialog = Dialog(chromium, "New token")
    chromium.fill("Name", "nightly", dialog.node)
    assert bool(chromium.all("textbox", "Current password", dialog.node)) == site.has_passwords
    dialog.send("Make the token")
    chromium.find("textbox", "Token", dialog.node)


@pytest.mark.parametrize("refused", [False, True])
def test_page_is_accessible(elsewhere, refused):
    chromium = elsewhere("")
    if refused:
        chromium.expects(403, "/session/")
    page = SignIn(chromium).open("?front=1" if refused else "")
    if refused:
        page.alert(NOT_NAMED)
    is_for_everybody(chromium)
