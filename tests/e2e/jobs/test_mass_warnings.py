"""Warnings about changes that look like an accident because there are so many of them: a column that is
emptied, deleted items that come back. They refuse nothing."""

import pytest

from client import IMPORT

HEADER = "id,title,text,problem,priority,phase"


def file(rows, header=HEADER):
    return "\n".join([header, *rows]) + "\n"


def row(number, problem="P1", title="Title"):
    return f"CT{number},{title} {number},Text {number},{problem},5,X1"


def kinds(api, job):
    shown = api.get(f"{IMPORT}{job['id']}/", params={"include": "warnings,warning_kinds"}).json
    return {one["kind"]: one["count"] for one in shown["warning_kinds"]}, shown["warnings"]


def apply(api, content):
    job = api.ready(content)
    api.change(job["id"], "accept_changes")
    api.wait_for(job["id"], "success")


@pytest.mark.parametrize("emptied, rows, warned", [
    (10, 33, True), (10, 34, False), (9, 9, False), (33, 100, True), (30, 100, False),
])
def test_column_that_is_emptied(api, emptied, rows, warned):
    apply(api, file(row(n) for n in range(1, rows + 1)))
    job = api.ready(file(row(n, "" if n <= emptied else "P2") for n in range(1, rows + 1)))
    found, warnings = kinds(api, job)
    assert found.get("emptied") == (1 if warned else None)
    if warned:
        (warning,) = [one for one in warnings if one["kind"] == "emptied"]
        assert warning["field"] == "problem" and warning["row"] is None
        assert warning["details"].startswith(f"{emptied} of {rows} rows are empty here, and their items are not")
    api.change(job["id"], "accept_changes")
    api.wait_for(job["id"], "success")


def test_column_that_was_empty_is_none_that_is_emptied(api):
    apply(api, file(row(n, "") for n in range(1, 31)))
    job = api.ready(file(row(n, "", "Other") for n in range(1, 31)))
    assert "emptied" not in kinds(api, job)[0]


def test_column_that_is_left_out_is_none_that_is_emptied(api):
    apply(api, file(row(n) for n in range(1, 31)))
    job = api.ready(file((f"CT{n},Other {n}" for n in range(1, 31)), "id,title"))
    assert "emptied" not in kinds(api, job)[0]


@pytest.mark.parametrize("n, warned", [(19, False), (20, True)])
def test_items_that_come_back(api, n, warned):
    numbers = range(1, n + 1)
    apply(api, file(row(n) for n in numbers))
    apply(api, file((f"CT{n},true" for n in numbers), "id,mark_delete"))
    job = api.ready(file(row(n) for n in [*numbers, *range(101, 131)]))
    found, warnings = kinds(api, job)
    assert found.get("returning") == (1 if warned else None)
    if warned:
        (warning,) = [one for one in warnings if one["kind"] == "returning"]
        assert warning["details"].startswith(f"{n} new items have the ids of items that were deleted")


def test_new_ids_come_back_from_nowhere(api):
    apply(api, file(row(n) for n in range(1, 6)))
    job = api.ready(file(row(n) for n in range(1, 60)))
    assert "returning" not in kinds(api, job)[0]
