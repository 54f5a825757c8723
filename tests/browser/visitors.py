"""The people in front of the browser. Each signs in once; later their session is resumed."""

import requests

from pages import SignIn


class Visitors:
    def __init__(self, site, chromium):
        self._site = site
        self._chromium = chromium
        self._memories = {None: ([], [])}
        self._present = None
        self.password = site.env["ACCESSION_PASSWORD"]
        self.emails = {"admin": site.env["ACCESSION_EMAIL"]}
        for role in ("viewer", "editor"):
            self.emails[role] = site.db.value(
                # Their tokens stay, by which tests do things beside the browser.
                """SELECT set_config('accession.kept_tokens', 'true', true);
                   UPDATE account SET password_hash = (SELECT password_hash FROM account WHERE email = %s)
                    WHERE id = %s RETURNING email""", self.emails["admin"], site.ids[role])

    def enter(self, role):
        """Returns the browser with this person signed in; None: with nobody signed in."""
        if role is not None and role in self._memories and not self._is_valid(role):
            del self._memories[role]
        if role not in self._memories:
            self._chromium.remember(self._memories[None])
            SignIn(self._chromium).open().sign_in(self.emails[role], self.password)
            self._memories[role] = self._chromium.memory()
        elif role is None or role != self._present:
            self._chromium.remember(self._memories[role])
        self._present = role
        return self._chromium

    def _is_valid(self, role):
        cookies, _ = self._memories[role]
        sent = {cookie["name"]: cookie["value"] for cookie in cookies}
        answer = requests.get(self._site.url + "/api/v2/session/", cookies=sent, timeout=60)
        return answer.status_code == 200
