"""A file whose very bytes were applied before: the warning names that import."""

import re

import pytest

import signs
import sites

CSV = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"
THREAT = b"id,title,text,severity\nCTH1,a,b,1\n"


def told(api, job):
    return [one for one in signs.warnings(api, job) if one["kind"] == "applied_before"]


def test_the_warning_says_which_import_it_was(site, api, db):
    first = api.apply(CSV)
    job = api.ready(CSV)["id"]
    (one,) = told(api, job)
    assert one["file"] == "standard.csv"
    assert [one[key] for key in ("row", "field", "entry", "line", "value")] == [None] * 5
    by = first["accepted_by"]
    name = f"{by['first_name']} {by['last_name']}".strip() or by["email"]
    when = first["accepted"]
    assert (f"by import {first['id']}, which was accepted on {when[:10]} at {when[11:16]} (UTC+00:00) by {name}."
            in one["details"])
    assert "would be changed back" in one["details"] and "cancel this import" in one["details"]
    kinds = api.job(job, include="warning_kinds")["warning_kinds"]
    assert [(kind["kind"], kind["title"], kind["count"]) for kind in kinds] == [
        ("applied_before", "Files that were applied before", 1)]


def test_it_names_the_last_of_several(api):
    api.apply(CSV)
    last = api.apply(CSV)["id"]
    (one,) = told(api, api.ready(CSV)["id"])
    assert re.search(rf"by import {last},", one["details"])


@pytest.mark.parametrize("end", ["cancel", "fail"])
def test_only_what_was_applied_counts(api, end):
    content = CSV if end == "cancel" else CSV + b"CT2,,,,\n"
    job = api.start(content)["id"]
    api.wait_for(job, "ready_for_review" if end == "cancel" else "fail")
    if end == "cancel":
        assert api.change(job, "cancel").status == 200
    again = api.start(content)["id"]
    api.wait_for(again, "ready_for_review" if end == "cancel" else "fail")
    assert told(api, again) == []


@pytest.mark.parametrize("content", [CSV + b"\n", CSV.replace(b"\n", b"\r\n"), CSV[:-1]])
def test_other_bytes_are_another_file(api, content):
    api.apply(CSV)
    assert told(api, api.ready(content)["id"]) == []


def test_the_name_does_not_count(api):
    api.apply(CSV)
    job = api.start(CSV, "standard-2026-11-23.csv")["id"]
    api.wait_for(job, "ready_for_review")
    assert [one["file"] for one in told(api, job)] == ["standard-2026-11-23.csv"]


def test_a_job_that_is_retried_is_not_its_own(api):
    job = api.ready(CSV)["id"]
    api.change(job, "cancel")
    api.change(job, "retry")
    api.wait_for(job, "ready_for_review")
    assert told(api, job) == []


def test_files_of_before_have_no_digest(api, db):
    api.apply(CSV)
    db.run("UPDATE import_file SET sha256 = NULL")
    assert told(api, api.ready(CSV)["id"]) == []


def test_a_file_with_errors_is_told_of_too(api):
    """It was applied when the library had what it needs."""
    api.apply(b"id,title,text,priority,phase\nCT1,a,b,1,X1\n")
    update = b"id,title\nCT1,c\n"
    api.apply(update)
    api.apply(b"id,mark_delete\nCT1,true\n")
    job = api.start(update)["id"]
    api.wait_for(job, "fail")
    assert len(told(api, job)) == 1


@pytest.fixture
def two_models():
    with sites.running(models=[sites.THREAT]) as running:
        yield running


def test_the_same_bytes_of_another_model_are_another_file(two_models):
    """And of two files, only the one that was applied has the warning."""
    api = two_models.admin
    api.accept(api.ready_files(("threat.csv", THREAT)))
    job = api.start(THREAT)["id"]
    api.wait_for(job, "fail")
    assert told(api, job) == []
    job = api.ready_files(("standard.csv", CSV), ("threat.csv", THREAT))
    assert [one["file"] for one in told(api, job)] == ["threat.csv"]
