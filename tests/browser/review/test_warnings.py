"""Warnings on the pages: how many of which kind, with an example, and the changes that they are
about one click away."""

import re

import pytest
from selenium.webdriver.common.keys import Keys

from chromium import eventually
from hostile import IMAGE, REVERSED, SCRIPT, is_text
from library import item, threat, to_csv
from looks import is_for_everybody, tab_through
from pages import Imports, Job, Review
from two_models import chromium, site, visitors  # fixtures

DATES = "Values that look like dates"
OLD = [item(f"T{n}", title=f"Old {n}") for n in range(1, 7)]
ROWS = [{**OLD[0], "title": "2-Jan"}, {**OLD[1], "title": "New"}, {**OLD[2], "title": "3-Feb"}, OLD[3],
        {**OLD[4], "text": "New"}, item("CT1", title="4-Mar")]
THREATS = [threat("CTH1", "2-Jan"), threat("CTH2", "Storm"), threat("CTH3", "5-May")]


@pytest.fixture
def ready(api, db):
    """The number of a job with three dates, in entries 1, 3 and 6, and one warning of another kind."""
    db.seed(*OLD)
    return api.ready(to_csv([{**one, "tags": "Schlüssel"} for one in ROWS]).decode().encode("cp1252"))["id"]


@pytest.fixture
def files(api, db):
    """The number of a job of two files with dates in both."""
    db.seed(*OLD)
    return api.ready_files(("standard.csv", to_csv(ROWS)), ("threat.csv", to_csv(THREATS)))


@pytest.fixture
def warn(db):
    """Adds a warning of a kind to a job."""
    def add(job, kind, title, entry, field="title", value="x", details="It is odd."):
        db.run("""INSERT INTO import_error (job_id, attempt, week, warning, file, kind, entry, row, field,
                                            value, details)
                  SELECT id, attempt, week, true, 'standard.csv', %s, %s, %s, %s, %s, %s
                    FROM import_job WHERE id = %s""", kind, entry, entry + 1, field, value, details, job)
        db.run("""INSERT INTO import_warning (job_id, attempt, file, kind, title, count)
                  SELECT id, attempt, 'standard.csv', %s, %s, 1 FROM import_job WHERE id = %s
                      ON CONFLICT (job_id, attempt, file, kind)
                      DO UPDATE SET count = import_warning.count + 1""", kind, title, job)
    return add


# ---- What is said of them

@pytest.mark.parametrize("page", [Job, Review])
def test_kinds_are_counted_and_shown_with_rows_and_values(editor, ready, page):
    head, dates, encoding = page(editor, ready).open().warnings()
    assert head == "4 warnings of 2 kinds"
    assert dates.startswith(DATES) and "Show the 3 changes" in dates
    for words in ("title:", "a date", "3 rows: 2, 4, 7", "Found there: 2-Jan, 3-Feb, 4-Mar"):
        assert words in dates
    assert "Windows-1252" in encoding and "Show" not in encoding  # that is about the whole file


def test_all_is_said_of_few_kinds_and_of_many_the_first_is_open(editor, ready, warn):
    for n in range(1, 11):
        warn(ready, f"kind{n}", f"Kind {n}", 1, details=f"Sentence {n}.")
    page = Review(editor, ready).open()
    head, dates, *others = page.warnings()
    assert head == "14 warnings of 12 kinds"
    assert "3 rows" in dates and len(others) == 5
    assert not any("Sentence" in other or "Windows" in other for other in others)
    editor.click("button", "Show 6 more kinds of warnings")
    assert len(page.warnings()) == 1 + 12
    (closed,) = [other for other in page.warnings() if other.startswith("Kind 9")]
    assert "Sentence 9." not in closed
    editor.click("button", "Kind 9")
    page.sees("Sentence 9.")
    is_for_everybody(editor)


def test_sentences_that_differ_in_their_values_are_one(editor, ready, warn):
    for entry, value in ((1, "a\u200bb"), (3, "c\u200bd"), (5, "e\u2060f")):
        shown = re.sub("[\u200b\u2060]", lambda c: f"<U+{ord(c[0]):04X}>", value)
        warn(ready, "invisible", "Invisible characters", entry, "tags", value,
             f'The tag "{shown}" has the invisible character U+{ord(value[1]):04X} at {entry}.')
    (text,) = [kind for kind in Job(editor, ready).open().warnings() if kind.startswith("Invisible")]
    editor.click("button", "Invisible characters")
    (text,) = [kind for kind in Job(editor, ready).warnings() if kind.startswith("Invisible")]
    assert 'The tag "a<U+200B>b" has the invisible character U+200B at 1.' in text
    assert text.count("The tag") == 1 and "3 rows: 2, 4, 6" in text
    assert "ZWSP" in text and "WJ" in text


def test_warnings_beyond_those_that_a_job_tells_are_read_on_request(editor, api):
    number = api.ready(to_csv([item(f"CT{n}", title="2-Jan" if n % 2 else "Good", text=f"Text {n}") for n in range(1, 501)]))["id"]
    page = Review(editor, number).open()
    head, dates = page.warnings()
    assert head == "250 warnings"
    assert "Rows: 2, 4, 6" in dates and "and 150 more" in dates and "Show these changes" in dates
    editor.click("button", re.compile("^Show all rows"))
    page.sees("250 rows: 2, 4, 6")
    editor.click("button", "show all")
    page.sees("496, 498, 500")
    page.warned_changes(DATES)
    page.open("?warning=date&from=301").shows_some()
    first = page.changes()[0]
    assert first["id"] == "CT301"
    assert "a date" in page.marks("CT301")[0]  # though the job does not tell of it


def test_warnings_of_before_there_were_kinds_are_shown(editor, db, ready):
    db.run("UPDATE import_error SET kind = NULL")
    db.run("DELETE FROM import_warning")
    head, kind = Review(editor, ready).open().warnings()
    assert head == "4 warnings"
    assert "3 rows: 2, 4, 7" in kind and "Windows-1252" in kind and "Show" not in kind


def test_of_warnings_that_are_not_kept_the_number_remains(editor, db, ready):
    db.run("DELETE FROM import_error")
    head, *kinds = Job(editor, ready).open().warnings()
    assert head == "4 warnings of 2 kinds"
    assert kinds[0].startswith(DATES) and "not kept any more" in kinds[0] and "Show" not in kinds[0]


def test_values_of_warnings_are_text(editor, api, db, ready, warn):
    for entry, value in ((1, SCRIPT), (3, IMAGE), (5, REVERSED)):
        warn(ready, "direction", f"Kind {IMAGE}", entry, f"title{SCRIPT}", value, f"It is {value} there.")
    for page in (Job(editor, ready), Review(editor, ready)):
        page.open()
        editor.click("button", f"Kind {IMAGE}")
        is_text(editor, SCRIPT, IMAGE, "RLO")
    Review(editor, ready).warned_changes(re.escape(f"Kind {IMAGE}"))
    is_text(editor, f"It is {IMAGE} there.")


# ---- The changes they are about

def test_link_leads_to_these_changes_and_the_filter_is_taken_away_again(editor, ready):
    page = Review(editor, ready).open().shows("T1", "T2", "T3", "T4", "T5", "CT1")
    page.warned_changes(DATES).shows("T1", "T3", "CT1")
    assert editor.path == f"/jobs/{ready}/review/?warning=date"
    page.sees("only with the warning values that look like dates")
    eventually(lambda: page.chosen() == "T1")
    editor.press("j")
    eventually(lambda: page.chosen() == "T3")
    page.only("Added")
    page.shows("CT1")
    page.only("All")
    page.shows("T1", "T3", "CT1")
    page.search("Feb")
    page.shows("T3")
    editor.driver.refresh()
    page.shows("T3")
    page.open("?warning=date").shows("T1", "T3", "CT1")
    editor.click("button", "With or without the warning")
    page.shows("T1", "T2", "T3", "T4", "T5", "CT1")
    assert editor.path == f"/jobs/{ready}/review/"
    eventually(lambda: editor.focused("combobox", "Updates of"))


def test_link_of_the_job_leads_there_too(editor, ready):
    Job(editor, ready).open().warned_changes(DATES).shows("T1", "T3", "CT1")
    eventually(lambda: editor.script("""
        const { top, bottom } = document.querySelector("article.change").getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight"""))


def test_groups_show_only_these_changes(editor, ready):
    page = Review(editor, ready).open("?warning=date&view=groups")
    page.sees("Every change is in one of them")
    (edited,) = [group for group in page.groups() if group.startswith("Title")]
    page.open_group(edited)
    page.shows("T1", "T3")
    assert "a date" in page.marks("T3")[0]


def test_kinds_of_several_files_lead_to_the_changes_of_theirs(editor, files):
    page = Job(editor, files)
    head, *kinds = page.open().warnings()
    assert head == "5 warnings of 1 kind" or head == "5 warnings"
    assert ["standard.csv" in kinds[0], "threat.csv" in kinds[1]] == [True, True]
    editor.click("link", re.compile("^Show the 2 changes"))
    review = Review(editor, files).here().shows("CTH1", "CTH3")
    assert review.tab().startswith("Threats")
    editor.click("link", re.compile("^Show the 3 changes"))
    review.shows("T1", "T3", "CT1")
    assert review.tab().startswith("Countermeasures")
    review.choose_tab("Threats").shows("CTH1", "CTH2", "CTH3")


def test_warning_stands_with_the_value_it_is_about(editor, ready, warn):
    warn(ready, "replaced", "Characters that were lost", 5, "text", "x", "The text is damaged.")
    warn(ready, "short_row", "Rows with fewer cells", 5, "phase", None, "The cell is missing.")
    warn(ready, "comment", "Values cut", 5, None, None, "The row is odd.")
    page = Review(editor, ready).open().shows("T1", "T2", "T3", "T4", "T5", "CT1")
    assert page.marks("T2") == []
    (title,) = page.marks("T1")
    assert "looks like a date" in title and title.startswith("Warning: ")
    assert page.marks("T5") == ["Warning: Phase: The cell is missing.", "Warning: The row is odd.",
                                "Warning: The text is damaged."]
    assert editor.script("""
        return [...document.querySelectorAll("dd .mark-warned")].map((mark) =>
            mark.closest("dd").previousElementSibling.firstChild.textContent)""") == ["Text"]


# ---- Deciding, and failing

def test_who_decides_is_told(editor, ready):
    page = Imports(editor).open()
    eventually(lambda: "4 warnings of 2 kinds" in page.under_way())
    Job(editor, ready).open().sees("See the 4 warnings of 2 kinds below.")
    review = Review(editor, ready).open().shows_some()
    assert "4 warnings of 2 kinds about the file: values that look like dates and files that are not UTF-8." in (
        review.ask("Accept").text)
    editor.press(Keys.ESCAPE)
    eventually(lambda: editor.none("dialog"))
    editor.click("link", "4 warnings of 2 kinds")
    eventually(lambda: editor.script("return document.activeElement.id") == "warnings")
    eventually(lambda: tab_through(editor))


def test_errors_come_before_warnings(editor, api):
    number = api.wait_for(api.start(to_csv([item("CT1", title="2-Jan", priority=11)]))["id"], "fail")["id"]
    page = Job(editor, number).open()
    page.sees(re.compile("less than or equal to 10.*a date", re.DOTALL))
    head, dates = page.warnings()
    assert head == "1 warning" and "1 row: 2" in dates and "Show" not in dates
