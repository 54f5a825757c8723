"""The site's PostgreSQL server: ends it the hard way, and starts it again."""

import contextlib
import glob
import os
import pathlib
import signal
import subprocess
import threading

import psycopg2

import processes


def unlock(cluster, sockets):
    """Deletes the lock files of a killed server. Until somebody reaps it, its pid stays in use, and
    the files seem valid."""
    for lock in [cluster / "postmaster.pid", *sockets.glob(".s.PGSQL.*.lock")]:
        lock.unlink(missing_ok=True)


class Postgres:
    def __init__(self, site):
        self.site = site
        self.socket = pathlib.Path(site.env["PGHOST"])
        self.cluster = next(folder / "data" / "cluster"
                            for folder in (self.socket.parent, site.folder)
                            if (folder / "data" / "cluster").exists())
        version = (self.cluster / "PG_VERSION").read_text().strip()
        (self.bin,) = glob.glob(f"/usr/lib/postgresql/{version}/bin")
        self.owner = self.cluster.stat()

    def _pid(self):
        return int((self.cluster / "postmaster.pid").read_text().split("\n")[0])

    def _run(self, *args):
        owner = {}
        if os.geteuid() == 0:
            owner = {"user": self.owner.st_uid, "group": self.owner.st_gid, "extra_groups": []}
        with open(self.site.folder / "log" / "postgres.log", "ab") as log:
            subprocess.run([f"{self.bin}/pg_ctl", *args, "-D", str(self.cluster)], check=True,
                           stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                           timeout=120, **owner)

    def stop(self):
        """Stops it like a crash: without a checkpoint, all connections cut."""
        self._run("stop", "-s", "-w", "-m", "immediate")

    def start(self, reconnect=True):
        self._run("start", "-s", "-w", "-t", "60")
        if reconnect:
            self.reconnect()

    def children(self):
        """The backends of our programs, found without asking the server."""
        found = []
        for pid in processes.children(self._pid()):
            with contextlib.suppress(OSError):
                title = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
                if title.startswith((b"postgres: accession_worker", b"postgres: accession_api")):
                    found.append(pid)
        return found

    def restart(self):
        self.stop()
        self.start()

    def kill(self):
        """kill -9 of the server's main process; its children notice and end."""
        pid = self._pid()
        os.kill(pid, signal.SIGSTOP)  # so that it starts no child while we count them
        children = processes.children(pid)
        processes.kill([pid])
        processes.wait_until(lambda: not any(map(processes.alive, [pid, *children])),
                             what="the end of the server")
        unlock(self.cluster, self.socket)

    @contextlib.contextmanager
    def configured(self, **settings):
        """Gives the whole server these settings during the block."""
        def change(statement):
            with contextlib.closing(self.site.db.connect("postgres")) as connection:
                connection.autocommit = True
                with connection.cursor() as cursor:
                    for name, value in settings.items():
                        cursor.execute(statement.format(name=name, value=value))
                    cursor.execute("SELECT pg_reload_conf()")
        change("ALTER SYSTEM SET {name} = '{value}'")
        try:
            yield
        finally:
            change("ALTER SYSTEM RESET {name}")

    @contextlib.contextmanager
    def without_its_standby(self):
        """Every commit waits for a standby that is not there. The server takes a moment to know that
        there has to be one: writes of our own show when it does."""
        done = threading.Event()

        def write():
            with contextlib.closing(self.site.db.connect("postgres")) as connection:
                connection.autocommit = True
                with connection.cursor() as cursor:
                    while not done.wait(0.01):
                        cursor.execute("SELECT pg_logical_emit_message(true, '', '')")

        with self.configured(synchronous_standby_names="nobody"):
            writer = threading.Thread(target=write)
            writer.start()
            try:
                processes.wait_until(lambda: self.site.db.rows(
                    "SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep'"))
            finally:
                done.set()
            yield
        writer.join()

    def activity(self, condition):
        """Pids of our programs' backends that meet the condition, as a superuser sees them."""
        with contextlib.closing(self.site.db.connect("postgres")) as connection:
            with connection.cursor() as cursor:
                cursor.execute(f"""SELECT pid FROM pg_stat_activity
                                    WHERE usename IN ('accession_worker', 'accession_api')
                                      AND {condition}""")
                return [row[0] for row in cursor.fetchall()]

    def backends(self, application):
        """Pids of the server processes of one of our programs: e.g. "accession worker"."""
        return self.activity(f"application_name = '{application}'")

    def waiting(self):
        """Pids of the backends that wait for a lock."""
        return self.activity("wait_event_type = 'Lock'")

    def crash(self, application):
        """kill -9 of a backend, which makes the server restart."""
        for pid in self.backends(application)[:1]:
            os.kill(pid, signal.SIGKILL)
        processes.wait_until(self.is_cut_off, what="the server to have noticed")
        self.reconnect()

    def is_cut_off(self):
        """Whether the test's own connection is gone."""
        try:
            self.site.db.value("SELECT 1")
        except psycopg2.Error:
            return True
        return False

    def reconnect(self):
        """Renews the test's own connection."""
        def connected():
            try:
                connection = self.site.db.connect()
            except psycopg2.OperationalError:
                return None
            connection.autocommit = True
            return connection
        self.site.db.connection.close()
        self.site.db.connection = processes.wait_until(connected, what="the database")
