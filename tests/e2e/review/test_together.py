"""Ten people at work on one review at the same time: each request has one outcome, all that took effect
is told of, and an accept applies what its version says."""

import random
import threading

import pytest

import reviews
from client import Client
from library import item, to_csv
from people import Person
from reviews import path

pytestmark = pytest.mark.usefixtures("only_known_people")

PEOPLE = 10
ROWS = 40
LIBRARY = [item(f"CT{n}") for n in range(1, ROWS + 1)]
FILE = to_csv([{"id": f"CT{n}", "priority": 9} for n in range(1, ROWS + 1)])


@pytest.fixture
def people(site, db):
    return [Client(site.url, db.make_token(Person(site, "editor").id)) for _ in range(PEOPLE)]


def at_once(acts):
    """Does all of these, each in its own thread; returns their answers in this order."""
    answers = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def one(n):
        start.wait()
        answers[n] = acts[n]()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def some(chance):
    """A few entries of the file."""
    first = chance.randint(1, ROWS)
    return [first, [chance.randint(1, first), first]]


def check_told(api, job, held, released, commented, approved):
    """Each answer that says that it changed something has its event, and there are no others."""
    told = [one["event"] for one in api.get(path(job, "events")).json["results"]]
    assert told.count("held") == sum(answer.json["changed"] > 0 for answer in held)
    assert told.count("hold_released") == sum(answer.json["changed"] > 0 for answer in released)
    assert told.count("commented") == sum(answer.status == 200 for answer in commented)
    assert told.count("approved") == sum(answer.status == 200 for answer in approved)


def check_counts(api, db, job, held, released):
    """No hold and no release is lost, and no two of them made the same version."""
    changed = sum(answer.json["changed"] for answer in held) - sum(answer.json["changed"] for answer in released)
    now = reviews.held(api, job)
    assert len(now) == changed == db.value("SELECT held_updates FROM import_summary WHERE job_id = %s", job)
    versions = [answer.json["review"] for answer in held + released if answer.json["changed"]]
    assert len(set(versions)) == len(versions)
    assert not versions or reviews.version(api, job) in versions
    return now


@pytest.mark.parametrize("seed", [1, 2])
def test_holds_releases_comments_and_approvals(site, api, db, people, seed):
    chance = random.Random(seed)
    api.apply(to_csv(LIBRARY))
    job = api.ready(FILE)["id"]
    before = reviews.hold(api, job, [[1, ROWS // 2]])
    seen = before.json["review"]
    acts = {"hold": [], "release": [], "comment": [], "approve": []}
    for n in range(30):
        # Nobody does the same twice: who approves again changes nothing.
        who, what = people[(n // 4 + n % 4 * 3) % PEOPLE].fork(), ("hold", "release", "comment", "approve")[n % 4]
        entries = some(chance)
        acts[what].append({
            "hold": lambda who=who, entries=entries: reviews.hold(who, job, entries),
            "release": lambda who=who, entries=entries: reviews.release(who, job, entries),
            "comment": lambda who=who, n=n: who.post(path(job, "comments"), json={"text": f"Number {n}"}),
            "approve": lambda who=who: reviews.approve(who, job, seen)}[what])
    answers = iter(at_once(sum(acts.values(), [])))
    held, released, commented, approved = ([next(answers) for _ in these] for these in acts.values())
    assert {answer.status for answer in held + released + commented} == {200}
    assert {(answer.status, answer.json.get("code")) for answer in approved} <= {
        (200, None), (409, "review_changed")}
    held.append(before)
    check_counts(api, db, job, held, released)
    check_told(api, job, held, released, commented, approved)
    assert len(api.get(path(job, "comments")).json["results"]) == len(commented)
    listed = api.get(path(job, "approvals")).json["results"]
    assert len(listed) == sum(answer.status == 200 for answer in approved)
    site.accession("verify")


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_accepts_among_holds(site, api, db, people, seed):
    """Each accept is of the version that was seen before, so one at most is let through, and it applies
    just what is not held in that version."""
    chance = random.Random(seed)
    api.apply(to_csv(LIBRARY))
    job = api.ready(FILE)["id"]
    seen = reviews.version(api, job)
    entries = [some(chance) for _ in range(10)]
    order = list(range(30))
    chance.shuffle(order)
    acts = ([lambda who=people[n].fork(), n=n: reviews.hold(who, job, entries[n]) for n in range(5)] +
            [lambda who=people[n].fork(), n=n: reviews.release(who, job, entries[n]) for n in range(5, 10)] +
            [lambda who=people[n].fork(): reviews.approve(who, job, seen) for n in range(5)] +
            [lambda who=people[n].fork(): who.post(path(job, "comments"), json={"text": "And?"})
             for n in range(5)] +
            [lambda who=people[n].fork(): who.change(job, "accept_changes", review=seen) for n in range(10)])
    shuffled = at_once([acts[n] for n in order])
    answers = [answer for _, answer in sorted(zip(order, shuffled), key=lambda pair: pair[0])]
    held, released = answers[:5], answers[5:10]
    approved, commented, accepted = answers[10:15], answers[15:20], answers[20:]
    won = [answer for answer in accepted if answer.status == 200]
    refused = {(answer.status, answer.json["code"]) for answer in answers if answer.status != 200}
    assert refused <= {(409, "review_changed"), (409, "wrong_status")}
    assert {answer.status for answer in commented} == {200}
    if not won:
        won = [people[0].change(job, "accept_changes", review=reviews.version(api, job))]
        assert won[0].status == 200 or len(reviews.held(api, job)) == ROWS
    assert len(won) == 1
    api.wait_for(job, "success")
    good = [[one for one in kind if one.status == 200] for kind in (held, released)]
    left = check_counts(api, db, job, *good)
    assert won[0].headers["Accession-Review"] == reviews.version(api, job)
    assert [row[0] for row in db.rows("SELECT entry FROM standard_history WHERE job_id = %s ORDER BY entry", job)
            ] == [one for one in range(1, ROWS + 1) if one not in left]
    check_told(api, job, *good, commented, approved)
    assert reviews.events(api, job).count("accepted") == 1
    site.accession("verify")
