"""The list of jobs, the current job, and how a job looks."""

import urllib.parse

import pytest

from client import (CURRENT, ENDED, IMPORT, TIME, check_job, compact)

CSV = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"
CURRENT_URL = IMPORT + "current/"


@pytest.fixture
def jobs(site, db):
    """Twelve jobs of two people, triggered in a different order from their ids."""
    made = []
    for n in range(12):
        status = ("success", "fail", "cancel", "ready_for_review")[n % 3 if n < 11 else 3]
        who = "admin" if n % 2 else "editor"
        when = f"2025-03-{(n * 7) % 12 + 1:02} 10:00:00.{n:06}+00"
        made.append({"id": db.make_job(status, site.ids[who], when), "status": status,
                     "triggered_by": site.ids[who], "triggered": when})
    return made


def ids(answer):
    assert answer.status == 200, answer
    return [job["id"] for job in answer.json["results"]]


def newest_first(jobs):
    return [job["id"] for job in reversed(jobs)]


def test_empty_list(api):
    answer = api.get(IMPORT)
    assert (answer.status, answer.raw) == (200, b'{"results":[]}')


def test_list_is_newest_first_and_nothing_but_results(api, jobs):
    answer = api.get(IMPORT)
    assert list(answer.json) == ["results"]
    assert ids(answer) == newest_first(jobs)
    for job in answer.json["results"]:
        check_job(job)


def test_listed_jobs_are_the_jobs(api, jobs):
    listed = api.get(IMPORT).json["results"]
    raw = [api.get(f"{IMPORT}{job['id']}/").raw for job in listed]
    assert raw == [compact(job) for job in listed]


@pytest.mark.parametrize("ordering", [
    "id", "-id", "status", "-status", "triggered", "-triggered", "triggered_by", "-triggered_by",
    "status,triggered", "-status,-triggered", "triggered_by,-status,triggered", "status,id",
    "triggered_by,-id"])
def test_ordering(api, jobs, ordering):
    expected = sorted(jobs, key=lambda job: -job["id"])  # ties: newest first
    for field in reversed(ordering.split(",")):
        expected.sort(key=lambda job, name=field.lstrip("-"): job[name],
                      reverse=field.startswith("-"))
    assert ids(api.get(IMPORT, params={"ordering": ordering})) == [job["id"] for job in expected]


@pytest.mark.parametrize("query, statuses", [
    ("status=success", {"success"}),
    ("status=fail", {"fail"}),
    ("status=ready_for_review", {"ready_for_review"}),
    ("status=pending", set()),
    ("status__in=success", {"success"}),
    ("status__in=success,cancel", {"success", "cancel"}),
    ("status__in=success%2Ccancel", {"success", "cancel"}),
    ("status__in=pending,generating_diff", set()),
    ("status=fail&status__in=fail,cancel", {"fail"}),
    ("status=success&status__in=fail,cancel", set()),
    ("status=", None), ("status__in=", None), ("ordering=", None),
    ("status=&status__in=&ordering=", None),
    ("unknown=1&format=json", None),
])
def test_filters(api, jobs, query, statuses):
    expected = [job["id"] for job in reversed(jobs)
                if statuses is None or job["status"] in statuses]
    assert ids(api.get(f"{IMPORT}?{query}")) == expected


@pytest.mark.parametrize("query, name, value", [
    ("status=done", "status", "done"),
    ("status=Success", "status", "Success"),
    ("status=success,fail", "status", "success,fail"),
    ("status__in=success,done", "status__in", "done"),
    ("status__in=nope,done", "status__in", "nope"),
    ("ordering=completed", "ordering", "completed"),
    ("ordering=id,-email", "ordering", "-email"),
    ("ordering=--id", "ordering", "--id"),
    ("status=%22%C3%A9%22", "status", '"\u00e9"'),
])
def test_unknown_value_is_400(api, jobs, query, name, value):
    answer = api.get(f"{IMPORT}?{query}")
    assert answer.status == 400, answer
    assert answer.json == {name: [
        f"Select a valid choice. {value} is not one of the available choices."]}


def test_several_unknown_values(api):
    answer = api.get(IMPORT, params={"status": "a", "status__in": "b", "ordering": "c"})
    assert answer.status == 400
    assert set() < set(answer.json) <= {"status", "status__in", "ordering"}


@pytest.mark.parametrize("size, sizes", [
    (1, [1] * 12), (5, [5, 5, 2]), (12, [12]), (1000, [12])])
def test_paging(site, api, jobs, size, sizes):
    url, seen, before = f"{site.url}/api/v2/{IMPORT}?page_size={size}", [], []
    for expected in sizes:
        answer = api.get(url[len(site.url):])
        body = answer.json
        assert list(body) == ["count", "next", "previous", "results"]
        assert body["count"] == 12
        assert len(body["results"]) == expected
        if before:
            previous = api.get(body["previous"][len(site.url):])
            assert ids(previous) == before
        else:
            assert body["previous"] is None
        before = ids(answer)
        seen += before
        if body["next"]:
            assert body["next"].startswith(site.url + "/api/v2/library/import/?")
        url = body["next"]
    assert url is None
    assert seen == newest_first(jobs)


def test_paging_keeps_filters(api, jobs):
    body = api.get(IMPORT, params={"status__in": "fail,success", "ordering": "-triggered",
                                   "page_size": 3, "page": 2}).json
    assert body["count"] == 8
    for link, page in ((body["next"], "3"), (body["previous"], None)):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(link).query))
        assert query.pop("page", None) in (page, page or "1")
        assert query == {"status__in": "fail,success", "ordering": "-triggered", "page_size": "3"}


@pytest.mark.parametrize("page", ["0", "4", "-1", "abc", "99999999999999999999", "1.5"])
def test_page_out_of_range(api, jobs, page):
    answer = api.get(IMPORT, params={"page_size": 5, "page": page})
    assert (answer.status, answer.raw) == (404, compact({"detail": "Invalid page."}))


def test_first_page_of_nothing(api):
    answer = api.get(IMPORT, params={"page_size": 5})
    assert answer.raw == b'{"count":0,"next":null,"previous":null,"results":[]}'
    assert api.get(IMPORT, params={"page_size": 5, "page": 2}).status == 404


@pytest.mark.parametrize("query", ["page=2", "page_size=", "page_size=0", "page_size=-3",
                                   "page_size=x"])
def test_without_a_page_size_there_are_no_pages(api, jobs, query):
    answer = api.get(f"{IMPORT}?{query}")
    assert list(answer.json) == ["results"]
    assert ids(answer) == newest_first(jobs)


def test_long_list_is_whole(site, db, api):
    db.run("""INSERT INTO import_job (triggered_by, format)
              VALUES (%(who)s, 'csv');
              UPDATE import_job SET status = 'cancel', completed = now();
              ALTER TABLE import_job DISABLE TRIGGER USER;
              INSERT INTO import_job (triggered_by, uploaded_by, triggered_by_doc, format, status, active,
                                      completed)
              SELECT triggered_by, uploaded_by, triggered_by_doc, format, status, false, now()
                FROM import_job, generate_series(1, 4999);
              ALTER TABLE import_job ENABLE TRIGGER USER""" % {"who": site.ids["admin"]})
    assert ids(api.get(IMPORT)) == list(range(5000, 0, -1))


# current/

@pytest.mark.parametrize("status", CURRENT)
def test_current_is_the_job_under_way(site, db, api, status):
    with site.worker_stopped():
        db.make_job("success", site.ids["admin"])
        job_id = db.make_job(status, site.ids["editor"])
        answer = api.get(CURRENT_URL)
        assert answer.status == 200
        assert answer.raw == api.get(f"{IMPORT}{job_id}/").raw
        assert check_job(answer.json)["status"] == status


@pytest.mark.parametrize("status", ENDED)
def test_current_is_not_found_when_all_have_ended(site, db, api, status):
    db.make_job(status, site.ids["editor"])
    answer = api.get(CURRENT_URL)
    assert (answer.status, answer.raw) == (404, compact({"detail": "Not found."}))


# One job

def test_life_of_a_job(site, api, editor, db):
    person = {"id": site.ids["editor"], "email": "editor@example.com", "first_name": "Edgar",
              "last_name": "Editor"}
    with site.worker_stopped():
        job = check_job(editor.start(CSV))
        assert {**job, "triggered": None} == {
            "id": 1, "status": "pending", "triggered": None, "triggered_by": person,
            "accepted": None, "accepted_by": None, "completed": None, "errors": None}
        assert api.job(1) == job
        db.run("UPDATE import_job SET status = 'cancel', completed = now()")
    job = check_job(editor.ready(CSV))
    assert (job["triggered_by"], job["accepted"]) == (person, None)
    done = check_job(api.accept(job["id"]))
    assert done["accepted_by"]["email"] == site.env["ACCESSION_EMAIL"]
    assert done["triggered"] == job["triggered"] <= done["accepted"] <= done["completed"]


@pytest.mark.parametrize("stored, shown", [
    ("2025-01-02 03:04:05+00", "2025-01-02T03:04:05.000000+00:00"),
    ("2025-01-02 03:04:05.1+00", "2025-01-02T03:04:05.100000+00:00"),
    ("2025-07-02 03:04:05.000001+02", "2025-07-02T01:04:05.000001+00:00"),
    ("1999-12-31 23:59:59.999999+00", "1999-12-31T23:59:59.999999+00:00"),
])
def test_times_have_six_digits(site, db, api, stored, shown):
    job_id = db.make_job("success", site.ids["admin"])
    db.run("UPDATE import_job SET triggered = %s, accepted = %s, completed = %s", *[stored] * 3)
    job = api.job(job_id)
    assert (job["triggered"], job["accepted"], job["completed"]) == (shown,) * 3


def test_names_of_people_are_escaped(site, db, api):
    db.make_job("success", site.ids["editor"])
    strange = 'Zo\u00eb "Q" \\ </script>\t\u2028\U0001f600'
    try:
        db.run("UPDATE account SET first_name = %s WHERE id = %s", strange, site.ids["editor"])
        assert api.get(IMPORT).json["results"][0]["triggered_by"]["first_name"] == strange
    finally:
        db.run("UPDATE account SET first_name = 'Edgar' WHERE id = %s", site.ids["editor"])
    assert api.job(1)["triggered_by"]["first_name"] == "Edgar"


# ?wait= and ?include=

def test_wait_answers_when_the_status_is_reached(api):
    job = api.start(CSV)
    answer = api.get(f"{IMPORT}{job['id']}/?wait=ready_for_review&timeout=60")
    assert answer.status == 200
    assert answer.json["status"] == "ready_for_review"


def test_wait_ends_with_the_job_or_the_time(site, api):
    job = api.start(b"no header at all\n")
    answer = api.get(f"{IMPORT}{job['id']}/?wait=success&timeout=60")
    assert (answer.status, answer.json["status"]) == (200, "fail")
    with site.worker_stopped():
        job = api.start(CSV)
        answer = api.get(f"{IMPORT}{job['id']}/?wait=success&timeout=1")
    assert (answer.status, answer.json["status"]) == (200, "pending")
    assert 0.9 < answer.seconds < 30  # how long it waits by default


def test_wait_for_an_unknown_status_is_400(api):
    job = api.ready(CSV)
    answer = api.get(f"{IMPORT}{job['id']}/?wait=done&timeout=1")
    assert answer.status == 400
    assert list(answer.json) == ["wait"]


INCLUDES = ["progress", "files", "counts", "actions", "attempts", "warnings"]


@pytest.mark.parametrize("include", INCLUDES + [",".join(INCLUDES)])
def test_include_adds_what_is_asked_for(api, include):
    job = api.ready(CSV)
    wanted = include.split(",")
    for path in (f"{IMPORT}{job['id']}/", CURRENT_URL):
        got = api.get(path, params={"include": include}).json
        extra = list(got)[len(job):]
        assert sorted(extra) == sorted(wanted)
        assert {key: got[key] for key in job} == job


def test_include_tells_about_files_counts_and_attempts(api):
    job = api.ready(CSV)
    got = api.job(job["id"], include="files,counts,actions,attempts,warnings,nothing")
    (one,) = got["files"]
    assert one == {"content_model": "standard", "filename": "standard.csv", "format": "csv",
                   "bytes": len(CSV), "purged": False}
    (one,) = got["counts"]
    assert one == {"content_model": "standard", "records": 1, "add": 1, "update": 0, "delete": 0}
    assert got["actions"] == {"accept_changes": True, "cancel": True, "retry": False}
    assert got["attempts"] == 1
    assert got["warnings"] == []
    assert "nothing" not in got
    api.change(job["id"], "cancel")
    assert api.change(job["id"], "retry").status == 200
    assert api.job(job["id"], include="attempts")["attempts"] == 2


def test_include_in_a_list(api, jobs):
    for job in api.get(IMPORT, params={"include": "actions", "page_size": 3}).json["results"]:
        check_job(job, ["actions"])
        ended = job["status"] in ("fail", "cancel")
        assert job["actions"]["retry"] == ended


def test_progress_while_it_runs(db, api):
    with db.locked("standard", "ACCESS EXCLUSIVE"):
        job = api.start(CSV)
        api.wait_for(job["id"], "generating_diff")
        got = api.job(job["id"], include="progress")
        assert got["progress"] is None or isinstance(got["progress"], dict)
    job = api.wait_for(job["id"], "ready_for_review")
    assert api.job(job["id"], include="progress")["progress"] is None


# events/, files/

def test_events_tell_the_whole_story(api, editor):
    job = editor.ready(CSV)
    editor.change(job["id"], "cancel")
    api.change(job["id"], "retry")
    api.wait_for(job["id"], "ready_for_review")
    api.accept(job["id"])
    answer = api.get(f"{IMPORT}{job['id']}/events/")
    events = answer.json["results"]
    assert [event["event"] for event in events] == [
        "created", "started", "ready", "cancelled", "retried", "started", "ready", "accepted",
        "succeeded"]
    times = [next(v for v in event.values() if isinstance(v, str) and TIME.fullmatch(v))
             for event in events]
    assert times == sorted(times)


@pytest.mark.parametrize("content", [CSV, b"\xef\xbb\xbf" + CSV, b"\x00\xff not a csv\r\n\r"])
def test_original_file_comes_back_byte_for_byte(api, content):
    job = api.wait_for(api.start(content)["id"], "ready_for_review", "fail")
    answer = api.get(f"{IMPORT}{job['id']}/files/standard/", check=False)
    assert answer.status == 200
    assert answer.raw == content
    assert answer.headers["Content-Length"] == str(len(content))
    assert "standard.csv" in answer.headers["Content-Disposition"]
    assert api.get(f"{IMPORT}{job['id']}/files/tasks/").status == 404


# Asking again and again

def test_job_has_a_tag_for_those_who_ask_again(api):
    job = api.ready(CSV)
    path = f"{IMPORT}{job['id']}/?include=counts"
    first = api.get(path)
    tag = first.headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = api.get(path, headers={"If-None-Match": known})
        assert (again.status, again.raw, again.headers["ETag"]) == (304, b"", tag)
    assert api.get(path, headers={"If-None-Match": '"other"'}).raw == first.raw
    assert api.get(f"{IMPORT}{job['id']}/", headers={"If-None-Match": tag}).status == 200
    api.change(job["id"], "cancel")
    changed = api.get(path, headers={"If-None-Match": tag})
    assert (changed.status, changed.json["status"]) == (200, "cancel")
    assert changed.headers["ETag"] != tag
