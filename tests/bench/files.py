"""The files to import: requirements catalogues of any size, in every format. The same arguments
make the same bytes, always."""

import csv
import json
import random
import zipfile
from xml.sax.saxutils import escape

FIELDS = ("id", "title", "text", "problem", "priority", "phase", "active", "match_conditions",
          "tags", "mark_delete")
THREAT_FIELDS = ("id", "title", "text", "severity", "active", "problems", "capecs", "mark_delete")
COLUMNS = {"standard": FIELDS, "threat": THREAT_FIELDS}  # by content model
BLOCK = 100  # rows within which the mixture of a revision is exact: sizes are multiples of it
_TEXT = FIELDS.index("text")
_MARK_DELETE = FIELDS.index("mark_delete")
_NUMBERS, _BOOLEANS = {"priority", "severity"}, {"active", "mark_delete"}

_CHAPTERS = ("Architecture", "Authentication", "Session Management", "Access Control",
             "Validation, Sanitization and Encoding", "Stored Cryptography", "Error Handling",
             "Data Protection", "Communication", "Business Logic", "Files and Resources")
_SUBJECTS = ("the application", "every trusted service layer", "all \"high value\" functions",
             "the build pipeline", "each session token", "user-generated Markdown",
             "server-side requests", "the naïve parser", "third-party components")
_DUTIES = ("rejects malformed input", "logs the decision, not the secret", "fails closed",
           "uses a vetted, up-to-date algorithm", "enforces limits on size & rate",
           "compares values in constant time", "escapes output for its context")
_REFERENCES = ("", " ([C1](https://example.org/controls#c1))", "\n\n* see RFC 9110, §5.5",
               "\n\n```\nif (n > max)\n\treturn -1;\n```", " – “as agreed”")
_SYLLABLES = ("ac", "ber", "con", "dis", "en", "for", "gen", "in", "ja", "ken", "lo", "men", "nor",
              "op", "per", "qui", "re", "sig", "ter", "un", "ver", "wid", "ex", "yo", "zen")
_NARROW, _WIDE = 375, 10_000  # characters of text

# Of each block of 100 library items: what a revision does to them. The one that it leaves out has
# its place taken by a new one.
_REVISION = ("keep",) * 88 + ("update",) * 10 + ("delete", "replace")


def _words(draw):
    """A vocabulary: text of a few sentences alone would compress better than anybody's."""
    return ["".join(draw.choices(_SYLLABLES, k=draw.randint(1, 4))) for _ in range(4000)]


def _text(draw, words, size):
    text = (f"Verify that {draw.choice(_SUBJECTS)} {draw.choice(_DUTIES)}, and that "
            f"{draw.choice(_SUBJECTS)} {draw.choice(_DUTIES)}.{draw.choice(_REFERENCES)}\n\n")
    size += draw.randint(-size // 4, size // 4)
    return text + " ".join(draw.choices(words, k=max(1, (size - len(text)) // 8))).capitalize()


def catalogue(count, size=_NARROW):
    """The rows of a library: lists of strings in the order of FIELDS."""
    draw = random.Random(9)
    words = _words(draw)
    for n in range(count):
        chapter = n * len(_CHAPTERS) // count
        level = draw.randint(1, 3)
        yield [f"CT{n + 1}", f"V{chapter + 1}.{n % 30 + 1} {_CHAPTERS[chapter]}",
               _text(draw, words, size), draw.choice(("", f"P{n % 40 + 1}", f"CP{n % 7 + 1}")),
               str(10 - level), f"X{level + 1}", draw.choice(("True", "True", "True", "False")),
               draw.choice(("", "A1 AND !A101;A201", "CA7", "!A3;A4 AND A5")),
               f"{_CHAPTERS[chapter]};level-{level}", "False"]


def threats(count):
    """The rows of a library of threats, in the order of THREAT_FIELDS."""
    draw = random.Random(11)
    words = _words(draw)
    for n in range(count):
        yield [f"CTH{n + 1}", f"What may happen to {draw.choice(_SUBJECTS)}",
               _text(draw, words, _NARROW), str(n % 10 + 1),
               draw.choice(("True", "True", "True", "False")),
               draw.choice(("", f"P{n % 40 + 1}", f"P{n % 40 + 1};CP{n % 7 + 1}")),
               draw.choice(("", "21;63", f"{n % 700 + 1}")), "False"]


def _update(draw, row):
    """Another wording or rating, which really differs."""
    _, _, text, problem, priority, _, active, _, tags, _ = row
    field, value = draw.choice((
        ("text", text.replace("Verify", "Check", 1)),
        ("priority", str(int(priority) % 10 + 1)),
        ("active", "False" if active == "True" else "True"),
        ("match_conditions", "A1 AND !A2;A3"),
        ("tags", tags + ";revised"),
        ("problem", "" if problem else "P9")))
    row[FIELDS.index(field)] = value


def revision(count):
    """As many rows that revise catalogue(count): 88 % are what they were, 10 % updates, 1 %
    deletes and 1 % new."""
    draw = random.Random(10)
    plan = []
    for n, row in enumerate(catalogue(count)):
        if n % BLOCK == 0:
            plan = draw.sample(_REVISION, BLOCK)
        match plan[n % BLOCK]:
            case "update":
                _update(draw, row)
            case "delete":
                row[_MARK_DELETE] = "True"
            case "replace":
                row[0] = f"CT{count + n // BLOCK + 1}"
                row[_TEXT] = row[_TEXT].replace("Verify", "Make sure", 1)
        yield row


KINDS = {"new": catalogue, "mixed": revision, "wide": lambda count: catalogue(count, _WIDE),
         "threat": threats}


def expected(kind, count):
    """(adds, updates, deletes) of such a file."""
    share = count // BLOCK
    return (share, share * 10, share) if kind == "mixed" else (count, 0, 0)


def write(path, kind, count):
    """Writes the file; the format is in the name."""
    columns = COLUMNS["threat" if kind == "threat" else "standard"]
    _WRITERS[path.suffix](path, columns, KINDS[kind](count))


def _write_csv(path, columns, rows):
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        writer.writerows(rows)


def _typed(columns, row):
    values = dict(zip(columns, row))
    values |= {name: int(values[name]) for name in _NUMBERS & values.keys()}
    values |= {name: values[name] == "True" for name in _BOOLEANS & values.keys()}
    return values


def _write_json(path, columns, rows):
    with open(path, "w", encoding="utf-8") as out:
        for n, row in enumerate(rows):
            out.write(",\n" if n else "[\n")
            json.dump(_typed(columns, row), out, ensure_ascii=False)
        out.write("\n]\n")


def _write_yaml(path, columns, rows):
    with open(path, "w", encoding="utf-8") as out:
        for row in rows:
            for n, (key, value) in enumerate(_typed(columns, row).items()):
                out.write(f"{'  ' if n else '- '}{key}: {json.dumps(value, ensure_ascii=False)}\n")


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_XLSX_PARTS = {
    "[Content_Types].xml":
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName='
        f'"/xl/workbook.xml" ContentType="{_TYPE}sheet.main+xml"/><Override PartName='
        f'"/xl/worksheets/sheet1.xml" ContentType="{_TYPE}worksheet+xml"/><Override PartName='
        f'"/xl/sharedStrings.xml" ContentType="{_TYPE}sharedStrings+xml"/></Types>',
    "_rels/.rels":
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml":
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}"><sheets><sheet name="standard" '
        'sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels":
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATION}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
        f'Type="{_RELATION}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}


def _xlsx_row(number, columns, row, shared):
    """A row as spreadsheets write it: numbers and booleans typed, all text shared."""
    cells = []
    for column, (name, value) in enumerate(zip(columns, row)):
        at = f'r="{chr(65 + column)}{number}"'
        if number > 1 and name in _BOOLEANS:
            cells.append(f'<c {at} t="b"><v>{int(value == "True")}</v></c>')
        elif number > 1 and name in _NUMBERS:
            cells.append(f"<c {at}><v>{value}</v></c>")
        elif value:
            cells.append(f'<c {at} t="s"><v>{shared.setdefault(value, len(shared))}</v></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'


def _write_xlsx(path, columns, rows):
    shared = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for name, content in _XLSX_PARTS.items():
            package.writestr(name, _XML + content)
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            sheet.write(_xlsx_row(1, columns, columns, shared).encode())
            for number, row in enumerate(rows, 2):
                sheet.write(_xlsx_row(number, columns, row, shared).encode())
            sheet.write(b"</sheetData></worksheet>")
        with package.open("xl/sharedStrings.xml", "w", force_zip64=True) as strings:
            strings.write(f'{_XML}<sst xmlns="{_MAIN}" uniqueCount="{len(shared)}">'.encode())
            for value in shared:
                strings.write(f'<si><t xml:space="preserve">{escape(value)}</t></si>'.encode())
            strings.write(b"</sst>")


_WRITERS = {".csv": _write_csv, ".json": _write_json, ".yaml": _write_yaml, ".xlsx": _write_xlsx}
