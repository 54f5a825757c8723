"""Several database servers: programs find the one that takes writes. A server that takes none is as
good as no server."""

import contextlib
import os
import subprocess
import tempfile

import psycopg2
import pytest

import processes
import sites
from client import IMPORT

ROWS = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"


@contextlib.contextmanager
def as_superuser(site):
    """A new connection, to a server of either kind."""
    connection = psycopg2.connect(host=site.env["PGHOST"], port=site.env["PGPORT"],
                                  dbname="postgres", user="postgres")
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        yield cursor


@pytest.fixture
def superuser(site):
    with as_superuser(site) as cursor:
        yield cursor


@pytest.fixture
def read_only(site, superuser):
    """Makes the server take no writes, like one that is full or no longer the primary."""
    def is_on():
        """Whether a new connection has it: by then the main process has told all others."""
        with as_superuser(site) as cursor:
            cursor.execute("SHOW default_transaction_read_only")
            return cursor.fetchone() == ("on",)

    def switch(on):
        superuser.execute("ALTER SYSTEM " + ("SET default_transaction_read_only = on" if on else
                                             "RESET default_transaction_read_only"))
        superuser.execute("SELECT pg_reload_conf()")
        processes.wait_until(lambda: is_on() == on, what="the server to take it in")

    yield switch
    switch(False)
    processes.wait_until(lambda: site.admin.get("/healthz").status == 200, what="the database")


@pytest.mark.parametrize("hosts", ["{nowhere},{here}", "{here},{nowhere}", "{nowhere},{nowhere},{here}"])
def test_the_server_that_answers_is_found(site, hosts):
    with tempfile.TemporaryDirectory() as nowhere:
        done = subprocess.run(
            [sites.program("accession"), "user", "list"], text=True,
            env={**os.environ, **{k: v for k, v in site.env.items() if k.startswith("PG")},
                 "PGHOST": hosts.format(nowhere=nowhere, here=site.env["PGHOST"])},
            capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert site.env["ACCESSION_EMAIL"] in done.stdout


def test_primary_is_killed_and_the_standby_promoted():
    """It happens in the middle of a diff and of an apply; `make failover` tries more moments."""
    done = subprocess.run(
        [sites.ROOT / "tests/fault/failover.py", "--rounds", "2", "--rows", "2000", "--seed", "3"],
        env={**os.environ, "VARIANT": sites.variant()}, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=1200, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("2 of 2 rounds without a lost job or a double apply\n")


def test_server_that_cannot_be_written_to_is_as_good_as_none(api, read_only):
    """Even for reading: it may be behind the server that takes writes."""
    job = api.ready(ROWS)
    read_only(True)
    # Existing connections notice it when they write.
    for method, path, body in (("PATCH", f"{IMPORT}{job['id']}/", {"status": "accept_changes"}),
                               ("PATCH", f"{IMPORT}{job['id']}/", {"status": "cancel"})):
        answer = api.request(method, path, json=body)
        assert answer.status == 503, answer
        assert int(answer.headers["Retry-After"]) > 0
    read_only(False)
    processes.wait_until(lambda: api.get("/healthz").status == 200, what="the database")
    api.accept(job["id"])


def test_worker_waits_for_a_server_that_can_be_written_to(api, db, read_only):
    """A phase that has begun goes on; the next one begins when it can."""
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        job = api.start(ROWS)
        processes.wait_until(db.busy)
        read_only(True)
    read_only(False)
    api.wait_for(job["id"], "ready_for_review")
    events = [one["event"] for one in api.get(f"{IMPORT}{job['id']}/events/").json["results"]]
    assert events[-1] == "ready"
