"""Fixtures of the end-to-end tests: one site for all modules that need no special settings."""

import pytest

import client
import sites


def pytest_make_parametrize_id(val):
    """Keeps the names of test cases short and printable, whatever the values."""
    return ascii(val)[:40] if isinstance(val, (str, bytes)) else None


@pytest.fixture(scope="session")
def shared_site():
    with sites.shared() as running:
        yield running


@pytest.fixture(scope="module")
def site(shared_site):
    return shared_site


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
