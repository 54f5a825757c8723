"""Reading a diff: what a change looks like, and how to find changes and move through them."""

import re

import pytest
from selenium.webdriver.common.keys import Keys

from chromium import eventually
from library import item, to_csv
from pages import Review

LONG = ("Verify that passwords are stored with a slow hash. Verify that the cost can be raised later. "
        "Verify that old hashes are renewed at the next sign-in.")
LIBRARY = [
    item("T1", title="Store passwords well", text=LONG, match_conditions="A1 AND !A2;A3",
         tags="auth;storage"),
    item("T2", title="Spaces", text="one two three"),
    item("T3", title="Off with it", active=True),
    item("T4", title="Off with it too", active=True),
    item("T5", title="Same", tags="a;b"),
    item("CT9", title="Obsolete"),
]
CHANGED = [
    {**LIBRARY[0], "text": LONG.replace("a slow hash", "argon2id"), "priority": 8,
     "match_conditions": "A3;A4", "tags": "storage;auth;privacy"},
    {**LIBRARY[1], "text": "one  two\nthree"},
    {**LIBRARY[2], "active": False},
    {**LIBRARY[3], "active": False},
    {**LIBRARY[4], "tags": "b;a"},
    {**LIBRARY[5], "mark_delete": "true"},
    item("CT10", title="A new one", text="Nothing like it was there."),
]
IDS = [one["id"] for one in CHANGED]


@pytest.fixture
def page(editor, api, db):
    db.seed(*LIBRARY)
    content = to_csv(CHANGED, [*LIBRARY[0], "mark_delete"])
    return Review(editor, api.ready(content)["id"]).open().shows(*IDS)


# ---- What changed

def test_summary_stands_first_and_the_changes_in_file_order(page):
    assert page.counts() == {"added": 1, "updated": 5, "deleted": 1, "unchanged": 0}
    changes = page.changes()
    assert [change["entry"] for change in changes] == list(range(1, 8))
    assert [change["op"] for change in changes] == ["update"] * 5 + ["delete", "add"]


def test_only_changed_fields_are_shown(page):
    changes = {change["id"]: change["fields"] for change in page.changes()}
    assert set(changes["T1"]) == {"Text", "Priority", "Match conditions", "Tags"}
    assert changes["T3"] == ["Active"]


def test_text_is_compared_word_by_word(page):
    assert page.field("T1", "Text") == LONG.replace("a slow hash", "[-a slow hash-]{+argon2id+}")


def test_white_space_stays_with_its_word(editor, api, db):
    before = "Verify that the application logs each refusal, with the time and the account."
    db.seed(item("T1", text=before))
    after = before.replace("Verify that the application", "Verify, and document, that the service")
    page = Review(editor, api.ready(to_csv([item("T1", text=after)]))["id"]).open().shows("T1")
    assert page.field("T1", "Text") == before.replace(
        "Verify that the application", "Verify{+, and document,+} that the [-application-]{+service+}")


def test_short_values_are_shown_before_and_after(page):
    assert "[-5-]" in page.field("T1", "Priority") and "{+8+}" in page.field("T1", "Priority")
    assert "[-true-]" in page.field("T3", "Active") and "{+false+}" in page.field("T3", "Active")


def test_lists_are_compared_as_sets(page):
    rules, tags = page.field("T1", "Match conditions"), page.field("T1", "Tags")
    assert "[-A1 AND !A2-]" in rules and "{+A4+}" in rules
    assert "A3" in rules.replace("[-A1 AND !A2-]", "").replace("{+A4+}", "")
    assert "{+privacy+}" in tags and "[-" not in tags
    assert "other order" in page.note("T5", "Tags")


def test_change_of_white_space_alone_is_marked_and_made_visible(page):
    assert page.note("T2", "Text") == "white space only"
    shown = page.field("T2", "Text")
    assert "·" in shown and "↵" in shown
    # A line through the dot would be a hyphen.
    assert page.chromium.script("return getComputedStyle(document.querySelector('del .space')).display") == "inline-block"


def test_cleared_field_is_marked(editor, api, db):
    db.seed(LIBRARY[0])
    content = to_csv([{**LIBRARY[0], "tags": ""}])
    page = Review(editor, api.ready(content)["id"]).open().shows("T1")
    assert page.note("T1", "Tags") == "cleared"


# ---- Finding

def test_filter_by_kind_of_change(page):
    page.only("Added")
    page.shows("CT10")
    page.only("Deleted")
    page.shows("CT9")
    page.only("All")
    page.shows(*IDS)


def test_filter_by_field_and_words_is_kept_in_the_address(page, editor):
    page.only_field("Active")
    page.shows("T3", "T4")
    page.search("too")
    page.shows("T4")
    assert "field=active" in editor.path and "search=too" in editor.path
    editor.driver.refresh()
    page.shows("T4")
    page.search("nowhere at all")
    page.sees("No change fits this.")


def test_field_filter_tells_how_many(page, editor):
    page.sees("In the order of the file.")
    eventually(lambda: "Active (2)" in editor.find("combobox", "Updates of").text)


def test_how_many_changes_fit_is_said(page):
    everything = {"All": 7, "Added": 1, "Updated": 5, "Deleted": 1}
    eventually(lambda: page.chips() == everything)
    page.search("too")
    page.fits("1 of 7 changes fits.")
    eventually(lambda: page.chips() == {"All": 1, "Added": 0, "Updated": 1, "Deleted": 0})
    page.search("")
    page.says("All 7 changes are shown.")
    eventually(lambda: page.chips() == everything)
    page.only("Deleted")
    page.fits("1 of 7 changes fits.")
    page.only("All")
    page.only_field("Tags")
    page.fits("2 of 7 changes fit.")
    # Choosing another kind of change takes the field away.
    eventually(lambda: page.chips() == {"All": 7, "Added": 1, "Updated": 2, "Deleted": 1})
    page.search("privacy")
    page.fits("1 of 7 changes fits.")
    page.search("nowhere at all")
    page.fits("0 of 7 changes fit.")
    eventually(lambda: page.chips() == {"All": 0, "Added": 0, "Updated": 0, "Deleted": 0})


def test_one_way_to_change_is_counted(page, editor):
    page.open("?field=tags&new=privacy").shows("T1")
    page.sees("1 of 7 changes fits.")
    page.grouped()
    eventually(lambda: page.groups() == ["Tags with privacy 1 item"])
    editor.click("button", "Any way to change")
    page.fits("2 of 7 changes fit.")


def test_fields_are_counted_among_what_fits(page, editor):
    page.search("too")
    page.fits("1 of 7 changes fits.")
    eventually(lambda: {"Active (1)", "Tags (0)"} <= set(editor.find("combobox", "Updates of").text.split("\n")))


def test_groups_are_of_the_changes_that_fit(page):
    page.grouped()
    everything = page.groups()
    assert "Active true to false 2 items" in everything and "Items added 1 item" in everything
    page.search("too")
    eventually(lambda: page.groups() == ["Active true to false 1 item"])
    page.open_group("Active true to false 1 item")
    page.shows("T4")
    page.search("nowhere at all")
    page.sees("Nothing fits this.")
    assert page.groups() == []
    page.search("")
    eventually(lambda: page.groups() == everything)


def test_group_looked_at_within_a_search_is_not_looked_at_as_a_whole(page, editor):
    page.grouped()
    page.search("too")
    eventually(lambda: page.groups() == ["Active true to false 1 item"])
    page.open_group("Active true to false 1 item")
    editor.click("button", "Mark as looked at")
    page.sees("1 of 7 looked at")
    eventually(lambda: page.groups() == ["Active true to false ✓ looked at 1 item"])
    page.search("")
    eventually(lambda: "Active true to false 2 items" in page.groups())


def test_hits_are_highlighted_in_what_is_shown(page):
    assert page.hits() == []
    page.search("WITH ARGON")
    page.shows("T1")
    eventually(lambda: page.hits() == ["with ", "argon"])  # in the text as it will be
    page.search("a slow hash")
    eventually(lambda: page.hits() == ["a slow hash"])      # and as it was
    page.search("t4")
    page.shows("T4")
    eventually(lambda: page.hits() == ["T4"])
    page.search("with")
    page.shows("T1", "T3", "T4")
    eventually(lambda: page.hits() == ["with"])
    page.search("")
    page.shows(*IDS)
    eventually(lambda: page.hits() == [])


def test_row_of_a_group_shows_that_an_item_becomes_another_one(editor, api, db):
    db.seed(item("T1", title="Password Security"), item("T2", title="Cookie Setup"))
    content = to_csv([item("T1", title="Cookie Flags", priority=9), item("T2", title="Cookie Setup", priority=9)])
    page = Review(editor, api.ready(content)["id"]).open("?view=groups")
    page.sees("Every change is in one of them")
    (group,) = [group for group in page.groups() if group.startswith("Priority")]
    page.open_group(group)
    page.shows("T1", "T2")
    assert page.field("T1", "Title") == "[-Password Security-]{+Cookie Flags+}"
    assert page.field("T2", "Title") == "Cookie Setup"


def test_changes_of_one_kind_are_one_group(page):
    page.grouped()
    (alike,) = [group for group in page.groups() if group.startswith("Active")]
    assert alike == "Active true to false 2 items"
    page.open_group(alike)
    page.shows("T3", "T4")
    page.in_file_order()
    page.shows(*IDS)


def test_group_is_marked_as_looked_at_and_stays_so(page, editor):
    page.grouped()
    (alike,) = [group for group in page.groups() if group.startswith("Active")]
    page.open_group(alike)
    editor.click("button", "Mark as looked at")
    page.sees("2 of 7 looked at")
    editor.driver.refresh()
    page.sees("2 of 7 looked at")
    eventually(lambda: [group for group in page.groups() if "looked at" in group] == [
        "Active true to false ✓ looked at 2 items"])


def test_review_can_begin_at_a_row(page, editor):
    editor.fill("From entry", "6")
    editor.press(Keys.ENTER)
    page.shows("CT9", "CT10")
    editor.click("button", "From the first")
    page.shows(*IDS)


# ---- By keyboard

def test_j_and_k_go_from_change_to_change(page, editor):
    for wanted in IDS[:3]:
        editor.press("j")
        eventually(lambda: page.chosen() == wanted)
    editor.press("k")
    eventually(lambda: page.chosen() == "T2")


def test_slash_searches_and_letters_are_text_there(page, editor):
    editor.press("/")
    editor.press("j", "k", "?")
    eventually(lambda: editor.find("searchbox", "Search").get_attribute("value") == "jk?")
    page.sees("No change fits this.")


def test_question_mark_shows_the_keys_and_they_can_be_switched_off(page, editor):
    editor.press("?")
    dialog = editor.find("dialog", "Keyboard")
    assert "next change" in dialog.text
    box = editor.find("checkbox", "Switch these keys off")
    box.click()
    editor.press(Keys.ESCAPE)
    eventually(lambda: editor.none("dialog"))
    editor.press("j")
    assert page.chosen() == ""
    editor.press("?")
    editor.find("checkbox", "Switch these keys off").click()
    editor.press(Keys.ESCAPE)
    eventually(lambda: editor.none("dialog"))
    editor.press("j")
    eventually(lambda: page.chosen() == "T1")


# ---- Long texts

def lines(word, every=1):
    """A text of 100 kB, of which every so many'th line has the word."""
    return "\n".join(f"Line {n} of a long text that says nothing much of "
                     + (word if n % every == 0 else "all") + "." for n in range(1800))


@pytest.mark.parametrize("before, after", [
    (lines("old"), lines("new")), (lines("old", 7), lines("new", 7)), (lines("old", 900), lines("new", 900)),
    ("Short.", lines("new")), (lines("old"), "Short."), ("a" * 100_000, "b" * 100_000),
    ("x. " * 33_000, "y. " * 33_000), ("Begin.\n" + "x\n" * 50_000 + "End", "Begin.\n" + "y\n" * 50_000 + "End"),
    ("Begin. End.", "Begin. " + lines("new") + " End.")],
    ids=["each line", "each seventh line", "two lines", "longer", "shorter", "one word", "one line", "short lines",
         "put in"])
def test_long_text_is_folded(editor, api, db, before, after):
    db.seed(item("T1", text=before), item("T2", title="Old"))
    content = to_csv([item("T1", text=after), item("T2", title="New")])
    page = Review(editor, api.ready(content)["id"]).open().shows("T1", "T2")
    editor.press("j")
    eventually(lambda: page.chosen() == "T1")
    screens = editor.script("return document.querySelector('article.change').offsetHeight / innerHeight")
    assert screens < 3, screens
    editor.press("j")
    eventually(lambda: page.chosen() == "T2")
    editor.press("k")
    eventually(lambda: page.chosen() == "T1")


def test_folded_text_unfolds(editor, api, db):
    before, after = lines("old", 7), lines("new", 7)
    db.seed(item("T1", text=before))
    page = Review(editor, api.ready(to_csv([item("T1", text=after)]))["id"]).open().shows("T1")
    field = page.field("T1", "Text")
    assert len(field) < 20_000 and "[-Line 0 " in field
    editor.press("j")
    eventually(lambda: page.chosen() == "T1")

    def unfolded():
        if editor.all("button", re.compile("^Show .*(change|character)")):
            editor.press("o")
            return False
        return True
    eventually(unfolded)
    assert page.chosen() == "T1"
    field = page.field("T1", "Text")
    assert re.sub(r"\[-.*?-\]", "", field).replace("{+", "").replace("+}", "") == after
    assert re.sub(r"\{\+.*?\+\}", "", field).replace("[-", "").replace("-]", "") == before


# ---- What is odd

def test_mass_change_is_pointed_out(editor, api, db):
    items = [item(f"T{n}", tags="a") for n in range(1, 9)]
    db.seed(*items)
    number = api.ready(to_csv([{**one, "tags": ""} for one in items]))["id"]
    Review(editor, number).open().sees("Tags is cleared in 8 items")


def test_viewer_reads_the_review_and_decides_nothing(viewer, api, db):
    db.seed(*LIBRARY)
    number = api.ready(to_csv([item("CT1")]))["id"]
    page = Review(viewer, number).open().shows("CT1")
    page.sees("Ready for review")
    assert page.may() == set()
