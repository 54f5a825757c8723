"""Signs of damage (lib/model/sign.h): values that have them, values that only look like it, and
what was told of them."""

import formats

# By the name of the sign: values of a title, a text and tags, unless FIELDS says otherwise.
DAMAGED = {
    "date": ["2-Jan", "Jan-02", "2-Jan-26", "1/2/2026", "01.02.2026", "1/2/26", "02.01.26",
             "02. Jan", "Mrz 20", "2-janv.", "2026-01-02 00:00:00"],
    "time": ["12:30:00", "1:02:00 AM", "00:01:02"],
    "rounded": ["1.23457E+11", "1,23457E+11", "1.2E+11", "1E+10"],
    "formula_error": ["#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#N/A", "#ERROR!",
                      "#SPILL!", "#CALC!", "#FIELD!", "#BEZUG!", "#NOM?", "Err:502", "Loading...",
                      "#WERT!", "#\u00bfNOMBRE?", "#\u0418\u041c\u042f?"],
    "narrow": ["########", "####"],
    "null": ["nan", "NaN", "None", "NULL", "null", "\\N", "N/A", "undefined", "<NA>"],
    "replaced": ["Caf\ufffd", "Gr\ufffd\ufffde", "\ufffd", "Gr??e", "????"],
    "twice_encoded": ["Gr\u00c3\u00bcn", "don\u00e2\u20ac\u2122t", "\u00e2\u20ac\u0153Quote",
                      "\u00c3\u00a9t\u00c3\u00a9", "a \u00e2\u20ac\u201c b", "don\u0432\u0402\u2122t",
                      "Gr\u0102\u013dn", "Gr\u251c\u255dn"],
    "invisible": ["a\u200bb", "a\ufeffb", "a\u2060b"],
    "direction": ["a\u202eb", "a\u2066b\u2069c", "file\u202egpj.exe", "\u202aC:\\Users\u202c"],
    "apostrophe": ["'=1+1", "'+1", "'-1", "'@x"],
    "separator": ["alpha,beta", "a, b, c", "access control, logging", "a|b", "a\uff1bb",
                  "a\u060cb", "['alpha']", "{alpha}"],
    "escaped": ["a &amp; b", "it&#39;s", "Gr\\u00fcn"],
    "cut": ["x" * 32767],
}
FIELDS = {"invisible": ("title", "tags"), "separator": ("tags",), "escaped": ("title",),
          "cut": ("text",)}

LINES = [  # of a title, or of a text
    "Mar 5 release notes", "None of the above", "1:1 mapping", "Version 2.1", "24/7 support", "C#",
    "#hashtag", "50%", "Null pointer dereference", "N/A is allowed here", "What #NAME? means",
    "Undefined behaviour", "NaN handling", "Nan Goldin", "Loading docks", "Err on the safe side",
    "Error 502", "12 January 2026", "30:1", "2FA", "R&D", "AT&T", "What??", "C# a ?? b", "C++", "E+E", "1 E+10 times", "1e5",
    "2026-02-01", "2026", "May", "Jan", "10/10", "1/2", "A/B tests", "3.5.1", "10.0.0.1", "1-2-3",
    "9-to-5", "#1", "# one", "'quoted'", "'tis", "=1+1", "-1", "+1 rule", "@all", "a, b", "a | b",
    # not ASCII, and right as it is
    "\u00c5ngstr\u00f6m", "na\u00efve caf\u00e9", "100\u00b0", "\u00c9lan", "S\u00c3O PAULO",
    "A\u00c7\u00c3O", "b\u00e2timent", "\u201cquoted\u201d \u2013 don\u2019t", "\u20ac100",
    "a\u00a0b", "\u0412\u0435\u0440\u0441\u0438\u044f", "\u6d4b\u8bd5", "\u4e00\uff1b\u4e8c",
    # invisible, and needed where it is
    "\u1797\u17b8\u1780\u179f\u17c2\u179b\u200b\u1793\u17c3", "\u0e20\u0e32\u200b\u0e29\u0e32",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 family", "\u2764\ufe0f", "\u0915\u094d\u200d\u0937",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u0631\u062d\u0628\u0627\u200f! a",
    "\u05e9\u05dc\u05d5\u05dd\u200f (a) \u05e9\u05dc\u05d5\u05dd", "x" * 255,
]
TEXTS = [
    "The cell says #NAME? if the formula is wrong.", "Write None, NULL or nan.",
    "2-Jan is a date.", "- one\n- two", "    code\n    more", "| a | b |\n|---|---|\n| 1 | 2 |",
    "It ends at\n\n12:30:00", "a\u200bb", "## Heading\n\n* see 1/2/2026", "```\n\tx\n```",
    "x" * 32766,
]
TAGS = [
    "R&D", "C++", "C#", "a b", "q/a", "24/7", "v1.0", "Mar 5 release", "x=1", "1:1", "#web",
    "PCI-DSS", "R&D;C++", "S\u00e3o Paulo", "level-1", "2026", "N/A here;None of them",
    "Validation, Sanitization and Encoding", "Files, Resources & Links;level-2",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
]
SILENT = {"title": LINES, "text": LINES + TEXTS, "tags": TAGS}


def warnings(api, job):
    """What a job warns of."""
    return api.job(job, include="warnings")["warnings"]


def places(told):
    """(row, field, kind) of each, in the order of the file."""
    return sorted(((one["row"], one["field"], one["kind"]) for one in told),
                  key=lambda place: (place[0] or 0, str(place[1]), place[2]))


def values(fields):
    """Every value in every one of the fields that may have it: (field, value, sign or None)."""
    for sign, damaged in DAMAGED.items():
        for field in FIELDS.get(sign, ("title", "text", "tags")):
            if field in fields:
                yield from ((field, value, sign) for value in damaged)
    for field in fields:
        yield from ((field, value, None) for value in SILENT[field])


def file_of_values(kind, prefix, base, fields):
    """A file with one of these values in each row, and what they are: {row: (field, value, sign)}.
    base: the other fields of a row."""
    first = 2 if kind in ("csv", "xlsx") else 1
    made = dict(enumerate(values(fields), first))
    rows = [{"id": f"{prefix}{n}", "title": f"Title {n}", "text": f"Text {n}", **base, field: value}
            for n, (field, value, _) in made.items()]
    return formats.write(kind, list(rows[0]), [list(row.values()) for row in rows]), made


def differences(told, made):
    """What should have been told of such a file and was not, and what was told for nothing: lists
    of (field, value, sign)."""
    found = {(one["field"], made[one["row"]][1], one["kind"]) for one in told}
    wanted = {one for one in made.values() if one[2]}
    return sorted(wanted - found), sorted(found - wanted)
