"""Who may do what: credentials in every spelling, roles, the feature flag, and the order in which
a request is checked."""

import base64

import pytest

import limits
from client import IMPORT, Client, ask, compact, multipart, part
from limits import unhurried
from people import Person, gone_afterwards
from processes import wait_until

NOT_GIVEN = {"detail": "Authentication credentials were not provided."}
INVALID = {"detail": "Invalid token."}
FORBIDDEN = {"detail": "You do not have permission to perform this action."}
NOT_FOUND = {"detail": "Not found."}


def me(nobody, authorization):
    headers = {} if authorization is None else {"Authorization": authorization}
    return nobody.get("users/me/", headers=headers)


def basic(email, password):
    return "Basic " + base64.b64encode(f"{email}:{password}".encode()).decode()


def unhurried_me(nobody, authorization):
    return unhurried(lambda: me(nobody, authorization))


def refused(answer, body=None):
    assert answer.status == 401, answer
    assert answer.headers["WWW-Authenticate"] == "Token"
    assert list(answer.json) == ["detail"]
    if body:
        assert answer.raw == compact(body)


@pytest.mark.parametrize("spelling", [
    "Token {}", "token {}", "TOKEN {}", "tOkEn {}", 'Token "{}"', 'token "{}"', "Token  {}"])
def test_token_is_accepted_as(site, nobody, spelling):
    answer = me(nobody, spelling.format(site.env["ACCESSION_TOKEN"]))
    assert answer.status == 200, answer
    assert answer.json["email"] == site.env["ACCESSION_EMAIL"]


@pytest.mark.parametrize("authorization, body", [
    (None, NOT_GIVEN),
    ("Bearer {}", NOT_GIVEN),
    ("{}", NOT_GIVEN),
    ("Token", None),
    ("Token ", None),
    ('Token ""', None),
    ("Token {} {}", None),
    ("Token {}0", INVALID),
    ("Token 0123456789abcdef", INVALID),
    ("Token '{}'", INVALID),
    ('Token ""{}""', INVALID),
    ('Token "{}', INVALID),
    ("Token " + "0" * 64, INVALID),
    ("Token " + "f" * 3000, INVALID),
    ("Token na\u00efve", None),
])
def test_credentials_are_refused(site, nobody, authorization, body):
    if authorization is not None:
        authorization = authorization.replace("{}", site.env["ACCESSION_TOKEN"]).encode("latin-1")
    refused(me(nobody, authorization), body)


def test_revoked_token_is_refused_at_once(site, db):
    person = Client(site.url, db.make_token(site.ids["viewer"]))
    assert person.get("users/me/").status == 200
    db.run("DELETE FROM credential WHERE id = (SELECT max(id) FROM credential)")
    refused(person.get("users/me/"), INVALID)


def test_disabled_account_is_refused_at_once(site, db, nobody):
    account = db.make_account("gone@example.com", "editor", like=site.env["ACCESSION_EMAIL"])
    try:
        person = Client(site.url, db.make_token(account))
        right = basic("gone@example.com", site.env["ACCESSION_PASSWORD"])
        assert person.get(IMPORT).status == 200
        assert unhurried_me(nobody, right).status == 200
        db.run("UPDATE account SET active = false WHERE id = %s", account)
        refused(person.get(IMPORT))
        assert unhurried_me(nobody, right).status == 401
    finally:
        db.run("DELETE FROM credential WHERE account_id = %s", account)
        db.run("DELETE FROM account WHERE id = %s", account)


def test_basic_is_accepted(site, nobody):
    answer = unhurried_me(nobody, basic(site.env["ACCESSION_EMAIL"], site.env["ACCESSION_PASSWORD"]))
    assert answer.status == 200, answer
    assert answer.json["email"] == site.env["ACCESSION_EMAIL"]


@pytest.mark.parametrize("password", ["p\u00e4ssw\u00f6rd correct horse", "\u00ff\u00a1 correct horse",
                                      "\u00c3\u00a9\u00e9 correct horse"])
def test_basic_may_be_latin_1(site, api, nobody, password):
    """Some clients send UTF-8, others Latin-1 if it has all the characters."""
    with gone_afterwards(site):
        made = api.post("users/", json={"email": "j\u00f6@example.com", "password": password})
        assert made.status == 200, made
        for charset in ("utf-8", "latin-1"):
            pair = f"j\u00f6@example.com:{password}".encode(charset)
            answer = unhurried_me(nobody, "Basic " + base64.b64encode(pair).decode())
            assert (answer.status, answer.json.get("id")) == (200, made.json["id"]), charset


def test_longest_basic_in_latin_1_is_only_wrong(nobody):
    for pair, words in ((b":" + b"\xff" * 2047, "username/password"), (b"\xff" * 2048, "base64"),
                        (b"\xff" * 2049, "base64"), (b"\xff:\x00", "base64")):
        answer = unhurried_me(nobody, "Basic " + base64.b64encode(pair).decode())
        assert answer.status == 401 and words in answer.detail, (len(pair), answer)
@pytest.fixture
def by_basic(site):
    """The API as an administrator uses it who has a password alone."""
    with gone_afterwards(site):
        who = Person(site, "admin")
        yield Client(site.url, auth=(who.email, who.password)), who


ROWS = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"


@pytest.mark.parametrize("method, path, kwargs, status", [
    ("GET", "users/me/", {}, 200), ("HEAD", "users/me/", {}, 200),
    ("GET", IMPORT, {}, 200), ("GET", "library/export/standard.csv", {"check": False}, 200),
    ("HEAD", "library/export/standard.csv", {}, 200),
    ("GET", "users/?page_size=1", {}, 200), ("POST", "users/", {"json": {"email": "new@example.com"}}, 200),
    ("POST", "users/", {"json": {}}, 400), ("POST", "users/", {"data": {"email": "new@example.com"}}, 200),
    ("PATCH", "users/999999/", {"json": {"role": "viewer"}}, 404), ("DELETE", "users/me/tokens/1/", {}, 404),
    ("GET", "session/", {}, 200), ("DELETE", "session/", {}, 204), ("PUT", "users/me/", {}, 405),
    ("GET", "nowhere/", {}, 404), ("GET", "users/me", {}, 301),
    ("POST", IMPORT, {"files": [("files", ("standard.csv", ROWS, "text/csv"))]}, 200),
    ("POST", IMPORT, {"files": [("files", ("standard.csv", ROWS * 20000, "text/csv"))]}, 200),
    ("POST", IMPORT, {"json": {}}, 415), ("POST", IMPORT, {}, 415)])
def test_basic_opens_what_a_token_opens(db, by_basic, method, path, kwargs, status):
    """In every pool, with every method and with a body, though its password is checked elsewhere."""
    client, who = by_basic
    answer = unhurried(lambda: client.request(method, path, **kwargs))
    assert answer.status == status, answer
    assert "Accession-Lent" not in answer.headers and "Accession-Account" not in answer.headers
    if method == "POST" and status == 200 and path == IMPORT:
        assert answer.json["triggered_by"]["id"] == who.id


def test_basic_changes_the_own_password_and_makes_tokens(by_basic):
    client, who = by_basic
    made = unhurried(lambda: client.post("users/me/tokens/", json={
        "name": "n", "current_password": who.password}))
    assert made.status == 200 and Client(client.url, made.json["token"]).get("users/me/").status == 200
    assert unhurried(lambda: client.patch("users/me/", json={
        "current_password": who.password, "password": "correct horse"})).status == 200
    client.session.auth = (who.email, "correct horse")
    assert unhurried(lambda: client.get("users/me/")).status == 200


def test_a_wait_by_basic_is_answered(site, db, by_basic):
    client, _ = by_basic
    job = db.make_job("ready_for_review", site.ids["admin"])
    answer = unhurried(lambda: client.get(f"{IMPORT}{job}/?wait=success&timeout=1"))
    assert (answer.status, answer.json["status"]) == (200, "ready_for_review")
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        db.run("UPDATE import_job SET status = 'cancel', completed = now() WHERE id = %s", job)
        job = unhurried(lambda: client.upload(ROWS)).json["id"]
        wait_until(db.busy)
        answer = unhurried(lambda: client.change(job, "cancel"))
    assert (answer.status, answer.json["status"]) == (200, "cancel")


@pytest.mark.parametrize("email, password", [
    ("{email}", "wrong"), ("{email}", ""), ("nobody@example.com", "{password}"), ("", "")])
def test_wrong_basic_is_refused(site, nobody, email, password):
    email = email.format(email=site.env["ACCESSION_EMAIL"])
    password = password.format(password=site.env["ACCESSION_PASSWORD"])
    answer = unhurried_me(nobody, basic(email, password))
    assert answer.status == 401, answer
    assert list(answer.json) == ["detail"]
    assert "WWW-Authenticate" in answer.headers


@pytest.mark.parametrize("credentials", ["", " ", " !!!", " bm9jb2xvbg=="])
def test_malformed_basic_is_refused(nobody, credentials):
    answer = unhurried_me(nobody, "Basic" + credentials)
    assert answer.status == 401, answer
    assert list(answer.json) == ["detail"]


IMPORT_ROUTES = [("GET", IMPORT), ("POST", IMPORT), ("GET", IMPORT + "current/"),
                 ("GET", IMPORT + "1/"), ("PATCH", IMPORT + "1/"), ("GET", IMPORT + "1/diff/"),
                 ("GET", IMPORT + "1/diff/standard/"), ("GET", IMPORT + "1/errors/"),
                 ("GET", IMPORT + "1/files/standard/"), ("GET", IMPORT + "1/events/")]
OTHER_ROUTES = [("GET", "library/tasks/"), ("GET", "library/tasks/T1/"),
                ("GET", "library/tasks/T1/history/"), ("GET", "library/answers/"),
                ("GET", "users/me/")]


@pytest.mark.parametrize("method, path", IMPORT_ROUTES + OTHER_ROUTES)
def test_every_route_wants_credentials(nobody, method, path):
    refused(nobody.request(method, path), NOT_GIVEN)


@pytest.mark.parametrize("method, path", IMPORT_ROUTES)
def test_flag_off_hides_import_routes(db, api, method, path):
    db.run("UPDATE feature SET enabled = false WHERE name = 'import_export_v2'")
    answer = api.request(method, path)
    assert (answer.status, answer.raw) == (404, compact(NOT_FOUND))


def test_flag_off_leaves_the_library_readable(db, api, viewer):
    db.run("UPDATE feature SET enabled = false WHERE name = 'import_export_v2'")
    assert viewer.get("library/tasks/").status == 200
    assert api.get("library/answers/").status == 200
    assert api.get("users/me/").status == 200


def test_flag_off_lets_a_running_job_go_on(db, api):
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        job = api.start(b"id,title,text,priority,phase\nCT1,a,b,1,X1\n")
        api.wait_for(job["id"], "generating_diff")
        db.run("UPDATE feature SET enabled = false WHERE name = 'import_export_v2'")
    wait_until(lambda: db.value("SELECT status FROM import_job") == "ready_for_review")
    db.run("UPDATE feature SET enabled = true")
    assert api.job(job["id"])["status"] == "ready_for_review"


READABLE = [IMPORT, IMPORT + "{id}/", IMPORT + "current/", IMPORT + "{id}/diff/",
            IMPORT + "{id}/diff/standard/", IMPORT + "{id}/errors/", IMPORT + "{id}/events/",
            IMPORT + "{id}/files/standard/", "library/tasks/", "library/tasks/CT1/",
            "library/tasks/CT1/history/", "library/answers/", "users/me/"]


def test_viewer_reads_everything(editor, viewer):
    editor.apply(b"id,title,text,priority,phase\nCT1,a,b,1,X1\n")
    job = editor.ready(b"id,title\nCT1,c\n")
    for path in READABLE:
        answer = viewer.get(path.format(id=job["id"]), check="files" not in path)
        assert answer.status == 200, (path, answer)


def test_viewer_changes_nothing(editor, viewer):
    job = editor.ready(b"id,title,text,priority,phase\nCT1,a,b,1,X1\n")
    for answer in (viewer.upload(b"id,title\nCT1,c\n"),
                   viewer.post(IMPORT, json={}),
                   viewer.change(job["id"], "accept_changes"),
                   viewer.change(job["id"], "nonsense"),
                   viewer.patch(IMPORT + "999/", json={"status": "cancel"})):
        assert (answer.status, answer.raw) == (403, compact(FORBIDDEN))
    assert viewer.job(job["id"])["status"] == "ready_for_review"


def test_change_of_role_works_at_once(site, db):
    person = Client(site.url, db.make_token(site.ids["viewer"]))
    assert person.upload(b"").status == 403
    try:
        db.run("UPDATE account SET role = 'editor' WHERE id = %s", site.ids["viewer"])
        assert person.upload(b"").status == 400
    finally:
        db.run("UPDATE account SET role = 'viewer' WHERE id = %s", site.ids["viewer"])
    assert person.upload(b"").status == 403


def test_checks_come_in_order(db, nobody, viewer, editor):
    """401, 404 by the flag, 403 by permission, 405 by method, body: each hides those after it."""
    off, on = ("UPDATE feature SET enabled = false", "UPDATE feature SET enabled = true")
    db.run(off)
    assert nobody.request("DELETE", IMPORT).status == 401
    assert viewer.request("DELETE", IMPORT).status == 404
    assert editor.request("DELETE", IMPORT).status == 404
    db.run(on)
    assert nobody.request("DELETE", IMPORT).status == 401
    assert viewer.request("DELETE", IMPORT).status == 403
    assert editor.request("DELETE", IMPORT, data=b"{").status == 405
    assert viewer.post(IMPORT, data=b"{").status == 403
    assert editor.post(IMPORT, data=b"{", headers={"Content-Type": "text/plain"}).status == 415


def huge(site, token, path="/api/v2/library/import/"):
    """The answer to an announcement of 400 MB, none of which is sent."""
    headers = {"Content-Type": "multipart/form-data; boundary=XX", "Content-Length": "400000000"}
    if token:
        headers["Authorization"] = f"Token {token}"
    return ask(site, "POST", path, headers).check()


def test_large_upload_is_refused_before_it_is_sent(site, db, viewer, editor):
    refused(huge(site, None), NOT_GIVEN)
    refused(huge(site, "wrong"), INVALID)
    assert huge(site, viewer.token).status == 403
    db.run("UPDATE feature SET enabled = false")
    assert huge(site, editor.token).status == 404


def test_large_upload_without_a_token_is_refused_while_it_is_sent(site):
    body = multipart(part(b"x" * (8 << 20)))
    headers = {"Content-Type": "multipart/form-data; boundary=XX", "Connection": "close",
               "Content-Length": str(len(body))}
    try:
        answer = ask(site, "POST", "/api/v2/library/import/", headers, body)
    except (BrokenPipeError, ConnectionResetError):
        return  # refused so early that the rest could not be sent
    refused(answer, NOT_GIVEN)


def test_passwords_cannot_be_guessed_quickly(site, viewer):
    answers = limits.flood(site, "GET", "/api/v2/users/me/", {"Authorization": "Basic Og=="})
    assert {answer.status for answer in answers} == {401, 429}
    limited = next(answer for answer in answers if answer.status == 429)
    assert list(limited.json) == ["detail"]
    assert int(limited.headers["Retry-After"]) > 0
    assert viewer.get("users/me/").status == 200
