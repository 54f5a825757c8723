"""The handler processes: a handler asked to end finishes its request, long work stays out of the
pool for short requests, and what cannot be done now gets a 503."""

import concurrent.futures
import re
import signal
import subprocess
import threading
import time

import pytest

import processes
import sites
from client import IMPORT, MULTIPART, ask, multipart, part, wire
from library import big_csv

ROWS = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"


def end_all(site):
    processes.send(site.handler_pids(), signal.SIGTERM)


def test_asked_to_end_while_it_waits_a_handler_replies_first(site, api):
    with site.worker_stopped(), concurrent.futures.ThreadPoolExecutor(4) as pool:
        job = api.start(ROWS)
        waits = [pool.submit(api.fork().get, f"{IMPORT}{job['id']}/?wait=success&timeout=60")
                 for _ in range(4)]
        before = set(site.handler_pids())
        while not all(wait.done() for wait in waits):  # nothing shows when they have begun
            end_all(site)
            time.sleep(0.1)
        for wait in waits:
            answer = wait.result()
            assert (answer.status, answer.json["status"]) == (200, "pending")
            assert answer.seconds < 60
        processes.wait_until(lambda: not before & set(site.handler_pids()), what="new handlers")


def test_asked_to_end_during_an_upload_a_handler_takes_it_all(site, api):
    body = multipart(part(ROWS + b"\n" * 3_000_000))
    with wire(site) as connection:
        connection.head("POST", "/api/v2/" + IMPORT, {
            "Authorization": f"Token {api.token}", "Content-Type": MULTIPART,
            "Content-Length": str(len(body))})
        connection.send(body[:len(body) // 2])
        end_all(site)
        connection.send(body[len(body) // 2:])
        ending = [threading.Timer(delay / 100, end_all, [site]) for delay in range(20)]
        for timer in ending:
            timer.start()
        answer = connection.answer("POST")
        for timer in ending:
            timer.join()
    assert answer.status == 200, answer
    api.wait_for(answer.json["id"], "ready_for_review")


def test_asked_to_end_during_a_large_answer_a_handler_sends_it_all(site, api):
    job = api.ready(big_csv(20_000))
    ending = [threading.Timer(delay / 50, end_all, [site]) for delay in range(50)]
    for timer in ending:
        timer.start()
    answers = [api.get(f"{IMPORT}{job['id']}/diff/standard/") for _ in range(4)]
    for timer in ending:
        timer.join()
    for answer in answers:
        assert answer.status == 200
        assert len(answer.json["add"]) == 20_000


@pytest.mark.parametrize("query", [
    "wait=&wait=success&timeout=60",  # of two, nginx goes by the first, the handlers by the last
    "%77ait=success&timeout=60",
])
def test_a_wait_in_any_spelling_holds_up_nobody(site, api, viewer, query):
    """More waits than there are handlers for short requests; these are answered before the
    waits."""
    with site.worker_stopped(), concurrent.futures.ThreadPoolExecutor(15) as pool:
        job = api.start(ROWS)
        waits = [pool.submit(api.fork().get, f"{IMPORT}{job['id']}/?{query}") for _ in range(15)]
        for _ in range(20):
            assert viewer.get("users/me/").status == 200
        assert not any(wait.done() for wait in waits)
        assert api.change(job["id"], "cancel").status == 200
        assert {wait.result().json["status"] for wait in waits} == {"cancel"}


@pytest.mark.parametrize("query", ["limit=1&limit=", "limit=1&%6Cimit="])
def test_a_whole_diff_in_any_spelling_is_whole(api, query):
    job = api.ready(big_csv(3000))
    answer = api.get(f"{IMPORT}{job['id']}/diff/standard/?{query}")
    assert answer.status == 200
    assert len(answer.json["add"]) == 3000


def test_a_job_locked_by_somebody_else_is_503(db, api):
    job = api.ready(ROWS)
    holder = db.connect()
    try:
        with holder.cursor() as cursor:
            cursor.execute("SELECT FROM import_job WHERE id = %s FOR UPDATE", (job["id"],))
        answer = api.change(job["id"], "accept_changes")
    finally:
        holder.close()
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    api.accept(job["id"])


@pytest.mark.parametrize("path", [
    b"library/tasks/%ff/", b"library/import/1/diff/%C3%28/", b"library/tasks/%ED%A0%80/history/",
    b"library/export/%ff.csv", b"features/%FF/", b"library/import/1/files/%80/",
])
def test_bytes_that_are_no_text_are_not_found(site, api, path):
    raw = path.decode()
    for spelled in (raw, raw.replace("%ff", "\udcff").replace("%FF", "\udcff")):
        answer = ask_raw(site, api, spelled)
        assert answer.status in (400, 404), answer


def ask_raw(site, api, path):
    with wire(site) as connection:
        connection.send(f"GET /api/v2/{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                        f"Authorization: Token {api.token}\r\n\r\n"
                        .encode("utf-8", "surrogateescape"))
        return connection.answer()


def test_bad_text_in_a_search_finds_nothing(site, api):
    answer = ask(site, "GET", "/api/v2/library/tasks/?search=%ff%fe",
                 {"Authorization": f"Token {api.token}"})
    assert (answer.status, answer.json) == (200, {"results": []})


PARSERS = re.compile(r" (?:U|T) (?:yaml_parser_|XML_Parse|csv_parse|(?:csv|json|yaml|xlsx)_open)")


def test_handlers_hold_no_parser_of_files():
    """An attacker who takes over a handler finds no parser of imported files in it; all are in the
    worker."""
    names = {name: subprocess.run(["nm", sites.ROOT / "build" / "release" / name],
                                  stdout=subprocess.PIPE, text=True, check=True).stdout
             for name in ("accession-api", "accession")}
    assert PARSERS.findall(names["accession-api"]) == []
    assert len(PARSERS.findall(names["accession"])) >= 7
