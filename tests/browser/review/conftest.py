"""Fixtures of the tests of a review whose module says what the library is, LIBRARY, what of it is imported,
CHANGED, and the ids of the changes in their order, IDS."""

import pytest

from library import to_csv
from pages import Review


@pytest.fixture
def ready(request, api, db):
    """The number of that import."""
    db.seed(*request.module.LIBRARY)
    return api.ready(to_csv(request.module.CHANGED))["id"]


@pytest.fixture
def page(request, editor, ready):
    """Its review, as the editor sees it."""
    return Review(editor, ready).open().shows(*request.module.IDS)
