"""People's own API tokens."""

import pytest

from client import Client, check_time, compact
from people import Person, gone_afterwards

TOKENS = "users/me/tokens/"
NOT_FOUND = {"detail": "Not found."}


@pytest.fixture(autouse=True)
def only_known_people(site):
    with gone_afterwards(site):
        yield


@pytest.fixture
def person(site, db):
    """A viewer with a separate token."""
    return Client(site.url, db.make_token(Person(site, "viewer").id))


def make(client, name="laptop"):
    answer = client.post(TOKENS, json={"name": name})
    assert answer.status == 200, answer
    return answer.json


def same(answer, status, body):
    assert (answer.status, answer.raw) == (status, compact(body)), answer


def test_token_is_shown_once(site, db, person):
    made = make(person)
    assert list(made) == ["id", "name", "created", "token"]
    assert made["name"] == "laptop" and len(made["token"]) == 64
    check_time(made["created"])
    assert made["token"] not in str(db.rows("SELECT credential::text FROM credential"))
    secret = made.pop("token")
    assert person.get(TOKENS).json["results"][-1] == made
    assert Client(site.url, secret).get("users/me/").json == person.get("users/me/").json


def test_list_has_the_own_tokens_only(person, viewer):
    ids = [make(person)["id"] for _ in range(3)]
    foreign = make(viewer, "foreign")["id"]
    try:
        results = person.get(TOKENS).json["results"]
        assert [list(one) for one in results] == [["id", "name", "created"]] * 4
        assert [one["id"] for one in results[1:]] == ids
        page = person.get(TOKENS + "?page_size=3&page=2").json
        assert (page["count"], [one["id"] for one in page["results"]]) == (4, ids[2:])
    finally:
        viewer.request("DELETE", f"{TOKENS}{foreign}/")


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


def test_tokens_of_others_are_not_found(api, person, viewer):
    made = make(person)
    for client in (viewer, api):
        same(client.request("DELETE", f"{TOKENS}{made['id']}/"), 404, NOT_FOUND)
    assert Client(person.url, made["token"]).get(TOKENS).status == 200


@pytest.mark.parametrize("token", ["0", "999999999", "9223372036854775808", "x"])
def test_unknown_token_is_not_found(person, token):
    same(person.request("DELETE", f"{TOKENS}{token}/"), 404, NOT_FOUND)


@pytest.mark.parametrize("body, message", [
    ({}, "This field is required."), ({"name": " "}, "This field may not be blank."),
    ({"name": None}, "This field may not be null."), ({"name": ["x"]}, "Not a valid string."),
    ({"name": "x" * 101}, "Ensure this field has no more than 100 characters."),
    ({"name": "a\nb"}, "Line breaks and control characters are not allowed.")])
def test_name_is_needed(person, body, message):
    same(person.post(TOKENS, json=body), 400, {"name": [message]})


def test_tokens_are_written_down(db, person):
    made = make(person)
    person.request("DELETE", f"{TOKENS}{made['id']}/")
    me = person.get("users/me/").json["id"]
    rows = db.rows("""SELECT actor_id, event, changes ->> 'name' FROM admin_event
                       WHERE subject = 'credential' AND key = %s ORDER BY id""", str(made["id"]))
    assert rows == [(me, "INSERT", '[null, "laptop"]'), (me, "DELETE", '["laptop", null]')]


def test_nobody_has_no_tokens(nobody):
    for method, path in (("GET", TOKENS), ("POST", TOKENS), ("DELETE", TOKENS + "1/")):
        assert nobody.request(method, path).status == 401


def test_administrators_see_and_revoke_the_tokens_of_all(site, db, api, person):
    made = make(person)
    listed = {one["id"]: one for one in api.get("tokens/").json["results"]}
    assert list(listed[made["id"]]) == ["id", "name", "created", "user"]
    assert listed[made["id"]]["user"]["id"] == person.get("users/me/").json["id"]
    assert api.get("tokens/?page_size=1").json["count"] == len(listed)
    answer = api.request("DELETE", f"tokens/{made['id']}/")
    assert (answer.status, answer.raw) == (204, b"")
    assert Client(site.url, made["token"]).get(TOKENS).status == 401
    same(api.request("DELETE", f"tokens/{made['id']}/"), 404, NOT_FOUND)
    assert db.value("""SELECT actor_id FROM admin_event WHERE subject = 'credential'
                          AND event = 'DELETE' AND key = %s""",
                    str(made["id"])) == api.get("users/me/").json["id"]


def test_tokens_of_all_are_for_administrators(nobody, viewer, editor, person):
    made = make(person)
    for client, status in ((nobody, 401), (viewer, 403), (editor, 403)):
        assert client.get("tokens/").status == status
        assert client.request("DELETE", f"tokens/{made['id']}/").status == status
    assert person.get(TOKENS).status == 200
