"""The page of a job: the job is followed, decided, fails, is retried, and is seen by several
people."""

import csv
import io
import re

import pytest

import processes
from chromium import eventually
from library import big_csv, item, to_csv
from pages import Imports, Item, Job, Library, NewImport, Review

NEW = item("CT1", title="Lock the door", text="When you leave.")
OLD = item("T1", title="Close the window")
GONE = item("CT2", title="Sweep the yard")
ROWS = to_csv([{**NEW}, {**OLD, "title": "Close all windows"}, {**GONE, "mark_delete": "true"}],
              [*NEW, "mark_delete"])
COUNTS = {"added": 1, "updated": 1, "deleted": 1, "unchanged": 0}


@pytest.fixture
def library(db):
    db.seed(OLD, GONE)


@pytest.fixture
def ready(api, library):
    """The number of a job that would add, update and delete one item each."""
    return api.ready(ROWS)["id"]


# ---- Watching

def test_job_is_followed_from_the_upload_to_the_end(editor, api, site, db, library):
    with site.worker_stopped():
        job = Job(editor, api.start(ROWS)["id"]).open()
        job.status("Waiting").sees("Waiting for the worker")
        assert job.may() == {"Cancel"}
        assert "now" in job.steps()[1]
        api.change(job.number, "cancel")
        job.status("Cancelled")
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        job.decide("Retry", "^Retry")
        job.status("Comparing")
        assert job.may() == {"Cancel"}
    job.status("Ready for review")
    assert job.counts() == COUNTS and job.may() == {"Accept", "Cancel"}
    with db.locked("standard", "SHARE"):
        job.review().decide("Accept", "Accept 3 changes")
        job.here().status("Applying").sees("Applying the changes")
        assert job.may() == {"Cancel"}
    job.status("Applied").sees("The library has all 3 changes of this import.")
    assert job.may() == set()
    assert ["done" in step for step in job.steps()] == [True] * 4
    assert set(db.library()) == {"T1", "CT1"}
    happened = " / ".join(job.trail())
    for deed in ("uploaded the file", "cancelled the import", "retried the import",
                 "finished the comparison", "Edgar Editor accepted the changes",
                 "applied the changes"):
        assert deed in happened


def test_reading_is_shown_in_bytes_and_rows(editor, api, site):
    job = api.start(big_csv(20000))["id"]
    (worker,) = processes.children(site.pid("worker"))
    parser = processes.wait_until(lambda: processes.children(worker), what="the parsing child")
    with processes.stopped(parser):
        page = Job(editor, job).open()
        page.status("Comparing").sees("Reading the file", re.compile(r"of 4\.\d MiB, [\d,]+ rows?"))
        assert editor.find("progressbar", "Progress of this import")
    page.decide("Cancel", "Cancel the import")
    page.status("Cancelled")


def test_job_made_elsewhere_appears_and_changes_in_the_list(editor, api, library):
    page = Imports(editor).open()
    page.sees("Nothing has been imported yet.")
    number = api.ready(ROWS)["id"]
    eventually(lambda: f"Import {number}" in page.under_way())
    eventually(lambda: "1 added, 1 updated, 1 deleted" in page.under_way())
    eventually(lambda: page.numbers() == [number])
    api.accept(number)
    eventually(lambda: page.under_way() == "")
    eventually(lambda: page.rows()[0]["Status"] == "Applied")


def test_decision_made_elsewhere_appears_in_the_review(editor, api, ready):
    page = Review(editor, ready).open()
    page.shows("CT1", "T1", "CT2")
    api.accept(ready)
    eventually(lambda: "Applied" in editor.text("aside"))
    eventually(lambda: editor.none("button", re.compile("^Accept")))


# ---- Deciding

def test_accepting_asks_with_the_counts_and_can_be_taken_back(editor, api, ready):
    page = Review(editor, ready).open()
    dialog = page.ask("Accept")
    for words in ("1 added, 1 updated, 1 deleted", "1 item will be deleted"):
        assert words in dialog.text
    dialog.click("Go back")
    assert api.job(ready)["status"] == "ready_for_review"
    page.decide("Accept", "^Accept 3 changes$")
    Job(editor, ready).here().status("Applied")
    accepted = api.job(ready)
    assert accepted["accepted_by"]["email"] == "editor@example.com"


def test_cancelling_asks_first_and_changes_nothing(editor, api, db, ready):
    before = db.library()
    page = Job(editor, ready).open()
    page.ask("Cancel").click("Keep it")
    page.decide("Cancel", "Cancel the import")
    page.status("Cancelled").sees("Nothing of it was applied.")
    assert db.library() == before
    assert api.job(ready)["status"] == "cancel"


def test_cancelled_job_is_retried_into_a_fresh_diff(editor, api, db, ready):
    page = Job(editor, ready).open()
    page.decide("Cancel", "Cancel the import")
    page.status("Cancelled")
    db.run("UPDATE standard SET title = 'Close all windows' WHERE id = 'T1'")
    page.decide("Retry", "^Retry")
    page.status("Ready for review")
    assert page.counts() == {**COUNTS, "updated": 0, "unchanged": 1}


def test_file_that_changes_nothing_says_so(editor, api, library):
    number = api.ready(to_csv([OLD]))["id"]
    page = Job(editor, number).open()
    page.sees("there is nothing to change")
    page.decide("Accept", "^Accept$")
    page.status("Applied").sees("The file changed nothing.")
    Review(editor, number).open().sees("changes nothing")


def test_accepting_in_two_tabs_is_accepting_once(editor, api, ready):
    first, page = editor.tab, Review(editor, ready).open()
    mine = page.ask("Accept")
    editor.new_tab()
    Review(editor, ready).open().ask("Accept").click("Accept 3 changes")
    Job(editor, ready).here().status("Applied")
    editor.tab = first
    mine.send("Accept 3 changes")  # which it is already, by the same person
    Job(editor, ready).here().status("Applied")
    assert [e["event"] for e in api.get(f"library/import/{ready}/events/").json["results"]].count(
        "accepted") == 1


def test_of_two_people_one_accepts_and_the_other_is_told(editor, api, ready):
    page = Review(editor, ready).open()
    mine = page.ask("Accept")
    api.accept(ready)
    editor.expects(409, f"/library/import/{ready}/")
    mine.send("Accept 3 changes")
    page.alert("Somebody was faster: this import is now “Appl")
    eventually(lambda: editor.none("button", re.compile("^Accept")))


def test_of_accept_and_cancel_in_two_tabs_one_wins(editor, api, ready):
    first, page = editor.tab, Job(editor, ready).open()
    mine = page.ask("Cancel")
    editor.new_tab()
    Review(editor, ready).open().decide("Accept", "Accept 3 changes")
    Job(editor, ready).here().status("Applied")
    editor.tab = first
    editor.expects(409, f"/library/import/{ready}/")
    mine.send("Cancel the import")
    page.alert("Somebody was faster")
    page.status("Applied")


# ---- The library moves while people review

def moved(editor, job):
    """Accepts the changes of a job, which no longer fit the library."""
    job.decide("Accept", "Accept \\d+ changes")
    return Job(editor, job.number).here().status("Failed").sees("The library has moved on")


def test_library_that_moved_under_a_review_is_compared_again(editor, site, file, ready):
    page = Review(editor, ready).open()
    site.accession("load", file("standard.csv", to_csv([{**OLD, "title": "Other"}])))
    job = moved(editor, page).sees("nothing is wrong with the file")
    assert job.findings() == ["1 item has been changed in the library:\n\nT1"]
    assert "wrong with the file. Mend" not in editor.text() and "mended" not in editor.text()
    assert job.main_action() == "Retry import"
    editor.click("link", "T1")
    Item(editor, "T1").here().sees("Other")
    editor.driver.back()
    job.here()
    job.decide("Retry", "^Retry")
    job.status("Ready for review")


def test_items_that_moved_alike_are_told_together(editor, api, db):
    items = [item(f"CT{n}", title="Old") for n in range(1, 131)]
    db.seed(*items)
    ids = [one["id"] for one in items]
    number = api.ready(to_csv([*({**one, "title": "New"} for one in items), item("CT200"), item("CT201")]))["id"]
    page = Review(editor, number).open().shows_some()
    db.run("UPDATE standard SET title = 'Other' WHERE id NOT IN ('CT7', 'CT9')")
    db.run("DELETE FROM standard WHERE id = 'CT7'")
    db.seed(item("CT201"))
    job = moved(editor, page)
    changed, added, deleted = job.findings()
    assert changed.startswith("128 items have been changed in the library:\n\nCT1, CT2, CT3, CT4, CT5, CT6, CT8, CT10, ")
    assert added == "1 item has been added to the library:\n\nCT201"
    assert deleted == "1 item has been deleted from the library:\n\nCT7"
    assert editor.all("link", "CT201") and not editor.all("link", "CT7")
    assert not editor.all("link", "CT130")
    editor.click("button", "show all")
    changed, *_ = job.findings()
    assert changed.partition("\n\n")[2].split(", ") == [one for one in ids if one not in ("CT7", "CT9")]
    assert "CT103" in editor.script("return document.activeElement.textContent")  # the first of the rest


def test_import_that_broke_is_not_blamed_on_its_file(editor, api, db, ready):
    """What the database says when it stops a phase names no file."""
    db.run("ALTER TABLE standard_history ADD CONSTRAINT broken CHECK (false) NOT VALID")
    try:
        api.change(ready, "accept_changes")
        api.wait_for(ready, "fail")
    finally:
        db.run("ALTER TABLE standard_history DROP CONSTRAINT broken")
    job = Job(editor, ready).open().status("Failed").sees("Why nothing was applied", "broken")
    assert "mended" not in editor.text()
    assert job.main_action() == "Retry import"


# ---- Failing

BAD = b"""id,title,text,priority,phase
CT1,a,b,11,X1
CT2,a,b,12,X1
CT3,,b,1,X1
CT4,a,b,13,X1
T9,a,b,1,X1
"""


@pytest.fixture
def failed(editor, api):
    number = api.wait_for(api.start(BAD)["id"], "fail")["id"]
    return Job(editor, number).open().status("Failed")


def test_errors_are_grouped_with_their_rows(failed):
    failed.sees("5 errors, 3 kinds")
    assert failed.main_action() == "Upload a mended file"
    first, *others = failed.findings()
    assert "priority" in first and re.search(r"3 rows: 2, 3, 5|3 rows: 2–3, 5", first)
    assert any("title" in text and "blank" in text for text in others)
    assert any('No match found for' in text and "T9" in text for text in others)
    assert failed.may() == {"Retry"}


def test_failed_rows_are_downloaded_mended_and_uploaded(failed, tmp_path):
    browser = failed.chromium
    link = browser.find("link", re.compile("^Download the failed rows"))
    rows = list(csv.DictReader(io.StringIO(
        browser.downloaded(link.click, "standard.csv").decode("utf-8-sig"))))
    assert [row["_row"] for row in rows] == ["2", "3", "4", "5", "6"]
    assert "priority" in rows[0]["_errors"]
    for row in rows:
        row.update(title=row["title"] or "mended", priority="5", id=row["id"].replace("T9", "CT9"))
    mended = tmp_path / "standard.csv"
    mended.write_bytes(to_csv(rows))
    browser.click("link", "Upload a mended file")
    job = NewImport(browser).here().choose(mended).upload().status("Ready for review")
    assert job.counts()["added"] == 5


def test_failed_job_fails_again_when_nothing_was_mended(failed, api):
    failed.decide("Retry", "^Retry")
    eventually(lambda: api.job(failed.number, include="attempts")["attempts"] == 2)
    eventually(lambda: any("retried the import" in deed for deed in failed.trail()))
    failed.status("Failed").sees("5 errors")


def test_original_file_comes_back_as_it_was(editor, ready):
    page = Job(editor, ready).open()
    link = editor.find("link", "standard.csv")
    assert editor.downloaded(link.click, "standard.csv") == ROWS
    page.here()


def test_warnings_are_shown(editor, api):
    content = "id,title,text,priority,phase\nCT1,Schlüssel,b,1,X1\n".encode("cp1252")
    Job(editor, api.ready(content)["id"]).open().sees("1 warning", "Windows-1252")


def test_job_that_does_not_exist_is_not_found(editor):
    editor.expects(404, "/library/import/77/")
    editor.open("/jobs/77/")
    editor.sees("Not found")


def test_address_that_does_not_exist_is_told_so(editor):
    editor.expects(404, "/nonsense/")
    editor.open("/nonsense/")
    editor.sees("not found")


# ---- The list

def test_list_is_filtered_ordered_and_paged_in_the_address(editor, site, db):
    numbers = [db.make_job(status, site.ids["admin"]) for status in ["success", "fail", "cancel"] * 9]
    page = Imports(editor).open()
    page.sees("1–20 of 27 imports")
    assert page.numbers() == sorted(numbers, reverse=True)[:20]
    editor.click("link", "Next")
    editor.at("/jobs/?page=2")
    eventually(lambda: page.numbers() == sorted(numbers, reverse=True)[20:])
    page.filter("Failed")
    eventually(lambda: len(page.rows()) == 9)
    assert {row["Status"] for row in page.rows()} == {"Failed"}
    assert "status=fail" in editor.path
    page.order_by("Import")
    eventually(lambda: page.numbers() == sorted(page.numbers()) and len(page.numbers()) == 9)
    editor.driver.back()
    eventually(lambda: page.numbers() == sorted(page.numbers(), reverse=True))
    editor.driver.refresh()
    eventually(lambda: len(page.rows()) == 9)


# ---- What came of it

def test_item_tells_which_import_and_row_changed_it(editor, api, ready):
    api.accept(ready)
    page = Library(editor).open()
    page.shows("T1", "CT1")
    page.filter(Search="windows")
    page.shows("T1")
    item_page = page.item("T1")
    (event,) = item_page.history()
    for words in ("Updated", f"import {ready}", "entry 2", "accepted by Admin Testerton",
                  "Close", "the window", "all windows"):
        assert words in event
    editor.click("link", "entry 2")
    Review(editor, ready).here().shows("CT1", "T1", "CT2").aimed("T1")
    Item(editor, "CT2").open().sees("This item has been deleted.", "Sweep the yard")
