"""What programs do with a connection to the database before they use it: they set what they rely
on, and refuse or warn about what they cannot work with. Also, what people are told when somebody
cancels a statement. tests/unit/database/server_transaction.c, which runs here with the site's
server, tests what the server sees of connections and transactions."""

import contextlib
import json
import os
import re
import signal
import subprocess
import threading

import psycopg2
import pytest

import pgbouncer
import processes
import sites
from client import IMPORT
from library import item, read_csv, to_csv
from ports import free_port

TEST = sites.ROOT / "build/release/tests/unit/database/server_transaction"
FILE = to_csv([item("CT1", r"back\slash 'quoted'"), item("CT2", "new")])
ROLES = ("accession_api", "accession_worker", "accession_owner")

# Settings of a role that would break an import, or change its bytes, if a program kept them.
SETTINGS = {
    "search_path": '"$user"', "standard_conforming_strings": "off", "backslash_quote": "off",
    "quote_all_identifiers": "on", "client_encoding": "LATIN1",
    "default_transaction_read_only": "on", "default_transaction_isolation": "serializable",
    "default_transaction_deferrable": "on", "statement_timeout": "50ms", "lock_timeout": "1ms",
    "idle_in_transaction_session_timeout": "50ms", "idle_session_timeout": "2s",
    "DateStyle": "German, DMY", "IntervalStyle": "iso_8601", "TimeZone": "Asia/Tokyo",
    "bytea_output": "escape", "extra_float_digits": "-15", "jit": "on", "jit_above_cost": "0",
}


@pytest.fixture
def superuser(site):
    with contextlib.closing(site.db.connect("postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


def end_connections(site, cursor):
    """Ends our programs' connections, so that all of them are new afterwards."""
    cursor.execute("""SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                       WHERE usename IN ('accession_api', 'accession_worker')""")
    processes.wait_until(lambda: site.admin.get("/healthz").status == 200, what="the database")


def test_connections_and_transactions_as_the_server_sees_them(site):
    env = {name: site.env[name] for name in ("PGHOST", "PGPORT", "PGDATABASE", "PGUSER")}
    done = subprocess.run([TEST], env={**os.environ, **env}, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=60, check=False)
    assert done.returncode == 0, done.stdout


# Settings of roles

@contextlib.contextmanager
def set_otherwise(site, superuser, whose):
    """Gives the programs' roles, or the database, settings that nothing could work with."""
    try:
        for one in whose:
            for name, value in SETTINGS.items():
                superuser.execute(f"ALTER {one} SET {name} = %s", (value,))
        end_connections(site, superuser)
        yield
    finally:
        for one in whose:
            superuser.execute(f"ALTER {one} RESET ALL")
        end_connections(site, superuser)


MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}")  # its zone follows


def whole_import(api):
    """Runs an import. Returns the bytes of its answers, without moments, and the exported file."""
    job = api.ready(FILE)["id"]
    diff = api.get(f"{IMPORT}{job}/diff/standard/").raw
    api.accept(job)
    job = api.ready(to_csv([item("CT1", "again")]))["id"]
    update = api.get(f"{IMPORT}{job}/diff/standard/").raw
    api.accept(job)
    export = api.get("library/export/standard.csv", check=False).raw
    answers = (diff, update, export, api.get("library/tasks/").raw)
    return [MOMENT.sub(b"(a moment)", answer) for answer in answers], export


@pytest.mark.parametrize("whose", [[f"ROLE {role}" for role in ROLES], ["DATABASE accession"]],
                         ids=["roles", "database"])
def test_what_roles_and_database_are_set_to_changes_nothing(site, api, db, superuser, whose):
    expected, export = whole_import(api)
    assert dict(read_csv(export)) == db.library()
    site.clear()
    with set_otherwise(site, superuser, whose):
        assert whole_import(api)[0] == expected
        for args in (["status"], ["verify"], ["user", "list"], ["migrate"]):
            done = pgbouncer.operate(site, site.env["PGHOST"], *args)
            assert done.returncode == 0, (args, done)


# The database's encoding

ENCODING = "createdb -E UTF8 -T template0 --locale=C.UTF-8"
PROGRAMS = (["accession", "worker"], ["accession-api"], ["accession", "user", "list"],
            ["accession", "migrate"], ["accession", "migrate", "--status"], ["accession", "status"],
            ["accession", "verify"], ["accession", "load", "items.csv"])


@pytest.fixture(params=["SQL_ASCII", "LATIN1"])
def not_utf8(site, superuser, request):
    """A database, connected to as its owner."""
    superuser.execute("DROP DATABASE IF EXISTS other_encoding WITH (FORCE)")
    superuser.execute(f"""CREATE DATABASE other_encoding OWNER accession_owner TEMPLATE template0
                          ENCODING '{request.param}' LOCALE 'C'""")
    with contextlib.closing(psycopg2.connect(
            host=site.env["PGHOST"], port=site.env["PGPORT"], dbname="other_encoding",
            user="accession_owner")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor
    superuser.execute("DROP DATABASE other_encoding WITH (FORCE)")


def said(site, tmp_path, program):
    """What a program says about the database until it has named the remedy, or has ended."""
    (tmp_path / "items.csv").write_bytes(FILE)
    name, *args = program
    text = ""
    with subprocess.Popen(
            [sites.program(name), *args], text=True,
            env={**os.environ, "PGHOST": site.env["PGHOST"], "PGPORT": site.env["PGPORT"],
                 "PGDATABASE": "other_encoding", "ACCESSION_FAST_SOCKET": f"{tmp_path}/fast",
                 "ACCESSION_SLOW_SOCKET": f"{tmp_path}/slow",
                 "ACCESSION_WAIT_SOCKET": f"{tmp_path}/wait"}, cwd=tmp_path,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        while ENCODING not in text and (line := process.stdout.readline()):
            text += line
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    return text


@pytest.mark.parametrize("half_made", [False, True])
def test_database_that_is_not_utf8_is_refused(site, not_utf8, tmp_path, half_made):
    if half_made:
        not_utf8.execute("""CREATE TABLE schema_version (version integer PRIMARY KEY,
                            name text NOT NULL, applied timestamptz NOT NULL DEFAULT now(),
                            checksum bytea NOT NULL, oldest integer NOT NULL DEFAULT 0)""")
        not_utf8.execute("GRANT SELECT ON schema_version TO accession_api, accession_worker")
    for program in PROGRAMS:
        text = said(site, tmp_path, program)
        assert ENCODING in text, (program, text)
    not_utf8.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    assert not_utf8.fetchone() == (int(half_made),)


# Connections over a network

EXPOSED = "goes over the network unencrypted"
TCP = "listen_addr = 0.0.0.0\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """The folder of a self-signed certificate for "localhost" and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-keyout", folder / "key", "-out", folder / "cert"],
                   check=True, capture_output=True)
    return folder


def warnings(done):
    assert done.returncode == 0, done
    return done.stderr.count(EXPOSED)


@pytest.mark.parametrize("host, count", [
    ("{folder}", 0), ("127.0.0.1", 0), ("localhost", 0), ("0.0.0.0", 1)])
def test_connection_over_a_network_is_warned_of(site, host, count):
    """0.0.0.0 is this machine too, but not a loopback address."""
    port = free_port()
    with pgbouncer.running(site, "session", port=port, more=TCP) as folder:
        done = pgbouncer.operate(site, host.format(folder=folder), "user", "list",
                                 PGPORT=str(port))
        assert warnings(done) == count, done.stderr
        if count:
            assert "PGSSLMODE=verify-full" in done.stderr and "PGSSLROOTCERT" in done.stderr


def test_status_tells_of_a_connection_over_a_network(site):
    port = free_port()
    with pgbouncer.running(site, "session", port=port, more=TCP):
        for host, told in (("127.0.0.1", []), ("0.0.0.0", [
                "the connection to the database at 0.0.0.0 goes over the network unencrypted"])):
            done = pgbouncer.operate(site, host, "status", "--json", PGPORT=str(port))
            assert json.loads(done.stdout)["warnings"] == told


def test_connection_that_is_encrypted_is_not(site, certificate):
    port = free_port()
    tls = (f"client_tls_sslmode = allow\nclient_tls_key_file = {certificate}/key\n"
           f"client_tls_cert_file = {certificate}/cert\n")
    stat = os.stat(site.env["PGHOST"])
    for path in (certificate, certificate / "key", certificate / "cert"):
        os.chown(path, stat.st_uid, stat.st_gid)
    certificate.parent.chmod(0o755)
    with pgbouncer.running(site, "session", port=port, more=TCP + tls):
        for mode, count in (("require", 0), ("disable", 1)):
            done = pgbouncer.operate(site, "0.0.0.0", "user", "list", PGPORT=str(port),
                                     PGSSLMODE=mode)
            assert warnings(done) == count, (mode, done.stderr)


def test_daemons_warn_once(site, api):
    """The warning comes once, not from every handler."""
    port = free_port()
    with pgbouncer.running(site, "session", size=60, port=port, more=TCP), \
            pgbouncer.replaced(site, ["api"], "0.0.0.0", PGPORT=str(port)) as log:
        for _ in range(30):
            assert api.fork().get("users/me/").status == 200
    assert log().count(EXPOSED) == 1
    with pgbouncer.running(site, "session", size=60, port=port, more=TCP), \
            pgbouncer.replaced(site, ["worker"], "0.0.0.0", PGPORT=str(port)) as log:
        api.ready(FILE)
    assert log().count(EXPOSED) == 1


# A statement that somebody cancels

def cancel(superuser, application):
    """Calls pg_cancel_backend once the program waits for a lock."""
    def cancelled():
        superuser.execute("""SELECT pg_cancel_backend(pid) FROM pg_stat_activity
                              WHERE application_name = %s AND wait_event_type = 'Lock'""",
                          (application,))
        return superuser.fetchall()
    processes.wait_until(cancelled, what="a statement to cancel")


def check_stopped(api, job):
    (error,) = api.wait_for(job, "fail")["errors"]
    assert error["details"] == ("An administrator of the database stopped it. Nothing was applied. "
                                "You can retry the job.")


def test_diff_that_an_administrator_stops(api, db, superuser):
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        job = api.start(FILE)["id"]
        cancel(superuser, "accession worker")
    check_stopped(api, job)
    assert api.change(job, "retry").status == 200
    api.wait_for(job, "ready_for_review")


def test_apply_that_an_administrator_stops(api, db, superuser):
    job = api.ready(FILE)["id"]
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        assert api.change(job, "accept_changes").status == 200
        cancel(superuser, "accession worker")
    check_stopped(api, job)
    assert db.library() == {}
    assert api.change(job, "retry").status == 200
    api.accept(api.wait_for(job, "ready_for_review")["id"])
    assert list(db.library()) == ["CT1", "CT2"]


def test_request_that_an_administrator_stops(site, api, db, superuser):
    """The log says who did it, not that the statement timed out."""
    log = site.folder / "log" / "api.log"
    begin = log.stat().st_size
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        answers = []
        thread = threading.Thread(
            target=lambda: answers.append(api.fork().get("library/tasks/CT1/")))
        thread.start()
        cancel(superuser, "accession-api")
        thread.join()
    assert answers[0].status == 503
    line = log.read_bytes()[begin:].decode()
    assert "an administrator of the database cancelled the statement" in line
