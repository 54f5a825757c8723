"""People's names are copied into jobs, so that reading a job needs no join. The copies follow every
change of a name, and renaming somebody holds up nobody, however many jobs they have."""

import contextlib
import threading

import pytest

import processes
import sites
from client import Client
from library import item, to_csv
from people import Person

pytestmark = pytest.mark.usefixtures("only_known_people")

ONE = to_csv([item("CT1")])
AT_ONCE = 1000  # of the newest jobs: sql/002_jobs.sql
SETTINGS = {"RETENTION_CHECK_MS": 200}  # which is when the worker looks whether there are others


@pytest.fixture(scope="module")
def site():
    with sites.running(SETTINGS) as running:
        yield running


@pytest.fixture
def person(site):
    return Person(site, "editor")


def wait_for_a_waiting_handler(db):
    processes.wait_until(db.somebody_waits)


@contextlib.contextmanager
def about_to_be_renamed(db, person):
    """Holds the lock on the person that a change of name takes first; yields a function that goes
    on with the change."""
    with contextlib.closing(db.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT FROM account WHERE id = %s FOR NO KEY UPDATE", (person.id,))

        def rename(first_name):
            cursor.execute("UPDATE account SET first_name = %s WHERE id = %s",
                           (first_name, person.id))
            connection.commit()

        yield rename


def in_background(do):
    answers = []
    thread = threading.Thread(target=lambda: answers.append(do()))
    thread.start()
    return thread, answers


def test_upload_waits_for_a_name_that_is_being_changed(site, db, person):
    client = Client(site.url, db.make_token(person.id))
    with site.worker_stopped():
        with about_to_be_renamed(db, person) as rename:
            thread, answers = in_background(lambda: client.upload(ONE))
            wait_for_a_waiting_handler(db)
            rename("Renamed")
        thread.join()
        assert answers[0].status == 200
        assert answers[0].json["triggered_by"]["first_name"] == "Renamed"
        assert db.value("SELECT triggered_by_doc ->> 'first_name' FROM import_job") == "Renamed"


@pytest.mark.parametrize("status, change", [("ready_for_review", "accept_changes"), ("fail", "retry")])
def test_a_change_of_a_job_and_of_its_persons_name_do_not_deadlock(site, db, person, status, change):
    """Both lock the account first and then the job, which a change of name comes to as well."""
    client = Client(site.url, db.make_token(person.id))
    with site.worker_stopped():
        job = db.make_job(status, person.id)
        with about_to_be_renamed(db, person) as rename:
            thread, answers = in_background(
                lambda: client.patch(f"library/import/{job}/", json={"status": change}))
            wait_for_a_waiting_handler(db)
            rename("Renamed")
        thread.join()
        assert answers[0].status == 200, answers[0]
        by = answers[0].json["accepted_by" if change == "accept_changes" else "triggered_by"]
        assert by["first_name"] == "Renamed"


def many_jobs(db, person, count):
    db.run("""ALTER TABLE import_job DISABLE TRIGGER USER;
              INSERT INTO import_job (triggered_by, uploaded_by, triggered_by_doc, format, status, active,
                                      completed)
              SELECT %(who)s, %(who)s, account_doc(%(who)s), 'csv', 'cancel', false, now()
                FROM generate_series(1, %(count)s);
              ALTER TABLE import_job ENABLE TRIGGER USER""" % {"who": person.id, "count": count})


def test_renaming_somebody_with_many_jobs_holds_up_nobody(site, db, api, person):
    """The newest jobs change with the person; the worker changes the others, a thousand at a time,
    and none of those is locked or waited for meanwhile."""
    many_jobs(db, person, 3 * AT_ONCE - 1)
    renamed = "SELECT count(*) FROM import_job WHERE triggered_by_doc ->> 'first_name' = 'Renamed'"
    with site.worker_stopped():
        job = db.make_job("ready_for_review", person.id)
        assert api.patch(f"users/{person.id}/", json={"first_name": "Renamed"}).status == 200
        assert db.value(renamed) == AT_ONCE
        assert api.job(job)["triggered_by"]["first_name"] == "Renamed"
        assert db.rows("SELECT account_id FROM account_renamed") == [(person.id,)]
        assert [db.value("SELECT account_names_refresh()") for _ in range(3)] == [AT_ONCE, AT_ONCE, 0]
        assert db.value(renamed) == 3 * AT_ONCE
        assert db.value("SELECT count(*) FROM account_renamed") == 0


def test_a_person_with_few_jobs_is_renamed_at_once(site, db, api, person):
    many_jobs(db, person, AT_ONCE - 1)
    assert api.patch(f"users/{person.id}/", json={"first_name": "Renamed"}).status == 200
    assert db.value("""SELECT count(*) FROM import_job
                        WHERE triggered_by_doc ->> 'first_name' = 'Renamed'""") == AT_ONCE - 1
    assert db.value("SELECT count(*) FROM account_renamed") == 0


def test_the_worker_renames_the_rest(site, db, api, person):
    many_jobs(db, person, 2 * AT_ONCE + 1)
    assert api.patch(f"users/{person.id}/", json={"first_name": "Renamed"}).status == 200
    processes.wait_until(lambda: db.value("""SELECT count(*) = 0 FROM import_job
                                              WHERE triggered_by_doc ->> 'first_name' <> 'Renamed'"""))
    processes.wait_until(lambda: db.value("SELECT count(*) = 0 FROM account_renamed"))
