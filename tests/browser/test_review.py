"""Reading a diff: what a change looks like, and how to find changes and move through them."""

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
    groups = page.groups()
    (alike,) = [group for group in groups if group.startswith("Active")]
    page.open_group(alike)
    editor.click("button", "Mark as looked at")
    page.sees(f"1 of {len(groups)} groups looked at")
    editor.driver.refresh()
    page.sees(f"1 of {len(groups)} groups looked at")
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
