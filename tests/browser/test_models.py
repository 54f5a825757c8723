"""A site with two content models: imports of a file of each, reviewed with a tab for each and
decided as one; a library of each."""

import csv
import io
import re

import pytest
from selenium.webdriver.common.keys import Keys

import sites
from chromium import Chromium, PHONE, eventually
from library import FIELDS, item, to_csv
from looks import cut_off, has_no_violations, tab_through
from pages import Item, Job, Library, NewImport, Review
from visitors import Visitors

# ---- The second model


@pytest.fixture(scope="module")
def site():
    with sites.running(programs=f"{sites.variant()}/second-model") as running:
        yield running


@pytest.fixture(autouse=True)
def no_notes(clean, db):
    db.run("TRUNCATE note, note_history; DELETE FROM note_diff")


def note(id, name, rank=50, done=False, labels=""):
    return {"id": id, "name": name, "rank": rank, "done": done, "labels": labels}


# ---- A site of its own, and so a browser of its own


@pytest.fixture(scope="module")
def chromium(site):
    browser = Chromium(site.url)
    try:
        yield browser
    finally:
        browser.quit()


@pytest.fixture(scope="module")
def visitors(site, chromium):
    return Visitors(site, chromium)


OLD = item("T1", title="Close the window")
FIRST = [note("CN1", "Buy milk", rank=5, labels="shop"), note("CN2", "Sweep the yard")]
STANDARD = to_csv([{**OLD, "title": "Close all windows"}, item("CT5")])
NOTES = to_csv([{**FIRST[0], "rank": 9, "labels": "shop;today"}, {**FIRST[1], "mark_delete": "true"},
                note("", "Water the plants")], [*FIRST[0], "mark_delete"])


def start(api, *files):
    """Makes a job of files: (name, bytes)."""
    answer = api.post("library/import/", files=[("files", (name, raw, "text/csv")) for name, raw in files])
    assert answer.status == 200, answer
    return answer.json["id"]


@pytest.fixture
def library(api, db):
    """Items of either model; those of the second one have a history."""
    db.seed(OLD)
    job = start(api, ("note.csv", to_csv(FIRST)))
    api.wait_for(job, "ready_for_review")
    api.accept(job)


@pytest.fixture
def ready(api, library):
    """The number of a job with a file of each model."""
    job = start(api, ("note.csv", NOTES), ("standard.csv", STANDARD))
    api.wait_for(job, "ready_for_review")
    return job


@pytest.fixture
def file(tmp_path):
    def make(name, content):
        path = tmp_path / name
        path.write_bytes(content)
        return path
    return make


# ---- Choosing and sending


def test_page_says_which_files_it_takes_and_offers_those_of_each_model(editor, library):
    NewImport(editor).open().sees("standard.csv, note.csv or the same as .json, .yaml or .xlsx")
    exports = editor.find("list", "Export the library: Notes")
    rows = editor.downloaded(editor.find("link", "CSV", exports).click, r"note-.*[.]csv")
    assert [row["name"] for row in csv.DictReader(io.StringIO(rows.decode("utf-8-sig")))] == [
        one["name"] for one in FIRST]
    template = editor.find("list", "Template: Notes")
    assert b"mark_delete" in editor.downloaded(editor.find("link", "CSV", template).click, "note.csv")


def test_files_chosen_together_become_one_job(editor, library, file):
    page = NewImport(editor).open()
    page.choose(file("standard.csv", STANDARD), file("note-2026-01-31.csv", NOTES))
    page.sees("Countermeasures", "Notes")
    job = page.upload().status("Ready for review")
    assert job.counts() == {"added": 2, "updated": 2, "deleted": 1, "unchanged": 0}
    assert job.counts_by_model() == {"Countermeasures": "+1 ~1 −0", "Notes": "+1 ~1 −1"}
    job.sees("standard.csv", "note-2026-01-31.csv", "uploaded the files")


def test_files_chosen_one_after_the_other_become_one_job(editor, file):
    page = NewImport(editor).open().choose(file("standard.csv", STANDARD))
    page.drop("note.csv", to_csv(FIRST).decode())
    assert page.files() == ["standard.csv", "note.csv"]
    page.choose(file("note.csv", to_csv(FIRST[:1])))  # again, and so in place of the other
    assert page.files() == ["standard.csv", "note.csv"]
    job = page.upload()
    assert job.counts_by_model() == {"Countermeasures": "+2 ~0 −0", "Notes": "+1 ~0 −0"}


def test_file_is_taken_out_before_the_others_are_sent(editor, file):
    page = NewImport(editor).open()
    page.choose(file("standard.csv", STANDARD), file("note.csv", to_csv(FIRST)))
    page.take_out("standard.csv")
    assert page.files() == ["note.csv"]
    job = page.upload().status("Ready for review")
    assert job.counts() == {"added": 2, "updated": 0, "deleted": 0, "unchanged": 0}
    assert job.counts_by_model() == {}


@pytest.mark.parametrize("names", [
    ("note.csv", "note-2026-01-31.csv"), ("note.csv", "standard.json"), ("note.csv", "standard.xls")])
def test_files_that_do_not_go_together_are_refused_with_the_words_of_the_server(editor, api, file, names):
    refusal = api.post("library/import/", files=[
        ("files", (name, b"x", "text/csv")) for name in names]).json["files"][0]
    page = NewImport(editor).open()
    page.choose(*(file(name, b"x") for name in names)).alert(refusal)
    assert not page.may_upload()
    page.take_out(names[1])
    assert page.may_upload()


def test_a_file_that_is_refused_makes_way_for_the_next(editor, file):
    page = NewImport(editor).open().choose(file("note.csv", to_csv(FIRST)), file("standard.xls", b"x"))
    page.choose(file("standard.csv", STANDARD))
    assert page.files() == ["note.csv", "standard.csv"]
    assert page.may_upload()


def test_file_of_another_name_is_sent_as_what_a_person_says_it_holds(editor, file):
    page = NewImport(editor).open()
    page.choose(file("standard.csv", STANDARD), file("What I have to do.csv", to_csv(FIRST)))
    page.sees("uploaded as note.csv")  # the model that no other file has
    editor.choose("It holds", "Countermeasures")
    page.alert("Only one file per content model")
    editor.choose("It holds", "Notes")
    job = page.upload().status("Ready for review").sees("note.csv")
    assert job.counts_by_model()["Notes"] == "+2 ~0 −0"


# ---- Reviewing


def test_each_model_has_a_tab_with_its_counts(editor, ready):
    page = Review(editor, ready).open().shows("T1", "CT5")
    assert page.tabs() == ["Countermeasures 1 added 1 updated 0 deleted", "Notes 1 added 1 updated 1 deleted"]
    page.choose_tab("Notes").shows("CN1", "CN2", "CN3")
    assert page.tab().startswith("Notes")
    assert page.note("CN1", "rank") == ""
    assert "[-5-]" in page.field("CN1", "rank") and "{+9+}" in page.field("CN1", "rank")
    assert "{+today+}" in page.field("CN1", "labels")
    titles = {change["id"]: change["title"] for change in page.changes()}
    assert titles == {"CN1": "Buy milk", "CN2": "Sweep the yard", "CN3": "Water the plants"}


def test_tab_is_kept_in_the_address(editor, ready):
    page = Review(editor, ready).open().choose_tab("Notes").shows("CN1", "CN2", "CN3")
    assert "model=note" in editor.path
    page.only("Deleted")
    page.shows("CN2")
    editor.driver.refresh()
    page.shows("CN2")
    assert page.tab().startswith("Notes")
    page.choose_tab("Countermeasures").shows("T1", "CT5")  # nothing of the other's filter
    editor.click("link", re.compile("^edited"))            # of the summary above
    page.shows("T1")
    assert page.tab().startswith("Countermeasures")


def test_arrows_lead_from_tab_to_tab(editor, ready):
    page = Review(editor, ready).open().choose_tab("Countermeasures").shows("T1", "CT5")
    for key, title in ((Keys.ARROW_RIGHT, "Notes"), (Keys.ARROW_RIGHT, "Countermeasures"),
                       (Keys.END, "Notes"), (Keys.HOME, "Countermeasures"), (Keys.ARROW_LEFT, "Notes")):
        editor.press(key)
        eventually(lambda wanted=title: page.tab().startswith(wanted))
        assert editor.focused("tab", re.compile(f"^{title}"))
    page.shows("CN1", "CN2", "CN3")


def test_marks_of_one_model_are_not_those_of_the_other(editor, ready):
    page = Review(editor, ready).open("?view=groups")
    added = eventually(lambda: next(g for g in page.groups() if g.startswith("Items added")))
    page.open_group(added)
    editor.click("button", "Mark as looked at")
    page.sees("1 of 2 groups looked at")
    page.choose_tab("Notes")
    eventually(lambda: "Items deleted 1 item" in page.groups())
    assert not any("looked at" in group for group in page.groups())
    page.choose_tab("Countermeasures").sees("1 of 2 groups looked at")


def test_decision_is_one_for_all_files(editor, api, db, ready):
    page = Review(editor, ready).open("?model=note").shows("CN1", "CN2", "CN3")
    editor.sees("all 2 files", css="aside")
    dialog = page.ask("Accept")
    for words in ("All 2 files are applied together", "2 added, 2 updated, 1 deleted", "Countermeasures", "Notes"):
        assert words in dialog.text
    dialog.click("Accept 5 changes")
    Job(editor, ready).here().status("Applied")
    assert db.library()["T1"]["title"] == "Close all windows"
    assert db.value("SELECT rank FROM note WHERE id = 'CN1'") == 9


def test_page_of_a_job_leads_to_the_changes_of_each_model(editor, ready):
    Job(editor, ready).open()
    editor.click("link", "Notes")
    Review(editor, ready).here().shows("CN1", "CN2", "CN3")


def test_job_of_one_file_has_no_tabs(editor, api):
    job = start(api, ("note.csv", to_csv(FIRST)))
    api.wait_for(job, "ready_for_review")
    page = Review(editor, job).open().shows("CN1", "CN2")
    assert page.tabs() == []
    assert "files" not in editor.text("aside")


def test_what_is_wrong_is_told_for_each_file(editor, api):
    job = start(api, ("note.csv", to_csv([note("CN1", "a", rank=101), note("CN2", "b", rank=102)])),
                ("standard.csv", to_csv([item("CT1", priority=99)])))
    api.wait_for(job, "fail")
    page = Job(editor, job).open().status("Failed").sees("3 errors")
    first, second = page.findings()
    assert "note.csv" in first and "rank" in first and "2 rows" in first
    assert "standard.csv" in second and "priority" in second
    link = editor.find("link", re.compile("^Download the failed rows of note.csv"))
    rows = list(csv.DictReader(io.StringIO(editor.downloaded(link.click, "note.csv").decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == ["CN1", "CN2"]


# ---- The library


def test_library_shows_the_items_of_one_model(editor, library):
    page = Library(editor).open()
    page.shows("T1")
    page.model("Notes").shows("CN1", "CN2")
    assert "model=note" in editor.path
    assert set(page.rows()[0]) >= {"id", "name"} and "Priority" not in page.rows()[0]
    page.filter(Search="milk")
    page.shows("CN1")
    page.filter(Search="")
    page.filter(labels="shop")
    page.shows("CN1")
    editor.driver.refresh()
    page.shows("CN1")
    page.filter(labels="")
    page.shows("CN1", "CN2")
    page.order_by("name")
    page.order_by("name")
    page.shows("CN2", "CN1")


def test_item_has_its_history_and_leads_to_its_import(editor, api, library, ready):
    api.accept(ready)
    page = Library(editor).open("?model=note")
    page.shows("CN1", "CN3")
    page = page.item("CN1", "note").sees("Buy milk")
    assert page.facts() == {"rank": "9", "done": "false", "labels": "shop today"}
    updated, added = sorted(page.history(), key=lambda event: "Added" in event)
    assert "rank" in updated and "Added" in added
    editor.click("link", "entry 1")
    Review(editor, ready).here().shows("CN1", "CN2", "CN3")
    assert "model=note" in editor.path


def test_addresses_from_before_there_were_models_lead_to_the_item(editor, api, ready):
    api.accept(ready)
    for item_id, title in (("T1", "Close all windows"), ("CN1", "Buy milk")):
        editor.open(f"/library/{item_id}/")
        editor.sees(item_id, title)


# ---- What holds for every page, see test_gallery.py

PAGES = {
    "review": lambda c, job: Review(c, job).open("?model=note").shows_some(),
    "question": lambda c, job: Review(c, job).open().ask("Accept"),
    "job": lambda c, job: Job(c, job).open().sees("uploaded the files"),
    "library": lambda c, job: Library(c).open("?model=note").shows("CN1", "CN2"),
    "item": lambda c, job: Item(c, "CN1", "note").open().sees("Buy milk"),
    "import": lambda c, job: NewImport(c).open().drop("To do.csv", "id", **{"note.json": "x"}).alert("same format"),
}


@pytest.mark.parametrize("name", PAGES)
def test_page_is_for_everybody(editor, ready, name):
    PAGES[name](editor, ready)
    assert eventually(lambda: tab_through(editor))
    editor.screen(PHONE)
    PAGES[name](editor, ready)
    assert cut_off(editor) == []
    assert has_no_violations(editor)
