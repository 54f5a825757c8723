"""Fixtures of the end-to-end tests: one site for all modules that need no settings of their own.

A module with settings of its own has its own `site` fixture; everything else follows from it.
"""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "data"))

import client  # noqa: E402
import sites  # noqa: E402


def pytest_make_parametrize_id(val):
    """Names of test cases stay short and printable, whatever they are made of."""
    return ascii(val)[:40] if isinstance(val, (str, bytes)) else None


@pytest.fixture(scope="session")
def shared_site():
    with sites.shared() as running:
        yield running


@pytest.fixture(scope="module")
def site(shared_site):
    return shared_site


@pytest.fixture(autouse=True)
def clean(site):
    """Every test begins with no jobs and an empty library, and ends without sanitizer reports."""
    site.clear()
    yield
    reports = site.new_reports()
    assert not reports, reports


@pytest.fixture
def db(site):
    return site.db


@pytest.fixture
def api(site):
    """The API as an administrator uses it."""
    return site.admin


@pytest.fixture
def editor(site):
    return site.editor


@pytest.fixture
def viewer(site):
    return site.viewer


@pytest.fixture
def nobody(site):
    """The API without credentials."""
    return client.Client(site.url)
