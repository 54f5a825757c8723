"""Who fails to sign in is asked for growing pauses, before any password is checked: by person and
network, by network, and by person. Nobody is ever locked out, and what somebody has goes on. Time
passes in these tests by moving `last` in the database."""

import base64
import concurrent.futures
import contextlib

import pytest

import processes
from browser import SESSION, Browser
from client import From, compact
from limits import past_nginx
from people import Person

pytestmark = pytest.mark.usefixtures("only_known_people")

WRONG = {"non_field_errors": ["Unable to log in with provided credentials."]}
FREE = 5            # failures of a person from one network
FREE_NETWORK = 10   # of anybody from it
FREE_PERSON = 100   # of a person from anywhere
LATER = 600         # seconds, longer than any test takes


class Visitor(Browser):
    """A browser, or a program with a token, in some network. It is not held up by nginx."""

    def __init__(self, site, address="127.0.0.1", token=None):
        super().__init__(site.url, token)
        self.session.mount("http://", From(address))

    def request(self, method, path, **kwargs):
        return past_nginx(lambda: Browser.request(self, method, path, **kwargs))

    def attempt(self, email, password="wrong password"):
        return self.post(SESSION, json={"email": email, "password": password})


@pytest.fixture
def person(site):
    return Person(site, "viewer")


@pytest.fixture
def visitor(site):
    return Visitor(site)


@pytest.fixture
def elsewhere(site):
    return Visitor(site, "127.0.0.2")


def refused(answer):
    assert (answer.status, answer.raw) == (400, compact(WRONG)), answer


def told_to_wait(answer):
    """Returns for how many seconds."""
    assert answer.status == 429, answer
    seconds = int(answer.headers["Retry-After"])
    plural = "" if seconds == 1 else "s"
    assert answer.detail == f"Too many failed attempts to sign in. Try again in {seconds} second{plural}."
    return seconds


def failures(db):
    """kind → failures."""
    rows = db.rows("SELECT kind, sum(failures)::integer FROM sign_in_tries GROUP BY kind")
    return dict(rows)


def pass_time(db, seconds):
    db.run("UPDATE sign_in_tries SET last = last - make_interval(secs => %s)", seconds)


def have_failed(db, kind, times, ago=0):
    """Lets those who have failed once have failed so often; `ago` may be negative, so that the pause
    does not end during the test."""
    db.run("""UPDATE sign_in_tries SET failures = %s, last = clock_timestamp() - make_interval(secs => %s)
               WHERE kind = %s""", times, ago, kind)


# ---- A person from one network

def test_some_failures_are_free(db, visitor, person):
    for _ in range(FREE + 1):
        refused(visitor.attempt(person.email))
    assert failures(db) == {"here": FREE + 1, "network": FREE + 1, "person": FREE + 1}


@pytest.mark.parametrize("times, pause", [
    (FREE, 0), (FREE + 1, 1), (FREE + 2, 2), (FREE + 3, 4), (FREE + 4, 8), (FREE + 10, 512),
    (FREE + 11, 900), (FREE + 40, 900), (1000000, 900)])
def test_each_further_failure_doubles_the_pause(db, visitor, person, times, pause):
    refused(visitor.attempt(person.email))
    have_failed(db, "here", times, ago=pause)
    refused(visitor.attempt(person.email))
    assert failures(db)["here"] == min(times + 1, 1000000)
    if pause:
        have_failed(db, "here", times, ago=-LATER)
        assert LATER + pause / 2 < told_to_wait(visitor.attempt(person.email)) <= LATER + pause


def test_the_right_password_has_to_wait_too(db, visitor, person):
    """Else the pause would tell which one it is."""
    refused(visitor.attempt(person.email))
    have_failed(db, "here", FREE + 5, ago=-LATER)
    before = failures(db)
    told_to_wait(visitor.attempt(person.email, person.password))
    told_to_wait(visitor.attempt(person.email))
    assert failures(db) == before  # who asks too early makes it no longer
    assert visitor.cookie is None
    pass_time(db, LATER + 16)
    assert visitor.attempt(person.email, person.password).status == 200


def test_success_forgets_failures(db, visitor, person):
    for _ in range(FREE):
        refused(visitor.attempt(person.email))
    assert visitor.attempt(person.email, person.password).status == 200
    assert failures(db) == {"network": FREE, "person": FREE}  # of others, for all that is known
    for _ in range(FREE + 1):
        refused(visitor.attempt(person.email))


def test_an_hour_without_an_attempt_forgets_them_too(db, visitor, person):
    refused(visitor.attempt(person.email))
    have_failed(db, "here", 1000, ago=3600)
    refused(visitor.attempt(person.email))
    assert failures(db)["here"] == 1


def test_what_is_a_day_old_is_cleared_away(db, visitor, elsewhere, person):
    refused(elsewhere.attempt("nobody@example.com"))
    pass_time(db, 86401)
    refused(visitor.attempt(person.email))
    assert failures(db) == {"here": 1, "network": 1, "person": 1}


def test_others_are_not_affected(site, db, visitor, elsewhere, person):
    refused(visitor.attempt(person.email))
    have_failed(db, "here", 1000, ago=-LATER)
    told_to_wait(visitor.attempt(person.email))
    other = Person(site, "viewer")
    assert visitor.attempt(other.email, other.password).status == 200
    assert elsewhere.attempt(person.email, person.password).status == 200
    told_to_wait(visitor.attempt(person.email))


@pytest.mark.parametrize("spelling", [str.upper, lambda email: email.replace("p", "\uff50")])
def test_every_spelling_of_an_email_is_the_same_person(db, visitor, person, spelling):
    refused(visitor.attempt(person.email))
    have_failed(db, "here", 1000, ago=-LATER)
    told_to_wait(visitor.attempt(spelling(person.email)))


def test_an_unknown_email_is_told_alike(db, visitor, person):
    told = []
    for email in (person.email, "nobody@example.com"):
        db.run("DELETE FROM sign_in_tries")
        answers = [visitor.attempt(email) for _ in range(FREE + 1)]
        counted = failures(db)
        have_failed(db, "here", FREE + 4, ago=-LATER)
        answer = visitor.attempt(email)
        told_to_wait(answer)
        told.append(([(one.status, one.raw) for one in answers], counted, sorted(answer.headers)))
    assert told[0] == told[1]


def test_disabled_accounts_and_such_without_a_password_are_told_alike(db, visitor, person):
    for change in ("active = false", "active = true, password_hash = NULL"):
        db.run("DELETE FROM sign_in_tries")
        db.run(f"UPDATE account SET {change} WHERE id = %s", person.id)
        refused(visitor.attempt(person.email, person.password))
        have_failed(db, "here", FREE + 4, ago=-LATER)
        told_to_wait(visitor.attempt(person.email, person.password))


# ---- What counts

def basic(email, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{email}:{password}".encode()).decode()}


WAYS = {
    "form": lambda visitor, token, who: visitor.attempt(who.email),
    "basic": lambda visitor, token, who: visitor.get(
        "users/me/", headers=basic(who.email, "wrong password")),
    "basic before an upload": lambda visitor, token, who: visitor.post(
        "library/import/", headers=basic(who.email, "wrong password"), data=b"x"),
    "new password": lambda visitor, token, who: token.patch(
        "users/me/", json={"current_password": "wrong password", "password": "correct horse"}),
    "token": lambda visitor, token, who: token.post(
        "users/me/tokens/", json={"name": "x", "current_password": "wrong password"}),
}


@pytest.mark.parametrize("way", WAYS)
def test_wherever_a_password_is_asked_for_it_counts(site, db, visitor, person, way):
    token = Visitor(site, token=db.make_token(person.id))
    assert WAYS[way](visitor, token, person).status in (400, 401)
    assert failures(db) == {"here": 1, "network": 1, "person": 1}
    have_failed(db, "here", FREE + 4, ago=-LATER)
    for other in WAYS.values():
        told_to_wait(other(visitor, token, person))


def test_a_refused_upload_is_told_why(site, db, visitor, person):
    """nginx asks about it, and then wants the answer: that is one attempt, with its own answer."""
    upload = WAYS["basic before an upload"]
    answer = upload(visitor, None, person)
    assert (answer.status, answer.json) == (401, {"detail": "Invalid username/password."})
    # The last one before a pause is told as what it was, not as one that came too early.
    have_failed(db, "here", FREE, ago=-LATER)
    assert upload(visitor, None, person).status == 401
    assert failures(db) == {"here": FREE + 1, "network": 2, "person": 2}
    have_failed(db, "here", FREE + 3, ago=-LATER)
    assert LATER + 2 < told_to_wait(upload(visitor, None, person)) <= LATER + 4


RIGHT = {
    "basic": lambda token, who: token.get(
        "users/me/", headers=basic(who.email, who.password)),
    "new password": lambda token, who: token.patch("users/me/", json={
        "current_password": who.password, "password": who.password, "keep_tokens": True}),
    "token": lambda token, who: token.post("users/me/tokens/", json={
        "name": "x", "current_password": who.password}),
}


@pytest.mark.parametrize("way", RIGHT)
def test_a_right_password_never_does(site, db, visitor, person, way):
    """Scripts sign in by Basic all the time, and people make many tokens."""
    token = Visitor(site, token=db.make_token(person.id))
    refused(visitor.attempt(person.email))
    for _ in range(FREE + 3):
        assert RIGHT[way](token, person).status == 200
        assert failures(db) == {"network": 1, "person": 1}


def test_attempts_at_the_same_time_all_count(db, site, visitor, person):
    """Also those whose passwords are still being checked."""
    refused(visitor.attempt(person.email))
    with contextlib.closing(db.connect()) as holder, holder.cursor() as cursor:
        cursor.execute("SELECT FROM sign_in_tries FOR UPDATE")
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            answers = [pool.submit(Visitor(site).attempt, person.email) for _ in range(3)]
            processes.wait_until(lambda: db.value("SELECT count(*) FROM pg_locks WHERE NOT granted") == 3)
            holder.commit()
            assert {answer.result().status for answer in answers} <= {400, 429, 503}
    assert failures(db) == {"here": 4, "network": 4, "person": 4}


def test_a_crowd_of_guesses_is_checked_in_small_part(db, site, person):
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: Visitor(site).attempt(person.email), range(40)))
    assert {answer.status for answer in answers} <= {400, 429, 503}
    at_once = len(site.handlers("sign-in handler"))
    checked = sum(answer.status == 400 for answer in answers)
    # One a second more, if that took longer.
    assert checked <= failures(db)["here"]
    db.run("UPDATE sign_in_tries SET last = clock_timestamp() + interval '1 min'")
    assert FREE < failures(db)["here"] < 40
    assert at_once < 40 and checked < 40
    told_to_wait(Visitor(site).attempt(person.email))


# ---- What goes on meanwhile

def test_sessions_and_tokens_work_on(site, db, visitor, person):
    token = Visitor(site, token=db.make_token(person.id))
    visitor.sign_in(person.email, person.password)
    refused(Visitor(site).attempt(person.email))
    for kind in ("here", "network", "person"):
        have_failed(db, kind, 1000000, ago=-LATER)
    told_to_wait(Visitor(site).attempt(person.email, person.password))
    assert visitor.signed_in()
    assert token.get("users/me/").status == 200
    assert visitor.request("DELETE", SESSION).status == 204


# ---- A network

def test_failures_of_anybody_in_a_network_slow_it_down(site, db, visitor, elsewhere, person):
    for n in range(FREE_NETWORK + 1):
        refused(visitor.attempt(f"nobody-{n}@example.com"))
    assert failures(db)["network"] == FREE_NETWORK + 1
    have_failed(db, "network", FREE_NETWORK + 1, ago=-LATER)
    assert told_to_wait(visitor.attempt(person.email, person.password)) <= LATER + 1
    assert elsewhere.attempt(person.email, person.password).status == 200


@pytest.mark.parametrize("times, seconds", [
    (FREE_NETWORK, 0), (FREE_NETWORK + 1, 0.25), (FREE_NETWORK + 2, 0.5), (FREE_NETWORK + 3, 1),
    (FREE_NETWORK + 4, 1), (1000000, 1)])
def test_a_network_is_never_slowed_down_much(db, visitor, times, seconds):
    """Many people may share it."""
    refused(visitor.attempt("nobody@example.com"))
    have_failed(db, "network", times, ago=seconds)
    refused(visitor.attempt("somebody@example.com"))
    if seconds:
        have_failed(db, "network", times, ago=-LATER)
        pause = db.value("""SELECT extract(epoch FROM sign_in_pause(t)) - %s FROM sign_in_tries t
                             WHERE kind = 'network'""", LATER)
        assert seconds - 0.25 < pause <= seconds


@pytest.mark.parametrize("address, network", [
    ("192.0.2.7", "192.0.2.7"), ("192.0.2.7/24", "192.0.2.7"),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("2001:db8:1:2:ffff::", "2001:db8:1:2::"),
    ("2001:db8:1:3::1", "2001:db8:1:3::"), ("::1", "::"), (None, "-")])
def test_a_network_is_an_address_and_half_of_one_of_ipv6(db, address, network):
    assert db.value("SELECT network_of(%s::inet)", address) == network


# ---- A person, from many networks

def test_guesses_from_many_networks_slow_down_networks_that_are_new_to_the_person(
        site, db, visitor, elsewhere, person):
    assert visitor.attempt(person.email, person.password).status == 200
    refused(elsewhere.attempt(person.email))
    have_failed(db, "person", FREE_PERSON + 1, ago=-LATER)
    third = Visitor(site, "127.0.0.3")
    assert LATER < told_to_wait(third.attempt(person.email, person.password)) <= LATER + 1
    told_to_wait(elsewhere.attempt(person.email, person.password))
    # Not the network that they signed in from, though failures count there as ever.
    refused(Visitor(site).attempt(person.email))
    assert Visitor(site).attempt(person.email, person.password).status == 200
    other = Person(site, "viewer")
    assert third.attempt(other.email, other.password).status == 200


def test_a_hundred_failures_of_a_person_are_free(db, visitor, elsewhere, person):
    refused(visitor.attempt(person.email))
    have_failed(db, "person", FREE_PERSON, ago=-LATER)
    refused(elsewhere.attempt(person.email))
    assert failures(db)["person"] == FREE_PERSON + 1


def test_a_person_waits_a_second_at_most(db, visitor, elsewhere, person):
    refused(visitor.attempt(person.email))
    have_failed(db, "person", 1000000, ago=1)
    assert elsewhere.attempt(person.email, person.password).status == 200


def test_networks_are_known_for_ninety_days(site, db, visitor, person):
    assert visitor.attempt(person.email, person.password).status == 200
    refused(visitor.attempt(person.email))
    have_failed(db, "person", FREE_PERSON + 1, ago=-LATER)
    assert visitor.attempt(person.email, person.password).status == 200
    db.run("UPDATE sign_in_network SET last = last - 91 WHERE account_id = %s", person.id)
    visitor = Visitor(site)  # without the cookie by which the browser is known
    have_failed(db, "person", FREE_PERSON + 1, ago=-LATER)
    told_to_wait(visitor.attempt(person.email, person.password))


# ---- A browser in which the person signed in before (as the handlers ask the database)

@pytest.fixture
def sign_in(db):
    """Statements of the sign-in handlers; each is a transaction."""
    with contextlib.closing(db.connect("accession_sign_in")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            def value(sql, *params):
                cursor.execute(sql, params)
                return cursor.fetchone()[0]
            yield value


BEGIN = """SELECT (b.s).pause_ms FROM (SELECT sign_in_begin(%s, sha256(%s), 'form') AS s
                                         FROM request_context('192.0.2.1', '') OFFSET 0) b"""


def test_a_known_browser_is_counted_by_itself(db, sign_in, person):
    """So whoever guesses cannot keep the person from their own browser."""
    sign_in("SELECT device_remember(%s, sha256('mine'), NULL)", person.id)
    assert sign_in(BEGIN, person.email, b"theirs") == 0
    for kind in ("here", "network", "person"):
        have_failed(db, kind, 1000000, ago=-LATER)
    assert sign_in(BEGIN, person.email, b"theirs") > 0
    assert sign_in(BEGIN, person.email, b"mine") == 0
    assert failures(db)["device"] == 1
    have_failed(db, "device", FREE + 1, ago=-LATER)
    assert sign_in(BEGIN, person.email, b"mine") > 0


def test_a_browser_is_known_to_one_person_and_for_a_time(site, db, sign_in, person):
    sign_in("SELECT device_remember(%s, sha256('mine'), NULL)", person.id)
    assert sign_in(BEGIN, Person(site, "viewer").email, b"mine") == 0
    assert "device" not in failures(db)
    db.run("UPDATE credential SET expires = now() WHERE account_id = %s", person.id)
    assert sign_in(BEGIN, person.email, b"mine") == 0
    assert "device" not in failures(db)
