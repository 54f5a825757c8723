"""How soon a browser shows the first rows of a diff."""

import contextlib
import shutil

from bench import Skip
from processes import wait_until

_FIRST_ROWS = """
    new MutationObserver((_, observer) => {
        if (!document.querySelector("article.change"))
            return;
        observer.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(() => { window.firstRows = performance.now(); }));
    }).observe(document, { childList: true, subtree: true });
"""


@contextlib.contextmanager
def browser(bench):
    """Chromium as the browser tests use it, with the administrator signed in."""
    if not shutil.which("chromedriver"):
        raise Skip("no Chromium: make browser-deps")
    # Only here, since they need Selenium.
    from chromium import Chromium  # pylint: disable=import-outside-toplevel
    from pages import SignIn  # pylint: disable=import-outside-toplevel
    chromium = Chromium(bench.site.url)
    try:
        chromium.cdp("Page.addScriptToEvaluateOnNewDocument", source=_FIRST_ROWS)
        SignIn(chromium).open().sign_in(bench.site.env["ACCESSION_EMAIL"],
                                        bench.site.env["ACCESSION_PASSWORD"])
        yield chromium
    finally:
        chromium.quit()


def first_rows(chromium, job):
    """Seconds from the request of the page until its first rows are on the screen."""
    chromium.open(f"/jobs/{job}/review/")
    milliseconds = wait_until(lambda: chromium.script("return window.firstRows ?? null"))
    chromium.driver.get("about:blank")
    return milliseconds / 1000
