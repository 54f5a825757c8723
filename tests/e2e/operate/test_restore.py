"""A dump restored into another database: `accession migrate` makes again what is in no dump,
`accession verify` says so, and jobs that waited in the dump go on."""

import contextlib
import os
import re
import subprocess

import psycopg2
import pytest

import processes
import sites
from client import IMPORT

LIBRARY = b"id,title,text,priority,phase\n,one,text,5,X1\n,two,text,6,X2\n"
WAITING = b"id,title,text,priority,phase,mark_delete\nCT1,changed,text,5,X1,\nCT2,,,,,true\n,new,text,1,X1,\n"


@pytest.fixture(scope="module")
def site():
    """A site of its own, since its database is replaced by another."""
    with sites.running() as running:
        yield running


@pytest.fixture
def run(site):
    """Runs a program on a database of the site's server; returns its exit code and output."""

    def run(database, *args, user="accession_owner"):
        done = subprocess.run(
            args, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=120, check=False,
            env={**os.environ, **{k: v for k, v in site.env.items() if k.startswith("PG")},
                 "PGDATABASE": database, "PGUSER": user})
        return done.returncode, done.stdout

    return run


@pytest.fixture
def accession(run):
    return lambda database, *args: run(database, sites.program("accession"), *args)


@pytest.fixture
def superuser(site):
    with contextlib.closing(psycopg2.connect(host=site.env["PGHOST"], port=site.env["PGPORT"],
                                             dbname="postgres", user="postgres")) as connection:
        connection.autocommit = True
        yield connection.cursor()


@pytest.fixture
def restored(run, superuser, tmp_path):
    """Dumps the site's database and restores it as another, as README says."""

    def restore(user):
        dump = str(tmp_path / "accession.dump")
        assert run("accession", "pg_dump", "-Fc", "-f", dump, user=user) == (0, "")
        assert run("postgres", "createdb", "--owner=accession_owner", "restored",
                   user="postgres") == (0, "")
        assert run("restored", "pg_restore", "--exit-on-error", "-d", "restored", dump,
                   user=user) == (0, "")

    yield restore
    superuser.execute("DROP DATABASE IF EXISTS restored WITH (FORCE)")


def exchange(site, superuser):
    """Gives the restored database the other's name, so that programs find it when they connect."""
    superuser.execute("ALTER DATABASE accession ALLOW_CONNECTIONS false")
    superuser.execute("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                      " WHERE datname = 'accession'")
    superuser.execute("ALTER DATABASE accession RENAME TO before")
    superuser.execute("ALTER DATABASE restored RENAME TO accession")
    site.db.connection = site.db.connect()
    site.db.connection.autocommit = True


@pytest.mark.parametrize("user", ["postgres", "accession_owner"])
def test_what_is_in_no_dump_is_missed_and_made_again(api, accession, restored, user):
    api.ready(LIBRARY)
    restored(user)
    code, said = accession("restored", "verify")
    assert code == 1
    assert re.findall(r"^WRONG +(\w+) ", said, re.M) == ["database"], said
    assert "PUBLIC: has TEMPORARY on the database\n" in said
    code, said = accession("restored", "migrate")
    assert code == 0
    assert "Renewed: REVOKE TEMPORARY ON DATABASE restored FROM PUBLIC.\n" in said
    assert accession("restored", "verify")[0] == 0


def test_rights_that_were_left_out_of_a_dump_are_missed(run, accession, superuser, tmp_path):
    dump = str(tmp_path / "accession.dump")
    assert run("accession", "pg_dump", "-Fc", "--no-privileges", "-f", dump) == (0, "")
    superuser.execute("CREATE DATABASE bare OWNER accession_owner")
    assert run("bare", "pg_restore", "--exit-on-error", "-d", "bare", dump) == (0, "")
    assert accession("bare", "migrate")[0] == 0
    code, said = accession("bare", "verify")
    assert code == 1
    assert re.findall(r"^WRONG +(\w+) ", said, re.M) == ["rights"], said
    superuser.execute("DROP DATABASE bare WITH (FORCE)")


def test_a_review_that_waits_in_a_dump_can_be_accepted_there(site, api, db, accession, restored,
                                                             superuser):
    api.apply(LIBRARY)
    job = api.ready(WAITING)["id"]
    diff = api.get(f"{IMPORT}{job}/diff/standard/").json
    restored("postgres")
    assert accession("restored", "migrate")[0] == 0
    exchange(site, superuser)

    processes.wait_until(lambda: api.get(f"{IMPORT}{job}/").status == 200, what="the programs' return")
    assert api.get(f"{IMPORT}{job}/diff/standard/").json == diff
    api.accept(job)
    assert {id: one["title"] for id, one in db.library().items()} == {"CT1": "changed", "CT3": "new"}
    assert accession("accession", "verify")[0] == 0
    api.apply(LIBRARY)  # and another whole import
