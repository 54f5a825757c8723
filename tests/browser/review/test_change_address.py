"""The address of one change: shown, taken along, and gone to."""

import pytest
from selenium.webdriver.common.keys import Keys

from chromium import eventually
from library import item, to_csv
from pages import Item, Job, Review

OLD = [item(f"T{n}", title="Old") for n in range(1, 41)]
NEW = [*({**one, "title": "New"} for one in OLD), item("CT50", title="Added")]


@pytest.fixture
def page(editor, api, db):
    db.seed(*OLD)
    return Review(editor, api.ready(to_csv(NEW))["id"]).open().shows_some()


def test_address_leads_to_the_change_whatever_is_filtered(page, editor):
    page.search("T3")
    page.fits("11 of 41 changes fit.")
    address = page.address("T35")
    assert address == f"{page.path}?model=standard&entry=35"
    editor.click("link", "entry 35")
    page.aimed("T35")
    assert editor.path == address
    page.sees("Starts at entry 30.")
    editor.driver.refresh()
    page.aimed("T35")
    editor.press("j")
    eventually(lambda: page.chosen() == "T36")
    assert not editor.select(".aimed")
    editor.driver.back()
    page.fits("11 of 41 changes fit.")


def test_change_near_the_beginning_stands_among_the_first(page, editor):
    page.open("?model=standard&entry=7").aimed("T7")
    page.sees("In the order of the file.")


def test_filter_takes_the_name_of_the_change_away(page, editor):
    page.open("?model=standard&entry=35").aimed("T35")
    page.only("Added")
    page.shows("CT50")
    assert editor.path == f"{page.path}?model=standard&op=add"


def test_item_stands_for_its_change(page, editor):
    page.open("?model=standard&item=T4").aimed("T4")
    page.open("?model=standard&item=T99").sees("T99 is not in the diff")
    eventually(lambda: editor.script("return document.activeElement.className") == "not-there")


def test_entry_without_a_change_is_said_to_have_none(page):
    page.open("?model=standard&entry=77").sees("Entry 77 of the file is not among these changes")


def test_key_copies_the_address(page, editor, site):
    editor.cdp("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    editor.press("j", "j", "y")
    page.says("The address of this change is copied.")
    page.sees("address copied")
    copied = editor.driver.execute_async_script(
        "navigator.clipboard.readText().then(arguments[arguments.length - 1])")
    assert copied == site.url + page.address("T2")
    editor.press("k")
    eventually(lambda: "address copied" not in editor.text())


def test_address_can_be_copied_without_the_clipboard(page, editor):
    editor.script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    editor.press("j", "y")
    editor.find("dialog", "Address of this change")
    eventually(lambda: editor.script("return String(getSelection())").endswith(page.address("T1")))
    editor.press(Keys.ESCAPE)
    eventually(lambda: page.chosen() == "T1")


def test_id_leads_to_the_item_where_there_is_one(editor, api):
    api.apply(to_csv([item("CT1", title="Old")]))
    page = Review(editor, api.ready(to_csv([item("CT1", title="New"), item("CT2")]))["id"]).open().shows("CT1", "CT2")
    assert editor.none("link", "CT2")  # not yet
    editor.click("link", "CT1")
    Item(editor, "CT1").here().sees("Old")
    editor.driver.back()
    page.here().decide("Accept", "Accept 2 changes")
    Job(editor, page.number).here().status("Applied")
    page.open().shows("CT1", "CT2")
    editor.click("link", "CT2")
    Item(editor, "CT2").here().sees("Added")
