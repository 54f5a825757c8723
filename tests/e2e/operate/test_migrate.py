"""`accession migrate` while the service runs, with the operator's command of a future version,
which adds the migrations of tests/migrations. Each test has its own database, except the one that
checks the service."""

import contextlib
import os
import re
import subprocess
import time

import psycopg2
import pytest

import processes
import sites
from client import IMPORT
from database import Database

REQUEST_WAITS = 5  # seconds, for a lock
NEW = ["901_remark", "902_index", "903_fill"]
INDEXES = """SELECT indexrelid::regclass::text, indexrelid::integer, indisvalid FROM pg_index
              WHERE indrelid = 'account'::regclass AND indexrelid::regclass::text LIKE 'account%%name'"""
NAMESAKES = """INSERT INTO account (email, first_name, last_name, role)
               SELECT 'ada' || n || '@example.com', 'Ada', 'Lovelace', 'viewer' FROM generate_series(1, 2) n"""


@pytest.fixture(scope="module")
def site():
    """A site of its own, since its database is changed for good."""
    with sites.running() as running:
        yield running


def environment(site, database):
    return {**os.environ, **{k: v for k, v in site.env.items() if k.startswith("PG")},
            "PGDATABASE": database}


class Migration:
    """A running `accession migrate`: what it has said so far, and its end."""

    def __init__(self, site, database, folder):
        self.log = folder / f"migrate{len(list(folder.iterdir()))}"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [sites.program("next-version/accession"), "migrate"],
                env=environment(site, database), stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT)

    def said(self):
        return self.log.read_text(encoding="utf-8")

    def says(self, words):
        processes.wait_until(lambda: words in self.said() or self.process.poll() is not None, what=words)
        assert words in self.said()

    def ends(self, code=0):
        assert self.process.wait(timeout=120) == code, self.said()
        return self.said()


def accession(site, database, *args, program="accession"):
    return subprocess.run([sites.program(program), *args], text=True,
                          env=environment(site, database), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)


@pytest.fixture
def database(site):
    """A database with the schema of these programs, and only one person in it."""
    superuser = psycopg2.connect(host=site.env["PGHOST"], port=site.env["PGPORT"],
                                 dbname="postgres", user="postgres")
    superuser.autocommit = True
    with superuser.cursor() as cursor:
        cursor.execute("CREATE DATABASE changing OWNER accession_owner")
        assert accession(site, "changing", "migrate").returncode == 0
        opened = Database({**site.env, "PGDATABASE": "changing"})
        opened.make_account("grace@example.com", "admin", "Grace", "Hopper")
        yield opened
        opened.connection.close()
        cursor.execute("DROP DATABASE changing WITH (FORCE)")
    superuser.close()


@pytest.fixture
def migration(site, tmp_path):
    """Starts the new version's `accession migrate` on the database."""
    started = []

    def start(database="changing"):
        started.append(Migration(site, database, tmp_path))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()


@contextlib.contextmanager
def reading(db, sql):
    """A session that has read, and keeps its transaction open during the block."""
    holder = db.connect()
    try:
        with holder.cursor() as cursor:
            cursor.execute("SET application_name = 'a long report'")
            holder.commit()
            cursor.execute(sql)
        yield holder
    finally:
        holder.close()


def applied(db):
    return [name for name, in db.rows(
        "SELECT name FROM schema_version WHERE version > 900 ORDER BY version")]


def test_the_service_goes_on_while_something_reads_a_table_that_is_changed(site, api, db, migration):
    job = api.apply(b"id,title,text,priority,phase\n,before,b,1,X1\n")["id"]
    with reading(db, "SELECT count(*) FROM import_job"):
        migrating = migration("accession")
        migrating.says("901_remark.sql waits for a long report (role accession_owner, process ")
        until = time.monotonic() + 2 * REQUEST_WAITS
        while time.monotonic() < until:
            for path in (f"{IMPORT}{job}/", IMPORT, "library/tasks/"):
                answer = api.get(path)
                assert answer.status == 200, (answer, migrating.said())
        assert migrating.process.poll() is None and applied(db) == []
    said = migrating.ends()
    assert re.findall(r"^Applied (\w+)\.$", said, re.M) == NEW
    assert applied(db) == NEW
    api.apply(b"id,title,text,priority,phase\n,after,b,1,X1\n")

    newer = accession(site, "accession", "migrate", "--status").stdout
    assert re.findall(r"^(\w+) +applied [-0-9T:]{19} by a newer program$", newer, re.M) == NEW
    assert accession(site, "accession", "verify").returncode == 0


def test_a_second_one_waits_and_is_waited_for_by_nothing(database, migration):
    """Building an index waits for every transaction begun before it, so the second `accession
    migrate` must not have begun any."""
    with reading(database, "SELECT count(*) FROM account") as report:
        first = migration()
        first.says("902_index.sql waits for a long report")
        second = migration()
        second.says('Waiting for another "accession migrate": accession (role accession_owner, process ')
        report.rollback()
        assert re.findall(r"^Applied (\w+)\.$", first.ends(), re.M) == NEW
    assert "Nothing to do: schema is at 903_fill." in second.ends()


def test_what_fails_in_the_middle_is_named_and_gone_on_with(site, database, migration):
    database.run(NAMESAKES)
    said = migration().ends(code=1)
    assert "accession: Not applied: 902_index.sql from line 6 on, 903_fill.sql." in said
    assert 'accession: 902_index.sql line 6: could not create unique index "account_name"' in said
    assert applied(database) == ["901_remark"]
    ((name, made, valid),) = database.rows(INDEXES)  # the other index is not left half built
    assert (name, valid) == ("account_last_name", True)
    assert database.value("SELECT statements FROM schema_running") == 1
    assert accession(site, "changing", "user", "list").returncode == 0  # other commands still work
    assert "WARNING: the migration 902_index was begun and has not ended: run" in accession(
        site, "changing", "status").stdout
    assert re.search(r"^902_index +begun [-0-9T:]{19}, not ended$",
                     accession(site, "changing", "migrate", "--status",
                               program="next-version/accession").stdout, re.M)

    database.run("UPDATE account SET first_name = email WHERE first_name = 'Ada'")
    said = migration().ends()
    assert re.findall(r"^Applied (\w+)\.$", said, re.M) == NEW[1:]
    assert ("account_last_name", made, True) in database.rows(INDEXES)
    assert len(database.rows(INDEXES)) == 2
    assert database.rows("SELECT * FROM schema_running") == []


def test_one_that_has_changed_since_it_was_broken_off_begins_anew(database, migration):
    database.run(NAMESAKES)
    migration().ends(code=1)
    database.run("UPDATE schema_running SET checksum = ''")
    database.run("DROP INDEX account_last_name")
    database.run("DELETE FROM account WHERE email = 'ada2@example.com'")
    migration().ends()
    assert len(database.rows(INDEXES)) == 2


def test_an_index_that_was_left_incomplete_is_made_anew(database, migration):
    database.run(NAMESAKES)
    with pytest.raises(psycopg2.errors.UniqueViolation):
        database.run("""CREATE UNIQUE INDEX CONCURRENTLY account_name
                            ON account (first_name, last_name) WHERE first_name <> ''""")
    ((_, incomplete, valid),) = database.rows(INDEXES)
    assert not valid
    database.run("DELETE FROM account WHERE email = 'ada2@example.com'")
    assert "902_index.sql: the index account_name is incomplete and is made anew." in migration().ends()
    assert [(name, valid) for name, _, valid in sorted(database.rows(INDEXES))] == [
        ("account_last_name", True), ("account_name", True)]
    assert incomplete not in [oid for _, oid, _ in database.rows(INDEXES)]


def test_one_that_is_killed_is_gone_on_with_once_its_statement_has_ended(database, migration):
    with reading(database, "SELECT count(*) FROM account") as report:
        killed = migration()
        killed.says("902_index.sql waits for a long report")
        killed.process.kill()
        killed.process.wait()
        assert applied(database) == ["901_remark"]
        other = migration()
        other.says("Waiting for another")
        report.rollback()
        assert re.findall(r"^Applied (\w+)\.$", other.ends(), re.M) == NEW[1:]
    assert [valid for _, _, valid in database.rows(INDEXES)] == [True, True]


def test_a_filling_goes_a_few_rows_at_a_time_and_goes_on_where_it_was(database, migration):
    person = database.value("SELECT min(id) FROM account")
    jobs = [database.make_job("cancel", person) for _ in range(10)]
    remarks = "SELECT remark FROM import_job ORDER BY id"
    database.run("""ALTER TABLE import_job ADD CONSTRAINT remarkable
                    CHECK (id <> %s OR to_json(import_job) ->> 'remark' IS NULL)""", jobs[6])
    assert "903_fill.sql line 4: new row for relation" in migration().ends(code=1)
    first = [one for one, in database.rows(remarks)]
    assert all(first[:4]) and first[4:] == [None] * 6
    assert applied(database) == NEW[:2]
    database.run("ALTER TABLE import_job DROP CONSTRAINT remarkable")
    migration().ends()
    filled = [one for one, in database.rows(remarks)]
    assert filled[:4] == first[:4]
    assert [filled.count(one) for one in dict.fromkeys(filled)] == [4, 4, 2]


def test_rights_that_a_migration_gives_and_takes_are_known(site, database, migration):
    migration().ends()
    assert accession(site, "changing", "verify").returncode == 0
    assert database.rows("""SELECT subject, grantee, privilege FROM schema_right
                             WHERE subject LIKE '%%remark%%' ORDER BY subject""") == [
        ("column remark.job_id", "accession_worker", "INSERT"),
        ("table remark", "accession_api", "SELECT")]


def test_what_is_given_by_hand_before_a_migration_is_not_taken_for_its_gift(site, database, migration):
    database.run("GRANT DELETE ON job_event TO accession_api")
    migration().ends()
    said = accession(site, "changing", "verify")
    assert said.returncode == 1
    assert "accession_api: has DELETE on table job_event, which no migration gave" in said.stdout


def test_rights_on_the_database_are_renewed_when_there_is_nothing_else_to_do(site, database):
    database.run("GRANT TEMPORARY ON DATABASE changing TO PUBLIC")
    database.run("REVOKE CONNECT ON DATABASE changing FROM accession_worker")
    renewed = "Renewed: GRANT CONNECT ON DATABASE changing TO accession_worker.\n" \
              "Renewed: REVOKE TEMPORARY ON DATABASE changing FROM PUBLIC.\n"
    assert accession(site, "changing", "migrate").stdout == renewed
    assert accession(site, "changing", "migrate").stdout.startswith("Nothing to do: schema is at ")
    assert accession(site, "changing", "verify").returncode == 0


def test_what_only_a_superuser_can_mend_is_told(site, database):
    with contextlib.closing(database.connect("postgres")) as superuser, superuser.cursor() as cursor:
        cursor.execute("ALTER SCHEMA public OWNER TO postgres")
        cursor.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
        superuser.commit()
    said = accession(site, "changing", "migrate")
    assert said.returncode == 0
    assert "accession: PUBLIC has CREATE on the schema. Only its owner or a superuser can mend that: " \
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC;\n" in said.stdout


# ---- 014_review

LIVES = """
    INSERT INTO account (email, role) VALUES ('grace@example.com', 'admin');
    INSERT INTO import_job (triggered_by, format) SELECT 1, 'csv';
    UPDATE import_job SET status = 'generating_diff';
    UPDATE import_job SET status = '{first}', completed = {ended}, errors = {errors};
    INSERT INTO import_summary (job_id, attempt, content_model, records, adds, updates, deletes)
    SELECT id, attempt, 'standard', 1, 1, 0, 0 FROM import_job WHERE status = 'ready_for_review';
    """
RETRY = """
    UPDATE import_job SET status = 'cancel', completed = now() WHERE status = 'ready_for_review';
    UPDATE import_job SET status = 'pending', attempt = attempt + 1, completed = NULL, errors = NULL;
    UPDATE import_job SET status = 'generating_diff';
    """
READY = LIVES.format(first="ready_for_review", ended="NULL", errors="NULL")
FAILED = LIVES.format(first="fail", ended="now()", errors="'[]'")
AGAIN = """
    UPDATE import_job SET status = 'ready_for_review';
    INSERT INTO import_summary (job_id, attempt, content_model, records, adds, updates, deletes)
    SELECT id, attempt, 'standard', 1, 1, 0, 0 FROM import_job;
    """
# What jobs of before have been through; how many versions there were, of which attempts; and whether
# there is one now.
BEFORE = {
    "a diff": (READY, [1], True),
    "no diff": (FAILED, [], False),
    "two diffs": (READY + RETRY + AGAIN, [1, 2], True),
    "a diff, and another to come": (READY + RETRY, [1], False),
    "a diff after none": (FAILED + RETRY + AGAIN, [2], True),
}


@pytest.fixture
def before(site):
    """Runs migrations, and other scripts, in a database that has none."""
    def psql(database, *script):
        done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *script],
                              env={**environment(site, database), "PGUSER": "postgres"},
                              text=True, capture_output=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    psql("postgres", "-c", "CREATE DATABASE before OWNER accession_owner")
    yield lambda *script: psql("before", "-c", "SET ROLE accession_owner", *script)
    psql("postgres", "-c", "DROP DATABASE before WITH (FORCE)")


def migrations(until):
    files = sorted((sites.ROOT / "sql").glob("[0-9]*.sql"))
    return [f"--file={file}" for file in files if (file.name < "014") == (until == "before reviews")]


@pytest.mark.parametrize("life", BEFORE)
def test_jobs_of_before_have_versions(before, life):
    script, attempts, is_there = BEFORE[life]
    before("-c", "CREATE TABLE schema_version (version integer, oldest integer)", *migrations("before reviews"))
    before("-c", script)
    before(*migrations("all"))
    assert before("-c", "SELECT reviews, review IS NOT NULL FROM import_job") == [
        f"{len(attempts)}|{'t' if is_there else 'f'}"]
    assert before("-c", "SELECT reviews, attempt, what FROM import_review ORDER BY reviews") == [
        f"{number}|{attempt}|ready" for number, attempt in enumerate(attempts, 1)]
    assert before("-c", "SELECT count(*) FROM pg_trigger WHERE tgname = 'library_written'") == ["1"]
