"""What programs check when they start: the version of the database's schema, and their settings.
The schema is in a separate database, which no site uses."""

import json
import os
import re
import signal
import subprocess
import tempfile

import psycopg2
import pytest

import processes
import sites

PROGRAMS = {
    "worker": ["accession", "worker"],
    "handlers": ["accession-api"],
    "operator": ["accession", "user", "list"],
    "migrate": ["accession", "migrate"],
    "migrations": ["accession", "migrate", "--status"],
    "status": ["accession", "status"],
    "status --json": ["accession", "status", "--json"],
}
CHECKED = ["worker", "handlers", "operator"]
DAEMONS = ["worker", "handlers"]
OLDER = """UPDATE schema_version SET version = -version
            WHERE version = (SELECT max(version) FROM schema_version)"""
NOT_OLDER = "UPDATE schema_version SET version = -version WHERE version < 0"
NEWER = "INSERT INTO schema_version (version, name, checksum, oldest) VALUES (999, '999_new', '', %s)"
NOT_NEWER = "DELETE FROM schema_version WHERE version = 999"
TABLES = 'cannot work yet: The database has no tables yet: run "accession migrate".'


class Schema:
    """A database, and programs started on it."""

    def __init__(self, site, connection, folder):
        self.site = site
        self.connection = connection
        self.folder = folder

    def run(self, sql, *params):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)

    def start(self, program, **env):
        name, *args = PROGRAMS[program]
        return subprocess.Popen(
            [sites.program(name), *args], text=True,
            env={**os.environ, "PGHOST": self.site.env["PGHOST"], "PGPORT": self.site.env["PGPORT"],
                 "PGDATABASE": "other_schema", "ACCESSION_SLOW_SOCKET": f"{self.folder}/slow",
                 "ACCESSION_FAST_SOCKET": f"{self.folder}/fast",
                 "ACCESSION_WAIT_SOCKET": f"{self.folder}/wait", **env},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def refused(self, program, **env):
        """Runs a program that must not start; returns what it says and its exit code."""
        process = self.start(program, **env)
        text, _ = process.communicate(timeout=60)
        return text, process.returncode

    def starts(self, program, sign, *signs, between=None, **env):
        """Starts a daemon and waits for `sign` in its log, then for each of `signs`, calling
        `between` after each. Ends the daemon, and returns all that it said."""
        said = ""
        with self.start(program, **env) as process:
            try:
                for awaited in (sign, *signs):
                    while awaited not in said:
                        line = process.stdout.readline()
                        assert line, said
                        said += line
                    if between:
                        between()
            finally:
                process.send_signal(signal.SIGTERM)
                rest, _ = process.communicate(timeout=60)
        assert process.returncode in (0, -signal.SIGTERM), said + rest  # it may just have begun
        return said


def connect(site, database, user):
    connection = psycopg2.connect(host=site.env["PGHOST"], port=site.env["PGPORT"],
                                  dbname=database, user=user)
    connection.autocommit = True
    return connection


@pytest.fixture(scope="module")
def empty(site):
    """A database without tables, until a test wants them."""
    superuser = connect(site, "postgres", "postgres")
    with superuser.cursor() as cursor, tempfile.TemporaryDirectory() as folder:
        cursor.execute("CREATE DATABASE other_schema OWNER accession_owner")
        connection = connect(site, "other_schema", "accession_owner")
        yield Schema(site, connection, folder)
        connection.close()
        cursor.execute("DROP DATABASE other_schema WITH (FORCE)")
    superuser.close()


@pytest.fixture
def schema(empty):
    """The same database, with the schema of these programs."""
    assert empty.refused("migrate")[1] == 0
    yield empty
    empty.run(NOT_NEWER)
    empty.run(NOT_OLDER)


def test_operator_is_told_of_a_database_without_tables(empty):
    said, code = empty.refused("operator")
    assert code == 1
    assert 'no tables yet: run "accession migrate"' in said


@pytest.mark.parametrize("program", DAEMONS)
def test_database_without_tables_is_waited_for(empty, program):
    """A daemon says once what has to be done. The worker works as soon as it is done."""
    signs = {"worker": [TABLES], "handlers": [TABLES, "serving "]}[program]
    said = empty.starts(program, *signs)
    assert said.count(TABLES) == 1


def test_operator_is_told_of_a_schema_that_is_too_old(schema):
    schema.run(OLDER)
    said, code = schema.refused("operator")
    assert code == 1
    assert 'run "accession migrate"' in said


def test_operator_is_told_of_a_schema_that_has_left_the_program_behind(schema):
    schema.run(NEWER, 999)
    said, code = schema.refused("operator")
    assert code == 1
    assert "install the newer version" in said


UNFIT = pytest.mark.parametrize("make, unmake, remedy", [
    ((OLDER,), NOT_OLDER, 'run "accession migrate"'),
    ((NEWER, 999), NOT_NEWER, "install the newer version"),
], ids=["too old", "too new"])


@UNFIT
def test_worker_waits_for_a_schema_that_fits(schema, make, unmake, remedy):
    schema.run(*make)
    said = schema.starts("worker", "cannot work yet: ", "the database is there",
                         between=lambda: schema.run(unmake))
    assert remedy in said


@UNFIT
def test_handlers_start_with_a_schema_that_does_not_fit(schema, make, unmake, remedy):
    schema.run(*make)
    said = schema.starts("handlers", "serving ")
    assert "cannot work yet: " in said and remedy in said


def test_schema_that_is_newer_but_fits(schema):
    schema.run(NEWER, 1)
    assert schema.refused("operator")[1] == 0
    schema.starts("worker", " is up")
    schema.starts("handlers", "serving ")


def test_migration_and_status_work_with_any_schema(schema):
    schema.run(OLDER)
    assert "not applied" in schema.refused("migrations")[0]
    assert schema.refused("status")[1] == 0


def status(schema):
    text, code = schema.refused("status --json")
    assert code == 0, text
    return json.loads(text)


def warnings(schema):
    """What `status` warns about, which must be the same for people and for monitoring."""
    text, code = schema.refused("status")
    told = status(schema)
    assert code == 0
    assert [line for line in text.splitlines() if line.startswith("WARNING: ")] == [
        f"WARNING: {warning}" for warning in told["warnings"]]
    return told["warnings"], told["schema"][0]


def test_status_tells_that_no_worker_is_there(schema):
    assert warnings(schema)[0] == ["no worker is connected"]
    with schema.start("worker") as worker:
        try:
            processes.wait_until(lambda: status(schema)["warnings"] == [], what="the worker")
            assert warnings(schema)[0] == []
        finally:
            worker.send_signal(signal.SIGTERM)


def test_status_tells_that_the_schema_is_behind(schema):
    _, newest = warnings(schema)
    assert newest["behind"] is False
    schema.run(OLDER)
    told, before = warnings(schema)
    assert before["behind"] is True and before["version"] < newest["version"]
    assert told[1:] == [f"the schema is version {before['version']}, and this program needs"
                        f" {newest['version']}: run \"accession migrate\""]


def test_migrations_of_a_newer_program_are_listed(schema):
    schema.run(NEWER, 1)
    said, code = schema.refused("migrations")
    assert code == 0
    assert re.search(r"^999_new +applied [-0-9T:]{19} by a newer program$", said, re.M)


def test_connection_to_a_schema_that_is_too_old_is_none(site, api, db):
    """Nobody tells a running worker that the schema was set back; it must not touch it."""
    newest = db.rows("""DELETE FROM schema_version
                         WHERE version = (SELECT max(version) FROM schema_version) RETURNING *""")[0]
    try:
        db.run("""SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE usename IN ('accession_api', 'accession_worker')""")
        processes.wait_until(lambda: api.get("users/me/").status == 503, what="the refusal")
        assert int(api.get("users/me/").headers["Retry-After"]) > 0
    finally:
        db.run("INSERT INTO schema_version VALUES (%s, %s, %s, %s, %s)", *newest)
    processes.wait_until(lambda: api.get("users/me/").status == 200, what="the recovery")
    api.ready(b"id,title,text,priority,phase\nCT1,a,b,1,X1\n")


@pytest.mark.parametrize("program, sign", [("worker", "trying again"), ("handlers", "serving ")])
def test_database_that_is_down_is_waited_for(schema, program, sign):
    said = schema.starts(program, sign, PGHOST=schema.folder)
    assert "cannot be reached yet" in said


@pytest.mark.parametrize("program", CHECKED)
@pytest.mark.parametrize("zone", ["Mars/Olympus", "../zoneinfo/UTC", "/etc/localtime", "America",
                                  "tzdata.zi", "EST5EDT4,M3.2.0,M11.1.0"])
def test_time_zone_that_does_not_exist(schema, program, zone):
    said, code = schema.refused(program, ACCESSION_TIME_ZONE=zone)
    assert code == 2
    assert f'ACCESSION_TIME_ZONE is "{zone}"' in said
