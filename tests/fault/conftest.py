"""Fixtures of the tests of what breaks: sites with points at which their programs stop or die."""

import pathlib
import sys
import tempfile

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

import sites  # noqa: E402
from points import Points  # noqa: E402
from postgres import Postgres  # noqa: E402

# Losses are noticed soon, so that nothing has to be waited for long.
SETTINGS = {"WORKER_LOST_MS": 1500, "WORKER_HEARTBEAT_MS": 100, "WORKER_POLL_MS": 300,
            "WORKER_SILENCE_MS": 2000, "FAST_PROCESSES": 3, "SLOW_PROCESSES": 4}


def _site(**settings):
    with tempfile.TemporaryDirectory(prefix="accession-points.") as folder:
        with sites.running({**SETTINGS, "TEST_POINTS": folder, **settings}) as running:
            running.points = Points(folder)
            running.postgres = Postgres(running)
            yield running


@pytest.fixture(scope="session")
def one_worker():
    yield from _site()


@pytest.fixture(scope="session")
def two_workers():
    yield from _site(WORKER_PROCESSES=2)


@pytest.fixture(scope="module")
def site(one_worker):
    return one_worker


@pytest.fixture(autouse=True)
def clean(site):
    """Every test begins with no jobs and an empty library, and ends without sanitizer reports."""
    if site.postgres.is_cut_off():  # by a test that failed
        site.start()
        site.postgres.reconnect()
    site.clear()
    yield
    site.points.clear()
    reports = site.new_reports()
    assert not reports, reports


@pytest.fixture
def db(site):
    return site.db


@pytest.fixture
def api(site):
    return site.admin


@pytest.fixture
def points(site):
    return site.points


@pytest.fixture
def postgres(site):
    return site.postgres
