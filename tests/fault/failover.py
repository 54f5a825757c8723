#!/usr/bin/env -S /usr/bin/python3 -B
"""Kills the primary PostgreSQL server in the middle of the service's work, promotes its synchronous
standby, and checks that nothing was lost or done twice.

Each round imports a file over a known library, kills the primary at one kind of moment, and then
holds the service to what it answered before: the job is there with its bytes, no acknowledged
change of it is undone, it runs to its end, the library matches its model, and "accession verify"
finds nothing. Then the dead server becomes the standby of the other.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import csv
import io
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

_HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE), str(_HERE.parent / "shared")]

import requests  # noqa: E402

import sites  # noqa: E402
from client import IMPORT  # noqa: E402
from servers import Pair  # noqa: E402

ROOT = _HERE.parents[1]
PROGRAMS = os.environ.get("VARIANT", "release")
PATIENCE = 120  # seconds that the service may take to finish a job after a failover
SETTINGS = {"FAST_PROCESSES": 3, "SLOW_PROCESSES": 4, "WORKER_PROCESSES": 2}

# When the primary dies. "random" is any time from before the upload to after the end.
MOMENTS = ["diff", "apply", "posted", "accepted", "cancelled", "commit", "random"]


class Violation(Exception):
    """The service did not keep its word."""


class Round:
    """One import and one failover. The library is {id: title}."""

    def __init__(self, number, moment, site, pair, library, draw, rows):
        self.number = number
        self.moment = moment
        self.site = site
        self.pair = pair
        self.library = library
        self.draw = draw
        self.rows = rows
        self.api = site.admin
        self.seen = collections.Counter()  # statuses of answers while the database was away
        self.job = None
        self.accepted = self.cancelled = False

    def file(self):
        """Returns a file that changes, adds and deletes, and the library after it."""
        after = dict(self.library)
        title = f"round {self.number}"
        ids = [f"CT{n}" for n in range(1, self.rows + 1)]
        lines = ["id,title,text,priority,phase,mark_delete"]
        for one in self.draw.sample(ids, self.rows * 3 // 4):
            if one in after and self.draw.random() < 0.2:
                del after[one]
                lines.append(f"{one},,,,,true")
            else:
                after[one] = title
                lines.append(f"{one},{title},{'what it is about ' * 8},5,X1,")
        return "\n".join(lines).encode() + b"\n", after

    # ---- Requests that perhaps nobody can answer

    def ask(self, method, path, **kwargs):
        """Returns the answer, or None if it is a proper 503. No answer at all is a violation."""
        try:
            answer = self.api.fork().request(method, path, timeout=90, **kwargs)
        except requests.RequestException as e:
            raise Violation(f"{method} {path}: no answer at all: {e}") from e
        if answer.status == 503:
            self.seen[503] += 1
            if "Retry-After" not in answer.headers:
                raise Violation(f"{method} {path}: 503 without Retry-After")
            return None
        return answer

    def insist(self, method, path, **kwargs):
        """Asks until there is an answer; returns it."""
        deadline = time.monotonic() + PATIENCE
        while (answer := self.ask(method, path, **kwargs)) is None:
            if time.monotonic() > deadline:
                raise Violation(f"{method} {path}: 503 for {PATIENCE} s")
            time.sleep(0.05)
        return answer

    def status(self):
        answer = self.insist("GET", f"{IMPORT}{self.job}/")
        if answer.status != 200:
            raise Violation(f"job {self.job} is gone: {answer}")
        return answer.json["status"]

    def await_status(self, *wanted):
        deadline = time.monotonic() + PATIENCE
        while (now := self.status()) not in wanted:
            if now in ("success", "fail", "cancel"):
                raise Violation(f"job {self.job} is {now}, not {wanted}: "
                                f"{self.insist('GET', f'{IMPORT}{self.job}/')}")
            if time.monotonic() > deadline:
                raise Violation(f"job {self.job} is still {now}")
            time.sleep(0.01)
        return now

    def change(self, status, **fields):
        answer = self.ask("PATCH", f"{IMPORT}{self.job}/", json={"status": status, **fields})
        if answer is not None and answer.status != 200:
            raise Violation(f"{status} of job {self.job}: {answer}")
        return answer is not None

    # ---- What is under way when the primary dies

    def post(self, content):
        """Uploads a file. Returns whether the answer was a job; if not, there may be one or not."""
        answer = self.ask("POST", IMPORT, files=[("files", ("standard.csv", content, "text/csv"))])
        if answer is not None and answer.status != 200:
            raise Violation(f"upload: {answer}")
        if answer is not None:
            self.job = answer.json["id"]
        return answer is not None

    def work(self, content):
        """Takes a job through its life to its end, or until nobody answers."""
        if not self.post(content):
            return
        if self.await_status("ready_for_review") and self.change("accept_changes"):
            self.accepted = True
            self.await_status("success")

    def until(self, moment, content):
        """Goes on, in the foreground, to the moment at which the primary is to be killed."""
        if moment == "random":
            return
        assert self.post(content)
        if moment == "posted":
            return
        if moment == "diff":
            self.await_status("generating_diff", "ready_for_review")
            time.sleep(self.draw.uniform(0, 0.5))
            return
        self.await_status("ready_for_review")
        if moment == "cancelled":
            self.cancelled = self.change("cancel")
            return
        self.accepted = self.change("accept_changes")
        if moment == "apply":
            time.sleep(self.draw.uniform(0, 0.6))
        elif moment == "commit":  # as close to it as possible from outside
            while self.status() == "applying_changes" and not self.site_is_committing():
                pass

    def site_is_committing(self):
        return self.pair.primary.query(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'accession_worker'"
            " AND (query ~ '^(COMMIT|SELECT job_succeed)' AND state = 'active')")[0][0] > 0

    def between(self):
        """Until the standby is promoted, every request must get a 503."""
        for path in ("current/", "", f"{self.job or 1}/"):
            answer = self.ask("GET", IMPORT + path)
            if answer is not None:
                raise Violation(f"without a primary: {answer}")
        time.sleep(self.draw.choice((0, 0, 1, 3)))

    def fail_over(self, content):
        """Fails over; returns the seconds it took, and the newest job on the new primary."""
        if self.moment != "random":
            self.until(self.moment, content)
            took = self.pair.fail_over(self.between)
        else:
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                working = pool.submit(self.work, content)
                time.sleep(self.draw.uniform(0, 4))
                took = self.pair.fail_over(self.between)
                working.result()
        return took, self.value("SELECT max(id) FROM import_job")

    # ---- What must hold afterwards

    def check_promises(self, content, newest):
        """What was answered before the failover still holds."""
        if self.job is None:
            self.job = newest if newest and newest > self.job_before else None
            if self.job is None:
                return  # neither answered nor there
        answer = self.insist("GET", f"{IMPORT}{self.job}/files/standard/", check=False)
        if answer.raw != content:
            raise Violation(f"the file of job {self.job} is not what was uploaded")
        now = self.status()
        if self.cancelled and now != "cancel":
            raise Violation(f"job {self.job} was cancelled, and is {now}")
        if self.accepted and now not in ("applying_changes", "success"):
            raise Violation(f"job {self.job} was accepted, and is {now}")

    def finish(self, after):
        """Takes the job to its end; returns the library then."""
        if self.job is None:
            return self.library
        if self.cancelled:
            answer = self.insist("PATCH", f"{IMPORT}{self.job}/", json={"status": "retry"})
            if answer.status != 200:
                raise Violation(f"retry: {answer}")
        if self.await_status("ready_for_review", "applying_changes", "success") == "ready_for_review":
            answer = self.insist("PATCH", f"{IMPORT}{self.job}/", json={"status": "accept_changes"})
            if answer.status != 200:
                raise Violation(f"accept_changes: {answer}")
        self.await_status("success")
        return after

    def check_library(self, expected):
        export = self.insist("GET", "library/export/standard.csv", check=False)
        if export.status != 200:
            raise Violation(f"export: {export}")
        rows = csv.DictReader(io.StringIO(export.raw.decode("utf-8-sig")))
        got = {row["id"]: row["title"] for row in rows}
        if got != expected:
            wrong = [one for one in got.keys() | expected.keys() if got.get(one) != expected.get(one)]
            raise Violation(f"the library differs in {len(wrong)} items, such as {wrong[:5]}")

    def verify(self):
        env = {**os.environ, **{k: v for k, v in self.site.env.items() if k.startswith("PG")}}
        done = subprocess.run([ROOT / "build" / PROGRAMS / "accession", "verify"], env=env, text=True,
                              capture_output=True, timeout=300, check=False)
        if done.returncode != 0:
            raise Violation(f"accession verify:\n{done.stdout}{done.stderr}")

    def run(self):
        """Runs the round; returns the library after it."""
        self.job_before = self.value("SELECT coalesce(max(id), 0) FROM import_job")
        content, after = self.file()
        took, newest = self.fail_over(content)
        back = time.monotonic()
        self.check_promises(content, newest)
        answered = time.monotonic() - back
        now = self.status() if self.job else "no job"
        library = self.finish(after)
        self.check_library(library)
        self.verify()
        lost = self.value("""SELECT count(*) FROM job_event
                                   WHERE event = 'worker_lost' AND job_id = %s""", self.job)
        print(f"round {self.number:3}  {self.moment:9}  promoted after {took:.1f} s, answers after"
              f" {answered:.1f} s more; found {now}, phase redone {lost} times;"
              f" {self.seen[503]} answers 503; {len(library)} items", flush=True)
        return library, now

    def value(self, sql, *params):
        connection = self.site.db.connect()
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute(sql, params or None)
            return cursor.fetchone()[0]


@contextlib.contextmanager
def logs_kept(site, folder):
    """Keeps the site's logs if something goes wrong, since its folder is deleted at the end."""
    try:
        yield
    except BaseException:
        shutil.copytree(site.folder / "log", folder / "log", dirs_exist_ok=True)
        raise


def main():
    parser = argparse.ArgumentParser(prog="make failover", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--rows", type=int, default=20_000, help="of each file, about")
    arguments = parser.parse_args()
    seed = arguments.seed if arguments.seed is not None else random.randrange(10**6)
    print(f"{arguments.rounds} rounds, seed {seed}", flush=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="accession-failover."))
    folder.chmod(0o755)
    draw = random.Random(seed)
    library, good, found = {}, 0, collections.Counter()
    pair = Pair(folder)
    try:
        with sites.running(SETTINGS, programs=PROGRAMS, database=pair.hosts) as site:
            with logs_kept(site, folder):
                for number in range(1, arguments.rounds + 1):
                    moment = MOMENTS[(number - 1) % len(MOMENTS)]
                    library, now = Round(number, moment, site, pair, library, draw,
                                         arguments.rows).run()
                    found[f"{moment}: {now}"] += 1
                    good += 1
                    if number < arguments.rounds:
                        pair.protect()
    except Exception:  # whatever it is, the servers must end and the logs stay
        traceback.print_exc()
        print(f"Logs are in {folder}.")
    finally:
        pair.close()
    for what, count in sorted(found.items()):
        print(f"  {count:3} × {what}")
    print(f"{good} of {arguments.rounds} rounds without a lost job or a double apply")
    if good == arguments.rounds:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if good == arguments.rounds else 1


if __name__ == "__main__":
    sys.exit(main())
