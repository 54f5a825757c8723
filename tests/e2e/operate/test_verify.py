"""`accession verify` finds nothing wrong in a database in which much has happened, and finds and
names each kind of damage, which is done to copies of that database."""

import os
import pathlib
import re
import subprocess

import psycopg2
import pytest

import authenticator
import processes
import reviews
import sites
from client import Client
from people import gone_afterwards

HEADER = b"id,title,text,priority,phase,active,mark_delete\n"
LOADED = HEADER + b"".join(b"%s%d,loaded,text,5,X1,,\n" % (kind, number)
                           for kind in (b"T", b"CT") for number in range(1, 6))
FIRST = HEADER + b"T1,first,text,5,X1,,\nCT1,first,text,5,X1,,\nCT2,,,,,,true\n,new,text,5,X1,,\n"
SECOND = HEADER + b"CT1,second,text,5,X1,,\nCT2,again,text,5,X1,,\nCT6,,,,,,true\n"
WRONG = HEADER + b"CT1,,text,5,X1,,\n"
THIRD = HEADER + b"CT3,third,text,5,X1,,\nCT4,,,,,,true\nCT77,third,text,5,X1,,\n"
CHECKS = ["library", "people", "chain", "sides", "applied", "once", "reviewed", "numbers", "diffs",
          "holds", "writers", "files", "strays", "path", "events", "jobs", "active", "one", "leases",
          "versions", "approvals", "credentials", "links", "factors", "names", "database", "rights",
          "indexes"]


def env_of(site, database):
    return {**os.environ, **{k: v for k, v in site.env.items() if k.startswith("PG")},
            "PGDATABASE": database}


def accession(site, database, *args):
    """Runs the command; returns its exit code and all its output."""
    done = subprocess.run(
        [sites.program("accession"), *args], env=env_of(site, database),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=60, check=False)
    return done.returncode, done.stdout


def live(site, api, db, folder):
    """Jobs 1 and 3 succeed, 3 at its second attempt; 2 fails and 4 is purged; 5 is cancelled while
    it is applied, and 6 waits, with a change that is held back."""
    (folder / "standard.csv").write_bytes(LOADED)
    assert accession(site, "accession", "load", str(folder / "standard.csv"))[0] == 0
    api.apply(FIRST)
    api.failed(WRONG)
    job = api.ready(SECOND)
    api.change(job["id"], "cancel")
    api.change(job["id"], "retry")
    api.wait_for(job["id"], "ready_for_review")
    api.accept(job["id"])
    purged = api.ready(THIRD)
    api.change(purged["id"], "cancel")
    week = db.age(purged["id"], 300)
    assert db.value("SELECT week_purge(%s, '90 days')", week)
    job = api.ready(THIRD)
    with db.locked("standard", "SHARE"):
        api.change(job["id"], "accept_changes")
        processes.wait_until(db.busy)
        api.change(job["id"], "cancel")
    review(api, site.editor, api.ready(THIRD)["id"])
    linked = api.post("users/", json={"email": "linked@example.com"}).json["id"]
    assert api.post(f"users/{linked}/link/").status == 200
    assert db.value("SELECT count(*) FROM credential WHERE kind = 'link'") == 1
    sign_in_with_codes(Client(site.url), api, "coded@example.com")


def review(api, editor, job):
    """Its third version is approved."""
    reviews.hold(api, job, [1, 2], note="later")
    reviews.release(api, job, [2])
    reviews.comment(editor, job, content_model="standard", item="CT3")
    reviews.look(editor, job, add={})
    assert reviews.approve(editor, job).status == 200


def sign_in_with_codes(browser, admin, email):
    """A person gets a second factor, signs in with a recovery code, and leaves a session behind, and
    one that waits for a code."""
    signing = {"email": email, "password": "correct horse battery staple"}
    assert admin.post("users/", json=signing).status == 200
    browser.session.headers["X-CSRFToken"] = browser.post("session/", json=signing).json["csrf_token"]
    secret = browser.post("users/me/second-factor/",
                          json={"current_password": signing["password"]}).json["secret"]
    codes = browser.patch("users/me/second-factor/", json={"code": authenticator.code(secret)}).json
    browser.session.headers["X-CSRFToken"] = browser.post("session/", json=signing).json["csrf_token"]
    code = codes["recovery_codes"][0]
    assert browser.post("session/code/", json={"code": code}).status == 200
    assert browser.post("session/", json=signing).json["second_factor"] == "code"


@pytest.fixture(scope="module")
def superuser(site):
    connection = psycopg2.connect(host=site.env["PGHOST"], port=site.env["PGPORT"],
                                  dbname="postgres", user="postgres")
    connection.autocommit = True
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def original(site, superuser, tmp_path_factory):
    """A copy of the site's database after a life of jobs; no program uses it."""
    site.clear()
    with gone_afterwards(site):
        live(site, site.admin, site.db, tmp_path_factory.mktemp("verify"))
        with superuser.cursor() as cursor:
            cursor.execute("CREATE DATABASE original OWNER accession_owner")
        subprocess.run("pg_dump | psql -X -q -v ON_ERROR_STOP=1 -d original >/dev/null", shell=True,
                       env={**env_of(site, "accession"), "PGUSER": "postgres"}, check=True)
        assert accession(site, "original", "migrate")[0] == 0  # for rights that are in no dump
        yield "original"
    with superuser.cursor() as cursor:
        cursor.execute("DROP DATABASE original WITH (FORCE)")


@pytest.fixture
def damaged(site, superuser, original):
    """A copy of `original` to damage; of its constraints, only checks stop what a test does."""
    with superuser.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE damaged TEMPLATE {original} OWNER accession_owner")
        assert accession(site, "damaged", "migrate")[0] == 0  # nor does a copy have them
        connection = psycopg2.connect(host=site.env["PGHOST"], port=site.env["PGPORT"],
                                      dbname="damaged", user="postgres")
        connection.autocommit = True
        with connection.cursor() as inside:
            inside.execute("SET session_replication_role = replica")
            yield inside
        connection.close()
        cursor.execute("DROP DATABASE damaged WITH (FORCE)")


def test_everything_agrees_after_a_life_of_jobs(site, original):
    code, said = accession(site, original, "verify")
    assert code == 0, said
    assert re.findall(r"^ok +(\w+) ", said, re.M) == CHECKS
    assert said.endswith(f"Everything agrees: {len(CHECKS)} checks.\n")


def test_the_service_may_go_on_meanwhile(site, api, db):
    """It uses one snapshot, in which everything agrees while jobs come and go."""
    (folder := pathlib.Path(site.folder) / "verify.csv").write_bytes(LOADED)
    assert accession(site, "accession", "load", str(folder))[0] == 0
    running = []
    for number in range(4):
        running.append(subprocess.Popen(
            [sites.program("accession"), "verify"], env=env_of(site, "accession"),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
        api.apply(HEADER + b"CT1,new %d,text,5,X1,,\n,one more,text,5,X1,,\n" % number)
    for process in running:
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0, said


ITEM = ("INSERT INTO standard (id, title, text, problem, priority, phase, active, match_conditions,"
        " tags) VALUES ('%s', 'a', 'b', '', 1, 'X1', true, '', '')")
CHUNK = "UPDATE upload_chunk SET %s WHERE file_id = (SELECT id FROM import_file WHERE job_id = 1)"

HOLD = """INSERT INTO import_hold (job_id, attempt, week, content_model, entry, op, account_id)
          SELECT id, attempt, week, 'standard', entry, 'u', 1
            FROM import_job CROSS JOIN (VALUES (%d, %d, %d)) hold (job, of_attempt, entry)
           WHERE id = job AND attempt = of_attempt"""

DAMAGES = {
    "item changed by hand": ("library", "CT3: differs from its last change in title",
                             "UPDATE standard SET title = 'by hand' WHERE id = 'CT3'"),
    "item lost": ("library", "CT4: is not in the library", "DELETE FROM standard WHERE id = 'CT4'"),
    "item from nowhere": ("library", "CT50: is in the library, but nothing", ITEM % "CT50"),
    "deleted item is back": ("library", "CT6: is in the library, but its history deleted it",
                             ITEM % "CT6"),
    "history lost": ("library", "CT5: is in the library, but nothing",
                     "DELETE FROM standard_history WHERE id = 'CT5'"),
    "maker": ("people", "T1: differs from its history in created_by",
              "UPDATE standard SET created_by = 1 WHERE id = 'T1'"),
    "changer": ("people", "CT1: differs from its history in last_updated_by",
                "UPDATE standard SET last_updated_by = NULL WHERE id = 'CT1'"),
    "date": ("people", "CT1: differs from its history in last_updated_date",
             "UPDATE standard SET last_updated_date = now() WHERE id = 'CT1'"),
    "modified": ("people", "T1: differs from its history in modified",
                 "UPDATE standard SET modified = false WHERE id = 'T1'"),
    "change lost": ("chain", "CT1: its change",
                    "DELETE FROM standard_history WHERE id = 'CT1' AND job_id = 1"),
    "deletion lost": ("chain", "CT2: its change",
                      "DELETE FROM standard_history WHERE id = 'CT2' AND op = 'd'"),
    "applied twice": ("once", "job 1: was to add 1, update 2, delete 1; it added 2,", """
        INSERT INTO standard_history (id, job_id, attempt, account_id, op, entry, new_title, new_text,
            new_problem, new_priority, new_phase, new_active, new_match_conditions, new_tags)
        SELECT id, job_id, attempt, account_id, op, entry, new_title, new_text, new_problem,
            new_priority, new_phase, new_active, new_match_conditions, new_tags
          FROM standard_history WHERE job_id = 1 AND op = 'a'"""),
    "half a change": ("sides", "CT1: its change",
                      "UPDATE standard_history SET new_phase = NULL WHERE id = 'CT1' AND job_id = 3"),
    "applied by a job that did not succeed": (
        "applied", "job 2: 4 changes of attempt 1: the job is fail",
        "UPDATE standard_history SET job_id = 2 WHERE job_id = 1"),
    "applied by a job that is not there": (
        "applied", "job 99: 4 changes of attempt 1: there is no such job",
        "UPDATE standard_history SET job_id = 99 WHERE job_id = 1"),
    "applied by an earlier attempt": (
        "applied", "job 3: 3 changes of attempt 1: the job succeeded at attempt 2",
        "UPDATE standard_history SET attempt = 1 WHERE job_id = 3"),
    "accepted by somebody else": (
        "applied", "job 3: 3 changes of attempt 2: somebody else accepted the job",
        "UPDATE standard_history SET account_id = 99 WHERE job_id = 3"),
    "applied in part": ("once", "job 3: was to add 1, update 1, delete 1; it added 1, updated 0",
                        "DELETE FROM standard_history WHERE job_id = 3 AND op = 'u'"),
    "applied otherwise than reviewed": (
        "reviewed", "job 3: entry 1 was applied otherwise",
        "UPDATE standard_diff SET new_title = 'x' WHERE job_id = 3 AND attempt = 2 AND entry = 1"),
    "number may be given again": ("numbers", "standard: CT6 was used, but the highest",
                                  "UPDATE model_number SET last_number = 5"),
    "number forgotten": ("numbers", "standard: CT6 was used", "DELETE FROM model_number"),
    "diff in part": ("diffs", "job 6: attempt 1: its diff has 0 adds, 1 updates, 1 deletes; the summary",
                     "DELETE FROM standard_diff WHERE job_id = 6 AND op = 'a'"),
    "diff without a summary": ("diffs", "job 6: attempt 1: its diff has no summary",
                               "DELETE FROM import_summary WHERE job_id = 6"),
    "diff of no job": ("diffs", "job 77: attempt 1: there is no such job",
                       "UPDATE standard_diff SET job_id = 77 WHERE job_id = 6"),
    "diff in another week": ("diffs", "job 6: attempt 1: its diff has no summary",
                             "UPDATE standard_diff SET week = 202001 WHERE job_id = 6"),
    "bytes lost": ("files", "job 1: its file for standard has 0 of", CHUNK % "data = ''"),
    "piece lost": ("files", "job 1: its file for standard has ", CHUNK % "seq = 1"),
    "file lost": ("files", "job 1: its file for standard has 0 of",
                  "TRUNCATE upload_chunk"),
    "bytes of no file": ("strays", "file 999: its bytes in week 202001: there is no such file",
                         "INSERT INTO upload_chunk VALUES (999, 0, 202001, 'x')"),
    "file of no job": ("strays", "file 1: it has no job",
                       "UPDATE import_file SET job_id = NULL WHERE job_id = 1"),
    "errors of no job": ("strays", "job 99: errors of attempt 1",
                         "UPDATE import_error SET job_id = 99"),
    "failed rows of no job": ("strays", "job 98: errors of attempt 1",
                              "UPDATE import_failed_row SET job_id = 98"),
    "errors of an attempt to come": ("strays", "job 2: errors of attempt 5",
                                     "UPDATE import_error SET attempt = 5"),
    "warnings of no job": ("strays", "job 97: warnings of attempt 1: there is no such job",
                           "INSERT INTO import_warning VALUES (97, 1, 'standard.csv', 'date', 'Dates', 3)"),
    "event lost": ("path", "job 3: event", "DELETE FROM job_event WHERE job_id = 3 AND event = 'ready'"),
    "event changed": ("path", "job 1: event failed",
                      "UPDATE job_event SET event = 'failed' WHERE job_id = 1 AND event = 'succeeded'"),
    "status changed by hand": ("events", "job 1: is cancel at attempt 1; its last event left it success",
                               "UPDATE import_job SET status = 'cancel' WHERE id = 1"),
    "attempt changed by hand": ("events", "job 3: is success at attempt 1; its last event left it success"
                                " at attempt 2", "UPDATE import_job SET attempt = 1 WHERE id = 3"),
    "no events": ("events", "job 1: has no events", "DELETE FROM job_event WHERE job_id = 1"),
    "purged without a word": ("events", "job 2: its events do not say right whether it was purged",
                              "UPDATE import_job SET purged = now() WHERE id = 2"),
    "acceptance changed": ("events", "job 3: its events name another who accepted it",
                           "UPDATE job_event SET account_id = 99 WHERE job_id = 3 AND event = 'accepted'"),
    "no file": ("jobs", "job 1: has no file", "DELETE FROM import_file WHERE job_id = 1"),
    "no summary": ("jobs", "job 3: is success, but has no summary of standard",
                   "DELETE FROM import_summary WHERE job_id = 3"),
    "ended as if under way": ("active", "job 1: is success, but counts as under way", """
        DROP INDEX import_job_current;
        ALTER TABLE import_job DROP CONSTRAINT completed_fits_status;
        UPDATE import_job SET active = true WHERE id = 1"""),
    "two jobs under way": ("one", "job 6: is ready_for_review, and is not the only one", """
        DROP INDEX import_job_current;
        UPDATE import_job SET status = 'pending', completed = NULL WHERE id = 4 AND purged IS NULL;
        INSERT INTO import_job (triggered_by, uploaded_by, triggered_by_doc, format)
        SELECT triggered_by, uploaded_by, triggered_by_doc, format FROM import_job WHERE id = 1"""),
    "lease of an ended job": ("leases", "job 1: is held by w with run token", """
        INSERT INTO lease (job_id, run_token, worker, ctl_pid, ctl_start, work_pid, work_start)
        SELECT id, run_token, 'w', 1, now(), 1, now() FROM import_job WHERE id = 1"""),
    "imports of a token": ("credentials", "credential", "UPDATE credential SET imports = NOT imports"),
    "rights of a token": ("credentials", "credential", "UPDATE credential SET role = 'admin'"
                          " WHERE id = (SELECT max(id) FROM credential WHERE role = 'viewer')"),
    "token of a disabled account": ("credentials", "credential", "UPDATE account SET active = false"
                                    " WHERE id = 1"),
    "right of a link": ("credentials", "credential", """
        UPDATE account SET password_hash = NULL WHERE id = 2;
        INSERT INTO credential (hash, kind, account_id, expires, role, active, imports)
        SELECT sha256('right'), 'link', 2, now() + '1 day', 'admin', true, true"""),
    "link beside a password": ("links", "account 1: has a one-time link beside its password", """
        UPDATE account SET password_hash = '$argon2id$' WHERE id = 1;
        INSERT INTO credential (hash, kind, account_id, expires, role, active, imports)
        SELECT sha256('beside'), 'link', id, now() + '1 day', role, active, true
          FROM account WHERE id = 1"""),
    "two links": ("links", "account 3: has 2 one-time links", """
        UPDATE account SET password_hash = NULL WHERE id = 3;
        INSERT INTO credential (hash, kind, account_id, expires, role, active, imports)
        SELECT sha256(n::text::bytea), 'link', id, now() + '1 day', role, active, true
          FROM account, generate_series(1, 2) n WHERE id = 3"""),
    "token that waits for a factor": ("links", "account 2: has a token, number", """
        INSERT INTO credential (hash, kind, account_id, pending, role, active, imports)
        SELECT sha256('waits'), 'token', id, true, role, active, true FROM account WHERE id = 2"""),
    "factor without a code": ("factors", "account 1: has a second factor in force without a code", """
        INSERT INTO second_factor (account_id, secret, confirmed) VALUES (1, sha256(''), true)"""),
    "factor taken out of force": ("factors", "account 2: gave a code, and has no second factor", """
        INSERT INTO second_factor (account_id, secret, last_step) VALUES (2, sha256(''), 7)"""),
    "recovery codes of no factor": ("factors", "account 3: has 1 recovery codes of a second factor that"
                                    " is not in force", """
        INSERT INTO second_factor (account_id, secret) VALUES (3, sha256(''));
        INSERT INTO recovery_code VALUES (3, sha256(''))"""),
    "name of a person": ("names", "job 1: shows a person otherwise",
                         "UPDATE account SET last_name = 'Other' WHERE id = 1"),
    "temporary tables for all": ("database", "PUBLIC: has TEMPORARY on the database",
                                 "GRANT TEMPORARY ON DATABASE damaged TO PUBLIC"),
    "no connection for handlers": ("database", "accession_api: has not CONNECT on the database",
                                   "REVOKE CONNECT ON DATABASE damaged FROM accession_api"),
    "tables by everybody": ("database", "PUBLIC: has CREATE on the schema",
                            "GRANT CREATE ON SCHEMA public TO PUBLIC"),
    "right lost": ("rights", "accession_api: has not SELECT on table job_event, which a migration gave",
                   "REVOKE SELECT ON job_event FROM accession_api"),
    "right to a column lost": ("rights", "accession_worker: has not SELECT on column account.email,",
                               "REVOKE SELECT (email) ON account FROM accession_worker"),
    "right to a function lost": ("rights", "accession_worker: has not EXECUTE on function job_ready(",
                                 "REVOKE EXECUTE ON FUNCTION job_ready FROM accession_worker"),
    "right to write given": ("rights", "accession_api: has DELETE on table job_event, which no migration",
                             "GRANT DELETE ON job_event TO accession_api"),
    "right to versions given": ("rights", "accession_worker: has UPDATE on column schema_version.oldest,",
                                "GRANT UPDATE (oldest) ON schema_version TO accession_worker"),
    "right given to others": ("rights", "others: has INSERT on table feature, which no migration gave", """
        DROP ROLE IF EXISTS others; CREATE ROLE others; GRANT INSERT, SELECT ON feature TO others"""),
    "right handed on": ("rights", "accession_api: has SELECT WITH GRANT OPTION on table feature, which",
                        "GRANT SELECT ON feature TO accession_api WITH GRANT OPTION"),
    "function for everybody": ("rights", "PUBLIC: has EXECUTE on function mine(), which no migration",
                               "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'"),
    "library for handlers": ("writers", "accession_api: can write standard_history",
                             "GRANT TRUNCATE ON standard_history TO accession_api"),
    "held back and applied": ("reviewed", "job 3: entry 1 was applied, but is held back or not in the diff",
                              HOLD % (3, 2, 1)),
    "applied in part, with holds": (
        "once", "job 3: was to add 1, update 1, delete 1 (held back: 0, 1, 0); it added 1, updated 1, deleted 1",
        "UPDATE import_summary SET held_updates = 1 WHERE job_id = 3 AND attempt = 2"),
    "hold not counted": ("holds", "job 6: attempt 1: 1 changes are held back, 1 of them in the diff; the summary"
                         " says 0", "UPDATE import_summary SET held_updates = 0 WHERE job_id = 6"),
    "hold counted as another": (
        "holds", "job 6: attempt 1: 1 changes are held back, 1 of them in the diff; the summary says 1",
        "UPDATE import_summary SET held_updates = 0, held_adds = 1 WHERE job_id = 6"),
    "hold of nothing": ("holds", "job 6: attempt 1: 2 changes are held back, 1 of them in the diff",
                        HOLD % (6, 1, 99)),
    "hold of another kind": ("holds", "job 6: attempt 1: 1 changes are held back, 0 of them in the diff",
                             "UPDATE import_hold SET op = 'd' WHERE job_id = 6"),
    "hold lost": ("holds", "job 6: attempt 1: 0 changes are held back, 0 of them in the diff; the summary says 1",
                  "DELETE FROM import_hold WHERE job_id = 6"),
    "hold of no job": ("holds", "job 76: attempt 1: 1 changes are held back, 0 of them in the diff", """
        INSERT INTO import_hold (job_id, attempt, week, content_model, entry, op, account_id)
        VALUES (76, 1, 202001, 'standard', 1, 'u', 1)"""),
    "version lost": ("versions", "job 6: is at version 3; 2 of these are told of, 3 in its events",
                     "DELETE FROM import_review WHERE job_id = 6 AND reviews = 2"),
    "all versions lost": ("versions", "job 6: is at version 3; 0 of these are told of, 3 in its events",
                          "DELETE FROM import_review WHERE job_id = 6"),
    "version not raised": ("versions", "job 6: is at version 2; 3 of these are told of, 3 in its events",
                           "UPDATE import_job SET reviews = 2 WHERE id = 6"),
    "version without an event": ("versions", "job 6: is at version 3; 3 of these are told of, 2 in its events",
                                 "DELETE FROM job_event WHERE job_id = 6 AND event = 'hold_released'"),
    "approval without an event": (
        "approvals", "job 6: user 3 approved version 3 of attempt 1, of which no event tells",
        "DELETE FROM job_event WHERE job_id = 6 AND event = 'approved'"),
    "approval of a version to come": (
        "approvals", "job 6: user 3 approved version 4 of attempt 1, which there never was",
        "UPDATE job_approval SET reviews = 4 WHERE job_id = 6"),
    "comment by nobody": ("path", "job 6: event commented",
                          "UPDATE job_event SET account_id = NULL WHERE job_id = 6 AND event = 'commented'"),
    "hold after the end": ("path", "job 5: event held", """
        INSERT INTO job_event (job_id, attempt, event, status, account_id)
        VALUES (5, 1, 'held', 'cancel', 1)"""),
    "incomplete index": ("indexes", "job_event_job: is incomplete: drop it, and make it anew as CREATE",
                         "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'job_event_job'::regclass"),
}


# All done to one copy of the database, since a copy for each takes longer; none hides another.
COPIES = [
    ["item changed by hand", "item lost", "item from nowhere", "deleted item is back", "history lost",
     "maker", "changer"],
    ["date", "modified", "number may be given again", "applied otherwise than reviewed"],
    ["number forgotten", "change lost", "deletion lost"],
    ["applied twice", "half a change"],
    ["applied by a job that did not succeed", "accepted by somebody else"],
    ["applied by a job that is not there", "applied by an earlier attempt"],
    ["diff in part", "bytes lost", "bytes of no file", "errors of no job", "failed rows of no job",
     "event lost", "lease of an ended job", "rights of a token", "link beside a password", "two links",
     "token that waits for a factor", "factor without a code", "factor taken out of force",
     "recovery codes of no factor"],
    ["diff without a summary", "piece lost", "errors of an attempt to come", "event changed",
     "no summary", "name of a person"],
    ["diff of no job", "file lost", "status changed by hand", "attempt changed by hand",
     "token of a disabled account"],
    ["diff in another week", "file of no job", "no events", "two jobs under way"],
    ["temporary tables for all", "no connection for handlers", "tables by everybody", "right lost",
     "right to a column lost", "right to a function lost", "right to write given",
     "right to versions given", "function for everybody", "library for handlers", "incomplete index"],
    ["held back and applied", "hold not counted", "version lost", "approval without an event", "comment by nobody"],
    ["applied in part, with holds", "hold of nothing", "version not raised", "approval of a version to come"],
    ["hold lost", "hold of no job", "version without an event", "hold after the end"],
    ["hold counted as another", "all versions lost"],
    ["hold of another kind"],
    ["right handed on"],
    ["right given to others", "imports of a token"],
    ["ended as if under way"],
    ["warnings of no job", "right of a link"],
    ["no file", "purged without a word", "acceptance changed", "applied in part"],
]


@pytest.mark.parametrize("copy", COPIES, ids=lambda copy: copy[0])
def test_damage_is_found_and_named(site, damaged, copy):
    for name in copy:
        damaged.execute(DAMAGES[name][2])
    code, said = accession(site, "damaged", "verify")
    assert code == 1, said
    for check, found, _ in (DAMAGES[name] for name in copy):
        section = re.search(rf"^WRONG +{check} .*\n(?:  .*\n)+", said, re.M)
        assert section, (check, said)
        assert f"\n         {found}" in section.group(), (found, said)
        assert "\n         To look: SELECT " in section.group()
    assert re.search(r"^accession: \d+ of \d+ checks found what does not agree", said, re.M)


def test_every_check_is_tried():
    assert sorted(sum(COPIES, [])) == sorted(DAMAGES)
    assert {check for check, _, _ in DAMAGES.values()} == set(CHECKS)


def test_only_the_first_are_shown(site, damaged):
    damaged.execute("UPDATE standard SET title = 'x'; UPDATE standard_history SET account_id = 7;")
    damaged.execute("INSERT INTO upload_chunk SELECT n, 0, 202001, 'x' FROM generate_series(100, 150) n")
    _, said = accession(site, "damaged", "verify")
    assert len(re.findall("there is no such file", said)) == 10
    assert "\n         and 41 more\n" in said


def test_database_that_is_not_there(site):
    code, said = accession(site, "nowhere", "verify")
    assert code == 1
    assert "nowhere" in said
