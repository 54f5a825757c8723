"""Makes files of every format from the same rows, with other people's libraries."""

import csv
import io
import json

import openpyxl
import yaml

ALL = ("csv", "json", "yaml", "xlsx")


def _csv(header, rows):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()


def _json(header, rows):
    return json.dumps([dict(zip(header, row)) for row in rows], ensure_ascii=False).encode()


def _yaml(header, rows):
    return yaml.safe_dump([dict(zip(header, row)) for row in rows], allow_unicode=True,
                          sort_keys=False).encode()


def _xlsx(header, rows):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "The library"
    for number, row in enumerate([header, *rows], 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # a text, even if it looks like a formula
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_WRITERS = {"csv": _csv, "json": _json, "yaml": _yaml, "xlsx": _xlsx}


def write(kind, header, rows):
    """The bytes of a file of these rows: texts, numbers and booleans, in the header's order."""
    return _WRITERS[kind](header, rows)


def read_csv(raw):
    """(header, rows) of one of our own csv files, as texts."""
    assert raw.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
    assert all(len(row) == len(header) for row in rows)
    return header, rows


def _of_dicts(records):
    header = list(records[0]) if records else []
    return header, [list(record.values()) for record in records]


def _read_xlsx(raw):
    sheet = openpyxl.load_workbook(io.BytesIO(raw)).active
    header, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    return header, rows


_READERS = {"csv": read_csv, "json": lambda raw: _of_dicts(json.loads(raw)),
            "yaml": lambda raw: _of_dicts(yaml.safe_load(raw)), "xlsx": _read_xlsx}


def read(kind, raw):
    """(header, rows) of one of our own files, as the format's own values."""
    return _READERS[kind](raw)
