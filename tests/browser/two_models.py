"""Fixtures for a module whose tests need a second content model, threat: a site with both, and a
Chromium for it. They take the place of those of conftest.py where they are imported."""

import pytest

import sites
from chromium import Chromium
from visitors import Visitors


@pytest.fixture(scope="module")
def site():
    with sites.running(models=[sites.THREAT]) as running:
        yield running


@pytest.fixture(scope="module")
def chromium(site):
    with Chromium(site.url) as browser:
        yield browser


@pytest.fixture(scope="module")
def visitors(site, chromium):
    return Visitors(site, chromium)
