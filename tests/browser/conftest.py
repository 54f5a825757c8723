"""Fixtures of the browser tests: one site and one Chromium for all of them.

`editor`, `viewer` and `admin` are the browser with that person signed in, `stranger` with nobody;
`other` is the administrator in a second browser;
`api` is the API as an administrator uses it alongside the browser.
"""

import pytest

import sites
from chromium import Chromium
from visitors import Visitors


@pytest.fixture(scope="session")
def site():
    with sites.shared() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(site):
    with Chromium(site.url) as browser:
        yield browser


@pytest.fixture(scope="session")
def visitors(site, chromium):
    return Visitors(site, chromium)


@pytest.fixture(autouse=True)
def no_complaints(chromium, only_known_people):
    """At the end, the browser must have complained about nothing and sent requests to no other
    host. It leaves the page before jobs and people go, which the page may just be asking for."""
    yield
    wrong = chromium.leave()
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="module")
def another_chromium(site):
    with Chromium(site.url) as browser:
        yield browser


@pytest.fixture(scope="module")
def others(site, visitors, another_chromium):
    return Visitors(site, another_chromium)


@pytest.fixture
def other(others, another_chromium, only_known_people):
    """The administrator, in a browser of their own, which must have complained about nothing either."""
    yield others.enter("admin")
    wrong = another_chromium.leave()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def file(tmp_path):
    """Makes a file with a name and content."""
    def make(name, content):
        path = tmp_path / name
        path.write_bytes(content)
        return path
    return make


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
