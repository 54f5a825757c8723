"""tests/asvs.md, what meets each requirement of OWASP ASVS: it names what is there."""

import re

import pytest

from sites import ROOT

TABLE = (ROOT / "tests" / "asvs.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")]
        for line in TABLE.splitlines() if re.match(r"\| \d", line)]
NAMED = sorted({name for row in ROWS for name in re.findall(r"`([\w./-]+/[\w.-]+(?:::\w+)?)`", row[3])})


@pytest.fixture(autouse=True)
def clean():
    """Does nothing, in place of the fixture that empties the site of all other tests."""


def test_every_row_says_whether_and_how():
    assert len(ROWS) > 100
    wrong = [row for row in ROWS
             if len(row) != 4 or row[2] not in ("met", "partly", "not", "operator") or not row[3]]
    assert wrong == []
    assert [row for row in ROWS if (row[2] == "partly") != ("Missing:" in row[3])] == []


def test_no_requirement_stands_twice():
    ids = [one for row in ROWS for one in row[0].split(", ")]
    assert len(ids) == len(set(ids)), sorted(one for one in ids if ids.count(one) > 1)


@pytest.mark.parametrize("name", NAMED)
def test_what_is_named_is_there(name):
    path, _, test = name.partition("::")
    (file,) = [one for one in (ROOT / "tests" / path, ROOT / path) if one.is_file()] or [None]
    assert file, f"there is no {path}"
    if test:
        text = file.read_text(encoding="utf-8")
        assert re.search(rf"^(def |){test}\(", text, re.MULTILINE), f"{path} has no {test}"
