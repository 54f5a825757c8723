"""A browser's access to the API: a session cookie instead of a token."""

from client import Client
from limits import unhurried

SESSION = "session/"
COOKIE = "accession_session"


def cookies_set(answer):
    """The cookies that an answer sets: by name, each header as it is."""
    return {one.partition("=")[0]: one for one in answer.headers["Set-Cookie"].split(", ")}


class Browser(Client):
    """Keeps cookies, and sends the CSRF token of its session unless told otherwise."""

    csrf = None

    def request(self, method, path, *, headers=None, **kwargs):
        sent = {"X-CSRFToken": self.csrf} if self.csrf else {}
        sent.update(headers or {})
        return super().request(method, path, headers=sent, **kwargs)

    @property
    def cookie(self):
        return self.session.cookies.get(COOKIE)

    def try_sign_in(self, email, password, **kwargs):
        return unhurried(lambda: self.post(SESSION, json={"email": email, "password": password},
                                           **kwargs))

    def sign_in(self, email, password):
        answer = self.try_sign_in(email, password)
        assert answer.status == 200, answer
        self.csrf = answer.json["csrf_token"]
        return answer

    def signed_in(self):
        answer = self.get("users/me/")
        assert answer.status in (200, 401), answer
        return answer.status == 200
