"""What holds for every page: axe finds no violation, in either colour scheme; it is usable on a
phone; the keyboard reaches everything; nothing is inline. (Every test checks at its end that
nothing in a page is inline, see chromium.py.)"""

import pytest

from chromium import PHONE
from gallery import PAGES
from looks import cut_off, is_for_everybody, violations
from people import gone_afterwards
import sites
from scenes import World

_ADMIN = sites.ROOT / "cgi-bin" / "admin"


@pytest.fixture(scope="module")
def world(site):
    with gone_afterwards(site):
        yield World(site)


@pytest.fixture
def only_known_people(world):
    """Does nothing, for the same reason as `clean`."""


@pytest.fixture(autouse=True)
def clean(world, no_reports):
    """Does nothing: these tests only look, so one world is enough for all of them."""


@pytest.mark.parametrize("name", PAGES)
def test_everybody_can_use_it(visitors, world, name):
    role, go = PAGES[name]
    browser = visitors.enter(role)
    is_for_everybody(browser, lambda: go(browser, world))


# ---- Whether faults would be found

def test_axe_is_at_work(page_with_faults):
    """axe finds the faults of a page made with faults."""
    rules = {violation["rule"] for violation in violations(page_with_faults)}
    assert {"color-contrast", "button-name", "label"} <= rules


@pytest.fixture
def page_with_faults(visitors):
    browser = visitors.enter(None)
    browser.open("/sign-in/")
    browser.script("""
        const main = document.querySelector("main");
        main.append(document.createElement("button"), document.createElement("input"));
        main.querySelector("h1").style.color = "#ddd";
        main.querySelector("h1").style.background = "#eee";
    """)
    return browser


def test_what_leaves_a_phone_would_be_found(visitors):
    browser = visitors.enter(None)
    browser.screen(PHONE)
    browser.open("/sign-in/")
    browser.script("""
        const heading = document.querySelector("h1");
        heading.style.whiteSpace = "nowrap";
        heading.textContent = "x".repeat(100);
    """)
    assert cut_off(browser)


# ---- Nothing inline

def test_no_file_has_a_style_attribute_or_a_data_address():
    files = [path for path in _ADMIN.rglob("*") if path.suffix in (".html", ".css", ".js", ".svg")]
    assert len(files) > 20
    for path in files:
        text = path.read_text()
        for forbidden in ("data:", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write",
                          "eval(", "new Function", " style=", "javascript:"):
            assert forbidden not in text, f"{forbidden} in {path}"


def test_inline_script_would_not_run(visitors):
    """The policy is in force, and the tests notice what it stops."""
    browser = visitors.enter(None)
    browser.open("/sign-in/")
    browser.script("""
        const script = document.createElement("script");
        script.textContent = "window.owned = true";
        document.body.append(script);
    """)
    assert browser.script("return window.owned === undefined")
    browser.script("document.body.lastElementChild.remove()")
    assert any("Content Security Policy" in problem for problem in browser.complaints())
