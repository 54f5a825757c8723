"""The library itself: items, paging, filters, a single item, and its history."""

import datetime

import pytest

from client import PERSON_KEYS, check_time, compact
from library import FIELDS, item, to_csv

TASKS = "library/tasks/"
EXTRA = ["type", "created_date", "last_updated_date", "last_updated_by"]
NOT_FOUND = compact({"detail": "Not found."})


@pytest.fixture
def items(db):
    """Twenty-four items, in the order of the library: built-in ones first, by number."""
    made = [item(f"T{n}", f"Built-in {n}", problem=f"P{n % 3}1", phase=f"X{n % 2 + 1}",
                 tags="core;web" if n % 4 == 0 else "core") for n in range(1, 13)]
    made += [item(f"CT{n}", f"CUSTOM no. {30 - n} 100% \u00c4pfel_", active=n % 2 == 0,
                  tags="web" if n % 3 == 0 else "") for n in range(1, 13)]
    db.seed(*reversed(made))
    return made


def ids(answer):
    assert answer.status == 200, answer
    return [one["id"] for one in answer.json["results"]]


def names(items):
    return [one["id"] for one in items]


def test_empty_library(api):
    assert api.get(TASKS).raw == b'{"results":[]}'


def test_items_have_the_keys_of_the_diff_and_four_more(api, items):
    answer = api.get(TASKS)
    assert list(answer.json) == ["results"]
    for got, expected in zip(answer.json["results"], items, strict=True):
        assert list(got) == list(FIELDS) + EXTRA
        assert {key: got[key] for key in FIELDS} == expected
        assert got["type"] == ("Custom" if got["id"].startswith("C") else "Built-in")
        check_time(got["created_date"])
        check_time(got["last_updated_date"])
        assert got["last_updated_by"] is None


@pytest.mark.parametrize("size", [1, 7, 24, 100])
def test_pages(site, api, items, size):
    url, seen = f"/api/v2/{TASKS}?page_size={size}", []
    while url:
        body = api.get(url).json
        assert list(body) == ["count", "next", "previous", "results"]
        assert body["count"] == 24
        assert (body["previous"] is None) == (not seen)
        seen += names(body["results"])
        if body["next"]:
            assert body["next"].startswith(f"{site.url}/api/v2/{TASKS}?")
        url = body["next"] and body["next"][len(site.url):]
    assert seen == names(items)


@pytest.mark.parametrize("page", ["0", "6", "x"])
def test_page_out_of_range(api, items, page):
    answer = api.get(TASKS, params={"page_size": 5, "page": page})
    assert (answer.status, answer.raw) == (404, compact({"detail": "Invalid page."}))


@pytest.mark.parametrize("limit", [1, 5, 24, 100])
def test_after_walks_through_the_library(api, items, limit):
    seen, after = [], ""
    while page := ids(api.get(TASKS, params={"after": after, "limit": limit})):
        assert len(page) <= limit
        seen += page
        after = page[-1]
    assert seen == names(items)
    assert ids(api.get(TASKS, params={"after": "T7", "limit": 2, "active": "true"})) == ["T8", "T9"]


@pytest.mark.parametrize("params, wanted", [
    ({"search": "built-in 1"}, lambda one: one["title"].startswith("Built-in 1")),
    ({"search": "custom"}, lambda one: one["id"].startswith("C")),
    ({"search": "ct1"}, lambda one: one["id"].startswith("CT1")),
    ({"search": "100% \u00e4pfel_"}, lambda one: one["id"].startswith("C")),
    ({"search": "%"}, lambda one: one["id"].startswith("C")),
    ({"search": "built_in"}, lambda one: False),
    ({"search": "Text"}, lambda one: False),
    ({"active": "true"}, lambda one: one["active"]),
    ({"active": "False"}, lambda one: not one["active"]),
    ({"phase": "X2"}, lambda one: one["phase"] == "X2"),
    ({"phase": "X"}, lambda one: False),
    ({"problem": "P11"}, lambda one: one["problem"] == "P11"),
    ({"tag": "web"}, lambda one: "web" in one["tags"].split(";")),
    ({"tag": "we"}, lambda one: False),
    ({"tag": "web", "phase": "X1", "active": "true"},
     lambda one: "web" in one["tags"].split(";") and one["phase"] == "X1" and one["active"]),
    ({"search": "", "active": "", "phase": "", "problem": "", "tag": "", "ordering": ""},
     lambda one: True),
    ({"colour": "red"}, lambda one: True),
])
def test_filters(api, items, params, wanted):
    expected = [one["id"] for one in items if wanted(one)]
    assert ids(api.get(TASKS, params=params)) == expected
    paged = api.get(TASKS, params={**params, "page_size": 100})
    assert (ids(paged), paged.json["count"]) == (expected, len(expected))


# The filters of SD Elements.

@pytest.mark.parametrize("params, wanted", [
    ({"id__in": "T3"}, lambda one: one["id"] == "T3"),
    ({"id__in": "CT2,T3, T1,,T3,T999"}, lambda one: one["id"] in ("T1", "T3", "CT2")),
    ({"id__in": "T999"}, lambda one: False),
    ({"id__in": ","}, lambda one: True),
    ({"id__in": "T1,T2,CT1", "phase": "X1"}, lambda one: one["id"] in ("T2", "CT1")),
    ({"id__in": ",".join(f"T{n}" for n in range(1, 1001))}, lambda one: one["id"][0] == "T"),
    ({"priority": "5"}, lambda one: True),
    ({"priority": "4"}, lambda one: False),
    ({"priority": "-5"}, lambda one: False),
    ({"priority": "100000"}, lambda one: False),
    ({"title__icontains": "CUSTOM NO"}, lambda one: one["id"][0] == "C"),
    ({"title__icontains": "\u00c4PFEL_"}, lambda one: one["id"][0] == "C"),
    ({"title__icontains": "%"}, lambda one: one["id"][0] == "C"),
    ({"title__icontains": "ct1"}, lambda one: False),
    ({"title__icontains": "built-in 1", "priority": "5", "active": "true"},
     lambda one: one["title"].startswith("Built-in 1")),
    ({"text__icontains": "TEXT"}, lambda one: True),
    ({"text__icontains": "built"}, lambda one: False),
    ({"phase__icontains": "nonsense"}, lambda one: True),
    ({"id__in": "", "priority": "", "title__icontains": "", "last_updated_by": "",
      "last_updated_date_from": "", "last_updated_date_to": ""}, lambda one: True),
    ({"search": "T1", "title__icontains": "in 1", "id__in": "T1,T2,CT1"},
     lambda one: one["id"] == "T1"),
])
def test_filters_of_the_vendor(api, items, params, wanted):
    test_filters(api, items, params, wanted)
    assert ids(api.get(TASKS, params={**params, "limit": 100})) == [
        one["id"] for one in items if wanted(one)]


def test_who_updated_an_item_last(site, db, api, items):
    admin, viewer = site.ids["admin"], site.ids["viewer"]
    db.run("UPDATE standard SET last_updated_by = %s WHERE id IN ('T1', 'CT3')", admin)
    db.run("UPDATE standard SET last_updated_by = %s WHERE id = 'T2'", viewer)
    email = api.get(f"users/{admin}/").json["email"]
    for value, expected in (
            (admin, ["T1", "CT3"]), (viewer, ["T2"]), (email, ["T1", "CT3"]),
            (email.upper(), ["T1", "CT3"]), (f"0{admin}", []), (10 ** 30, []), (0, []),
            ("nobody@example.org", [])):
        assert ids(api.get(TASKS, params={"last_updated_by": value})) == expected, value
    assert ids(api.get(TASKS, params={"ordering": "last_updated_by,-id"}))[:3] == (
        ["CT3", "T1", "T2"] if admin < viewer else ["T2", "CT3", "T1"])


@pytest.mark.parametrize("params, wanted", [
    ({"from": "2025-03-10"}, "bcde"),
    ({"to": "2025-03-10"}, "abcd"),
    ({"from": "2025-03-10", "to": "2025-03-10"}, "bcd"),
    ({"from": "2025-03-10T12:00:00Z"}, "cde"),
    ({"from": "2025-03-10T12:00:00.000001Z"}, "de"),
    ({"to": "2025-03-10T12:00:00Z"}, "abc"),
    ({"to": "2025-03-10T11:59:59.999999Z"}, "ab"),
    ({"from": "2025-03-10T14:00:00+02:00"}, "cde"),  # requests escapes the +
    ({"from": "2025-03-10T14:00:00 02:00"}, "cde"),  # curl does not
    ({"from": "2025-03-10 07:00-0500", "to": "2025-03-10 12:00"}, "c"),
    ({"from": "2025-03-11", "to": "2025-03-10"}, ""),
    ({"from": "0001-01-01T00:00:00+23:59", "to": "9999-12-31T23:59:59-23:59"}, "abcde"),
])
def test_when_an_item_was_updated_last(db, api, params, wanted):
    times = {"a": "2025-03-09 23:59:59.999999Z", "b": "2025-03-10 00:00Z", "c": "2025-03-10 12:00Z",
             "d": "2025-03-10 23:59:59.999999Z", "e": "2025-03-11 00:00Z"}
    db.seed(*(item(f"T{n}", name) for n, name in enumerate(times, 1)))
    for name, time in times.items():
        db.run("UPDATE standard SET last_updated_date = %s WHERE title = %s", time, name)
    answer = api.get(TASKS, params={f"last_updated_date_{end}": time for end, time in params.items()})
    assert answer.status == 200, answer
    assert "".join(one["title"] for one in answer.json["results"]) == wanted


def test_times_are_read_as_they_are_written(api, items):
    (time,) = {one["last_updated_date"] for one in api.get(f"{TASKS}?id__in=T3").json["results"]}
    for end in ("from", "to"):
        assert "T3" in ids(api.get(f"{TASKS}?last_updated_date_{end}={time}"))  # with a bare +


def test_ordering_in_the_words_of_the_vendor(db, api, items):
    for theirs, ours in (("name", "title"), ("created", "created_date"),
                         ("-name,id", "-title,id"), ("priority,-created", "priority,-created_date")):
        assert api.get(TASKS, params={"ordering": theirs}).raw == api.get(
            TASKS, params={"ordering": ours}).raw


@pytest.mark.parametrize("path", [TASKS, "library/items/standard/", "library/export/standard.json"])
@pytest.mark.parametrize("name, value", [
    ("active", "maybe"), ("after", "nonsense"), ("ordering", "text"), ("ordering", "id,-x"),
    ("id__in", "T1,X1"), ("id__in", "t1"), ("id__in", "T1;T2"), ("id__in", "T1\u0000"),
    ("id__in", "T01"), ("id__in", "}"), ("id__in", ",".join(f"T{n}" for n in range(1, 1002))),
    ("priority", "high"), ("priority", "1.0"), ("priority", "5 "), ("priority", "9" * 30),
    ("last_updated_by", "x"), ("last_updated_by", "-1"), ("last_updated_by", "1,2"),
    *((f"last_updated_date_{end}", value) for end in ("from", "to") for value in (
        "yesterday", "2025-02-29", "2025-13-01", "2025-00-01", "2025-01-32", "0000-01-01",
        "10000-01-01", "25-01-01", "2025-1-1", "2025-01-01T", "2025-01-01T24:00", "2025-01-01T1:00",
        "2025-01-01T00:60", "2025-01-01T00:00:60", "2025-01-01T00:00+24:00", "2025-01-01Z",
        "2025-01-01T00:00Zx", "2025-01-01x", "1735689600", "-1", "2025-01-01\u0000",
        "\u0662\u0660\u0662\u0665-01-01"))])
def test_unknown_values_are_400(api, items, path, name, value):
    if "export" in path and name in ("after", "ordering"):
        return  # an export is whole and in order
    answer = api.get(path, params={name: value})
    assert answer.status == 400, answer
    assert list(answer.json) == [name]


def test_ordering(db, api, items):
    for n, one in enumerate(items):
        db.run("UPDATE standard SET last_updated_date = %s WHERE id = %s",
               datetime.datetime(2025, 1, 1 + (n * 5) % 24 // 2, tzinfo=datetime.timezone.utc),
               one["id"])
    place = {one["id"]: n for n, one in enumerate(items)}
    dates = {one["id"]: one["last_updated_date"] for one in api.get(TASKS).json["results"]}
    keys = {"id": lambda one: place[one["id"]], "last_updated_date": lambda one: dates[one["id"]]}
    for name, key in keys.items():
        for minus in (False, True):
            expected = names(sorted(items, key=key, reverse=minus))
            if minus and name != "id":
                expected = names(sorted(sorted(items, key=keys["id"]), key=key, reverse=True))
            assert ids(api.get(TASKS, params={"ordering": "-" * minus + name})) == expected
    up, down = ([one["title"] for one in api.get(TASKS, params={"ordering": by}).json["results"]]
                for by in ("title", "-title"))
    assert up == list(reversed(down)) != down


def test_one_item(api, items):
    for listed in api.get(TASKS).json["results"]:
        answer = api.get(f"{TASKS}{listed['id']}/")
        assert (answer.status, answer.raw) == (200, compact(listed))


@pytest.mark.parametrize("item_id", ["T99", "CT99", "T", "X1", "1", "t1", "T01", "%27", "T1%20",
                                     "T" + "9" * 30, "\u0422" + "1"])
def test_item_that_is_not_there(api, items, item_id):
    for rest in ("", "history/"):
        answer = api.get(f"{TASKS}{item_id}/{rest}")
        assert (answer.status, answer.raw) == (404, NOT_FOUND)


def test_import_leaves_its_mark(site, api, editor, db):
    db.seed(item("T1"), item("T2"), item("CT1"), item("CT2"))
    db.run("UPDATE standard SET created_date = '2024-01-01Z', last_updated_date = '2024-01-01Z'")
    before = {one["id"]: one for one in api.get(TASKS).json["results"]}
    job = editor.ready(b"id,title,text,priority,phase\nT1,new,text,5,X1\nCT1,new,text,5,X1\n"
                       b"CT3,new,text,5,X1\nT2,Title,Text,5,X1\n")
    done = api.accept(job["id"])
    after = {one["id"]: one for one in api.get(TASKS).json["results"]}
    assert (after["T2"], after["CT2"]) == (before["T2"], before["CT2"])
    assert [after[one]["type"] for one in ("T1", "T2", "CT1", "CT3")] == [
        "Built-in Modified", "Built-in", "Custom", "Custom"]
    for one in ("T1", "CT1", "CT3"):
        assert list(after[one]["last_updated_by"]) == PERSON_KEYS
        assert after[one]["last_updated_by"]["id"] == site.ids["admin"]  # who accepted
        assert job["triggered"] < after[one]["last_updated_date"] <= done["completed"]
    assert after["CT1"]["created_date"] == before["CT1"]["created_date"]
    assert after["CT3"]["created_date"] == after["CT3"]["last_updated_date"]


def test_history_of_an_item(site, api):
    first = item("CT1", "one")
    second = {**first, "title": "two", "priority": 9}
    jobs = [api.apply(to_csv([first])), api.apply(to_csv([first])), api.apply(to_csv([second]))]
    jobs.append(api.apply(b"id,mark_delete\nCT1,yes\n"))
    assert api.get(f"{TASKS}CT1/").status == 404
    answer = api.get(f"{TASKS}CT1/history/")  # newest first; the second import changed nothing
    told = [(one["operation"], one["original"], one["new"]) for one in answer.json["results"]]
    assert told == [("delete", second, {}), ("update", first, second), ("add", {}, first)]
    assert [one["job"] for one in answer.json["results"]] == [
        jobs[3]["id"], jobs[2]["id"], jobs[0]["id"]]
    for one in answer.json["results"]:
        assert one["accepted_by"]["id"] == site.ids["admin"]
        check_time(one["date"])


def test_every_applied_row_has_one_history_row(api, db):
    db.seed(item("CT1"), item("CT2"), item("CT3"))
    job = api.apply(b"id,title,text,priority,phase,mark_delete\nCT1,x,x,1,X1,\nCT2,,,,,1\n"
                    b",new,x,1,X1,\nCT3,Title,Text,5,X1,\n")
    assert db.rows("""SELECT op::text, entry, id, job_id, attempt FROM standard_history
                       ORDER BY entry""") == [
        ("u", 1, "CT1", job["id"], 1), ("d", 2, "CT2", job["id"], 1), ("a", 3, "CT4", job["id"], 1)]
