"""From a file to a job: choosing, dropping, refusing, sending, and the job up to its end."""

import contextlib
import re

import pytest
from selenium.webdriver.common.keys import Keys

import formats
from chromium import eventually
from library import FIELDS, big_csv, item, to_csv
from pages import Job, NewImport

NEW = item("CT1", title="Lock the door", text="When you leave.", tags="house;door")
OLD = item("T1", title="Close the window")


@pytest.mark.parametrize("extension", formats.ALL)
def test_file_of_each_format_becomes_a_review(editor, db, file, extension):
    db.seed(OLD)
    rows = [NEW, {**OLD, "title": "Close all windows"}]
    content = formats.write(extension, FIELDS, [list(row.values()) for row in rows])
    job = NewImport(editor).open().choose(file(f"standard.{extension}", content)).upload()
    job.status("Ready for review")
    assert job.counts() == {"added": 1, "updated": 1, "deleted": 0, "unchanged": 0}
    job.sees(f"standard.{extension}", extension.upper())
    page = job.review().shows("CT1", "T1")
    assert page.field("T1", "Title") == "Close [-the window-]{+all windows+}"


REFUSED = {
    "standard.xls": "save it as .xlsx",
    "standard.pdf": "file type not supported",
    "standard": "file type not supported",
    "empty.csv": "The submitted file is empty.",
}


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_file_is_refused_before_it_is_sent(editor, file, name):
    page = NewImport(editor).open()
    page.choose(file(name, b"" if name.startswith("empty") else b"id\n"))
    page.alert(REFUSED[name])
    page.sees(name)
    assert not page.may_upload()
    editor.events()
    assert "POST" not in [method for method, _ in editor.requests]


@pytest.mark.parametrize("name, content", [
    ("standard.xls", b"id\n"), ("standard.pdf", b"id\n"), ("standard", b"id\n"), ("standard.csv", b"")])
def test_refusal_says_what_the_server_says(editor, api, file, name, content):
    said = api.upload(content, name).json["files"][0]
    NewImport(editor).open().choose(file(name, content)).alert(said)


def test_file_of_another_name_is_offered_to_be_sent_under_the_right_one(editor, file):
    page = NewImport(editor).open()
    page.choose(file("My standards.CSV", to_csv([NEW]))).sees("standard.csv")
    page.upload().status("Ready for review").sees("standard.csv")


def test_the_file_keeps_its_own_name_and_the_note_reaches_the_reviewers(editor, api, file):
    """Wherever the import is told of; what is no more than the name of the file is not repeated."""
    page = NewImport(editor).open()
    page.choose(file("ASVS 5.0 final v2.csv", to_csv([NEW])))
    note = editor.find("textbox", "Note for reviewers")
    note.send_keys("Look at V2.\n<b>The rest</b> is as it was.")
    job = page.upload().status("Ready for review")
    job.sees("ASVS 5.0 final v2.csv as standard.csv", "Look at V2.", "<b>The rest</b> is as it was.")
    assert api.job(job.number, include="notes")["notes"] == {
        "name": "ASVS 5.0 final v2.csv", "note": "Look at V2.\n<b>The rest</b> is as it was.", "decision": None}
    editor.open("/jobs/")
    page.sees("ASVS 5.0 final v2.csv as standard.csv", "Look at V2.")
    api.change(job.number, "cancel")
    plain = NewImport(editor).open().choose(file("standard.csv", to_csv([NEW]))).upload()
    plain.status("Ready for review")
    assert api.job(plain.number, include="notes")["notes"] == {
        "name": "standard.csv", "note": None, "decision": None}
    assert "as standard.csv" not in editor.text()


def test_export_of_a_day_is_taken_under_its_own_name(editor, file):
    page = NewImport(editor).open().choose(file("standard-2026-01-31.csv", to_csv([NEW])))
    page.upload().status("Ready for review").sees("standard-2026-01-31.csv")


def test_file_can_be_dropped(editor):
    page = NewImport(editor).open()
    page.drop("standard.csv", to_csv([NEW]).decode())
    page.upload().status("Ready for review")


@pytest.mark.parametrize("place", ["h1", "body"])
def test_file_dropped_beside_the_area_is_taken_as_well(editor, place):
    page = NewImport(editor).open()
    assert page.drop_at(place, {"standard.csv": to_csv([NEW]).decode()})
    page.upload().status("Ready for review")


def test_text_that_is_dragged_is_left_alone(editor):
    NewImport(editor).open()
    assert editor.script("""
        const text = new DataTransfer();
        text.setData("text/plain", "words");
        return document.querySelector("main").dispatchEvent(
            new DragEvent("dragover", { dataTransfer: text, bubbles: true, cancelable: true }))""")


@contextlib.contextmanager
def slow_upload(browser):
    """What is sent takes minutes."""
    def limit(throughput):
        browser.cdp("Network.emulateNetworkConditions", offline=False, latency=0,
                    downloadThroughput=-1, uploadThroughput=throughput)
    browser.cdp("Network.enable")
    limit(20000)
    try:
        yield
    finally:
        limit(-1)


@pytest.fixture
def sending(editor, file):
    """The page while it uploads a file."""
    page = NewImport(editor).open().choose(file("standard.csv", big_csv(20000)))
    with slow_upload(editor):
        page.send()
        editor.find("progressbar", "Upload")
        yield page


def test_upload_shows_how_far_it_is_and_can_be_stopped(sending, editor, api, file):
    bar = editor.find("progressbar", "Upload")
    eventually(lambda: 0 < float(bar.get_attribute("value") or 0) < 1)
    sending.sees(re.compile(r"\d KiB of \d+(\.\d)? MiB"))
    editor.click("button", "Stop")
    editor.cdp("Network.emulateNetworkConditions", offline=False, latency=0,
               downloadThroughput=-1, uploadThroughput=-1)
    page = sending
    eventually(lambda: editor.none("progressbar"))
    assert api.get("library/import/").json["results"] == []
    page.choose(file("standard.csv", to_csv([NEW]))).upload().status("Ready for review")


def test_file_dropped_during_an_upload_is_refused(sending, editor):
    for place in (".drop", "body"):
        assert sending.drop_at(place, {"standard.csv": "id"})
    sending.alert("Stop that first")
    assert editor.find("progressbar", "Upload")
    editor.click("button", "Stop")
    eventually(lambda: editor.none("progressbar"))
    assert sending.files() == [] and editor.text("[role=alert]").strip() == ""


def test_leaving_asks_during_an_upload_and_only_then(sending, editor):
    assert sending.asks_before_leaving()
    editor.click("button", "Stop")
    eventually(lambda: editor.none("progressbar"))
    assert not sending.asks_before_leaving()


def test_link_during_an_upload_asks_as_well(sending, editor):
    """It is left to the browser, which asks before it leaves a document."""
    assert editor.script("""
        let followed = null;
        addEventListener("click", (event) => {
            followed = !event.defaultPrevented;
            event.preventDefault();
        });
        document.querySelector("nav a[href='/library/']").click();
        return followed""")
    assert editor.path == "/import/"
    editor.click("button", "Stop")
    eventually(lambda: editor.none("progressbar"))
    sending.go("Library")
    editor.at("/library/")


def test_nothing_is_asked_after_an_upload(editor, file):
    page = NewImport(editor).open()
    assert not page.asks_before_leaving()
    page.choose(file("standard.csv", to_csv([NEW]))).upload()
    assert not page.asks_before_leaving()


def test_focus_is_on_what_can_be_done_during_an_upload_and_after(sending, editor):
    eventually(lambda: editor.focused("button", "Stop"))
    editor.press(Keys.ENTER)
    eventually(lambda: editor.focused("file", "Choose a file"))


def test_upload_while_another_job_is_under_way_leads_to_it(editor, api, file):
    page = NewImport(editor).open()
    other = api.ready(to_csv([NEW]))["id"]
    editor.expects(409, "/library/import/")
    page.choose(file("standard.csv", to_csv([NEW])))
    page.send()
    page.alert("One import at a time")
    editor.click("link", f"import {other}")
    Job(editor, other).here()
    NewImport(editor).open().sees("One import at a time")
