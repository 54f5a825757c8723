"""The diff of a job: the spec's example byte for byte, when it can be read, and its options."""

import contextlib

import pytest

import processes
from client import IMPORT, compact, parse
from library import FIELDS, added, deleted, expected_diff, item, to_csv, updated

# The example of the API's documentation, as printed there.
SPEC_SUMMARY = """
{"results": [{"content_model": "standard", "add": 1, "update": 1, "delete": 1}]}
"""
SPEC_DIFF = """
{
    "content_model": "standard",
    "add": [
        {
            "original": {},
            "new": {
                "id": "CT2",
                "title": "New Standard",
                "text": "New Standard Text",
                "problem": "P12",
                "priority": 8,
                "phase": "X1",
                "active": false,
                "match_conditions": "A1 AND !A2;A3",
                "tags": ""
            },
            "entry": 1
        }
    ],
    "update": [
        {
            "original": {
                "id": "T1",
                "title": "Original Standard",
                "text": "Original Text",
                "problem": "P21",
                "priority": 5,
                "phase": "X5",
                "active": true,
                "mark_delete": false,
                "match_conditions": "",
                "tags": ""
            },
            "new": {
                "id": "T1",
                "title": "Updated Standard",
                "text": "Updated Standard Text",
                "problem": "P12",
                "priority": 8,
                "phase": "X1",
                "active": false,
                "mark_delete": false,
                "match_conditions": "A4;A5 AND !A6",
                "tags": ""
            },
            "entry": 2
        }
    ],
    "delete": [
        {
            "original": {
                "id": "CT1",
                "title": "Standard to delete",
                "text": "Standard Text to delete",
                "problem": "P12",
                "priority": 5,
                "phase": "X5",
                "active": true,
                "mark_delete": false,
                "match_conditions": "A7",
                "tags": ""
            },
            "new": {},
            "entry": 3
        }
    ]
}
"""
SPEC_FILE = b"""\
id,title,text,problem,priority,phase,active,match_conditions,tags,mark_delete
,New Standard,New Standard Text,P12,8,X1,false,A1 AND !A2;A3,,false
T1,Updated Standard,Updated Standard Text,P12,8,X1,false,A4;A5 AND !A6,,false
CT1,,,,,,,,,true
"""
SPEC_LIBRARY = [
    item("T1", "Original Standard", "Original Text", "P21", 5, "X5"),
    item("CT1", "Standard to delete", "Standard Text to delete", "P12", 5, "X5", True, "A7"),
]
NOT_FOUND = compact({"detail": "Not found."})


def read(api, job, rest="", **params):
    return api.get(f"{IMPORT}{job['id']}/diff/{rest}", params=params)


@pytest.fixture
def job(api, db):
    """The job of the spec's example, ready for review."""
    db.seed(*SPEC_LIBRARY)
    return api.ready(SPEC_FILE)


def is_spec_diff(api, job):
    assert read(api, job).raw == compact(parse(SPEC_SUMMARY))
    assert read(api, job, "standard/").raw == compact(parse(SPEC_DIFF))


def test_example_of_the_spec_byte_for_byte(api, job):
    is_spec_diff(api, job)


def test_diff_stays_readable_after_success(api, job):
    api.accept(job["id"])
    is_spec_diff(api, job)


def test_diff_stays_readable_after_cancel(api, job):
    api.change(job["id"], "cancel")
    is_spec_diff(api, job)


def test_diff_of_an_earlier_attempt_no_longer_counts(site, api, db, job):
    api.change(job["id"], "cancel")
    with site.worker_stopped():
        assert api.change(job["id"], "retry").status == 200
        assert read(api, job).status == 404
        assert read(api, job, "standard/").status == 404
        db.run("UPDATE import_job SET status = 'cancel', completed = now()")
    db.run("DELETE FROM standard WHERE id = 'CT1'")
    api.change(job["id"], "retry")
    failed = api.wait_for(job["id"], "fail")  # deletes CT1, which is gone
    assert failed["errors"][0]["entry"] == 3
    assert (read(api, job).status, read(api, job, "standard/").status) == (404, 404)


def not_there(api, job):
    for rest in ("", "standard/"):
        answer = read(api, job, rest)
        assert (answer.status, answer.raw) == (404, NOT_FOUND)


def test_no_diff_while_pending_and_after_cancel_of_that(site, api):
    with site.worker_stopped():
        job = api.start(SPEC_FILE)
        not_there(api, job)
        api.change(job["id"], "cancel")
        not_there(api, job)


def test_no_diff_while_it_is_made(api, db):
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        job = api.start(SPEC_FILE)
        api.wait_for(job["id"], "generating_diff")
        not_there(api, job)


def test_no_diff_of_a_failed_job(api):
    job = api.start(b"id,title\nCT1,\n")
    api.wait_for(job["id"], "fail")
    not_there(api, job)


@pytest.mark.parametrize("model", ["tasks", "Standard", "standards", "standard_diff", "%20",
                                   "x" * 200])
def test_diff_of_an_unknown_model(api, job, model):
    answer = read(api, job, model + "/")
    assert (answer.status, answer.raw) == (404, NOT_FOUND)


def test_order_is_that_of_the_file_and_unchanged_rows_are_left_out(api, db):
    db.seed(*(item(f"CT{n}", f"Item {n}") for n in range(1, 41)))
    numbers = [(n * 17) % 61 + 1 for n in range(60)]  # some known, some new, unordered
    rows = [item(f"CT{n}", f"Item {n}" if n % 3 else f"Renamed {n}") for n in numbers]
    content = to_csv(rows)
    job = api.ready(content)
    expected = expected_diff(db.library(), content)
    assert api.diff(job["id"]) == expected
    assert api.counts(job["id"]) == (len(expected["add"]), len(expected["update"]), 0)
    assert 0 < len(expected["update"]) < 40


def test_text_survives_the_way_there_and_back(api):
    text = ('"quotes" \\back\\ /slash/ <b> & \u00e9\u00df \u4e2d\u6587 \u05e2\u05d1\u05e8\u05d9'
            '\u05ea \U0001f600 \u2028\u2029 \u007e\n\n\tindented; a,b\n=1+1')
    content = to_csv([item("CT1", 't "i" \\ \U0001f600', text)])
    diff = api.preview(content)
    assert diff["add"][0]["new"]["text"] == text
    assert diff["add"][0]["new"]["title"] == 't "i" \\ \U0001f600'


# Options

@pytest.fixture
def mixed(api, db):
    """A job of 30 rows, one in three each of add, update and delete, and its diff."""
    seeds = [item(f"CT{n}", f"Seed {n}", priority=n % 9 + 1) for n in range(1, 31) if n % 3]
    db.seed(*seeds)
    rows = []
    for n in range(1, 31):
        row = {**item(f"CT{n}", f"New {n}", priority=n % 9 + 1), "mark_delete": ""}
        if n % 3 == 1:
            row["mark_delete"] = "true"
        elif n % 6 == 2:
            row.update(title=f"Seed {n}", text="reworded")
        rows.append(row)
    job = api.ready(to_csv(rows))
    diff = api.diff(job["id"])
    assert [len(diff[op]) for op in ("add", "update", "delete")] == [10, 10, 10]
    return job, diff


@pytest.mark.parametrize("op", ["add", "update", "delete"])
def test_op_gives_one_kind(api, mixed, op):
    job, whole = mixed
    part = api.diff(job["id"], op=op)
    assert part == {**whole, **{other: [] for other in ("add", "update", "delete") if other != op}}


@pytest.mark.parametrize("limit", [1, 7, 10, 100])
def test_after_and_limit_walk_through_the_file(api, mixed, limit):
    job, whole = mixed
    seen, after = [], 0
    while True:
        page = api.diff(job["id"], after=after, limit=limit)
        assert list(page) == list(whole)
        rows = [row for op in ("add", "update", "delete") for row in page[op]]
        if not rows:
            break
        assert len(rows) <= limit
        entries = sorted(row["entry"] for row in rows)
        assert entries[0] == after + 1
        seen += entries
        after = entries[-1]
    assert seen == list(range(1, 31))


def test_op_with_after_and_limit(api, mixed):
    job, whole = mixed
    page = api.diff(job["id"], op="update", after=8, limit=3)
    assert page["update"] == [row for row in whole["update"] if row["entry"] > 8][:3]
    assert (page["add"], page["delete"]) == ([], [])


def test_search_finds_words_of_either_side(api, mixed):
    job, whole = mixed
    assert api.diff(job["id"], search="REWORDED")["update"] == [
        row for row in whole["update"] if row["new"]["text"] == "reworded"]
    found = api.diff(job["id"], search="seed 1")
    assert found["delete"] == [row for row in whole["delete"]
                               if row["original"]["title"].startswith("Seed 1")]
    assert found["add"] == []
    nothing = api.diff(job["id"], search="100%_")
    assert (nothing["add"], nothing["update"], nothing["delete"]) == ([], [], [])


def test_item_gives_the_change_of_it(api, mixed):
    job, whole = mixed
    none = {**whole, "add": [], "update": [], "delete": []}
    for op in ("add", "update", "delete"):
        for row in whole[op]:
            id_ = (row["original"] if op == "delete" else row["new"])["id"]
            assert api.diff(job["id"], item=id_) == {**none, op: [row]}
    assert api.diff(job["id"], item="CT") == none


def test_field_gives_updates_of_that_field(api, mixed):
    job, whole = mixed
    for field in ("title", "text", "priority"):
        found = api.diff(job["id"], field=field)
        assert found["update"] == [row for row in whole["update"]
                                   if row["new"][field] != row["original"][field]]
        assert (found["add"], found["delete"]) == ([], [])


@pytest.mark.parametrize("name, value", [
    ("op", "insert"), ("op", "Add"), ("after", "x"), ("limit", "x"), ("limit", "-1"),
    ("field", "colour")])
def test_unknown_option_is_400(api, job, name, value):
    answer = read(api, job, "standard/", **{name: value})
    assert answer.status == 400, answer
    assert list(answer.json) == [name]


def test_empty_options_do_not_count(api, job):
    answer = read(api, job, "standard/", op="", after="", limit="", search="", field="", item="", other="1")
    assert answer.raw == compact(parse(SPEC_DIFF))


def test_large_diff_is_whole(api):
    rows = [item(f"CT{n}", f"Item {n}", "x" * 200) for n in range(1, 5001)]
    diff = api.preview(to_csv(rows))
    assert diff["add"] == [added(n, row) for n, row in enumerate(rows, 1)]


def test_helpers_agree_with_the_spec():
    """The other tests rely on these."""
    spec = parse(SPEC_DIFF)
    old = {one["id"]: one for one in SPEC_LIBRARY}
    new = {key: spec["update"][0]["new"][key] for key in FIELDS}
    assert compact(updated(2, old["T1"], new)) == compact(spec["update"][0])
    assert compact(deleted(3, old["CT1"])) == compact(spec["delete"][0])


@pytest.fixture
def paused(db):
    """Stops a diff, once filled, until this connection releases its lock."""
    db.run("""CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS $$
              BEGIN
                  PERFORM pg_advisory_xact_lock_shared(1);
                  RETURN NULL;
              END $$""")
    db.run("""CREATE TRIGGER pause AFTER INSERT ON standard_diff
              FOR EACH STATEMENT EXECUTE FUNCTION pause()""")
    connection = db.connect()
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(1)")
        yield connection
    db.run("DROP FUNCTION pause() CASCADE")


def test_item_that_appears_while_it_is_missed_fails_the_job(api, db, paused):
    """The file was compared with a library that has changed, so there is nothing to review."""
    job = api.start(to_csv([item("T5"), item("CT1")]))["id"]
    processes.wait_until(lambda: db.value(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"),
        what="the diff to be filled")
    db.seed(item("T5", title="Made meanwhile"))
    paused.close()
    api.wait_for(job, "fail")
    (finding,) = api.get(f"{IMPORT}{job}/errors/").json["results"]
    assert "library was changed while the file was compared" in finding["details"]
    assert "retry" in finding["details"]
    api.change(job, "retry")
    api.wait_for(job, "ready_for_review")
    assert api.counts(job) == (1, 1, 0)
