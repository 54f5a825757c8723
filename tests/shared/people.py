"""Accounts that a test makes for its own use."""

import contextlib
import secrets


class Person:
    """An account with the administrator's password."""

    def __init__(self, site, role):
        self.email = f"person-{secrets.token_hex(4)}@example.com"
        self.password = site.env["ACCESSION_PASSWORD"]
        self.id = site.db.make_account(self.email, role, "Pat", "Person",
                                       like=site.env["ACCESSION_EMAIL"])


@contextlib.contextmanager
def gone_afterwards(site):
    """Deletes the accounts made during the block, and all jobs."""
    last = site.db.value("SELECT coalesce(max(id), 0) FROM account")
    try:
        yield
    finally:
        site.clear()
        site.db.run("DELETE FROM credential WHERE account_id > %s", last)
        site.db.run("DELETE FROM second_factor WHERE account_id > %s", last)
        site.db.run("DELETE FROM account WHERE id > %s", last)
