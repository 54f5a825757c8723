"""Texts that are others rather than edited: often a sign that the ids have shifted."""

import pytest

from chromium import eventually
from library import item, to_csv
from pages import Review

_SUBJECTS = ["passwords are salted", "cookies carry flags", "logs name the account", "sessions end by themselves",
             "uploads are scanned first", "tokens can be revoked", "backups are encrypted", "queries take parameters"]


def text(n, word="Verify that"):
    return f"{word} {_SUBJECTS[n % len(_SUBJECTS)]}."


@pytest.fixture
def shifted(editor, api, db):
    """A revision in which each item but the first has the text of the next one, with other words."""
    db.seed(*(item(f"T{n}", text=text(n)) for n in range(1, 9)))
    rows = [item(f"T{n}", priority=9,
                 text=text(1, "Please verify that") if n == 1 else text(n + 1, "Please verify:"))
            for n in range(1, 9)]
    return Review(editor, api.ready(to_csv(rows))["id"]).open().shows(*(f"T{n}" for n in range(1, 9)))


def test_rewritten_texts_are_told_from_edited_ones(shifted):
    assert shifted.note("T1", "Text") == ""
    assert {shifted.note(f"T{n}", "Text") for n in range(2, 9)} == {"rewritten"}
    shifted.sees("edited 8", "of these rewritten 7")


def test_rewritten_texts_are_worth_a_second_look(shifted, editor):
    shifted.sees("In 7 items the text is rewritten: less than half of its words are as before.", "the ids have shifted")
    editor.click("link", "Show them")
    shifted.shows(*(f"T{n}" for n in range(2, 9)))
    shifted.fits("7 of 8 changes fit.")
    assert "rewritten=true" in editor.path


def test_group_and_its_rows_say_what_is_rewritten(shifted):
    shifted.grouped()
    eventually(lambda: {"Text edited 8 items", "Text rewritten 7 items"} <= set(shifted.groups()))
    shifted.open_group("Priority 5 to 9 8 items")
    shifted.shows(*(f"T{n}" for n in range(1, 9)))
    assert [shifted.about(f"T{n}") for n in (1, 2, 8)] == ["", "text rewritten", "text rewritten"]


def test_few_rewritten_texts_are_no_pattern(editor, api, db):
    db.seed(*(item(f"T{n}", text=text(n)) for n in range(1, 9)))
    rows = [item(f"T{n}", priority=9, text=text(n if n > 3 else n + 1, "Please verify:" if n <= 3 else "Verify that"))
            for n in range(1, 9)]
    page = Review(editor, api.ready(to_csv(rows))["id"]).open().shows_some()
    page.sees("of these rewritten 3")
    assert "Worth a second look" not in editor.text()
