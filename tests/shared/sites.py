"""Private sites: PostgreSQL, nginx, handlers and a worker in a folder of their own.

VARIANT sets the variant of the programs, by default sanitize; a sanitizer's report then fails the
test during which it was written. ACCESSION_TEST_KEEP=1 leaves the folders behind.
"""

import atexit
import contextlib
import functools
import glob
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from client import Client
from database import Database
import processes
from ports import free_port

ROOT = pathlib.Path(__file__).resolve().parents[2]
_PROGRAM = ROOT / "tests" / "site"
THREAT = ROOT / "sql" / "models" / "threat.yaml"  # a second content model
_PEOPLE = {
    "viewer": ("viewer@example.com", "Vera", "Viewer"),
    "editor": ("editor@example.com", "Edgar", "Editor"),
}

# Low enough that no test has to wait long.
SETTINGS = {"WORKER_POLL_MS": 500, "WORKER_HEARTBEAT_MS": 200, "WORKER_LOST_MS": 3000,
            "WORKER_STOP_MS": 500}

# What the leak check writes if the process is killed during it; tests/run knows it too.
_NO_REPORT = re.compile(r"^==\d+==Unable to get registers from thread \d+\.$", re.MULTILINE)


def variant():
    return os.environ.get("VARIANT") or "sanitize"


def program(name, of=None):
    """The path of a program, accession or accession-api, of this variant or the variant `of`."""
    return ROOT / "build" / (of or variant()) / name


def _read_env(path):
    """The shell assignments of run.env, read by a shell."""
    text = subprocess.run(
        ["bash", "-c", 'set -a; . "$1"; env -0', "bash", str(path)],
        env={"PATH": os.environ["PATH"]}, check=True, capture_output=True).stdout.decode()
    return dict(line.split("=", 1) for line in text.split("\0") if "=" in line)


class Site:
    """A running site. `admin`, `editor` and `viewer` are clients of people with these roles."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.env = _read_env(self.folder / "run.env")
        self.url = self.env["ACCESSION_URL"].rstrip("/")
        self.db = Database(self.env)
        self.admin = Client(self.url, self.env["ACCESSION_TOKEN"])
        self.ids = {"admin": self.db.value("SELECT id FROM account WHERE email = %s",
                                           self.env["ACCESSION_EMAIL"])}
        self.viewer = self._person("viewer")
        self.editor = self._person("editor")
        self._reports_seen = set()

    def _person(self, role):
        email, first, last = _PEOPLE[role]
        found = self.db.rows("SELECT id FROM account WHERE email = %s", email)
        self.ids[role] = found[0][0] if found else self.db.make_account(email, role, first, last)
        return Client(self.url, self.db.make_token(self.ids[role]))

    @property
    def key(self):
        """The key of the administrator's credential, for functions of the database."""
        return hashlib.sha256(self.admin.token.encode()).digest()

    def accession(self, *args, code=0, stdin="", timeout=120, **env):
        """Runs the operator's command for this site. Returns what it says on standard output, or,
        if it is to fail, on standard error."""
        done = subprocess.run(
            [program("accession"), *map(str, args)], input=stdin, text=True,
            env={**os.environ, **self.pg(), **env},
            capture_output=True, timeout=timeout, check=False)
        assert done.returncode == code, (args, done.stdout, done.stderr)
        return done.stdout if code == 0 else done.stderr

    def pg(self):
        """The variables by which libpq finds its database, as the owner."""
        return {name: value for name, value in self.env.items() if name.startswith("PG")}

    def psql(self, script):
        """Runs statements as one session of psql, which ends at the first error. Returns the rows."""
        done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"],
                              input=script, env={**os.environ, **self.pg()}, text=True,
                              capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def pid(self, name):
        """The pid of the supervisor of the api or the worker."""
        return int((self.folder / f"{name}.pid").read_text())

    def worker_pids(self):
        """The worker's processes, once there are any."""
        return processes.wait_until(lambda: processes.children(self.pid("worker")), what="a worker")

    def handler_pids(self):
        return processes.children(self.pid("api"))

    def handlers(self, kind):
        """The processes that are a "fast handler", a "slow handler", the "waiter" or a "sign-in
        handler"."""
        return [pid for pid in self.handler_pids() + processes.children(self.pid("sign-in"))
                if processes.name(pid) == kind]

    def worker_stopped(self):
        """Holds the worker still, so that jobs stay as they are during the block."""
        self.worker_pids()
        return self._worker_stopped()

    @contextlib.contextmanager
    def _worker_stopped(self):
        with processes.stopped(processes.descendants(self.pid("worker"))):
            try:
                yield
            finally:
                # Leave nothing that would keep the worker busy once it goes on.
                self.db.run("""
                    UPDATE import_job SET status = 'cancel', completed = now()
                     WHERE status IN ('pending', 'generating_diff', 'ready_for_review',
                                      'applying_changes')
                       AND NOT EXISTS (SELECT FROM lease WHERE job_id = import_job.id)""")

    def clear(self):
        """Restores the state every test begins with: nobody works, no jobs, an empty library."""
        self.db.run("""SELECT job_cancel(NULL, id, NULL, NULL) FROM import_job
                        WHERE status IN ('pending', 'generating_diff', 'ready_for_review',
                                         'applying_changes')""")
        processes.wait_until(lambda: not self.db.busy(), what="the worker to be idle")
        self.db.clear()

    def new_reports(self):
        """What sanitizers have written since the last call."""
        found = set(glob.glob(str(self.folder / "reports" / "san.*"))) - self._reports_seen
        self._reports_seen |= found
        texts = [pathlib.Path(name).read_text(errors="replace") for name in sorted(found)]
        return "\n".join(text for text in texts if _NO_REPORT.sub("", text).strip())


def _environment(folder, settings):
    env = {name: value for name, value in os.environ.items()
           if not name.startswith(("ACCESSION_", "PG"))}
    for name, value in {**SETTINGS, **(settings or {})}.items():
        env["ACCESSION_" + name] = str(value)
    env["ASAN_OPTIONS"] = f"log_path={folder}/reports/san:detect_stack_use_after_return=1"
    env["UBSAN_OPTIONS"] = f"log_path={folder}/reports/san:print_stacktrace=1"
    return env


def _start(folder, port, env, programs, database):
    with open(folder / "start.log", "wb") as log, subprocess.Popen(
            [_PROGRAM, "start", folder, "--port", str(port), "--variant", programs or variant(),
             "--sample", "0", *(["--database", database] if database else [])],
            env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT) as start:
        try:
            start.wait(timeout=300)
            hangs = ""
        except subprocess.TimeoutExpired:
            hangs = "it hangs in: " + processes.tree(start.pid)
            processes.kill([start.pid, *processes.descendants(start.pid)])
    assert start.returncode == 0, (
        f"tests/site start: {start.returncode} {hangs}\n" + (folder / "start.log").read_text()[-4000:])


def _stop(folder, env, check):
    subprocess.run([_PROGRAM, "stop", folder], env=env, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, timeout=600, check=check)


def _folder(name):
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"accession-{name}."))
    folder.chmod(0o755)  # the database may have to run as another user
    (folder / "reports").mkdir()
    (folder / "reports").chmod(0o1777)  # and so may programs
    return folder


@functools.cache
def _empty(programs):
    """A site of such programs that was made and stopped. Others begin with its cluster, which saves
    each of them making one."""
    folder = _folder("empty")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    env = _environment(folder, None)
    _start(folder, free_port(), env, programs, None)
    _stop(folder, env, check=True)
    return folder


@contextlib.contextmanager
def running(settings=None, programs=None, database=None, models=()):
    """Starts a site with these settings (names without ACCESSION_) and stops it at the end. It has
    its own database cluster, unless `database` says where one is (as PGHOST). models: declarations
    of further content models, such as THREAT."""
    folder = _folder("e2e")
    env = _environment(folder, settings)
    port = free_port()
    if not database:
        empty = _empty(programs or variant())
        subprocess.run(["cp", "-a", empty / "data", empty / "run.env", folder], check=True)
    site = None
    try:
        _start(folder, port, env, programs, database)
        site = Site(folder)
        # Starts what is down by now, or puts other programs in place of these.
        site.start = lambda others=programs: _start(folder, port, env, others, database)
        for declaration in models:
            site.accession("model", "add", declaration)
        yield site
    finally:
        _stop(folder, env, check=False)
        reports = site.new_reports() if site else ""  # leaks are reported at exit
        if not reports and os.environ.get("ACCESSION_TEST_KEEP") != "1":
            shutil.rmtree(folder, ignore_errors=True)
    assert not reports, f"sanitizer reports at the end, see {folder}:\n{reports}"


@contextlib.contextmanager
def shared():
    """The site that most tests use: $ACCESSION_TEST_SITE if it names one, else a new one."""
    folder = os.environ.get("ACCESSION_TEST_SITE")
    if folder:
        yield Site(folder)
    else:
        with running() as site:
            yield site
