"""A long purge: it is left alone, unless there is a job to do."""

import contextlib

import pytest

import imports
import processes
import programs

HOLD = 4711  # an advisory lock


@pytest.fixture
def slow(db):
    """Makes purging wait for as long as somebody else holds the lock."""
    db.run(f"""CREATE FUNCTION purge_waits() RETURNS trigger LANGUAGE plpgsql
               SET lock_timeout = 0 AS $$
               BEGIN
                   PERFORM pg_advisory_xact_lock({HOLD});
                   RETURN NEW;
               END
               $$;
               CREATE TRIGGER purge_waits BEFORE UPDATE OF purged ON import_job
                   FOR EACH ROW EXECUTE FUNCTION purge_waits()""")
    yield
    db.run("DROP FUNCTION purge_waits CASCADE")


@pytest.fixture
def old_job(api, db):
    db.seed(*imports.BEFORE)
    job = api.ready(imports.FILE)["id"]
    api.change(job, "cancel")
    db.age(job, 100)
    return job


@pytest.fixture
def held(db, slow):
    """Holds the lock from before the worker starts; close() releases it."""
    holder = db.connect()
    with contextlib.closing(holder), holder.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({HOLD})")
        yield holder


@pytest.fixture
def worker(site, old_job, held):
    """A worker that looks for old jobs all the time."""
    with programs.replaced(site, "worker", ACCESSION_RETENTION_CHECK_MS=100):
        yield


def purging(postgres, seconds=0):
    return postgres.activity(f"""wait_event = 'advisory' AND query LIKE '%week_purge%'
                                 AND query_start < clock_timestamp() - interval '{seconds} s'""")


def is_purged(db, job):
    return db.value("SELECT purged IS NOT NULL FROM import_job WHERE id = %s", job)


def warnings(site):
    return [line for line in (site.folder / "log" / "worker.log").read_text().splitlines()
            if "warning" in line]


def connections(postgres):
    return postgres.backends("accession worker control") + postgres.backends("accession worker")


def test_purge_takes_as_long_as_it_takes(site, db, postgres, old_job, held, worker):
    """The purge takes longer than a connection may be silent."""
    before = warnings(site)
    processes.wait_until(lambda: purging(postgres, 3), what="a long purge")
    during = connections(postgres)
    held.close()
    processes.wait_until(lambda: is_purged(db, old_job), what="its end")
    assert connections(postgres) == during
    assert warnings(site) == before


def test_purge_gives_way_to_a_job(site, api, db, postgres, old_job, held, worker):
    before = warnings(site)
    processes.wait_until(lambda: purging(postgres), what="the purge")
    during = connections(postgres)
    job = api.start(imports.FILE)["id"]
    imports.check_ready(api, job)
    processes.wait_until(lambda: purging(postgres), what="the purge to begin again")
    assert not is_purged(db, old_job)
    held.close()
    processes.wait_until(lambda: is_purged(db, old_job), what="the end of the purge")
    assert connections(postgres) == during
    assert warnings(site) == before
    assert api.change(job, "accept_changes").status == 200
    imports.check_applied(api, db, job)
