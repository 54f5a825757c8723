"""Jobs that nobody reviews, and what is dropped of jobs that ended long ago. No test waits for time
to pass: rows are moved into the past, and the worker checks often whether something is too old."""

import contextlib
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

import processes
import sites
from client import IMPORT, check_job
from library import item

SETTINGS = {"RETENTION_CHECK_MS": 200, "REVIEW_DAYS": 14, "RETENTION_DAYS": 30, "EVENT_DAYS": 20}
WEEKLY = ("upload_chunk", "import_error", "standard_diff")
ROWS = b"id,title,text,priority,phase\nCT1,a,b,1,X1\nCT2,c,d,2,X2\n"
WRONG = b"id,title,text,priority,phase\nCT1,,b,1,X1\nCT2,c,d,11,X2\n"
LIBRARY = {"CT1": item("CT1", "a", "b", "", 1, "X1"), "CT2": item("CT2", "c", "d", "", 2, "X2")}


@pytest.fixture(scope="module")
def site():
    with sites.running(SETTINGS) as running:
        yield running


def made(db):
    """Makes missing partitions. Returns a false value if somebody is in the way, as making them
    does not wait long for locks."""
    with contextlib.suppress(psycopg2.errors.LockNotAvailable):
        return db.rows("SELECT weeks_make(4)")
    return False


@pytest.fixture(autouse=True)
def partitions(db, clean):
    """Every test begins with the partitions of a new database, without old ones."""
    processes.wait_until(lambda: made(db), what="the partitions")


def events(api, job_id):
    return [one["event"] for one in api.get(f"{IMPORT}{job_id}/events/").json["results"]]


def is_purged(api, job_id):
    (file,) = api.job(job_id, include="files")["files"]
    return file["purged"]


def wait_until_purged(api, job_id):
    processes.wait_until(lambda: is_purged(api, job_id), what="the job to be purged")


def rounds(db):
    """Lets the worker check everything twice; what was too old before is gone by then."""
    for _ in range(2):
        db.run("CREATE TABLE upload_chunk_202001 PARTITION OF upload_chunk FOR VALUES IN (202001)")
        processes.wait_until(lambda: "202001" not in db.partitions("upload_chunk"),
                             what="the worker to look")


# Expiry

def test_job_that_nobody_reviews_is_cancelled(site, db, api):
    job = api.ready(ROWS)
    db.age(job["id"], 15)
    job = check_job(api.wait_for(job["id"], "cancel"))
    last = api.get(f"{IMPORT}{job['id']}/events/").json["results"][-1]
    assert (last["event"], last["status"], last["by"]) == ("expired", "cancel", None)
    assert api.counts(job["id"]) == (2, 0, 0)
    assert api.change(job["id"], "retry").status == 200
    api.wait_for(job["id"], "ready_for_review")


def test_job_waits_for_its_review_as_long_as_it_may(db, api):
    job = api.ready(ROWS)
    db.age(job["id"], 13)
    rounds(db)
    api.accept(job["id"])


def test_wait_for_a_review_begins_with_the_diff(site, db, api):
    """A job made long ago and retried yesterday may wait for as long as any other."""
    job = api.ready(ROWS)
    db.age(job["id"], 100, ended=1)
    rounds(db)
    assert api.job(job["id"])["status"] == "ready_for_review"


# Retention

def test_what_a_purged_job_leaves(site, db, api):
    job = api.apply(ROWS)
    week = db.age(job["id"], 40)
    before = api.job(job["id"])
    wait_until_purged(api, job["id"])
    assert check_job(api.job(job["id"])) == before
    for path in ("diff/", "diff/standard/", "files/standard/"):
        assert api.get(f"{IMPORT}{job['id']}/{path}").status == 404
    (count,) = api.job(job["id"], include="counts")["counts"]
    assert (count["records"], count["add"]) == (2, 2)
    assert events(api, job["id"]) == ["created", "started", "ready", "accepted", "succeeded", "purged"]
    assert db.library() == LIBRARY
    assert len(api.get("library/tasks/CT1/history/").json["results"]) == 1
    for table in WEEKLY:
        assert str(week) not in db.partitions(table)


def test_purged_job_cannot_be_retried(site, db, api):
    job = api.ready(ROWS)
    api.change(job["id"], "cancel")
    db.age(job["id"], 40)
    wait_until_purged(api, job["id"])
    answer = api.change(job["id"], "retry")
    assert (answer.status, answer.json["code"]) == (409, "files_purged")


def test_purged_job_still_shows_its_errors(site, db, api):
    errors = api.failed(WRONG)
    (job,) = api.get(IMPORT).json["results"]
    db.age(job["id"], 40)
    wait_until_purged(api, job["id"])
    assert api.job(job["id"])["errors"] == errors
    assert api.get(f"{IMPORT}{job['id']}/errors/").json["results"] == errors
    page = api.get(f"{IMPORT}{job['id']}/errors/?page_size=1&page=2").json
    assert (page["count"], page["results"]) == (len(errors), errors[1:])


def test_purged_job_still_counts_its_warnings(site, db, api):
    rows = "".join(f"CT{n},2-Jan,b{n},1,X1\n" for n in range(1, 102)).encode()
    job = api.ready(ROWS.split(b"CT1")[0] + rows)["id"]
    api.change(job, "cancel")
    kinds = api.job(job, include="warning_kinds")["warning_kinds"]
    db.age(job, 40)
    wait_until_purged(api, job)
    shown = api.job(job, include="warnings,warning_kinds")
    assert shown["warning_kinds"] == [{**kinds[0], "row": None, "field": None, "value": None}]
    assert not [one for one in shown["warnings"] if "and 1 more" in one["details"]]


@pytest.mark.parametrize("made, ended", [(20, 20), (100, 20), (100, 0)])
def test_job_that_ended_lately_is_kept(site, db, api, made, ended):
    job = api.ready(ROWS)
    api.change(job["id"], "cancel")
    db.age(job["id"], made, ended)
    rounds(db)
    assert not is_purged(api, job["id"])
    assert api.get(f"{IMPORT}{job['id']}/files/standard/", check=False).raw == ROWS
    assert api.change(job["id"], "retry").status == 200
    api.wait_for(job["id"], "ready_for_review")
    assert api.counts(job["id"]) == (2, 0, 0)
    assert len(api.diff(job["id"])["add"]) == 2
    api.accept(job["id"])
    assert db.library() == LIBRARY


def test_week_is_kept_while_one_of_its_jobs_needs_it(site, db, api):
    done, waiting = api.apply(ROWS), api.ready(b"id,title\nCT1,new\n")
    assert db.age(waiting["id"], 100, ended=1) == db.age(done["id"], 100)
    rounds(db)
    assert not is_purged(api, done["id"])
    assert len(api.diff(done["id"])["add"]) == 2
    api.accept(waiting["id"])
    assert db.library()["CT1"]["title"] == "new"
    db.run("UPDATE import_job SET completed = completed - interval '50 days' WHERE id = %s",
           waiting["id"])
    wait_until_purged(api, done["id"])
    wait_until_purged(api, waiting["id"])


def test_partition_that_is_read_is_dropped_later(db, api):
    """The worker soon gives up trying to drop it, so that requests queued behind it are answered
    while the partition is read."""
    job = api.apply(ROWS)
    week = db.age(job["id"], 100, ended=0)
    reader = db.connect()
    with contextlib.closing(reader), reader.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM standard_diff_{week}")
        db.run("UPDATE import_job SET completed = completed - interval '50 days'")
        for _ in range(3):
            processes.wait_until(db.somebody_waits, what="somebody to try")
            answer = api.get(f"{IMPORT}{job['id']}/diff/standard/")
            assert (answer.status, len(answer.json["add"])) == (200, 2)
        assert not is_purged(api, job["id"])
    wait_until_purged(api, job["id"])


def test_retry_comes_before_a_purge(site, db, api):
    job = api.ready(ROWS)
    api.change(job["id"], "cancel")
    db.age(job["id"], 100, ended=5)
    holder = db.connect()
    with contextlib.closing(holder), holder.cursor() as cursor:
        cursor.execute("SELECT job_retry(%s, %s, NULL, NULL)", (site.key, job["id"]))
        with pytest.raises(psycopg2.errors.LockNotAvailable):
            db.run("SELECT week_purge(week, '2 days') FROM import_job")
        holder.commit()
    assert db.value("SELECT week_purge(week, '2 days') FROM import_job") is False
    api.wait_for(job["id"], "ready_for_review")


def test_purge_comes_before_a_retry(db, api):
    job = api.ready(ROWS)
    api.change(job["id"], "cancel")
    db.age(job["id"], 100, ended=5)
    holder = db.connect()
    with contextlib.closing(holder), holder.cursor() as cursor, ThreadPoolExecutor(1) as pool:
        cursor.execute("SELECT week_purge(week, '2 days') FROM import_job")
        assert cursor.fetchone() == (True,)
        retry = pool.submit(api.fork().change, job["id"], "retry")
        processes.wait_until(db.somebody_waits, what="the retry to wait")
        holder.commit()
        answer = retry.result()
    assert (answer.status, answer.json["code"]) == (409, "files_purged")


def test_job_that_comes_into_its_week_before_a_purge(site, db, api):
    """The purge has found nothing that needs the week, and is waiting for its locks."""
    job = api.ready(ROWS)
    api.change(job["id"], "cancel")
    purge = "week_purge(integer, interval)"
    mover, purger = db.connect(), db.connect()
    with contextlib.closing(mover), mover.cursor() as cursor, \
            contextlib.closing(purger), purger.cursor() as other, \
            site.worker_stopped(), ThreadPoolExecutor(1) as pool:
        db.run("CREATE TABLE upload_chunk_202001 PARTITION OF upload_chunk FOR VALUES IN (202001)")
        db.run(f"ALTER FUNCTION {purge} SET lock_timeout = '60s'")
        try:
            cursor.execute("UPDATE upload_chunk SET week = 202001")
            cursor.execute("UPDATE import_job SET week = 202001")
            waiting = pool.submit(other.execute, "SELECT week_purge(202001, '30 days')")
            processes.wait_until(
                lambda: db.value("SELECT count(*) FROM pg_locks WHERE NOT granted"),
                what="the purge to wait")
            mover.commit()
            waiting.result()
            assert other.fetchone() == (False,)
            purger.commit()
        finally:
            db.run(f"ALTER FUNCTION {purge} SET lock_timeout = '200ms'")
    assert not is_purged(api, job["id"])
    assert api.get(f"{IMPORT}{job['id']}/files/standard/", check=False).raw == ROWS
    db.run("UPDATE import_job SET completed = completed - interval '50 days'")
    wait_until_purged(api, job["id"])


# Partitions

def test_worker_makes_partitions_ahead_of_time(db):
    before = {table: db.partitions(table) for table in WEEKLY}
    for table in WEEKLY:
        assert before[table][-1] == "other"
        db.run(f"DROP TABLE {table}_{before[table][-3]}, {table}_{before[table][-2]}")
    processes.wait_until(lambda: {table: db.partitions(table) for table in WEEKLY} == before,
                         what="the partitions")


def test_nothing_fails_for_want_of_a_partition(site, db, api):
    """The worker makes no partition for rows already in _other, and drops them when it can."""
    with site.worker_stopped():
        for table in WEEKLY:
            db.run(f"DROP TABLE {table}_{db.value('SELECT week_of(now())')}")
        # Before the worker goes on, each _other gets a row of this week.
        for table, columns, values in (
                ("upload_chunk", "file_id, seq, data", "0, 0, ''"),
                ("import_error", "job_id, attempt, details", "0, 1, ''"),
                ("standard_diff", "job_id, attempt, op, entry, id", "0, 1, 'a', 1, 'CT1'")):
            db.run(f"INSERT INTO {table} (week, {columns}) VALUES (week_of(now()), {values})")
    job = api.apply(ROWS)
    assert len(api.diff(job["id"])["add"]) == 2
    assert api.get(f"{IMPORT}{job['id']}/files/standard/", check=False).raw == ROWS
    assert len(api.failed(WRONG)) == 2
    assert db.value("SELECT count(*) FROM standard_diff_other") == 3
    db.run("""UPDATE standard_diff SET week = 202001; UPDATE upload_chunk SET week = 202001;
              UPDATE import_error SET week = 202001;
              UPDATE import_job SET week = 202001, completed = completed - interval '50 days'""")
    wait_until_purged(api, job["id"])
    for table in WEEKLY:
        assert db.value(f"SELECT count(*) FROM {table}") == 0


def test_weeks_without_jobs_are_dropped(site, db):
    for table in WEEKLY:
        db.run(f"CREATE TABLE {table}_202001 PARTITION OF {table} FOR VALUES IN (202001)")
    processes.wait_until(lambda: not any("202001" in db.partitions(t) for t in WEEKLY), what="the drop")


def locked(holder, tables):
    """Locks all of these in a transaction of the holder, unless somebody is in the way."""
    try:
        with holder.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {', '.join(tables)} NOWAIT")
        return True
    except psycopg2.errors.LockNotAvailable:
        holder.rollback()
        return False


def test_what_belongs_to_a_job_is_read_from_its_own_partition_alone(site, db, api):
    """With all others locked, a job goes through its whole life."""
    holder = db.connect()
    with contextlib.closing(holder):
        this = str(db.value("SELECT week_of(now())"))
        others = [f"{table}_{week}" for table in WEEKLY for week in db.partitions(table) if week != this]
        processes.wait_until(lambda: locked(holder, others), what="the locks")
        job = api.apply(ROWS)
        assert len(api.diff(job["id"])["add"]) == 2
        assert len(api.diff(job["id"], limit=1)["add"]) == 1
        assert api.get(f"{IMPORT}{job['id']}/files/standard/", check=False).raw == ROWS
        errors = api.failed(WRONG)
        (newest, _) = api.get(IMPORT).json["results"]
        for query in ("", "?page_size=10"):
            answer = api.get(f"{IMPORT}{newest['id']}/errors/{query}").json
            assert answer["results"] == errors


# Security events

def test_security_events_are_kept_as_long_as_is_set(site, db):
    """More than go at a time are old."""
    with site.worker_stopped():
        db.run("DELETE FROM security_event")
        db.run("""INSERT INTO security_event (kind, at, last, reason)
                  SELECT 'sign_out', now() - age, now() - age, age::text
                    FROM unnest('{19 days, 21 days}'::interval[]) age
                  UNION ALL SELECT 'sign_out', '2020-01-01', '2020-01-01', n::text
                    FROM generate_series(1, 1500) n""")
    processes.wait_until(lambda: db.value("SELECT count(*) FROM security_event") < 2,
                         what="the events to go")
    rounds(db)
    assert db.rows("SELECT reason FROM security_event") == [("19 days",)]


def test_answers_that_were_kept_for_a_day_go(site, db, api):
    db.run("""INSERT INTO idempotency_answer (place, account_id, path, at, fingerprint, status, body)
              SELECT sha256(n::text::bytea), %s, CASE n WHEN 1 THEN 'young' ELSE 'old' END,
                     now() - CASE n WHEN 1 THEN interval '23 h' ELSE interval '25 h' END,
                     sha256('x'), 200, '{}' FROM generate_series(1, 1500) n""", site.ids["admin"])
    processes.wait_until(lambda: db.value("SELECT count(*) FROM idempotency_answer") < 2,
                         what="the answers to go")
    rounds(db)
    assert db.rows("SELECT path FROM idempotency_answer") == [("young",)]


def test_events_of_jobs_stay_when_those_of_people_go(site, db, api):
    job = api.ready(ROWS)
    api.change(job["id"], "cancel")
    db.run("UPDATE job_event SET at = at - interval '400 days'")
    rounds(db)
    assert events(api, job["id"]) == ["created", "started", "ready", "cancelled"]


# What the worker's role can do

@pytest.mark.parametrize("age", ["0", "-1 year"])
def test_worker_cannot_purge_young_security_events(db, age):
    """Nor can it read them, or change those that it chooses."""
    db.run("INSERT INTO security_event (kind, reason) VALUES ('sign_out', 'young')")
    connection = db.connect("accession_worker")
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT security_events_purge(%s, 1000)", (age,))
        connection.commit()
        assert db.value("SELECT count(*) FROM security_event WHERE reason = 'young'") > 0
        for statement in ("SELECT * FROM security_event", "DELETE FROM security_event",
                          "UPDATE security_event SET reason = ''"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(statement)
            connection.rollback()


def test_worker_cannot_purge_what_is_young(site, db, api):
    job = api.apply(ROWS)
    connection = db.connect("accession_worker")
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT week_purge(week_of(now()), '0'), week_purge(week_of(now()), '-1 year')")
        assert cursor.fetchone() == (False, False)
        connection.commit()
        cursor.execute("SELECT lease_audit(%s, 1, true)", (job["id"],))
        connection.commit()
    assert not is_purged(api, job["id"])
    assert "worker_lost" not in events(api, job["id"])
