"""People's own API tokens."""

import datetime

import pytest

from client import Client, check_time, compact
from limits import past_nginx
from people import Person

pytestmark = pytest.mark.usefixtures("only_known_people")

TOKENS = "users/me/tokens/"
NOT_FOUND = {"detail": "Not found."}
KEYS = ["id", "name", "created", "expires", "last_used"]


def somebody(site):
    """The API as a viewer with a token uses it, who is nobody else's."""
    who = Person(site, "viewer")
    client = Client(site.url, site.db.make_token(who.id))
    client.password = who.password
    client.id = who.id
    return client


@pytest.fixture
def person(site):
    return somebody(site)


def ask(client, **fields):
    return past_nginx(lambda: client.post(
        TOKENS, json={"name": "laptop", "current_password": client.password, **fields}))


def make(client, name="laptop", **fields):
    answer = ask(client, name=name, **fields)
    assert answer.status == 200, answer
    return answer.json


def same(answer, status, body):
    assert (answer.status, answer.raw) == (status, compact(body)), answer


def test_token_is_shown_once(site, db, person):
    made = make(person)
    assert list(made) == KEYS + ["token"]
    assert made["name"] == "laptop" and len(made["token"]) == 64
    assert made["last_used"] is None
    check_time(made["created"])
    assert made["token"] not in str(db.rows("SELECT credential::text FROM credential"))
    secret = made.pop("token")
    assert person.get(TOKENS).json["results"][-1] == made
    assert Client(site.url, secret).get("users/me/").json == person.get("users/me/").json


def test_list_has_the_own_tokens_only(site, person):
    ids = [make(person)["id"] for _ in range(3)]
    make(somebody(site), "foreign")
    results = person.get(TOKENS).json["results"]
    assert [list(one) for one in results] == [KEYS] * 4
    assert [one["id"] for one in results[1:]] == ids
    page = person.get(TOKENS + "?page_size=3&page=2").json
    assert (page["count"], [one["id"] for one in page["results"]]) == (4, ids[2:])


def test_whoever_makes_one_knows_the_password(db, person):
    """A session left open, or a token that was stolen, makes none."""
    for fields, status, body in (
            ({"current_password": "wrong"}, 400, {"current_password": ["This is not your password."]}),
            ({"current_password": ""}, 400, {"current_password": ["This field may not be blank."]}),
            ({"current_password": None}, 400, {"current_password": ["This field may not be null."]})):
        same(ask(person, **fields), status, body)
    same(past_nginx(lambda: person.post(TOKENS, json={"name": "x"})), 400, {"current_password": ["This field is required."]})
    assert len(person.get(TOKENS).json["results"]) == 1
    db.run("UPDATE account SET password_hash = NULL WHERE id = %s", person.id)
    assert ask(person).status == 401  # with its password an account has lost its tokens


@pytest.mark.parametrize("fields, days", [
    ({}, 365), ({"expires_in_days": 1}, 1), ({"expires_in_days": "30"}, 30),
    ({"expires_in_days": 3650}, 3650), ({"expires_in_days": 0}, None)])
def test_a_token_expires(site, db, person, fields, days):
    made = make(person, **fields)
    if days is None:
        assert made["expires"] is None
        assert db.value("SELECT expires = 'infinity' FROM credential WHERE id = %s", made["id"])
        return
    check_time(made["expires"])
    times = [datetime.datetime.fromisoformat(made[key]) for key in ("created", "expires")]
    assert times[1] - times[0] == datetime.timedelta(days=days)
    db.run("UPDATE credential SET expires = now() WHERE id = %s", made["id"])
    same(Client(site.url, made["token"]).get("users/me/"), 401, {"detail": "Invalid token."})


@pytest.mark.parametrize("days", [-1, 3651, 10 ** 20, 1.5, "x", "", None, True, [], {}])
def test_no_other_number_of_days_is_taken(person, days):
    answer = ask(person, expires_in_days=days)
    assert (answer.status, list(answer.json)) == (400, ["expires_in_days"]), answer
    assert len(person.get(TOKENS).json["results"]) == 1


def test_an_account_has_twenty_tokens_at_most(site, db, person):
    for _ in range(18):
        db.make_token(person.id)
    last = make(person)
    full = {"non_field_errors": [
        "An account may have 20 tokens. Revoke one that is no longer used."]}
    same(ask(person), 400, full)
    assert len(person.get(TOKENS).json["results"]) == 20
    make(somebody(site))
    person.request("DELETE", f"{TOKENS}{last['id']}/")
    make(person)


def test_last_use_is_known_to_the_hour(site, db, person):
    made = make(person)
    other = Client(site.url, made["token"])

    def last_used():
        assert other.get("users/me/").status == 200
        (listed,) = [one for one in person.get(TOKENS).json["results"] if one["id"] == made["id"]]
        return listed["last_used"]

    first = last_used()
    check_time(first)
    assert last_used() == first
    moved = "UPDATE credential SET seen = now() - %s::interval WHERE id = %s RETURNING seen"
    seen = db.value(moved, "59 minutes", made["id"])
    assert datetime.datetime.fromisoformat(last_used()) == seen
    seen = db.value(moved, "61 minutes", made["id"])
    assert datetime.datetime.fromisoformat(last_used()) > seen


def test_sessions_are_no_tokens(db, person):
    me = person.get("users/me/").json["id"]
    db.run("""INSERT INTO credential (hash, kind, expires, account_id)
              VALUES (sha256('x'), 'session', now() + interval '1 h', %s)""", me)
    session = db.value("SELECT max(id) FROM credential")
    assert len(person.get(TOKENS).json["results"]) == 1
    same(person.request("DELETE", f"{TOKENS}{session}/"), 404, NOT_FOUND)


def test_revoked_token_is_refused_at_once(site, person):
    made = make(person)
    other = Client(site.url, made["token"])
    assert other.get(TOKENS).status == 200
    answer = person.request("DELETE", f"{TOKENS}{made['id']}/")
    assert (answer.status, answer.raw) == (204, b"")
    assert other.get(TOKENS).status == 401
    same(person.request("DELETE", f"{TOKENS}{made['id']}/"), 404, NOT_FOUND)


def test_tokens_of_others_are_not_found(site, api, person):
    made = make(person)
    for client in (somebody(site), api):
        same(client.request("DELETE", f"{TOKENS}{made['id']}/"), 404, NOT_FOUND)
    assert Client(person.url, made["token"]).get(TOKENS).status == 200


@pytest.mark.parametrize("token", ["0", "999999999", "9223372036854775808", "x"])
def test_unknown_token_is_not_found(person, token):
    same(person.request("DELETE", f"{TOKENS}{token}/"), 404, NOT_FOUND)


@pytest.mark.parametrize("body, message", [
    ({"name": ...}, "This field is required."), ({"name": " "}, "This field may not be blank."),
    ({"name": None}, "This field may not be null."), ({"name": ["x"]}, "Not a valid string."),
    ({"name": "x" * 101}, "Ensure this field has no more than 100 characters."),
    ({"name": "a\nb"}, "Line breaks and control characters are not allowed.")])
def test_name_is_needed(person, body, message):
    fields = {"current_password": person.password, **body}
    sent = {key: value for key, value in fields.items() if value is not ...}
    same(past_nginx(lambda: person.post(TOKENS, json=sent)), 400, {"name": [message]})


def test_tokens_are_written_down(db, person):
    made = make(person)
    person.request("DELETE", f"{TOKENS}{made['id']}/")
    rows = db.rows("""SELECT kind, account_id, actor_id, changes ->> 'name' FROM security_event
                       WHERE reason = %s ORDER BY id""", f"token {made['id']}")
    assert rows == [("token_made", person.id, person.id, '[null, "laptop"]'),
                    ("token_revoked", person.id, person.id, '["laptop", null]')]


def test_nobody_has_no_tokens(nobody):
    for method, path in (("GET", TOKENS), ("POST", TOKENS), ("DELETE", TOKENS + "1/")):
        assert past_nginx(lambda: nobody.request(method, path)).status == 401


def test_administrators_see_and_revoke_the_tokens_of_all(site, db, api, person):
    made = make(person)
    listed = {one["id"]: one for one in api.get("tokens/").json["results"]}
    assert list(listed[made["id"]]) == KEYS + ["user"]
    assert listed[made["id"]]["user"]["id"] == person.id
    assert api.get("tokens/?page_size=1").json["count"] == len(listed)
    answer = api.request("DELETE", f"tokens/{made['id']}/")
    assert (answer.status, answer.raw) == (204, b"")
    assert Client(site.url, made["token"]).get(TOKENS).status == 401
    same(api.request("DELETE", f"tokens/{made['id']}/"), 404, NOT_FOUND)
    assert db.rows("""SELECT account_id, actor_id FROM security_event
                       WHERE kind = 'token_revoked' AND reason = %s""",
                   f"token {made['id']}") == [(person.id, site.ids["admin"])]


def test_tokens_of_all_are_for_administrators(nobody, viewer, editor, person):
    made = make(person)
    for client, status in ((nobody, 401), (viewer, 403), (editor, 403)):
        assert client.get("tokens/").status == status
        assert client.request("DELETE", f"tokens/{made['id']}/").status == status
    assert person.get(TOKENS).status == 200
