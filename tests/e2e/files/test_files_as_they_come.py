"""Files as they come: what people had trouble with elsewhere, in the smallest file that has it.
Each names the report that tells of it, and says what must become of it and what must be told."""

import gzip
import io
import zipfile
from unittest.mock import ANY

import pytest

import signs
import sites
from library import item

FILES = sites.ROOT / "tests" / "data" / "world"
LIBRARY = [item(f"CT{n}", f"Old {n}", f"Old text {n}", "P1", 5, "X1", True, "A1", "alpha;beta")
           for n in range(1, 9)]
DELETED = None


def csv(raw):
    return "csv", raw.encode() if isinstance(raw, str) else raw


def json(raw):
    return "json", raw.encode()


def yaml(raw):
    return "yaml", raw.encode()


def xlsx(name):
    return "xlsx", (FILES / f"{name}.xlsx").read_bytes()


SHEET, STYLES, THEME = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/theme/theme1.xml"


def repacked(names=None, without=(), **changes):
    """The workbook of N1 in another package. names: of its parts, by the old ones; without: parts
    that it lacks; changes: (old, new) in the sheet or in the relations of the workbook."""
    texts = {SHEET: changes.get("sheet"), "xl/_rels/workbook.xml.rels": changes.get("relations")}
    out = io.BytesIO()
    with zipfile.ZipFile(FILES / "target-dot-slash.xlsx") as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode()
            if texts.get(name):
                assert texts[name][0] in part
                part = part.replace(*texts[name])
            if name not in without:
                new.writestr((names or {}).get(name, name), part)
    return "xlsx", out.getvalue()


def target(written, name=SHEET):
    """The same with this target of the sheet, and this name of its part."""
    return repacked({SHEET: name}, relations=("./worksheets/sheet1.xml", written))


def taken(name, source, file, changes, *said, never=()):
    """A file that is taken. changes: by id, what becomes of the fields that change; of a new item,
    what some of its fields are. said: its warnings, (kind, row, field, words in its details…)."""
    return pytest.param(source, file, changes, said, never, id=name)


def refused(name, source, file, *said, never=()):
    """A file that is refused. said: its errors, (row, field, words in its details…)."""
    return pytest.param(source, file, said, never, id=name)


def title(n, value="New"):
    return {f"CT{n}": {"title": value}}


N1 = {"CT1": {"title": "N1", "text": "T", "priority": 7}}
NEW = {"CT1": {"title": "New", "text": "Text"}}

TAKEN = [
    # Encodings and characters.
    taken("Mac line ends and MacRoman", "ManifoldScholar/manifold#1006",
          csv(b"id,title\rCT1,Caf\x8e\rCT2,\xd2Quote\xd3 na\x95ve\r"),
          {"CT1": {"title": "Caf\u017d"}, "CT2": {"title": "\u00d2Quote\u00d3 na\u2022ve"}},
          ("encoding", 2, ANY, "1252", "Mac")),
    taken("Cyrillic in Windows-1251", "otherworld-dev/Budget#371",
          csv(b"id,title\nCT1,\xcf\xe0\xf0\xee\xeb\xfc\n"),
          title(1, "\u00cf\u00e0\u00f0\u00ee\u00eb\u00fc"),
          ("encoding", 2, ANY, "1252", "\u00cf\u00e0\u00f0\u00ee\u00eb\u00fc"), never=["Mac"]),
    taken("encoded twice, and characters lost", "snipe-it#17363, ftfy#110",
          csv("id,title,text\nCT1,Caf\u00c3\u00a9 don\u00e2\u20ac\u2122t,ok\n"
              "CT2,Caf\ufffd,Gr\ufffd\ufffde\n"),
          {"CT1": {"title": "Caf\u00c3\u00a9 don\u00e2\u20ac\u2122t", "text": "ok"},
           "CT2": {"title": "Caf\ufffd", "text": "Gr\ufffd\ufffde"}},
          ("twice_encoded", 2, "title"), ("replaced", 3, "title"), ("replaced", 3, "text")),
    taken("a byte order mark encoded twice", "SheetJS#2620",
          csv("\u00ef\u00bb\u00bfid,title\nCT1,New\n"), title(1)),
    taken("Ctrl-Z at the end", "", csv("id,title\r\nCT1,New\r\n\x1a"), title(1)),
    taken("Ctrl-Z behind the last cell", "", csv("id,title\r\nCT1,New\x1a"), title(1)),
    taken("Windows-1252 with a letter that may be UTF-8", "Knowledge-Graph-Hub/kg-microbe#649",
          csv("id,title\nCT1,\u00c3\u00a9\nCT2,\u00e9t\u00e9\nCT3,na\u00efve \u2013 caf\u00e9\n"
              .encode("cp1252")),
          {**title(1, "\u00c3\u00a9"), **title(2, "\u00e9t\u00e9"),
           **title(3, "na\u00efve \u2013 caf\u00e9")},
          ("encoding", ANY, ANY, "1252"), ("twice_encoded", 2, "title")),
    taken("a zero-width space beside an id", "gocsv#242",
          csv("id,title,text,priority,phase\nCT1\u200b,New,Text,5,X1\n"), NEW),
    taken("a zero-width space beside a header", "PapaParse#917",
          csv("id,\u200btitle,text,priority,phase\nCT1,New,Text,5,X1\n"), NEW),
    taken("direction marks beside a number and a reference", "lute-v3#612",
          csv("id,title,text,priority,phase\nCT1,New,Text,5\u200e,X1\u200b\n"), NEW),
    taken("zero-width spaces beside a title and a tag", "",
          csv("id,title,tags\nCT1,Old 1\u200b,alpha\u200b;beta\n"), {}),

    # Delimiters, quotes and rows of csv.
    taken("pipes", "parsecsv-for-php#70", csv("id|title|text\nCT1|New|Text\n"), NEW),
    taken('="id"', "NSWSESMembers/Lighthouse#89", csv('id,title\n="CT1",New\n'), title(1)),
    taken('"=""title"""', "ChoETL#78", csv('id,title\nCT1,"=""New title"""\n'),
          title(1, "New title")),
    taken("sep=|", "parsecsv-for-php#70", csv("sep=|\nid|title|text\nCT1|New|Text\n"), NEW),
    taken('"=""id"""', "NSWSESMembers/Lighthouse#89", csv('id,title\n"=""CT1""",New\n'), title(1)),
    taken('every cell ="x"', "NSWSESMembers/Lighthouse#89",
          csv('="id",="title",="text"\n="CT1",="New",="Text"\n'), NEW),
    taken("the header again", "", csv("id,title,text,priority,phase\nCT1,N1,T,5,X1\n"
                                      "id,title,text,priority,phase\nCT2,N2,T,5,X1\n"),
          {"CT1": {"title": "N1", "text": "T"}, "CT2": {"title": "N2", "text": "T"}},
          ("header_again", 3, None)),
    taken("check boxes in blank rows, csv", "mt-ag/apex-excel-gateway#11",
          csv("id,title,mark_delete\nCT1,N1,FALSE\n,,FALSE\n,,FALSE\n"), title(1, "N1")),
    taken("code that is indented", "", csv('id,text\nCT1,"    code line 1\n    code line 2"\n'),
          {"CT1": {"text": "    code line 1\n    code line 2"}}),
    taken("new items that are there already", "django-import-export#723, #1129",
          csv("id,title,text,priority,phase\n,Old 1,Old text 1,5,X1\n,Twice,T,5,X1\n"
              ",Twice,T,5,X1\n"),
          {"CT9": {"title": "Old 1"}, "CT10": {"title": "Twice"}, "CT11": {"title": "Twice"}},
          ("twin", 2, ANY, "CT1"), ("twin", 4, ANY, "3")),
    taken("new ids of items that are there already", "django-import-export#723, #1129",
          csv("id,title,text,priority,phase\nCT50,Old 1,Old text 1,5,X1\nCT51,Twice,T,5,X1\n"
              "CT52,Twice,T,5,X1\n,Twice,T,5,X1\nCT53,Old 2,Another text,5,X1\n"),
          {"CT50": {"title": "Old 1"}, "CT51": {"title": "Twice"}, "CT52": {"title": "Twice"},
           "CT54": {"title": "Twice"}, "CT53": {"title": "Old 2"}},
          ("twin", 2, ANY, "CT1", "write the id"), ("twin", 4, ANY, "row 3"), ("twin", 5, ANY, "row 3")),
    taken("an item gets its own words again", "django-import-export#723, #1129",
          csv("id,title,text,priority\nCT1,Old 1,Old text 1,5\nCT2,Old 2,Old text 2,7\n"),
          {"CT2": {"priority": 7}}),

    # Values of other programs.
    taken("a boolean of pandas", "pandas#28335", csv("id,active\nCT1,1.0\n"), {}),
    taken("booleans of pandas", "pandas#28335",
          csv("id,title,active,tags\nCT1,N1,1.0,\nCT2,N2,,x\nCT3,N3,0.0,y\n"),
          {"CT1": {"title": "N1", "tags": ""}, "CT2": {"title": "N2", "tags": "x"},
           "CT3": {"title": "N3", "active": False, "tags": "y"}}),
    taken("words for nothing", "forcedotcom/cli#1430, #1447",
          csv("id,title,text,tags\nCT1,nan,NULL,nan\nCT2,None,\\N,NULL\nCT3,N/A,#N/A,\\N\n"),
          {"CT1": {"title": "nan", "text": "NULL", "tags": "nan"},
           "CT2": {"title": "None", "text": "\\N", "tags": "NULL"},
           "CT3": {"title": "N/A", "text": "#N/A", "tags": "\\N"}},
          *[("null", row, field) for row in (2, 3) for field in ("title", "text", "tags")],
          ("null", 4, "title"), ("formula_error", 4, "text"), ("null", 4, "tags")),
    taken("errors of formulas in a text", "jasperreports#329",
          csv("id,text\nCT1,#NAME?\nCT2,########\nCT3,#ERROR!\nCT4,2-Jan\n"),
          {f"CT{n}": {"text": value}
           for n, value in enumerate(["#NAME?", "########", "#ERROR!", "2-Jan"], 1)},
          ("formula_error", 2, "text"), ("narrow", 3, "text"), ("formula_error", 4, "text"),
          ("date", 5, "text")),
    taken("errors of formulas in other programs", "",
          csv("id,title\nCT1,#ERROR!\nCT2,Err:502\nCT3,#BEZUG!\nCT4,#SPILL!\nCT5,#NOM?\n"
              "CT6,Loading...\nCT7,#CALC!\nCT8,#FIELD!\n"),
          {f"CT{n}": {"title": value} for n, value in enumerate(
              ["#ERROR!", "Err:502", "#BEZUG!", "#SPILL!", "#NOM?", "Loading...", "#CALC!",
               "#FIELD!"], 1)},
          *[("formula_error", row, "title") for row in range(2, 10)]),
    taken("dates and times in other spellings", "",
          csv("id,title\nCT1,1/2/26\nCT2,2026-01-02 00:00:00\nCT3,1:02:00 AM\nCT4,12:30:00\n"),
          {f"CT{n}": {"title": value} for n, value in enumerate(
              ["1/2/26", "2026-01-02 00:00:00", "1:02:00 AM", "12:30:00"], 1)},
          ("date", 2, "title"), ("date", 3, "title"), ("time", 4, "title"), ("time", 5, "title")),
    taken("apostrophes before formulas", "",
          csv("id,title,text\nCT1,'=New,'- item\nCT2,\"'+1\",'@x\n"),
          {"CT1": {"title": "'=New", "text": "'- item"}, "CT2": {"title": "'+1", "text": "'@x"}},
          *[("apostrophe", row, field) for row in (2, 3) for field in ("title", "text")]),
    taken("a closing quote that is missing", "",
          csv('id,title,text\nCT1,New,"Text one\nCT2,New2,T2\nCT3,New3,T3"\n'),
          {"CT1": {"title": "New", "text": "Text one\nCT2,New2,T2\nCT3,New3,T3"}},
          ("swallowed", 2, "text", "line 3", '"CT2,New2,T2"', "line 2")),
    taken("lines that begin with ids", "",
          csv('id,text\nCT1,"See:\nCT2 and others\nCT2, CT3\n"\n'),
          {"CT1": {"text": "See:\nCT2 and others\nCT2, CT3"}}),
    taken("tags separated by a comma", "netbox#12566, #22775",
          csv('id,tags\nCT1,"alpha,beta"\n'), {"CT1": {"tags": "alpha,beta"}},
          ("separator", 2, "tags", ";")),
    taken("tags on lines", "PapaParse", csv('id,tags\nCT1,"alpha\nbeta"\n'), {}),

    # JSON and YAML.
    taken("an object a line", "obsidian-import-json#39, kibana#110514, OpenRefine#1135",
          json('{"id":"CT1","title":"New"}\n{"id":"CT2","title":"New 2"}\n'),
          {**title(1), **title(2, "New 2")}),
    taken("an object a line, as editors leave it", "kibana#110514",
          json('\ufeff{"id": "CT1", "title": "New"}\r\n\r\n{"id": "CT2", "title": "New 2"}'),
          {**title(1), **title(2, "New 2")}),
    taken("a single object", "obsidian-import-json#39", json('{"id": "CT1", "title": "New"}'),
          title(1)),
    taken("a # that clears the tags", "quarto-cli#2808",
          yaml("- id: CT1\n  tags: #security;web\n  problem: P1\n"), {"CT1": {"tags": ""}},
          ("comment", 1, "tags", "#security;web", "quotes")),

    # Packages of xlsx.
    taken("cells out of order", "readxl#294", xlsx("cells-out-of-order"), N1),
    taken("references in lower case", "readxl#294", xlsx("lowercase-cell-ref"), N1),
    taken("a target with ./", "readxl#294", xlsx("target-dot-slash"), N1),
    taken("a target with ../", "readxl#294", xlsx("target-dotdot"), N1),
    taken("a target with %20", "readxl#294",
          target("worksheets/sheet%201.xml", "xl/worksheets/sheet 1.xml"), N1),
    taken("a target with \\", "readxl#294", target("worksheets\\sheet1.xml"), N1),
    taken("a target with \\ to such a part", "readxl#294",
          target("worksheets\\sheet1.xml", "xl\\worksheets\\sheet1.xml"), N1),
    taken("a target from the root", "readxl#294", target("/xl/worksheets/sheet1.xml"), N1),
    taken("a target with more ../ and ./", "readxl#294",
          target("./../xl/./worksheets/../worksheets/sheet1.xml"), N1),
    taken("a part in another case", "PHPExcel#1154",
          target("worksheets/sheet1.xml", "xl/Worksheets/Sheet1.xml"), N1),
    taken("styles that are only declared", "readxl#294", repacked(without=[STYLES]), N1),
    taken("a theme that is only declared", "readxl#294",
          repacked(without=[THEME]), N1),
    taken("no properties of the document", "readxl#294",
          repacked(without=["docProps/app.xml", "docProps/core.xml"]), N1),
    taken("a fixed reference in lower case", "readxl#294",
          repacked(sheet=('r="A2"', 'r="$a$2"')), N1),
    taken("no _rels/.rels", "readxl#294", xlsx("no-package-rels"), N1),
    taken("a table of strings that is only declared", "RomanPavelko/SwiftExcel#24, xlnt#165",
          xlsx("declared-table-missing"), N1),

    # Sheets, rows and cells of xlsx.
    taken("merged cells", "Icinga/icingaweb2-module-fileshipper#16, ExcelDataReader#729",
          xlsx("merged-cells"), {**title(1, "N1"), **title(2, "N2"), **title(3, "N3")}),
    taken("two sheets", "SEED#2634, orbeon-forms#5665, django-import-export#812",
          xlsx("two-sheets"), {"CT1": {"title": "N1", "text": "T"}},
          ("other_sheet", ANY, None, "Part 2", "Part 1")),
    taken("a summary on the first sheet", "SEED#2634", xlsx("summary-sheet-first"),
          {"CT2": {"title": "N2", "text": "T"}}),
    taken("a hidden row, and deletions in a hidden column", "SheetJS#630, readxl#428",
          xlsx("hidden-row-and-column"), {**title(1, "N1"), **title(2, "N2"), "CT3": DELETED},
          ("hidden", 3, None),
          ("hidden_delete", 4, "mark_delete", "DELETES")),
    taken("check boxes in blank rows, xlsx", "mt-ag/apex-excel-gateway#11",
          xlsx("checkboxes-in-blank-rows"), title(1, "N1")),
    taken("numbers as the sheet shows them", "xlsx2csv#56, spout#834, ExcelDataReader#520",
          xlsx("number-formats"),
          {f"CT{n}": {"title": value, "tags": value} for n, value in enumerate(
              ["1.10", "50%", "V2", "1,234,567", "v1.5", "CT12"], 1)},
          ("separator", 5, "tags")),
    taken("dates and times in the text", "exceljs#2695", xlsx("dates-and-times"),
          {"CT1": {"title": "x", "text": "2026-02-01"},
           "CT2": {"title": "12:30:00", "text": "30:00:00"}},
          ("date", 2, "text"), ("time", 3, "title"), ("time", 3, "text")),
    taken("dates by ISO 8601", "exceljs#2695, hucre#496", xlsx("iso-dates"),
          {**title(1, "2026-02-01"), **title(2, "2026-02-01")},
          ("date", 2, "title"), ("date", 3, "title")),
    taken("an error cell that is ignored", "", xlsx("error-cell-in-ignored-column"),
          title(1, "N1")),
    taken("an error cell in a deletion", "", xlsx("error-cell-in-row-to-delete"),
          {"CT1": DELETED}),
]

REFUSED = [
    refused("one byte of Latin-1", "Knowledge-Graph-Hub/kg-microbe#649",
            csv(b"id,title\nCT1,Gr\xc3\xbc\xc3\x9fe\nCT2,Caf\xe9\n"),
            (3, ANY, "0xE9"), never=["1252"]),
    refused("a row of Latin-1", "Knowledge-Graph-Hub/kg-microbe#649",
            csv(b"id,title,text\nCT1,Gr\xc3\xbc\xc3\x9fe \xe2\x80\x93 na\xc3\xafve,"
                b"\xc3\x9cn\xc3\xafcode \xe2\x80\x9ctext\xe2\x80\x9d\n"
                b"CT2,Caf\xe9,Gr\xc3\xb6\xc3\x9fe\n"),
            (3, ANY, "0xE9"), never=["1252", "0x9D"]),
    refused("a cell cut inside a character", "otherworld-dev/Budget#371",
            csv(b"id,title,text\nCT1,Gr\xc3\xbc\xc3\x9fe,\xe2\x80\x9cLock\xe2\x80\x9d the door\n"
                b"CT2,Caf\xc3,ok\n"),
            (3, ANY, "0xC3"), never=["1252", "0x9D"]),
    refused("a file cut inside a character", "otherworld-dev/Budget#371",
            csv("id,title\nCT1,Gr\u00fc\u00df\nCT2,Caf\u00e9".encode()[:-1]), (3, ANY, "0xC3"),
            never=["1252"]),
    refused("one byte of Latin-1 after a BOM", "Knowledge-Graph-Hub/kg-microbe#649",
            csv(b"\xef\xbb\xbfid,title\nCT1,Gr\xc3\xbc\xc3\x9fe\nCT2,Caf\xe9\n"), (3, ANY, "0xE9"),
            never=["1252"]),
    refused("a line separator in a title", "", csv("id,title\nCT1,a\u2028b\nCT2,a\u00a0b\u3000c\n"),
            (2, "title", "U+2028")),
    refused("a line separator in a title, YAML", "",
            yaml('- id: CT1\n  title: "a\u2028b"\n- id: CT2\n  title: c\u2028d\n'),
            (1, "title", "U+2028"), (2, "title", "U+2028")),

    refused("the last row is cut off", "mautic#610, qsv#2613, pgadmin4#3639",
            csv("id,title,text,tags\nCT1,New,Text,alpha\nCT2,New 2,Tex"), (3, ANY, "break")),
    refused("a new item is cut off", "mautic#610, qsv#2613, pgadmin4#3639",
            csv("id,title,text,priority,phase,active,match_conditions,tags\n"
                ",A,Text,5,X1,no,A1 AND !A2,alpha\n,B,Text,5,X1"), (3, ANY, "break")),
    refused("a whole row in one cell", "parsecsv-for-php#70",
            csv('"id,title,text,priority,phase"\n"CT1,New,Text,5,X1"\n'), (1, ANY, "quot")),

    refused("rows in one cell each, with semicolons", "parsecsv-for-php#70",
            csv('"id;title;text"\n"CT1;New;Text"\n'), (1, ANY, "quot")),
    refused("rows by another delimiter", "",
            csv("id,title,text\nCT1;N;Text\nCT2;N,1;Text\n"),
            (2, ANY, "separated by ;", "by ,"), (3, ANY, "separated by ;"),
            never=["Not a valid id"]),
    refused("another header", "", csv("id,title,text\nCT1,N,T\nid,text,title\nCT2,T,N\n"),
            (3, ANY, "another header", "Split the file"), never=["Not a valid id"]),
    refused("a shorter header", "", csv("id,title,text\nCT1,N,T\nid,title\nCT2,N,T\n"),
            (3, ANY, "another header"), never=["Not a valid id"]),
    refused("ids in other quotes", "", csv("id,title,text\n\u201cCT1\u201d,New,Text\n"),
            (2, ANY, "\u201c", '"'), never=["Not a valid id"]),
    refused("a header in other quotes", "", csv("\u201cid\u201d,\u201etitle\u201c\nCT1,N\n"),
            (1, ANY, "\u201c", '"')),
    refused("UTF-16 without a mark", "", csv("id,title\nCT1,N\n".encode("utf-16-le")),
            (ANY, ANY, "UTF-16", "byte order mark")),
    refused("a compressed file", "", csv(gzip.compress(b"id,title\nCT1,N\n")),
            (ANY, ANY, "gzip", "Unpack")),
    refused("a delimiter that is none", "parsecsv-for-php#70", csv("id^title^text\nCT1^New^Text\n"),
            (1, ANY, "^")),

    refused("comments in JSON", "", json('// standards\n[{"id":"CT1",/* x */"title":"New"}]'),
            (ANY, ANY, "comments")),
    refused("a table of pandas", "",
            json('{"schema":{"fields":[{"name":"id","type":"string"},{"name":"title","type":'
                 '"string"},{"name":"priority","type":"integer"},{"name":"active","type":"string"}'
                 '],"pandas_version":"1.4.0"},"data":[{"id":"CT1","title":"N1","priority":7,'
                 '"active":true},{"id":"CT2","title":"N2","priority":6,"active":null}]}'),
            (ANY, ANY, '"data"')),

    refused("a condition that begins with !", "BetonQuest#209",
            yaml("- id: CT1\n  match_conditions: !A1 AND A2;A3\n"),
            (1, "match_conditions", "'!A1 AND A2;A3'"), never=["emove"]),
    refused("a condition that is only !A1", "BetonQuest#209",
            yaml("- id: CT1\n  match_conditions: !A1\n"),
            (1, "match_conditions", "'!A1'"), never=["emove"]),
    refused("a text that begins in bold", "data-cleaning/validate#56",
            yaml("- id: CT1\n  text: **Important** do it\n"),
            (1, "text", "text: '**Important** do it'"), never=["emove"]),
    refused("a text that begins with a list", "data-cleaning/validate#56",
            yaml("- id: CT1\n  text: - a\n"), (1, "text", "text: '- a'"), never=["emove"]),
    refused("a text that begins with a link", "data-cleaning/validate#56",
            yaml("- id: CT1\n  text: [this](https://example.org/) first\n"),
            (1, "text", "text: '[this](https://example.org/) first'"), never=["emove"]),
    refused("a path of Windows", "quarto-cli#2808",
            yaml('- id: CT1\n  title: "C:\\Users"\n'), (1, "title", "'C:\\Users'"), never=["emove"]),
    refused("a title that begins with @", "quarto-cli#2808",
            yaml("- id: CT1\n  title: @all of you\n"), (1, "title", "'@all of you'"),
            never=["emove"]),
    refused("a title with a colon", "quarto-cli#2808",
            yaml("- id: CT1\n  title: Note: lock it\n"), (1, "title", "'Note: lock it'"),
            never=["emove"]),
    refused("a word in quotes at the beginning", "quarto-cli#2808",
            yaml('- id: CT1\n  title: "Lock" the door\n'),
            (1, "title", "'\"Lock\" the door'"), never=["emove"]),
    refused("a template's braces", "quarto-cli#2808",
            yaml("- id: CT1\n  text: {{ name }}\n"), (1, "text", "'{{ name }}'"), never=["emove"]),
    refused("a quote that another record closes", "",
            yaml('- id: CT1\n  title: "Lock\n- id: CT2\n  title: Door"\n'),
            (1, "title", "Line 2", "not closed")),
]


def looked_at(api, db, file):
    """The job of the file, once it can be reviewed or has failed."""
    kind, raw = file
    db.seed(*LIBRARY)
    return api.wait_for(api.start(raw, f"standard.{kind}")["id"], "ready_for_review", "fail")


def agree(found, said, never):
    """Whether what was told is what must be said, no more and no less. said: (keys…, words…)."""
    left = list(found)
    for wanted, words in said:
        places = [at for at, _ in left]
        assert wanted in places, (wanted, left)
        _, details = left.pop(places.index(wanted))
        assert all(word in details for word in words), (words, details)
    assert left == []
    assert not [details for _, details in found if any(word in details for word in never)]


@pytest.mark.parametrize("source, file, changes, said, never", TAKEN)
def test_is_taken(api, db, source, file, changes, said, never):
    job = looked_at(api, db, file)
    assert job["status"] == "ready_for_review", job["errors"]
    diff = api.diff(job["id"])
    found = {one["original"]["id"]: DELETED for one in diff["delete"]}
    for one in diff["update"]:
        old, new = one["original"], one["new"]
        found[old["id"]] = {field: new[field] for field in new if new[field] != old[field]}
    for one in diff["add"]:
        asked = changes.get(one["new"]["id"], {})
        found[one["new"]["id"]] = {field: one["new"][field] for field in asked}
    assert found == changes
    agree([((one["kind"], one["row"], one["field"]), one["details"])
           for one in signs.warnings(api, job["id"])],
          [(one[:3], one[3:]) for one in said], never)


@pytest.mark.parametrize("source, file, said, never", REFUSED)
def test_is_refused(api, db, source, file, said, never):
    job = looked_at(api, db, file)
    assert job["status"] == "fail", api.diff(job["id"])
    agree([((one["row"], one["field"]), one["details"]) for one in job["errors"]],
          [(one[:2], one[2:]) for one in said], never)
    told = [one["details"] for one in signs.warnings(api, job["id"])]
    assert not [details for details in told if any(word in details for word in never)]
