#!/usr/bin/env -S /usr/bin/python3 -B
"""People who guess passwords or take more than their share, and what others notice of it.

    abuse.py [--seconds 20] [--site FOLDER] [--only guesses|crowds]     (make abuse)

guesses: each attacking address stays just below nginx's limit of ten password checks a second.
Meanwhile somebody reads with a token, and somebody signs in from an address of their own.

crowds: one viewer holds 200 waits and asks for 50 exports without reading them, and one editor
sends 20 uploads only in part. Meanwhile somebody else exports, imports and reviews.

Printed: what others wait, alone and during each attack, as a ratio. It measures: nothing is passed
or failed.
"""

import argparse
import base64
import contextlib
import http.client
import json
import os
import pathlib
import socket
import statistics
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "shared"))
import sites  # noqa: E402

PER_SECOND = 9.5
ATTACKS = [  # addresses, how the password comes, whose it is said to be
    (0, "form", "nobody's"), (12, "form", "nobody's"), (12, "basic", "nobody's"), (12, "form", "theirs"),
    (40, "form", "nobody's"), (40, "basic", "nobody's"), (40, "form", "theirs"), (40, "basic", "theirs"),
]


def ask(site, source, method, path, headers, body=None, timeout=20):
    """One request from a source address. Returns its status and the seconds it took."""
    host, port = site.url.split("//")[1].split(":")
    began = time.monotonic()
    connection = http.client.HTTPConnection(host, int(port), timeout=timeout,
                                            source_address=(source, 0))
    try:
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, time.monotonic() - began
    except OSError as error:
        return type(error).__name__, time.monotonic() - began
    finally:
        connection.close()


def sign_in(site, source, email, password):
    return ask(site, source, "POST", "/api/v2/session/", {"Content-Type": "application/json"},
               json.dumps({"email": email, "password": password}))


def by_basic(site, source, email, password):
    both = base64.b64encode(f"{email}:{password}".encode()).decode()
    return ask(site, source, "GET", "/api/v2/users/me/", {"Authorization": f"Basic {both}"})


class Repeated(threading.Thread):
    """Does something so many times a second, until it is told to end; keeps what came of it."""

    def __init__(self, per_second, act):
        super().__init__(daemon=True)
        self.per_second, self.act, self.results = per_second, act, []
        self.over = threading.Event()

    def run(self):
        due = time.monotonic()
        while not self.over.wait(max(0, due - time.monotonic())):
            self.results.append(self.act(len(self.results)))
            due = max(due + 1 / self.per_second, time.monotonic())

    def end(self):
        self.over.set()
        self.join()


def counted(results):
    found = {}
    for status, _ in results:
        found[status] = found.get(status, 0) + 1
    return " ".join(f"{status}×{n}" for status, n in sorted(found.items(), key=str))


def p95(results):
    return statistics.quantiles([seconds for _, seconds in results], n=20)[-1] * 1000


def measure(site, seconds, addresses, how, whose):
    site.db.run("DELETE FROM sign_in_tries")
    email, password = site.env["ACCESSION_EMAIL"], site.env["ACCESSION_PASSWORD"]
    act = sign_in if how == "form" else by_basic

    def guess(source):
        return lambda n: act(site, source,
                             email if whose == "theirs" else f"{source}.{n}@example.com", "x" * 12)
    attack = [Repeated(PER_SECOND, guess(f"127.0.1.{10 + i}")) for i in range(addresses)]
    token = {"Authorization": f"Token {site.viewer.token}"}
    reads = Repeated(10, lambda n: ask(site, "127.0.0.1", "GET", "/api/v2/users/me/", token))
    signs = Repeated(1, lambda n: sign_in(site, f"127.0.2.{1 + n % 200}", email, password))
    threads = [*attack, reads, signs]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    for thread in threads:
        thread.over.set()
    for thread in threads:
        thread.join()
    began = time.monotonic()
    last, tries = None, 0
    while last != 200 and time.monotonic() - began < 30:
        last, _ = sign_in(site, "127.0.1.10" if addresses else "127.0.0.1", email, password)
        tries += 1
    return reads.results, signs.results, sum((t.results for t in attack), []), time.monotonic() - began


# ---- More than their share

ROWS = "id,title,text,priority,phase\n" + "".join(
    f",Item {n},{'All of this is said at some length. ' * 8},{n % 10 + 1},X1\n" for n in range(20_000))
IMPORT = "/api/v2/library/import/"


def opened(site, method, path, token, headers="", body=b"", source="127.0.3.1"):
    """Sends a request and leaves its answer unread, with little room for it on our side."""
    host, port = site.url.split("//")[1].split(":")
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.bind((source, 0))
    connection.connect((host, int(port)))
    connection.sendall(f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Token {token}\r\n"
                       f"{headers}\r\n".encode() + body)
    return connection


def hold_waits(site, job):
    return [opened(site, "GET", f"{IMPORT}{job}/?wait=success&timeout=60", site.viewer.token)
            for _ in range(200)]


def leave_exports(site, job):
    return [opened(site, "GET", "/api/v2/library/export/standard.csv", site.viewer.token)
            for _ in range(50)]


def leave_uploads(site, job):
    head = ("Content-Type: multipart/form-data; boundary=XX\r\nContent-Length: 400000000\r\n")
    return [opened(site, "POST", IMPORT, site.editor.token, head, b"x" * 2_000_000) for _ in range(20)]


CROWDS = [("alone", []), ("200 waits", [hold_waits]), ("50 exports", [leave_exports]),
          ("20 uploads", [leave_uploads]), ("all of these", [hold_waits, leave_exports, leave_uploads])]


def work(site, api):
    """An import from the upload to its end, and an export. Returns the seconds of each step."""
    steps = {}

    @contextlib.contextmanager
    def timed(name):
        began = time.monotonic()
        yield
        steps[name] = time.monotonic() - began
    with timed("upload"):
        job = api.start("id,title,text,priority,phase\n,New,Text.,5,X1\n".encode())["id"]
    with timed("diff"):
        api.wait_for(job, "ready_for_review")
    with timed("review"):
        assert api.get(f"library/import/{job}/diff/standard/").status == 200
    with timed("cancel"):
        assert api.change(job, "cancel").status == 200
    with timed("export"):
        answer = api.get("library/export/standard.csv", check=False)
        assert answer.status == 200 and len(answer.raw) > 1_000_000
    return steps


def spooled(site):
    """MB in nginx's temporary files, those that it has unlinked included."""
    total = 0
    for pid in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if (pid / "comm").read_text().strip() != "nginx":
                continue
            for fd in (pid / "fd").iterdir():
                if f"{site.folder}/" in os.readlink(fd) or "/fastcgi/" in os.readlink(fd):
                    total += os.stat(fd).st_blocks * 512 if "log" not in os.readlink(fd) else 0
        except OSError:
            continue
    return total / 1e6


def crowds(site, seconds):
    site.db.run("DELETE FROM sign_in_tries")
    site.admin.apply(ROWS.encode())
    done = site.admin.start(ROWS.encode())["id"]
    site.admin.wait_for(done, "ready_for_review")
    site.admin.change(done, "cancel")
    alone = None
    for name, attacks in CROWDS:
        held = [one for attack in attacks for one in attack(site, done)]
        time.sleep(1)
        rounds, end = [], time.monotonic() + seconds
        while time.monotonic() < end or len(rounds) < 3:
            rounds.append(work(site, site.admin))
        worst = {step: sorted(one[step] for one in rounds)[int(len(rounds) * .95)] for step in rounds[0]}
        alone = alone or worst
        print(f"{name:14}", " ".join(f"{step} {1000 * worst[step]:.0f} ms ({worst[step] / alone[step]:.1f} ×)"
                                     for step in worst), f"nginx's files {spooled(site):.0f} MB", flush=True)
        for connection in held:
            connection.close()
        time.sleep(1)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--seconds", type=float, default=20)
    arguments.add_argument("--site", type=pathlib.Path)
    arguments.add_argument("--only", choices=["guesses", "crowds"])
    given = arguments.parse_args()
    with (sites.shared() if given.site is None else _existing(given.site)) as site:
        if given.only != "guesses":
            crowds(site, given.seconds)
        if given.only == "crowds":
            return
        alone = None
        for addresses, how, whose in ATTACKS:
            reads, signs, guesses, after = measure(site, given.seconds, addresses, how, whose)
            alone = alone or p95(reads)
            print(f"{addresses:3} addresses, {how:5}, {whose:8} email: reads p95 {p95(reads):6.1f} ms "
                  f"({p95(reads) / alone:4.1f} ×) {counted(reads)}; sign-ins p95 {p95(signs):6.0f} ms "
                  f"{counted(signs)}; afterwards from an attacking address {after:4.1f} s; "
                  f"guesses {counted(guesses)}", flush=True)


def _existing(folder):
    os.environ["ACCESSION_TEST_SITE"] = str(folder.resolve())
    return sites.shared()


if __name__ == "__main__":
    main()
