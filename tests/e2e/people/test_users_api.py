"""Administration of accounts, changing one's own password, and what the database records of it."""

import concurrent.futures
import contextlib
import os
import subprocess
import threading

import psycopg2.errors
import pytest

import processes
import sites
from browser import Browser
from client import Client, check_time, compact
from limits import unhurried
from people import Person

pytestmark = pytest.mark.usefixtures("only_known_people")

KEYS = ["id", "email", "first_name", "last_name", "role", "active", "created", "last_sign_in",
        "second_factor"]
NEW = {"email": "new@example.com", "first_name": "Nora", "last_name": "New", "role": "editor"}
FORBIDDEN = {"detail": "You do not have permission to perform this action."}


@pytest.fixture
def person(site):
    return Person(site, "viewer")


def same(answer, status, body):
    assert (answer.status, answer.raw) == (status, compact(body)), answer


def check_user(user):
    assert list(user) == KEYS
    check_time(user["created"])
    if user["last_sign_in"]:
        check_time(user["last_sign_in"])
    assert user["second_factor"] is False
    return user


# ---- All of them

def test_list_is_in_order_of_emails(site, api, person):
    users = api.get("users/").json["results"]
    emails = [check_user(user)["email"] for user in users]
    assert emails == sorted(emails)
    assert {site.env["ACCESSION_EMAIL"], person.email} <= set(emails)


def test_list_in_pages(site, api, person):
    page = api.get("users/?page_size=2").json
    assert list(page) == ["count", "next", "previous", "results"]
    assert page["count"] == len(api.get("users/").json["results"]) >= 4
    assert page["next"] == f"{site.url}/api/v2/users/?page=2&page_size=2"
    assert page["previous"] is None and len(page["results"]) == 2
    assert api.get("users/?page_size=2&page=99").status == 404


@pytest.fixture
def four(api, person):
    """Four people beside those that are always there, whose emails begin with their names."""
    for name, first, last, role, active in (
            ("ada", "Ada", "\u00c4nders", "editor", True), ("bob", "Bob", "Baker", "viewer", False),
            ("cyd", "", "Baker-Ander", "viewer", True), ("\u00e9va", "Eva", "", "admin", False)):
        made = api.post("users/", json={"email": f"{name}@four.example", "first_name": first,
                                        "last_name": last, "role": role, "active": active})
        assert made.status == 200, made


@pytest.mark.parametrize("params, names", [
    ({}, "ada bob cyd \u00e9va"),
    ({"is_active": "true"}, "ada cyd"),
    ({"is_active": "False"}, "bob \u00e9va"),
    ({"active": "false"}, "bob \u00e9va"),
    ({"active": "true", "is_active": "TRUE"}, "ada cyd"),
    ({"role": "viewer"}, "bob cyd"),
    ({"role": "Editor"}, "ada"),
    ({"email": "ada@four.example"}, "ada"),
    ({"email": " ADA@Four.example"}, "ada"),
    ({"email": "e\u0301va@four.example"}, "\u00e9va"),
    ({"email": "ada"}, ""),
    ({"email": "ada@%.example"}, ""),
    ({"search": "baker"}, "bob cyd"),
    ({"search": "\u00e4NDERS"}, "ada"),
    ({"search": "bob baker"}, "bob"),
    ({"search": "YD@four"}, "cyd"),
    ({"search": "_"}, ""),
    ({"search": "baker", "is_active": "true", "role": "viewer"}, "cyd"),
    ({"search": "", "is_active": "", "active": "", "role": "", "email": ""}, "ada bob cyd \u00e9va"),
    ({"last_name": "Baker"}, "ada bob cyd \u00e9va"),
])
def test_list_is_filtered(api, four, params, names):
    expected = [f"{name}@four.example" for name in names.split()]
    for pages in ({}, {"page_size": "500"}):
        answer = api.get("users/", params={**params, **pages})
        assert answer.status == 200, answer
        emails = [user["email"] for user in answer.json["results"]]
        assert sorted(email for email in emails if "four" in email) == sorted(expected)
        assert not pages or answer.json["count"] == len(emails)


@pytest.mark.parametrize("params, name", [
    ({"is_active": "maybe"}, "is_active"), ({"is_active": "1x"}, "is_active"),
    ({"active": "x"}, "active"), ({"active": "true", "is_active": "false"}, "active"),
    ({"role": "owner"}, "role"), ({"role": "viewer,editor"}, "role"),
    ({"role": "viewer\u0000"}, "role")])
def test_what_no_user_can_be_is_400(api, params, name):
    answer = api.get("users/", params=params)
    assert (answer.status, list(answer.json)) == (400, [name])


# Two emails that look alike are one.

@pytest.mark.parametrize("email", [
    "\u200bada@x.example", "ada@x.example\u200d", "a\u00adda@x.example", "\ufeffada@x.example",
    "\u202eada@x.example", "a\ufe0fda@x.example", "a\u3164da@x.example", "a\u0007da@x.example",
    "ada\u0378@x.example", "ada\ue000@x.example", "ada@x.example\u0000"])
def test_email_with_what_nobody_sees_is_refused(api, person, email):
    for answer in (api.post("users/", json={**NEW, "email": email}),
                   api.patch(f"users/{person.id}/", json={"email": email})):
        assert (answer.status, list(answer.json)) == (400, ["email"])
        assert "character" in answer.json["email"][0]


@pytest.mark.parametrize("kept, typed", [
    ("\u00e9@x.example", "e\u0301@x.example"),
    ("ada@x.example", "\uff41da\uff20x\uff0eexample"),
    ("fish@x.example", "\ufb01sh@x.example"),
    ("a@x.example", "\u3000a@x.example\u00a0")])
def test_emails_that_look_alike_are_one(site, api, person, kept, typed):
    body = {**NEW, "password": "correct horse"}
    user = api.post("users/", json={**body, "email": typed}).json
    assert user["email"] == kept
    for one in (kept, typed, typed.upper()):
        same(api.post("users/", json={**NEW, "email": one}), 400,
             {"email": ["user with this email already exists."]})
        same(api.patch(f"users/{person.id}/", json={"email": one}), 400,
             {"email": ["user with this email already exists."]})
    for one in (kept, typed):
        assert Browser(site.url).sign_in(one, "correct horse").json["id"] == user["id"]
        assert unhurried(lambda: Client(site.url, auth=(
            one.encode(), b"correct horse")).get("users/me/")).json["id"] == user["id"]


def test_an_email_from_before_keeps_working_as_it_was_typed(site, api, db):
    user = api.post("users/", json={**NEW, "password": "correct horse"}).json
    old = "e\u0301@old.example"
    db.run("UPDATE account SET email = %s WHERE id = %s", old, user["id"])
    assert Browser(site.url).sign_in(old, "correct horse").json["id"] == user["id"]
    assert api.get("users/", params={"email": old}).json["results"][0]["id"] == user["id"]
    done = subprocess.run(
        [sites.program("accession"), "user", "role", old, "viewer"],
        env={**os.environ, **{k: v for k, v in site.env.items() if k.startswith("PG")}},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_the_command_has_the_same_emails(site, api):
    def add(email):
        return subprocess.run(
            [sites.program("accession"), "user", "add", email],
            env={**os.environ, **{k: v for k, v in site.env.items() if k.startswith("PG")}},
            stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    assert add("o\u0308@x.example").stdout.startswith("Added \u00f6@x.example".encode())
    assert b"already" in add("\u00f6@x.example").stderr
    for email in ("\u200bzero@x.example", b"\xff@x.example"):
        refused = add(email)
        assert (refused.returncode, refused.stdout) == (1, b"")
        assert b"is not an email address" in refused.stderr
    assert b"U+200B" in add("\u200bzero@x.example").stderr


def test_new_account(api):
    user = api.post("users/", json=NEW)
    assert user.status == 200
    body = check_user({key: value for key, value in user.json.items() if not key.startswith("link")})
    assert {key: body[key] for key in NEW} == NEW
    assert body["active"] is True and body["last_sign_in"] is None
    same(api.get(f"users/{body['id']}/"), 200, body)


def test_new_account_by_a_form_has_defaults(api):
    body = check_user(api.post("users/", data={"email": " plain@example.com ",
                                               "password": "correct horse"}).json)
    assert (body["email"], body["role"]) == ("plain@example.com", "viewer")
    assert body["first_name"] == body["last_name"] == ""


def test_new_account_with_a_password_can_sign_in(site, api):
    user = api.post("users/", json={**NEW, "password": "correct horse"}).json
    browser = Browser(site.url)
    assert browser.sign_in(NEW["email"], "correct horse").json["id"] == user["id"]
    check_time(api.get(f"users/{user['id']}/").json["last_sign_in"])


@pytest.mark.parametrize("change, message", [
    ({"email": None}, {"email": ["This field may not be null."]}),
    ({"email": ""}, {"email": ["This field may not be blank."]}),
    ({"email": "nonsense"}, {"email": ["Enter a valid email address."]}),
    ({"email": "a b@example.com"}, {"email": ["Enter a valid email address."]}),
    ({"email": "x" * 250 + "@x.org"},
     {"email": ["Ensure this field has no more than 254 characters."]}),
    ({"email": 5}, {"email": ["Not a valid string."]}),
    ({"first_name": "a\u0000b"},
     {"first_name": ["Line breaks and control characters are not allowed."]}),
    ({"last_name": "x" * 151},
     {"last_name": ["Ensure this field has no more than 150 characters."]}),
    ({"role": "owner"}, {"role": ['"owner" is not a valid choice.']}),
    ({"role": ""}, {"role": ['"" is not a valid choice.']}),
    ({"active": "perhaps"}, {"active": ["Must be a valid boolean."]}),
    ({"active": []}, {"active": ["Must be a valid boolean."]}),
    ({"password": "short"}, {"password": [
        "This password is too short. It must contain at least 12 characters."]}),
    ({"role": "x", "active": None},
     {"role": ['"x" is not a valid choice.'], "active": ["This field may not be null."]}),
])
def test_bad_fields_are_told(api, person, change, message):
    same(api.post("users/", json={**NEW, **change}), 400, message)
    same(api.patch(f"users/{person.id}/", json=change), 400, message)


def test_email_is_required_and_one_persons_only(api, person):
    same(api.post("users/", json={}), 400, {"email": ["This field is required."]})
    taken = {"email": ["user with this email already exists."]}
    same(api.post("users/", json={**NEW, "email": person.email.upper()}), 400, taken)
    other = api.post("users/", json=NEW).json
    same(api.patch(f"users/{other['id']}/", json={"email": person.email}), 400, taken)


# ---- One of them

def test_patch_changes_what_is_given(api, person):
    before = api.get(f"users/{person.id}/").json
    for change in ({"first_name": "Ada"}, {"last_name": ""}, {"role": "editor"},
                   {"email": "moved@example.com"}, {"active": False}, {"active": "true"}, {},
                   {"first_name": "\u202eevil <b>", "role": "admin"}):
        before.update({**change, **({"active": True} if "active" in change and
                                    change["active"] == "true" else {})})
        same(api.patch(f"users/{person.id}/", json=change), 200, before)


def test_disabling_and_roles_work_at_once(site, db, api, person):
    client = Client(site.url, db.make_token(person.id))
    assert client.get("users/").status == 403
    api.patch(f"users/{person.id}/", json={"role": "admin"})
    assert client.get("users/").status == 200
    api.patch(f"users/{person.id}/", json={"active": False})
    assert client.get("users/").status == 401
    api.patch(f"users/{person.id}/", json={"active": True})
    # Whoever may again begins anew: what the account had is gone.
    assert client.get("users/").status == 401
    assert Client(site.url, db.make_token(person.id)).get("users/").status == 200


def test_password_set_by_an_administrator_ends_sessions_and_tokens(site, db, api, person):
    browser, token = Browser(site.url), Client(site.url, db.make_token(person.id))
    browser.sign_in(person.email, person.password)
    assert api.patch(f"users/{person.id}/", json={"password": "correct horse"}).status == 200
    assert not browser.signed_in()
    assert token.get("users/me/").status == 401
    browser.sign_in(person.email, "correct horse")


def test_change_of_name_reaches_jobs(db, api, person):
    job = db.make_job("success", person.id)
    api.patch(f"users/{person.id}/", json={"first_name": "Ada"})
    assert api.job(job)["triggered_by"]["first_name"] == "Ada"


@pytest.mark.parametrize("change, field", [
    ({"role": "editor"}, "role"), ({"active": False}, "active"),
    ({"password": "correct horse"}, "password")])
def test_administrators_cannot_lock_themselves_out(site, api, change, field):
    answer = api.patch(f"users/{site.ids['admin']}/", json=change)
    assert (answer.status, list(answer.json)) == (400, [field])
    same(api.patch(f"users/{site.ids['admin']}/", json={"role": "admin", "active": True}), 200,
         api.get(f"users/{site.ids['admin']}/").json)


@pytest.mark.parametrize("number", ["0", "999999999", "9223372036854775808", "x"])
def test_unknown_user_is_not_found(api, number):
    same(api.get(f"users/{number}/"), 404, {"detail": "Not found."})
    same(api.patch(f"users/{number}/", json={"role": "admin"}), 404, {"detail": "Not found."})


@pytest.mark.parametrize("method, path", [
    ("GET", "users/"), ("POST", "users/"), ("GET", "users/1/"), ("PATCH", "users/1/"),
    ("DELETE", "users/1/")])
def test_only_administrators_may(viewer, editor, nobody, method, path):
    for client in (viewer, editor):
        same(client.request(method, path, json={"role": "admin"}), 403, FORBIDDEN)
    assert nobody.request(method, path).status == 401


def test_accounts_are_disabled_not_deleted(api, person):
    answer = api.request("DELETE", f"users/{person.id}/")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, PATCH")


# ---- The own password

def change(client, **fields):
    return unhurried(lambda: client.patch("users/me/", json=fields))


@pytest.mark.parametrize("fields, message", [
    ({}, {"current_password": ["This field is required."], "password": ["This field is required."]}),
    ({"password": "correct horse"}, {"current_password": ["This field is required."]}),
    ({"current_password": "wrong", "password": "correct horse"},
     {"current_password": ["This is not your password."]}),
    ({"current_password": "{}", "password": "1234567"}, {"password": [
        "This password is too short. It must contain at least 12 characters."]}),
    ({"current_password": "{}", "password": "\u00fc" * 600}, {"password": [
        "This password is too long. It must contain at most 1024 bytes."]}),
])
def test_own_password_wants_the_current_one(site, db, person, fields, message):
    client = Client(site.url, db.make_token(person.id))
    fields = {key: text.replace("{}", person.password) for key, text in fields.items()}
    same(change(client, **fields), 400, message)
    assert Browser(site.url).try_sign_in(person.email, person.password).status == 200


def test_own_password_changes(site, db, person):
    client = Client(site.url, db.make_token(person.id))
    answer = change(client, current_password=person.password, password="correct horse",
                    role="admin", email="x@example.com", keep_tokens=True)
    same(answer, 200, client.get("users/me/").json)
    assert (answer.json["role"], answer.json["email"]) == ("viewer", person.email)
    Browser(site.url).sign_in(person.email, "correct horse")


# ---- What a password may be

def told(answer, words):
    assert (answer.status, list(answer.json)) == (400, ["password"]), answer
    assert len(answer.json["password"]) == 1 and words in answer.json["password"][0], answer


@pytest.mark.parametrize("password, words", [
    ("passwordpassword1", "easy to guess"), ("123456789012", "easy to guess"),
    ("horsehorsehorse", "again and again"), ("Giraffe2024!!", "too common"),
    ("Accession2024", 'contains "accession"'), ("rW7kQ2mX\0vp9z", "cannot be typed|none that can"),
    ("nora's battery", 'contains "nora"'), ("a newborn horse at example", 'contains "example"'),
    ("of a sculptor-lee", 'contains "sculptor"')])
def test_guessable_password_is_refused_in_every_place(site, db, api, person, password, words):
    someone = {"email": "sculptor-lee@example.com", "first_name": "Nora", "last_name": "Lee"}
    words = words.split("|")[-1]
    told(api.post("users/", json={**someone, "password": password}), words)
    assert not db.rows("SELECT FROM account WHERE email = %s", someone["email"])

    assert api.patch(f"users/{person.id}/", json=someone).status == 200
    told(api.patch(f"users/{person.id}/", json={"password": password}), words)
    client = Client(site.url, db.make_token(person.id))
    told(change(client, current_password=person.password, password=password), words)
    assert Browser(site.url).try_sign_in(someone["email"], person.password).status == 200


def test_password_is_held_against_the_person_as_changed(api, person):
    path = f"users/{person.id}/"
    told(api.patch(path, json={"last_name": "Staple", "password": "correct horse staple"}), '"staple"')
    told(api.patch(path, json={"email": "horse@x.org", "password": "correct horse"}), '"horse"')
    assert api.patch(path, json={"last_name": "Staple"}).status == 200
    assert api.patch(path, json={"last_name": "Moved", "password": "correct horse staple"}).status == 200


def test_password_of_an_unknown_user_is_not_found(api):
    for password in ("correct horse", "passwordpassword1"):
        same(api.patch("users/999999999/", json={"password": password}), 404, {"detail": "Not found."})
@pytest.mark.parametrize("keep, kept", [
    ({}, False), ({"keep_tokens": False}, False), ({"keep_tokens": "false"}, False),
    ({"keep_tokens": True}, True), ({"keep_tokens": "true"}, True)])
def test_own_password_takes_the_tokens_along_unless_they_are_kept(site, db, person, keep, kept):
    """Also the token by which it was changed."""
    clients = [Client(site.url, db.make_token(person.id)) for _ in range(2)]
    assert change(clients[0], current_password=person.password, password="correct horse",
                  **keep).status == 200
    assert [client.get("users/me/").status for client in clients] == [200 if kept else 401] * 2
    assert db.value("SELECT count(*) FROM credential WHERE account_id = %s", person.id) == 2 * kept


# ---- The trail, and what the handlers' role cannot do

def trail(db, account):
    return db.rows("""SELECT actor_id, kind, changes FROM security_event
                       WHERE account_id = %s ORDER BY id""", account)


def test_changes_are_written_down_with_who_made_them(site, db, api):
    admin = site.ids["admin"]
    user = api.post("users/", json={**NEW, "password": "correct horse"}).json["id"]
    api.patch(f"users/{user}/", json={"role": "admin", "first_name": NEW["first_name"]})
    api.patch(f"users/{user}/", json={"first_name": NEW["first_name"]})
    api.patch(f"users/{user}/", json={"password": "correct horses"})
    db.run("UPDATE account SET active = false WHERE id = %s", user)
    created, *rest = trail(db, user)
    assert created[:2] == (admin, "account_made")
    assert created[2]["email"] == [None, NEW["email"]] and created[2]["password_hash"] is True
    assert rest == [(admin, "account_changed", {"role": ["editor", "admin"]}),
                    (admin, "password_changed", {"password_hash": True}),
                    (None, "account_changed", {"active": [True, False]})]


@pytest.mark.parametrize("sql", [
    "DELETE FROM account", "UPDATE account SET id = DEFAULT", "UPDATE account SET created = now()",
    "UPDATE credential SET role = 'admin'", "UPDATE credential SET active = true",
    "UPDATE credential SET account_id = 1", "UPDATE credential SET hash = ''",
    "UPDATE credential SET kind = 'token'", "TRUNCATE credential",
    "INSERT INTO credential (hash, account_id, role) VALUES ('', 1, 'admin')",
    "INSERT INTO feature VALUES ('x', true)", "DELETE FROM feature", "UPDATE feature SET name = ''",
    "UPDATE security_event SET times = 1", "DELETE FROM security_event", "TRUNCATE security_event",
    "INSERT INTO security_event (kind) VALUES ('sign_in')",
    "UPDATE standard SET title = ''", "DELETE FROM standard",
    "ALTER TABLE account DISABLE TRIGGER ALL", "SET session_replication_role = replica",
    "SET ROLE accession_owner", "SELECT admin_audit()", "SELECT account_end_sessions()"])
def test_handlers_may_not(db, sql):
    connection = db.connect("accession_api")
    try:
        with connection.cursor() as cursor, \
                pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute(sql)
    finally:
        connection.close()


# ---- Somebody is left to administer

@pytest.fixture
def two_admins(site, db):
    """Two administrators, and no other one."""
    people = [Person(site, "admin"), Person(site, "admin")]
    others = [row[0] for row in db.rows(
        "SELECT id FROM account WHERE role = 'admin' AND active AND id <> ALL (%s)",
        [person.id for person in people])]
    db.run("UPDATE account SET role = 'viewer' WHERE id = ANY (%s)", others)
    try:
        yield people
    finally:
        db.run("UPDATE account SET role = 'admin' WHERE id = ANY (%s)", others)


@pytest.mark.parametrize("change", [{"role": "editor"}, {"active": False}])
def test_two_administrators_cannot_unseat_each_other(site, db, two_admins, change):
    """The second is refused, even though that change began before the first was made: by then they
    are no administrator any more."""
    first, second = two_admins
    answers = []
    client = Client(site.url, db.make_token(second.id))
    thread = threading.Thread(
        target=lambda: answers.append(client.patch(f"users/{first.id}/", json=change)))
    with contextlib.closing(db.connect()) as connection:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE account SET role = 'viewer' WHERE id = %s", (second.id,))
        thread.start()
        processes.wait_until(db.somebody_waits)
        connection.commit()
    thread.join()
    same(answers[0], 403, FORBIDDEN)
    assert db.rows("SELECT role, active FROM account WHERE id = %s", first.id) == [("admin", True)]


@pytest.mark.parametrize("change", ["role = 'editor'", "active = false"])
def test_a_change_that_waited_sees_that_nobody_would_be_left(db, two_admins, change):
    first, second = two_admins
    unseat = "UPDATE account SET {} WHERE id = %s"
    with contextlib.closing(db.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(unseat.format("role = 'viewer'"), (second.id,))
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            other = pool.submit(db.run, unseat.format(change), first.id)
            with contextlib.closing(db.connect()) as looking, looking.cursor() as look:
                def waits():
                    look.execute("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                    return look.rowcount
                processes.wait_until(waits)
            connection.commit()
            with pytest.raises(psycopg2.errors.RestrictViolation):
                other.result()
    assert db.rows("SELECT role, active FROM account WHERE id = %s", first.id) == [("admin", True)]


def test_administrators_who_change_each_other_at_the_same_time_leave_one(site, db, two_admins):
    """Each waits for the other: one change is made, and the other is refused or to be tried again."""
    clients = [Client(site.url, db.make_token(person.id)) for person in two_admins]
    with contextlib.closing(db.connect()) as connection, connection.cursor() as cursor:
        # Both come to have found their caller, and to wait for the accounts that they change.
        cursor.execute("SELECT FROM account WHERE id = ANY (%s) FOR UPDATE",
                       ([person.id for person in two_admins],))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            asked = [pool.submit(client.patch, f"users/{other.id}/", json={"role": "viewer"})
                     for client, other in zip(clients, reversed(two_admins))]
            processes.wait_until(lambda: db.value("SELECT count(*) FROM pg_locks WHERE NOT granted") == 2)
            connection.commit()
            statuses = sorted(one.result().status for one in asked)
    assert statuses in ([200, 400], [200, 403], [200, 503])
    assert db.value("SELECT count(*) FROM account WHERE role = 'admin' AND active") == 1


@pytest.mark.parametrize("words", [["role", "viewer"], ["disable"]])
def test_the_operator_cannot_unseat_the_last_administrator(site, db, two_admins, words):
    first, second = two_admins
    db.run("UPDATE account SET role = 'viewer' WHERE id = %s", second.id)
    done = subprocess.run(
        [sites.program("accession"), "user", words[0], first.email, *words[1:]],
        env={**os.environ, **{k: v for k, v in site.env.items() if k.startswith("PG")}},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert f'"{first.email}" is the last active administrator' in done.stderr
    assert db.rows("SELECT role, active FROM account WHERE id = %s", first.id) == [("admin", True)]
