"""PgBouncer with pool_mode=transaction between the handlers and the database: each transaction may
get another server connection, so nothing may be kept on one. Needs ACCESSION_PREPARED=off."""

import contextlib
import threading

import psycopg2
import pytest

import pgbouncer
import sites
from browser import Browser
from client import IMPORT
from library import item, read_csv, to_csv

LIBRARY = [item(f"CT{n}", f"Item {n}") for n in range(1, 41)]
FILE = to_csv([item("CT1", "changed"), *LIBRARY[1:], item("CT41", "new")])
STRANGE = {"search_path": '"$user"', "standard_conforming_strings": "off",
           "default_transaction_isolation": "serializable", "default_transaction_read_only": "on",
           "DateStyle": "German", "TimeZone": "Asia/Tokyo", "quote_all_identifiers": "on"}


@pytest.fixture(scope="module")
def site():
    with sites.running({"FAST_PROCESSES": 5, "SLOW_PROCESSES": 5, "STATEMENT_TIMEOUT_MS": 3000}) as running:
        yield running


@contextlib.contextmanager
def strange_role(site, role):
    """Makes new connections of the role begin with settings that no program can work with."""
    with contextlib.closing(site.db.connect("postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for name, value in STRANGE.items():
                cursor.execute(f"ALTER ROLE {role} SET {name} = %s", (value,))
            try:
                yield
            finally:
                cursor.execute(f"ALTER ROLE {role} RESET ALL")


@pytest.fixture(scope="module", autouse=True)
def shared(site):
    """Puts the site's handlers behind a pool of three server connections, used in turn. The role's
    settings are such that nothing works unless a transaction sets what it needs for itself."""
    with strange_role(site, "accession_api"), \
            pgbouncer.running(site, "transaction", size=3, round_robin=1) as host, \
            pgbouncer.replaced(site, ["api"], host, ACCESSION_PREPARED="off") as log:
        yield host
    assert " error " not in log(), log()


def reads(site, job):
    """Sends every kind of reading request twenty times; returns those not answered with 200."""
    api, failed = site.admin.fork(), []
    for n in range(20):
        for path in (f"{IMPORT}{job}/", f"{IMPORT}{job}/?include=files,counts", IMPORT,
                     f"{IMPORT}{job}/diff/", f"{IMPORT}{job}/diff/standard/?limit=5",
                     f"{IMPORT}{job}/diff/standard/", f"{IMPORT}{job}/events/",
                     f"library/tasks/?page_size=7&page={n % 5 + 1}", "library/tasks/CT2/",
                     "library/tasks/", "users/me/", "/healthz"):
            answer = api.get(path)
            if answer.status != 200:
                failed.append((path, answer))
    return failed


def together(*functions):
    """Runs the functions in threads; returns their results."""
    results = [None] * len(functions)

    def run(place):
        results[place] = functions[place]()
    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_an_import_while_others_read(site, api, db):
    db.seed(*LIBRARY)
    job = api.ready(FILE)["id"]
    assert api.counts(job) == (1, 1, 0)
    assert together(*[lambda: reads(site, job)] * 6) == [[]] * 6
    assert together(lambda: reads(site, job), lambda: api.accept(job)["status"]) == [[], "success"]
    answer = api.get("library/export/standard.csv", check=False)
    assert answer.status == 200
    assert dict(read_csv(answer.raw)) == db.library()
    assert db.library()["CT1"]["title"] == "changed" and len(db.library()) == 41


def test_rows_are_streamed_page_by_page(api, db):
    db.seed(*LIBRARY)
    found = []
    for page in range(1, 7):
        answer = api.get(f"library/tasks/?page_size=7&page={page}")
        assert answer.status == 200
        found += [one["id"] for one in answer.json["results"]]
    assert sorted(found) == sorted(one["id"] for one in LIBRARY)


def test_sign_in_and_changes_of_accounts(site, api):
    browser = Browser(site.url)
    browser.sign_in(site.env["ACCESSION_EMAIL"], site.env["ACCESSION_PASSWORD"])
    made = api.post("users/", json={"email": "pooled@example.com", "first_name": "Po",
                                    "last_name": "Oled", "role": "viewer",
                                    "password": "a pool of transactions"})
    assert made.status == 200, made
    changed = api.patch(f"users/{made.json['id']}/", json={"role": "editor"})
    assert (changed.status, changed.json["role"]) == (200, "editor")


def test_what_is_refused_changes_nothing(api, db):
    job = api.ready(FILE)["id"]
    again = api.upload(FILE)
    assert (again.status, again.json["code"]) == (409, "job_in_progress")
    assert api.change(job, "retry").status == 409
    assert api.change(job, "cancel").json["status"] == "cancel"
    assert db.value("SELECT count(*) FROM import_file") == 1


def test_what_others_set_in_the_pool_does_not_matter(shared, api):
    """Another client of the same pool leaves settings behind on its server connections."""
    with contextlib.closing(psycopg2.connect(host=str(shared), dbname="accession",
                                             user="accession_api")) as other:
        other.autocommit = True
        for _ in range(6):
            with other.cursor() as cursor:
                cursor.execute("SET search_path = nowhere")
                cursor.execute("SET statement_timeout = '1h'")
    for _ in range(10):
        assert api.get(IMPORT).status == 200


def test_time_is_up_as_without_a_pooler(site, api, db):
    """A short request is ended after ACCESSION_STATEMENT_TIMEOUT_MS."""
    log = site.folder / "log" / "api.log"
    begin = log.stat().st_size
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        answer = api.get("library/tasks/CT1/")
    assert answer.status == 503
    assert "statement timeout" in log.read_bytes()[begin:].decode()
    assert api.get("library/tasks/CT1/").status == 404


def test_commands_of_the_operator(site, shared):
    with strange_role(site, "accession_owner"):
        for args in (["status"], ["verify"], ["user", "list"], ["migrate", "--status"],
                     ["token", "list"]):
            done = pgbouncer.operate(site, shared, *args, ACCESSION_PREPARED="off")
            assert done.returncode == 0, (args, done)


def test_a_wait_ends_where_nobody_can_listen(api):
    job = api.start(FILE)["id"]
    answer = api.get(f"{IMPORT}{job}/?wait=ready_for_review&timeout=30")
    assert (answer.status, answer.json["status"]) == (200, "ready_for_review")
