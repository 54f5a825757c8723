"""A program that was taken over can do what those may whose requests it gets, and no more: what the
database roles of the handlers can read and change, and what the functions want from whoever calls them."""

import contextlib
import hashlib
import secrets

import psycopg2.errors
import pytest

from browser import Browser
from client import Client
from people import Person

pytestmark = pytest.mark.usefixtures("only_known_people")

API, SIGN_IN = "accession_api", "accession_sign_in"
REFUSED = psycopg2.errors.InsufficientPrivilege
NOT_ALLOWED = psycopg2.errors.InvalidAuthorizationSpecification


@pytest.fixture
def person(site):
    return Person(site, "viewer")


@pytest.fixture
def run(db):
    """Runs a statement as a role, and undoes it; returns its rows."""
    def one(role, sql, *params):
        with contextlib.closing(db.connect(role)) as connection, connection.cursor() as cursor:
            cursor.execute(sql, params or None)
            return cursor.fetchall()
    return one


def key(secret):
    return hashlib.sha256(secret.encode()).digest()


# ---- Tables

@pytest.mark.parametrize("role", [API, SIGN_IN])
@pytest.mark.parametrize("sql", [
    "SELECT password_hash FROM account", "SELECT * FROM account", "SELECT account FROM account",
    "SELECT count(*) FROM account WHERE password_hash LIKE '$%'",
    "SELECT id FROM account ORDER BY password_hash", "COPY account TO STDOUT",
    "SELECT id FROM account FOR UPDATE",
    "INSERT INTO account (email, role) VALUES ('x@example.com', 'admin')",
    "UPDATE account SET role = 'admin'", "UPDATE account SET password_hash = 'x'",
    "UPDATE account SET last_sign_in = now()", "DELETE FROM account", "TRUNCATE account CASCADE",
    "INSERT INTO credential (hash, account_id) VALUES (sha256('x'), 1)",
    "UPDATE credential SET account_id = 1", "UPDATE credential SET hash = sha256('x')",
    "UPDATE credential SET role = 'admin'", "UPDATE credential SET expires = 'infinity'",
    "UPDATE credential SET pending = false", "UPDATE credential SET seen = now()",
    "DELETE FROM credential", "TRUNCATE credential",
    "INSERT INTO feature VALUES ('x', true)", "UPDATE feature SET enabled = true",
    "DELETE FROM feature",
    "INSERT INTO security_event (kind) VALUES ('sign_in')", "UPDATE security_event SET times = 1",
    "DELETE FROM security_event",
    "SELECT secret FROM second_factor", "SELECT * FROM second_factor",
    "UPDATE second_factor SET confirmed = false", "DELETE FROM second_factor",
    "SELECT hash FROM recovery_code", "INSERT INTO recovery_code VALUES (1, 'x')",
    "SELECT * FROM sign_in_tries", "DELETE FROM sign_in_tries",
    "UPDATE sign_in_limit SET free = 1000000", "DELETE FROM sign_in_limit",
    "UPDATE schema_right SET privilege = 'x'", "DELETE FROM schema_right",
    "ALTER TABLE account DISABLE TRIGGER ALL", "SET ROLE accession_owner",
    "SET session_replication_role = replica", "CREATE TABLE x ()", "CREATE TEMPORARY TABLE account ()",
    "CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'"])
def test_handlers_may_not(db, role, sql):
    with contextlib.closing(db.connect(role)) as connection, connection.cursor() as cursor, \
            pytest.raises(REFUSED):
        cursor.execute(sql)


def test_the_sign_in_handlers_have_no_other_tables(db):
    """What they may touch is all here; everything else is for functions."""
    rows = db.rows("""SELECT subject, string_agg(privilege, ', ' ORDER BY privilege) FROM right_given
                       WHERE grantee = %s AND subject NOT LIKE 'function %%' GROUP BY 1 ORDER BY 1""",
                   SIGN_IN)
    assert [row for row in rows if row[1] != "SELECT"] == []
    assert [row[0] for row in rows] == [
        *(f"column account.{name}" for name in (
            "active", "created", "email", "first_name", "id", "last_name", "last_sign_in", "role")),
        *(f"column second_factor.{name}" for name in ("account_id", "confirmed", "made")),
        *(f"table {name}" for name in (
            "content_version", "credential", "feature", "job_edge", "job_status", "schema_version"))]
    for table in ("import_job", "standard", "upload_chunk", "security_event", "content_model"):
        assert not db.value("SELECT has_any_column_privilege(%s, %s, 'SELECT, INSERT, UPDATE')",
                            SIGN_IN, table)


PASSWORDS = ["sign_in_begin", "sign_in_refused", "sign_in_forgive", "session_open", "device_remember",
             "password_change", "link_owner", "link_use", "token_create", "factor_get", "factor_begin",
             "factor_pass", "factor_remove"]
ACCOUNTS = ["account_create", "account_update", "feature_set", "token_revoke", "session_end",
            "link_make", "factor_reset"]
EDITORS = ["job_accept", "job_cancel", "job_retry", "review_hold", "comment_add", "comment_change",
           "comment_delete", "approval_add", "approval_withdraw", "review_look"]
REVIEWERS = ["review_ready", "review_carry"]  # the worker's
NOBODYS = ["act_on_job", "review_audit", "review_has", "accept_refusal", "library_written", "act", "admin_audit", "security_event_add", "sign_in_told", "account_end_sessions",
           "factor_owner", "account_copies", "credential_copy"]


@pytest.mark.parametrize("role, mays, may_nots", [
    (API, ACCOUNTS + EDITORS, PASSWORDS + REVIEWERS + NOBODYS),
    (SIGN_IN, PASSWORDS, ACCOUNTS + EDITORS + REVIEWERS + NOBODYS),
    ("accession_worker", REVIEWERS, PASSWORDS + ACCOUNTS + EDITORS + NOBODYS)])
def test_who_may_call_which_function(db, role, mays, may_nots):
    """Only the sign-in handlers can read a password's hash, and make sessions and tokens; only the
    others can change accounts, and decide and review for those whose key they have."""
    called = dict(db.rows("""SELECT proname::text, has_function_privilege(%s, oid, 'EXECUTE') FROM pg_proc
                              WHERE pronamespace = 'public'::regnamespace AND proname = ANY (%s)""",
                          role, mays + may_nots))
    assert called == {**dict.fromkeys(mays, True), **dict.fromkeys(may_nots, False)}


# ---- Functions want the key of somebody who may

# As an administrator: (role, statement with a key, and the account that it is about).
FOR_ADMINS = {
    "account_create": (API, "SELECT account_create(%s, concat('x-', %s::bigint, '@example.com'), "
                            "'', '', 'admin', true, 'x')"),
    "account_update": (API, "SELECT account_update(%s, %s, NULL, NULL, NULL, 'admin', NULL, 'x')"),
    "feature_set": (API, "SELECT feature_set(%s, concat('import_export_v', 2 + 0 * %s::bigint), true)"),
    "token_revoke": (API, "SELECT token_revoke(%s, true, %s)"),
    "session_end": (API, "SELECT session_end(%s, %s, NULL)"),
    "link_make": (API, "SELECT link_make(%s, %s, sha256('x'), '1 h')"),
    "factor_reset": (API, "SELECT factor_reset(%s, %s)"),
}
# As an editor, about a job: (statement with a key and the job).
FOR_EDITORS = {
    "job_accept": "SELECT job_accept(%s, %s, NULL, NULL, NULL, NULL)",
    "job_cancel": "SELECT job_cancel(%s, %s, NULL, NULL)",
    "job_retry": "SELECT job_retry(%s, %s, NULL, NULL)",
    "review_hold": "SELECT review_hold(%s, %s, NULL, NULL, 'standard', '{[1,9)}', true, NULL)",
    "comment_add": "SELECT comment_add(%s, %s, NULL, NULL, NULL, 'x', NULL, NULL)",
    "comment_change": "SELECT comment_change(%s, %s, 1, 'x', true)",
    "comment_delete": "SELECT comment_delete(%s, %s, 1)",
    "approval_add": "SELECT approval_add(%s, %s, 'x')",
    "approval_withdraw": "SELECT approval_withdraw(%s, %s)",
}
FOR_ALL = {
    "review_look": (API, "SELECT review_look(%s, %s, NULL, 'standard', '{[1,9)}', '{}')"),
    "token_revoke": (API, "SELECT token_revoke(%s, false, %s)"),
    "session_end": (API, "SELECT session_end(%s, NULL, %s)"),
    "token_create": (SIGN_IN, "SELECT token_create(%s, %s, sha256('x'), 'x', NULL)"),
    "password_change": (SIGN_IN, "SELECT password_change(%s, concat('x', %s::bigint), 'y', true)"),
    "factor_remove": (SIGN_IN, "SELECT factor_remove(%s), %s::bigint"),
}


@pytest.fixture
def keys(site, db, person):
    """Keys that are of nobody who may do anything; None is for the operator alone."""
    token, pending, expired, link, device = (secrets.token_hex(32) for _ in range(5))
    made = "INSERT INTO credential (hash, kind, account_id, pending, expires) VALUES (%s, %s, %s, %s, %s)"
    admin = Person(site, "admin")
    for secret, kind, is_pending, expires in (
            (pending, "session", True, "tomorrow"), (expired, "session", False, "yesterday"),
            (link, "link", False, "tomorrow"), (device, "device", False, "tomorrow")):
        db.run(made, hashlib.sha256(key(secret)).digest(), kind, admin.id, is_pending, expires)
    disabled = Person(site, "admin")
    db.run("UPDATE account SET active = false WHERE id = %s", disabled.id)
    of_disabled = db.make_token(disabled.id)
    return {"none": key(token), "NULL": None, "empty": b"", "pending": key(pending),
            "expired": key(expired), "link": key(link), "device": key(device),
            "disabled": key(of_disabled),
            "a viewer": key(db.make_token(person.id)),
            "an editor": key(db.make_token(Person(site, "editor").id))}


@pytest.mark.parametrize("name", FOR_ADMINS)
def test_functions_for_administrators_refuse_all_others(run, keys, person, name):
    role, sql = FOR_ADMINS[name]
    for who, its in keys.items():
        with pytest.raises(NOT_ALLOWED):
            run(role, sql, its, person.id)
            pytest.fail(f"{name} lets {who} pass")


@pytest.mark.parametrize("name", FOR_EDITORS)
def test_functions_for_editors_refuse_all_others(site, db, run, keys, name):
    """Before they look whether there is such a job."""
    job = db.make_job("ready_for_review", site.ids["admin"])
    for who, its in keys.items():
        for one in (job, 999):
            if who == "an editor":
                run(API, FOR_EDITORS[name], its, one)
                continue
            with pytest.raises(NOT_ALLOWED):
                run(API, FOR_EDITORS[name], its, one)
                pytest.fail(f"{name} lets {who} pass")


@pytest.mark.parametrize("name", FOR_ALL)
def test_functions_for_all_refuse_who_is_nobody(run, keys, person, name):
    role, sql = FOR_ALL[name]
    for who, its in keys.items():
        if who in ("a viewer", "an editor"):
            run(role, sql, its, person.id)
            continue
        with pytest.raises(NOT_ALLOWED):
            run(role, sql, its, person.id)
            pytest.fail(f"{name} lets {who} pass")


@pytest.mark.parametrize("name", FOR_ADMINS)
def test_functions_let_administrators_pass(site, db, run, api, person, name):
    role, sql = FOR_ADMINS[name]
    run(role, sql, key(api.token), person.id)


def test_a_key_acts_for_its_owner_alone(db, run, person, site):
    """A token is made for the caller, whatever account is named; nobody else's is revoked."""
    viewer = key(db.make_token(person.id))
    other = db.make_token(site.ids["admin"])
    number = db.value("SELECT max(id) FROM credential")
    made = run(SIGN_IN, "SELECT account_id FROM token_create(%s, %s, sha256('x'), 'x', NULL)",
               viewer, site.ids["admin"])
    assert made == [(person.id,)]
    assert run(API, "SELECT id FROM token_revoke(%s, false, %s)", viewer, number) == []
    assert Client(site.url, other).get("users/me/").status == 200
    db.run("DELETE FROM credential WHERE id = %s", number)


def test_no_function_tells_a_hash(run, api, person):
    for sql in ("SELECT account_update(%s, %s, NULL, 'Q', NULL, NULL, NULL, NULL)::text",
                "SELECT account_create(%s, concat(%s::bigint, '@x.org'), '', '', 'viewer', true, 'argon2')::text"):
        ((row,),) = run(API, sql, key(api.token), person.id)
        assert "argon2" not in row and "@" in row


# ---- What the tables hold opens nothing

def test_what_is_stored_of_a_credential_authenticates_nobody(site, db, run):
    """Neither as a token, nor as a cookie, nor as the key of a function, in any spelling."""
    secret = db.make_token(site.ids["admin"])
    ((stored,),) = run(API, "SELECT hash FROM credential WHERE id = (SELECT max(id) FROM credential)")
    stored = bytes(stored)
    assert stored == hashlib.sha256(key(secret)).digest()
    try:
        for text in (stored.hex(), stored.hex().upper(), "\\x" + stored.hex(), key(secret).hex()):
            assert Client(site.url, text).get("users/me/").status == 401
            assert Client(site.url).get("users/me/", headers={
                "Cookie": f"accession_session={text}"}).status == 401
        for value in (stored, stored.hex().encode(), hashlib.sha256(stored).digest()):
            with pytest.raises(NOT_ALLOWED):
                run(API, FOR_ADMINS["account_update"][1], value, site.ids["viewer"])
        assert Client(site.url, secret).get("users/me/").status == 200
    finally:
        db.run("DELETE FROM credential WHERE id = (SELECT max(id) FROM credential)")


def test_handlers_cannot_say_that_they_act_for_somebody_else(site, db, person):
    """Who acts is found by the key, whatever the session's settings say."""
    viewer = key(db.make_token(person.id))
    with contextlib.closing(db.connect(API)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT set_config('accession.actor', %s, false)", (str(site.ids["admin"]),))
        with pytest.raises(NOT_ALLOWED):
            cursor.execute(FOR_ADMINS["account_update"][1], (viewer, person.id))


def test_a_lent_credential_is_for_whom_it_was_lent(site, db, person):
    """It comes by a parameter that only nginx sets, and is neither a token nor a cookie."""
    secret = secrets.token_hex(32)
    db.run("""INSERT INTO credential (hash, kind, account_id, expires)
              VALUES (%s, 'basic', %s, now() + interval '1 min')""",
           hashlib.sha256(key(secret)).digest(), person.id)
    for headers in ({"Authorization": f"Token {secret}"}, {"Cookie": f"accession_session={secret}"},
                    {"Accession-Lent": secret}, {"Authorization": "Basic Og==", "Accession-Lent": secret},
                    {"Authorization": "Basic Og==", "ACCESSION_LENT": secret}):
        assert Client(site.url).get("users/me/", headers=headers).status == 401


@pytest.mark.parametrize("method, path, body", [
    ("GET", "users/me/", None), ("PATCH", "users/me/", {"current_password": "x", "password": "y"}),
    ("GET", "users/me/tokens/", None), ("POST", "users/me/tokens/", {"name": "x", "current_password": "x"}),
    ("GET", "users/", None), ("POST", "users/", {"email": "x@example.com"}), ("GET", "tokens/", None),
    ("PATCH", "features/import_export_v2/", {"enabled": False}), ("GET", "library/tasks/", None),
    ("GET", "library/export/standard.csv", None), ("GET", "library/import/", None),
    ("POST", "library/import/", {}), ("PATCH", "library/import/1/", {"status": "cancel"})])
def test_a_session_that_waits_for_the_second_factor_opens_nothing(site, db, method, path, body):
    """Not even for an administrator, and however often it asks it lasts no longer."""
    admin = Person(site, "admin")
    browser = Browser(site.url)
    browser.sign_in(admin.email, admin.password)
    db.run("""UPDATE credential SET pending = true, expires = now() + interval '5 min',
                     seen = now() - interval '1 h' WHERE account_id = %s""", admin.id)
    answer = browser.request(method, path, json=body)
    assert (answer.status, answer.json) == (403, {"detail": "The second factor is still to come."})
    assert db.value("""SELECT expires < now() + interval '6 min' FROM credential
                        WHERE account_id = %s""", admin.id)
    assert browser.get("session/").status == 200
    assert browser.request("DELETE", "session/").status == 204
