"""Fixtures for a module whose tests need a second content model, threat: a site with both, and what is in
own_site.py for it. They take the place of those of conftest.py where they are imported."""

import pytest

import sites
from own_site import chromium, visitors  # fixtures


@pytest.fixture(scope="module")
def site():
    with sites.running(models=[sites.THREAT]) as running:
        yield running
