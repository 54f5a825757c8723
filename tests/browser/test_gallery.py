"""What holds for every page: axe finds no violation, in either colour scheme; it is usable on a
phone; the keyboard reaches everything; nothing is inline. (Every test checks at its end that
nothing in a page is inline, see chromium.py.)"""

import json

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from chromium import DESKTOP, PHONE, eventually
from gallery import PAGES
from people import gone_afterwards
import sites
from scenes import World

_AXE = sites.ROOT / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
_ADMIN = sites.ROOT / "cgi-bin" / "admin"


@pytest.fixture(scope="module")
def world(site):
    with gone_afterwards(site):
        yield World(site)


@pytest.fixture(autouse=True)
def clean(world, no_reports):
    """Does nothing: these tests only look, so one world is enough for all of them."""


@pytest.fixture(params=PAGES)
def page(request, visitors, world):
    """The browser at a page of the gallery; page(size) opens it on a screen of this size."""
    role, go = PAGES[request.param]
    browser = visitors.enter(role)

    def arrive(size=DESKTOP):
        browser.screen(size)
        go(browser, world)
        return browser
    return arrive


# ---- axe

_RUN_AXE = """
    const done = arguments[arguments.length - 1];
    axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        resultTypes: ["violations"], preload: false,
    }).then(({ violations }) => done(violations.map((v) => ({
        rule: v.id, help: v.help, nodes: v.nodes.slice(0, 5).map((n) => [n.target.join(" "), n.failureSummary]),
    }))), (error) => done([{ rule: "axe itself", help: String(error), nodes: [] }]));
"""


def violations(browser):
    return browser.driver.execute_async_script(_RUN_AXE)


def test_axe_finds_nothing(page):
    browser = page()
    browser.script(_AXE.read_text())
    for scheme, size in (("light", DESKTOP), ("dark", PHONE)):
        browser.scheme(scheme)
        browser.screen(size)
        found = violations(browser)
        assert not found, f"{scheme}, {size}: " + json.dumps(found, indent=1)


def test_axe_is_at_work(page_with_faults):
    """axe finds the faults of a page made with faults."""
    rules = {violation["rule"] for violation in violations(page_with_faults)}
    assert {"color-contrast", "button-name", "label"} <= rules


@pytest.fixture
def page_with_faults(visitors):
    browser = visitors.enter(None)
    browser.open("/sign-in/")
    browser.script(_AXE.read_text())
    browser.script("""
        const main = document.querySelector("main");
        main.append(document.createElement("button"), document.createElement("input"));
        main.querySelector("h1").style.color = "#ddd";
        main.querySelector("h1").style.background = "#eee";
    """)
    return browser


# ---- A phone

_CUT = """
    const width = document.documentElement.clientWidth;
    const problems = [];
    const name = (e) => e.tagName.toLowerCase() + (e.className ? "." + e.className : "");
    if (document.scrollingElement.scrollWidth > width || innerWidth > width)
        problems.push(`the page is ${document.scrollingElement.scrollWidth} wide`);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode, element = text.parentElement;
        if (!text.data.trim() || !element.checkVisibility({ visibilityProperty: true }) ||
            element.closest(".unseen, .skip, script, thead"))
            continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        for (const box of range.getClientRects()) {
            if (box.left < -1 || box.right > width + 1)
                problems.push(`${name(element)} "${text.data.trim().slice(0, 40)}" leaves the screen`);
            for (let up = element; up; up = up.parentElement) {
                const style = getComputedStyle(up), outer = up.getBoundingClientRect();
                if (["auto", "scroll"].includes(style.overflowX))
                    break;
                if (["hidden", "clip"].includes(style.overflowX) &&
                    (box.left < outer.left - 1 || box.right > outer.right + 1))
                    problems.push(`${name(element)} "${text.data.trim().slice(0, 40)}" is cut`);
            }
        }
    }
    for (const control of document.querySelectorAll("a[href], button, select, input")) {
        const box = control.getBoundingClientRect();
        if (control.checkVisibility({ visibilityProperty: true }) && !control.closest(".unseen, .skip") &&
            (box.left < -1 || box.right > width + 1))
            problems.push(`${name(control)} "${control.textContent}" leaves the screen`);
    }
    return [...new Set(problems)];
"""


def test_page_fits_a_phone(page):
    assert page(PHONE).script(_CUT) == []


def test_what_leaves_a_phone_would_be_found(visitors):
    browser = visitors.enter(None)
    browser.screen(PHONE)
    browser.open("/sign-in/")
    browser.script("""
        const heading = document.querySelector("h1");
        heading.style.whiteSpace = "nowrap";
        heading.textContent = "x".repeat(100);
    """)
    assert browser.script(_CUT)


# ---- The keyboard

# The controls wanted are those there at the end, since pages go on drawing themselves.
_WATCH_FOCUS = """
    const root = document.querySelector("dialog[open]") ?? document;
    const all = "a[href], button:not(:disabled), input:not([type=hidden]), select, textarea, summary";
    const wanted = () => [...root.querySelectorAll(all)].filter((e) =>
        e.checkVisibility({ visibilityProperty: true }) && e.tabIndex >= 0);
    const marked = (e) => [e, ...(e.labels ?? [])].some((x) => {
        const style = getComputedStyle(x);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0);
    });
    window.reached = new Map();
    if (!window.watched)
        addEventListener("focusin", (event) => reached.set(event.target, marked(event.target)));
    window.watched = true;
    if (document.activeElement !== document.body)
        reached.set(document.activeElement, marked(document.activeElement));
    const shown = (controls) => controls.map((e) => e.outerHTML.slice(0, 200));
    window.missed = () => shown(wanted().filter((e) => !reached.has(e)));
    window.unmarked = () => shown(wanted().filter((e) => reached.get(e) === false));
    return wanted().length;
"""


def tab_through(browser):
    """Goes once around the page with Tab; fails if that misses a control, or a control does not
    show its focus."""
    controls = browser.script(_WATCH_FOCUS)
    assert controls > 0
    keys = ActionChains(browser.driver, duration=0)
    for _ in range(controls + 3):
        keys.send_keys(Keys.TAB)
    keys.perform()
    assert browser.script("return missed()") == []
    assert browser.script("return unmarked()") == []
    return True


def test_every_control_is_reached_by_tab_and_shows_it(page):
    """Repeated until the page has drawn itself: Tab may already be past controls that come
    later."""
    browser = page()
    eventually(lambda: tab_through(browser))


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
