"""Signing in with a browser: the session, its cookie, the CSRF token, and every way it ends."""

import contextlib
import http.cookies
import threading

import pytest

import limits
import processes
from browser import COOKIE, SESSION, Browser
from client import IMPORT, STATUSES, Client, ask, compact
from limits import unhurried
from people import Person

pytestmark = pytest.mark.usefixtures("only_known_people")

FREE = 5  # failures that cost no pause
ROWS = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"
NOT_GIVEN = {"detail": "Authentication credentials were not provided."}
BAD_CSRF = {"detail": "CSRF Failed: CSRF token missing or incorrect."}
WRONG = {"non_field_errors": ["Unable to log in with provided credentials."]}
KEYS = ["id", "email", "first_name", "last_name", "role", "csrf_token", "features",
        "statuses"]


@pytest.fixture
def person(site):
    return Person(site, "editor")


@pytest.fixture
def browser(site):
    return Browser(site.url)


@pytest.fixture
def at_home(browser, person):
    """A browser in which an editor has signed in."""
    browser.sign_in(person.email, person.password)
    return browser


def another(site, person):
    browser = Browser(site.url)
    browser.sign_in(person.email, person.password)
    return browser


def sessions(db, person):
    return db.value("SELECT count(*) FROM credential WHERE account_id = %s AND kind = 'session'",
                    person.id)


def refused(answer, status, body):
    assert (answer.status, answer.raw) == (status, compact(body)), answer


# ---- In

def test_sign_in_tells_who_it_is(browser, person):
    answer = browser.sign_in(person.email, person.password)
    body = answer.json
    assert list(body) == KEYS
    assert (body["id"], body["email"], body["role"]) == (person.id, person.email, "editor")
    assert len(body["csrf_token"]) == 64
    assert body["features"] == {"import_export_v2": True}
    assert [s["name"] for s in body["statuses"]] == list(STATUSES)
    assert body["statuses"][2] == {"name": "ready_for_review", "active": True, "turn": "people",
                                   "actions": ["accept_changes", "cancel"]}
    assert body["statuses"][6] == {"name": "cancel", "active": False, "turn": None,
                                   "actions": ["retry"]}
    assert "no-store" in answer.headers["Cache-Control"]
    refused(browser.get(SESSION), 200, body)
    assert browser.get("users/me/").json["id"] == person.id


def test_cookie_is_out_of_reach_of_scripts_and_other_sites(browser, person):
    header = browser.sign_in(person.email, person.password).headers["Set-Cookie"]
    cookie = http.cookies.SimpleCookie(header)[COOKIE]
    assert len(cookie.value) == 64
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/"
    assert int(cookie["max-age"]) == 12 * 3600
    assert not cookie["secure"]  # this site has no TLS
    assert not cookie["domain"]


def test_database_knows_the_cookie_by_its_hash_only(db, at_home):
    rows = db.rows("SELECT credential::text FROM credential")
    assert not [row for row in rows if at_home.cookie in row[0] or at_home.csrf in row[0]]


@pytest.mark.parametrize("how", ["json", "data", "files"])
def test_body_may_be_json_or_a_form(site, browser, person, how):
    fields = {"email": person.email.upper(), "password": person.password}
    if how == "files":
        fields = {name: (None, text) for name, text in fields.items()}
    headers = {"Origin": site.url} if how != "json" else {}
    assert unhurried(lambda: browser.post(SESSION, headers=headers, **{how: fields})).status == 200
    assert browser.signed_in()


@pytest.mark.parametrize("email, password", [
    ("{email}", "wrong password"), ("{email}", "{password} "), ("nobody@example.com", "{password}"),
    ("{email}", "x" * 5000), ("{email}", "nul\0"), ("'; --", "{password}")])
def test_wrong_credentials_are_refused_alike(db, browser, person, email, password):
    answer = browser.try_sign_in(email.format(email=person.email),
                                 password.format(password=person.password))
    refused(answer, 400, WRONG)
    assert "Set-Cookie" not in answer.headers
    assert sessions(db, person) == 0


def test_disabled_account_is_refused_like_a_wrong_password(db, browser, person):
    db.run("UPDATE account SET active = false WHERE id = %s", person.id)
    refused(browser.try_sign_in(person.email, person.password), 400, WRONG)


def test_account_without_a_password_cannot_sign_in(db, browser, person):
    db.run("UPDATE account SET password_hash = NULL WHERE id = %s", person.id)
    refused(browser.try_sign_in(person.email, ""), 400,
            {"password": ["This field may not be blank."]})
    refused(browser.try_sign_in(person.email, "password"), 400, WRONG)


def test_unknown_account_takes_as_long_as_a_wrong_password(site, browser, person):
    """Measured in processor time, which other programs do not affect, and only as often as nobody
    is made to wait."""
    handlers, used = site.handlers("sign-in handler"), {person.email: 0.0, "nobody@example.com": 0.0}
    for _ in range(FREE):
        for email in used:
            before = sum(map(processes.processor_seconds, handlers))
            refused(browser.try_sign_in(email, "wrong password"), 400, WRONG)
            used[email] += sum(map(processes.processor_seconds, handlers)) - before
    known, unknown = used.values()
    assert known / 2 < unknown < known * 2, used


@pytest.mark.parametrize("body, answer", [
    ({}, {"email": ["This field is required."], "password": ["This field is required."]}),
    ({"email": None, "password": 1}, {"email": ["This field may not be null."],
                                      "password": ["Not a valid string."]}),
    ({"email": " ", "password": ""}, {"email": ["This field may not be blank."],
                                      "password": ["This field may not be blank."]}),
    ([], {"non_field_errors": ["Invalid data. Expected a dictionary, but got something else."]}),
])
def test_fields_are_required(browser, body, answer):
    refused(unhurried(lambda: browser.post(SESSION, json=body)), 400, answer)


def test_sign_in_is_dated(db, browser, person):
    assert db.value("SELECT last_sign_in FROM account WHERE id = %s", person.id) is None
    before = db.value("SELECT clock_timestamp()")
    browser.sign_in(person.email, person.password)
    dated, after = db.rows("SELECT last_sign_in, clock_timestamp() FROM account WHERE id = %s",
                           person.id)[0]
    assert before <= dated <= after


def test_page_of_another_site_cannot_sign_in(site, browser, person):
    for origin in ("https://evil.example", "null", "http://127.0.0.1", f"{site.url}.example"):
        answer = browser.try_sign_in(person.email, person.password, headers={"Origin": origin})
        refused(answer, 403, {"detail": "CSRF Failed: Origin checking failed."})
    answer = browser.try_sign_in(person.email, person.password, headers={"Origin": site.url})
    assert answer.status == 200


JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@pytest.mark.parametrize("kind, headers, allowed", [
    (JSON, {}, True), (JSON + "; charset=utf-8", {}, True),
    (FORM, {}, False), ("text/plain", {}, False), ("multipart/form-data; boundary=X", {}, False),
    ("text/plain; a=application/json", {}, False), ("application/jsonp", {}, False),
    (None, {}, False),  # a page of another site can send bytes without a type
    (FORM, {"Sec-Fetch-Site": "same-origin"}, True), (FORM, {"Sec-Fetch-Site": "none"}, True),
    (JSON, {"Sec-Fetch-Site": "cross-site"}, False), (JSON, {"Sec-Fetch-Site": "same-site"}, False),
    (JSON, {"Sec-Fetch-Site": ""}, False), (JSON, {"Sec-Fetch-Site": "new"}, False),
    (JSON, {"Sec-Fetch-Site": "cross-site", "Origin": "{url}"}, True),
    (JSON, {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, False),
])
def test_whoever_does_not_say_from_where_must_send_json(site, nobody, kind, headers, allowed):
    """Also if the body is JSON: a form of another site can send that as something else."""
    headers = {name: value.format(url=site.url) for name, value in headers.items()}
    answer = unhurried(lambda: nobody.post(SESSION, data=b'{"email":"a"}',
                                           headers={"Content-Type": kind, **headers}))
    assert answer.status == (400 if allowed else 403), answer
    if not allowed:
        assert answer.detail.startswith("CSRF Failed: ")


def test_signing_in_again_ends_the_session_before(db, at_home, person):
    before = at_home.cookie
    at_home.sign_in(person.email, person.password)
    assert at_home.cookie != before
    assert sessions(db, person) == 1
    assert at_home.signed_in()


def test_sign_in_clears_away_what_has_expired(site, db, at_home, person):
    other = Person(site, "viewer")
    db.run("UPDATE credential SET expires = now() - interval '1 s' WHERE account_id = %s",
           person.id)
    another(site, other)
    assert (sessions(db, person), sessions(db, other)) == (0, 1)


# ---- The cookie as credentials

def test_nobody_has_no_session(nobody):
    refused(nobody.get(SESSION), 401, NOT_GIVEN)
    refused(nobody.request("DELETE", SESSION), 401, NOT_GIVEN)


@pytest.mark.parametrize("cookie", [
    "", ";", "=", COOKIE, f"{COOKIE}=", f"{COOKIE}=;", f"{COOKIE}={'0' * 64}", f"{COOKIE}=x y",
    f"not{COOKIE}={{}}", f"{COOKIE}={{}}0", f'{COOKIE}="{{}}"', f"other={COOKIE}={{}}"])
def test_other_cookies_are_no_session(nobody, at_home, cookie):
    headers = {"Cookie": cookie.format(at_home.cookie)}
    refused(nobody.get("users/me/", headers=headers), 401, NOT_GIVEN)


@pytest.mark.parametrize("cookie", [
    f"{COOKIE}={{}}", f"a=b; {COOKIE}={{}}", f"a=b;{COOKIE}={{}};c=d", f"; {COOKIE}={{}} ;"])
def test_session_is_found_among_cookies(nobody, at_home, cookie):
    headers = {"Cookie": cookie.format(at_home.cookie)}
    assert nobody.get("users/me/", headers=headers).status == 200


def test_a_session_is_no_token_and_a_token_no_session(nobody, viewer, at_home):
    answer = nobody.get("users/me/", headers={"Authorization": f"Token {at_home.cookie}"})
    refused(answer, 401, {"detail": "Invalid token."})
    answer = nobody.get("users/me/", headers={"Cookie": f"{COOKIE}={viewer.token}"})
    refused(answer, 401, NOT_GIVEN)


def test_authorization_goes_before_the_cookie(site, viewer, at_home):
    at_home.token = viewer.token
    assert at_home.get("users/me/").json["id"] == site.ids["viewer"]
    assert at_home.get(SESSION).json["csrf_token"] is None
    at_home.token = "wrong"
    refused(at_home.get("users/me/"), 401, {"detail": "Invalid token."})


WRITES = [("POST", IMPORT), ("PATCH", IMPORT + "1/"), ("DELETE", SESSION), ("PATCH", "users/me/"),
          ("POST", "users/me/tokens/"), ("DELETE", "users/me/tokens/1/"), ("POST", "users/"),
          ("PATCH", "users/1/"), ("PATCH", "features/import_export_v2/"),
          ("PUT", "library/answers/")]


@pytest.mark.parametrize("method, path", WRITES)
def test_writing_by_cookie_wants_the_csrf_token(site, at_home, person, method, path):
    right = at_home.csrf
    for csrf in (None, "", right[:-1], right + "0", right.upper() + " ", at_home.cookie,
                 another(site, person).csrf):
        at_home.csrf = csrf
        refused(unhurried(lambda: at_home.request(method, path, json={})), 403, BAD_CSRF)
    at_home.csrf = right
    answer = unhurried(lambda: at_home.request(method, path, json={}))
    assert answer.status != 401 and b"CSRF" not in answer.raw


def test_reading_by_cookie_does_not(at_home):
    at_home.csrf = None
    assert at_home.get(IMPORT).status == 200
    assert at_home.request("HEAD", IMPORT).status == 200


def test_a_token_needs_no_csrf_token(site, viewer, at_home):
    at_home.token, at_home.csrf = viewer.token, None
    answer = at_home.post(IMPORT, json={})
    assert answer.status == 403 and b"CSRF" not in answer.raw


def test_whole_import_by_cookie(at_home, person):
    job = at_home.apply(ROWS)
    assert job["accepted_by"]["id"] == person.id


def test_cancel_that_waits_goes_on_by_cookie(site, db, at_home):
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        job = at_home.start(ROWS)
        processes.wait_until(db.busy)
        answer = at_home.change(job["id"], "cancel")
    assert (answer.status, answer.json["status"]) == (200, "cancel")


def test_large_upload_without_csrf_token_is_refused_before_it_is_sent(site, at_home):
    headers = {"Cookie": f"{COOKIE}={at_home.cookie}", "Content-Length": "400000000",
               "Content-Type": "multipart/form-data; boundary=XX"}
    refused(ask(site, "POST", "/api/v2/library/import/", headers), 403, BAD_CSRF)


def test_change_of_role_works_at_once(db, at_home, person):
    assert at_home.post(IMPORT, json={}).status == 415
    db.run("UPDATE account SET role = 'viewer' WHERE id = %s", person.id)
    assert at_home.post(IMPORT, json={}).status == 403


# ---- Out

def test_sign_out_ends_the_session(site, db, at_home, person):
    elsewhere, value = another(site, person), at_home.cookie
    answer = at_home.request("DELETE", SESSION)
    assert (answer.status, answer.raw) == (204, b"")
    assert not {"Content-Type", "Content-Length", "Transfer-Encoding"} & set(answer.headers)
    assert http.cookies.SimpleCookie(answer.headers["Set-Cookie"])[COOKIE]["max-age"] == "0"
    assert at_home.cookie is None
    refused(Client(site.url).get(SESSION, headers={"Cookie": f"{COOKIE}={value}"}), 401, NOT_GIVEN)
    assert sessions(db, person) == 1 and elsewhere.signed_in()


def test_sign_out_with_a_token_leaves_the_token(viewer):
    assert viewer.request("DELETE", SESSION).status == 204
    assert viewer.get("users/me/").status == 200


def test_expired_session_is_none(db, at_home, person):
    db.run("UPDATE credential SET expires = now() WHERE account_id = %s", person.id)
    refused(at_home.get(SESSION), 401, NOT_GIVEN)
    refused(at_home.post(IMPORT, json={}), 401, NOT_GIVEN)


def left(db, person):
    """How many minutes until the session expires, and since it was last seen."""
    return db.rows("""SELECT round(extract(epoch FROM expires - now()) / 60)::integer,
                             round(extract(epoch FROM now() - seen) / 60)::integer
                        FROM credential WHERE account_id = %s AND kind = 'session'""",
                   person.id)[0]


def test_use_moves_the_expiry_on_once_a_minute(db, at_home, person):
    assert left(db, person) == (120, 0)
    db.run("UPDATE credential SET expires = now() + interval '9 min' WHERE account_id = %s",
           person.id)
    assert at_home.signed_in()
    assert left(db, person) == (9, 0)
    db.run("UPDATE credential SET seen = now() - interval '2 min' WHERE account_id = %s", person.id)
    assert at_home.signed_in()
    assert left(db, person) == (120, 0)


def test_use_does_not_make_a_session_last_for_ever(db, at_home, person):
    db.run("""UPDATE credential SET seen = now() - interval '2 min',
                     created = now() - interval '11 h 55 min' WHERE account_id = %s""", person.id)
    assert at_home.signed_in()
    assert left(db, person) == (5, 0)


def test_disabling_ends_sessions_for_good(db, at_home, person):
    db.run("UPDATE account SET active = false WHERE id = %s", person.id)
    refused(at_home.get(SESSION), 401, NOT_GIVEN)
    db.run("UPDATE account SET active = true WHERE id = %s", person.id)
    assert not at_home.signed_in()


def test_password_set_by_the_operator_ends_sessions(site, db, at_home, person):
    elsewhere = another(site, person)
    db.run("UPDATE account SET first_name = 'Q' WHERE id = %s", person.id)
    assert at_home.signed_in() and elsewhere.signed_in()
    db.run("UPDATE account SET password_hash = 'x' WHERE id = %s", person.id)
    assert not at_home.signed_in() and not elsewhere.signed_in()


def test_new_password_ends_the_other_sessions(site, db, at_home, person):
    elsewhere = another(site, person)
    token = Client(site.url, db.make_token(person.id))
    answer = unhurried(lambda: at_home.patch("users/me/", json={
        "current_password": person.password, "password": "correct horse", "keep_tokens": True}))
    assert (answer.status, answer.json["id"]) == (200, person.id)
    assert at_home.signed_in() and not elsewhere.signed_in()
    assert token.get("users/me/").status == 200
    refused(Browser(site.url).try_sign_in(person.email, person.password), 400, WRONG)
    Browser(site.url).sign_in(person.email, "correct horse")


# ---- Races

def wait_for_lock(db):
    processes.wait_until(db.somebody_waits, what="the lock")


@pytest.mark.parametrize("change", ["active = false", "password_hash = 'x'"])
def test_sign_in_loses_to_a_change_of_the_account(db, browser, person, change):
    """The password was right when it was checked, but the account has changed since."""
    answers = []
    thread = threading.Thread(
        target=lambda: answers.append(browser.try_sign_in(person.email, person.password)))
    with contextlib.closing(db.connect()) as holder, holder.cursor() as cursor:
        cursor.execute(f"UPDATE account SET {change} WHERE id = %s", (person.id,))
        thread.start()
        wait_for_lock(db)
        holder.commit()
    thread.join()
    refused(answers[0], 400, WRONG)
    assert sessions(db, person) == 0


def test_no_token_is_made_while_its_account_is_disabled(db, at_home, person):
    """The password was right when it was checked, but the session is gone since."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(at_home.post(
        "users/me/tokens/", json={"name": "late", "current_password": person.password})))
    with contextlib.closing(db.connect()) as holder, holder.cursor() as cursor:
        cursor.execute("UPDATE account SET active = false WHERE id = %s", (person.id,))
        thread.start()
        wait_for_lock(db)
        holder.commit()
    thread.join()
    refused(answers[0], 403, {"detail": "You do not have permission to perform this action."})
    assert db.value("SELECT count(*) FROM credential WHERE account_id = %s", person.id) == 0


@pytest.mark.parametrize("path", [SESSION, "%73ession/", "x/../session/"])
def test_sign_ins_are_rate_limited(site, path):
    """By any spelling of the address, even those that lead nowhere."""
    headers = {"Content-Type": "application/json", "Content-Length": "0"}
    answers = limits.flood(site, "POST", "/api/v2/" + path, headers)
    assert {answer.status for answer in answers} == {404 if ".." in path else 400, 429}
