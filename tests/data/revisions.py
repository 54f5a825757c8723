"""Two revisions of a requirements catalogue, as a maintainer would keep it: the second one rewords
some items, moves others between levels, drops a few and adds a chapter. Always the same bytes."""

import random

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


def _requirement(draw, number, chapter, section):
    text = (f"Verify that {draw.choice(_SUBJECTS)} {draw.choice(_DUTIES)}, and that "
            f"{draw.choice(_SUBJECTS)} {draw.choice(_DUTIES)}.{draw.choice(_REFERENCES)}")
    level = draw.randint(1, 3)
    return {
        "id": f"CT{number}",
        "title": f"V{chapter + 1}.{section} {_CHAPTERS[chapter]}",
        "text": text,
        "problem": draw.choice(("", f"P{number % 40 + 1}", f"CP{number % 7 + 1}")),
        "priority": str(10 - level),
        "phase": f"X{level + 1}",
        "active": draw.choice(("True", "True", "True", "False")),
        "match_conditions": draw.choice(("", "A1 AND !A101;A201", "CA7", "!A3;A4 AND A5")),
        "tags": f"{_CHAPTERS[chapter]};level-{level}",
        "mark_delete": "False",
    }


def _change(draw, row):
    """A new wording or rating; True if the row is really another one."""
    before = dict(row)
    match draw.randrange(5):
        case 0:
            row["text"] = row["text"].replace("Verify", "Check", 1)
        case 1:
            row["priority"] = str(draw.randint(1, 10))
        case 2:
            row["active"] = "False"
        case 3:
            row["match_conditions"] = "A1 AND !A2;A3"
        case 4:
            row["tags"] += ";revised"
            row["problem"] = ""
    return row != before


def revisions(items=300, seed=5):
    """(first, second, ids that changed, ids that are new): lists of rows, every value a string."""
    draw = random.Random(seed)
    first = [_requirement(draw, n + 1, n * len(_CHAPTERS) // items, n % 30 + 1)
             for n in range(items)]
    second, changed = [], []
    for row in first:
        row = dict(row)
        if draw.random() < 0.4 and _change(draw, row):
            changed.append(row["id"])
        second.append(row)
    new = [_requirement(draw, items + n + 1, len(_CHAPTERS) - 1, 31 + n) for n in range(items // 5)]
    for n, row in enumerate(new):
        second.insert(n * 5, row)
    return first, second, changed, [row["id"] for row in new]
