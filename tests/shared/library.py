"""The content models in Python: makes files, and works out diffs without the server's help."""

import csv
import io

FIELDS = ("id", "title", "text", "problem", "priority", "phase", "active", "match_conditions",
          "tags")
HEADER = FIELDS + ("mark_delete",)
THREAT_FIELDS = ("id", "title", "text", "severity", "active", "problems", "capecs")


def item(id, title="Title", text="Text", problem="P1", priority=5, phase="X1", active=True,
         match_conditions="", tags=""):
    """One item of the library, with its keys in the order of the API."""
    values = (id, title, text, problem, priority, phase, active, match_conditions, tags)
    return dict(zip(FIELDS, values))


def threat(id, title="Title", text="Text", severity=5, active=True, problems="", capecs=""):
    """One item of the second model that comes with the programs (sites.THREAT)."""
    return dict(zip(THREAT_FIELDS, (id, title, text, severity, active, problems, capecs)))


def side(one):
    """An item as a diff shows it: mark_delete comes after active."""
    shown = {}
    for key, value in one.items():
        shown[key] = value
        if key == "active":
            shown["mark_delete"] = False
    return shown


def added(entry, new):
    return {"original": {}, "new": new, "entry": entry}


def updated(entry, original, new):
    return {"original": side(original), "new": side(new), "entry": entry}


def deleted(entry, original):
    return {"original": side(original), "new": {}, "entry": entry}


def to_csv(rows, header=None, delimiter=",", newline="\r\n"):
    """A csv file of dicts. Without a header, the columns are the keys of the first row."""
    header = list(header or rows[0])
    out = io.StringIO()
    writer = csv.DictWriter(out, header, delimiter=delimiter, lineterminator=newline)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def read_csv(content):
    """The items of a complete, clean file, in its order; None for rows marked for deletion."""
    found = []
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        if row.get("mark_delete", "").lower() == "true":
            found.append((row["id"], None))
            continue
        values = {field: row[field] for field in FIELDS}
        values["priority"] = int(values["priority"])
        values["active"] = values["active"].lower() == "true"
        found.append((row["id"], item(**values)))
    return found


def expected_diff(library, content):
    """The diff of a complete, clean file against a library (id → item), as the API shows it."""
    diff = {"content_model": "standard", "add": [], "update": [], "delete": []}
    for entry, (item_id, new) in enumerate(read_csv(content), 1):
        original = library.get(item_id)
        if new is None:
            diff["delete"].append(deleted(entry, original))
        elif original is None:
            diff["add"].append(added(entry, new))
        elif original != new:
            diff["update"].append(updated(entry, original, new))
    return diff


def applied(library, content):
    """The library after the file is applied."""
    after = dict(library)
    for item_id, new in read_csv(content):
        if new is None:
            del after[item_id]
        else:
            after[item_id] = new
    return after


def big_csv(rows, title="Item"):
    """A file that adds `rows` custom items, about 250 bytes each."""
    text = "Verify that the application does what the threat model asks of it. " * 3
    lines = ["id,title,text,problem,priority,phase,active,match_conditions,tags"]
    lines += [f'CT{n},{title} {n},"{text}",P{n % 97 + 1},{n % 10 + 1},X{n % 6 + 1},True,A1,load'
              for n in range(1, rows + 1)]
    return ("\n".join(lines) + "\n").encode()
