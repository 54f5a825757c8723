#!/usr/bin/env -S /usr/bin/python3 -B
"""Several clients import, accept, cancel and retry at once, while a second process kills, stops and
restarts everything there is. After each round, once all is quiet, the site must match what its
answers said (chaos_model.py). Exit code 0: no violation.

The seed determines what clients and faults do, but not how they coincide.
"""

import argparse
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

_HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE), str(_HERE.parent / "shared")]

import requests  # noqa: E402

import sites  # noqa: E402
from chaos_faults import Faults  # noqa: E402
from chaos_model import DONE, REFUSED, UNKNOWN, Model  # noqa: E402
from client import IMPORT, Client  # noqa: E402
from library import FIELDS, item, to_csv  # noqa: E402
from postgres import Postgres  # noqa: E402

SETTINGS = {"WORKER_PROCESSES": 2, "WORKER_HEARTBEAT_MS": 100,
            "WORKER_POLL_MS": 300, "WORKER_SILENCE_MS": 2000, "CANCEL_WAIT_MS": 3000,
            "FAST_PROCESSES": 4, "SLOW_PROCESSES": 6}
UNIVERSE = [f"CT{n}" for n in range(1, 13)]
CLIENTS = 3
QUIET_SECONDS = 90  # for a job to move on, once nothing goes wrong any more
# What a client does next, as weights.
DEEDS = {"post": 3, "accept_changes": 5, "cancel": 3, "retry": 3, "look": 1}
FOCUSED_DEEDS = {"post": 1, "accept_changes": 5, "cancel": 4, "retry": 8}
TIMEOUT = 30


class Run:
    def __init__(self, site, points_folder, arguments):
        self.site, self.seed = site, arguments.seed
        self.round_seconds = arguments.round_seconds
        self.model = Model(UNIVERSE)
        self.faults = Faults(site, points_folder, arguments.seed, arguments.focus)
        self.deeds = FOCUSED_DEEDS if arguments.focus else DEEDS
        self.program = sites.ROOT / "build" / arguments.programs / "accession"
        self.base = [item(f"CT{n}", f"base {n}", "x" * 100)
                     for n in range(1001, 1001 + arguments.base)]
        self.model.base = {one["id"]: one for one in self.base}
        self.clients = []
        for n in range(CLIENTS):
            account = site.db.make_account(f"chaos{n}@example.com", "editor")
            self.clients.append((account, Client(site.url, site.db.make_token(account))))
        self.numbers = iter(range(1, 1 << 60))
        self.number_lock = threading.Lock()

    def number(self):
        with self.number_lock:
            return next(self.numbers)

    # What clients do

    def rows(self, draw, name):
        ids = draw.sample(UNIVERSE, draw.randint(2, 8))
        return [item(one, f"{name} {one}", priority=draw.randint(1, 10)) for one in ids]

    def content(self, draw):
        rows = [{**row, "mark_delete": ""} for row in self.rows(draw, f"post {self.number()}")]
        if draw.random() < 0.4:
            rows[-1]["mark_delete"] = "true"  # the job fails if there is no such item
        return to_csv(rows + self.base, [*FIELDS, "mark_delete"])

    def request(self, client, send):
        """Returns the answer, or None if it is unknown whether the request took effect."""
        try:
            answer = send(client)
        except requests.RequestException:
            return None
        except AssertionError as error:
            self.model.odd(f"not the answer of an API: {error}")
            return None
        if answer.status == 503 and (answer.raw and answer.headers.get("Retry-After")):
            return None
        if answer.status not in (200, 400, 404, 409):
            self.model.odd(f"{answer}")
        return answer

    def post(self, draw, account, client):
        content = self.content(draw)
        answer = self.request(client, lambda client: client.upload(content, timeout=TIMEOUT))
        if answer is None:
            self.model.post(content, UNKNOWN)
        elif answer.status == 200:
            self.model.post(content, DONE, answer.json["id"])
        else:
            self.model.post(content, REFUSED)

    def change(self, draw, account, client, deed):
        jobs = self.request(client, lambda client: client.get(
            IMPORT, params={"page_size": 5}, timeout=TIMEOUT))
        if jobs is None or jobs.status != 200 or not jobs.json["results"]:
            return
        job = jobs.json["results"][0 if draw.random() < 0.8 else -1]["id"]
        answer = self.request(client, lambda client: client.patch(
            f"{IMPORT}{job}/", json={"status": deed, "wait_for_task": draw.random() < 0.5},
            timeout=TIMEOUT))
        if answer is None:
            self.model.change(account, job, deed, UNKNOWN)
        elif answer.status == 200:
            self.model.change(account, job, deed, DONE, answer.json)
        else:
            self.model.change(account, job, deed, REFUSED)

    def client(self, number, end, draw):
        account, client = self.clients[number]
        while time.monotonic() < end:
            deed = draw.choices(list(self.deeds), self.deeds.values())[0]
            if deed == "post":
                self.post(draw, account, client)
            elif deed == "look":
                self.request(client, lambda client: client.get(
                    f"{IMPORT}current/", timeout=TIMEOUT))
            else:
                self.change(draw, account, client, deed)
            time.sleep(draw.uniform(0, 0.1))

    def operator(self, end, draw):
        """Changes the library without an import, so that reviews get stale."""
        while time.monotonic() < end:
            time.sleep(draw.uniform(0.2, 1.5))
            self.load(self.rows(draw, f"load {self.number()}"))

    def load(self, rows):
        path = self.site.folder / "load.csv"
        path.write_bytes(to_csv(rows))
        done = subprocess.run([self.program, "load", path], env={**os.environ, **self.site.env},
                              capture_output=True, timeout=120, check=False)
        titles = [row["title"] for row in rows if row["id"] in UNIVERSE]
        self.model.load(titles, DONE if done.returncode == 0 else UNKNOWN)
        self.model.loaded_at = time.strftime("%Y-%m-%dT%H:%M:%S.999999+00:00", time.gmtime())

    # A round

    def round(self, number):
        end = time.monotonic() + self.round_seconds
        draws = [random.Random(f"{self.seed} {number} {n}") for n in range(CLIENTS + 1)]
        threads = [threading.Thread(target=self.client, args=(n, end, draws[n]))
                   for n in range(CLIENTS)]
        threads.append(threading.Thread(target=self.operator, args=(end, draws[CLIENTS])))
        with self.faults.during():
            for thread in threads:
                thread.start()
            time.sleep(max(0, end - time.monotonic()))
        for thread in threads:
            thread.join()
        self.settle()
        return self.judge()

    def jobs(self):
        answer = self.request(self.site.admin, lambda client: client.get(IMPORT, timeout=TIMEOUT))
        return answer.json["results"] if answer and answer.status == 200 else None

    def settle(self):
        """Waits until nothing moves any more."""
        until, before = time.monotonic() + QUIET_SECONDS, None
        while time.monotonic() < until:
            jobs = self.jobs()
            if jobs is not None and jobs == before and not any(
                    job["status"] in ("pending", "generating_diff", "applying_changes")
                    for job in jobs):
                return
            before = jobs
            time.sleep(0.3)

    def judge(self):
        """What is wrong, and still is a moment later, as some request may just have been ending."""
        found = []
        for _ in range(3):
            try:
                found = self.model.judge(self.site.admin)
            except (requests.RequestException, TypeError, AssertionError) as error:
                found = [f"the site cannot be looked at: {error!r}"]
            if not found:
                break
            time.sleep(1.5)
        return found


def _arguments():
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__.split("\n\n")[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", default=None)
    parser.add_argument("--seconds", type=float, default=1e9, help="begin no round after so many")
    parser.add_argument("--round-seconds", type=float, default=2.0)
    parser.add_argument("--focus", action="store_true",
                        help="only hold workers still, and retry more")
    parser.add_argument("--lost-ms", type=int, default=1000, help="WORKER_LOST_MS")
    parser.add_argument("--base", type=int, default=500, help="items that make files longer")
    parser.add_argument("--programs", default="sanitize", help="variant of the programs")
    parser.add_argument("--first", action="store_true", help="stop at the first violation")
    arguments = parser.parse_args()
    arguments.seed = arguments.seed or str(random.randrange(10**6))
    return arguments


def run(arguments, site, folder):
    begun, violations, rounds = time.monotonic(), [], 0
    chaos = Run(site, folder, arguments)
    chaos.load(chaos.base + [item(one, f"first {one}") for one in UNIVERSE[:6]])
    for number in range(1, arguments.rounds + 1):
        if time.monotonic() - begun > arguments.seconds:
            break
        rounds = number
        found = chaos.round(number)
        for one in found:
            print(f"round {number}: {one}", flush=True)
        violations += found
        if found and arguments.first or len(violations) > 50:
            break
        if number % 10 == 0:
            print(f"round {number}: {sum(chaos.faults.counts.values())} faults", flush=True)
    chaos.faults.end()
    reports = site.new_reports()
    if reports:
        violations.append("a sanitizer's report")
        print(reports)
    report(chaos, rounds, violations)
    return 1 if violations else 0


def report(chaos, rounds, violations):
    model = chaos.model
    print(f"\n{rounds} rounds, seed {chaos.seed}, {len(violations)} violations\n\nfaults:")
    for kind, count in sorted(chaos.faults.counts.items()):
        print(f"  {count:6} {kind}")
    print("requests:")
    for outcome in (DONE, REFUSED, UNKNOWN):
        counts = {"post": sum(post[1] == outcome for post in model.posts)}
        for change in ("accept_changes", "cancel", "retry"):
            counts[change] = sum(count for key, count in model.changes.items()
                                 if key[2:] == (change, outcome))
        counts["load"] = sum(load[1] == outcome for load in model.loads)
        print(f"  {outcome:8}", ", ".join(f"{count} {name}" for name, count in counts.items()))
    jobs = chaos.jobs() or []
    print("jobs:", ", ".join(f"{sum(job['status'] == status for job in jobs)} {status}"
                             for status in ("success", "fail", "cancel", "ready_for_review")))


def main():
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="accession-points.") as folder:
        settings = {**SETTINGS, "WORKER_LOST_MS": arguments.lost_ms, "TEST_POINTS": folder}
        with sites.running(settings, arguments.programs) as site:
            site.postgres = Postgres(site)
            return run(arguments, site, folder)


if __name__ == "__main__":
    sys.exit(main())
