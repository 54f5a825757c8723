"""The content models as they are declared."""

import pytest

from client import compact
from library import HEADER

MODELS = "library/models/"
KEYS = ["name", "label", "kind", "required", "min", "max", "prefix", "default", "help", "listed",
        "filter"]


@pytest.fixture
def standard(viewer):
    answer = viewer.get(MODELS)
    assert answer.status == 200, answer
    assert list(answer.json) == ["results"]
    assert answer.raw == compact(answer.json)
    return answer.json["results"][0]


@pytest.fixture
def fields(standard):
    return {one["name"]: one for one in standard["fields"]}


def values(fields, key):
    """What the fields have there, without those that have nothing."""
    return {name: one[key] for name, one in fields.items() if one[key] is not None}


def test_a_model_says_what_its_items_are_called(standard):
    assert list(standard) == ["name", "title", "version", "heading", "prefix", "fields"]
    assert {**standard, "fields": None} == {
        "name": "standard", "title": "Countermeasures", "version": 1, "heading": "title",
        "prefix": "T", "fields": None}


def test_every_field_is_there_with_every_key(standard, fields):
    assert set(fields) == set(HEADER)
    assert all(list(one) == KEYS for one in standard["fields"])


def test_the_fields_come_in_the_order_of_a_diff(api, standard):
    job = api.ready(b"id,title,text,priority,phase\nCT1,a,b,1,X1\n")["id"]
    api.accept(job)
    job = api.ready(b"id,title\nCT1,c\n")["id"]
    (update,) = api.get(f"library/import/{job}/diff/standard/").json["update"]
    assert [one["name"] for one in standard["fields"]] == list(update["new"])


def test_kinds_and_limits(fields):
    assert values(fields, "kind") == {
        "id": "id", "title": "line", "text": "text", "problem": "ref", "priority": "integer",
        "phase": "ref", "active": "boolean", "mark_delete": "delete", "match_conditions": "rules",
        "tags": "tags"}
    assert values(fields, "min") == {"priority": 1}
    assert values(fields, "max") == {"title": 255, "text": 1048576, "priority": 10,
                                     "match_conditions": 65536, "tags": 65536}
    assert values(fields, "prefix") == {"id": "T", "problem": "P", "phase": "X"}


def test_what_a_new_item_must_say_and_what_it_gets_otherwise(fields):
    required = [name for name, one in fields.items() if one["required"]]
    assert required == ["title", "text", "priority", "phase"]
    defaults = values(fields, "default")
    assert defaults == {"problem": "", "active": True, "mark_delete": False,
                        "match_conditions": "", "tags": ""}
    assert [type(one) for one in defaults.values()] == [str, bool, bool, str, str]


def test_what_people_see(fields):
    assert fields["match_conditions"]["label"] == "Match conditions"
    assert all(isinstance(one["help"], str) for one in fields.values())
    assert [name for name, one in fields.items() if one["listed"]] == [
        "id", "title", "priority", "phase", "active", "tags"]


def test_the_filters_are_those_that_lists_have(fields):
    assert values(fields, "filter") == {"problem": "problem", "priority": "priority",
                                        "phase": "phase", "active": "active", "tags": "tag"}


def test_who_may_read_it(nobody, viewer):
    assert nobody.get(MODELS).status == 401
    assert viewer.get(MODELS).status == 200
