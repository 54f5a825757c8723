"""Changes that are held back: an accept applies the others."""

import json

import pytest

import processes
import reviews
from client import PERSON_KEYS, compact
from library import item, to_csv
from reviews import ADDS, CHANGES, DELETES, HEADER, LIBRARY, UPDATES, hold, path, release, version

ENTRY_MAX = 10 ** 15


@pytest.fixture
def job(api, db):
    return reviews.ready(api, db)


def counts(api, job):
    return [(one["content_model"], one["add"], one["update"], one["delete"])
            for one in api.get(path(job, "diff")).json["results"]]


def check_held(api, job, expected):
    """Checks that just these entries are held, wherever that is told."""
    rest = [one for one in CHANGES if one not in expected]
    assert reviews.held(api, job) == sorted(expected)
    assert reviews.entries(api, job) == rest == reviews.entries(api, job, held="false")
    assert reviews.entries(api, job, held="all") == CHANGES
    numbers = [len(set(kind) - set(expected)) for kind in (ADDS, UPDATES, DELETES)]
    assert counts(api, job) == [("standard", *numbers)]
    told = reviews.review(api, job)
    assert told["held"] == len(expected)
    assert told["counts"] == [{"content_model": "standard", "add": numbers[0], "update": numbers[1],
                               "delete": numbers[2], "held": len(expected)}]


# Which

ENTRIES = [
    ([], []), ([1], [1]), ([1, 3, 5], [1, 3, 5]), ([[1, 2]], [1, 2]), ([[1, 3], 3, [3, 5], 2], [1, 2, 3, 4, 5]),
    ([[2, 2]], [2]), ([7], []), ([8, [9, 1000]], []), ([[1, ENTRY_MAX]], CHANGES), ([ENTRY_MAX], []),
    ([6, 1, 1, 1], [1, 6])]
FILTERS = [
    ({}, CHANGES), ({"op": "add"}, ADDS), ({"op": "update"}, UPDATES), ({"op": "delete"}, DELETES),
    ({"search": "FIRST"}, [4]), ({"search": "changed"}, [1]), ({"search": "CT2"}, [2]),
    ({"item": "CT2"}, [2]), ({"item": "CT6", "op": "add"}, [4]), ({"item": "CT2", "op": "add"}, []),
    ({"item": "ct2"}, []), ({"item": "CT5"}, []), ({"item": "'; --"}, []),
    ({"search": "nothing of that"}, []), ({"op": "add", "search": "changed"}, []),
    ({"field": "title"}, [1]), ({"field": "text"}, [6]), ({"field": "priority"}, [2]), ({"field": "tags"}, []),
    ({"field": "priority", "original": "3"}, [2]), ({"field": "priority", "original": 3, "new": 7}, [2]),
    ({"field": "priority", "original": 7, "new": 3}, []), ({"field": "title", "original": "one"}, [1]),
    ({"field": "title", "new": "one, changed", "op": "update"}, [1]), ({"field": "title", "op": "add"}, []),
    ({"field": "text", "whitespace": True}, [6]), ({"field": "text", "whitespace": "true"}, [6]),
    ({"field": "title", "whitespace": True}, []), ({"field": "problem", "original": "", "new": ""}, []),
    ({"op": "", "item": "", "search": "", "field": "", "warning": ""}, CHANGES)]


@pytest.mark.parametrize("what, which", ENTRIES + FILTERS, ids=str)
def test_held_and_released(api, job, what, which):
    old = version(api, job)
    answer = hold(api, job, what)
    assert answer.status == 200, answer
    assert list(answer.json) == ["held", "changed", "review"]
    assert (answer.json["held"], answer.json["changed"]) == (len(which), len(which))
    assert answer.json["review"] == answer.headers["Accession-Review"] == version(api, job)
    assert (answer.json["review"] == old) == (not which)
    check_held(api, job, which)
    assert hold(api, job, {}).json["held"] == len(CHANGES)
    answer = release(api, job, what)
    assert (answer.json["held"], answer.json["changed"]) == (len(CHANGES) - len(which), len(which))
    check_held(api, job, [one for one in CHANGES if one not in which])


def test_held_by_a_warning(api, db):
    db.seed(*LIBRARY)
    rows = [item("CT1", "#REF!"), item("CT2", "two", priority=7), item("CT4", "#NAME?")]
    job = api.ready(to_csv(rows))["id"]
    assert hold(api, job, {"warning": "formula_error"}).json["changed"] == 2
    assert reviews.held(api, job) == [1, 3]
    assert hold(api, job, {"warning": "date"}).json["changed"] == 0
    assert release(api, job, {"warning": "formula_error", "search": "CT4"}).json["changed"] == 1
    assert reviews.held(api, job) == [1]


def test_only_what_is_other_changes(api, job):
    assert hold(api, job, [1, 2]).json == {"held": 2, "changed": 2, "review": version(api, job)}
    assert hold(api, job, [2, 3]).json == {"held": 3, "changed": 1, "review": version(api, job)}
    assert release(api, job, [4, 1]).json == {"held": 2, "changed": 1, "review": version(api, job)}
    check_held(api, job, [2, 3])
    assert reviews.events(api, job)[-3:] == ["held", "held", "hold_released"]
    details = [one["detail"] for one in api.get(path(job, "events")).json["results"]][-3:]
    assert details == ["2 changes of standard", "entry 3 of standard", "entry 1 of standard"]


def test_pages_skip_what_is_held(api, job):
    hold(api, job, [1, 3])
    page = reviews.entries(api, job, limit=2)
    assert page == [2, 4]
    assert reviews.entries(api, job, limit=2, after=page[-1]) == [5, 6]
    assert reviews.entries(api, job, limit=1, held="true", after=1) == [3]
    assert reviews.entries(api, job, op="update", held="all") == UPDATES
    assert reviews.entries(api, job, op="update") == [2, 6]


def test_unknown_value_of_held(api, job):
    for wrong in ("1", "yes", "True", "none"):
        answer = api.get(path(job, "diff", "standard"), params={"held": wrong})
        assert (answer.status, list(answer.json)) == (400, ["held"]), answer
    assert reviews.entries(api, job, held="") == CHANGES


# Notes

def test_each_change_tells_who_held_it_and_why(site, api, editor, job):
    editor.patch(path(job, "diff", "standard"), json={"hold": [1, 4], "note": "  ask Vera\nfirst "})
    hold(api, job, [3])
    shown = {one["entry"]: one for op in ("add", "update", "delete")
             for one in api.diff(job, held="all")[op]}
    for one in shown.values():
        assert list(one) == ["original", "new", "entry", "held"]
    assert {entry: one["held"] and one["held"]["note"] for entry, one in shown.items()} == {
        1: "ask Vera\nfirst", 2: None, 3: None, 4: "ask Vera\nfirst", 5: None, 6: None}
    assert list(shown[1]["held"]) == ["note", "by"]
    assert list(shown[1]["held"]["by"]) == PERSON_KEYS
    assert shown[4]["held"]["by"]["id"] == site.ids["editor"]
    assert shown[3]["held"]["by"]["id"] == site.ids["admin"]
    assert shown[2]["held"] is shown[5]["held"] is None
    told = api.get(path(job, "events")).json["results"][-2:]
    assert [one["detail"] for one in told] == [
        "2 changes of standard: ask Vera\nfirst", "entry 3 of standard"]


def test_without_being_asked_nothing_tells_of_holds(api, job):
    hold(api, job, [1], note="why")
    for one in sum((api.diff(job, **params)[op] for op in ("add", "update", "delete")
                    for params in ({}, {"held": "false"}, {"limit": 1000})), []):
        assert list(one) == ["original", "new", "entry"]


def test_a_note_goes_to_all_that_are_held_then(api, job):
    hold(api, job, [1, 2], note="first")
    assert hold(api, job, [2, 3], note="second").json["changed"] == 1
    assert hold(api, job, {}, note="").json["changed"] == 3  # says nothing of those that were held
    notes = {one["entry"]: one["held"]["note"] for op in ("add", "update", "delete")
             for one in api.diff(job, held="true")[op]}
    assert notes == {1: "first", 2: "second", 3: "second", 4: None, 5: None, 6: None}


# What is no hold

LIST = "Send entries, or pairs of the first and the last: [4,[7,9]]."
FILTER = "Send a filter, with the parameters that the diff takes, or a list of entries."
WRONG_LISTS = [
    "[0]", "[-1]", "[1.0]", "[1.5]", '["1"]', "[true]", "[null]", "[[1]]", "[[]]", "[[1,2,3]]", "[[2,1]]",
    "[[0,1]]", "[[-5,5]]", '[[1,"2"]]', "[[1,null]]", "[[[1,2],3]]", "[{}]", '[{"op":"add"}]', "[1,2,[3,4],-5]",
    "[1000000000000001]", "[[1,1000000000000001]]", "[99999999999999999999999]", "[-99999999999999999999999]",
    "[[1,1e3]]", "[18446744073709551616]", "[9223372036854775807]", "[" + "[" * 5 + "]" * 5 + "]"]
WRONG_FILTERS = [
    '{"x":"add"}', '{"Op":"add"}', '{"op":null}', '{"op":["add"]}', '{"op":{}}', '{"limit":1}', '{"after":1}',
    '{"held":"true"}', '{"":""}', '{"op":"add","entries":[1]}', '{"search":"a\\u0000b"}', '{"hold":{}}',
    "{" + ",".join(f'"x{n}":1' for n in range(3000)) + "}"]
WRONG_VALUES = [
    ('{"op":"remove"}', "op"), ('{"op":"a"}', "op"), ('{"op":1}', "op"), ('{"field":"none"}', "field"),
    ('{"field":"id"}', "field"), ('{"field":"title "}', "field"), ('{"original":"x"}', "field"),
    ('{"new":""}', "field"), ('{"whitespace":true}', "field"), ('{"field":"text","whitespace":false}', "whitespace"),
    ('{"field":"text","whitespace":"maybe"}', "whitespace"), ('{"warning":"none"}', "warning")]
WRONG_BODIES = [
    ("{}", "hold", 'Send either "hold" or "release": entries, or a filter.'),
    ('{"hold":[1],"release":[2]}', "hold", 'Send either "hold" or "release": entries, or a filter.'),
    ('{"note":"x"}', "hold", 'Send either "hold" or "release": entries, or a filter.'),
    ('{"hold":null}', "hold", "This field may not be null."),
    ('{"hold":1}', "hold", "A JSON object or a list is required."),
    ('{"hold":"{}"}', "hold", "A JSON object or a list is required."),
    ('{"release":true}', "release", "A JSON object or a list is required."),
    ('{"hold":[1],"note":7}', "note", "Not a valid string."),
    ('{"hold":[1],"note":"a\\u0001"}', "note", "Control characters are not allowed."),
    ('{"hold":[1],"note":"%s"}' % ("x" * 1001), "note", "Ensure this field has no more than 1000 characters."),
    ('{"hold":[1],"review":""}', "review", "This field may not be blank.")]


def test_wrong_bodies_change_nothing(api, job):
    before = version(api, job)

    def send(body):
        answer = api.patch(path(job, "diff", "standard"), data=body.encode(),
                           headers={"Content-Type": "application/json"})
        assert answer.status == 400, (body[:200], answer)
        return answer.json

    for what in ("hold", "release"):
        for wrong in WRONG_LISTS:
            assert send(f'{{"{what}":{wrong}}}') == {what: [LIST]}, wrong
        for wrong in WRONG_FILTERS:
            assert send(f'{{"{what}":{wrong}}}') == {what: [FILTER]}, wrong[:80]
        for wrong, about in WRONG_VALUES:
            assert list(send(f'{{"{what}":{wrong}}}')) == [about], wrong
    for wrong, about, message in WRONG_BODIES:
        assert send(wrong) == {about: [message]}, wrong[:80]
    for wrong in ("[1]", "null", '{"hold":[1]', '{"hold":[1,]}', '{"hold":' + "[" * 5000 + "]" * 5000 + "}"):
        send(wrong)
    assert version(api, job) == before
    check_held(api, job, [])
    assert reviews.events(api, job) == ["created", "started", "ready"]


def test_bodies_up_to_64_kb(api, job):
    def body(size):
        numbers = ",".join(["[1,4]"] * ((size - 20) // 6))
        text = f'{{"hold":[{numbers}]'
        return (text + " " * (size - len(text) - 1) + "}").encode()

    headers = {"Content-Type": "application/json"}
    answer = api.patch(path(job, "diff", "standard"), data=body(65536), headers=headers)
    assert (answer.status, answer.json["changed"]) == (200, 4), answer
    answer = api.patch(path(job, "diff", "standard"), data=body(65537), headers=headers)
    assert answer.status == 413, answer
    check_held(api, job, [1, 2, 3, 4])


def test_nothing_to_hold_where_there_is_no_diff(site, api, db, job):
    assert hold(api, job, [1], model="threat").status == 404
    assert hold(api, 999, [1]).status == 404
    api.change(job, "cancel")
    for change in (hold, release):
        answer = change(api, job, {})
        assert (answer.status, list(answer.json)) == (409, ["detail", "code", "status"])
        assert (answer.json["code"], answer.json["status"]) == ("wrong_status", "cancel")
    with site.worker_stopped():
        assert hold(api, db.make_job("pending", site.ids["admin"]), {}).status == 404


def test_hold_of_another_version(api, job):
    old = version(api, job)
    hold(api, job, [1])
    for change in (hold, release):
        answer = change(api, job, {}, review=old)
        assert (answer.status, list(answer.json)) == (409, ["detail", "code", "review", "since"])
        assert answer.json["since"] == [{"content_model": "standard", "changes": 1, "entries": [1]}]
    check_held(api, job, [1])
    assert hold(api, job, [2], review=version(api, job)).status == 200
    check_held(api, job, [1, 2])


def test_filter_of_a_diff_of_before(site, api, db, job):
    """Which entries fit was found in the diff of another attempt: a request that waited."""
    reviews.again(api, job)
    rows = db.rows("SELECT code, refusal FROM review_hold(%s, %s, 1, NULL, 'standard', '{[1,10)}', true, NULL)",
                   site.key, job)
    assert rows[0][0] == "review_changed"
    assert json.loads(rows[0][1])["detail"].startswith("This is not the review that you have seen. Nothing")
    check_held(api, job, [])


# What is applied

@pytest.mark.parametrize("what", [[1], [2, 3], [4], [5], [3, 4, 5], {"op": "update"}, [1, 2, 3, 4, 5]], ids=str)
def test_the_others_are_applied(api, db, job, what):
    before = db.library()
    assert hold(api, job, what).status == 200
    held = reviews.held(api, job)
    shown = api.diff(job)
    api.accept(job)
    expected = dict(before)
    for one in shown["delete"]:
        del expected[one["original"]["id"]]
    for one in shown["add"] + shown["update"]:
        expected[one["new"]["id"]] = {key: one["new"][key] for key in expected["CT1"]}
    assert db.library() == expected
    assert [row[0] for row in db.rows("SELECT entry FROM standard_history ORDER BY entry")] == [
        one for one in CHANGES if one not in held]
    check_held(api, job, held)  # for as long as the diff can be seen


@pytest.mark.parametrize("held, used", [([4], "CT7"), ([5], "CT6"), ([4, 5], None)])
def test_number_that_was_shown_is_not_given_to_another(api, db, job, held, used):
    numbers = [one["new"]["id"] for one in api.diff(job)["add"]]
    assert numbers == ["CT6", "CT7"]
    hold(api, job, held)
    api.accept(job)
    assert [one for one in db.library() if one in numbers] == ([used] if used else [])
    later = api.preview(to_csv([item("", "later")]))
    assert [one["new"]["id"] for one in later["add"]] == ["CT8"]


def test_nothing_to_apply(api, db, job):
    before = db.library()
    hold(api, job, {})
    answer = api.change(job, "accept_changes")
    assert (answer.status, list(answer.json)) == (409, ["detail", "code", "held"])
    assert (answer.json["code"], answer.json["held"]) == ("nothing_to_apply", len(CHANGES))
    assert api.job(job)["status"] == "ready_for_review" and db.library() == before
    release(api, job, [6])
    api.accept(job)
    assert db.library() == {**before, "CT4": item("CT4", "four", text="Four  words of text")}


def test_changes_that_no_longer_fit_can_be_held_back(api, db, job):
    assert reviews.review(api, job)["stale"] == 0
    db.run("UPDATE standard SET title = 'moved' WHERE id IN ('CT1', 'CT5')")
    db.run("DELETE FROM standard WHERE id = 'CT3'")
    db.seed(item("CT6", "there by now"))
    assert reviews.review(api, job)["stale"] == 3
    hold(api, job, [1])
    assert reviews.review(api, job)["stale"] == 2
    hold(api, job, [3, 4])
    assert reviews.review(api, job)["stale"] == 0
    release(api, job, [3])
    assert reviews.review(api, job)["stale"] == 1
    hold(api, job, [3])
    api.accept(job)
    assert reviews.review(api, job)["stale"] is None  # it is decided
    assert sorted(db.library()) == ["CT1", "CT2", "CT4", "CT5", "CT6", "CT7"]
    assert db.library()["CT1"]["title"] == "moved"


def test_stale_follows_the_library(api, db, job):
    for title, stale in (("moved", 1), ("one", 0), ("again", 1)):
        db.run("UPDATE standard SET title = %s WHERE id = 'CT1'", title)
        assert reviews.review(api, job)["stale"] == stale
        assert reviews.review(api, job)["stale"] == stale


def test_many_changes(api, db):
    count = 3000
    db.seed(*(item(f"CT{n}") for n in range(1, count + 1)))
    job = api.ready(to_csv([{"id": f"CT{n}", "priority": 5 if n % 3 == 0 else 7} for n in range(1, count + 1)]))["id"]
    assert hold(api, job, {}).json["held"] == 2000
    assert release(api, job, [[1, 1500]]).json == {"held": 1000, "changed": 1000, "review": version(api, job)}
    assert hold(api, job, list(range(1, 1500, 2))).json["changed"] == 500
    assert counts(api, job) == [("standard", 0, 500, 0)]
    api.accept(job)
    assert {int(row[0][2:]) for row in db.rows("SELECT id FROM standard WHERE priority = 7")} == {
        n for n in range(2, 1500, 2) if n % 3}


def rows_read(db):
    """How many rows of diffs were read so far, as far as PostgreSQL has counted them, and rows of history made."""
    return db.rows("""
        SELECT (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname LIKE 'standard\\_diff%')
               + (SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname LIKE 'standard\\_diff%'),
               (SELECT sum(n_tup_ins) FROM pg_stat_user_tables WHERE relname LIKE 'standard\\_history%')""")[0]


def test_diff_is_not_read_for_each_hold(api, db):
    """A retry takes the holds over, and an accept looks them up, before there are statistics of them."""
    count, held = 3000, 150
    before, made = rows_read(db)
    job = api.ready(to_csv([item(f"CT{n}") for n in range(1, count + 1)]))["id"]
    assert hold(api, job, list(range(1, held + 1))).json["held"] == held
    reviews.again(api, job)
    api.accept(job)
    processes.wait_until(lambda: rows_read(db)[1] >= made + count - held, what="the counters")
    assert rows_read(db)[0] - before < 30 * count < held * count


# Retry

def test_holds_stay_over_a_retry(site, api, editor, db, job):
    """Also of a change that is another now; one that is gone is held no longer."""
    hold(editor, job, [1, 2, 4], note="later")
    db.run("UPDATE standard SET title = 'moved' WHERE id = 'CT1'")
    db.run("UPDATE standard SET priority = 7 WHERE id = 'CT2'")
    reviews.again(api, job)
    shown = api.diff(job, held="true")
    assert [one["entry"] for one in shown["update"]] == [1]
    assert [one["entry"] for one in shown["add"]] == [4]
    for one in shown["update"] + shown["add"]:
        assert (one["held"]["note"], one["held"]["by"]["id"]) == ("later", site.ids["editor"])
    assert counts(api, job) == [("standard", 1, 1, 1)]
    assert reviews.review(api, job)["held"] == 2
    api.accept(job)
    assert db.library()["CT1"]["title"] == "moved"


def test_holds_stay_when_the_kind_of_change_is_another(api, db):
    db.seed(*LIBRARY)
    job = api.ready(to_csv([item("CT1", "new"), item("CT50", "fifty")]))["id"]
    hold(api, job, {})
    db.run("DELETE FROM standard WHERE id = 'CT1'")
    db.seed(item("CT50", "there by now"))
    reviews.again(api, job)
    assert counts(api, job) == [("standard", 0, 0, 0)]
    told = reviews.review(api, job)
    assert (told["held"], told["counts"][0]["held"]) == (2, 2)
    assert len(api.diff(job, held="true")["add"]) == len(api.diff(job, held="true")["update"]) == 1
    assert release(api, job, {}).json == {"held": 0, "changed": 2, "review": version(api, job)}
    assert counts(api, job) == [("standard", 1, 1, 0)]


def test_holds_stay_over_a_retry_that_came_to_nothing(site, api, db, job):
    hold(api, job, [1, 4])
    api.change(job, "cancel")
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        api.change(job, "retry")
        api.change(job, "cancel")
    api.wait_for(job, "cancel")
    api.change(job, "retry")
    api.wait_for(job, "ready_for_review")
    check_held(api, job, [1, 4])


def test_body_of_the_spec_is_that_of_the_rest(api, db, job):
    """Byte for byte what it would be if the held rows were not in the file."""
    hold(api, job, [1, 5])
    shown = api.get(path(job, "diff", "standard")).raw
    summary = api.get(path(job, "diff")).raw
    assert summary == compact({"results": [{"content_model": "standard", "add": 1, "update": 2, "delete": 1}]})
    api.change(job, "cancel")
    rows = [row for entry, row in enumerate(reviews.ROWS, 1) if entry not in (1, 5)]
    other = api.ready(to_csv(rows, HEADER))["id"]
    assert api.get(path(other, "diff")).raw == summary
    renumbered = json.loads(api.get(path(other, "diff", "standard")).raw)
    for op in ("add", "update", "delete"):
        for one in renumbered[op]:
            one["entry"] = {1: 2, 2: 3, 3: 4, 4: 6}[one["entry"]]
    assert shown == compact(renumbered)
