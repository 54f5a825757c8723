"""What the updates of a diff change, counted field by field, and finding updates by their
changes."""

import collections

import pytest

from client import IMPORT
from library import FIELDS, item, to_csv

KEYS = ["field", "updates", "cleared", "filled", "whitespace", "moved", "cut", "kinds", "changes"]
CELL = 32767  # characters: where Excel cuts a cell


def ask(api, job, **params):
    answer = api.get(f"{IMPORT}{job['id']}/diff/standard/fields/", params=params)
    assert answer.status == 200, answer
    return answer.json


def fields(api, job, **params):
    return {one["field"]: one for one in ask(api, job, **params)["results"]}


def change(original, new, updates):
    return {"original": original, "new": new, "updates": updates}


def members(text):
    return set(text.split(";")) - {""}


@pytest.fixture
def revision(api, db):
    """A revision of 60 items: 48 change in many ways, 2 are deleted, 3 are added. And its diff."""
    old = [item(f"CT{n}", f"Title {n}", f"Text {n}", f"P{n % 3 + 1}", n % 5 + 1,
                match_conditions="A1 AND !A2;A3" if n % 2 else "", tags="web;old" if n % 4 else "")
           for n in range(1, 61)]
    db.seed(*old)
    new = [dict(one, mark_delete="") for one in old]
    for n, one in enumerate(new):
        if n % 5 == 0:
            one["priority"] = 9
        if n % 7 == 0:
            one["active"] = False
        if n % 3 == 0:
            one["tags"] = "new;web" if n % 2 else ""
            one["match_conditions"] = "A3;A4"
        if n % 4 == 1:
            one["title"] = f"Title  {n + 1}"
        if n % 10 == 9:
            one["problem"] = ""
    new[0]["mark_delete"] = new[1]["mark_delete"] = "true"
    new += [dict(item(f"CT{n}", "Added", "x" * n), mark_delete="") for n in (CELL, 1000, 1001)]
    job = api.ready(to_csv(new))
    return job, api.diff(job["id"])


def counted(updates, field):
    """How often each change of a short field or a set occurs, worked out in Python."""
    ways = collections.Counter()
    for one in updates:
        before, after = one["original"][field], one["new"][field]
        if field in ("match_conditions", "tags"):
            ways.update((gone, None) for gone in members(before) - members(after))
            ways.update((None, come) for come in members(after) - members(before))
        elif before != after:
            ways[before, after] += 1
    return ways


def test_every_field_is_counted(api, revision):
    job, diff = revision
    got = fields(api, job)
    assert list(got) == list(FIELDS[1:])
    for name, one in got.items():
        assert list(one) == KEYS
        changed = [u for u in diff["update"] if u["original"][name] != u["new"][name]]
        assert one["updates"] == len(changed)
        assert one["cleared"] == sum(u["new"][name] == "" for u in changed)
        assert one["filled"] == sum(u["original"][name] == "" for u in changed)
        ways = counted(changed, name) if name not in ("title", "text") else {}
        assert one["kinds"] == len(ways)
        assert {(c["original"], c["new"]): c["updates"] for c in one["changes"]} == ways
        assert [c["updates"] for c in one["changes"]] == sorted(ways.values(), reverse=True)
    assert got["problem"]["cleared"] > 0 and got["tags"]["filled"] > 0
    assert got["title"]["whitespace"] == got["title"]["updates"] > 0
    assert got["text"] == dict.fromkeys(KEYS, 0) | {"field": "text", "cut": 1, "changes": []}


@pytest.mark.parametrize("field", ["priority", "active", "problem", "match_conditions", "tags"])
def test_each_way_to_change_can_be_looked_for(api, revision, field):
    job, _ = revision
    changes = fields(api, job)[field]["changes"]
    assert changes
    for one in changes:
        wanted = {key: str(one[key]).lower() if isinstance(one[key], bool) else one[key]
                  for key in ("original", "new") if one[key] is not None}
        found = api.diff(job["id"], field=field, **wanted)
        assert (found["add"], found["delete"]) == ([], [])
        assert len(found["update"]) == one["updates"]
        assert all(counted([u], field)[one["original"], one["new"]] for u in found["update"])


def test_cleared_filled_and_white_space_can_be_looked_for(api, revision):
    job, diff = revision

    def same(found, test):
        assert found["update"] == [u for u in diff["update"] if test(u)] != []

    for name in ("problem", "tags", "match_conditions"):
        for side, key in (("original", "filled"), ("new", "cleared")):
            found = api.diff(job["id"], field=name, **{side: ""})["update"]
            assert len(found) == fields(api, job)[name][key]
            assert all(u[side][name] == "" for u in found)
    same(api.diff(job["id"], field="title", whitespace="true"),
         lambda u: u["original"]["title"] != u["new"]["title"])
    same(api.diff(job["id"], field="title", original="Title 6"),
         lambda u: u["original"]["title"] == "Title 6")


def test_a_column_that_moved_against_the_others(api, db):
    db.seed(*(item(f"CT{n}", f"Title {n}", f"Text {n}") for n in range(1, 21)))
    job = api.ready(to_csv([item(f"CT{n}", f"Title {21 - n}", f"Other {n}")
                            for n in range(1, 21)]))
    got = fields(api, job)
    assert (got["title"]["moved"], got["text"]["moved"]) == (20, 0)


def test_the_commonest_changes_only(api, db):
    db.seed(*(item(f"CT{n}", problem=f"P{n}") for n in range(1, 101)))
    job = api.ready(to_csv([item(f"CT{n}", problem=f"P{n + 1000}" if n > 9 else "")
                            for n in range(1, 101)]))
    got = fields(api, job)["problem"]
    assert (got["updates"], got["kinds"], len(got["changes"])) == (100, 100, 50)


def test_values_are_no_sql_and_no_json(api, db):
    nasty = "'; DROP TABLE standard; -- \"\\ $1 \u2028 {f}"
    db.seed(item("CT1", tags=nasty.replace(";", ",")))
    job = api.ready(to_csv([item("CT1", tags="\u05e2;<b>")]))
    got = fields(api, job)["tags"]["changes"]
    assert {one["original"] or one["new"] for one in got} == {
        nasty.replace(";", ","), "\u05e2", "<b>"}
    for text in (nasty, "%", "A" * 5000):
        assert api.diff(job["id"], field="tags", original=text)["update"] == []


@pytest.mark.parametrize("path", ["", "fields/"])
@pytest.mark.parametrize("params, field", [
    ({"original": "x"}, "field"), ({"new": ""}, "field"), ({"whitespace": "true"}, "field"),
    ({"rewritten": "true"}, "field"), ({"field": "text", "whitespace": "yes"}, "whitespace"),
    ({"field": "text", "rewritten": "1"}, "rewritten"), ({"field": "id"}, "field"),
    ({"field": "text", "whitespace": "true", "rewritten": "true"}, "rewritten"),
    ({"warning": "no such kind"}, "warning")])
def test_what_makes_no_sense_is_400(api, revision, params, field, path):
    job, _ = revision
    answer = api.get(f"{IMPORT}{job['id']}/diff/standard/{path}", params=params)
    assert (answer.status, list(answer.json)) == (400, [field])


# ---- Of the changes that fit a filter

@pytest.mark.parametrize("params", [
    {}, {"search": "title 1"}, {"search": "ADDED"}, {"search": "nowhere"}, {"search": "CT1000"},
    {"field": "tags"}, {"field": "tags", "original": "old"}, {"field": "priority", "new": "9"},
    {"field": "title", "whitespace": "true"}, {"field": "problem", "new": "", "search": "text 1"}])
def test_only_changes_that_fit_are_counted(api, revision, params):
    job, _ = revision
    found = api.diff(job["id"], **params)
    answer = ask(api, job, include="totals", **params)
    assert list(answer) == ["results", "totals"]
    assert answer["totals"] == {op: len(found[op]) for op in ("add", "update", "delete")}
    for one in answer["results"]:
        name = one["field"]
        assert one["updates"] == sum(u["original"][name] != u["new"][name] for u in found["update"])
        ways = counted(found["update"], name) if name not in ("title", "text") else {}
        assert {(c["original"], c["new"]): c["updates"] for c in one["changes"]} == ways


def test_counts_that_nobody_asked_for_are_not_told(api, revision):
    job, _ = revision
    plain = ask(api, job)
    assert list(plain) == ["results"]
    assert all(list(one) == KEYS for one in plain["results"])
    assert ask(api, job, include="other,total") == plain
    more = ask(api, job, include="rewritten,totals")
    assert list(more) == ["results", "totals"]
    assert all(list(one) == [*KEYS, "compared", "rewritten"] for one in more["results"])


def words(text):
    """The words of a text, each as often as it occurs."""
    for space in "\n\t\u00a0":
        text = text.replace(space, " ")
    return collections.Counter(text.split(" ")) - collections.Counter({"": len(text) + 1})


def is_rewritten(before, after):
    common = (words(before) & words(after)).total()
    return 2 * common / max(1, words(before).total() + words(after).total()) < 0.5


# Two texts each, and whether one is the other rewritten: less than half of the words in common.
TEXTS = [
    ("Verify that passwords are hashed.", "Verify that passwords are salted and hashed.", False),
    ("Verify that passwords are hashed.", "Log out after an hour.", True),
    ("one two", "one three", False),           # just half
    ("one two three", "one four five six", True),
    ("a a a b", "a c d e", True),              # the word is there three times, and once
    ("a a a b", "a a a e", False),
    ("one two", "two\none", False),            # in another order
    ("one\ttwo\u00a0three", "one  two\nthree", False),
    ("Word", "word", True),                    # other letters are another word
    (" ".join(f"w{n}" for n in range(5000)), " ".join(f"w{n}" for n in range(2600, 7600)), True),
    (" ".join(f"w{n}" for n in range(5000)), " ".join(f"w{n}" for n in range(2400, 7400)), False),
]


def test_texts_with_less_than_half_of_their_words_in_common_are_rewritten(api, db):
    db.seed(*(item(f"CT{n}", text=before, problem=f"P{n % 3 + 1}")
              for n, (before, _, _) in enumerate(TEXTS, 1)))
    job = api.ready(to_csv([item(f"CT{n}", "Rewritten title of it", after, f"P{n % 3 + 1}", priority=n % 9 + 1)
                            for n, (_, after, _) in enumerate(TEXTS, 1)]))
    wanted = {f"CT{n}" for n, (_, _, is_one) in enumerate(TEXTS, 1) if is_one}
    assert wanted == {f"CT{n}" for n, (before, after, _) in enumerate(TEXTS, 1)
                      if is_rewritten(before, after)}
    found = api.diff(job["id"], field="text", rewritten="true")
    assert {u["new"]["id"] for u in found["update"]} == wanted
    got = fields(api, job, include="rewritten")
    assert (got["text"]["compared"], got["text"]["rewritten"]) == (len(TEXTS), len(wanted))
    assert (got["title"]["compared"], got["title"]["rewritten"]) == (0, 0)
    assert api.diff(job["id"], field="title", rewritten="true")["update"] == []
    assert api.diff(job["id"], field="tags", rewritten="true")["update"] == []
    some = fields(api, job, field="text", rewritten="true", include="rewritten")
    assert some["text"]["compared"] == some["text"]["rewritten"] == len(wanted)


def test_of_many_long_texts_a_sample_is_compared(api, db):
    rows, text = 120, "word " * 32000  # twice 18 MiB
    db.seed(*(item(f"CT{n}", text=text) for n in range(1, rows + 1)))
    job = api.ready(to_csv([item(f"CT{n}", text=text + "more" if n % 3 else "other " * 32000)
                            for n in range(1, rows + 1)]))
    got = fields(api, job, include="rewritten")["text"]
    assert 0 < got["rewritten"] < got["compared"] < rows == got["updates"]
    assert fields(api, job, include="rewritten")["text"] == got


def test_no_counts_without_a_diff(site, api, nobody):
    with site.worker_stopped():
        job = api.start(to_csv([item("CT1")]))
        assert api.get(f"{IMPORT}{job['id']}/diff/standard/fields/").status == 404
        api.change(job["id"], "cancel")
    job = api.ready(to_csv([item("CT1")]))
    assert api.get(f"{IMPORT}{job['id']}/diff/tasks/fields/").status == 404
    assert api.get(f"{IMPORT}9999/diff/standard/fields/").status == 404
    assert nobody.get(f"{IMPORT}{job['id']}/diff/standard/fields/").status == 401
