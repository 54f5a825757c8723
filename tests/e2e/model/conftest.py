"""Fixtures for tests that change content models."""

import pytest

import sites


@pytest.fixture
def own():
    """A site for one test alone, as models and fields stay for ever."""
    with sites.running() as running:
        yield running
