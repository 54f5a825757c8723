"""A diff of 100,000 rows: its first rows need no more than those of a small diff, and the page
stays small on the way to the last row. (`make bench` measures how soon the first rows appear.)"""

import pytest

from chromium import eventually
from library import big_csv
from pages import Review

ROWS = 100_000
PIECE = 25               # how many rows of a diff are requested at a time
WALK = 500               # rows scrolled through between two measurements of memory
HEAP_GROWTH = 4 << 20    # bytes, from the first measurement to any other
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
    return site.admin.ready(big_csv(ROWS), timeout=600)["id"]


@pytest.fixture
def only_known_people(job):
    """Does nothing, for the same reason as `clean`."""


@pytest.fixture(autouse=True)
def clean(job, no_reports):
    """Does nothing: the job is made only once."""


_FIRST_ROWS = """
    const pattern = new RegExp("/diff/[^/]+/[?]");
    new MutationObserver((_, observer) => {
        const rows = document.querySelectorAll("article.change").length;
        if (rows === 0)
            return;
        observer.disconnect();
        const answered = performance.getEntriesByType("resource").map((entry) => entry.name);
        window.firstRows = { rows, pieces: answered.filter((url) => pattern.test(url)).length };
    }).observe(document, { childList: true, subtree: true });
"""


def first_rows(browser, job):
    """How many rows appear first, and how many pieces of the diff were answered by then. The
    request that counts the changes of all rows gets no answer meanwhile."""
    browser.cdp("Fetch.enable", patterns=[{"urlPattern": "*/fields/*"}])
    Review(browser, job).open()
    found = eventually(lambda: browser.script("return window.firstRows ?? null"))
    browser.cdp("Fetch.disable")
    return found


def test_first_rows_come_with_one_piece_of_the_diff_and_do_not_wait_for_counts(editor, job, small):
    script = editor.cdp("Page.addScriptToEvaluateOnNewDocument", source=_FIRST_ROWS)
    large, few = first_rows(editor, job), first_rows(editor, small)
    editor.cdp("Page.removeScriptToEvaluateOnNewDocument", **script)
    assert large == {"rows": PIECE, "pieces": 1}
    assert few == {"rows": 3, "pieces": 1}


def test_address_of_a_change_in_the_middle_asks_for_its_piece_alone(editor, job):
    entry = ROWS - 30_000
    page = Review(editor, job).open(f"?model=standard&entry={entry}").aimed(f"CT{entry}")
    editor.sees(f"Starts at entry {entry - 5:,}.")
    assert 1 <= pieces(editor) <= 3  # those near the screen are made too
    assert page.address(f"CT{entry}") == f"/jobs/{job}/review/?model=standard&entry={entry}"


def test_item_leads_to_its_change(editor, job):
    Review(editor, job).open("?model=standard&item=CT2500").aimed("CT2500")


@pytest.fixture
def looked(site, job):
    """Marks changes as looked at by the editor, for one test."""
    def change(**body):
        assert site.editor.patch(f"library/import/{job}/diff/standard/looked/", json=body).status == 200
    yield change
    change(remove={})


def pieces(browser):
    """How often the page has asked for changes."""
    browser.events()
    return len([path for _, path in browser.requests if "/diff/standard/?" in path])


def test_what_was_looked_at_is_hidden_without_reading_it(editor, job, looked):
    looked(add=[[1, ROWS - 10]])
    page = Review(editor, job).open("?unseen=1").shows_some()
    assert [change["entry"] for change in page.changes()] == list(range(ROWS - 9, ROWS + 1))
    page.sees("That was the last change.")
    assert pieces(editor) == 1
    eventually(lambda: page.looked() == "99,990 of 100,000 looked at")


def test_next_not_looked_at_is_gone_to_wherever_it_is(editor, job, looked):
    looked(add=[[1, ROWS]])
    looked(remove=[ROWS // 2])
    page = Review(editor, job).open().shows_some()
    editor.press("n")
    eventually(lambda: page.changes()[0]["entry"] == ROWS // 2)
    eventually(lambda: page.chosen() == page.changes()[0]["id"])
    assert f"from={ROWS // 2}" in editor.path
    assert pieces(editor) < 10


def test_search_of_all_rows_is_counted_and_grouped(editor, job):
    page = Review(editor, job).open("?search=item 9999").shows_some()
    page.sees("11 of 100,000 changes fit.")
    page.grouped()
    eventually(lambda: page.groups() == ["Items added 11 items"])
    page.search("zebra")
    page.fits("0 of 100,000 changes fit.")
    eventually(lambda: page.groups() == [])


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
    """Scrolls down until this row is there. It is a single script, since every script that
    WebDriver runs stays in the memory being measured."""
    browser.driver.set_script_timeout(300)
    assert browser.driver.execute_async_script(_WALK, until) >= until


def test_page_stays_small_on_the_way_to_the_end(editor, job):
    editor.cdp("Performance.enable")
    page, sizes = Review(editor, job), []
    for start in (1, ROWS - 3 * WALK + 1):
        page.open(f"?from={start}").shows_some()
        for step in range(1, 4):
            walk(editor, start - 1 + step * WALK)
            sizes.append(memory(editor))
        print(f"from row {start}, after each {WALK} rows: "
              + ", ".join(f"{heap >> 10} KiB and {nodes} nodes" for heap, nodes in sizes))
        heaps, nodes = zip(*sizes)
        assert max(heaps) - heaps[0] < HEAP_GROWTH
        assert max(nodes) - nodes[0] < NODES_GROWTH
        sizes.clear()
    # If the last piece is full, only the next request shows that it was the last.
    editor.script("scrollTo(0, document.documentElement.scrollHeight)")
    page.sees("That was the last change.")
