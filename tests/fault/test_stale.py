"""The library changes under a reviewed diff: nothing is applied, every entry that changed is named,
and a retry makes the diff anew."""

import contextlib
import subprocess

import pytest

import imports
import processes
import sites
from client import check_job
from library import applied, expected_diff, item, to_csv

ACCESSION = sites.program("accession")


def load(site, *items):
    """The operator's way into the library."""
    path = site.folder / "load.csv"
    path.write_bytes(to_csv(list(items)))
    subprocess.run([ACCESSION, "load", path], env=site.env, check=True, timeout=60)


WAYS = {
    "changed": (lambda db: db.run("UPDATE standard SET title = 'else' WHERE id = 'CT1'"),
                {1: "CT1 has changed"}),
    "deleted": (lambda db: db.run("DELETE FROM standard WHERE id = 'CT2'"),
                {2: "CT2 was deleted"}),
    "added": (lambda db: db.seed(item("CT9", "mine")), {3: "CT9 was added"}),
    "all of them": (lambda db: (WAYS["changed"][0](db), WAYS["deleted"][0](db),
                                WAYS["added"][0](db)),
                    {1: "CT1 has changed", 2: "CT2 was deleted", 3: "CT9 was added"}),
}


@pytest.mark.parametrize("way", WAYS)
def test_moved_entries_are_named(api, db, way):
    change, moved = WAYS[way]
    db.seed(*imports.BEFORE)
    job = api.ready(imports.FILE)["id"]
    change(db)
    library = db.library()
    assert api.change(job, "accept_changes").status == 200
    failed = check_job(api.wait_for(job, "fail"))
    told = {error["entry"]: error["details"] for error in failed["errors"]}
    assert list(told) == list(moved)
    assert all(told[entry].startswith(words) for entry, words in moved.items())
    assert db.library() == library
    assert db.value("SELECT count(*) FROM standard_history") == 0
    assert api.change(job, "retry").status == 200
    again = api.wait_for(job, "ready_for_review", "fail")
    if "CT2" not in library:  # it cannot be deleted twice
        assert [error["entry"] for error in again["errors"]] == [2]
        return
    assert api.diff(job) == expected_diff(library, imports.FILE)
    api.accept(job)
    assert db.library() == applied(library, imports.FILE)


def test_many_moved_by_the_operator(site, api, db):
    """All that changed are named, and no others."""
    rows = [item(f"CT{n}", f"new {n}") for n in range(1, 201)]
    db.seed(*(item(f"CT{n}", f"old {n}") for n in range(1, 101)))
    job = api.ready(to_csv(rows))["id"]
    moved = [item(f"CT{n}", f"loaded {n}") for n in range(50, 151)]
    load(site, *moved)
    library = db.library()
    api.change(job, "accept_changes")
    failed = api.wait_for(job, "fail")
    assert [error["entry"] for error in failed["errors"]] == list(range(50, 151))
    assert db.library() == library
    api.change(job, "retry")
    api.wait_for(job, "ready_for_review")
    assert api.diff(job) == expected_diff(library, to_csv(rows, list(imports.FIELDS)))
    api.accept(job)
    assert db.library() == {row["id"]: row for row in rows}


@pytest.mark.parametrize("outcome", ["commit", "rollback"])
def test_change_that_is_not_yet_decided(api, db, postgres, outcome):
    """The apply waits for the change, and goes by its outcome."""
    db.seed(*imports.BEFORE)
    job = api.ready(imports.FILE)["id"]
    with contextlib.closing(db.connect()) as other:
        with other.cursor() as cursor:
            cursor.execute("UPDATE standard SET title = 'else' WHERE id = 'CT1'")
        api.change(job, "accept_changes")
        processes.wait_until(postgres.waiting, what="it to wait")
        getattr(other, outcome)()
    if outcome == "rollback":
        imports.check_applied(api, db, job)
        return
    failed = api.wait_for(job, "fail")
    assert [error["details"].split(" since")[0] for error in failed["errors"]] == [
        "CT1 has changed"]
    assert sorted(db.library()) == ["CT1", "CT2", "CT3"]
