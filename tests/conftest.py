"""Fixtures of all tests that have a site. Which site that is, each folder says (conftest.py), and a
module with settings of its own says it again; everything else follows from it."""

import pytest

from people import gone_afterwards


@pytest.fixture
def no_reports(site):
    """No sanitizer has a report in the end."""
    yield
    reports = site.new_reports()
    assert not reports, reports


@pytest.fixture(autouse=True)
def clean(site, no_reports):
    """Every test begins with no jobs and an empty library."""
    site.clear()


@pytest.fixture
def db(site):
    return site.db


@pytest.fixture
def api(site):
    """The API as an administrator uses it."""
    return site.admin


@pytest.fixture
def only_known_people(site):
    """Deletes the accounts that the test makes."""
    with gone_afterwards(site):
        yield
