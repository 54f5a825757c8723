"""A diff of 100,000 rows: the first of them are there within a second, and the page stays small on
the way to the last."""

import time

import pytest

from chromium import eventually
from library import big_csv
from pages import Review

ROWS = 100_000
FIRST_SECONDS = 1.0      # from the request of the page to rows on the screen, the best of LOOKS
BUSY_RATIO = 1.5         # or to what a diff of three rows takes, where even that takes so long
LOOKS = 6
WALK = 500               # rows scrolled through from one look at the memory to the next
HEAP_GROWTH = 4 << 20    # bytes, from one look to any other
NODES_GROWTH = 2000      # DOM nodes; a row has about a hundred


@pytest.fixture(scope="module")
def small(site):
    """A job with a diff of three rows."""
    site.clear()
    job = site.admin.ready(big_csv(3))["id"]
    site.admin.change(job, "cancel")
    return job


@pytest.fixture(scope="module")
def job(site, small):
    return site.admin.ready(big_csv(ROWS), timeout=240)["id"]


@pytest.fixture(autouse=True)
def clean(job, no_reports):
    """The job is made once."""


_FIRST_ROWS = """
    new MutationObserver((_, observer) => {
        if (!document.querySelector("article.change"))
            return;
        observer.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(() => { window.firstRows = performance.now(); }));
    }).observe(document, { childList: true, subtree: true });
"""


def first_rows(browser, job):
    """Seconds from the request of the page until its first rows are on the screen."""
    Review(browser, job).open()
    milliseconds = eventually(lambda: browser.script("return window.firstRows ?? null"))
    browser.driver.get("about:blank")
    return milliseconds / 1000


def test_first_rows_are_there_within_a_second(editor, job, small):
    script = editor.cdp("Page.addScriptToEvaluateOnNewDocument", source=_FIRST_ROWS)
    looks = [(first_rows(editor, job), first_rows(editor, small)) for _ in range(LOOKS)]
    editor.cdp("Page.removeScriptToEvaluateOnNewDocument", **script)
    large, few = (min(times) for times in zip(*looks))
    print(f"first rows of {ROWS}: {large:.2f} s, of 3: {few:.2f} s; all: {looks}")
    assert large < max(FIRST_SECONDS, BUSY_RATIO * few)


def memory(browser):
    """(bytes of the JavaScript heap in use, DOM nodes) after a garbage collection."""
    browser.cdp("HeapProfiler.collectGarbage")
    found = {m["name"]: m["value"] for m in browser.cdp("Performance.getMetrics")["metrics"]}
    return found["JSHeapUsedSize"], found["Nodes"]


_WALK = """
    const [until, done] = arguments;
    const turn = () => {
        const all = document.querySelectorAll("article.change .entry");
        const entry = Number((all[all.length - 1]?.textContent ?? "").replace(/[^0-9]/g, ""));
        if (entry >= until)
            done(entry);
        else {
            scrollTo(0, document.documentElement.scrollHeight);
            setTimeout(turn, 20);
        }
    };
    turn();
"""


def walk(browser, until):
    """Scrolls down until this row is there. One script, since each one that WebDriver runs stays in
    the memory that is measured."""
    browser.driver.set_script_timeout(120)
    assert browser.driver.execute_async_script(_WALK, until) >= until


def test_page_stays_small_on_the_way_to_the_end(editor, job):
    editor.cdp("Performance.enable")
    page, sizes = Review(editor, job), []
    for start in (1, ROWS - 3 * WALK + 1):
        page.open(f"?from={start}").shows_some()
        began = time.monotonic()
        for step in range(1, 4):
            walk(editor, start - 1 + step * WALK)
            sizes.append(memory(editor))
        print(f"from row {start}, after each {WALK} rows: "
              + ", ".join(f"{heap >> 10} KiB and {nodes} nodes" for heap, nodes in sizes)
              + f"; {3 * WALK} rows in {time.monotonic() - began:.1f} s")
        heaps, nodes = zip(*sizes)
        assert max(heaps) - heaps[0] < HEAP_GROWTH
        assert max(nodes) - nodes[0] < NODES_GROWTH
        sizes.clear()
    # Where the last piece is full, only the next look tells that it was the last.
    editor.script("scrollTo(0, document.documentElement.scrollHeight)")
    page.sees("That was the last change.")
