"""POST: what becomes a job, and what is refused before that."""

import threading
import time

import pytest

import processes
from client import (
    CURRENT, IMPORT, MULTIPART, Client, ask, check_job, compact, multipart, part, wire)
from people import Person, gone_afterwards
from processes import wait_until

CSV = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"
URL = "/api/v2/" + IMPORT


def send(api, body, content_type=MULTIPART):
    headers = {} if content_type is None else {"Content-Type": content_type}
    return api.post(IMPORT, data=body, headers=headers)


def nothing_left(db):
    for table in ("import_job", "import_file", "upload_chunk"):
        assert db.value(f"SELECT count(*) FROM {table}") == 0, table


@pytest.mark.parametrize("filename", [
    "standard.csv", "standard.CSV", "standard.Csv", "/tmp/standard.csv", "../../standard.csv",
    r"C:\Users\me\standard.csv", "a/b\\standard.csv"])
def test_filename_that_is_accepted(api, filename):
    answer = send(api, multipart(part(CSV, filename=filename.replace("\\", "\\\\"))))
    assert answer.status == 200, answer
    job = check_job(answer.json)
    assert job["status"] == "pending"
    (one,) = api.job(job["id"], include="files")["files"]
    assert one["filename"].lower() == "standard.csv"


@pytest.mark.parametrize("body, content_type", [
    (multipart(part(CSV)), 'multipart/form-data; boundary="XX"'),
    (multipart(part(CSV)), "Multipart/Form-Data; charset=utf-8; boundary=XX"),
    (b"preamble\r\n" + multipart(part(CSV)) + b"epilogue", MULTIPART),
    (multipart(part(CSV, kind=None)), MULTIPART),
    (multipart(part(CSV, kind="application/octet-stream")), MULTIPART),
    (multipart(part(b"x", name="comment", filename=None), part(CSV)), MULTIPART),
    (multipart(part(CSV), part(b"x", name="other", filename="other.bin")), MULTIPART),
])
def test_body_that_is_accepted(api, body, content_type):
    answer = send(api, body, content_type)
    assert answer.status == 200, answer
    api.wait_for(answer.json["id"], "ready_for_review")


def test_bytes_arrive_unchanged(db, api):
    content = bytes(range(256)) * 40 + b"\r\n--X\r\n--XXX\r\n-" + b"\n" * 9
    job = api.start(content)
    stored = db.value("SELECT string_agg(data, NULL ORDER BY seq) FROM upload_chunk")
    assert bytes(stored) == content
    api.wait_for(job["id"], "fail")


PROBLEMS = [
    ("no part", b"--XX--\r\n", "No file was submitted."),
    ("other name", multipart(part(CSV, name="file")), "No file was submitted."),
    ("no file", multipart(part(CSV, filename=None)), "file"),
    ("empty file", multipart(part(b"")), "The submitted file is empty."),
    ("empty second", multipart(part(CSV), part(b"", filename="standard.json")), ""),
    ("no stem", multipart(part(CSV, filename=".csv")), ""),
    ("other model", multipart(part(CSV, filename="tasks.csv")), "standard"),
    ("stem in capitals", multipart(part(CSV, filename="Standard.csv")), "standard"),
    ("longer stem", multipart(part(CSV, filename="standard (1).csv")), "standard"),
    ("no extension", multipart(part(CSV, filename="standard")), "csv"),
    ("text", multipart(part(CSV, filename="standard.txt")), "csv"),
    ("compressed", multipart(part(CSV, filename="standard.csv.gz")), "csv"),
    ("old excel", multipart(part(CSV, filename="standard.xls")), ".xlsx"),
    ("one model twice", multipart(part(CSV), part(CSV)), "one file"),
    ("one model twice in two formats", multipart(part(CSV), part(b"[]", filename="standard.json")),
     ""),
    ("folder", multipart(part(CSV, filename="standard.csv/")), ""),
]


@pytest.mark.parametrize("body, word", [case[1:] for case in PROBLEMS],
                         ids=[case[0] for case in PROBLEMS])
def test_files_are_refused_before_there_is_a_job(db, api, body, word):
    answer = send(api, body)
    assert answer.status == 400, answer
    assert list(answer.json) == ["files"]
    assert all(isinstance(message, str) and message for message in answer.json["files"])
    assert word in " ".join(answer.json["files"])
    nothing_left(db)


SAME = [  # one item in the text formats
    ("standard.csv", b"id,title,text,priority,phase\nCT1,A title,Some text,7,X1\n"),
    ("standard.json", b'[{"id":"CT1","title":"A title","text":"Some text","priority":7,"phase":"X1"}]'),
    ("standard.yaml", b"- id: CT1\n  title: A title\n  text: Some text\n  priority: 7\n  phase: X1\n"),
    ("standard.yml", b'- {id: CT1, title: A title, text: Some text, priority: "7", phase: X1}\n'),
    ("standard.CSV", b"id;title;text;priority;phase\nCT1;A title;Some text;7;X1\n"),
]


@pytest.mark.parametrize("filename, body", SAME, ids=[name for name, _ in SAME])
def test_every_format_gives_the_same_diff(db, api, filename, body):
    job = api.start(body, filename)
    api.wait_for(job["id"], "ready_for_review")
    (add,) = api.diff(job["id"])["add"]
    assert add == {"original": {}, "entry": 1, "new": {
        "id": "CT1", "title": "A title", "text": "Some text", "problem": "", "priority": 7,
        "phase": "X1", "active": True, "match_conditions": "", "tags": ""}}


@pytest.mark.parametrize("content_type", [
    "application/json", "application/x-www-form-urlencoded", "text/csv", "multipart/mixed", None])
def test_other_media_types_are_415(db, api, content_type):
    body = b'{"files":[]}'
    answer = send(api, body, content_type)
    assert answer.status == 415, answer
    assert list(answer.json) == ["detail"]
    if content_type:
        assert answer.json["detail"] == f'Unsupported media type "{content_type}" in request.'
    nothing_left(db)


def test_post_without_a_body_is_refused(db, api):
    assert api.post(IMPORT).status in (400, 415)
    nothing_left(db)


BROKEN = [
    ("no boundary", multipart(part(CSV)), "multipart/form-data"),
    ("empty boundary", multipart(part(CSV)), "multipart/form-data; boundary="),
    ("other boundary", multipart(part(CSV)), "multipart/form-data; boundary=YY"),
    ("boundary too long", multipart(part(CSV)), "multipart/form-data; boundary=" + "X" * 200),
    ("no end", part(CSV), MULTIPART),
    ("ends in a part", multipart(part(CSV))[:60], MULTIPART),
    ("ends in a header", multipart(part(CSV))[:20], MULTIPART),
    ("no disposition", b"--XX\r\n\r\n" + CSV + b"\r\n--XX--\r\n", MULTIPART),
    ("not multipart", CSV, MULTIPART),
    ("header too long", b"--XX\r\nX-Long: " + b"x" * 20000 + b"\r\n\r\na\r\n--XX--\r\n", MULTIPART),
    ("too many parts", multipart(*[part(b"x", name="a", filename=None)] * 2000), MULTIPART),
]


@pytest.mark.parametrize("body, content_type", [case[1:] for case in BROKEN],
                         ids=[case[0] for case in BROKEN])
def test_broken_multipart_is_400(db, api, body, content_type):
    answer = send(api, body, content_type)
    assert answer.status == 400, answer
    nothing_left(db)
    assert api.upload(CSV).status == 200


# While another job is under way

@pytest.mark.parametrize("status", CURRENT)
def test_one_job_at_a_time(site, db, api, status):
    with site.worker_stopped():
        job_id = db.make_job(status, site.ids["admin"])
        answer = api.upload(CSV)
        assert answer.status == 409, answer
        assert list(answer.json) == ["detail", "code", "job"]
        assert (answer.json["code"], answer.json["job"]) == ("job_in_progress", job_id)
        ended = db.value("SELECT count(*) FROM import_job")
        assert ended == 1


def test_conflict_is_told_before_the_body_is_read(site, db, api):
    job_id = db.make_job("ready_for_review", site.ids["admin"])
    answer = ask(site, "POST", URL, {
        "Authorization": f"Token {api.token}", "Content-Type": MULTIPART,
        "Content-Length": "400000000"}).check()  # none of it is sent
    assert answer.status == 409
    assert (answer.json["code"], answer.json["job"]) == ("job_in_progress", job_id)


@pytest.fixture
def five_people(site, db):
    """The API as so many people use it, each of whom may have two uploads under way."""
    with gone_afterwards(site):
        yield [Client(site.url, db.make_token(Person(site, "editor").id)) for _ in range(5)]


def test_racing_uploads_make_one_job(db, five_people):
    answers = []
    start = threading.Barrier(10)

    def post(client):
        start.wait()
        answers.append(client.upload(CSV))

    threads = [threading.Thread(target=post, args=(who.fork(),)) for who in five_people * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for answer in answers) == [200] + [409] * 9
    assert {answer.json["code"] for answer in answers if answer.status == 409} == {
        "job_in_progress"}
    assert db.value("SELECT count(*) FROM import_job") == 1
    assert db.value("SELECT count(*) FROM import_file") == 1


def begin_upload(connection, api, size):
    connection.head("POST", URL, {"Authorization": f"Token {api.token}",
                                  "Content-Type": MULTIPART, "Content-Length": str(size)})


def is_coming_in(site):
    """Whether nginx is receiving an upload: it was let in, and there is a file for its body, which
    nginx makes once enough of it has arrived."""
    return any(path.startswith(f"{site.folder}/tmp/")
               for pid in processes.children(site.pid("nginx")) for path in processes.open_files(pid))


def test_slow_upload_blocks_nobody(site, db, api):
    """While it runs, another upload is answered; so the slow one comes too late."""
    body = multipart(part(CSV + b"\n" * 1_000_000))
    with wire(site) as connection:
        begin_upload(connection, api, len(body))
        connection.send(body[:500_000])
        wait_until(lambda: is_coming_in(site))
        assert api.get(IMPORT + "current/").status == 404
        answer = api.upload(CSV)
        assert answer.status == 200
        connection.send(body[500_000:])
        late = connection.answer().check()
    assert late.status == 409
    assert (late.json["code"], late.json["job"]) == ("job_in_progress", answer.json["id"])
    assert db.value("SELECT count(*) FROM import_file") == 1


def test_slow_upload_becomes_a_job(site, api):
    body = multipart(part(CSV))
    with wire(site) as connection:
        begin_upload(connection, api, len(body))
        for at in range(0, len(body), 10):
            connection.send(body[at:at + 10])
            time.sleep(0.005)
        answer = connection.answer().check()
    assert answer.status == 200
    api.wait_for(answer.json["id"], "ready_for_review")


def test_chunked_upload_becomes_a_job(site, api):
    body = multipart(part(CSV))
    with wire(site) as connection:
        connection.head("POST", URL, {"Authorization": f"Token {api.token}",
                                      "Content-Type": MULTIPART, "Transfer-Encoding": "chunked"})
        for at in range(0, len(body), 50):
            piece = body[at:at + 50]
            connection.send(b"%x\r\n" % len(piece) + piece + b"\r\n")
        connection.send(b"0\r\n\r\n")
        answer = connection.answer().check()
    assert answer.status == 200, answer


def test_upload_cut_off_midway_leaves_nothing(site, db, api):
    with wire(site) as connection:
        begin_upload(connection, api, 50 << 20)
        connection.send(part(b"x" * (4 << 20)))
        wait_until(lambda: is_coming_in(site))
    wait_until(lambda: not is_coming_in(site), what="nginx to give up")
    nothing_left(db)
    assert api.get(IMPORT).raw == compact({"results": []})
    api.ready(CSV)
