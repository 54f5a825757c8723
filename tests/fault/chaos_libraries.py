"""The two libraries of a chaos run: their content models, the files that are made of them, and the
diffs of these files. The fields of threat change meanwhile: owner comes and goes.
"""

import csv
import dataclasses
import io
from collections.abc import Callable

import sites
from library import FIELDS, THREAT_FIELDS, added, item, threat, to_csv

OWNER, NOBODY = "owner", "nobody"
OWNERS = (NOBODY, "ada", "eve")

_END = "  - {name: mark_delete,"
_OWNER_LINE = f"  - {{name: {OWNER}, kind: line, max: 80, default: {NOBODY}}}\n"
_NUMBERS, _BOOLEANS = {"priority", "severity"}, {"active"}


def _threat(id, title, text="Text", number=5):
    return threat(id, title, text, severity=number, problems="P1;P2", capecs="21")


def _standard(id, title, text="Text", number=5):
    return item(id, title, text, priority=number)


@dataclasses.dataclass(frozen=True)
class Library:
    name: str          # of its content model
    prefix: str        # of the ids of people's own items
    path: str          # of its items in the API
    fields: tuple      # that it has for ever
    item: Callable     # id, title, text, number from 1 to 10
    size: int          # how many items are ever changed

    @property
    def universe(self):
        """The ids of the items that are ever changed."""
        return [f"{self.prefix}{n}" for n in range(1, self.size + 1)]

    def base(self, count):
        """Items that make files longer and are never changed."""
        return [self.item(f"{self.prefix}{n}", f"base {n}", "x" * 100)
                for n in range(1001, 1001 + count)]

    def file(self, rows):
        """If some rows say who their owner is, the others have nobody."""
        owner = {OWNER: NOBODY} if any(OWNER in row for row in rows) else {}
        return to_csv([{**owner, "mark_delete": "", **row} for row in rows],
                      [*self.fields, *owner, "mark_delete"])

    def diff(self, library, content, fields):
        """The diff of a file against the library (id → item) by these fields, as the API shows
        it."""
        diff = {"content_model": self.name, "add": [], "update": [], "delete": []}
        for entry, (item_id, row) in enumerate(read(content), 1):
            original = library.get(item_id)
            before = original or {OWNER: NOBODY}
            new = row and {field: row.get(field, before.get(field)) for field in fields}
            if new is None:
                diff["delete"].append(
                    {"original": _side(original or {}), "new": {}, "entry": entry})
            elif original is None:
                diff["add"].append(added(entry, new))
            elif original != new:
                diff["update"].append(
                    {"original": _side(original), "new": _side(new), "entry": entry})
        return diff


STANDARD = Library("standard", "CT", "library/tasks/", FIELDS, _standard, 12)
THREATS = Library("threat", "CTH", "library/items/threat/", THREAT_FIELDS, _threat, 8)
LIBRARIES = {library.name: library for library in (STANDARD, THREATS)}


def declaration(owner):
    """The declaration of threat with the field owner, or without it."""
    text = sites.THREAT.read_text(encoding="utf-8")
    assert text.count(_END) == 1
    return text.replace(_END, _OWNER_LINE + _END) if owner else text


def read(content):
    """The rows of a file: id, and the item as far as the file tells; None: to be deleted."""
    for row in csv.DictReader(io.StringIO(content.decode(), newline="")):
        deleted = row.pop("mark_delete") == "true"
        yield row["id"], None if deleted else {
            field: _typed(field, value) for field, value in row.items()}


def _typed(field, value):
    if field in _NUMBERS:
        return int(value)
    return value == "True" if field in _BOOLEANS else value


def _side(one):
    return {**one, "mark_delete": False}


def shown(side):
    """The item that a side of a diff shows."""
    return {field: value for field, value in side.items() if field != "mark_delete"}


def may_be(change, row, is_current):
    """Whether a diff may show this change for this row of a file. The field owner may have been
    retired while the diff was made, so that the file had no say; a diff that was made with fields
    of before (not `is_current`) says nothing of it."""
    new = shown(change["new"])
    owner = new.pop(OWNER, NOBODY)
    if row is None:
        return not new
    before = change["original"].get(OWNER, NOBODY)
    owners = {before, row.get(OWNER, before)}
    wanted = {field: value for field, value in row.items() if field != OWNER}
    return new == wanted and (owner in owners or not is_current or OWNER not in change["new"])
