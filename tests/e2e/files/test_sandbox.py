"""What becomes of a job whose parser exceeds its limits, is stopped or crashes. What the sandbox
stops is tested by tests/unit/parser/test_sandbox.c, which runs here without sanitizers."""

import os
import signal
import subprocess

import pytest

import processes
import sites
from client import ERROR_KEYS, check_job
from library import big_csv

MIB = 1024 * 1024
SETTINGS = {
    "MAX_FIELD_BYTES": 64 * MIB,
    "MAX_RECORD_BYTES": 256 * MIB,
    "MAX_COLUMNS": 16384,
    "ERRORS_SHOWN": 100_000,
    "PARSER_MEMORY_BYTES": 64 * MIB,
    "PARSER_CPU_SECONDS": 1,
}
TEST = sites.ROOT / "build/release/tests/unit/parser/test_sandbox"
ROWS = b"id,title,text,priority,phase\nCT1,a,b,1,X1\nCT2,c,d,2,X2\n"


@pytest.fixture(scope="module", params=["release", "sanitize"])
def site(request):
    with sites.running(SETTINGS, request.param) as running:
        yield running


def parsers(site):
    (worker,) = site.worker_pids()
    return processes.children(worker)


def spooled(site, content):
    """Whether the worker has written a file for its parser, which it has chosen by then."""
    (worker,) = site.worker_pids()
    return processes.holds_file(worker, len(content))


def failure(api, job):
    """The last error of a job."""
    job = check_job(api.wait_for(job["id"], "fail"))
    error = job["errors"][-1]
    assert list(error) == ERROR_KEYS
    assert (error["file"], error["row"], error["field"]) == ("standard.csv", None, None)
    return error["details"]


def check_alive(site, api, worker):
    """Checks that the worker is the same, and that the next import works."""
    assert api.counts(api.ready(ROWS)["id"]) == (2, 0, 0)
    assert site.worker_pids() == worker


def test_sandbox_of_the_release_build():
    done = subprocess.run([TEST], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_the_parser_is_confined_before_it_has_a_file(site):
    (pid,) = processes.wait_until(lambda: parsers(site), what="a parser in reserve")

    def status():
        with open(f"/proc/{pid}/status", encoding="utf-8") as lines:
            return dict(line.split(":\t", 1) for line in lines.read().splitlines())

    processes.wait_until(lambda: status()["Seccomp"] == "2", what="the filter")
    assert status()["NoNewPrivs"] == "1"


def test_too_much_memory(site, api):
    worker = site.worker_pids()
    content = ROWS + b'CT3,a,"' + b"x" * (60 * MIB) + b'",1,X1\n'
    details = failure(api, api.start(content))
    assert details.startswith(
        "Reading this file took more than 64 MiB of memory (setting ACCESSION_PARSER_MEMORY_BYTES)"
        " after ")
    assert details.endswith(" records. Split the file, or have that setting raised.")
    check_alive(site, api, worker)


def test_too_much_processor_time(site, api):
    """All column names are compared with each other, and they differ only at the end: 69 GB to
    read, which no machine does in a second."""
    worker = site.worker_pids()
    header = ",".join("x" * 512 + f"{n:05}" for n in range(16384 - 1))
    details = failure(api, api.start(f"id,{header}\n".encode()))
    assert details.startswith(
        "Reading this file took more than 1 s of processor time (setting "
        "ACCESSION_PARSER_CPU_SECONDS) after 0 records")
    check_alive(site, api, worker)


@pytest.mark.parametrize("number, words", [
    (signal.SIGSYS, "must not do"),
    (signal.SIGXCPU, "ACCESSION_PARSER_CPU_SECONDS"),
    (signal.SIGABRT, "crash (signal 6)"),
    (signal.SIGKILL, "was killed"),
])
def test_end_by_a_signal(site, api, number, words):
    worker = site.worker_pids()
    content = big_csv(1000)
    spare = processes.wait_until(lambda: parsers(site), what="a parser in reserve")
    with processes.stopped(spare):
        job = api.start(content)
        processes.wait_until(lambda: spooled(site, content), what="the file for the parser")
        os.kill(spare[0], number)
    details = failure(api, job)
    assert words in details
    assert "after 0 records" in details
    check_alive(site, api, worker)
