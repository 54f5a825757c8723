"""The script behind `make run`, used like a newcomer would: what it starts, brings back, refuses
and leaves behind; and whether the commands in README.md work. Each site has its own checkout."""

import contextlib
import json
import os
import pathlib
import pwd
import re
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import types
import urllib.error
import urllib.request

import pytest

import processes
import sites
from ports import free_port

PARTS = ["build/release/accession", "build/release/accession-api", "tests/site", "sql",
         "nginx.conf.example", "build/pages", "README.md"]
LONG = "x" * 100  # a socket's path may have 107 bytes
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if not name.startswith(("ACCESSION_", "PG", "PORT"))}


@pytest.fixture(autouse=True)
def clean():
    """Does nothing, in place of the fixture that empties the site of all other tests."""


class Checkout:
    """A folder with what `make run` needs of the project, and the site in its var/."""

    def __init__(self, folder, user=None):
        self.root, self.var, self.port = folder, folder / "var", free_port()
        self.as_user = ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}",
                        "--clear-groups", "--"] if user else []
        for part in PARTS:
            to = folder / part
            to.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if (sites.ROOT / part).is_dir() else shutil.copy)(sites.ROOT / part, to)
        if user:
            subprocess.run(["chown", "-R", user, folder], check=True)

    def site(self, *args, **settings):
        env = {**ENVIRONMENT, **settings}
        with tempfile.TemporaryFile("w+") as out:  # what keeps running must not hold our pipe
            done = subprocess.run(
                [*self.as_user, self.root / "tests" / "site", *args], env=env, cwd="/", stdout=out,
                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=600, check=False)
            out.seek(0)
            return types.SimpleNamespace(code=done.returncode, out=out.read())

    def start(self, *args, sample=0, **settings):
        if "--port" not in args:
            args += ("--port", str(self.port))
        return self.site("start", self.var, "--sample", str(sample), *args, **settings)

    def paste(self, lines):
        """What somebody sees who pastes these lines into a shell: an answer on each line."""
        done = subprocess.run(
            [*self.as_user, "bash", "-eu"], input=lines, env=ENVIRONMENT, cwd=self.root, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600, check=False)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def pids(self):
        names = {"api": "api.pid", "worker": "worker.pid", "nginx": "nginx.pid"}
        pids = {name: int((self.var / file).read_text()) for name, file in names.items()}
        data = self.outside() / "data" if (self.outside() / "data").exists() else self.var / "data"
        pids["database"] = int((data / "cluster" / "postmaster.pid").read_text().split()[0])
        return pids

    def outside(self):
        """The folder for what cannot be in var/, or / if there is none."""
        file = self.var / "outside"
        return pathlib.Path(file.read_text().strip() if file.exists() else "/")

    def env(self, name):
        """A variable of run.env."""
        text = (self.var / "run.env").read_text()
        return shlex.split(re.search(rf"^{name}=(.*)$", text, re.M)[1])[0]

    def url(self):
        return self.env("ACCESSION_URL")

    def answers(self):
        try:
            with urllib.request.urlopen(self.url() + "/healthz", timeout=60) as answer:
                return answer.status == 200
        except urllib.error.URLError:
            return False


@contextlib.contextmanager
def checked_out(name="a checkout", user=None):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="accession-site."))
    folder.chmod(0o755)
    checkout = Checkout(folder / name, user)
    try:
        yield checkout
    finally:
        removed = checkout.site("remove", checkout.var)
        shutil.rmtree(folder, ignore_errors=True)
    assert removed.code == 0, removed.out


@pytest.fixture(scope="module")
def running():
    """A running site, without the sample."""
    with checked_out() as checkout:
        started = checkout.start()
        assert started.code == 0, started.out
        yield checkout


def readme_lines():
    """The commands of the main task in README.md, which are indented."""
    text = (sites.ROOT / "README.md").read_text()
    section = text[text.index("### The main job, by curl"):text.index("## The life of a job")]
    return "".join(line[4:] + "\n" for line in section.splitlines() if line.startswith("    "))


def test_lines_of_the_readme_work_in_their_order():
    with checked_out() as checkout:
        started = checkout.start(sample=1)
        assert started.code == 0, started.out
        printed = checkout.paste(readme_lines()).splitlines()
        said = [line for line in printed if not line.startswith("{")]
        answers = [json.loads(line) for line in printed if line.startswith("{")]
        assert not [answer for answer in answers if "detail" in answer]
        (current, summary, diff, accepted, ended, item, history, bad, failed, again, ready, added,
         cancelled, retried, cancelled_again, odd, told, left, two, two_ready, without_held, bound,
         applied, both, both_ready, threats, given_up) = answers
    assert (current["id"], current["status"]) == (1, "ready_for_review")
    counts = summary["results"][0]
    assert counts["add"] and counts["update"] > 1 and counts["delete"]
    assert {kind: len(diff[kind]) for kind in ("add", "update", "delete")} == {
        kind: counts[kind] for kind in ("add", "update", "delete")}
    assert accepted["status"] in ("applying_changes", "success")
    assert ended["status"] == "success"
    new = next(one["new"] for one in diff["update"] if one["new"]["id"] == "T1")
    assert {key: item[key] for key in new if key != "mark_delete"} == {
        key: value for key, value in new.items() if key != "mark_delete"}
    assert [event["operation"] for event in history["results"]] == ["update", "add"]
    assert (bad["id"], bad["status"]) == (2, "pending")
    assert failed["status"] == "fail"
    assert failed["errors"][0]["details"] == "This field may not be blank."
    assert (again["id"], ready["status"]) == (3, "ready_for_review")
    assert [one["new"]["title"] for one in added["add"]] == ["Lock the door"]
    assert [job["status"] for job in (cancelled, retried, cancelled_again)] == [
        "cancel", "pending", "cancel"]
    assert (odd["id"], told["status"], left["status"]) == (4, "ready_for_review", "cancel")
    assert [(one["kind"], one["row"], one["field"]) for one in told["warnings"]] == [
        ("date", 2, "title")]
    assert [(one["kind"], one["count"]) for one in told["warning_kinds"]] == [("date", 1)]
    assert (two["id"], two_ready["status"]) == (5, "ready_for_review")
    assert without_held["results"] == [{"content_model": "standard", "add": 1, "update": 0, "delete": 0}]
    assert (bound["status"], applied["status"]) == ("applying_changes", "success")
    assert said[:2] == ["\ufeffid,title,text,priority,phase,_entry,_note",
                        ",Feed the dog,Daily.,4,X1,2,Whose dog?"]
    assert said[2] == "" and said[3].startswith("Added the content model threat,") and len(said) == 4
    assert (both["id"], both_ready["status"], given_up["status"]) == (6, "ready_for_review", "cancel")
    assert [one["new"]["title"] for one in threats["add"]] == ["Burglar"]


def test_folder_that_is_closed_and_has_a_long_path():
    """The database's user may not enter it, and no socket could have such a path."""
    with checked_out(LONG) as checkout:
        checkout.root.chmod(0o700)
        started = checkout.start(sample=1)
        assert started.code == 0, started.out
        outside = checkout.outside()
        assert stat.S_IMODE((checkout.var / "run.env").stat().st_mode) == 0o600
        for folder in ("run", "sockets"):
            assert not (outside / folder).stat().st_mode & stat.S_IRWXO
        steps = started.out[started.out.index("Next steps, for a shell:"):].partition("\n")[2]
        printed = checkout.paste(steps.replace("curl ", "curl -w '\\n' "))
        statuses = re.findall(r'"status":"(\w+)"', printed)
        assert statuses[0] == "applying_changes" and "detail" not in printed
        assert (checkout.root / "standard.csv").read_text("utf-8-sig").startswith("id,title,")
        pids = checkout.pids()
        assert checkout.site("remove", checkout.var).code == 0
        assert not outside.exists() and not checkout.var.exists()
        assert not any(map(processes.alive, pids.values()))


def test_plain_user():
    """As root, it runs as somebody else; anybody else is a plain user anyway."""
    with checked_out(user="nobody" if os.geteuid() == 0 else None) as checkout:
        started = checkout.start(sample=1)
        assert started.code == 0, started.out
        assert "ready_for_review" in checkout.paste(
            '. var/run.env\necho "Authorization: Token $ACCESSION_TOKEN" | curl -sS -H @- '
            '"$ACCESSION_URL/api/v2/library/import/current/"\n')


def users(pid):
    """Real, effective, saved and file system's, of a process."""
    return set(map(int, processes.status(pid, "Uid").split()))


@pytest.mark.parametrize("mode", [0o755, 0o700], ids=["open folder", "closed folder"])
def test_what_meets_strangers_has_no_rights(mode):
    """Of a site of root, nginx's workers, handlers, worker and parser run as users who may do
    nothing; from any folder."""
    with checked_out() as checkout:
        checkout.root.chmod(mode)
        started = checkout.start()
        assert started.code == 0, started.out
        pids = checkout.pids()
        assert processes.wait_until(lambda: processes.descendants(pids["worker"])[1:], what="a parser")
        ours = [pids["api"], pids["worker"],
                *processes.descendants(pids["api"]), *processes.descendants(pids["worker"])]
        fronts = processes.children(pids["nginx"])
        assert {processes.status(pid, "CapEff") for pid in ours + fronts} <= {"0" * 16}
        if os.geteuid() != 0:
            assert set().union(*map(users, ours + fronts)) == {os.geteuid()}
            return
        assert set().union(*map(users, fronts)) == {pwd.getpwnam("www-data").pw_uid}
        (number,) = set().union(*map(users, ours))
        assert number not in [user.pw_uid for user in pwd.getpwall()]
        assert {processes.status(pid, "Groups") for pid in ours} == {""}
        page = urllib.request.urlopen(checkout.url() + "/sign-in/", timeout=60)
        assert b"<html" in page.read()


def connects(checkout, user, role):
    """Whether this system user may use the database as this role."""
    number = user if isinstance(user, int) else pwd.getpwnam(user).pw_uid
    done = subprocess.run(
        ["setpriv", f"--reuid={number}", f"--regid={number}", "--clear-groups", "--", "psql", "-X",
         "-h", checkout.env("PGHOST"), "-U", role, "-d", "accession", "-c", "SELECT 1"],
        env={"PATH": os.environ["PATH"]}, cwd="/", capture_output=True, timeout=60, check=False)
    return done.returncode == 0


@pytest.mark.parametrize("user, roles", [
    ("root", ["postgres", "accession_owner", "accession_api", "accession_worker"]),
    ("the handlers'", ["accession_api", "accession_worker"]),
    ("nobody", []),
    ("www-data", []),
])
def test_database_is_open_to_those_who_need_it(running, user, roles):
    if os.geteuid() != 0:
        assert stat.S_IMODE((running.outside() / "run" if running.outside() != pathlib.Path("/")
                             else running.var / "run").stat().st_mode) == 0o700
        return
    if user == "the handlers'":
        (user,) = users(running.pids()["api"])
    assert [role for role in ("postgres", "accession_owner", "accession_api", "accession_worker")
            if connects(running, user, role)] == roles


def test_secrets_are_not_printed(running):
    printed = running.start().out
    for name in ("ACCESSION_TOKEN", "ACCESSION_PASSWORD"):
        assert running.env(name) and running.env(name) not in printed
        assert name in printed


def test_arguments_of_the_printed_commands_hold_no_token(running, tmp_path):
    """A curl that notes its arguments, instead of the real one."""
    (tmp_path / "curl").write_text('#!/bin/sh\ncat >/dev/null\nprintf "%s\\n" "$@" >>"$0.arguments"\n')
    (tmp_path / "curl").chmod(0o755)
    printed = running.start().out
    for lines in (printed[printed.index("\n. "):], readme_lines().replace("build/release/accession", "true")):
        running.paste(f'PATH={tmp_path}:$PATH\n{lines}')
    arguments = (tmp_path / "curl.arguments").read_text()
    assert running.url() in arguments and running.env("ACCESSION_TOKEN") not in arguments


def test_database_of_other_settings_is_restarted(running):
    """As after an update that came with other ones."""
    before = running.pids()
    (settings,) = (folder / "data/cluster/site.conf" for folder in (running.outside(), running.var)
                   if (folder / "data/cluster/site.conf").exists())
    settings.write_text(settings.read_text() + "jit = on\n")
    started = running.start()
    assert started.code == 0 and "Restarting PostgreSQL" in started.out
    after = running.pids()
    assert {name for name in after if after[name] != before[name]} == {"database"}
    assert "jit = on" not in settings.read_text() and running.answers()


def test_second_start_touches_nothing(running):
    before = running.pids()
    started = running.start()
    assert (started.code, running.pids()) == (0, before)
    assert "Starting" not in started.out and "Accession runs:" in started.out


@pytest.mark.parametrize("names", [["nginx"], ["api"], ["worker"], ["database"],
                                   ["nginx", "api", "worker", "database"]], ids="+".join)
def test_start_brings_back_what_was_killed(running, names):
    before = running.pids()
    for name in names:
        os.kill(before[name], signal.SIGKILL)
    for name in names:
        processes.wait_until(lambda pid=before[name]: not processes.alive(pid))
    status = running.site("status", running.var)
    assert status.code == 1
    assert sorted(re.findall(r"^(\w+): down", status.out, re.M)) == sorted(names)
    started = running.start()
    assert started.code == 0, started.out
    after = running.pids()
    assert {name for name in after if after[name] != before[name]} == set(names)
    assert running.site("status", running.var).code == 0 and running.answers()


def test_what_was_rebuilt_is_restarted(running):
    before = running.pids()
    program = running.root / "build/release/accession-api"
    rebuilt = program.with_suffix(".new")
    rebuilt.write_bytes(program.read_bytes() + b"\0")
    rebuilt.chmod(0o755)
    rebuilt.rename(program)
    started = running.start()
    assert started.code == 0, started.out
    after = running.pids()
    assert {name for name in after if after[name] != before[name]} == {"api"}


def test_what_has_other_settings_is_restarted(running):
    before = running.pids()
    assert running.start(ACCESSION_TIME_ZONE="America/Toronto").code == 0
    changed = {name for name, pid in running.pids().items() if pid != before[name]}
    assert changed == {"api", "worker"}
    assert running.start().code == 0


def test_port_of_another_program(running):
    before = running.pids()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = running.start("--port", str(port))
        with checked_out() as fresh:
            fresh_refused = fresh.start("--port", str(port))
            assert not list(fresh.var.glob("*.pid")) and not (fresh.var / "data").exists()
    for one in (refused, fresh_refused):
        assert one.code == 1
        assert f"port {port} of 127.0.0.1 is taken" in one.out and "PORT=" in one.out
    assert running.pids() == before and running.answers()


def test_another_port_is_kept(running):
    """Once chosen, it need not be given again."""
    port = free_port()
    assert running.start("--port", str(port)).code == 0
    before = running.pids()
    again = running.site("start", running.var)
    assert again.code == 0, again.out
    assert running.url() == f"http://127.0.0.1:{port}"
    assert running.pids() == before and running.answers()


def test_stop_ends_everything_and_keeps_the_data(running):
    before = running.pids()
    family = [pid for name in before for pid in processes.descendants(before[name])]
    assert running.site("stop", running.var).code == 0
    assert not [pid for pid in [*before.values(), *family] if processes.alive(pid)]
    assert running.site("status", running.var).code == 1
    assert running.site("stop", running.var).code == 0
    env = (running.var / "run.env").read_text()
    assert running.start(*(["--port", running.url().rpartition(":")[2]])).code == 0
    assert (running.var / "run.env").read_text() == env and running.answers()


@pytest.mark.parametrize("args, code, words", [
    ([], 2, "site start DIR"),
    (["start"], 2, "site start DIR"),
    (["start", "VAR", "--nonsense", "1"], 2, "site start DIR"),
    (["start", "VAR", "--port", "x"], 1, '"x" is no port number'),
    (["start", "VAR", "--port", "65536"], 1, '"65536" is no port number'),
    (["start", "VAR", "--sample", "yes"], 1, "--sample takes 0 or 1"),
    (["start", "VAR", "--variant", "none"], 1, "run make"),
    (["stop", "VAR", "now"], 2, "site start DIR"),
    (["stop", "/nonexistent"], 0, "There is no site in /nonexistent."),
    (["remove", "/tmp"], 0, "There is no site in /tmp."),
    (["status", "/nonexistent"], 1, "There is no site in /nonexistent."),
])
def test_command_line(running, args, code, words):
    done = running.site(*[running.var if arg == "VAR" else arg for arg in args])
    assert (done.code, words in done.out) == (code, True), done.out
