"""Fixtures of the browser tests: one site and one Chromium for all of them.

`editor`, `viewer`, `admin` and `stranger` are the browser with that person signed in (or nobody);
`api` is the API as an administrator uses it beside the browser.
"""

import pathlib
import sys

import pytest

_TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_TESTS / "e2e"), str(_TESTS / "data")]

import sites  # noqa: E402
from chromium import Chromium  # noqa: E402
from visitors import Visitors  # noqa: E402


@pytest.fixture(scope="session")
def site():
    with sites.shared() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(site):
    browser = Chromium(site.url)
    try:
        yield browser
    finally:
        browser.quit()


@pytest.fixture(scope="session")
def visitors(site, chromium):
    return Visitors(site, chromium)


@pytest.fixture(autouse=True)
def clean(site, chromium):
    """Every test begins with no jobs and an empty library. In the end the browser has complained
    about nothing, has asked nobody else for anything, and no sanitizer has a report."""
    site.clear()
    yield
    wrong = chromium.leave()
    reports = site.new_reports()
    assert not reports, reports
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def db(site):
    return site.db


@pytest.fixture
def api(site):
    return site.admin


@pytest.fixture
def stranger(visitors):
    return visitors.enter(None)


@pytest.fixture
def viewer(visitors):
    return visitors.enter("viewer")


@pytest.fixture
def editor(visitors):
    return visitors.enter("editor")


@pytest.fixture
def admin(visitors):
    return visitors.enter("admin")
