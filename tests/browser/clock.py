"""A page's long waits, such as those between two polls: they end when the test says so, so that what
happens in one turn can be counted, however slow the machine is."""

import contextlib

from chromium import eventually

_STOPPED = """
    const later = window.setTimeout, forget = window.clearTimeout, ask = window.fetch;
    const waits = new Map();
    let last = 1e9, asked = 0;
    window.setTimeout = (f, ms, ...rest) => {
        if (!(ms >= 1000))
            return later(f, ms, ...rest);
        waits.set(++last, { f, ms });
        return last;
    };
    window.clearTimeout = (id) => waits.delete(id) ? undefined : forget(id);
    window.fetch = (...request) => {
        asked += 1;
        return ask(...request).finally(() => { asked -= 1; });
    };
    window.clock = {
        waits: () => asked > 0 ? [] : [...waits.values()].map(({ ms }) => ms),
        rests: () => asked === 0 && waits.size === 0,
        turn() {
            const all = [...waits.values()];
            waits.clear();
            all.forEach(({ f }) => f());
        },
    };
"""


class Clock:
    def __init__(self, browser):
        self._browser = browser

    def waits(self):
        """How long the page means to wait, in ms for each of its waits, once it waits at all and for
        no answer."""
        return eventually(lambda: self._browser.script("return window.clock?.waits()") or None)

    def turn_once(self):
        """Ends the waits there are."""
        self.waits()
        self._browser.script("clock.turn()")

    def turn(self):
        """The same, and returns with the page waiting again."""
        self.turn_once()
        return self.waits()


@contextlib.contextmanager
def stopped(browser):
    """In documents opened within, long waits end by Clock.turn() alone."""
    script = browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=_STOPPED)
    try:
        yield Clock(browser)
    finally:
        browser.cdp("Page.removeScriptToEvaluateOnNewDocument", **script)
