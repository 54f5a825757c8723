"""Fixtures for a module that has a `site` of its own: a Chromium for it, and its people. They take the
place of those of conftest.py where they are imported."""

import pytest

from chromium import Chromium
from visitors import Visitors


@pytest.fixture(scope="module")
def chromium(site):
    with Chromium(site.url) as browser:
        yield browser


@pytest.fixture(scope="module")
def visitors(site, chromium):
    return Visitors(site, chromium)
