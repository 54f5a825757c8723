"""Known browsers: where somebody has signed in before, nobody else can make them wait."""

import base64
import hmac
import struct
import time

import pytest

from browser import SESSION, Browser, cookies_set
from client import Client
from people import Person

pytestmark = pytest.mark.usefixtures("only_known_people")

DEVICE = "accession_device"


@pytest.fixture
def person(site):
    return Person(site, "editor")


@pytest.fixture
def at_home(site, person):
    """A browser in which the person has signed in, and out again."""
    browser = Browser(site.url)
    browser.sign_in(person.email, person.password)
    assert browser.request("DELETE", SESSION).status == 204
    return browser


def device(browser):
    return browser.session.cookies.get(DEVICE)


def attempt(browser, person, password=None):
    """One attempt, however soon it is after the one before. Returns its status."""
    return browser.post(SESSION, json={"email": person.email,
                                       "password": password or person.password}).status


def fail_for_long(site, person, browser=None):
    """Somebody guesses, in this or a browser of their own, until a quarter of an hour's pause."""
    assert attempt(browser or Browser(site.url), person, "wrong password") == 400
    site.db.run("""UPDATE sign_in_tries SET failures = 1000, last = clock_timestamp()
                    WHERE failures > 0 AND (kind = 'device') = %s""", browser is not None)


def test_cookie_is_out_of_reach_of_scripts_and_other_sites(site, person):
    """With TLS: see test_tls.py."""
    answer = Browser(site.url).sign_in(person.email, person.password)
    value, *attributes = cookies_set(answer)[DEVICE].partition("=")[2].split("; ")
    assert len(value) == 64
    assert sorted(attributes) == ["HttpOnly", "Max-Age=15552000", "Path=/", "SameSite=Strict"]


def test_database_knows_the_cookie_by_its_hash_only(db, at_home):
    assert device(at_home)
    rows = db.rows("SELECT credential::text FROM credential")
    assert not [row for row in rows if device(at_home) in row[0]]


def test_strangers_do_not_slow_down_a_known_browser(site, person, at_home):
    fail_for_long(site, person)
    assert attempt(Browser(site.url), person) == 429
    assert attempt(at_home, person) == 200


def test_failures_in_a_known_browser_count_there_alone(site, person, at_home):
    fail_for_long(site, person, at_home)
    assert attempt(at_home, person) == 429
    assert attempt(Browser(site.url), person) == 200


def test_the_cookie_alone_opens_nothing(site, person, at_home):
    assert attempt(at_home, person, "wrong password") == 400
    key = device(at_home)
    for headers in ({"Cookie": f"accession_session={key}"}, {"Authorization": f"Token {key}"}):
        assert Client(site.url).get("users/me/", headers=headers).status == 401


def test_a_browser_knows_whoever_signed_in_last(site, person, at_home):
    other = Person(site, "viewer")
    fail_for_long(site, other)
    assert attempt(at_home, other) == 429
    site.clear()
    at_home.sign_in(other.email, other.password)
    fail_for_long(site, other)
    assert attempt(at_home, other) == 200
    site.clear()
    fail_for_long(site, person)
    assert attempt(at_home, person) == 429


def test_each_sign_in_changes_the_cookie(db, person, at_home):
    """So nobody can give a browser a cookie that they know, and a stolen one is worth little."""
    at_home.session.cookies.clear()
    answer = at_home.try_sign_in(person.email, person.password,
                                 headers={"Cookie": f"{DEVICE}={'1' * 64}"})
    before = device(at_home)
    assert answer.status == 200 and before and before != "1" * 64
    at_home.sign_in(person.email, person.password)
    assert device(at_home) != before
    known = db.value("SELECT count(*) FROM credential WHERE account_id = %s AND kind = 'device'",
                     person.id)
    assert known == 2  # the first one, which the browser has lost, and the last


def test_wrong_password_makes_no_known_browser(site, person):
    browser = Browser(site.url)
    assert attempt(browser, person, "wrong password") == 400
    assert not device(browser)


# ---- With a second factor

def code(secret, step):
    """The code of an authenticator (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", step), "sha1")
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 10**6:06}"


def now():
    return int(time.time()) // 30


@pytest.fixture
def secret(site, person):
    """Of the person's second factor, whose codes up to now have been used."""
    browser = Browser(site.url)
    browser.sign_in(person.email, person.password)
    made = browser.post("users/me/second-factor/", json={"current_password": person.password})
    assert made.status == 200, made
    assert browser.patch("users/me/second-factor/",
                         json={"code": code(made.json["secret"], now())}).status == 200
    return made.json["secret"]


def test_only_the_code_makes_a_browser_known(site, person, secret):
    browser = Browser(site.url)
    assert browser.sign_in(person.email, person.password).json["second_factor"] == "code"
    assert not device(browser)
    assert browser.post("session/code/", json={"code": code(secret, now() + 1)}).status == 200
    assert device(browser)
    fail_for_long(site, person)
    assert attempt(browser, person) == 200


def test_strangers_do_not_slow_down_the_code_either(site, db, person, secret):
    known = Browser(site.url)
    known.sign_in(person.email, person.password)
    assert known.post("session/code/", json={"code": code(secret, now() + 1)}).status == 200
    db.run("UPDATE second_factor SET last_step = 0")
    known.sign_in(person.email, person.password)
    fail_for_long(site, person)
    assert known.post("session/code/", json={"code": code(secret, now())}).status == 200


# ---- How it ends

def reset(site, person):
    link = site.admin.post(f"users/{person.id}/link/").json["link"]
    answer = Client(site.url).post("session/link/", json={"link": link.partition("#")[2],
                                                          "password": person.password})
    assert answer.status == 204, answer


def disable(site, person):
    for active in (False, True):
        answer = site.admin.patch(f"users/{person.id}/", json={"active": active})
        assert answer.status == 200, answer


def set_by_operator(site, person):
    site.db.run("UPDATE account SET password_hash = 'x' WHERE id = %s", person.id)
    site.db.run("""UPDATE account SET password_hash = (SELECT password_hash FROM account
                                                        WHERE email = %s) WHERE id = %s""",
                site.env["ACCESSION_EMAIL"], person.id)


def expire(site, person):
    site.db.run("UPDATE credential SET expires = now() WHERE account_id = %s", person.id)


@pytest.mark.parametrize("end", [reset, disable, set_by_operator, expire])
def test_a_browser_is_no_longer_known_after(site, person, at_home, end):
    end(site, person)
    fail_for_long(site, person)
    assert attempt(at_home, person) == 429


def test_a_browser_stays_known_after_signing_out(site, person, at_home):
    assert at_home.get(SESSION).status == 401
    fail_for_long(site, person)
    assert attempt(at_home, person) == 200
