"""Two PostgreSQL servers, a primary and its synchronous standby. Either can be killed, and made
anew from the other."""

import contextlib
import glob
import os
import pathlib
import pwd
import shutil
import subprocess
import time

import psycopg2

import processes
from postgres import unlock

_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 64MB
max_wal_size = 512MB
jit = off
wal_keep_size = 256MB
log_line_prefix = '%m [%p] %u '
"""


class Server:
    """A cluster in a folder; its socket is in a separate folder, which serves as its host name."""

    def __init__(self, folder, name, bin_folder, owner):
        self.name = name
        self.cluster = folder / name
        self.host = folder / f"{name}.socket"
        self.log = folder / f"{name}.log"
        self.bin = bin_folder
        self.owner = owner
        self._make_folder(self.host)

    def _make_folder(self, path):
        path.mkdir(mode=0o700)
        os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def run(self, program, *args):
        user = {}
        if os.geteuid() == 0:
            user = {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}
        with open(self.log, "ab") as log:
            subprocess.run([f"{self.bin}/{program}", *map(str, args)], check=True, cwd="/",
                           stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=180, **user)

    def make(self):
        self._make_folder(self.cluster)
        self.run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
                 "-D", self.cluster)
        with open(self.cluster / "postgresql.conf", "a", encoding="utf-8") as settings:
            settings.write(f"include '{self.cluster}.conf'\n")

    def start(self):
        pathlib.Path(f"{self.cluster}.conf").write_text(_SETTINGS.format(sockets=self.host),
                                                        encoding="utf-8")
        pathlib.Path(f"{self.cluster}.conf").chmod(0o644)
        self.run("pg_ctl", "start", "-s", "-w", "-t", 120, "-D", self.cluster)

    def follow(self, primary):
        """Becomes a standby of `primary`, from scratch."""
        shutil.rmtree(self.cluster, ignore_errors=True)
        self._make_folder(self.cluster)
        self.run("pg_basebackup", "-D", self.cluster, "-R", "-c", "fast", "-X", "stream", "-d",
                 f"host={primary.host} user=postgres application_name={self.name}")
        text = (self.cluster / "postgresql.conf").read_text(encoding="utf-8")
        (self.cluster / "postgresql.conf").write_text(
            text.replace(f"include '{primary.cluster}.conf'", f"include '{self.cluster}.conf'"),
            encoding="utf-8")
        self.start()

    def promote(self):
        self.run("pg_ctl", "promote", "-s", "-w", "-t", 120, "-D", self.cluster)

    def processes(self):
        """The server's processes, main process first; their working directory is the cluster."""
        found = []
        for name in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                if os.readlink(f"/proc/{name}/cwd") == str(self.cluster):
                    found.append(int(name))
        with contextlib.suppress(OSError, ValueError):
            main = int((self.cluster / "postmaster.pid").read_text().split("\n")[0])
            found.sort(key=lambda pid: pid != main)
        return found

    def kill(self):
        """kill -9 of all its processes, as when the machine loses power."""
        deadline = time.monotonic() + 60
        while pids := self.processes():
            processes.kill(pids)
            assert time.monotonic() < deadline, f"{self.name} does not die"
            time.sleep(0.01)
        unlock(self.cluster, self.host)

    def query(self, sql, *params):
        connection = psycopg2.connect(host=str(self.host), user="postgres", dbname="postgres")
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute(sql, params or None)
            return cursor.fetchall() if cursor.description else None


class Pair:
    """The two servers. `hosts` is the PGHOST to use, whichever is the primary."""

    def __init__(self, folder):
        bins = sorted(glob.glob("/usr/lib/postgresql/*/bin"),
                      key=lambda path: int(pathlib.Path(path).parent.name))
        owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self.primary, self.standby = (Server(folder, name, bins[-1], owner)
                                      for name in ("one", "two"))
        self.hosts = f"{self.primary.host},{self.standby.host}"
        self.primary.make()
        self.primary.start()
        self.protect()

    def protect(self):
        """Makes the other server a standby; from then on every commit waits until it is there
        too."""
        self.standby.follow(self.primary)
        self.primary.query("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.primary.query("SELECT pg_reload_conf()")
        deadline = time.monotonic() + 60
        while self.primary.query("SELECT sync_state FROM pg_stat_replication") != [("sync",)]:
            assert time.monotonic() < deadline, "the standby does not follow"
            time.sleep(0.05)

    def fail_over(self, meanwhile):
        """Kills the primary, calls meanwhile(), promotes the standby; returns the seconds it
        took."""
        began = time.monotonic()
        self.primary.kill()
        meanwhile()
        self.standby.promote()
        self.primary, self.standby = self.standby, self.primary
        return time.monotonic() - began

    def close(self):
        for server in (self.primary, self.standby):
            server.kill()
