"""Paths, methods and the answers that do not depend on any job."""

import urllib.parse

import pytest

from client import IMPORT, MULTIPART, Client, ask, compact, multipart, part, wire
from library import item

NOT_FOUND = compact({"detail": "Not found."})
CSV = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"

ALLOWED = [
    (IMPORT, {"GET", "POST"}),
    (IMPORT + "current/", {"GET"}),
    (IMPORT + "{id}/", {"GET", "PATCH"}),
    (IMPORT + "{id}/diff/", {"GET"}),
    (IMPORT + "{id}/diff/standard/", {"GET", "PATCH"}),
    (IMPORT + "{id}/diff/standard/looked/", {"GET", "PATCH"}),
    (IMPORT + "{id}/comments/", {"GET", "POST"}),
    (IMPORT + "{id}/comments/1/", {"PATCH", "DELETE"}),
    (IMPORT + "{id}/approvals/", {"GET", "POST", "DELETE"}),
    (IMPORT + "{id}/diff/standard/fields/", {"GET"}),
    (IMPORT + "{id}/held/", {"GET"}),
    (IMPORT + "{id}/errors/", {"GET"}),
    (IMPORT + "{id}/events/", {"GET"}),
    (IMPORT + "{id}/files/standard/", {"GET"}),
    ("library/tasks/", {"GET"}),
    ("library/tasks/CT1/", {"GET"}),
    ("library/tasks/CT1/history/", {"GET"}),
    ("library/models/", {"GET"}),
    ("library/items/standard/", {"GET"}),
    ("library/items/standard/CT1/", {"GET"}),
    ("library/items/standard/CT1/history/", {"GET"}),
    ("library/answers/", {"GET"}),
    ("session/ways/", {"GET"}),
]


@pytest.mark.parametrize("path, methods", ALLOWED)
def test_other_methods_are_405_with_allow(api, path, methods):
    path = path.format(id=api.ready(CSV)["id"])
    for method in {"POST", "PUT", "PATCH", "DELETE"} - methods:
        answer = api.request(method, path)
        assert answer.status == 405, (method, answer)
        assert answer.raw == compact({"detail": f'Method "{method}" not allowed.'})
        allow = {name.strip() for name in answer.headers["Allow"].split(",")}
        assert methods <= allow <= methods | {"HEAD", "OPTIONS"}


@pytest.mark.parametrize("path", [path for path, methods in ALLOWED if "GET" in methods] + ["users/me/"])
def test_head_is_get_without_a_body(api, path):
    api.apply(CSV)
    path = path.format(id=api.ready(b"id,title\nCT1,b\n")["id"])
    whole, head = api.get(path, check=False), api.request("HEAD", path)
    assert (whole.status, head.status) == (200, 200)
    assert head.raw == b""
    assert head.headers["Content-Type"] == whole.headers["Content-Type"]


def test_head_of_what_is_not_there(api, nobody):
    assert api.request("HEAD", IMPORT + "1/").status == 404
    assert nobody.request("HEAD", IMPORT + "1/").status == 401


@pytest.mark.parametrize("path", [
    "library/import", "library/import/current", "library/import/1", "library/import/1/diff",
    "library/import/1/diff/standard", "library/tasks", "library/tasks/T1", "library/answers",
    "library/models", "library/items/standard", "library/items/standard/T1", "users/me"])
def test_missing_slash_is_redirected(site, api, path):
    for query in ("", "?page_size=5&status=fail"):
        answer = api.get(path + query)
        assert answer.status == 301, answer
        where = urllib.parse.urljoin(f"{site.url}/api/v2/{path}", answer.headers["Location"])
        assert where == f"{site.url}/api/v2/{path}/{query}"


@pytest.mark.parametrize("method, path", [
    ("POST", "library/import"), ("PATCH", "library/import/1"), ("DELETE", "library/import/1"),
    ("PUT", "library/tasks/T1"), ("POST", "users"), ("POST", "library/%69mport")])
def test_missing_slash_of_a_change_is_told(site, api, method, path):
    answer = ask(site, method, f"/api/v2/{path}", {"Authorization": f"Token {api.token}"})
    meant = urllib.parse.unquote(path)
    assert (answer.status, answer.json) == (404, {
        "detail": f"Not found: this address ends in a slash: /api/v2/{meant}/"})


def test_missing_slash_is_told_to_whoever_sends_a_large_file(site, api):
    """Its body, which is larger than any but an upload may be, is not even waited for."""
    for length in ({"Content-Length": "100000000"}, {"Transfer-Encoding": "chunked"}):
        answer = ask(site, "POST", "/api/v2/library/import", {
            "Authorization": f"Token {api.token}", "Content-Type": MULTIPART, **length},
                     body=b"" if "Content-Length" in length else b"1ffff\r\n" + b"x" * 0x1ffff)
        assert answer.status == 404, answer
        assert answer.detail.endswith("ends in a slash: /api/v2/library/import/")


@pytest.mark.parametrize("method, path", [
    ("POST", "library/imports"), ("POST", "library/import/x"), ("PATCH", ""),
    ("POST", "library/import/1%2F")])
def test_what_is_no_address_with_a_slash_either_is_not_found(api, method, path):
    answer = api.request(method, path, json={})
    assert (answer.status, answer.raw) == (404, NOT_FOUND)


# Escapes that a path does not need are the characters that they stand for.

def test_escaped_letters_and_digits_are_what_they_stand_for(site, api, db):
    db.seed(item("T1"))
    job = db.make_job("success", site.ids["admin"])
    for plain, escaped in (
            (f"library/import/{job}/", "library/import/" + "".join(f"%{ord(c):02x}" for c in str(job)) + "/"),
            ("library/tasks/", "library/%74asks/"),
            ("library/tasks/T1/", "%6Cibrary/%74%61%73%6b%73/%541/"),
            ("library/items/standard/", "library/items/%73tandard/"),
            ("library/export/standard.json", "library/export/standard%2Ejson"),
            ("users/me/", "users/%6D%65/")):
        wanted, answer = (ask(site, "GET", f"/api/v2/{path}", {
            "Authorization": f"Token {api.token}"}) for path in (plain, escaped))
        assert (answer.status, answer.raw) == (200, wanted.raw), escaped


def test_links_of_an_escaped_path_are_plain(site, api, db):
    db.seed(item("T1"), item("T2"))
    answer = ask(site, "GET", "/api/v2/library/%74asks/?page_size=1",
                 {"Authorization": f"Token {api.token}"})
    assert answer.json["next"] == f"{site.url}/api/v2/library/tasks/?page=2&page_size=1"
    answer = ask(site, "GET", "/api/v2/library/%74asks?x=%74",
                 {"Authorization": f"Token {api.token}"})
    assert (answer.status, answer.headers["Location"].endswith("/api/v2/library/tasks/?x=%74")) == (
        301, True)


@pytest.mark.parametrize("path", [
    "library%2Ftasks/", "library/tasks%2F", "library/tasks/T1%2Fhistory/", "library/import%00/",
    "library/%2531/", "library/%2574asks/", "library/x/%2e%2e/tasks/", "library/x/../tasks/",
    "library/./tasks/", "library/%2e/tasks/", "library/tasks/..%2f..%2fusers/", "features/../",
    "features/%2e%2e/", "library/items/standard/%2E%2E/", "library/items/%2e/", "library/tasks/./",
    "library/import/1/files/../", "library/%tasks/", "library/%7/"])
def test_other_escapes_and_dots_lead_nowhere(site, api, path):
    answer = ask(site, "GET", f"/api/v2/{path}", {"Authorization": f"Token {api.token}"})
    assert answer.status in (400, 404), answer


# nginx looks at the path with all escapes, dots and double slashes resolved; handlers do not.
UPLOADS = ["library/%69mport/", "%6cibrary/import/", "x/%2e%2e/library/import/",
           "x/../library/import/", "library//import/", "library/./import/"]


@pytest.mark.parametrize("path", UPLOADS)
def test_an_upload_by_any_spelling_is_asked_for_first(site, viewer, path):
    """Who may not upload is refused before the body, however the address is spelled."""
    answer = ask(site, "POST", f"/api/v2/{path}", {
        "Authorization": f"Token {viewer.token}", "Content-Type": MULTIPART,
        "Content-Length": "100000000"})
    assert answer.status == (403 if path in UPLOADS[:2] else 404), answer


@pytest.mark.parametrize("path", UPLOADS)
def test_a_large_upload_arrives_only_where_it_belongs(site, api, path):
    body = multipart(part(b"id,title,text,priority,phase\nCT1,a," + b"x" * 100000 + b",1,X1\n"))
    answer = ask(site, "POST", f"/api/v2/{path}", {
        "Authorization": f"Token {api.token}", "Content-Type": MULTIPART,
        "Content-Length": str(len(body))}, body)
    assert answer.status == (200 if path in UPLOADS[:2] else 404), answer


@pytest.mark.parametrize("path", ["users/%6de/", "%75sers/", "library/import/%31/"])
def test_other_bodies_are_limited_by_any_spelling(site, api, path):
    answer = ask(site, "PATCH", f"/api/v2/{path}", {
        "Authorization": f"Token {api.token}", "Content-Length": "100000"})
    assert answer.status == 413


# What a body is packed in.

ENCODINGS = ["gzip", "GZIP", "deflate", "br", "zstd", "x-gzip", "aws-chunked", "gzip, identity",
             "identity,gzip", "\u00ff"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("method, path", [
    ("POST", IMPORT), ("PATCH", IMPORT + "1/"), ("POST", "session/"), ("PATCH", "users/me/"),
    ("POST", "users/"), ("PATCH", "features/import_export_v2/")])
def test_encoded_bodies_are_415_and_say_so(site, api, method, path, encoding):
    answer = ask(site, method, f"/api/v2/{path}", {
        "Authorization": f"Token {api.token}", "Content-Type": MULTIPART,
        "Content-Encoding": encoding, "Content-Length": "1000"}, b"x" * 1000).check()
    assert (answer.status, list(answer.json)) == (415, ["detail"])
    named = [one.strip() for one in encoding.split(",") if one.strip() != "identity"][0]
    if named.isascii():
        assert f'Content-Encoding "{named}": send the body as it is' in answer.detail


def test_the_second_of_two_encodings_counts_too(site, api):
    for first, second in (("identity", "gzip"), ("gzip", "identity")):
        answer = ask(site, "PATCH", "/api/v2/users/me/", {
            "Authorization": f"Token {api.token}", "Content-Length": "2",
            "Content-Encoding": f"{first}\r\nContent-Encoding: {second}"}, b"{}")
        assert (answer.status, '"gzip"' in answer.detail) == (415, True), answer


def test_an_encoded_upload_is_refused_before_its_body(site, api, viewer):
    for person, status in ((api, 415), (viewer, 403)):
        answer = ask(site, "POST", f"/api/v2/{IMPORT}", {
            "Authorization": f"Token {person.token}", "Content-Type": MULTIPART,
            "Content-Encoding": "gzip", "Content-Length": "100000000"})
        assert answer.status == status, answer


@pytest.mark.parametrize("encoding", ["identity", "Identity", "identity , IDENTITY", ",", ""])
def test_a_body_that_is_as_it_is_may_say_so(api, encoding):
    headers = {"Content-Encoding": encoding}
    assert api.upload(CSV, headers=headers).status == 200
    assert api.patch("features/import_export_v2/", json={"enabled": True},
                     headers=headers).status == 200


def test_an_encoding_of_what_has_no_body_does_not_matter(api):
    assert api.get("users/me/", headers={"Content-Encoding": "gzip"}).status == 200


@pytest.mark.parametrize("job_id", [
    "0", "2", "-1", "+1", "abc", "1a", "1.0", "1e3", "0x1", "1%20", "\u0661",
    "2147483648", "9223372036854775807", "9223372036854775808", "1" * 400])
def test_id_of_no_job_is_not_found(site, db, api, job_id):
    db.make_job("success", site.ids["admin"])
    answers = [api.get(f"{IMPORT}{job_id}/{rest}") for rest in (
        "", "diff/", "diff/standard/", "diff/standard/looked/", "held/", "comments/", "approvals/", "errors/",
        "events/", "files/standard/")]
    answers += [api.change(job_id, "cancel")]
    for answer in answers:
        assert (answer.status, answer.raw) == (404, NOT_FOUND)


def test_nul_in_a_path_is_refused(api):
    assert api.get(f"{IMPORT}1%00/").status in (400, 404)


@pytest.mark.parametrize("path", [
    "library/import/1/nothing/", "library/import/1/diff/standard/more/", "library/", "",
    "library/imports/", "Library/Import/", "library/tasks/T1/nothing/", "library/import//1/",
    "library/items/", "library/items//T1/", "library/items/standard/T1/nothing/",
    "library/models/standard/"])
def test_unknown_path_is_not_found(api, path):
    answer = api.get(path)
    assert answer.status == 404
    assert answer.json == {"detail": "Not found."}


def test_json_content_type_on_a_get_is_no_error(api):
    job = api.ready(CSV)
    for path in (IMPORT, f"{IMPORT}{job['id']}/", "library/tasks/", "users/me/"):
        for data in (None, b"{}"):
            answer = api.get(path, headers={"Content-Type": "application/json"}, data=data)
            assert answer.status == 200, answer


def test_users_me(site, api, viewer):
    for person, role in ((api, "admin"), (viewer, "viewer")):
        body = person.get("users/me/").json
        assert list(body)[:4] == ["id", "email", "first_name", "last_name"]
        assert body["id"] == site.ids[role]
        assert body["role"] == role
    assert (body["first_name"], body["last_name"]) == ("Vera", "Viewer")


def test_answers_are_an_empty_list(viewer):
    for query in ("", "?page_size=10000"):
        answer = viewer.get("library/answers/" + query)
        assert answer.status == 200
        assert answer.json["results"] == []
    assert viewer.get("library/answers/").raw == b'{"results":[]}'


def test_healthz_needs_no_credentials(site):
    answer = Client(site.url).get("/healthz")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("application/json")


# nginx's own errors.

def test_path_outside_the_api_is_json_404(nobody):
    answer = nobody.get("/nothing/of/the/kind").check()
    assert answer.status == 404
    assert list(answer.json) == ["detail"]


def test_mistyped_address_is_a_page_for_browsers(nobody):
    answer = nobody.get("/jbos/", headers={"Accept": "text/html,*/*"}, check=False)
    assert answer.status == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert answer.raw == nobody.get("/jobs/", check=False).raw


@pytest.mark.parametrize("request_bytes", [
    b"GET /api/v2/users/me/ HTTP/1.1\r\n\r\n",
    b"GET /api/v2/users/me/ HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
    b"GET /api/v2/users/me/ HTTP/1.1\r\nHost: a\r\nX-Long: " + b"x" * 70000 + b"\r\n\r\n",
])
def test_malformed_request_is_json_4xx(site, request_bytes):
    with wire(site) as connection:
        connection.send(request_bytes)
        answer = connection.answer().check()
    assert answer.status == (431 if len(request_bytes) > 1000 else 400)
    assert list(answer.json) == ["detail"]


def test_upload_over_the_limit_is_json_413(site, api):
    answer = ask(site, "POST", "/api/v2/library/import/", {
        "Authorization": f"Token {api.token}", "Content-Type": "multipart/form-data; boundary=XX",
        "Content-Length": str(600 << 20)}).check()
    assert answer.status == 413
    assert list(answer.json) == ["detail"]


def test_headers_tell_no_more_than_needed(api):
    for path in ("users/me/", IMPORT, IMPORT + "1/", "/nothing"):
        answer = api.get(path)
        headers = {name.lower() for name in answer.headers}
        if not path.startswith("/"):
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "no-store" in answer.headers["Cache-Control"]
        assert not any(char.isdigit() for char in answer.headers.get("Server", ""))
        assert not {name for name in headers if name.startswith("x-accel")}
        assert not headers & {"x-powered-by", "status"}
