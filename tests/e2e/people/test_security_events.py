"""What happens to accounts and credentials is written down: who, from where, in which request. It holds
nothing secret, and no program can change it."""

import base64
import contextlib
import json
import re

import psycopg2.errors
import pytest

import processes
from browser import SESSION, Browser
from client import IMPORT, Client, From
from limits import past_nginx
from people import Person

pytestmark = pytest.mark.usefixtures("only_known_people")

TOKENS = "users/me/tokens/"
WRONG = "a wrong passphrase"
REQUEST = re.compile(r"[0-9a-f]{32}")


@pytest.fixture(autouse=True)
def none_lately(db):
    """Like ones of the test before are more than a minute ago."""
    db.run("UPDATE security_event SET at = at - interval '61 s' WHERE at > now() - interval '61 s'")


@pytest.fixture
def person(site):
    return Person(site, "viewer")


@pytest.fixture
def token(site, db, person):
    return Client(site.url, db.make_token(person.id))


@pytest.fixture
def browser(site, person):
    """A browser in which the person has signed in."""
    browser = Browser(site.url)
    browser.sign_in(person.email, person.password)
    return browser


@pytest.fixture
def events(db):
    """Yields a function that returns the events since: kind, account, actor, via, reason. All have the
    client's address and the request's number."""
    last = db.value("SELECT coalesce(max(id), 0) FROM security_event")

    def since():
        nonlocal last
        rows = db.rows("""SELECT id, host(address), request, kind, account_id, actor_id, via, reason
                            FROM security_event WHERE id > %s ORDER BY id""", last)
        last = max([last, *(row[0] for row in rows)])
        for row in rows:
            assert row[1] == "127.0.0.1" and REQUEST.fullmatch(row[2]), row
        return [row[3:] for row in rows]

    return since


def basic(email, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{email}:{password}".encode()).decode()}


def attempt(site, email, password, **kwargs):
    return past_nginx(lambda: Browser(site.url).post(
        SESSION, json={"email": email, "password": password}, **kwargs))


def by_basic(site, email, password, path="users/me/"):
    return past_nginx(lambda: Client(site.url).get(path, headers=basic(email, password)))


def make_token(client, password):
    return past_nginx(lambda: client.post(TOKENS, json={"name": "n", "current_password": password}))


def new_password(client, old, new):
    return past_nginx(lambda: client.patch("users/me/", json={"current_password": old, "password": new}))


# ---- Signing in and out

def test_signing_in(site, person, events):
    Browser(site.url).sign_in(person.email, person.password)
    assert events() == [("sign_in", person.id, person.id, "form", "")]
    assert by_basic(site, person.email, person.password).status == 200
    assert events() == [("sign_in", person.id, person.id, "basic", "")]


def test_refusals_say_why_to_the_operator(site, db, token, person, events):
    assert attempt(site, person.email, WRONG).status == 400
    assert by_basic(site, person.email, WRONG).status == 401
    assert make_token(token, WRONG).status == 400
    assert attempt(site, "nobody@example.com", WRONG).status == 400
    assert events() == [("sign_in_refused", person.id, None, "form", "wrong password"),
                        ("sign_in_refused", person.id, None, "basic", "wrong password"),
                        ("sign_in_refused", person.id, None, "token", "wrong password"),
                        ("sign_in_refused", None, None, "form", "no such account")]
    db.run("UPDATE account SET active = false WHERE id = %s", person.id)
    last = db.value("SELECT max(id) FROM security_event")
    assert attempt(site, person.email, person.password).status == 400
    db.run("UPDATE sign_in_tries SET failures = 100, last = clock_timestamp() + interval '1 h'")
    assert attempt(site, person.email, person.password).status == 429
    assert db.rows("SELECT reason FROM security_event WHERE kind = 'sign_in_refused' AND id > %s ORDER BY id",
                   last) == [("the account is disabled",), ("too many failures: told to wait",)]


def test_signing_out(site, browser, person, events):
    events()
    assert browser.request("DELETE", SESSION).status == 204
    assert events() == [("sign_out", person.id, person.id, "session", "")]


def test_signing_in_again_ends_the_session_before(browser, person, events):
    events()
    browser.csrf = None
    browser.sign_in(person.email, person.password)
    assert [event[0] for event in events() if event[0] != "sign_in"] == ["sign_out"]


def test_what_the_role_does_not_allow(token, browser, person, events):
    events()
    for client, via in ((token, "token"), (browser, "session")):
        assert client.post(IMPORT, json={}).status == 403
        assert client.get("users/").status == 403
        assert client.patch("users/1/", json={"role": "admin"}).status == 403
        assert events() == [
            ("forbidden", person.id, person.id, via, what) for what in (
                "POST /api/v2/library/import/", "GET /api/v2/users/", "PATCH /api/v2/users/1/")]


def test_a_forged_request(browser, person, events):
    events()
    browser.csrf = "0" * 64
    assert browser.post(TOKENS, json={}).status == 403
    assert events() == [("forbidden", person.id, person.id, "session",
                         "CSRF Failed: CSRF token missing or incorrect.")]


# ---- Accounts, passwords, tokens and features

def test_what_administrators_do(site, api, events):
    admin = site.ids["admin"]
    new = api.post("users/", json={"email": "new@example.com", "password": "correct horse"}).json["id"]
    assert events() == [("account_made", new, admin, "token", "")]
    api.patch(f"users/{new}/", json={"role": "editor"})
    assert events() == [("account_changed", new, admin, "token", "")]
    api.patch(f"users/{new}/", json={"password": "correct horses"})
    assert events() == [("password_changed", new, admin, "token", "")]
    api.patch(f"users/{new}/", json={"active": False})
    assert events() == [("account_changed", new, admin, "token", "")]
    api.patch("features/import_export_v2/", json={"enabled": False})
    assert events() == [("feature_changed", None, admin, "token", "import_export_v2")]


def test_what_people_do(browser, person, events):
    events()
    made = make_token(browser, person.password).json["id"]
    assert events() == [("token_made", person.id, person.id, "session", f"token {made}")]
    browser.request("DELETE", f"{TOKENS}{made}/")
    assert events() == [("token_revoked", person.id, person.id, "session", f"token {made}")]
    make_token(browser, person.password)
    events()
    new_password(browser, person.password, "correct horse")
    assert sorted(event[:4] for event in events()) == [
        ("password_changed", person.id, person.id, "session"),
        ("token_revoked", person.id, person.id, "session")]


def test_what_ends_with_an_account_is_written_down(site, db, api, token, person, events):
    admin = site.ids["admin"]
    api.patch(f"users/{person.id}/", json={"active": False})
    assert sorted(event[:4] for event in events()) == [
        ("account_changed", person.id, admin, "token"), ("token_revoked", person.id, admin, "token")]


def test_changes_have_before_and_after_but_of_a_password(db, api, person):
    api.patch(f"users/{person.id}/", json={"role": "editor", "first_name": "Q", "password": "correct horse"})
    assert db.value("SELECT changes FROM security_event ORDER BY id DESC LIMIT 1") == {
        "role": ["viewer", "editor"], "first_name": ["Pat", "Q"], "password_hash": True}


def test_what_changes_nothing_is_no_event(api, person, events):
    assert api.patch(f"users/{person.id}/", json={"role": "viewer"}).status == 200
    assert api.patch("features/import_export_v2/", json={"enabled": True}).status == 200
    assert events() == []


def test_the_operator_is_nobody(site, db, person):
    last = db.value("SELECT max(id) FROM security_event")
    site.accession("user", "role", person.email, "editor")
    site.accession("user", "disable", person.email)
    rows = db.rows("""SELECT kind, account_id, actor_id, via, address, request FROM security_event
                       WHERE id > %s ORDER BY id""", last)
    assert rows == [("account_changed", person.id, None, "command", None, "")] * 2


# What has functions in the database, for handlers that call them: (role, statement, kind).
STATEMENTS = [
    ("accession_api", "SELECT session_end(%(key)s, NULL, NULL)", "session_ended"),
    ("accession_sign_in", """SELECT factor_begin(%(key)s, sha256('s')),
                                    factor_pass(%(key)s, 1, NULL, ARRAY[sha256('c')], NULL, '1 h')""",
     "factor_set_up"),
    ("accession_sign_in", "SELECT factor_pass(%(key)s, NULL, sha256('c'), NULL, NULL, '1 h')",
     "recovery_used"),
    ("accession_sign_in", "SELECT factor_remove(%(key)s)", "factor_removed"),
]


def test_sessions_and_second_factors(db, token, browser, person, events):
    events()
    for role, sql, kind in STATEMENTS:
        with contextlib.closing(db.connect(role)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT request_context('127.0.0.1', %s)", ("0" * 32,))
            cursor.execute("SELECT sha256(%s)", (token.token.encode(),))
            cursor.execute(sql, {"key": cursor.fetchone()[0]})
            connection.commit()
        assert events() == [(kind, person.id, person.id, "token", "")]
    assert not browser.signed_in()


def test_one_time_links(site, db, api, person, events):
    admin = site.ids["admin"]
    with contextlib.closing(db.connect("accession_api")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT request_context('127.0.0.1', %s)", ("0" * 32,))
        cursor.execute("SELECT link_make(sha256(%s), %s, sha256('link'), '1 h')",
                       (api.token.encode(), person.id))
        connection.commit()
    assert events() == [("password_changed", person.id, admin, "token", ""),
                        ("link_made", person.id, admin, "token", "")]
    with contextlib.closing(db.connect("accession_sign_in")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT request_context('127.0.0.1', %s)", ("0" * 32,))
        cursor.execute("SELECT link_use(sha256('link'), '$argon2id$x'), link_use(sha256('link'), 'again')")
        assert cursor.fetchone() == (person.id, None)
        connection.commit()
    assert events() == [("password_changed", person.id, person.id, "link", "")]


def test_every_kind_has_a_name_for_people(db):
    assert db.value("SELECT count(*) FROM security_event_kind WHERE title <> ''") == db.value(
        "SELECT count(DISTINCT position) FROM security_event_kind")


# ---- Which request it was

def test_events_name_the_request_as_the_logs_do(site, db, person):
    mark = f"/api/v2/users/me/?mark={person.id}"
    assert by_basic(site, person.email, WRONG, mark).status == 401
    request = db.value("""SELECT request FROM security_event
                           WHERE account_id = %s AND kind = 'sign_in_refused'""", person.id)

    def logged():
        return [line for name in (site.folder / "log").glob("*.log")
                for line in name.read_text(errors="replace").splitlines()]

    processes.wait_until(lambda: [line for line in logged()
                                  if "sign-in refused" in line and f"request={request}" in line])
    in_front = processes.wait_until(lambda: [line for line in logged()
                                             if line.startswith("{") and mark in line])
    assert json.loads(in_front[0]).get("request", request) == request


# ---- Nothing secret

def test_there_is_no_secret_in_it(site, db, api, person):
    """What people send is all in here but what is public: nothing of it is in any event."""
    browser = Browser(site.url)
    new = "another pass phrase"
    secrets = [person.password, WRONG, new]
    typed = "my pass phrase typed as a name"
    attempt(site, person.email, WRONG)
    attempt(site, typed, "x")
    attempt(site, person.email, typed)
    by_basic(site, person.email, WRONG)
    browser.sign_in(person.email, person.password)
    secrets += [typed, browser.cookie, browser.csrf]
    browser.post(IMPORT, json={"x": WRONG})
    made = make_token(browser, person.password).json
    secrets.append(made["token"])
    Client(site.url, made["token"]).get("users/")
    assert new_password(browser, person.password, new).status == 200
    api.patch(f"users/{person.id}/", json={"password": WRONG})
    api.post("users/", json={"email": "new@example.com", "password": WRONG})
    secrets += [api.token, base64.b64encode(f"{person.email}:{WRONG}".encode()).decode()]
    text = "\n".join(row[0] for row in db.rows("SELECT security_event::text FROM security_event"))
    assert person.email in text or str(person.id) in text
    hashes = [row[0] for row in db.rows("SELECT encode(hash, 'hex') FROM credential")]
    hashes += [row[0] for row in db.rows(
        "SELECT password_hash FROM account WHERE password_hash IS NOT NULL")]
    assert not [secret for secret in secrets + hashes if secret in text]
    assert "argon2" not in text


# ---- Like ones are one

def counted(db, person):
    return db.rows("""SELECT kind, times, last > at FROM security_event
                       WHERE account_id = %s AND via <> 'command' ORDER BY id""", person.id)


def test_like_ones_within_a_minute_are_counted(site, db, person):
    for _ in range(3):
        attempt(site, person.email, WRONG)
    assert counted(db, person) == [("sign_in_refused", 3, True)]
    db.run("UPDATE security_event SET at = at - interval '61 s' WHERE account_id = %s", person.id)
    attempt(site, person.email, WRONG)
    assert [row[:2] for row in counted(db, person)] == [("sign_in_refused", 3), ("sign_in_refused", 1)]


def test_others_are_events_of_their_own(site, db, person):
    attempt(site, person.email, WRONG)
    attempt(site, Person(site, "viewer").email, WRONG)
    by_basic(site, person.email, WRONG)
    elsewhere = Browser(site.url)
    elsewhere.session.mount("http://", From("127.0.0.2"))
    past_nginx(lambda: elsewhere.post(SESSION, json={"email": person.email, "password": WRONG}))
    assert db.rows("""SELECT via, host(address), times FROM security_event
                       WHERE account_id = %s AND via <> 'command' ORDER BY id""", person.id) == [
        ("form", "127.0.0.1", 1), ("basic", "127.0.0.1", 1), ("form", "127.0.0.2", 1)]


def test_requests_that_are_not_allowed_are_counted(db, token, person):
    for _ in range(5):
        token.get("users/")
    token.get("tokens/")
    assert [row[:2] for row in counted(db, person) if row[0] == "forbidden"] == [
        ("forbidden", 5), ("forbidden", 1)]


def test_changes_are_never_counted_together(db, api, person):
    for name in ("A", "B", "A", "B"):
        api.patch(f"users/{person.id}/", json={"first_name": name})
    assert [row[:2] for row in counted(db, person)] == [("account_changed", 1)] * 4


# ---- Who may write

@pytest.mark.parametrize("role", ["accession_api", "accession_sign_in", "accession_worker"])
@pytest.mark.parametrize("sql", [
    "INSERT INTO security_event (kind) VALUES ('sign_in')", "UPDATE security_event SET reason = ''",
    "DELETE FROM security_event", "TRUNCATE security_event", "DROP TABLE security_event",
    "ALTER TABLE security_event DISABLE TRIGGER ALL",
    "SELECT setval('security_event_id_seq', 1)",
    "UPDATE security_event_kind SET repeats = true", "DELETE FROM security_event_kind",
    "UPDATE security_event_change SET kind = 'sign_in'", "DELETE FROM security_event_change",
    "SELECT security_event_add('sign_in', 1, 1, '', '')", "SELECT admin_audit()",
    "ALTER FUNCTION admin_audit() RENAME TO other"])
def test_no_program_can_change_it(db, role, sql):
    with contextlib.closing(db.connect(role)) as connection, connection.cursor() as cursor, \
            pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(sql)


@pytest.mark.parametrize("role, reads, purges", [
    ("accession_api", True, False), ("accession_sign_in", False, False),
    ("accession_worker", False, True)])
def test_handlers_read_it_and_the_worker_clears_it(db, role, reads, purges):
    for sql, may in (("SELECT count(*) FROM security_event", reads),
                     ("SELECT security_events_purge('100 years', 1)", purges)):
        with contextlib.closing(db.connect(role)) as connection, connection.cursor() as cursor:
            if may:
                cursor.execute(sql)
            else:
                with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                    cursor.execute(sql)


def test_old_ones_go_some_at_a_time(db, api, person):
    for name in ("A", "B", "C"):
        api.patch(f"users/{person.id}/", json={"first_name": name})
    db.run("UPDATE security_event SET at = at - interval '101 years' WHERE account_id = %s", person.id)
    of = "SELECT count(*) FROM security_event WHERE account_id = %s"
    had = db.value(of, person.id)
    others = db.value("SELECT count(*) FROM security_event") - had
    assert db.value("SELECT security_events_purge('100 years', 2)") == 2
    assert db.value(of, person.id) == had - 2
    assert db.value("SELECT security_events_purge('100 years', 1000)") == had - 2
    assert db.value("SELECT count(*) FROM security_event") == others
