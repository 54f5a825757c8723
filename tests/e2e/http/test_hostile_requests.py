"""Requests that a client should not make: each gets an answer that says so, and nothing else."""

import json

import pytest

from client import IMPORT, MULTIPART, multipart, part, wire

CSV = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"
ME = "/api/v2/users/me/"


def raw(site, request, token=None):
    """The answer to a request sent as given; {auth} in it stands for the token's header."""
    auth = f"Authorization: Token {token}\r\n".encode() if token else b""
    with wire(site) as connection:
        connection.send(request.replace(b"{auth}", auth))
        return connection.answer(request.split(b" ")[0].decode("latin-1"))


def get(headers, path=ME):
    return f"GET {path} HTTP/1.1\r\nHost: a\r\n".encode() + b"{auth}" + headers + b"\r\n\r\n"


def post(headers, body=b"", path="/api/v2/session/"):
    return f"POST {path} HTTP/1.1\r\nHost: a\r\n".encode() + headers + b"\r\n\r\n" + body


@pytest.mark.parametrize("header", [
    b"X-Accel-Redirect: /internal/slow/api/v2/users/",
    b"Accession-Precheck: 1", b"ACCESSION_PRECHECK: 2", b"Http-Accession-Precheck: 1",
    b"Proxy: http://a.example", b"Request-Uri: /api/v2/users/", b"Request-Method: DELETE",
    b"REQUEST_URI: /api/v2/users/", b"HTTP_AUTHORIZATION: Token x", b"Query-String: page_size=x",
    b"X-HTTP-Method-Override: DELETE", b"X-Original-URL: /api/v2/users/", b"Https: on",
    b"X-Forwarded-Host: evil.example", b"Range: bytes=0-0", b"Range: bytes=5-1,-1,99999999-",
    b"If-None-Match: *", b"If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT", b"If-Match: \"a\"",
    b"Expect: something", b"Upgrade: h2c", b"Cookie: " + b"accession_session=x; " * 600,
])
def test_header_changes_nothing(site, viewer, header):
    answer = raw(site, get(header), viewer.token)
    assert (answer.status, answer.raw) == (200, viewer.get("users/me/").raw)


@pytest.mark.parametrize("path", [
    "/internal/slow/api/v2/users/me/", "/internal/error", "//internal/slow/api/v2/users/me/",
    "/internal/refused", "/@refused", "/api/v2/library/../users/me/",
    "/api/v2/%2575sers/me/", "/api/v2/users%2fme/", "/api/v2/users/me/;a", "/api/v2/./users/me/",
    "/API/v2/users/me/", "/static/../index.html", "/static../Makefile", "/static/.git/config",
    "/jobs%0a", "/jobs%0a?Set-Cookie:a", "/jobs/%0a", "/sign-in%0a", "/api/v2/library/import/%0a",
    "/static/README.md", "/static/README.md%0a", "/.well-known/security.txt%0a",
    "/api/v2/library/import/1/files/../", "/api/v2/library/import/1/diff/%2e%2e/",
    "/api/v2/library/import/1/diff/%0d%0aX-Accel-Redirect:%20a/",
])
def test_address_leads_nowhere(site, api, path):
    answer = raw(site, get(b"Connection: close", path), api.token).check()
    assert answer.status == 404
    assert answer.json == {"detail": "Not found."}


@pytest.mark.parametrize("path", ["/../etc/passwd", "/static/%2e%2e/%2e%2e/x", "/static/..%2f..%2fx",
                                  "/api/v2/library/tasks/T1%00/"])
def test_address_is_malformed(site, api, path):
    assert raw(site, get(b"Connection: close", path), api.token).check().status == 400


@pytest.mark.parametrize("request_bytes, status", [
    (post(b"Content-Length: 2\r\nContent-Length: 3", b"{}{"), 400),
    (post(b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"0\r\n\r\nGET / HTTP/1.1\r\n"), 400),
    (post(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", b"0\r\n\r\n"), 400),
    (post(b"Transfer-Encoding : chunked", b"0\r\n\r\n"), 400),
    (post(b"Transfer-Encoding: xchunked", b"0\r\n\r\n"), 501),
    (post(b"Transfer-Encoding: chunked", b"g\r\n\r\n"), 400),
    (post(b"Content-Length: +2", b"{}"), 400),
    (post(b"Content-Length: 0x2", b"{}"), 400),
    (post(b"Content-Length: -2", b"{}"), 400),
    (post(b"Content-Length: 99999999999999999999", b"{}"), 400),
    (get(b"X: a\r\n folded"), 400),
    (get(b"X: a\rY: b"), 400),
    (get(b"X: a\0b"), 400),
    (get(b"Authorization: Token a\r\nAuthorization: Token b"), 400),
    (get(b"\r\n".join(b"X%d: a" % i for i in range(9000))), 431),
    (get(b"X: a", ME + "?" + "a" * 70000), 414),
    (get(b"X: a", ME + "?" + "a&" * 2000), 400),
    (b"GET /api/v2/users/me/ HTTP/2.0\r\nHost: a\r\n\r\n", 505),
    (b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    (b"TRACE /api/v2/users/me/ HTTP/1.1\r\nHost: a\r\n\r\n", 405),
])
def test_request_is_refused(site, request_bytes, status):
    answer = raw(site, request_bytes).check()
    assert answer.status == status, answer
    assert list(answer.json) == ["detail"]


def test_nothing_is_smuggled_behind_a_body(site, viewer):
    """The body of a GET is not taken for the next request."""
    hidden = b"GET /api/v2/users/me/ HTTP/1.1\r\nHost: a\r\n\r\n"
    with wire(site) as connection:
        connection.head("GET", "/healthz", {"Content-Length": str(len(hidden))})
        connection.send(hidden)
        assert connection.answer().status == 200
        connection.head("GET", ME, {"Authorization": f"Token {viewer.token}"})
        assert connection.answer().status == 200


@pytest.mark.parametrize("body", [
    b'{"status":"cancel\\u0000"}', b'{"status":"cancel\\u0000x"}', b'{"status":["cancel"]}',
    b'{"status":"bogus"}\0', b'{"status":"cancel"}\0{"status":"retry"}', b'\0{"status":"cancel"}',
    b'{"status":"cancel"} {"status":"cancel"}', b'/**/{"status":"cancel"}', b"{'status':'cancel'}",
    '\ufeff{"status":"cancel"}'.encode(), '{"status":"cancel"}'.encode("utf-16"),
    b'{"status":"cancel","wait_for_task":"false\\u0000"}', b'{"status":"cancel","wait_for_task":{}}',
    b'{"status":' + b"[" * 5000 + b"]" * 5000 + b"}", b'{"status":' + b"9" * 5000 + b"}",
    b'{"status":"\xff"}', b'{"status":"\\ud800"}', b'{"status":"' + "\u00e9".encode() * 20000 + b'"}',
])
def test_body_of_a_change_is_refused(api, body):
    job = api.ready(CSV)["id"]
    answer = api.patch(f"{IMPORT}{job}/", data=body, headers={"Content-Type": "application/json"})
    assert answer.status == 400, answer
    assert api.job(job)["status"] == "ready_for_review"


def test_compressed_body_is_not_unpacked(api):
    job = api.ready(CSV)["id"]
    answer = api.patch(f"{IMPORT}{job}/", data=b"\x1f\x8b\x08\0\0\0\0\0",
                       headers={"Content-Type": "application/json", "Content-Encoding": "gzip"})
    assert answer.status == 415, answer


def test_form_cut_off_anywhere_makes_no_job(db, api):
    body = multipart(part(CSV))
    for n in range(len(body) - 2):  # the last line may end without its CRLF
        answer = api.post(IMPORT, data=body[:n], headers={"Content-Type": MULTIPART})
        assert answer.status == 400, (n, answer)
    assert db.value("SELECT count(*) FROM import_job") == 0


def test_every_role_keeps_to_its_own(site, api, editor, viewer):
    """All roles send the same requests: nobody can do more than their role may."""
    job = editor.ready(CSV)["id"]
    of_editors = [("PATCH", f"{IMPORT}{job}/", {"status": "bogus"}), ("POST", IMPORT, {})]
    of_admins = [("GET", "users/", None), ("POST", "users/", {}), ("GET", "features/", None),
                 ("PATCH", f"users/{site.ids['viewer']}/", {"role": "nobody"}),
                 ("PATCH", "features/import_export_v2/", {"enabled": "perhaps"})]
    for person, forbidden in ((viewer, of_editors + of_admins), (editor, of_admins), (api, [])):
        for method, path, body in of_editors + of_admins:
            answer = person.request(method, path, json=body)
            expected = {403} if (method, path, body) in forbidden else {200, 400, 415}
            assert answer.status in expected, (method, path, answer)


def test_fields_that_are_not_ones_own_are_ignored(site, viewer):
    """People cannot give their own account a role, or the id of another."""
    fields = {"id": site.ids["admin"], "role": "admin", "active": True, "is_superuser": True}
    answer = viewer.patch("users/me/", data=json.dumps(fields),
                          headers={"Content-Type": "application/json"})
    assert answer.status == 400, answer
    assert viewer.get("users/me/").json["role"] == "viewer"
