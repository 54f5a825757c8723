"""A content model gets a new field: a row in its table of fields, and a migration that calls
model_add_field. The library, its history and a waiting diff go on as if the field had always been
there."""

import contextlib
import os
import subprocess

import psycopg2
import pytest

import sites
from client import IMPORT
from library import to_csv

BEFORE = f"{sites.variant()}/second-model"
LATER = f"{BEFORE}/later"
OLD = [{"id": f"CN{n}", "name": f"name {n}", "rank": n, "done": False, "labels": "a;b"}
       for n in range(1, 6)]
NEW = [{**OLD[0], "name": "changed"}, {**OLD[1], "rank": 50}, {**OLD[4], "id": "CN9"}]


@pytest.fixture(scope="module")
def site():
    """Each test begins with the programs of the previous version and its own database."""
    return None


@pytest.fixture(autouse=True)
def clean():
    """Does nothing: no test leaves a site behind."""


@pytest.fixture
def upgrade():
    with sites.running(programs=BEFORE) as running:
        yield running


def accession(site, *args, programs=LATER):
    done = subprocess.run([sites.program("accession", programs), *args], text=True,
                          env={**os.environ, **{k: v for k, v in site.env.items() if k.startswith("PG")}},
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def upload(api, *rows, delete=None):
    lines = [{**row, "mark_delete": ""} for row in rows]
    if delete:
        lines.append(dict.fromkeys(lines[0], "") | {"id": delete, "mark_delete": "true"})
    answer = api.post(IMPORT, files=[("files", ("note.csv", to_csv(lines), "text/csv"))])
    assert answer.status == 200, answer
    return answer.json["id"]


def ready(api, *rows, **more):
    job = upload(api, *rows, **more)
    api.wait_for(job, "ready_for_review")
    return job


def owners(site):
    return dict(site.db.rows("SELECT id, owner FROM note"))


def everything_agrees(site):
    code, said = accession(site, "verify")
    assert code == 0, said


def test_a_diff_made_before_is_applied_and_everything_agrees(upgrade):
    api = upgrade.admin
    api.accept(ready(api, *OLD))
    api.accept(ready(api, {**OLD[2], "rank": 30}, delete="CN4"))
    waiting = ready(api, *NEW, delete="CN3")

    upgrade.start(LATER)
    assert owners(upgrade) == dict.fromkeys(["CN1", "CN2", "CN3", "CN5"], "nobody")
    everything_agrees(upgrade)
    (update, *_) = api.get(f"{IMPORT}{waiting}/diff/note/").json["update"]
    assert update["original"]["owner"] == update["new"]["owner"] == "nobody"
    fields = api.get(f"{IMPORT}{waiting}/diff/note/fields/").json["results"]
    assert {one["field"]: one["updates"] for one in fields}["owner"] == 0

    api.accept(waiting)
    assert owners(upgrade) == dict.fromkeys(["CN1", "CN2", "CN5", "CN9"], "nobody")
    everything_agrees(upgrade)
    job = ready(api, {**OLD[0], "name": "changed", "owner": "ada"})
    assert api.get(f"{IMPORT}{job}/diff/note/").json["update"][0]["new"]["owner"] == "ada"
    api.accept(job)
    api.accept(ready(api, {**OLD[1], "id": "CN10"}))
    assert (owners(upgrade)["CN1"], owners(upgrade)["CN10"]) == ("ada", "nobody")
    everything_agrees(upgrade)


@pytest.mark.parametrize("rows, more", [
    ([NEW[0]], {}), ([NEW[2]], {}), ([OLD[0]], {"delete": "CN2"})], ids=["update", "add", "delete"])
def test_a_diff_of_a_program_that_does_not_know_the_field_is_refused_for_what_it_is(
        upgrade, rows, more):
    """The worker of the previous version goes on after the migration, and makes a diff."""
    api = upgrade.admin
    api.accept(ready(api, *OLD))
    assert accession(upgrade, "migrate")[0] == 0
    job = ready(api, *rows, **more)
    upgrade.start(LATER)

    assert api.change(job, "accept_changes").status == 200
    (error,) = api.wait_for(job, "fail")["errors"]
    assert error["file"] == "note.csv"
    assert error["details"] == (
        "This diff was made before note had all the fields that it has now. Nothing was applied. "
        "Retry the job to get a new diff.")
    assert owners(upgrade) == dict.fromkeys([one["id"] for one in OLD], "nobody")
    assert api.change(job, "retry").status == 200
    api.wait_for(job, "ready_for_review")
    api.accept(job)


@pytest.mark.parametrize("type, value, kept", [
    ("text", "it's", "it's"), ("smallint", "7", 7), ("boolean", "true", True)])
def test_each_type_of_field_fills_both_sides(shared_site, type, value, kept):
    db = shared_site.db
    with contextlib.closing(db.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("""
            INSERT INTO standard (id, title, text, problem, priority, phase, active, match_conditions, tags)
            VALUES ('CT9001', 'a', 'b', '', 1, 'X1', true, '', '')""")
        for op in "aud":
            cursor.execute("INSERT INTO standard_diff (job_id, attempt, week, op, entry, id)"
                           " VALUES (900, 1, 202001, %s, 1, 'CT9001')", (op,))
            cursor.execute("INSERT INTO standard_history (op, entry, id) VALUES (%s, 1, 'CT9001')", (op,))
        cursor.execute("SELECT model_add_field('standard', 'extra', %s, %s)", (type, value))
        cursor.execute("SELECT extra FROM standard")
        assert cursor.fetchall() == [(kept,)]
        for table in ("standard_diff", "standard_history"):
            cursor.execute(f"SELECT op, old_extra, new_extra FROM {table} ORDER BY op")
            assert cursor.fetchall() == [("a", None, kept), ("d", kept, None), ("u", kept, kept)]
        cursor.execute("INSERT INTO standard_history (op, entry, id) VALUES ('u', 2, 'CT9001')"
                       " RETURNING new_extra")
        assert cursor.fetchone() == (None,)  # later rows have no default: they give the value


@pytest.mark.parametrize("type, value", [("text", None), ("json", "{}"), ("text; --", "x"),
                                         ("smallint", "many"), ("boolean", "")])
def test_a_field_without_a_type_or_a_value_is_refused(shared_site, type, value):
    with contextlib.closing(shared_site.db.connect()) as connection, connection.cursor() as cursor:
        with pytest.raises(psycopg2.DataError):
            cursor.execute("SELECT model_add_field('standard', 'extra', %s, %s)", (type, value))
