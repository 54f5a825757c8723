#!/usr/bin/env -S /usr/bin/python3 -B
"""Several clients import, hold back, comment, accept, cancel and retry at once, some of them sending
again what got no answer, while an operator loads items and
changes the fields of a content model, and a second process kills, stops and restarts everything
there is. After each round, once all is quiet, the site must match what its answers said
(chaos_model.py). Exit code 0: no violation.

The seed determines what clients and faults do, but not how they coincide.
"""

import argparse
import datetime
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
from chaos_libraries import (  # noqa: E402
    LIBRARIES, OWNER, OWNERS, STANDARD, THREATS, declaration)
from chaos_model import DONE, REFUSED, UNKNOWN, FieldChange, Model  # noqa: E402
from client import IMPORT, Client  # noqa: E402
from postgres import Postgres  # noqa: E402

SETTINGS = {"WORKER_PROCESSES": 2, "WORKER_HEARTBEAT_MS": 100,
            "WORKER_POLL_MS": 300, "WORKER_SILENCE_MS": 2000, "CANCEL_WAIT_MS": 3000,
            "FAST_PROCESSES": 4, "SLOW_PROCESSES": 6}
CLIENTS = 3
QUIET_SECONDS = 90  # for a job to move on, once nothing goes wrong any more
# What a client does next, as weights.
DEEDS = {"post": 3, "accept_changes": 5, "cancel": 3, "retry": 3, "look": 1, "hold": 4, "release": 2,
         "comment": 1}
FOCUSED_DEEDS = {"post": 1, "accept_changes": 5, "cancel": 4, "retry": 8}
# What the files of a job are for, as weights.
FILES = {(STANDARD,): 1, (THREATS,): 1, (STANDARD, THREATS): 2}
LOOKS = (f"{IMPORT}current/", "library/items/threat/", "library/models/")
SENT_AGAIN = 0.6  # how many requests have a key, by which they can be sent again
TRIES = 5
BOUND = 0.7  # how many accepts say what was seen
FIELD_CHANGES = 0.3  # how many of the operator's deeds change fields
TIMEOUT = 30


class Run:
    def __init__(self, site, points_folder, arguments):
        self.site, self.seed = site, arguments.seed
        self.round_seconds = arguments.round_seconds
        self.model = Model()
        self.faults = Faults(site, points_folder, arguments.seed, arguments.focus)
        self.deeds = FOCUSED_DEEDS if arguments.focus else DEEDS
        self.program = sites.ROOT / "build" / arguments.programs / "accession"
        self.base = {name: library.base(arguments.base) for name, library in LIBRARIES.items()}
        self.model.base = {name: {one["id"]: one for one in items}
                           for name, items in self.base.items()}
        self.clients = []
        for n in range(CLIENTS):
            account = site.db.make_account(f"chaos{n}@example.com", "editor")
            self.clients.append((account, Client(site.url, site.db.make_token(account))))
        self.numbers = iter(range(1, 1 << 60))
        self.number_lock = threading.Lock()
        self.accepted = threading.Event()  # some job, a moment ago

    def number(self):
        with self.number_lock:
            return next(self.numbers)

    # What clients do

    def rows(self, draw, library, name):
        ids = draw.sample(library.universe, draw.randint(2, 8))
        return [library.item(one, f"{name} {one}", number=draw.randint(1, 10)) for one in ids]

    def content(self, draw, library, name):
        rows = self.rows(draw, library, name)
        if draw.random() < 0.4:
            rows[-1]["mark_delete"] = "true"  # the job fails if there is no such item
        owners = draw.choices(OWNERS, k=len(rows))
        if library is THREATS and draw.random() < 0.6 and self.model.has_had_owner():
            rows = [{**row, OWNER: owner} for row, owner in zip(rows, owners)]
        return library.file(rows + self.base[library.name])

    def send(self, draw, client, method, path, *, again=True, **body):
        """Sends a request that changes something; perhaps with a key, and then again if there was no
        answer. Returns the answer, or None if it is unknown whether the request took effect."""
        again = again and draw.random() < SENT_AGAIN
        headers = {"Idempotency-Key": f"chaos {self.number()}"} if again else {}
        for _ in range(TRIES if again else 1):
            answer = self.request(client, lambda client: client.request(
                method, path, headers=headers, timeout=TIMEOUT, **body))
            if answer is not None and not (
                    answer.status == 409 and answer.json["code"] == "key_in_use"):
                return answer
            time.sleep(draw.uniform(0, 0.5))
        return None

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
        name = f"post {self.number()}"
        chosen = draw.choices(list(FILES), FILES.values())[0]
        files = {library.name: self.content(draw, library, name) for library in chosen}
        parts = [("files", (f"{model}.csv", content, "text/csv"))
                 for model, content in files.items()]
        answer = self.send(draw, client, "POST", IMPORT, files=parts)
        if answer is None:
            self.model.post(files, UNKNOWN)
        elif answer.status == 200:
            self.model.post(files, DONE, answer.json["id"])
        else:
            self.model.post(files, REFUSED)

    def change(self, draw, account, client, deed):
        jobs = self.request(client, lambda client: client.get(
            IMPORT, params={"page_size": 5}, timeout=TIMEOUT))
        if jobs is None or jobs.status != 200 or not jobs.json["results"]:
            return
        if deed in ("hold", "release"):
            self.hold(draw, account, client, jobs.json["results"][0]["id"], deed)
            return
        job = jobs.json["results"][0 if draw.random() < 0.8 else -1]["id"]
        if deed == "comment":
            self.comment(draw, account, client, job)
            return
        code = self.patch(draw, account, client, job, deed)
        if deed == "accept_changes" and code == "model_changed":
            self.model.was_outdated(job)
            for again in ("cancel", "retry"):  # as the answer says
                self.patch(draw, account, client, job, again)

    def seen(self, draw, client, job):
        """What an accept says: which version was seen, and what it would do."""
        if draw.random() > BOUND:
            return {}
        answer = self.request(client, lambda client: client.get(
            f"{IMPORT}{job}/", params={"include": "review"}, timeout=TIMEOUT))
        if answer is None or answer.status != 200 or not answer.json["review"]["version"]:
            return {}
        review = answer.json["review"]
        sums = {kind: sum(one[kind] for one in review["counts"])
                for kind in ("add", "update", "delete")}
        return {"review": review["version"], "expect": sums}

    def patch(self, draw, account, client, job, deed):
        """Returns the code of a refusal."""
        body = {"status": deed, "wait_for_task": draw.random() < 0.5, "note": f"note {self.number()}"}
        if deed == "accept_changes":
            body.update(self.seen(draw, client, job))
            self.model.accept(job, body.get("expect"))
        # An answer that is given again does not say which version was accepted.
        answer = self.send(draw, client, "PATCH", f"{IMPORT}{job}/", json=body,
                           again=deed != "accept_changes" or "review" in body)
        if answer is None:
            self.model.change(account, job, deed, UNKNOWN, version=body.get("review"))
        elif answer.status == 200:
            self.model.change(account, job, deed, DONE, answer.json,
                              answer.headers.get("Accession-Review", body.get("review"))
                              if deed == "accept_changes" else None)
            if deed == "accept_changes":
                self.accepted.set()
        else:
            self.model.change(account, job, deed, REFUSED)
            return answer.json.get("code")
        return None

    def hold(self, draw, account, client, job, deed):
        """Holds some changes of a library back, or releases them, as soon as there is a review."""
        ready = self.request(client, lambda client: client.get(
            f"{IMPORT}{job}/", timeout=TIMEOUT,
            params={"wait": "ready_for_review", "timeout": 2, "include": "counts"}))
        if ready is None or ready.status != 200 or not ready.json["counts"]:
            return
        name = draw.choice(ready.json["counts"])["content_model"]
        entries = draw.sample(range(1, 9), draw.randint(1, 4))
        answer = self.send(draw, client, "PATCH", f"{IMPORT}{job}/diff/{name}/",
                           json={deed: entries, "note": f"note {self.number()}"})
        if answer is None:
            self.model.review(account, job, deed, UNKNOWN)
        elif answer.status == 200:
            if answer.json["changed"]:
                self.model.review(account, job, deed, DONE)
        elif answer.status in (404, 409):
            self.model.review(account, job, deed, REFUSED)
        else:
            self.model.odd(f"{deed}: {answer}")

    def comment(self, draw, account, client, job):
        text = f"comment {self.number()}"
        answer = self.send(draw, client, "POST", f"{IMPORT}{job}/comments/", json={"text": text})
        outcome = UNKNOWN if answer is None else DONE if answer.status == 200 else REFUSED
        self.model.comment(job, text, outcome)

    def client(self, number, end, draw):
        account, client = self.clients[number]
        while time.monotonic() < end:
            deed = draw.choices(list(self.deeds), self.deeds.values())[0]
            if deed == "post":
                self.post(draw, account, client)
            elif deed == "look":
                path = draw.choice(LOOKS)
                self.request(client, lambda client: client.get(path, timeout=TIMEOUT))
            else:
                self.change(draw, account, client, deed)
            time.sleep(draw.uniform(0, 0.1))

    def operator(self, end, draw):
        """Changes libraries and fields without an import, so that reviews get stale."""
        while time.monotonic() < end:
            time.sleep(draw.uniform(0.2, 1.5))
            library = draw.choice(list(LIBRARIES.values()))
            rows = self.rows(draw, library, f"load {self.number()}")
            if draw.random() < FIELD_CHANGES:
                if draw.random() < 0.5:  # so that it may come between an accept and its apply
                    self.accepted.clear()
                    self.accepted.wait(1)
                self.change_fields()
            else:
                self.load(library, rows)

    def command(self, *arguments, stdin=""):
        done = subprocess.run([self.program, *arguments], env={**os.environ, **self.site.env},
                              input=stdin, text=True, capture_output=True, timeout=120,
                              check=False)
        self.model.loaded_at = _now()
        return done

    def load(self, library, rows):
        path = self.site.folder / "load.csv"
        path.write_bytes(library.file(rows))
        done = self.command("load", "--model", library.name, path)
        titles = [row["title"] for row in rows if row["id"] in library.universe]
        self.model.load(titles, DONE if done.returncode == 0 else UNKNOWN)

    def change_fields(self):
        """Adds a field, or retires it. What is not known to be done is done again."""
        changes, begun = self.model.fields, _now()
        owner = not (changes and changes[-1].owner)
        if changes and changes[-1].outcome == UNKNOWN:
            owner = changes[-1].owner
        done = self.command("model", "change", "-", stdin=declaration(owner))
        outcome = DONE if done.returncode == 0 else UNKNOWN
        if done.stdout.startswith("Nothing to do"):
            outcome = REFUSED
        self.model.change_fields(FieldChange(owner, outcome, begun, _now()))

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


def _now():
    """The time as the API shows it."""
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="microseconds")


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
    chaos.command("model", "add", sites.THREAT)
    for library in LIBRARIES.values():
        first = [library.item(one, f"first {one}") for one in library.universe[:6]]
        chaos.load(library, chaos.base[library.name] + first)
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
    said = chaos.command("verify")
    if said.returncode != 0:
        violations.append("verify")
        print(said.stdout, said.stderr)
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
        for deed in ("hold", "release"):
            counts[deed] = sum(count for key, count in model.reviews.items()
                               if key[2:] == (deed, outcome))
        counts["comment"] = sum(one[2] == outcome for one in model.comments)
        counts["load"] = sum(load[1] == outcome for load in model.loads)
        counts["change of fields"] = sum(one.outcome == outcome for one in model.fields)
        print(f"  {outcome:8}", ", ".join(f"{count} {name}" for name, count in counts.items()))
    print("diffs older than the fields:", sum(model.outdated.values()), "not accepted,",
          len(model.failed_outdated), "not applied")
    jobs = chaos.jobs() or []
    print("jobs:", ", ".join(f"{sum(job['status'] == status for job in jobs)} {status}"
                             for status in ("success", "fail", "cancel", "ready_for_review")),
          "\nof them with files for both:", sum(len(one) > 1 for one in model.contents.values()))


def main():
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="accession-points.") as folder:
        settings = {**SETTINGS, "WORKER_LOST_MS": arguments.lost_ms, "TEST_POINTS": folder}
        with sites.running(settings, arguments.programs) as site:
            site.postgres = Postgres(site)
            return run(arguments, site, folder)


if __name__ == "__main__":
    sys.exit(main())
