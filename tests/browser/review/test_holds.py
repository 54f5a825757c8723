"""Changes that are held back: accepting leaves them out. They stay in the list, and the page says what
is left."""

import re

from selenium.webdriver.common.keys import Keys

from chromium import eventually
from library import item
from pages import Imports, Job

LIBRARY = [item(f"T{n}", title=f"Old {n}", active=True) for n in range(1, 5)]
CHANGED = [{**LIBRARY[0], "title": "New 1"}, *({**one, "active": False} for one in LIBRARY[1:]), item("CT10")]
IDS = [one["id"] for one in CHANGED]


def hold(client, number, what, note=""):
    """Somebody holds changes back."""
    answer = client.patch(f"library/import/{number}/diff/standard/", json={"hold": what, "note": note})
    assert answer.status == 200, answer


def held(client, number):
    """The entries that are held back."""
    diff = client.diff(number, held="true")
    return sorted(row["entry"] for op in ("add", "update", "delete") for row in diff[op])


def test_two_are_held_back_by_keyboard_and_the_rest_is_applied(page, editor, db, site):
    editor.press("j", "j", "h")
    page.give_reason("not agreed yet")
    page.held("T2")
    assert page.chosen() == "T2"
    editor.press("j", "h")
    page.give_reason()
    page.held("T2", "T3").shows(*IDS)
    eventually(lambda: page.states("T2") == ["Held back by Edgar Editor: not agreed yet"])
    assert page.states("T3") == ["Held back by Edgar Editor"]
    eventually(lambda: "Apply 3 changes, hold 2 back" in page.bar())
    eventually(lambda: page.counts() == {"added": 1, "updated": 2, "deleted": 0, "held back": 2, "unchanged": 0})
    dialog = page.ask("Accept")
    assert "2 changes are held back and left out." in dialog.text
    editor.press(Keys.ENTER)
    job = Job(editor, page.number).here().status("Applied")
    job.sees("The library has 3 changes of this import. 2 changes were held back.", "Download the held rows")
    job.sees("Edgar Editor held back entry 2 of standard: not agreed yet")
    library = db.library()
    assert [library[id]["active"] for id in ("T2", "T3", "T4")] == [True, True, False]
    assert library["T1"]["title"] == "New 1" and "CT10" in library


def test_list_of_imports_says_what_is_held_back(editor, api, ready):
    hold(api, ready, [2])
    imports = Imports(editor).open()
    assert "1 added, 3 updated, 0 deleted, 1 held back." in imports.under_way()
    (row,) = imports.rows()
    assert row["Changes"].endswith(", 1 held back")
    hold(api, ready, [3])
    eventually(lambda: "1 added, 2 updated, 0 deleted, 2 held back." in imports.under_way())


def test_escape_leaves_it_as_it_is(page, editor, api):
    editor.press("j", "h")
    eventually(lambda: editor.focused("textbox", "Reason (optional)"))
    editor.press("why", Keys.ESCAPE)
    eventually(lambda: editor.none("dialog"))
    eventually(lambda: page.chosen() == "T1")
    assert page.ids("held") == [] and held(api, page.number) == []


def test_held_change_is_released(page, editor, api):
    hold(api, page.number, [1], "wait")
    page.held("T1")
    eventually(lambda: page.states("T1") == ["Held back by Admin Testerton: wait"])
    editor.press("j", "h")
    page.held()
    eventually(lambda: held(api, page.number) == [])
    eventually(lambda: "Apply 5 changes" in page.bar())


def test_what_fits_a_filter_is_held_back_and_released(page, editor, api):
    page.only_field("Active")
    page.shows("T2", "T3", "T4")
    editor.click("button", "Hold back 3…")
    page.give_reason("all of them", "Hold back 3 changes?")
    page.held("T2", "T3", "T4")
    assert held(api, page.number) == [2, 3, 4]
    page.sees("0 of 2 changes fit, and 3 changes are held back.")
    eventually(lambda: editor.focused("button", "Mark all 3 shown"))  # what had it is gone
    editor.click("button", "Release 3…")
    editor.click("button", "Release 3 changes")
    page.held()
    eventually(lambda: held(api, page.number) == [])


def test_group_is_held_back_and_says_what_is_left(page, editor, api):
    page.grouped()
    page.open_group("Active true to false 3 items")
    page.shows("T2", "T3", "T4").hold("T3", "one of them")
    eventually(lambda: "Active true to false 2 items, 1 held back" in page.groups())
    editor.press("k", "k")
    eventually(lambda: page.chosen() == "")
    editor.press("h")
    page.give_reason("the others", "Hold back 2 changes?")
    page.held("T2", "T3", "T4")
    eventually(lambda: "Active true to false 0 items, 3 held back" in page.groups())
    assert held(api, page.number) == [2, 3, 4]


def test_filter_shows_only_what_is_held_back(page, editor, api):
    hold(api, page.number, [1, 4])
    page.held("T1", "T4")
    editor.click("button", re.compile("^Held back 2"))
    page.shows("T1", "T4")
    assert "held=true" in editor.path
    page.sees("2 changes are held back.")
    editor.driver.refresh()
    page.shows("T1", "T4")
    eventually(lambda: page.chips() == {"All": 2, "Added": 0, "Updated": 2, "Deleted": 0})
    editor.click("button", re.compile("^Held back 2"))
    page.shows(*IDS)
    eventually(lambda: page.chips() == {"All": 3, "Added": 1, "Updated": 2, "Deleted": 0})


def test_summary_says_what_accepting_would_change(page, api):
    summary = lambda: page.chromium.text(".summary")
    eventually(lambda: "What 4 updates change" in summary() and "false" in summary())
    hold(api, page.number, {"op": "update", "field": "active"})
    eventually(lambda: "What 1 update changes" in summary() and "false" not in summary())


def test_held_rows_can_be_downloaded(page, editor, api):
    hold(api, page.number, [1])
    page.held("T1").sees("1 change is held back.")
    links = {link.text: link.get_attribute("href")
             for link in editor.all("link", within=editor.find("list", "Download the held rows"))}
    assert set(links) == {"CSV", "Excel", "JSON", "YAML"}
    assert links["CSV"].endswith(f"/api/v2/library/import/{page.number}/held/?format=csv&model=standard")


def test_nothing_left_to_apply_is_told(page, editor, api):
    hold(api, page.number, {})
    eventually(lambda: "Apply nothing, hold 5 back" in page.bar())
    editor.expects(409, f"/import/{page.number}/")
    dialog = page.ask("Accept")
    assert "All changes are held back" in dialog.text
    dialog.send("Accept")
    page.alert("All 5 changes are held back, so that there is nothing to apply. Release some, or cancel the import.")


def test_hold_that_comes_too_late_is_taken_back(page, editor, api):
    editor.press("j", "h")
    eventually(lambda: editor.focused("textbox", "Reason (optional)"))
    api.accept(page.number)
    editor.expects(409, "/diff/standard/")
    editor.press(Keys.ENTER)
    page.alert("Somebody was faster: this import is now “Appl")
    page.held()
