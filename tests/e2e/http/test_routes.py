"""Paths, methods and the answers that do not depend on any job."""

import urllib.parse

import pytest

from client import IMPORT, Client, ask, compact, wire

NOT_FOUND = compact({"detail": "Not found."})
CSV = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"

ALLOWED = [
    (IMPORT, {"GET", "POST"}),
    (IMPORT + "current/", {"GET"}),
    (IMPORT + "{id}/", {"GET", "PATCH"}),
    (IMPORT + "{id}/diff/", {"GET"}),
    (IMPORT + "{id}/diff/standard/", {"GET"}),
    (IMPORT + "{id}/diff/standard/fields/", {"GET"}),
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


@pytest.mark.parametrize("path", [path for path, _ in ALLOWED] + ["users/me/"])
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
    ("POST", "library/import"), ("PATCH", "library/import/1"), ("DELETE", "library/import/1")])
def test_missing_slash_of_a_change_is_not_found(api, method, path):
    answer = api.request(method, path, json={})
    assert (answer.status, answer.raw) == (404, NOT_FOUND)


@pytest.mark.parametrize("job_id", [
    "0", "2", "-1", "+1", "abc", "1a", "1.0", "1e3", "0x1", "1%20", "\u0661",
    "2147483648", "9223372036854775807", "9223372036854775808", "1" * 400])
def test_id_of_no_job_is_not_found(site, db, api, job_id):
    db.make_job("success", site.ids["admin"])
    answers = [api.get(f"{IMPORT}{job_id}/{rest}") for rest in (
        "", "diff/", "diff/standard/", "errors/", "events/", "files/standard/")]
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
