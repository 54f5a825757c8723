"""Which pool of handlers replies to a request: the table of routes decides, and nginx follows."""

import concurrent.futures
import itertools
import json
import time

import pytest

import processes
from client import IMPORT, ask
from library import item, to_csv

CSV = to_csv([item("CT1"), item("CT2")])
BAD = to_csv([item("CT1", priority="x"), item("CT2", priority="x")])

# The path, its query, and who replies; {job} is ready for review, {failed} has errors.
GETS = [
    (IMPORT, "", "slow"),
    (IMPORT, "status=fail&page_size=", "slow"),
    (IMPORT, "page_size=abc", "slow"),
    (IMPORT, "page_size=5&page_size=0", "slow"),
    (IMPORT, "page_size=5", "fast"),
    (IMPORT, "page_size=x&%70age_size=500", "fast"),
    (IMPORT, "page_size=501", "slow"),
    (IMPORT + "current/", "", "fast"),
    (IMPORT + "{job}/", "", "fast"),
    (IMPORT + "{job}/", "include=files,warnings", "fast"),
    (IMPORT + "{job}/", "wait=ready_for_review", "fast"),
    (IMPORT + "{job}/diff/", "", "fast"),
    (IMPORT + "{job}/diff/standard/", "", "slow"),
    (IMPORT + "{job}/diff/standard/", "limit=&op=add", "slow"),
    (IMPORT + "{job}/diff/standard/", "limit=5", "fast"),
    (IMPORT + "{job}/diff/standard/", "limit=%35", "fast"),
    (IMPORT + "{job}/diff/standard/", "limit=500&after=3&op=add&search=&field=", "fast"),
    (IMPORT + "{job}/diff/standard/", "limit=501", "slow"),
    (IMPORT + "{job}/diff/standard/", "limit=5&search=x", "slow"),
    (IMPORT + "{job}/diff/standard/", "limit=5&field=title", "slow"),
    (IMPORT + "{job}/diff/standard/", "limit=5&warning=invisible", "slow"),
    (IMPORT + "{job}/diff/standard/fields/", "", "slow"),
    (IMPORT + "{job}/held/", "", "slow"),
    (IMPORT + "{failed}/errors/", "", "slow"),
    (IMPORT + "{failed}/errors/", "page_size=1", "fast"),
    (IMPORT + "{failed}/errors/", "page_size=501", "slow"),
    (IMPORT + "{failed}/errors/", "page_size=1&kind=invisible", "slow"),
    (IMPORT + "{failed}/errors/", "page_size=1&content_model=standard", "slow"),
    (IMPORT + "{failed}/errors/", "page_size=1&entry__in=1", "slow"),
    (IMPORT + "{failed}/errors/", "page_size=1&format=csv", "slow"),
    (IMPORT + "{failed}/errors/", "format=csv", "slow"),
    (IMPORT + "{failed}/events/", "", "fast"),
    (IMPORT + "{failed}/files/standard/", "", "slow"),
    ("library/tasks/", "", "slow"),
    ("library/tasks/", "active=true", "slow"),
    ("library/tasks/", "page_size=2", "fast"),
    ("library/tasks/", "after=&limit=2", "fast"),
    ("library/tasks/", "after=&limit=501", "slow"),
    ("library/tasks/", "after=&limit=2&search=x", "slow"),
    ("library/tasks/", "after=&limit=2&title__icontains=x", "slow"),
    ("library/tasks/", "page_size=501", "slow"),
    ("library/tasks/", "page_size=500&page=last", "slow"),
    ("library/tasks/", "page_size=500&page=1", "fast"),
    ("library/tasks/", "page_size=2&search=x", "slow"),
    ("library/tasks/", "page_size=2&title__icontains=x", "slow"),
    ("library/tasks/", "page_size=2&%74itle__icontains=x", "slow"),
    ("library/tasks/", "page_size=2&phase=X1", "slow"),
    ("library/tasks/", "page_size=2&priority=1", "slow"),
    ("library/tasks/", "page_size=2&last_updated_by=1", "slow"),
    ("library/tasks/", "page_size=2&last_updated_date_from=2026-01-01", "slow"),
    ("library/tasks/", "page_size=2&ordering=title", "slow"),
    ("library/tasks/", "page_size=2&ordering=-id", "fast"),
    ("library/tasks/", "page_size=2&id__in=CT1", "fast"),
    ("library/tasks/", "page_size=2&search=&phase=&ordering=&nonsense=1", "fast"),
    ("library/tasks/CT1/", "", "fast"),
    ("library/tasks/CT1/history/", "", "slow"),
    ("library/items/standard/", "", "slow"),
    ("library/items/standard/", "page_size=2", "fast"),
    ("library/items/standard/", "page_size=2&active=true", "slow"),
    ("library/items/standard/", "after=&limit=2", "fast"),
    ("library/items/standard/CT1/history/", "", "slow"),
    ("library/models/", "", "fast"),
    ("library/export/standard.csv", "", "slow"),
    ("library/export/standard.xlsx", "template=1", "slow"),
    ("users/me/", "", "fast"),
    ("users/me/tokens/", "", "slow"),
    ("users/me/tokens/", "page_size=5", "fast"),
    ("users/", "", "slow"),
    ("users/", "page_size=5", "fast"),
    ("users/", "page_size=5&email=a@b.org", "fast"),
    ("users/", "page_size=5&search=a", "slow"),
    ("users/", "page_size=5&role=admin&is_active=true", "slow"),
    ("tokens/", "", "slow"),
    ("tokens/", "page_size=5", "fast"),
]


@pytest.fixture
def marked():
    """Makes addresses that are in the log only once."""
    numbers = itertools.count(time.monotonic_ns())
    return lambda path, query="": f"{path}?mark={next(numbers)}&{query}"


def logged(site, urls):
    """What nginx logged about requests for these addresses, in the order of the addresses: nginx
    has several processes, and each writes when it likes."""
    def read():
        lines = (site.folder / "log" / "access.log").read_bytes().splitlines()
        lines = [json.loads(line) for line in lines if b"?mark=" in line]
        return {line["uri"]: line for line in lines}
    wanted = [f"/api/v2/{url}" for url in urls]
    lines = processes.wait_until(lambda: set(wanted) <= set(read()) and read(), what="the log")
    return [lines[uri] for uri in wanted]


def test_a_page_far_behind_is_looked_for_in_the_slow_pool(site, api, marked):
    """Whatever comes before it has to be counted."""
    wanted = {"page_size=500&page=20": "fast", "page_size=500&page=21": "slow",
              "page_size=1&page=10000": "fast", "page_size=1&page=10001": "slow",
              "page_size=1&page=" + "9" * 30: "fast", "page_size=1&page=x": "fast"}
    urls = [marked("library/tasks/", query) for query in wanted]
    assert {api.get(url).status for url in urls} == {404}  # invalid pages are told by either
    assert [line["pool"] for line in logged(site, urls)] == list(wanted.values())


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_every_get_is_answered_by_its_pool(site, api, marked, method):
    api.apply(CSV)
    failed = api.start(BAD)["id"]
    api.wait_for(failed, "fail")
    job = api.ready(CSV)["id"]
    urls = [marked(path.format(job=job, failed=failed), query) for path, query, _ in GETS]
    for url in urls:
        answer = ask(site, method, f"/api/v2/{url}",
                     {"Authorization": f"Token {api.token}", "Connection": "close"})
        assert answer.status == 200, url
    lines = logged(site, urls)
    assert [(line["uri"], line["pool"]) for line in lines] == [
        (f"/api/v2/{url}", pool) for url, (_, _, pool) in zip(urls, GETS)]
    # A request that belongs to the pool it reached first is not passed on.
    assert all((" : " in line["handler_seconds"]) == (line["pool"] == "slow") for line in lines)


def test_a_page_of_large_items_moves_to_the_slow_pool(db, site, api, marked):
    """What many leave unread, nginx keeps on the disk; so there are few for each account."""
    db.seed(*(item(f"CT{n}", text="x" * 100_000) for n in range(1, 5)))
    urls = [marked("library/tasks/", f"page_size={size}") for size in (1, 4)]
    for size, url in zip((1, 4), urls):
        assert len(api.get(url).json["results"]) == size
    assert [line["pool"] for line in logged(site, urls)] == ["fast", "slow"]


def test_an_upload_goes_to_its_pool_once_it_may_come(site, api, viewer, nobody, marked):
    form = {"files": [("files", ("standard.csv", CSV, "text/csv"))]}
    requests = [(nobody, "POST", form, 401, "fast"), (viewer, "POST", form, 403, "fast"),
                (api, "POST", {}, 415, "fast"), (api, "PATCH", {}, 405, "fast"),
                (api, "POST", form, 200, "slow"), (api, "POST", form, 409, "fast")]
    urls = [marked(IMPORT) for _ in requests]
    for url, (person, method, body, status, _) in zip(urls, requests):
        assert person.request(method, url, **body).status == status
    assert [line["pool"] for line in logged(site, urls)] == [pool for *_, pool in requests]


def test_a_wait_is_answered_by_a_handler_for_short_requests(site, viewer, db, marked):
    job = db.make_job("ready_for_review", site.ids["admin"])
    url = marked(f"{IMPORT}{job}/", "wait=success&timeout=1")
    assert viewer.get(url).json["status"] == "ready_for_review"
    (line,) = logged(site, [url])
    assert (line["pool"], line["handler_seconds"].count(" : ")) == ("fast", 2)


@pytest.mark.parametrize("path", [
    IMPORT, "library/tasks/", "library/export/standard.json", IMPORT + "{job}/diff/standard/",
    IMPORT + "{job}/diff/standard/fields/", IMPORT + "{job}/files/standard/"])
def test_what_may_last_holds_up_no_short_request(site, api, viewer, path):
    """There are as many of them as handlers for short requests, and nobody answers them."""
    job = api.ready(CSV)["id"]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        with processes.stopped(site.handlers("slow handler")):
            url = path.format(job=job)
            lists = [pool.submit(viewer.fork().get, url, check=False) for _ in range(6)]
            for short in ("users/me/", IMPORT + "?page_size=10", f"{IMPORT}{job}/",
                          "library/tasks/?page_size=1"):
                assert viewer.get(short).status == 200
            assert not any(one.done() for one in lists)
        assert {one.result().status for one in lists} == {200}
