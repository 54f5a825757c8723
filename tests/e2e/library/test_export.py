"""Exports: what other programs read from them, and that importing them changes nothing."""

import csv
import datetime
import http.client
import io
import itertools
import json
import random
import re
import unicodedata

import openpyxl
import pytest
import yaml

from client import IMPORT, API, Wire, compact
import formats
from library import FIELDS, item
import processes
import readings
import signs

EXPORT = "library/export/standard."
COLUMNS = ["id", "title", "text", "problem", "priority", "phase", "active", "mark_delete",
           "match_conditions", "tags",  # the model's
           "db_id", "type", "created_date", "created_by", "last_updated_date", "last_updated_by"]
OF_TIME = ("created_date", "created_by", "last_updated_date", "last_updated_by")
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "yaml": "application/yaml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMATS = list(MEDIA_TYPES)
XLSX_MAX = 32767

every_format = pytest.mark.parametrize("kind", FORMATS)


def export(api, kind, **params):
    answer = api.get(EXPORT + kind, params=params, check=False)
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == MEDIA_TYPES[kind]
    assert int(answer.headers["Content-Length"]) == len(answer.raw)
    return answer


# Reads files without the server's help into a list of dicts, with keys in the order of the file.

def guarded(value):
    """Text as csv and xlsx have it, so that no program takes it for a formula."""
    return " " + value if isinstance(value, str) and re.match(r" *[-=+@\t\r]", value) else value


def read_csv(raw):
    assert raw.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
    booleans = {"True": True, "False": False}
    typed = {"priority": int, "db_id": int, "active": booleans.get, "mark_delete": booleans.get}
    assert readings.formulas(raw) == []
    return [{key: typed.get(key, readings.unmarked)(cell) for key, cell in zip(header, row, strict=True)}
            for row in rows]


def read_json(raw):
    return json.loads(raw)


def read_yaml(raw):
    found = yaml.load(raw, yaml.CSafeLoader)
    if len(raw) < 300_000:  # a second opinion, from Python, which is slow
        assert yaml.safe_load(raw) == found
    return found


def read_xlsx(raw):
    sheet = openpyxl.load_workbook(io.BytesIO(raw)).active
    header, *rows = sheet.iter_rows()
    assert sheet.freeze_panes == "A2" and all(cell.font.b for cell in header)
    found = []
    for row in rows:
        assert {cell.data_type for cell in row} <= {"s", "n", "b"}  # no formula
        assert not any(cell.hyperlink for cell in row)
        values = ["" if cell.value is None else cell.value for cell in row]
        found.append({key.value: unescaped(value)
                      for key, value in zip(header, values, strict=True)})
    return found


def unescaped(value):
    """Decodes _xHHHH_ to a character (ISO/IEC 29500-1, 22.4.2.4), which openpyxl leaves to us."""
    if not isinstance(value, str):
        return value
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), value)


READ = {"csv": read_csv, "json": read_json, "yaml": read_yaml, "xlsx": read_xlsx}


def read(kind, raw):
    """The records of a file, without the guards of csv and xlsx, which it must have."""
    found = READ[kind](raw)
    if kind in ("csv", "xlsx"):
        for record in found:
            for key, value in record.items():
                if isinstance(value, str) and re.match(r" +[-=+@\t\r]", value):
                    record[key] = value[1:]
                else:
                    assert value == guarded(value)
    return found


# Libraries with everything that an item may hold.

SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, [*range(0x2000, 0x2010), 0x2060]))  # and marks without a width
WHOLE = ["007", "no", "Yes", "y", "null", "~", "1e3", "0x1F", "1_000", "12:30:45", "2026-11-23",
         ".inf", ".nan", "-", "---", "...", "=", "<<", "!!str", "&a", "*a", "%TAG", "@import",
         "`", "[]", "{}", "?", "|", ">", "#", ":", "key: value", "a #b", "'", '"', '""', "\\",
         "=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(\"http://x\")", "_x000D_", "_x005F_x000D_",
         "_x0041_x0042_", "_X000D_", "<b>&amp;</b>", "]]>", "https://example.com/", "TRUE", "3.0",
         "1,5", "a,b", "a;b", "sep=;", "\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627",
         "a\u200fb", "\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "e\u0301",
         ";=1+1", 'a;"=1+1&";b', "a,+1", "x;", ";  -1", "\uff1d1",
         "a\xa0b", "a\u3000b", "a\ufeffb", "\ue000", "\ufffd", "\U0010fffd"]
DAMAGED = [value for damaged in signs.DAMAGED.values() for value in damaged if len(value) < 99]
PIECES = WHOLE + list("abc xyz,;:'\"\\-=+@#&*!|>%_.") + ["\xe4", "\u00df", " ", "  "]
LINE_PIECES = ["\u2028", "\n", "\n\n", "\t", "\n ", "\n\t", "\n- ", "\n# ", "\n=", " \n", "```\n"]


def _text(rng, pieces, most):
    text = ""
    while len(text) < most:
        text += rng.choice(pieces)
    return text[:most].strip(SPACE) or "x"


def _line(rng, most=255):
    return rng.choice(WHOLE) if rng.random() < 0.4 else _text(rng, PIECES, rng.randint(1, most))


def _lines(rng, most=400):
    """Several lines, the first of which may be indented."""
    return rng.choice(["", "", "    ", "\t"]) + _text(rng, PIECES + LINE_PIECES * 4,
                                                     rng.randint(1, most))


def _tags(rng):
    tags = [unicodedata.normalize("NFC", _line(rng, 30).replace(";", "").strip(SPACE))
            for _ in range(rng.randint(0, 4))]
    return ";".join(dict.fromkeys(tag for tag in tags if tag))


def _conditions(rng):
    rules = [" AND ".join(f"{rng.choice(['', '!'])}{rng.choice(['A', 'CA'])}{n}"
                          for n in rng.sample(range(1, 99), rng.randint(1, 3)))
             for _ in range(rng.randint(0, 3))]
    return ";".join(dict.fromkeys(rules))


def make_library(seed, texts=(), count=120, prefixes=("T", "CT")):
    """Items in the order of the library; `texts` are the lengths of long texts to include."""
    rng = random.Random(seed)
    prefix = sorted(rng.choices(prefixes, k=count), key=prefixes.index)
    numbers = sorted(rng.sample(range(1, 10 ** 6), count - 1)) + [999_999_999_999_999]
    whole = itertools.cycle(rng.sample(WHOLE, len(WHOLE)) + rng.sample(DAMAGED, len(DAMAGED)))
    made = []
    for n in range(count):
        text = next(whole) if n % 5 == 0 else _lines(rng)
        title = next(whole) if n % 2 else _line(rng)
        if n % 20 == 0:
            title = _text(rng, PIECES, 260)[:255].strip(SPACE)
        made.append(item(
            f"{prefix[n]}{numbers[n]}", title, text, rng.choice(["", "P1", "CP22"]),
            rng.randint(1, 10), rng.choice(["X1", "CX9"]), rng.random() < 0.7, _conditions(rng),
            _tags(rng)))
    for n, length in enumerate(texts):
        made[n]["text"] = _text(rng, PIECES + LINE_PIECES, length)
        made[n]["title"] = "\U0001f600" * 255
    return made


def texts_for(kind):
    """Lengths in characters of about 1.3 bytes each. In xlsx, escapes need some room."""
    return (28_500, 15_000) if kind == "xlsx" else (30_000, 100_000)


def start(api, kind, raw):
    """Imports an export; returns the id of its job, which is ready for review."""
    answer = api.upload(raw, f"standard.{kind}")
    if answer.status == 400 and b"not supported" in answer.raw:
        pytest.skip(f"{kind} cannot be imported yet")
    assert answer.status == 200, answer
    return api.wait_for(answer.json["id"], "ready_for_review")["id"]


def test_these_libraries_have_all_that_is_hard():
    made = make_library("read csv", texts_for("csv"))
    titles, texts = [one["title"] for one in made], [one["text"] for one in made]
    assert {"007", "no", "1e3", "_x000D_"} <= set(titles) | set(texts)
    assert max(map(len, titles)) == 255
    assert max(len(text.encode()) for text in texts) > 100_000
    assert sum(len(text.encode()) > 30_000 for text in texts) == 2
    assert sum(len(one["text"].encode()) > 30_000
               for one in make_library("read xlsx", texts_for("xlsx"))) == 1
    for piece in ("\n", '"', "\t", "\U0001f600", "\u05e9"):
        assert any(piece in text for text in texts), ascii(piece)
    for first in "=+-@":
        assert any(text.startswith(first) for text in titles + texts), first


@every_format
def test_other_programs_read_the_library(site, api, db, kind):
    made = make_library(f"read {kind}", texts_for(kind))
    db.seed(*made)
    db.run("UPDATE standard SET created_by = %s WHERE priority > 3", site.ids["editor"])
    db.run("UPDATE standard SET last_updated_by = %s WHERE priority > 6", site.ids["viewer"])
    db.run("UPDATE standard SET modified = true WHERE priority > 8")
    tasks = api.get("library/tasks/").json["results"]
    found = read(kind, export(api, kind).raw)
    assert len(found) == len(tasks)
    for record, one in zip(found, tasks):
        assert list(record) == COLUMNS
        for key in FIELDS:
            assert (record[key], type(record[key])) == (one[key], type(one[key]))
        assert record["mark_delete"] is False
        number = int(one["id"].lstrip("CT"))
        assert record["db_id"] == (-number if one["id"].startswith("C") else number)
        for key in ("type", "created_date", "last_updated_date"):
            assert record[key] == one[key]
        assert record["created_by"] == ("editor@example.com" if one["priority"] > 3 else "")
        by = one["last_updated_by"]
        assert record["last_updated_by"] == (by["email"] if by else "")


@every_format
@pytest.mark.parametrize("seed", range(3))
def test_importing_an_export_changes_nothing(api, db, kind, seed):
    db.seed(*make_library(f"same {kind} {seed}", texts_for(kind)))
    job = start(api, kind, export(api, kind).raw)
    assert api.counts(job) == (0, 0, 0)
    assert signs.warnings(api, job) == []


@every_format
def test_exported_into_an_empty_library_the_export_is_the_same(api, db, kind):
    def records(raw):
        return [{key: value for key, value in record.items() if key not in OF_TIME}
                for record in read(kind, raw)]

    made = make_library(f"again {kind}", texts_for(kind), prefixes=("CT",))
    db.seed(*made)
    first = export(api, kind).raw
    db.run("TRUNCATE standard")
    api.accept(start(api, kind, first))
    assert list(db.library().values()) == made
    assert records(export(api, kind).raw) == records(first)


HARD = [";=1+1", "=1;=2", 'a;"=1+1&";b', "a;=1 ;  =2", "a; =1", "a;", 'a;"',
        ";  \xa0=1", "\uff1d1;\uff0b2"]
HARD_TEXTS = [*HARD, "x\t=1+1", "x;\t=1", "- a\n- b\n  - c\n    -\td", "a\n\n\t= b\n\t\tc", "    - a\n- b", "|--|\n|-|",
              "a\n=\n+\n@\n\n-- \nb", "a\n\"=1+1&\"\nb,-1"]


def test_no_program_sees_a_formula_in_csv_whatever_separates_cells(api, db):
    made = [item(f"CT{n}", HARD[n % len(HARD)], text, tags='a;=HYPERLINK("x");-b')
            for n, text in enumerate(HARD_TEXTS, 1)]
    db.seed(*made)
    raw = export(api, "csv").raw
    assert readings.formulas(raw) == []
    job = start(api, "csv", raw)
    assert api.counts(job) == (0, 0, 0)
    assert signs.warnings(api, job) == []
    api.change(job, "cancel")

    # Opened, and saved as another kind of file: the guards come along, and are taken off as well.
    header, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    narrow = "\r\n".join(";".join('"' + cell.replace('"', '""') + '"' for cell in row)
                         for row in [header, *rows] if "\uff1d" not in str(row))
    for kind, again in (("csv", narrow.encode("cp1252")),
                        ("xlsx", formats.write("xlsx", header, rows))):
        job = start(api, kind, again)
        assert api.counts(job) == (0, 0, 0)
        told = [one["details"] for one in signs.warnings(api, job)]
        assert len(told) == (kind == "csv") and all("Windows-1252" in one for one in told)
        api.change(job, "cancel")


def test_exports_of_versions_without_guards_read_as_before(api, db):
    made = [item(f"CT{n}", HARD[n % len(HARD)], text, tags="a;=b;-c")
            for n, text in enumerate(HARD_TEXTS, 1)]
    db.seed(*made)
    header = FIELDS
    rows = [[guarded(one[key]) for key in header] for one in made]
    job = start(api, "csv", formats.write("csv", header, rows))
    assert api.counts(job) == (0, 0, 0)
    assert signs.warnings(api, job) == []


@every_format
def test_empty_library(api, kind):
    found = READ[kind](export(api, kind).raw)
    assert found == []


@every_format
def test_template(api, db, kind):
    db.seed(item("CT1"))
    answer = export(api, kind, template="1")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="standard.{kind}"'
    raw = answer.raw
    if kind in ("csv", "xlsx"):  # headers only
        if kind == "csv":
            header = raw.decode("utf-8-sig").strip().split(",")
        else:
            (row,) = openpyxl.load_workbook(io.BytesIO(raw)).active.iter_rows(values_only=True)
            header = list(row)
        assert header == COLUMNS
    else:  # one empty example
        (record,) = read(kind, raw)
        assert list(record) == COLUMNS
        assert set(record.values()) == {""}


@pytest.mark.parametrize("value, is_template", [("0", False), ("false", False), ("", False),
                                                ("true", True)])
def test_template_is_asked_for(api, db, value, is_template):
    db.seed(item("CT1"))
    assert len(read_csv(export(api, "csv", template=value).raw)) == (not is_template)
    answer = api.get(EXPORT + "csv", params={"template": "maybe"})
    assert (answer.status, list(answer.json)) == (400, ["template"])


@every_format
def test_name_and_day(api, db, kind):
    days = {(datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=s)).date()
            for s in (-60, 0, 60)}
    assert export(api, kind).headers["Content-Disposition"] in [
        f'attachment; filename="standard-{day}.{kind}"' for day in days]


@pytest.mark.parametrize("params", [
    {"search": "one"}, {"search": "ct2"}, {"active": "false"}, {"active": "True"}, {"phase": "X2"},
    {"problem": "P2"}, {"tag": "red"}, {"tag": "re"}, {"phase": "X2", "active": "true"},
    {"search": "", "tag": ""}, {"page_size": "1"}, {"ordering": "-id"}, {"id__in": "T1,CT2"},
    {"title__icontains": "ONE"}, {"priority": "5"}, {"priority": "1"}, {"last_updated_by": "1"},
    {"last_updated_date_from": "2099-01-01"}, {"last_updated_date_to": "2099-01-01"}])
def test_filters_are_those_of_the_list(api, db, params):
    db.seed(item("T1", "One", tags="red;blue"), item("CT1", "one more", phase="X2", active=False),
            item("CT2", "Two", phase="X2", problem="P2"), item("CT10", "Ten", tags="blue"))
    chosen = {key: value for key, value in params.items() if key not in ("page_size", "ordering")}
    wanted = [one["id"] for one in api.get("library/tasks/", params=chosen).json["results"]]
    assert [one["id"] for one in read_json(export(api, "json", **params).raw)] == wanted


def test_filter_that_is_no_choice(api):
    answer = api.get(EXPORT + "csv", params={"active": "maybe"})
    assert (answer.status, list(answer.json)) == (400, ["active"])


@pytest.mark.parametrize("name", ["standard.xls", "standard.CSV", "standard.yml", "standard",
                                  "standard.", ".csv", "other.csv", "standard.csv.csv",
                                  "standard.csv/", "", "x" * 100 + ".csv"])
def test_what_cannot_be_exported(api, name):
    answer = api.get("library/export/" + name)
    assert (answer.status, answer.raw) == (404, compact({"detail": "Not found."}))


def test_who_may_export(site, viewer, nobody, db):
    assert viewer.get(EXPORT + "csv", check=False).status == 200
    assert nobody.get(EXPORT + "csv").status == 401
    answer = viewer.post(EXPORT + "csv")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
    db.run("UPDATE feature SET enabled = false")  # the feature of imports
    assert viewer.get(EXPORT + "csv", check=False).status == 200


@every_format
def test_head(api, db, kind):
    db.seed(*make_library("head", count=10))
    whole = export(api, kind)
    head = api.request("HEAD", EXPORT + kind, check=False)
    assert (head.status, head.raw) == (200, b"")
    for name in ("Content-Type", "Content-Disposition"):
        assert head.headers[name] == whole.headers[name]
    if kind != "xlsx":  # an xlsx file has the time of its making inside
        assert head.headers["Content-Length"] == whole.headers["Content-Length"]


def test_xlsx_names_the_items_that_it_cannot_hold(api, db):
    fits, too_long = "a" * XLSX_MAX, "\U0001f600" * (XLSX_MAX // 2 + 1)
    db.seed(item("CT1", text=fits), item("CT2", text=too_long), item("CT3", text="=" + fits[1:]),
            *[item(f"CT{n}", text=too_long, active=False) for n in range(4, 20)])
    answer = api.get(EXPORT + "xlsx", params={"active": "true"})
    assert answer.status == 400
    assert ": CT2 (text), CT3 (text). " in answer.detail
    answer = api.get(EXPORT + "xlsx")
    assert "CT10 (text), CT11 (text) and 8 more. " in answer.detail and "CT12" not in answer.detail
    (one,) = read("xlsx", export(api, "xlsx", search="CT1\n").raw)
    assert one["text"] == fits
    for kind in ("csv", "json", "yaml"):
        assert len(read(kind, export(api, kind).raw)) == 19


def test_handler_killed_while_it_sends(site, api, db):
    """The client sees an error, not a shorter file, and the next export is complete."""
    db.run("""INSERT INTO standard (id, title, text, problem, priority, phase, active,
                                    match_conditions, tags)
              SELECT 'CT' || n, 'big', repeat('0123456789', 100000), '', 5, 'X1', true, '', ''
                FROM generate_series(1, 150) n""")
    wire = Wire(site.url)
    wire.head("GET", f"/{API.strip('/')}/{EXPORT}csv",
              {"Authorization": f"Token {api.token}", "Connection": "close"})
    response = http.client.HTTPResponse(wire.socket, method="GET")
    response.begin()
    processes.kill(site.handler_pids())
    assert response.status == 200
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        response.read()
    wire.close()
    processes.wait_until(lambda: api.get(IMPORT, check=False).status == 200, what="new handlers")
    whole = export(api, "csv")
    assert len(whole.raw) > 150_000_000
