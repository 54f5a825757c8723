"""Fixtures of the fault tests: sites with two content models, and with points at which their
programs stop or die.
"""

import tempfile

import pytest

import sites
from points import Points
from postgres import Postgres

# Losses are noticed soon, so that no test waits long.
SETTINGS = {"WORKER_LOST_MS": 1500, "WORKER_HEARTBEAT_MS": 100, "WORKER_POLL_MS": 300,
            "WORKER_SILENCE_MS": 5000, "FAST_PROCESSES": 3, "SLOW_PROCESSES": 4}


def _site(**settings):
    with tempfile.TemporaryDirectory(prefix="accession-points.") as folder:
        with sites.running({**SETTINGS, "TEST_POINTS": folder, **settings},
                           models=[sites.THREAT]) as running:
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


@pytest.fixture
def database_is_up(site):
    """Brings the database back up, in case an earlier test failed and left it down."""
    if site.postgres.is_cut_off():
        site.start()
        site.postgres.reconnect()


@pytest.fixture(autouse=True)
def clean(site, database_is_up, clean):
    """As everywhere; also, no point stays armed."""
    yield
    site.points.clear()


@pytest.fixture
def points(site):
    return site.points


@pytest.fixture
def postgres(site):
    return site.postgres
