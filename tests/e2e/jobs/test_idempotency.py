"""Uploads with an Idempotency-Key: who lost the answer sends the same again, and one job is made."""

import threading

import pytest

import client
from client import IMPORT, Client, ask, check_job, multipart, part, wire
from people import Person
from processes import wait_until

CSV = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"
URL = client.API + IMPORT
FORM = (part(CSV), part(b"x", name="note", filename=None))


def send(api, *parts, key="k1", boundary="XX", path=IMPORT, **headers):
    body = multipart(*parts).replace(b"--XX", f"--{boundary}".encode())
    sent = {"Content-Type": f"multipart/form-data; boundary={boundary}", **headers}
    if key is not None:
        sent["Idempotency-Key"] = key
    return api.post(path, data=body, headers=sent)


def check_replayed(answer, first):
    assert answer.headers.get("Idempotent-Replayed") == "true", answer
    assert (answer.status, answer.raw) == (first.status, first.raw)
    assert "Idempotent-Replayed" not in first.headers


def check_reused(answer):
    assert (answer.status, answer.json["code"]) == (422, "key_reused"), answer
    assert list(answer.json) == ["detail", "code"]
    assert "Idempotent-Replayed" not in answer.headers


def kept(db):
    return db.value("SELECT count(*) FROM idempotency_answer")


def end(api, answer):
    api.wait_for(answer.json["id"], "ready_for_review")
    assert api.change(answer.json["id"], "cancel").status == 200


def test_the_same_again_is_answered_as_the_first_time(db, api):
    first = send(api, *FORM)
    check_job(first.json)
    check_replayed(send(api, *FORM), first)  # although a job is under way: this one
    api.wait_for(first.json["id"], "ready_for_review")
    check_replayed(send(api, *FORM), first)
    end(api, first)
    check_replayed(send(api, *FORM), first)
    assert db.value("SELECT count(*) FROM import_job") == 1
    assert db.value("SELECT count(*) FROM import_file") == 1
    assert kept(db) == 1


@pytest.mark.parametrize("again", [
    {"boundary": "another"}, {"User-Agent": "another"}, {"key": '"k1"'}, {"key": '"k1"  '}],
    ids=lambda again: next(iter(again)))
def test_what_makes_no_other_request(api, again):
    first = send(api, *FORM)
    check_replayed(send(api, *FORM, **again), first)


@pytest.mark.parametrize("parts, path", [
    ((part(CSV + b"\n"), FORM[1]), IMPORT),
    ((part(CSV, filename="standard-2026-11-23.csv"), FORM[1]), IMPORT),
    ((part(CSV, kind="text/csv; charset=utf-8"), FORM[1]), IMPORT),
    ((part(CSV), part(b"y", name="note", filename=None)), IMPORT),
    ((part(CSV), part(b"x", name="name", filename=None)), IMPORT),
    ((part(CSV),), IMPORT), ((*FORM, part(b"z", name="z", filename=None)), IMPORT),
    ((), IMPORT), ((part(b""),), IMPORT), ((b"--XX\r\n\r\n",), IMPORT),
    (FORM, IMPORT + "?include=notes"),
])
def test_another_request_with_the_key_is_refused(db, api, parts, path):
    first = send(api, *FORM)
    check_reused(send(api, *parts, path=path))
    check_replayed(send(api, *FORM), first)
    assert db.value("SELECT count(*) FROM import_file") == 1


def test_another_key_another_person_and_no_key_are_other_requests(site, db, api, editor):
    first = send(api, *FORM)
    for who, key in ((api, "k2"), (editor, "k1"), (api, None)):
        answer = send(who, *FORM, key=key)
        assert (answer.status, answer.json["code"]) == (409, "job_in_progress")
    end(api, first)
    second = send(editor, *FORM)
    assert second.json["id"] != first.json["id"]
    check_replayed(send(editor, *FORM), second)
    check_replayed(send(api, *FORM), first)


REFUSED = {
    "no file": (400, (part(b"x", name="other", filename=None),)),
    "empty file": (400, (part(b""), part(b"y", name="note", filename=None))),
    "other model": (400, (part(CSV, filename="tasks.csv"), part(b"y", name="note", filename=None))),
    "wrong name": (400, (part(b"a\nb", name="name", filename=None), part(CSV))),
    "wrong note at the end": (400, (part(CSV * 1000), part(b"\x07", name="note", filename=None))),
    "charset": (415, (part(CSV, kind="text/csv; charset=klingon"),)),
    "no multipart": (400, (part(CSV), b"--XX\r\n\r\nno headers\r\n")),
}


@pytest.mark.parametrize("status, parts", REFUSED.values(), ids=REFUSED)
def test_refusals_are_kept(db, api, status, parts):
    first = send(api, *parts)
    assert first.status == status, first
    check_replayed(send(api, *parts), first)
    check_reused(send(api, *FORM))
    assert first.raw == send(api, *parts, key=None).raw
    assert kept(db) == 1
    assert db.value("SELECT count(*) FROM import_job") == 0
    assert db.value("SELECT count(*) FROM upload_chunk") == 0


def test_what_is_behind_a_refused_part_counts(api):
    send(api, part(b""), part(b"a", name="note", filename=None))
    check_reused(send(api, part(b""), part(b"b", name="note", filename=None)))


@pytest.mark.parametrize("status", ["pending", "ready_for_review"])
def test_another_job_under_way_is_not_kept(site, db, api, status):
    with site.worker_stopped():
        job = db.make_job(status, site.ids["admin"])
        answer = send(api, *FORM)
        assert (answer.status, answer.json["job"]) == (409, job)
        db.run("UPDATE import_job SET status = 'cancel', completed = now()")
        assert kept(db) == 0
        assert send(api, *FORM).status == 200


def test_who_may_not_is_not_kept(site, db, api, viewer, nobody):
    for who, status in ((viewer, 403), (nobody, 401)):
        assert send(who, *FORM).status == status
    assert send(api, *FORM, **{"Content-Encoding": "gzip"}).status == 415
    assert send(api, *FORM, **{"Content-Type": "application/json"}).status == 415
    assert kept(db) == 0
    assert send(api, *FORM).status == 200


def test_whoever_may_no_longer_is_not_answered_again(site, db, api):
    person = Person(site, "editor")
    who = Client(site.url, db.make_token(person.id))
    try:
        assert send(who, *FORM).status == 200
        db.run("UPDATE account SET role = 'viewer' WHERE id = %s", person.id)
        assert send(who, *FORM).status == 403
    finally:
        site.clear()  # once the worker is done with the job
        db.run("DELETE FROM credential WHERE account_id = %s", person.id)
        db.run("DELETE FROM account WHERE id = %s", person.id)


@pytest.mark.parametrize("key", [
    "", '""', '"', '"a', 'a\xe9', '"a"b', '"a"; p=1', '"a\\b"', "x" * 257, '"' + "x" * 257 + '"',
    "a\tb"])
def test_keys_that_are_none(db, api, key):
    answer = send(api, *FORM, key=key.encode("latin-1"))
    assert answer.status == 400, answer
    assert list(answer.json) == ["detail"] and "Idempotency-Key" in answer.detail
    assert db.value("SELECT count(*) FROM import_job") == kept(db) == 0


def test_two_keys_are_none(site, api):
    body = multipart(*FORM)
    with wire(site) as connection:
        connection.send((f"POST {URL} HTTP/1.1\r\nHost: {connection.host}\r\n"
                         f"Authorization: Token {api.token}\r\nContent-Type: {client.MULTIPART}\r\n"
                         f"Content-Length: {len(body)}\r\n"
                         'Idempotency-Key: "a"\r\nIdempotency-Key: "b"\r\n\r\n').encode() + body)
        assert connection.answer().check().status == 400


@pytest.mark.parametrize("key", ["x" * 256, '"' + "x" * 256 + '"', '"a \\" b \\\\"', "a b", "~!", "a'b"])
def test_keys_of_all_kinds(api, key):
    first = send(api, *FORM, key=key)
    assert first.status == 200
    check_replayed(send(api, *FORM, key=key), first)


def test_a_wrong_key_is_told_before_the_body_is_read(site, api):
    answer = ask(site, "POST", URL, {
        "Authorization": f"Token {api.token}", "Content-Type": client.MULTIPART,
        "Content-Length": "400000000", "Idempotency-Key": '""'}).check()
    assert answer.status == 400


def test_a_large_body_is_let_in_if_its_key_is_known(api):
    """Although a job is under way: without the body it could not be known to be the same."""
    form = (part(CSV + b"\n" * 3_000_000),)
    first = send(api, *form)
    check_replayed(send(api, *form), first)
    check_reused(send(api, part(CSV + b"\n" * 3_000_001)))
    assert send(api, *form, key="other").json["code"] == "job_in_progress"


FIND = "SELECT (idempotency_find(%s, %s, %s, true)).in_use"


def test_while_the_first_is_being_answered_the_key_is_in_use(site, db, api):
    """It is told at once, before the body is read; and when that one fails, the key is free."""
    first = db.connect("accession_api")
    with first.cursor() as cursor:
        cursor.execute(FIND, (site.ids["admin"], URL, "k1"))
        assert cursor.fetchone() == (False,)
    headers = {"Authorization": f"Token {api.token}", "Content-Type": client.MULTIPART,
               "Idempotency-Key": "k1"}
    for answer in (send(api, *FORM),
                   ask(site, "POST", URL, {**headers, "Content-Length": "400000000"}).check()):
        assert (answer.status, answer.json["code"]) == (409, "key_in_use")
        assert list(answer.json) == ["detail", "code"]
        assert int(answer.headers["Retry-After"]) > 0
    first.close()
    wait_until(lambda: send(api, *FORM).status == 200)


def test_racing_requests_with_a_key_make_one_job(site, db, api):
    """Each is answered alike, or told to ask again."""
    answers = []
    start = threading.Barrier(2)

    def post(who):
        start.wait()
        answer = None
        while answer is None or answer.status != 200:
            answer = send(who, *FORM)
            answers.append(answer)

    threads = [threading.Thread(target=post, args=(api.fork(),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    good = [answer for answer in answers if answer.status == 200]
    assert len(good) == 2 and good[0].raw == good[1].raw
    assert sorted("Idempotent-Replayed" in answer.headers for answer in good) == [False, True]
    assert {answer.json["code"] for answer in answers if answer.status != 200} <= {"key_in_use"}
    assert db.value("SELECT count(*) FROM import_job") == 1


# ---- A day later

def age(db, hours):
    db.run("UPDATE idempotency_answer SET at = at - make_interval(hours => %s)", hours)


def test_answers_are_kept_for_a_day(db, api):
    first = send(api, *FORM)
    end(api, first)
    age(db, 23)
    check_replayed(send(api, *FORM), first)
    age(db, 1)
    second = send(api, *FORM)
    assert second.json["id"] != first.json["id"]
    check_replayed(send(api, *FORM), second)
    assert kept(db) == 1


def test_old_ones_are_deleted_some_at_a_time(db, api):
    send(api, *FORM)
    db.run("""INSERT INTO idempotency_answer (place, account_id, path, at, fingerprint, status, body)
              SELECT sha256(n::text::bytea), account_id, path, at - interval '25 h', fingerprint, status, body
                FROM idempotency_answer, generate_series(1, 30) n""")
    with db.connect("accession_worker") as connection, connection.cursor() as cursor:
        gone = []
        while not gone or gone[-1]:
            cursor.execute("SELECT idempotency_purge(20)")
            gone.append(cursor.fetchone()[0])
    connection.close()
    assert gone == [20, 10, 0]
    assert kept(db) == 1


def test_no_key_is_stored(db, api):
    send(api, *FORM, key="a-secret-key")
    assert "a-secret-key" not in str(db.rows("SELECT a::text FROM idempotency_answer a"))
    assert b"a-secret-key".hex() not in str(db.rows("SELECT a::text FROM idempotency_answer a"))
