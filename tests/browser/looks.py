"""What is checked by looking at a page as a whole: axe, which finds what keeps people with
disabilities from using it; what leaves a small screen; what the keyboard does not reach."""

import json

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from chromium import DESKTOP, PHONE, eventually
import sites

_SOURCE = sites.ROOT / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """
    const done = arguments[arguments.length - 1];
    axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        resultTypes: ["violations"], preload: false,
    }).then(({ violations }) => done(violations.map((v) => ({
        rule: v.id, help: v.help, nodes: v.nodes.slice(0, 5).map((n) => [n.target.join(" "), n.failureSummary]),
    }))), (error) => done([{ rule: "axe itself", help: String(error), nodes: [] }]));
"""


def violations(browser):
    """What axe finds on the page that is shown."""
    if not browser.script("return typeof axe !== 'undefined'"):
        browser.script(_SOURCE.read_text())
    return browser.driver.execute_async_script(_RUN)


def _no_violations(browser, where):
    found = violations(browser)
    assert not found, f"{where}: " + json.dumps(found, indent=1)


def _to_the_end(browser):
    """Goes where the bar that stays at the foot of the screen covers nothing, and lets the one that stays
    at its top scroll away: of a control that is half behind one, axe takes the rest for all that a finger
    can hit."""
    browser.script("""
        document.querySelectorAll(".toolbar").forEach((bar) => { bar.style.position = "static"; });
        scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
    """)


def is_for_everybody(browser, go=lambda: None):
    """Fails unless everybody can use the page that go() opens, or that is open: on a phone in dark
    colours and on a desktop in light ones axe finds nothing; nothing is cut on the phone; Tab reaches
    every control. Going around by Tab is repeated until the page has drawn itself, as it may already
    be past controls that come later."""
    browser.scheme("dark")
    browser.screen(PHONE)
    go()
    _to_the_end(browser)
    _no_violations(browser, "on a phone, dark")
    assert cut_off(browser) == []
    browser.scheme("light")
    browser.screen(DESKTOP)
    _to_the_end(browser)
    _no_violations(browser, "on a desktop, light")
    eventually(lambda: tab_through(browser))


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


def cut_off(browser):
    """What is cut, or leaves the screen."""
    return browser.script(_CUT)


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
