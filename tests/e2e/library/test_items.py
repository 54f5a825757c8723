"""The items of a content model, by its name. Those of `standard` are what library/tasks/ has, whose
tests are in test_tasks.py."""

import json

import pytest

from client import compact
from library import item

ITEMS = "library/items/standard/"
TASKS = "library/tasks/"
NOT_FOUND = compact({"detail": "Not found."})


@pytest.fixture
def items(db):
    made = [item(f"T{n}", f"Title {n * 7 % 5}", priority=n * 5 % 7 + 1, phase=f"X{n % 3 + 1}",
                 problem=f"P{n % 2 + 1}", active=n % 2 == 0, tags="core;web" if n % 4 else "")
            for n in range(1, 13)]
    db.seed(*made)
    return made


def ids(answer):
    assert answer.status == 200, answer
    return [one["id"] for one in answer.json["results"]]


@pytest.mark.parametrize("rest", [
    "", "?page_size=5", "?page_size=5&page=2", "?page_size=5&page=9", "?after=T3&limit=4",
    "?after=x", "?limit=0", "?search=title+3", "?active=true&phase=X2", "?problem=P1", "?tag=web",
    "?active=maybe", "?ordering=-title,id", "?ordering=nonsense", "T3/", "T3/history/", "T99/",
    "CT1/history/", "x/"])
def test_standard_is_what_tasks_are(api, items, rest):
    api.apply(b"id,title\nT3,New\n")
    tasks, answer = api.get(TASKS + rest), api.get(ITEMS + rest)
    assert answer.status == tasks.status
    assert answer.raw == tasks.raw.replace(b"/library/tasks/", b"/library/items/standard/")


@pytest.mark.parametrize("name", ["nonsense", "Standard", "standard%20", "standard_diff", "%27",
                                  "x" * 63, "x" * 64, "x" * 500, "\u0455tandard"])
@pytest.mark.parametrize("rest", ["", "?page_size=5", "T1/", "T1/history/"])
def test_model_that_is_not_there(api, items, name, rest):
    answer = api.get(f"library/items/{name}/{rest}")
    assert (answer.status, answer.raw) == (404, NOT_FOUND)


def test_who_may_read_them(nobody, viewer, items):
    for name, status in (("standard", 200), ("nonsense", 404)):
        for rest in ("", "T1/"):
            assert nobody.get(f"library/items/{name}/{rest}").status == 401
            assert viewer.get(f"library/items/{name}/{rest}").status == status
    assert nobody.get(f"{ITEMS}T1/history/").status == 401


@pytest.mark.parametrize("field", ["title", "problem", "priority", "phase", "active"])
def test_ordering_by_fields(api, items, field):
    place = {one["id"]: n for n, one in enumerate(items)}
    for minus in (False, True):
        got = ids(api.get(ITEMS, params={"ordering": "-" * minus + field}))
        expected = sorted(sorted(items, key=lambda one: place[one["id"]]),
                          key=lambda one: one[field], reverse=minus)
        assert got == [one["id"] for one in expected]


def test_ordering_by_several(api, items):
    got = ids(api.get(ITEMS, params={"ordering": "phase,-priority,-id"}))
    expected = sorted(items, key=lambda one: (one["phase"], -one["priority"], -int(one["id"][1:])))
    assert got == [one["id"] for one in expected]


def test_ordering_by_when_it_was_made(db, api, items):
    for n, one in enumerate(items):
        db.run("UPDATE standard SET created_date = now() - interval '1 day' * %s WHERE id = %s",
               n * 5 % 12, one["id"])
    up, down = (api.get(ITEMS, params={"ordering": by}).json["results"]
                for by in ("created_date", "-created_date"))
    dates = [one["created_date"] for one in up]
    assert dates == sorted(dates) and up == down[::-1]


@pytest.mark.parametrize("word", ["text", "tags", "match_conditions", "mark_delete", "position",
                                  "type", "modified", "t.id", "Title", "id,text", "--id", ","])
def test_ordering_by_anything_else_is_refused(api, items, word):
    answer = api.get(ITEMS, params={"ordering": word})
    assert answer.status == 400
    wrong = word.split(",")[-1]
    assert answer.json == {"ordering": [
        f"Select a valid choice. {wrong} is not one of the available choices."]}


def test_a_file_of_no_model_is_told_the_names(api):
    models = [one["name"] for one in api.get("library/models/").json["results"]]
    for name in ("nonsense.csv", "Standard.JSON"):
        answer = api.upload(b"id,title\n", name)
        assert answer.status == 400
        (message,) = answer.json["files"]
        stem, extension = name.split(".")
        assert message.startswith(f'"{stem}" is not a content model: name the file ')
        assert all(f"{model}.{extension.lower()}" in message for model in models)


def test_parameters_of_other_models_are_ignored(api, items):
    params = {"stage": "x", "capec": "1", "title": "x", "tags": "none"}
    assert ids(api.get(ITEMS, params=params)) == [one["id"] for one in items]
    answer = api.get("library/export/standard.json", params=params, check=False)
    assert len(json.loads(answer.raw)) == len(items)
