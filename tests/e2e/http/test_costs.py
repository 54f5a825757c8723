"""Release programs, and a worker that as good as never looks by itself: what wakes it, and what
requests cost in round trips and memory. How long things take is measured by `make bench`."""

import contextlib
import http.client
import os
import re
import signal
import threading
import urllib.parse

import pytest

import processes
import sites
from client import IMPORT, MULTIPART, part, wire
from library import big_csv, item, to_csv
from processes import memory

SETTINGS = {"WORKER_POLL_MS": 3_600_000, "REQUESTS_PER_PROCESS": 0, "FAST_PROCESSES": 1}
UPLOAD_MB = int(os.environ.get("ACCESSION_TEST_UPLOAD_MB") or 200)
THREE = to_csv([item(f"CT{n}") for n in range(1, 4)])


@pytest.fixture(scope="module")
def site():
    with sites.running(SETTINGS, "release") as running:
        yield running


def peak(site):
    """The most that any handler ever had resident, in KiB."""
    return max(memory(pid, "VmHWM") for pid in site.handler_pids())


def test_notify_wakes_the_worker(api):
    """Whatever it is at: it has just begun to rest, or is about to. A job that it was not told of
    would wait for an hour."""
    for _ in range(20):
        api.change(api.ready(THREE)["id"], "cancel")


@contextlib.contextmanager
def statements(site, role):
    """What the handlers for short requests ask of the server as this role while the block lasts; a
    function."""
    log = site.folder / "log" / "postgres.log"

    def switch(what):
        with contextlib.closing(site.db.connect("postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"ALTER ROLE {role} SET log_statement = '{what}'")
        # Settings of a role are those of new connections. The waiter's would be counted as well.
        before = site.handlers("fast handler")
        processes.send(before, signal.SIGTERM)
        processes.wait_until(lambda: not set(before) & set(site.handler_pids()))

    switch("all")
    begin = log.stat().st_size
    try:
        yield lambda: re.findall(rf" {role} LOG:  (?:execute|statement)[^:]*: (.*)",
                                 log.read_bytes()[begin:].decode())
    finally:
        switch("none")


def test_a_job_is_read_in_one_round_trip(site, api):
    job, requests = api.ready(THREE)["id"], 20
    with statements(site, "accession_api") as asked:
        for _ in range(requests):
            assert api.job(job)["id"] == job
        asked = processes.wait_until(lambda: asked() if len(asked()) >= requests else None)
    assert len(asked) == requests + 1, asked  # one sets up the connection and looks at the schema
    assert len(set(asked)) == 2


def test_accept_wakes_the_worker(api):
    api.accept(api.ready(THREE)["id"])


def upload_stream(connection, token, size, sent=lambda left: None):
    """Sends a file of so many bytes; the rest is up to the caller. After each piece, sent(bytes left)
    is called."""
    head, tail = part(b"", kind="text/csv")[:-2], b"\r\n--XX--\r\n"
    connection.head("POST", "/api/v2/" + IMPORT, {
        "Authorization": f"Token {token}", "Content-Type": MULTIPART,
        "Content-Length": str(len(head) + size + len(tail))})
    connection.send(head)
    block = b"id,title\n" + os.urandom(1 << 19).hex().encode()
    while size > 0:
        connection.send(block[:size])
        size -= min(size, len(block))
        sent(size)
    connection.send(tail)


def test_memory_of_a_handler_does_not_grow_with_an_upload(site, api, db):
    with site.worker_stopped():
        with wire(site, 120) as connection:
            upload_stream(connection, api.token, UPLOAD_MB << 20)
            answer = connection.answer().check()
        assert answer.status == 200, answer
        print(f"upload of {UPLOAD_MB} MB: peak {peak(site) / 1024:.1f} MiB")
        assert db.value("SELECT bytes FROM import_file") == UPLOAD_MB << 20
    assert peak(site) < 64 * 1024


def test_large_upload_holds_up_nobody(site, api, db):
    """Reads and another POST are answered while it comes in: its last piece is sent after them."""
    late, running, answered = [], threading.Event(), threading.Event()
    size, begun, last = 100 << 20, 10 << 20, 1 << 20

    def sent(left):
        if left < size - begun:
            running.set()
        if left < last:
            assert answered.wait(60)

    def upload():
        with wire(site, 120) as connection:
            upload_stream(connection, api.token, size, sent)
            late.append(connection.answer().check())

    thread = threading.Thread(target=upload)
    thread.start()
    assert running.wait(60)
    reads = [api.get(IMPORT).status for _ in range(10)]
    answer = api.upload(THREE)
    answered.set()
    thread.join()
    assert reads == [200] * 10
    assert (answer.status, late[0].status) == (200, 409)
    assert late[0].json["job"] == answer.json["id"]
    assert db.value("SELECT count(*) FROM import_file") == 1


def test_memory_of_a_handler_does_not_grow_with_a_diff(site, api):
    job = api.ready(big_csv(50_000))
    for path in (f"{IMPORT}{job['id']}/diff/standard/", f"{IMPORT}{job['id']}/files/standard/"):
        answer = api.get(path, check=False)
        assert answer.status == 200 and len(answer.raw) > 10_000_000
    api.accept(job["id"])
    assert len(api.get("library/tasks/", check=False).json["results"]) == 50_000
    assert peak(site) < 64 * 1024


def test_handler_does_not_grow_over_10000_requests(site, api, db):
    db.seed(*(item(f"CT{n}") for n in range(1, 30)))
    for _ in range(5):
        db.make_job("fail", site.ids["admin"])
    job = api.ready(to_csv([item("CT1", "new"), item("CT40")]))
    own = f"/api/v2/{IMPORT}{job['id']}/"
    requests = [("GET", own, b"", api.token),
                ("GET", own + "?include=files,counts", b"", api.token),
                ("GET", "/api/v2/library/import/?page_size=3", b"", api.token),
                ("GET", "/api/v2/library/import/?status=bad", b"", api.token),
                ("GET", own + "diff/", b"", api.token),
                ("GET", own + "diff/standard/?limit=10", b"", api.token),
                ("GET", own + "errors/", b"", api.token), ("GET", own + "events/", b"", api.token),
                ("GET", "/api/v2/library/tasks/?page_size=20&search=t", b"", api.token),
                ("GET", "/api/v2/library/tasks/CT1/", b"", api.token),
                ("GET", "/api/v2/nothing/", b"", api.token), ("GET", own, b"", "wrong"),
                ("PATCH", own, b'{"status":"retry"}', api.token),
                ("PATCH", own, b'{"status":"x","wait_for_task":"y"}', api.token),
                ("PATCH", own, b'{"broken', api.token), ("PUT", own, b"{}", api.token),
                ("GET", "/api/v2/users/me/", b"", api.token)]
    parts = urllib.parse.urlsplit(site.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    pids = site.handler_pids()
    sizes = {}
    for n in range(1, 10_001):
        method, path, body, token = requests[n % len(requests)]
        connection.request(method, path, body or None, {
            "Authorization": f"Token {token}", "Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        assert response.status < 500, (method, path)
        if n in (1000, 10_000):
            sizes[n] = {pid: memory(pid, "VmRSS") for pid in pids}
    connection.close()
    assert site.handler_pids() == pids  # none was replaced
    grown = {pid: sizes[10_000][pid] - sizes[1000][pid] for pid in pids}
    print(f"resident after 1,000 and 10,000 requests: {max(sizes[1000].values())}, "
          f"{max(sizes[10_000].values())} KiB")
    assert max(grown.values()) <= 256, grown
