"""A site with two content models: imports of a file of each, reviewed with a tab for each and
decided as one; a library of each."""

import csv
import io
import re

import pytest
from selenium.webdriver.common.keys import Keys

from chromium import eventually
from gallery import MODEL_PAGES
from library import item, threat, to_csv
from looks import is_for_everybody
from pages import Job, Library, NewImport, Review
from scenes import TwoModels
from two_models import chromium, site, visitors  # fixtures

OLD = item("T1", title="Close the window")
FIRST = [threat("CTH1", "Burglar", severity=5, problems="P1"), threat("CTH2", "Storm", severity=6, active=False)]
NEW = to_csv([item("CT5"), item("CT6")])
STANDARD = to_csv([{**OLD, "title": "Close all windows"}, item("CT5")])
THREATS = to_csv([{**FIRST[0], "severity": 9, "problems": "P1;P2"}, {**FIRST[1], "mark_delete": "true"},
                  threat("", "Fire", capecs="21;63")], [*FIRST[0], "mark_delete"])


@pytest.fixture
def library(api, db):
    """Items of either model; those of the second one have a history."""
    db.seed(OLD)
    api.accept(api.ready_files(("threat.csv", to_csv(FIRST))))


@pytest.fixture
def ready(api, library):
    """The number of a job with a file of each model."""
    return api.ready_files(("threat.csv", THREATS), ("standard.csv", STANDARD))


# ---- Choosing and sending


def test_page_says_which_files_it_takes_and_offers_those_of_each_model(editor, library):
    NewImport(editor).open().sees("standard.csv, threat.csv or the same as .json, .yaml or .xlsx")
    editor.sees("Excel for spreadsheet programs; CSV, JSON and YAML for other programs.")
    exports = editor.find("list", "Export the library: Threats")
    rows = editor.downloaded(editor.find("link", "CSV", exports).click, r"threat-.*[.]csv")
    assert [row["title"] for row in csv.DictReader(io.StringIO(rows.decode("utf-8-sig")))] == [
        one["title"] for one in FIRST]
    template = editor.find("list", "Template: Threats")
    assert b"mark_delete" in editor.downloaded(editor.find("link", "CSV", template).click, "threat.csv")


def test_files_chosen_together_become_one_job(editor, library, file):
    page = NewImport(editor).open()
    page.choose(file("standard.csv", STANDARD), file("threat-2026-01-31.csv", THREATS))
    page.sees("Countermeasures", "Threats")
    job = page.upload().status("Ready for review")
    assert job.counts() == {"added": 2, "updated": 2, "deleted": 1, "unchanged": 0}
    assert job.counts_by_model() == {"Countermeasures": "+1 ~1 −0", "Threats": "+1 ~1 −1"}
    job.sees("standard.csv", "threat-2026-01-31.csv", "uploaded the files")


def test_files_chosen_one_after_the_other_become_one_job(editor, file):
    page = NewImport(editor).open().choose(file("standard.csv", NEW))
    page.drop("threat.csv", to_csv(FIRST).decode())
    assert page.files() == ["standard.csv", "threat.csv"]
    page.choose(file("threat.csv", to_csv(FIRST[:1])))  # again, and so in place of the other
    assert page.files() == ["standard.csv", "threat.csv"]
    job = page.upload()
    assert job.counts_by_model() == {"Countermeasures": "+2 ~0 −0", "Threats": "+1 ~0 −0"}


def test_file_is_taken_out_before_the_others_are_sent(editor, file):
    page = NewImport(editor).open()
    page.choose(file("standard.csv", STANDARD), file("threat.csv", to_csv(FIRST)))
    page.take_out("standard.csv")
    assert page.files() == ["threat.csv"]
    job = page.upload().status("Ready for review")
    assert job.counts() == {"added": 2, "updated": 0, "deleted": 0, "unchanged": 0}
    assert job.counts_by_model() == {}


@pytest.mark.parametrize("names", [
    ("threat.csv", "threat-2026-01-31.csv"), ("threat.csv", "standard.json"), ("threat.csv", "standard.xls")])
def test_files_that_do_not_go_together_are_refused_with_the_words_of_the_server(editor, api, file, names):
    refusal = api.post("library/import/", files=[
        ("files", (name, b"x", "text/csv")) for name in names]).json["files"][0]
    page = NewImport(editor).open()
    page.choose(*(file(name, b"x") for name in names)).alert(refusal)
    assert not page.may_upload()
    assert editor.focused("button", f"Remove {names[1]}")
    page.take_out(names[1])
    assert page.may_upload()


def test_a_file_that_is_refused_makes_way_for_the_next(editor, file):
    page = NewImport(editor).open().choose(file("threat.csv", to_csv(FIRST)), file("standard.xls", b"x"))
    page.choose(file("standard.csv", STANDARD))
    assert page.files() == ["threat.csv", "standard.csv"]
    assert page.may_upload()


def test_file_of_another_name_is_sent_as_what_a_person_says_it_holds(editor, file):
    page = NewImport(editor).open()
    page.choose(file("standard.csv", NEW), file("What may happen.csv", to_csv(FIRST)))
    page.sees("uploaded as threat.csv")  # the model that no other file has
    editor.choose("It holds", "Countermeasures")
    page.alert("Only one file per content model")
    editor.choose("It holds", "Threats")
    job = page.upload().status("Ready for review").sees("threat.csv")
    assert job.counts_by_model()["Threats"] == "+2 ~0 −0"


# ---- Reviewing


def test_each_model_has_a_tab_with_its_counts(editor, ready):
    page = Review(editor, ready).open().shows("T1", "CT5")
    assert page.tabs() == ["Countermeasures 1 added 1 updated 0 deleted", "Threats 1 added 1 updated 1 deleted"]
    page.choose_tab("Threats").shows("CTH1", "CTH2", "CTH3")
    assert page.tab().startswith("Threats")
    assert "[-5-]" in page.field("CTH1", "Severity") and "{+9+}" in page.field("CTH1", "Severity")
    assert "{+P2+}" in page.field("CTH1", "Problems")
    titles = {change["id"]: change["title"] for change in page.changes()}
    assert titles == {"CTH1": "Burglar", "CTH2": "Storm", "CTH3": "Fire"}


def test_tab_is_kept_in_the_address(editor, ready):
    page = Review(editor, ready).open().choose_tab("Threats").shows("CTH1", "CTH2", "CTH3")
    assert "model=threat" in editor.path
    page.only("Deleted")
    page.shows("CTH2")
    editor.driver.refresh()
    page.shows("CTH2")
    assert page.tab().startswith("Threats")
    page.choose_tab("Countermeasures").shows("T1", "CT5")  # nothing of the other's filter
    editor.click("link", re.compile("^edited"))            # of the summary above
    page.shows("T1")
    assert page.tab().startswith("Countermeasures")


def test_arrows_lead_from_tab_to_tab(editor, ready):
    page = Review(editor, ready).open().choose_tab("Countermeasures").shows("T1", "CT5")
    for key, title in ((Keys.ARROW_RIGHT, "Threats"), (Keys.ARROW_RIGHT, "Countermeasures"),
                       (Keys.END, "Threats"), (Keys.HOME, "Countermeasures"), (Keys.ARROW_LEFT, "Threats")):
        editor.press(key)
        eventually(lambda wanted=title: page.tab().startswith(wanted))
        assert editor.focused("tab", re.compile(f"^{title}"))
    page.shows("CTH1", "CTH2", "CTH3")


def test_marks_of_one_model_are_not_those_of_the_other(editor, ready):
    page = Review(editor, ready).open()
    page.grouped()
    page.open_group("Items added 1 item")
    editor.click("button", "Mark as looked at")
    eventually(lambda: page.looked() == "1 of 2 looked at")
    page.sees("1 of 5 looked at")  # of both files
    page.choose_tab("Threats")
    eventually(lambda: "Items deleted 1 item" in page.groups())
    assert page.looked() == "0 of 3 looked at"
    assert not any("looked at" in group for group in page.groups())
    page.choose_tab("Countermeasures")
    eventually(lambda: page.looked() == "1 of 2 looked at")


def test_decision_is_one_for_all_files(editor, api, db, ready):
    page = Review(editor, ready).open("?model=threat").shows("CTH1", "CTH2", "CTH3")
    editor.sees("both files", css="aside")
    dialog = page.ask("Accept")
    for words in ("Both files are applied together", "2 added, 2 updated, 1 deleted", "Countermeasures", "Threats"):
        assert words in dialog.text
    dialog.click("Accept 5 changes")
    Job(editor, ready).here().status("Applied")
    assert db.library()["T1"]["title"] == "Close all windows"
    assert db.value("SELECT severity FROM threat WHERE id = 'CTH1'") == 9


def test_page_of_a_job_leads_to_the_changes_of_each_model(editor, ready):
    Job(editor, ready).open()
    editor.click("link", "Threats")
    Review(editor, ready).here().shows("CTH1", "CTH2", "CTH3")


def test_job_of_one_file_has_no_tabs(editor, api):
    job = api.ready_files(("threat.csv", to_csv(FIRST)))
    page = Review(editor, job).open().shows("CTH1", "CTH2")
    assert page.tabs() == []
    assert "files" not in editor.text("aside")


def test_what_is_wrong_is_told_for_each_file(editor, api):
    job = api.start_files(("threat.csv", to_csv([threat("CTH1", severity=11), threat("CTH2", severity=12)])),
                ("standard.csv", to_csv([item("CT1", priority=99)])))
    api.wait_for(job, "fail")
    page = Job(editor, job).open().status("Failed").sees("3 errors")
    first, second = page.findings()
    assert "threat.csv" in first and "severity" in first and "2 rows" in first
    assert "standard.csv" in second and "priority" in second
    editor.sees("Commas separate the cells: in Excel, Data, From Text/CSV.")
    link = editor.find("link", re.compile("^Download the failed rows of threat.csv"))
    rows = list(csv.DictReader(io.StringIO(editor.downloaded(link.click, "threat.csv").decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == ["CTH1", "CTH2"]


# ---- The library


def test_library_shows_the_items_of_one_model(editor, library):
    page = Library(editor).open()
    page.shows("T1")
    page.model("Threats").shows("CTH1", "CTH2")
    assert "model=threat" in editor.path
    assert page.headings() == ["Id", "Title", "Severity", "Active", "Problems", "Changed"]
    page.filter(Search="burg")
    page.shows("CTH1")
    page.filter(Search="")
    page.shows("CTH1", "CTH2")


def test_items_are_filtered_and_ordered_by_what_the_model_says(editor, library):
    page = Library(editor).open("?model=threat")
    page.shows("CTH1", "CTH2")
    page.filter(Problems="P1")
    page.shows("CTH1")
    editor.driver.refresh()
    page.shows("CTH1")
    page.filter(Problems="", Active="no")
    page.shows("CTH2")
    page.filter(Active="All")
    page.shows("CTH1", "CTH2")
    page.order_by("Title")
    editor.at("/library/?model=threat&ordering=title")
    page.order_by("Title")
    page.shows("CTH2", "CTH1")
    page.order_by("Severity")
    page.shows("CTH1", "CTH2")
    page.model("Countermeasures").shows("T1")  # nothing of the other's order and filters
    assert editor.path == "/library/?model=standard"


def test_item_has_its_history_and_leads_to_its_import(editor, api, library, ready):
    api.accept(ready)
    page = Library(editor).open("?model=threat")
    page.shows("CTH1", "CTH3")
    page = page.item("CTH1", "threat").sees("Burglar")
    assert page.facts() == {
        "Text": "Text", "Severity": "9", "Active": "true", "Problems": "P1 P2", "CAPEC ids": "empty"}
    editor.click("button", "What the fields mean")
    page.sees("From 1, the lowest risk, to 10.")
    updated, added = sorted(page.history(), key=lambda event: "Added" in event)
    assert "Severity" in updated and "Added" in added
    editor.click("link", "entry 1")
    Review(editor, ready).here().shows("CTH1", "CTH2", "CTH3")
    assert "model=threat" in editor.path


def test_addresses_from_before_there_were_models_lead_to_the_item(editor, api, ready):
    api.accept(ready)
    for item_id, title in (("T1", "Close all windows"), ("CTH1", "Burglar")):
        editor.open(f"/library/{item_id}/")
        editor.sees(item_id, title)


# ---- What holds for every page, see test_gallery.py


@pytest.mark.parametrize("name", MODEL_PAGES)
def test_page_is_for_everybody(site, visitors, name):
    role, go = MODEL_PAGES[name]
    world, browser = TwoModels(site), visitors.enter(role)
    is_for_everybody(browser, lambda: go(browser, world))


# ---- Models that change. This comes last, since a third model stays behind.

_RISK = """name: risk
title: Risks
fields:
  - {name: id, kind: id, prefix: R}
  - {name: name, kind: line, required: true, listed: true, label: Name}
"""
_OWNER = """  - {name: owner, kind: line, default: nobody, listed: true, label: Who answers for it}
"""


def test_model_that_is_added_or_changed_meanwhile_is_known(site, editor, api, library, tmp_path):
    declaration = tmp_path / "risk.yaml"
    page = Library(editor).open()
    page.shows("T1")

    declaration.write_text(_RISK)
    site.accession("model", "add", declaration)
    number = api.ready_files(("risk.csv", to_csv([{"id": "CR1", "name": "Fire"}])))
    page.go("Imports")
    editor.click("link", f"Import {number}")
    review = Job(editor, number).here().review().shows("CR1")
    assert [change["title"] for change in review.changes()] == ["Fire"]
    api.accept(number)
    page.go("Library")
    page.model("Risks").shows("CR1")
    assert page.headings() == ["Id", "Name", "Changed"]

    declaration.write_text(_RISK + _OWNER)
    site.accession("model", "change", declaration)
    page.filter(Search="fire")
    eventually(lambda: page.headings() == ["Id", "Name", "Who answers for it", "Changed"])
    assert page.item("CR1", "risk").facts() == {"Who answers for it": "nobody"}
