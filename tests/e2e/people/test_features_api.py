"""Switching features on and off."""

import pytest

from client import IMPORT, Client, compact
from people import Person, gone_afterwards

V2 = "features/import_export_v2/"


def same(answer, status, body):
    assert (answer.status, answer.raw) == (status, compact(body)), answer


def feature(enabled):
    return {"name": "import_export_v2", "enabled": enabled}


def test_switch_works_at_once(api, viewer):
    same(api.get("features/"), 200, {"results": [feature(True)]})
    same(api.patch(V2, json={"enabled": False}), 200, feature(False))
    assert viewer.get(IMPORT).status == 404
    assert viewer.get("session/").json["features"] == {"import_export_v2": False}
    same(api.get(V2), 200, feature(False))
    same(api.patch(V2, data={"enabled": "on"}), 200, feature(True))
    same(api.get("features/"), 200, {"results": [feature(True)]})
    assert viewer.get(IMPORT).status == 200


def test_switch_reaches_tokens_made_meanwhile(site, db, api):
    """Each credential has a copy of the switch."""
    with gone_afterwards(site):
        person = Person(site, "viewer")
        before = Client(site.url, db.make_token(person.id))
        api.patch(V2, json={"enabled": False})
        made = Client(site.url, before.post("users/me/tokens/", json={
            "name": "n", "current_password": person.password}).json["token"])
        assert made.get(IMPORT).status == 404
        api.patch(V2, json={"enabled": True})
        assert made.get(IMPORT).status == 200


@pytest.mark.parametrize("body, message", [
    ({}, "This field is required."), ({"enabled": None}, "This field may not be null."),
    ({"enabled": "maybe"}, "Must be a valid boolean."), ({"enabled": 2}, "Must be a valid boolean."),
    ({"enabled": 0.0}, "Must be a valid boolean.")])
def test_enabled_is_a_boolean(api, body, message):
    same(api.patch(V2, json=body), 400, {"enabled": [message]})


def test_unknown_feature_is_not_found(api):
    for path in ("features/nothing/", "features/" + "x" * 63 + "/", "features/" + "x" * 99 + "/"):
        same(api.get(path), 404, {"detail": "Not found."})
        same(api.patch(path, json={"enabled": True}), 404, {"detail": "Not found."})


@pytest.mark.parametrize("method, path", [("GET", "features/"), ("GET", V2), ("PATCH", V2)])
def test_only_administrators_may(viewer, editor, nobody, method, path):
    for client in (viewer, editor):
        assert client.request(method, path, json={"enabled": False}).status == 403
    assert nobody.request(method, path).status == 401


def test_switching_is_written_down(site, db, api):
    last = db.value("SELECT coalesce(max(id), 0) FROM security_event")
    api.patch(V2, json={"enabled": False})
    api.patch(V2, json={"enabled": False})
    rows = db.rows("""SELECT kind, account_id, actor_id, via, reason, changes FROM security_event
                       WHERE id > %s""", last)
    assert rows == [("feature_changed", None, site.ids["admin"], "token", "import_export_v2",
                     {"enabled": [True, False]})]
