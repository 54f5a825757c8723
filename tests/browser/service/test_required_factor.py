"""A site where everybody needs a second factor: who has none sets it up when they sign in."""

import pytest
from selenium.webdriver.common.keys import Keys

import sites
from authenticator import Authenticator
from chromium import eventually
from looks import is_for_everybody
from own_site import chromium  # a fixture
from pages import Account, Library, SignIn, confirm, secret
from people import Person


@pytest.fixture(scope="module")
def site():
    with sites.running({"SECOND_FACTOR": "all"}) as running:
        yield running


@pytest.fixture
def person(site):
    return Person(site, "editor")


@pytest.fixture
def asked(chromium, person):
    """The page for signing in, where it wants a second factor to be set up."""
    chromium.remember(([], []))
    chromium.open("/library/?search=lock")
    page = SignIn(chromium)
    page.attempt(person.email, person.password)
    return page.asks("Set up your second factor")


def test_second_factor_is_set_up_before_anything_else(chromium, asked, person):
    app = Authenticator(secret(chromium))
    Library(chromium).open()
    chromium.at("/sign-in/")
    app = Authenticator(secret(chromium))  # another one: the first was not confirmed
    codes = confirm(chromium, app.code())
    assert len(codes) == 10
    chromium.click("button", "Go on")
    chromium.at("/library/")
    Account(chromium).open().sees("It is required here.", "10 recovery codes left.").sign_out()
    page = SignIn(chromium).here()
    page.attempt(person.email, person.password)
    page.give(app.code())
    chromium.at("/jobs/")


def test_wrong_code_confirms_nothing(chromium, asked):
    chromium.expects(400, "/second-factor/")
    app = Authenticator(secret(chromium))
    chromium.fill("Code", "000000")
    chromium.click("button", "Confirm")
    chromium.sees("This code is wrong")
    eventually(lambda: chromium.focused("textbox", "Code"))
    confirm(chromium, app.code())


def test_set_up_works_by_keyboard(chromium, asked):
    eventually(lambda: chromium.focused("heading", "Set up your second factor"))
    app = Authenticator(secret(chromium))
    chromium.press(*[Keys.TAB] * 3)
    eventually(lambda: chromium.focused("textbox", "Code"))
    chromium.press(app.code(), Keys.ENTER)
    eventually(lambda: chromium.focused("heading", "Keep these recovery codes"))
    chromium.press(Keys.TAB, Keys.TAB, Keys.TAB)
    assert chromium.focused("button", "Go on")
    chromium.press(Keys.ENTER)
    chromium.at("/library/")
    eventually(lambda: chromium.focused("heading", "Library"))


@pytest.mark.parametrize("step", ["set up", "codes"])
def test_steps_are_accessible(chromium, asked, step):
    app = Authenticator(secret(chromium))
    if step == "codes":
        confirm(chromium, app.code())
    is_for_everybody(chromium)
