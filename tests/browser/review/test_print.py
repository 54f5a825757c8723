"""A review on paper: all changes, or else it says what is missing and how to have it; and nothing that
could only be pressed."""

import pytest

from chromium import eventually
from library import big_csv, item, to_csv
from pages import Job, Review

MANY = 400  # more than a page keeps elements of (review/window.js)
LONG = "Verify that it holds. " * 100

# What is on the paper: the entries of the changes, the text, and what could be pressed or filled in.
_PAPER = """
    const seen = (e) => e.checkVisibility({ visibilityProperty: true });
    const all = [...document.querySelectorAll("article.change")].filter(seen);
    return {
        entries: all.map((e) => Number(e.querySelector(".entry").textContent.replace(/[^0-9]/g, ""))),
        notes: [...document.querySelectorAll(".print-note")].filter(seen).map((e) => e.innerText.trim()),
        text: document.body.innerText,
        controls: [...document.querySelectorAll("button, .button, input, select, textarea, form, search, progress")]
            .filter((e) => seen(e) && !e.matches("h3 > button, [role=tab], .fold")).map((e) => e.outerHTML.slice(0, 200)),
    };
"""


@pytest.fixture
def paper(editor):
    """Gives the browser a printer: the function returns what the next print has on it, as the
    browser's own menu prints it or, with click, as the page does."""
    def printed(click=None):
        editor.cdp("Emulation.setEmulatedMedia", media="print")
        if click:
            editor.script("window.paper = null; window.print = () => { dispatchEvent(new Event('beforeprint'));"
                          f" window.paper = (() => {{ {_PAPER} }})(); }}")
            click()
            found = eventually(lambda: editor.script("return window.paper"))
        else:
            editor.script("dispatchEvent(new Event('beforeprint'))")
            found = editor.script(_PAPER)
        editor.cdp("Emulation.setEmulatedMedia", media="")
        return found
    yield printed
    editor.cdp("Emulation.setEmulatedMedia", media="")


@pytest.fixture
def many(editor, api):
    return Review(editor, api.ready(big_csv(MANY))["id"]).open().shows_some()


def press_print(browser):
    """Presses the page's own button, which a person sees before the paper has none."""
    button = browser.find("button", "Print")
    return lambda: browser.script("arguments[0].click()", button)


def test_button_loads_all_changes_and_then_prints_them(many, editor, paper):
    found = paper(press_print(editor))
    assert found["entries"] == list(range(1, MANY + 1))
    assert found["notes"] == ["All 400 changes of this import are printed."] * 2
    eventually(lambda: len(many.changes()) < MANY)  # and then the page is as small as before


def test_print_without_all_changes_says_what_is_missing_at_its_top_and_end(many, paper):
    found = paper()
    first, last = found["notes"]
    assert first == last
    assert first.startswith(f"Not all is printed: {len(found['entries'])} of the 400 changes of this import.")
    assert "use the button “Print” above" in first
    before, after = found["text"].index(first), found["text"].rindex(first)
    assert before < found["text"].index("Item 1") and found["text"].rindex("entry ") < after


def test_print_of_a_part_says_why_the_rest_is_missing(many, editor, paper):
    many.open("?search=Item+7").shows("CT7", *(f"CT{n}" for n in range(70, 80)))
    found = paper(press_print(editor))
    assert len(found["entries"]) == 11
    assert "11 of the 400 changes" in found["notes"][0] and "A filter leaves changes out." in found["notes"][0]
    many.open("?from=399").shows("CT399", "CT400")
    found = paper(press_print(editor))
    assert "2 of the 400 changes" in found["notes"][1] and "begins at entry 399" in found["notes"][1]


def test_print_of_groups_says_that_it_is_in_short(many, editor, paper):
    many.open("?view=groups").sees("Every change is in one of them")
    assert paper()["notes"][0].startswith("Not all is printed: 0 of the 400 changes")
    many.open_group(many.groups()[0])
    many.shows_some()
    assert "in short. Choose “File order”" in paper()["notes"][0]


def test_long_texts_are_printed_whole(editor, api, paper):
    page = Review(editor, api.ready(to_csv([item("CT1", text=LONG + "The end.")]))["id"]).open().shows("CT1")
    found = paper()
    assert "a text is folded" in found["notes"][0] and "The end." not in found["text"]
    found = paper(press_print(editor))
    assert found["notes"] == ["The only change of this import is printed."] * 2
    assert "The end." in found["text"]
    assert page.changes()


def test_nothing_to_press_is_printed(many, editor, paper):
    assert paper()["controls"] == []
    Job(editor, many.number).open().sees("uploaded the file")
    found = paper()
    assert found["controls"] == [] and "uploaded the file" in found["text"]
    for path in ("/library/", "/jobs/", "/account/", "/import/"):
        editor.open(path)
        found = paper()
        assert found["controls"] == [], path


def test_browser_itself_prints_the_notes(many, editor):
    """It tells the page before it prints."""
    editor.script("""
        addEventListener("beforeprint", () => { window.told = document.querySelectorAll(".print-note .notice").length; })
    """)
    editor.cdp("Page.printToPDF")
    assert editor.script("return window.told") == 2
