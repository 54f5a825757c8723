"""The access log: who asked for what, whichever way the request took."""

import itertools
import json
import time

import pytest

import fronts
import processes
from client import IMPORT, MULTIPART, ask, multipart, part
from library import item, to_csv

CSV = to_csv([item("CT1"), item("CT2")])
UPLOAD = {"Content-Type": MULTIPART, "Content-Length": "3000000"}


@pytest.fixture(scope="module")
def mark():
    """Numbers that are in the log only once."""
    return itertools.count(time.monotonic_ns())


def line_of(site, uri):
    """The line that nginx wrote about the request for this address."""
    def read():
        lines = (site.folder / "log" / "access.log").read_bytes().splitlines()
        return [line for line in map(json.loads, lines) if line["uri"] == uri]
    (line,) = processes.wait_until(read, what="the log")
    return line


@pytest.mark.parametrize("who, method, path, headers, status", [
    ("admin", "GET", "users/me/", {}, 200),
    ("viewer", "GET", "users/me/", {}, 200),
    ("viewer", "HEAD", "users/me/", {}, 200),
    ("viewer", "GET", "library/tasks/", {}, 200),  # by way of another pool
    ("viewer", "GET", IMPORT + "{job}/", {}, 200),  # waits
    ("viewer", "GET", "users/", {}, 403),
    ("viewer", "DELETE", "session/", {}, 204),
    ("viewer", "POST", IMPORT, UPLOAD, 403),
    ("admin", "POST", IMPORT, UPLOAD, 409),
    ("admin", "PUT", IMPORT, UPLOAD, 405),
    (None, "GET", "users/me/", {}, 401),
    (None, "POST", IMPORT, UPLOAD, 401),
    (None, "PATCH", IMPORT + "{job}/", {"Content-Length": "2"}, 401),
    (None, "POST", IMPORT, {**UPLOAD, "Content-Length": "600000000"}, 413),
    (None, "POST", "session/", {"Content-Length": "70000"}, 413),
    (None, "M-SEARCH", "users/me/", {}, 401),
])
def test_account_and_method_are_logged(site, api, mark, who, method, path, headers, status):
    job = api.ready(CSV)["id"]
    people = {"admin": site.admin, "viewer": site.viewer}
    uri = f"/api/v2/{path.format(job=job)}?mark={next(mark)}"
    uri += "&wait=fail&timeout=1" if "{job}" in path and method == "GET" else ""
    sent = {"Authorization": f"Token {people[who].token}"} if who else {}
    answer = ask(site, method, uri, {**sent, **headers, "Connection": "close"},
                 b"{}" if headers.get("Content-Length") == "2" else b"")
    line = line_of(site, uri)
    assert (line["method"], line["account"]) == (method, str(site.ids[who]) if who else "")
    assert answer.status == line["status"] == status
    assert not [name for name in answer.headers
                if name.lower().startswith("accession") and name != "Accession-Review"]


def test_sign_in_is_logged_with_who_it_was(site, nobody, mark):
    uri = f"/api/v2/session/?mark={next(mark)}"
    answer = nobody.post(uri, json={"email": site.env["ACCESSION_EMAIL"],
                                    "password": site.env["ACCESSION_PASSWORD"]})
    assert answer.status == 200
    assert line_of(site, uri)["account"] == str(site.ids["admin"])


def test_every_request_has_a_name_of_its_own(site, viewer, mark):
    uris = [f"/api/v2/{path}?mark={next(mark)}" for path in ("users/me/", "users/me/", "library/tasks/")]
    for uri in uris:
        viewer.get(uri)
    names = {line_of(site, uri)["request"] for uri in uris}
    assert len(names) == 3 and all(len(bytes.fromhex(name)) == 16 for name in names)


def test_upload_that_finds_no_room_is_507_and_logged(site, api):
    """A file in place of nginx's folder for bodies is like a full disk: nothing can be written."""
    body = multipart(part(CSV + b"\n" * 1_000_000))
    with fronts.plain(site) as front:
        folder = front.folder / "tmp" / "body"
        folder.rename(front.folder / "tmp" / "gone")
        folder.touch()
        answer = ask(front, "POST", "/api/v2/" + IMPORT, {
            "Authorization": f"Token {api.token}", "Content-Type": MULTIPART,
            "Content-Length": str(len(body))}, body).check()
        assert answer.status == 507 and "disk may be full" in answer.detail
        assert int(answer.headers["Retry-After"]) > 0
        # other bodies never get there
        answer = ask(front, "PATCH", "/api/v2/users/me/", {
            "Authorization": f"Token {api.token}", "Content-Length": "60000"}, b" " * 60000)
        assert answer.status != 500, answer
        (line,) = processes.wait_until(
            lambda: [line for line in map(json.loads, front.log().splitlines())
                     if line["status"] == 507], what="the log")
    assert (line["method"], line["account"]) == ("POST", str(site.ids["admin"]))
