"""What each person has marked as looked at. It decides nothing, and is no part of the version."""

import pytest

import reviews
from client import PERSON_KEYS
from library import item, to_csv
from reviews import CHANGES, DELETES, LIBRARY, UPDATES, look, path, version


@pytest.fixture
def job(api, db):
    return reviews.ready(api, db)


def looked(api, job, model="standard"):
    answer = api.get(path(job, "diff", model, "looked"))
    assert answer.status == 200, answer
    return answer.json


def listed(entries):
    """Entries as the API writes them: numbers, and pairs where several follow each other."""
    runs = []
    for one in sorted(entries):
        if runs and runs[-1][1] == one - 1:
            runs[-1][1] = one
        else:
            runs.append([one, one])
    return [run if run[0] < run[1] else run[0] for run in runs]


def test_nobody_has_looked_at_first(api, job):
    assert api.get(path(job, "diff", "standard", "looked")).raw == (
        b'{"count":0,"looked":[],"changed":[],"others":[]}')


MARKS = [
    ([{"add": [1]}], [1], 1), ([{"add": [1, 3, 2, [4, 5]]}], [[1, 5]], 5), ([{"add": [[1, 1000]]}], [[1, 1000]], 6),
    ([{"add": [2, 4]}, {"add": [4, 6]}], [2, 4, 6], 3), ([{"add": [[1, 6]]}, {"remove": [2, [4, 5]]}], [1, 3, 6], 3),
    ([{"add": {}}], [[1, 6]], 6), ([{"add": {"op": "update"}}], [[1, 2], 6], 3),
    ([{"add": {"op": "delete"}}], DELETES, 1),
    ([{"add": {"search": "second"}}], [5], 1), ([{"add": {"field": "priority", "original": 3}}], [2], 1),
    ([{"add": {"field": "text", "whitespace": True}}], [6], 1), ([{"add": {"search": "nothing of that"}}], [], 0),
    ([{"add": {}}, {"remove": {"op": "update"}}], [[3, 5]], 3), ([{"add": {}}, {"remove": {}}], [], 0),
    ([{"add": {}, "remove": [2]}], [1, [3, 6]], 5), ([{"add": []}], [], 0), ([{}], [], 0), ([{"remove": [1]}], [], 0),
    ([{"add": [7]}], [7], 0), ([{"add": {}}, {"remove": [[1, 10 ** 15]]}], [], 0)]


@pytest.mark.parametrize("steps, marks, count", MARKS, ids=str)
def test_marks(viewer, job, steps, marks, count):
    for step in steps:
        told = look(viewer, job, **step)
    assert list(told) == ["count", "looked", "changed", "others"]
    assert told == looked(viewer, job) == {"count": count, "looked": marks, "changed": [], "others": []}


@pytest.mark.parametrize("what", ["add", "remove"])
@pytest.mark.parametrize("wrong, about", [
    ("[0]", None), ("[[2,1]]", None), ("[1.5]", None), ("[1000000000000001]", None), ("7", None), ("null", None),
    ('{"ops":"add"}', None), ('{"limit":1}', None), ('{"op":"x"}', "op"), ('{"new":"x"}', "field")])
def test_wrong_marks(viewer, job, what, wrong, about):
    look(viewer, job, add=[3])
    answer = viewer.patch(path(job, "diff", "standard", "looked"), data=f'{{"{what}":{wrong}}}'.encode(),
                          headers={"Content-Type": "application/json"})
    assert (answer.status, list(answer.json)) == (400, [about or what]), answer
    assert looked(viewer, job)["looked"] == [3]


def test_others_are_shown_by_whom(site, api, viewer, editor, job):
    look(viewer, job, add=[1, 2])
    look(editor, job, add={})
    told = looked(api, job)
    assert (told["count"], told["looked"]) == (0, [])
    for one in told["others"]:
        assert list(one) == ["by", "count", "looked"]
        assert list(one["by"]) == PERSON_KEYS
    assert [(one["by"]["id"], one["count"], one["looked"]) for one in told["others"]] == [
        (site.ids["viewer"], 2, [[1, 2]]), (site.ids["editor"], 6, [[1, 6]])]
    mine = looked(viewer, job)
    assert (mine["looked"], [one["by"]["id"] for one in mine["others"]]) == ([[1, 2]], [site.ids["editor"]])


def test_marks_are_no_part_of_the_version(api, viewer, job):
    before = version(api, job), api.get(path(job)).headers["ETag"], reviews.events(api, job)
    activity = reviews.review(api, job)["activity"]
    look(viewer, job, add={})
    assert before == (version(api, job), api.get(path(job)).headers["ETag"], reviews.events(api, job))
    assert reviews.review(api, job)["activity"] != activity
    assert api.change(job, "accept_changes", review=before[0]).status == 200
    api.wait_for(job, "success")
    assert looked(viewer, job)["count"] == 6  # as long as the diff can be seen
    assert look(viewer, job, remove=[1])["looked"] == [[2, 6]]


def test_marks_of_held_changes(api, viewer, job):
    reviews.hold(api, job, {"op": "update"})
    assert look(viewer, job, add=UPDATES)["count"] == 3
    assert look(viewer, job, add={})["count"] == len(CHANGES)


def test_no_marks_without_a_diff(site, api, viewer, db, job):
    assert viewer.get(path(job, "diff", "threat", "looked")).status == 404
    assert viewer.patch(path(job, "diff", "threat", "looked"), json={"add": [1]}).status == 404
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        api.change(job, "cancel")
        api.change(job, "retry")
        assert viewer.patch(path(job, "diff", "standard", "looked"), json={"add": [1]}).status == 404
        api.change(job, "cancel")


# Retry

def test_marks_of_changes_that_are_others_are_taken_away(api, viewer, editor, db, job):
    look(viewer, job, add={})
    look(editor, job, add=[1, 4])
    db.run("UPDATE standard SET title = 'moved' WHERE id = 'CT1'")
    db.run("UPDATE standard SET priority = 7 WHERE id = 'CT2'")  # no change any more
    db.run("UPDATE standard SET tags = 'x' WHERE id IN ('CT4', 'CT5')")  # 6: also of the tags now, 7: one
    reviews.again(api, job)
    assert reviews.entries(api, job) == [1, 3, 4, 5, 6, 7]
    told = looked(viewer, job)
    assert (told["count"], told["looked"], told["changed"]) == (3, [[3, 5]], [1, 6])
    assert (told["others"][0]["count"], told["others"][0]["looked"]) == (1, [4])
    assert looked(editor, job)["changed"] == [1]
    assert look(viewer, job, add=[1])["changed"] == [6]
    assert look(viewer, job, remove=[6])["changed"] == []
    assert looked(viewer, job)["looked"] == [1, [3, 5]]


def test_marks_stay_where_nothing_is_other(api, viewer, db, job):
    look(viewer, job, add=[1, 4, 5])
    db.run("UPDATE standard SET tags = 'x' WHERE id = 'CT5'")
    db.run("UPDATE model_number SET last_number = 20")  # new items get other numbers
    reviews.again(api, job)
    told = looked(viewer, job)
    assert (told["count"], told["looked"], told["changed"]) == (3, [1, [4, 5]], [])


def test_what_was_taken_away_is_remembered_over_another_retry(api, viewer, db, job):
    look(viewer, job, add={})
    for title in ("moved", "moved again"):
        db.run("UPDATE standard SET title = %s WHERE id = 'CT1'", title)
        reviews.again(api, job)
        told = looked(viewer, job)
        assert (told["looked"], told["changed"]) == ([[2, 6]], [1])


# Size

@pytest.mark.parametrize("every", [1, 2, 3])
def test_marks_of_many_changes_are_short(api, viewer, db, every):
    """Every so manieth row of the file changes something. However the marks come, they are a few
    ranges as long as they are of one run of changes."""
    count = 3000
    db.seed(*(item(f"CT{n}") for n in range(1, count + 1)))
    changes = list(range(every, count + 1, every))
    job = api.ready(to_csv([{"id": f"CT{n}", "priority": 7 if n % every == 0 else 5}
                            for n in range(1, count + 1)]))["id"]
    assert api.counts(job) == (0, len(changes), 0)
    for n in range(0, len(changes), 500):
        told = look(viewer, job, add=changes[n:n + 500])
    assert told["count"] == len(changes)
    stored = db.value("SELECT pg_column_size(entries) FROM import_looked")
    assert stored < 10000 and len(viewer.get(path(job, "diff", "standard", "looked")).raw) < 10000
    assert look(viewer, job, add={})["looked"] == [[changes[0], changes[-1]]]
    assert look(viewer, job, remove=[changes[10]])["count"] == len(changes) - 1
    marks = looked(viewer, job)["looked"]
    assert len(marks) == 2 and not any(first <= changes[10] <= last for first, last in marks)


def test_marks_that_lie_apart_are_kept_apart(api, viewer, db):
    """Between them are changes that nobody has looked at."""
    count = 400
    db.seed(*(item(f"CT{n}") for n in range(1, count + 1)))
    job = api.ready(to_csv([{"id": f"CT{n}", "priority": 7} for n in range(1, count + 1)]))["id"]
    marked = list(range(1, count + 1, 3))
    told = look(viewer, job, add=marked)
    assert (told["count"], told["looked"]) == (len(marked), listed(marked))
