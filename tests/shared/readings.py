"""How spreadsheet programs read our csv files, and what is in their cells without guards."""

import re

MARK = "  \xa0"  # before a text of csv that has a space more wherever any program may split it
FORMULA = "[-=+@\t\r\uff1d\uff0b\uff0d\uff20]"
SPLIT = re.compile(f'([,;\t\r\n])( *)(?="*(?:{FORMULA}|\\Z))')


def unmarked(cell):
    """A cell of csv without its mark and the spaces that this promises, all of which it must have."""
    if cell.startswith(MARK):
        assert all(spaces for _, spaces in SPLIT.findall(cell))
        return SPLIT.sub(lambda found: found[1] + found[2][1:], cell[len(MARK):])
    assert all(spaces for _, spaces in SPLIT.findall(cell))
    return cell


def beginnings(text, separator, quotes):
    """
    What cells begin with, for a program that separates by that: from where quotes, if they are
    understood, have been taken away; what follows a closing quote belongs to the cell.
    """
    ends = f"[^{separator}\r\n]*(?:[{separator}\r\n]|\\Z)"
    cell = re.compile(f'"((?:[^"]|"")*)(?:"|\\Z)({ends})|({ends})' if quotes else f"()()({ends})")
    at = 0
    while at < len(text):
        found = cell.match(text, at)
        at = found.end()
        yield found[1] or (found[2] or found[3]).rstrip(separator + "\r\n")


def formulas(raw):
    """Cells that a spreadsheet program may take for a formula, whatever it thinks separates them."""
    return [(separator, quotes, cell[:40]) for separator in ",;\t" for quotes in (True, False)
            for cell in beginnings(raw.decode("utf-8-sig"), separator, quotes)
            if re.match(FORMULA, cell) and not re.fullmatch("-[0-9]+", cell)]
