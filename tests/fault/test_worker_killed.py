"""A worker dies, or is held still, at every point of both phases; alone, and with another on
standby. The job ends, the library is right, and every change is in the history once."""

import pytest

import imports
from points import PHASES


@pytest.fixture(scope="module", params=["one_worker", "two_workers"])
def site(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("phase, point", PHASES)
def test_killed(api, db, points, phase, point):
    begin = imports.prepare(api, db, phase)
    points.arm(point, "kill")
    job = begin()
    points.hit(point)
    imports.finish(api, db, job, phase)


@pytest.mark.parametrize("point", ["ending", "committing", "committed"])
def test_killed_while_the_job_fails(api, db, points, point):
    """The end of a job with a bad file is written in a transaction as well."""
    points.arm(point, "kill")
    job = api.start(b"id,title\nCT1,\n")["id"]
    points.hit(point)
    errors = api.wait_for(job, "fail")["errors"]
    assert [error["details"] for error in errors[:1]] == ["This field may not be blank."]
    kept = db.rows("SELECT count(*), count(DISTINCT (entry, field)) FROM import_error")
    assert kept == [(len(errors), len(errors))]
