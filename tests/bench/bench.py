"""One run of the benchmark: a site, its floor, and the imports that several measures share."""

import contextlib
import dataclasses
import functools
import http.client
import os
import pathlib
import subprocess
import sys
import time
import urllib.parse

import sites
from client import IMPORT

import files
import floors
from peaks import Peaks

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/release/accession"

# The site has the service's defaults, which the tests' sites have not. Only the poll is rarer, so
# that it can hide nothing.
SETTINGS = {"WORKER_POLL_MS": 60_000, "WORKER_HEARTBEAT_MS": 2000, "WORKER_LOST_MS": 30_000,
            "WORKER_STOP_MS": 30_000}
_PART_HEAD = ('\r\n--XX\r\nContent-Disposition: form-data; name="files"; filename="%s%s"\r\n'
              "Content-Type: application/octet-stream\r\n\r\n")
_PARTS_END = b"\r\n--XX--\r\n"
_PAUSE = 0.005    # seconds between looks at a job's status
_PATIENCE = 1800  # seconds for a phase


class Skip(Exception):
    """Why something is not measured: the service does not offer it, say."""


@dataclasses.dataclass
class Sizes:
    rows: int             # of an ordinary import
    scale: list           # rows of the imports that are compared with each other
    wide_rows: int        # of an import with 10 kB of text each
    threats: int          # of an import for two content models
    rounds: int           # of each measure, both sides each
    load_seconds: int     # of load by HTTP at a time; beside a floor in twice as many rounds
    small_imports: int
    cancels: int
    grown: list           # items, jobs and diff rows of a database that has grown


@dataclasses.dataclass
class Sample:
    seconds: float
    wal: int  # bytes


@dataclasses.dataclass
class Import:
    """What importing a file cost, by side and phase; a sample per round."""

    rows: int
    ours: dict
    floor: dict
    peaks: dict  # MiB, by process


class Bench:
    """What measures work with."""

    def __init__(self, site, folder, sizes):
        self.site = site
        self.folder = folder
        self.sizes = sizes
        self.db = site.db
        self.settings = _settings()
        self.floor = floors.Floor(site, self.settings["ACCESSION_DIFF_WORK_MEM"])
        self.postgres = self.db.connect("postgres")  # a superuser, for checkpoints
        self.postgres.autocommit = True
        self._imports = {}

    def file(self, kind, rows, form="csv"):
        path = self.folder / f"{kind}-{rows}.{form}"
        if not path.exists():
            say(f"writing {path.name}")
            files.write(path, kind, rows)
        return path

    def say_round(self, number, rounds):
        say(f"round {number + 1} of {rounds}")

    # ---- Measuring

    def settle(self):
        """Both sides begin with nothing left to write back."""
        with self.postgres.cursor() as cursor:
            cursor.execute("CHECKPOINT")

    def timed(self, work):
        before = self.db.value("SELECT pg_current_wal_insert_lsn()")
        began = time.monotonic()
        work()
        seconds = time.monotonic() - began
        wal = self.db.value("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), %s)", before)
        return Sample(seconds, int(wal))

    def alternate(self, ours, floor, rounds=None):
        """Runs both sides in turns, each first as often as the other; their results."""
        results = {ours: [], floor: []}
        rounds = rounds or self.sizes.rounds
        for number in range(rounds):
            self.say_round(number, rounds)
            for side in (ours, floor) if number % 2 == 0 else (floor, ours):
                results[side].append(side())
        return results[ours], results[floor]

    # ---- The service as a client uses it

    def upload(self, path, threats=None):
        """POST of a file of standard, and perhaps one of threat; the new job's id."""
        connection = self.connect()
        with contextlib.closing(connection), contextlib.ExitStack() as stack:
            parts = []
            for model, one in {"standard": path, "threat": threats}.items():
                if one:
                    parts.append((_PART_HEAD % (model, one.suffix),
                                  stack.enter_context(open(one, "rb"))))
            size = len(_PARTS_END) + sum(len(head) + os.fstat(file.fileno()).st_size
                                         for head, file in parts)
            connection.putrequest("POST", f"/api/v2/{IMPORT}")
            connection.putheader("Authorization", f"Token {self.site.admin.token}")
            connection.putheader("Content-Type", "multipart/form-data; boundary=XX")
            connection.putheader("Content-Length", str(size))
            connection.endheaders()
            for head, file in parts:
                connection.send(head.encode())
                connection.sock.sendfile(file)
            connection.send(_PARTS_END)
            response = connection.getresponse()
            body = response.read()
        if response.status == 400 and b'"files"' in body:
            raise Skip("not offered")
        if response.status != 200:
            raise RuntimeError(f"the upload was answered {response.status}: {body[:500]!r}")
        return int(body.split(b":", 2)[1].split(b",")[0])

    def connect(self):
        parts = urllib.parse.urlsplit(self.site.url)
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=120)

    def wait_for(self, job, status):
        """Looks into the database: cheaper than the API, and so closer to the moment."""
        deadline = time.monotonic() + _PATIENCE
        while (now := self.db.value("SELECT status FROM import_job WHERE id = %s", job)) != status:
            if now in ("fail", "cancel"):
                raise RuntimeError(f"the job ended: {self.site.admin.job(job)}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"job {job} is still {now}")
            time.sleep(_PAUSE)

    def change(self, job, change):
        answer = self.site.admin.change(job, change)
        if answer.status != 200:
            raise RuntimeError(f"{change}: {answer}")
        return answer.json["status"]

    def ready(self, path, threats=None):
        """Imports files up to the review; the job's id."""
        job = self.upload(path, threats)
        self.wait_for(job, "ready_for_review")
        return job

    def accept(self, job):
        self.change(job, "accept_changes")
        self.wait_for(job, "success")

    def clear(self):
        """No jobs, an empty library; on the floor as well."""
        self.site.clear()
        self.floor.clear()

    def library(self, rows):
        """A library of so many items, and nothing else."""
        self.clear()
        self.floor.base(self.file("new", rows))
        self.floor.fill("standard")

    # ---- Imports, measured once for all measures that ask

    def imported(self, kind, rows, form="csv"):
        key = (kind, rows, form)
        if key not in self._imports:
            self._imports[key] = self._import(*key)
        return self._imports[key]

    def by_size(self):
        """The imports of new rows that were measured, the smallest first."""
        return sorted((done for key, done in self._imports.items() if key[::2] == ("new", "csv")),
                      key=lambda done: done.rows)

    def _files(self, kind, rows, form="csv"):
        """By their content models; and the counts of their diffs."""
        if kind == "both":
            return ({"standard": self.file("new", rows, form),
                     "threat": self.file("threat", self.sizes.threats, form)},
                    {"standard": files.expected("new", rows),
                     "threat": files.expected("threat", self.sizes.threats)})
        return {"standard": self.file(kind, rows, form)}, {"standard": files.expected(kind, rows)}

    def size(self, kind, rows, form="csv"):
        """Of the files of an import: rows, bytes."""
        paths, counts = self._files(kind, rows, form)
        total = rows + counts["threat"][0] if "threat" in counts else rows
        return total, sum(path.stat().st_size for path in paths.values())

    def _import(self, kind, rows, form):
        (paths, expected), (plain, _) = self._files(kind, rows, form), self._files(kind, rows)
        if kind == "mixed":
            self.floor.base(self.file("new", rows))
        done = Import(rows, {"diff": [], "apply": []}, {"diff": [], "apply": []}, {})
        prints = {}

        def ours():
            self._scene(kind, "standard")
            with Peaks(self.site) as peaks:
                jobs = []
                done.ours["diff"].append(self.timed(
                    lambda: jobs.append(self.ready(*paths.values()))))
                counts = self._counts(jobs[0])
                if counts != expected:
                    raise RuntimeError(f"{kind}, {form}: the diff is {counts}")
                self.settle()
                done.ours["apply"].append(self.timed(lambda: self.accept(jobs[0])))
            for name, mib in peaks.mib.items():
                done.peaks[name] = max(mib, done.peaks.get(name, 0))
            prints.setdefault("ours", self._fingerprints(plain, True))

        def floor():
            self._scene(kind, "standard", "floor.standard")
            done.floor["diff"].append(self.timed(lambda: self.floor.diff(plain)))
            self.settle()
            done.floor["apply"].append(self.timed(lambda: self.floor.apply(plain)))
            prints.setdefault("floor", self._fingerprints(plain, False))

        self.alternate(ours, floor, min(self.sizes.rounds, 3) if rows > 100_000 else None)
        if prints["ours"] != prints["floor"]:
            raise RuntimeError(f"{kind}, {form}: the two sides did not do the same work: {prints}")
        self.clear()
        return done

    def _scene(self, kind, *tables):
        self.clear()
        if kind == "mixed":
            self.floor.fill(*tables)
        self.settle()

    def _counts(self, job):
        answer = self.site.admin.get(f"{IMPORT}{job}/diff/").json["results"]
        return {one["content_model"]: (one["add"], one["update"], one["delete"]) for one in answer}

    def _fingerprints(self, models, ours):
        return {(model, rows): self.floor.fingerprint(model, rows, ours)
                for model in models for rows in ("diff", "library", "history")}


@functools.cache
def _settings():
    text = subprocess.run([PROGRAM, "config"], check=True, capture_output=True).stdout.decode()
    return dict(line.split("=", 1) for line in text.splitlines() if line[:1] not in ("", "#"))


def say(text):
    print(f"  {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def running(folder, sizes):
    with sites.running(SETTINGS, "release") as site:
        subprocess.run([PROGRAM, "model", "add", ROOT / "sql/models/threat.yaml"], check=True,
                       env={**os.environ, **site.env}, stdout=subprocess.DEVNULL)
        yield Bench(site, folder, sizes)
