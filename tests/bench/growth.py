"""A database that has grown for years, and whether every page of the API is quick all the same."""

import contextlib
import dataclasses
import statistics
import time

from client import IMPORT

from bench import say

_JOB_ROWS = 100_000  # of each large diff

# Requests for a page by one client, and how many before them do not count: each handler prepares
# the page's statement, and plans it anew five times.
_QUICK, _QUICK_BEFORE = 20, 40
_SLOW, _SLOW_BEFORE = 5, 1

# Made without triggers, which keep past jobs legal but take a moment for each.
_FILL = [
    "SET session_replication_role = replica",
    """INSERT INTO standard (id, title, text, problem, priority, phase, active, match_conditions,
                              tags, created_by, last_updated_by)
       SELECT 'CT' || n, 'V' || n % 30 || ' Requirement ' || md5(n::text),
              'Verify that ' || repeat(md5(n::text) || ' ', 6), 'P' || n % 40, 1 + n % 10,
              'X' || n % 5, n % 7 > 0, 'A1 AND !A' || n % 90, 'level-' || n % 3, {account}, {account}
         FROM generate_series(1, {items}) n""",
    "UPDATE model_number SET last_number = {items}",
    """INSERT INTO import_job (status, active, triggered, triggered_by, uploaded_by, triggered_by_doc,
                                accepted, accepted_by, accepted_by_doc, completed, errors, format)
       SELECT status, false, at, {account}, {account}, account_doc({account}),
              CASE status WHEN 'success' THEN at END, CASE status WHEN 'success' THEN {account} END,
              CASE status WHEN 'success' THEN account_doc({account}) END, at,
              CASE status WHEN 'fail' THEN '[]'::json END, 'csv'
         FROM (SELECT now() - ({jobs} - n) * interval '1 ms' AS at,
                      CASE WHEN n % 10 < 8 THEN 'success' WHEN n % 10 = 8 THEN 'cancel'
                           ELSE 'fail' END AS status
                 FROM generate_series(1, {jobs}) n) jobs""",
    """INSERT INTO job_event (job_id, attempt, at, event, status, account_id, account_doc)
       SELECT j.id, 1, j.triggered, e.event, e.status, j.triggered_by, j.triggered_by_doc
         FROM import_job j, (VALUES ('created', 'pending'), ('started', 'generating_diff'),
                                    ('ready', 'ready_for_review'), ('succeeded', 'success'))
                            e (event, status)""",
    """INSERT INTO import_file (job_id, content_model, format, filename, bytes)
       SELECT id, 'standard', 'csv', 'standard.csv', 1000 FROM import_job""",
    """INSERT INTO import_summary (job_id, attempt, content_model, records, adds, updates, deletes)
       SELECT id, 1, 'standard', {job_rows}, {job_rows} / 2, {job_rows} / 2, 0 FROM import_job""",
    """INSERT INTO import_error (job_id, attempt, week, file, entry, row, line, field, details)
       SELECT j.id, 1, j.week, 'standard.csv', n, n, n, 'title', 'This field may not be blank.'
         FROM (SELECT * FROM import_job WHERE status = 'fail' ORDER BY id DESC LIMIT 1) j,
              generate_series(1, {job_rows}) n""",
    """INSERT INTO standard_diff (job_id, attempt, week, op, entry, id, old_title, old_text,
              old_problem, old_priority, old_phase, old_active, old_match_conditions, old_tags,
              new_title, new_text, new_problem, new_priority, new_phase, new_active,
              new_match_conditions, new_tags)
       SELECT j.id, 1, j.week, CASE n % 2 WHEN 0 THEN 'u' ELSE 'a' END, n, 'CT' || n,
              o.title, o.title, o.title, o.five, o.title, o.yes, o.title, o.title,
              'Requirement ' || md5(n::text), 'Verify that ' || md5(n::text), '', 5, 'X1', true, '', ''
         FROM (SELECT id, week FROM import_job ORDER BY id DESC LIMIT {diffs}) j,
              generate_series(1, {job_rows}) n,
              LATERAL (SELECT CASE n % 2 WHEN 0 THEN 'Old' END AS title,
                              CASE n % 2 WHEN 0 THEN 5 END AS five,
                              CASE n % 2 WHEN 0 THEN true END AS yes) o""",
    """INSERT INTO standard_history (id, job_id, attempt, account_id, op, entry, new_title, new_text,
              new_problem, new_priority, new_phase, new_active, new_match_conditions, new_tags)
       SELECT 'CT' || n, 1, 1, {account}, 'a', n, 'T', 'T', '', 5, 'X1', true, '', ''
         FROM generate_series(1, {items}) n""",
    "VACUUM ANALYZE",
]

# What is asked for, by name; `quick` pages read no more than they show. The others count or search:
# their time grows with what there is.
PAGES = {
    "job": (True, IMPORT + "{job}/"),
    "job-extras": (True, IMPORT + "{job}/?include=progress,files,counts,actions,warnings"),
    "current": (True, IMPORT + "current/"),
    "events": (True, IMPORT + "{job}/events/"),
    "diff-counts": (True, IMPORT + "{job}/diff/"),
    "diff-first": (True, IMPORT + "{job}/diff/standard/?limit=100"),
    "diff-last": (True, IMPORT + "{job}/diff/standard/?limit=100&after={job_rows_less}"),
    "diff-updates": (True, IMPORT + "{job}/diff/standard/?op=update&limit=100"),
    "item": (True, "library/tasks/CT{items}/"),
    "item-history": (True, "library/tasks/CT{items}/history/"),
    "items-first": (True, "library/tasks/?limit=100"),
    "items-last": (True, "library/tasks/?limit=100&after=CT{items_less}"),
    "items-search": (True, "library/tasks/?limit=20&search=requirement"),
    "users": (True, "users/?page_size=20"),
    "tokens": (True, "users/me/tokens/?page_size=20"),
    "jobs-page": (False, IMPORT + "?page_size=20"),
    "jobs-status": (False, IMPORT + "?page_size=20&status=fail"),
    "jobs-order": (False, IMPORT + "?page_size=20&ordering=-triggered"),
    "jobs-all": (False, IMPORT),
    "jobs-last": (False, IMPORT + "?page_size=20&page=last"),
    "errors-page": (False, IMPORT + "{failed}/errors/?page_size=100"),
    "diff-search": (False, IMPORT + "{job}/diff/standard/?limit=100&search=nowhere"),
    "items-page": (False, "library/tasks/?page_size=20"),
    "items-page-last": (False, "library/tasks/?page_size=20&page=last"),
    "items-title": (False, "library/tasks/?page_size=20&ordering=title"),
    "items-search-rare": (False, "library/tasks/?limit=20&search=nowhere"),
}


@dataclasses.dataclass
class Grown:
    items: int
    jobs: int
    diff_rows: int


def fill(bench, grown):
    """Puts that much into the database of a site; which job and items the pages are to show."""
    bench.clear()
    names = {"items": grown.items, "jobs": grown.jobs, "account": bench.site.ids["admin"],
             "job_rows": min(_JOB_ROWS, grown.diff_rows)}
    names["diffs"] = max(1, grown.diff_rows // names["job_rows"])
    connection = bench.db.connect("postgres")
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        for statement in _FILL:
            say(" ".join(statement.split()[:3]))
            cursor.execute(statement.format(**names))
    last = "SELECT max(id) FROM import_job WHERE status = %s"
    return {**names, "job": bench.db.value(last, "success"), "failed": bench.db.value(last, "fail"),
            "items_less": grown.items - 101, "job_rows_less": names["job_rows"] - 101}


def ask(bench, path, requests, before):
    """Milliseconds of each of so many requests, after some that do not count."""
    headers = {"Authorization": f"Token {bench.site.admin.token}"}
    connection = bench.connect()
    milliseconds = []
    for number in range(before + requests):
        began = time.monotonic()
        connection.request("GET", f"/api/v2/{path}", headers=headers)
        response = connection.getresponse()
        response.read()
        if response.status not in (200, 404):
            raise RuntimeError(f"{path} was answered {response.status}")
        if number >= before:
            milliseconds.append((time.monotonic() - began) * 1000)
    connection.close()
    return milliseconds


def pages(bench, grown, quick):
    """The slowest median of the pages that are quick, or of the others; and each of them."""
    requests = (_QUICK, _QUICK_BEFORE) if quick else (_SLOW, _SLOW_BEFORE)
    found = {name: statistics.median(ask(bench, path.format(**grown), *requests))
             for name, (one, path) in PAGES.items() if one == quick}
    return max(found.values()), found
