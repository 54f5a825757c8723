"""A PgBouncer in front of a site's database, and programs that use it instead of the site's own."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile

import processes
import sites

PROGRAMS = {"worker": ["accession", "worker"], "api": ["accession-api"]}
ROLES = ("accession_owner", "accession_api", "accession_worker", "postgres")
PORT = 5432  # of the socket; programs expect this one

_SETTINGS = """
[databases]
* = host={target} port={target_port}
[pgbouncer]
pool_mode = {mode}
default_pool_size = {size}
unix_socket_dir = {folder}
listen_port = {port}
auth_type = trust
auth_file = {folder}/users
logfile = {folder}/log
pidfile = {folder}/pid
max_client_conn = 300
server_round_robin = {round_robin}
{more}
"""


def _owner(folder):
    """The database's owner, if we are root: PgBouncer does not run as root, and only the owner may
    use the database's socket."""
    if os.geteuid() != 0:
        return {}
    stat = folder.stat()
    return {"user": stat.st_uid, "group": stat.st_gid, "extra_groups": []}


@contextlib.contextmanager
def running(site, mode, size=20, round_robin=0, port=PORT, more=""):
    """Runs a PgBouncer in front of the site's database; yields its folder, to be used as PGHOST.
    `more` has further settings; {folder} in them stands for that folder."""
    target = pathlib.Path(site.env["PGHOST"])
    owner = _owner(target)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="accession-pooler."))
    (folder / "users").write_text("".join(f'"{role}" ""\n' for role in ROLES))
    (folder / "ini").write_text(_SETTINGS.format(
        target=target, target_port=site.env["PGPORT"], mode=mode, size=size, folder=folder,
        port=port, round_robin=round_robin, more=more.format(folder=folder)))
    folder.chmod(0o755)
    if owner:
        for path in (folder, *folder.iterdir()):
            os.chown(path, owner["user"], owner["group"])
    process = subprocess.Popen(["/usr/sbin/pgbouncer", "-q", folder / "ini"], cwd="/", **owner,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        processes.wait_until(lambda: _answers(folder, port), what="PgBouncer")
        yield folder
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder)


def _answers(folder, port):
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(folder / f".s.PGSQL.{port}")) == 0


def operate(site, host, *args, **env):
    """Runs one of the operator's commands with this PGHOST."""
    return subprocess.run(
        [sites.program("accession"), *args], text=True, check=False,
        env={**os.environ, **{k: v for k, v in site.env.items() if k.startswith("PG")},
             "PGHOST": str(host), **env}, capture_output=True, timeout=60)


def _environment(site, name):
    """The environment that the site's own program of this name was started with."""
    with open(f"/proc/{site.pid(name)}/environ", "rb") as environ:
        pairs = [pair.split(b"=", 1) for pair in environ.read().split(b"\0") if b"=" in pair]
    return {key.decode(): value.decode() for key, value in pairs}


def _end(pid):
    os.kill(pid, signal.SIGTERM)
    processes.wait_until(lambda: not processes.alive(pid), what="its end")


@contextlib.contextmanager
def replaced(site, names, host, **env):
    """Stops the site's worker or api, or both, and runs ones with this PGHOST and environment
    instead. Yields a function that returns their logs. The site's own are back after the block."""
    logs, started = {}, []
    for name in names:
        program, *args = PROGRAMS[name]
        own = _environment(site, name)
        _end(site.pid(name))
        path = site.folder / "log" / f"{name}.log"
        logs[path] = path.stat().st_size
        with open(path, "ab") as out:
            started.append(subprocess.Popen(
                [sites.program(program), *args], stdin=subprocess.DEVNULL,
                stdout=out, stderr=out, start_new_session=True,
                env={**own, "PGHOST": str(host), **env}))
    try:
        for process in started:
            processes.wait_until(lambda: processes.children(process.pid), what="its processes")
        yield lambda: "".join(path.read_bytes()[begin:].decode(errors="replace")
                              for path, begin in logs.items())
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(60)
        site.start()
