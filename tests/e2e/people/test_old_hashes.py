"""Passwords whose hashes were made with other parameters than today's: they are hashed again when
their owners sign in, and nobody else notices."""

import contextlib
import threading

import pytest

from browser import SESSION, Browser
from client import Client
from people import Person, gone_afterwards
from processes import wait_until

PASSWORD = "a password from before"
CHEAP = ("$argon2id$v=19$m=8192,t=1,p=1$Av4XMKbbHi9RYbfIVKLnrw$"
         "wHD2X5eq+5ske5Ig9AFBtCSPlxZpSEOqOCqp9Vyltyo")
TODAYS = "$argon2id$v=19$m=19456,t=2,p=1$"


@pytest.fixture
def person(site):
    with gone_afterwards(site):
        someone = Person(site, "editor")
        someone.password = PASSWORD
        site.db.run("UPDATE account SET password_hash = %s WHERE id = %s", CHEAP, someone.id)
        yield someone


def stored(db, person):
    return db.value("SELECT password_hash FROM account WHERE id = %s", person.id)


def by_form(site, person):
    return Browser(site.url).try_sign_in(person.email, person.password).status


def by_basic(site, person):
    return Client(site.url, auth=(person.email, person.password)).get("users/me/").status


@pytest.mark.parametrize("way", [by_form, by_basic])
def test_a_right_password_is_hashed_again_once(site, db, person, way):
    assert way(site, person) == 200
    renewed = stored(db, person)
    assert renewed.startswith(TODAYS)
    assert way(site, person) == 200
    assert stored(db, person) == renewed


def test_a_wrong_password_is_not(site, db, person):
    person.password = "another password"
    assert (by_form(site, person), stored(db, person)) == (400, CHEAP)


def test_nor_is_one_of_a_disabled_account(site, db, person):
    db.run("UPDATE account SET active = false WHERE id = %s", person.id)
    assert (by_form(site, person), stored(db, person)) == (400, CHEAP)


def test_it_ends_nothing_and_is_no_event(site, db, person):
    """A change of the password, or of anything else, still is and does."""
    def told():
        return [kind for (kind,) in db.rows(
            """SELECT kind FROM security_event WHERE account_id = %s AND kind NOT LIKE 'sign_in%%'
                ORDER BY id""", person.id)]
    token = Client(site.url, db.make_token(person.id))
    db.run("""INSERT INTO credential (hash, kind, account_id, expires)
              VALUES (sha256('session'), 'session', %s, now() + interval '1 h')""", person.id)
    before = told()
    assert by_form(site, person) == 200 and stored(db, person) != CHEAP
    assert told() == before
    assert token.get("users/me/").status == 200
    assert db.value("SELECT count(*) FROM credential WHERE hash = sha256('session')") == 1
    db.run("UPDATE account SET first_name = 'Q' WHERE id = %s", person.id)
    assert told() == before + ["account_changed"]
    db.run("UPDATE account SET password_hash = %s WHERE id = %s", CHEAP, person.id)
    assert told()[-1] == "password_changed"
    assert token.get("users/me/").status == 401
    assert db.value("SELECT count(*) FROM credential WHERE account_id = %s", person.id) == 0


@pytest.mark.parametrize("change, status", [
    (f"password_hash = '{TODAYS}x', password_was = password_digest(password_hash)", 200),
    (f"password_hash = '{TODAYS}x'", 400), ("password_hash = NULL", 400),
    ("active = false", 400)])
def test_who_signs_in_meanwhile_goes_on_only_if_it_is_the_same_password(site, db, person, change,
                                                                       status):
    """The password was right when it was checked. Then somebody else was first."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(by_form(site, person)))
    with contextlib.closing(db.connect()) as holder, holder.cursor() as cursor:
        cursor.execute(f"UPDATE account SET {change} WHERE id = %s", (person.id,))
        thread.start()
        wait_until(db.somebody_waits, what="the lock")
        holder.commit()
    thread.join()
    assert answers == [status]


def test_an_old_hash_is_forgotten_with_its_password(site, db, person):
    assert by_form(site, person) == 200
    assert db.value("SELECT password_was IS NOT NULL FROM account WHERE id = %s", person.id)
    db.run("UPDATE account SET password_hash = 'x' WHERE id = %s", person.id)
    assert db.value("SELECT password_was IS NULL FROM account WHERE id = %s", person.id)


def test_own_password_can_be_changed_with_an_old_hash(site, db, person):
    browser = Browser(site.url)
    browser.sign_in(person.email, PASSWORD)
    db.run("""UPDATE account SET password_hash = %s, password_was = password_digest(password_hash)
               WHERE id = %s""", CHEAP, person.id)
    answer = browser.patch("users/me/", json={"current_password": PASSWORD,
                                              "password": "seven green lamps above"})
    assert answer.status == 200, answer
    assert browser.get(SESSION).status == 200
    person.password = "seven green lamps above"
    assert by_form(site, person) == 200
