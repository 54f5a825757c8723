"""Programs that are started in a bad environment, or lose theirs while they run: signals ignored or
blocked, descriptors closed, a log that nobody reads, a database without tables, a supervisor that
was killed."""

import json
import os
import pathlib
import re
import signal
import socket
import stat
import subprocess
import tempfile

import psycopg2
import pytest

import fastcgi
import processes
import programs
import sites
from client import IMPORT, Client
from library import big_csv

ROWS = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"
MIB = 1024 * 1024
DAEMONS = ["api", "worker"]
START = {"api": r" info accession-api\[\d+\]: accession-api \d+\.\d+\.\d+ starts$",
         "worker": r" info accession\[\d+\]: accession worker \d+\.\d+\.\d+ starts$"}

SETTINGS = {"FAST_PROCESSES": 2, "SLOW_PROCESSES": 2}

every_daemon = pytest.mark.parametrize("name", DAEMONS)


@pytest.fixture(scope="module")
def site():
    with sites.running(SETTINGS) as running:
        yield running


def ignoring(*numbers):
    def before():
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
    return before


def blocking(*numbers):
    return lambda: signal.pthread_sigmask(signal.SIG_BLOCK, numbers)


def without_descriptors():
    os.closerange(0, 3)


SURROUNDINGS = {
    "no ends of children": ignoring(signal.SIGCHLD),
    "no ends": ignoring(signal.SIGTERM, signal.SIGINT),
    "all blocked": blocking(signal.SIGCHLD, signal.SIGTERM, signal.SIGINT),
}


def command(variant=None):
    return sites.program("accession", variant)


def owner(site, **more):
    return {**os.environ, **{name: value for name, value in site.env.items()
                             if name.startswith("PG")}, **more}


def nobody_reads():
    """The write end of a pipe that nobody reads."""
    unread, written = os.pipe()
    os.close(unread)
    return written


def kill_one(supervisor, count):
    """Kills one of the supervisor's `count` processes; returns once another has replaced it."""
    processes.wait_until(lambda: len(processes.children(supervisor)) == count, what="all of them")
    killed = processes.children(supervisor)[0]
    processes.kill([killed])
    processes.wait_until(lambda: killed not in processes.children(supervisor)
                         and len(processes.children(supervisor)) == count, what="another")


def all_works(api):
    api.accept(api.ready(ROWS)["id"])


@every_daemon
@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_whatever_was_inherited_processes_are_replaced_and_end(site, api, name, surroundings):
    count = len(processes.children(site.pid(name)))
    with open(site.folder / "surroundings.log", "w+b") as log:
        with programs.replaced(site, name, log=log, before=SURROUNDINGS[surroundings]) as pid:
            kill_one(pid, count)
            all_works(api)
            family = [pid, *processes.descendants(pid)]
            os.kill(pid, signal.SIGTERM)
            processes.wait_until(lambda: not any(map(processes.alive, family)), what="its end")
        log.seek(0)
        assert b"did not end in time" not in log.read()


@every_daemon
def test_closed_descriptors_are_nobody_elses(site, api, name):
    """Otherwise, what is written to them would go into a connection."""
    with programs.replaced(site, name, before=without_descriptors) as pid:
        all_works(api)
        for process in [pid, *processes.children(pid)]:
            assert {os.readlink(f"/proc/{process}/fd/{fd}") for fd in range(3)} == {"/dev/null"}


@every_daemon
def test_a_log_that_nobody_reads_ends_nothing(site, api, name):
    count, log = len(processes.children(site.pid(name))), nobody_reads()
    with programs.replaced(site, name, log=log, ACCESSION_LOG_LEVEL="debug") as pid:
        os.close(log)
        kill_one(pid, count)
        all_works(api)
        assert processes.alive(pid)
        api.failed(b"id,title\nCT5,\n")


def test_a_parser_that_crashed_is_told_as_crashed(site, api):
    with programs.replaced(site, "worker", before=ignoring(signal.SIGCHLD)) as pid:
        (worker,) = processes.children(pid)
        (spare,) = processes.wait_until(lambda: processes.children(worker), what="a parser in reserve")
        with processes.stopped([spare]):
            job = api.start(ROWS)
            processes.wait_until(lambda: processes.holds_file(worker, len(ROWS)), what="its file")
            os.kill(spare, signal.SIGABRT)
        details = api.wait_for(job["id"], "fail")["errors"][-1]["details"]
        assert "crash (signal 6)" in details


@pytest.mark.parametrize("before", [ignoring(), ignoring(signal.SIGCHLD)], ids=["as usual", "ignored"])
def test_load_tells_how_its_parser_ended(site, tmp_path, before):
    """A parser that ran out of memory says so by its exit code."""
    file = tmp_path / "standard.csv"
    file.write_bytes(ROWS + b'CT2,a,"' + b"x" * (60 * MIB) + b'",1,X1\n')
    env = owner(site, ACCESSION_PARSER_MEMORY_BYTES=str(64 * MIB),
                ACCESSION_MAX_FIELD_BYTES=str(64 * MIB), ACCESSION_MAX_RECORD_BYTES=str(256 * MIB))
    done = subprocess.run([command("release"), "load", file], env=env, capture_output=True,
                          text=True, timeout=60, check=False, preexec_fn=before)
    assert done.returncode == 1
    assert "took more than 64 MiB of memory" in done.stdout
    assert not site.db.value("SELECT count(*) FROM standard")


def test_load_works_though_ends_of_children_are_ignored(site, db, tmp_path):
    file = tmp_path / "standard.csv"
    file.write_bytes(ROWS)
    done = subprocess.run([command(), "load", file], env=owner(site), capture_output=True,
                          text=True, timeout=60, check=False, preexec_fn=ignoring(signal.SIGCHLD))
    assert (done.returncode, done.stdout) == (0, "1 added, 0 updated, 0 unchanged\n"), done.stderr
    assert list(db.library()) == ["CT1"]


def test_a_command_ends_quietly_when_nobody_reads_on(site):
    written = nobody_reads()
    done = subprocess.run([command(), "config"], env=owner(site), stdout=written,
                          stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(written)
    assert (done.returncode, done.stderr) == (-signal.SIGPIPE, b"")


# --------------------------------------------------------------------- the log


def said_with_stream(stream, code, *args, **settings):
    """What a command that ends with this code says to a file, for a JOURNAL_STREAM made of the
    file's device and inode."""
    with tempfile.TemporaryFile() as log:
        itself = os.fstat(log.fileno())
        name = stream.format(device=itself.st_dev, inode=itself.st_ino)
        done = subprocess.run([command(), *args], stdout=subprocess.DEVNULL, stderr=log, timeout=60,
                              env={**os.environ, "JOURNAL_STREAM": name, **settings}, check=False)
        assert done.returncode == code
        log.seek(0)
        return log.read().decode()


@pytest.mark.parametrize("stream, believed", [
    ("{device}:{inode}", True), ("{device}:1", False), ("1:{inode}", False), ("yes", False),
    ("", False)])
def test_journal_is_believed_only_where_it_is(stream, believed):
    """A warning goes to a file that JOURNAL_STREAM says is the journal."""
    said = said_with_stream(stream, 0, "config", ACCESSION_NONSENSE="1")
    begins = r"<4>" if believed else (
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warning accession\[\d+\]: ")
    assert re.match(begins + r"ACCESSION_NONSENSE is no setting\.$", said)


def test_what_ends_a_program_is_an_error_in_the_journal():
    said = said_with_stream("{device}:{inode}", 2, "worker", ACCESSION_WORKER_POLL_MS="often")
    assert said.startswith("<3>accession: ACCESSION_WORKER_POLL_MS is \"often\"")


@every_daemon
def test_log_tells_program_and_version_and_names_what_is_no_setting(site, name):
    with open(site.folder / "surroundings.log", "w+b") as log:
        with programs.replaced(site, name, log=log, ACCESSION_FAST_PROCESES="3"):
            pass
        log.seek(0)
        said = log.read().decode()
    assert re.search(START[name], said, re.MULTILINE)
    assert said.count("ACCESSION_FAST_PROCESES is no setting: did you mean "
                      "ACCESSION_FAST_PROCESSES?\n") == 1


@every_daemon
def test_all_settings_of_a_site_are_some(site, name):
    log = (site.folder / "log" / f"{name}.log").read_text()
    assert re.search(START[name], log, re.MULTILINE)
    assert "is no setting" not in log


# ------------------------------------------------- a database without its tables


@pytest.fixture
def other(site):
    """The name of a database without tables."""
    superuser = psycopg2.connect(host=site.env["PGHOST"], port=site.env["PGPORT"],
                                 dbname="postgres", user="postgres")
    superuser.autocommit = True
    with superuser.cursor() as cursor:
        cursor.execute("CREATE DATABASE no_tables OWNER accession_owner")
        yield "no_tables"
        cursor.execute("DROP DATABASE no_tables WITH (FORCE)")
    superuser.close()


def test_both_wait_for_the_tables_and_work_once_they_are_there(site, other):
    """The same processes do, without anybody's help."""
    client = Client(site.url)

    def run(*args):
        return subprocess.run([command(), *args], env=owner(site, PGDATABASE=other), timeout=60,
                              stdout=subprocess.PIPE, text=True, check=True).stdout.strip()

    with open(site.folder / "api-waits.log", "w+b") as api_log, \
            open(site.folder / "worker-waits.log", "w+b") as worker_log, \
            programs.replaced(site, "api", log=api_log, PGDATABASE=other) as api, \
            programs.replaced(site, "worker", log=worker_log, PGDATABASE=other) as worker:
        for path in ("/healthz", "users/me/", IMPORT):
            answer = client.request("GET", path, headers={"Authorization": "Token " + "0" * 40})
            assert (answer.status, list(answer.json)) == (503, ["detail"])
            assert int(answer.headers["Retry-After"]) > 0
        processes.wait_until(lambda: b"no tables yet" in os.pread(worker_log.fileno(), 1 << 20, 0),
                             what="the worker to say what it waits for")
        workers = processes.children(worker)
        run("migrate")
        processes.wait_until(lambda: client.get("/healthz").status == 200, what="the recovery")
        run("user", "add", "ada@example.org", "--role", "admin")
        ada = Client(site.url, run("token", "create", "ada@example.org"))
        ada.accept(ada.ready(ROWS)["id"])
        assert processes.children(worker) == workers
        assert processes.alive(api)
        for log in (api_log, worker_log):
            log.seek(0)
        api_said, worker_said = api_log.read().decode(), worker_log.read().decode()
    assert 'cannot work yet: The database has no tables yet: run "accession migrate".' in api_said
    assert 'GET /healthz: The database has no tables yet: run "accession migrate".' in api_said
    assert 'cannot work yet: The database has no tables yet: run "accession migrate".' in worker_said
    assert ": the database is there" in worker_said


# ------------------------------------------------------- a supervisor that is gone


def handlers_of(supervisor, path):
    """Those of its processes that listen on the socket at `path`, found by its inode."""
    with open("/proc/net/unix", encoding="utf-8") as table:
        inodes = {line.split()[6] for line in table if line.rstrip().endswith(" " + str(path))}

    def listens(pid):
        for fd in pathlib.Path(f"/proc/{pid}/fd").iterdir():
            target = os.readlink(fd)
            if stat.S_ISSOCK(os.stat(fd).st_mode) and target[len("socket:["):-1] in inodes:
                return True
        return False

    return [pid for pid in processes.children(supervisor) if listens(pid)]


def test_handlers_listen_on_the_socket_of_their_own_pool(site):
    env = programs.environment(site, "api")
    pools = [handlers_of(site.pid("api"), env[name]) for name in sorted(env)
             if re.fullmatch(r"ACCESSION_[A-Z]+_SOCKET", name)]
    assert len(pools) > 1
    assert sorted(sum(pools, [])) == site.handler_pids()  # each in one


def test_an_export_outlives_its_supervisor_and_keeps_no_socket(site, api, db):
    """It is busy with an answer that nobody reads yet. All other handlers end, both sockets refuse
    connections, and another supervisor starts beside it."""
    api.apply(big_csv(20_000))
    env = programs.environment(site, "api")
    sockets = [value for name, value in env.items()
               if re.fullmatch(r"ACCESSION_[A-Z]+_SOCKET", name)]
    with programs.replaced(site, "api") as pid, \
            fastcgi.asked(env["ACCESSION_SLOW_SOCKET"], "/api/v2/library/export/standard.json",
                          {"Authorization": f"Token {api.token}"}) as export:
        begun = export.recv(8, socket.MSG_PEEK)  # it has begun to answer
        assert len(begun) == 8
        handlers = processes.children(pid)  # now, as they are started one after the other
        os.kill(pid, signal.SIGKILL)
        processes.wait_until(lambda: sum(map(processes.alive, handlers)) == 1,
                             what="the end of the others")
        processes.wait_until(lambda: all(map(fastcgi.refuses, sockets)), what="the refusal")
        another = programs.start(site, "api", env)
        try:
            processes.wait_until(lambda: api.get("users/me/").status == 200, what="the new ones")
            assert sum(map(processes.alive, handlers)) == 1
            head, _, body = fastcgi.answer(export).partition(b"\r\n\r\n")
            assert b"Status: 200" in head
            assert len(json.loads(body)) == 20_000
        finally:
            another.terminate()
            another.wait(60)
