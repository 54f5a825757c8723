"""Imported text, names and file names made to do harm stay text on every page."""

import pytest
import requests

from chromium import eventually
from hostile import IMAGE, MARKUP, NAME, OVERRIDE, REVERSED, SCRIPT, is_text
from library import item, to_csv
from pages import Account, Administration, Events, Imports, Item, Job, Library, NewImport, Review, SignIn
from people import Person

OLD = item("T1", title=f"Old {MARKUP}", text=f"Old {MARKUP}\n{REVERSED}", tags=f"old{IMAGE};{REVERSED}")
NEW = {**OLD, "title": f"New {MARKUP}", "text": f"New {MARKUP}\n{REVERSED}", "tags": f"new{IMAGE};{REVERSED}"}
GONE = item("CT1", title=f"Gone {MARKUP}", text=MARKUP)
ADDED = item("CT2", title=f"Added {MARKUP}", text=f"{MARKUP}\n{REVERSED}" * 40, tags=IMAGE)


@pytest.fixture
def person(site, db):
    person = Person(site, "admin")
    db.run("UPDATE account SET first_name = %s, last_name = %s WHERE id = %s", NAME, SCRIPT, person.id)
    return person


@pytest.fixture
def visitor(stranger, person):
    SignIn(stranger).open().sign_in(person.email, person.password)
    return stranger


def test_imported_text_is_text_from_the_review_to_the_history(visitor, api, db):
    db.seed(OLD, GONE)
    rows = [NEW, {**GONE, "mark_delete": "true"}, ADDED]
    number = api.ready(to_csv(rows, [*OLD, "mark_delete"]))["id"]
    page = Review(visitor, number).open().shows("T1", "CT1", "CT2")
    is_text(visitor, SCRIPT, "RLO")
    assert page.field("T1", "Title") == f"[-Old-]{{+New+}} {MARKUP}"
    page.grouped()
    for group in page.groups():
        page.open_group(group)
    eventually(lambda: {change["id"] for change in page.changes()} == {"T1", "CT1", "CT2"})
    is_text(visitor, SCRIPT)
    page.in_file_order()
    page.search(SCRIPT)
    page.shows("T1", "CT1", "CT2")
    is_text(visitor, SCRIPT)
    page.decide("Accept", "Accept 3 changes")
    Job(visitor, number).here().status("Applied")
    is_text(visitor, IMAGE)  # the name of the person who accepted
    page = Library(visitor).open()
    page.shows("T1", "CT2")
    is_text(visitor, SCRIPT, f"new{IMAGE}")
    page.filter(Search=SCRIPT)
    page.shows("T1", "CT2")
    for item_id in ("T1", "CT1", "CT2"):
        Item(visitor, item_id).open()
        is_text(visitor, SCRIPT)


def test_what_an_error_quotes_is_text(visitor, api):
    bad = [{**ADDED, "priority": IMAGE, "phase": REVERSED, "match_conditions": SCRIPT}]
    page = Job(visitor, api.wait_for(api.start(to_csv(bad))["id"], "fail")["id"]).open()
    page.sees("What is wrong with the file")
    is_text(visitor, IMAGE)
    bad = f"id,title,{SCRIPT}\nCT1,a,b\n".encode()
    Job(visitor, api.wait_for(api.start(bad)["id"], "fail")["id"]).open()
    is_text(visitor, "<script>window.owned=1")


def test_names_of_people_tokens_and_files_are_text(visitor, api, person):
    api.ready(to_csv([ADDED]))
    page = Account(visitor).open()
    page.make_token(IMAGE, person.password)
    eventually(lambda: page.tokens() == [IMAGE])
    is_text(visitor, IMAGE, SCRIPT)
    page.revoke(IMAGE)
    is_text(visitor, "You have no tokens.")
    page = Administration(visitor).open()
    assert page.users()[person.email]["Name"].endswith(SCRIPT)
    is_text(visitor, IMAGE)
    Events(visitor).open().says("made the token", "revoked their token")
    is_text(visitor, IMAGE, SCRIPT)
    NewImport(visitor).open().drop(f"{IMAGE}{OVERRIDE}.csv", "id\n").sees(IMAGE)
    is_text(visitor, IMAGE)
    Imports(visitor).open()
    is_text(visitor, "standard.csv")


def test_what_a_client_says_of_itself_is_text(visitor, site, person):
    requests.post(f"{site.url}/api/v2/session/", timeout=60, headers={"User-Agent": f"{IMAGE} {REVERSED}".encode()},
                  json={"email": person.email, "password": person.password}).raise_for_status()
    page = Account(visitor).open()
    eventually(lambda: len(page.sessions()) == 2)
    is_text(visitor, IMAGE)
