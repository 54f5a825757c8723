"""What people say about an upload: its name, and a note for its reviewers; and who made it."""

import hashlib

import pytest

from client import IMPORT, MULTIPART, check_job, multipart, part

CSV = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"
FIELDS = ["name", "note", "decision"]


def text(name, value, **of_part):
    value = value.encode() if isinstance(value, str) else value
    return part(value, name=name, filename=None, **{"kind": None, **of_part})


def send(api, *parts, query="?include=notes"):
    return api.post(IMPORT + query, data=multipart(*parts), headers={"Content-Type": MULTIPART})


def notes(answer):
    assert answer.status == 200, answer
    check_job(answer.json, ["notes"])
    assert list(answer.json["notes"]) == FIELDS
    return [answer.json["notes"][field] for field in FIELDS]


@pytest.mark.parametrize("before", [True, False])
def test_name_and_note_stand_before_or_behind_the_file(api, before):
    said = [text("name", "ASVS 5.0 final.csv"), text("note", "Please look at V2.\nThe rest is as it was.")]
    answer = send(api, *(said + [part(CSV)] if before else [part(CSV)] + said))
    assert notes(answer) == ["ASVS 5.0 final.csv", "Please look at V2.\nThe rest is as it was.", None]


def test_it_is_told_wherever_a_job_is(api):
    job = send(api, text("name", "x"), part(CSV)).json
    api.wait_for(job["id"], "ready_for_review")
    said = {"name": "x", "note": None, "decision": None}
    query = {"params": {"include": "notes"}}
    assert api.get(f"{IMPORT}{job['id']}/", **query).json["notes"] == said
    assert api.get(IMPORT + "current/", **query).json["notes"] == said
    assert [one["notes"] for one in api.get(IMPORT, **query).json["results"]] == [said]
    answer = api.patch(f"{IMPORT}{job['id']}/", json={"status": "cancel"}, **query)
    assert answer.json["notes"] == said
    assert api.get(f"{IMPORT}{job['id']}/", params={"include": "notes", "wait": "cancel"}).json["notes"] == said


def test_it_comes_after_the_keys_of_the_specification(api):
    job = send(api, part(CSV), query="?include=notes,attempts,files,actions").json
    check_job(job, ["files", "notes", "actions", "attempts"])
    assert job["notes"] == dict.fromkeys(FIELDS)


def test_nobody_is_told_who_does_not_ask(api):
    job = send(api, text("name", "x"), text("note", "y"), part(CSV), query="").json
    check_job(job)
    check_job(api.job(job["id"]))


@pytest.mark.parametrize("given, kept", [
    (b"", None), (b" \t\r\n ", None), (b"  x  ", "x"), (b"a\r\nb\rc\nd", "a\nb\nc\nd"),
    ("\u200bé\u2009".encode(), "é"), (b"a\tb", "a\tb"), (b"x" * 10000, "x" * 10000),
    ("é\r\n".encode() * 4999 + "éé".encode(), "é\n" * 4999 + "éé")])
def test_note_is_kept_trimmed_and_with_line_breaks_of_one_kind(api, given, kept):
    assert notes(send(api, text("note", given), part(CSV)))[1] == kept


def test_the_last_of_several_counts(api):
    assert notes(send(api, text("name", "x"), part(CSV), text("name", "y")))[0] == "y"


WRONG = [
    ("name", b"a\nb", "Line breaks"), ("name", b"a\x00b", "control characters"),
    ("name", b"a\xffb", "UTF-8"), ("name", b"x" * 256, "no more than 255 characters"),
    ("name", "\u2028a\u2028b".encode(), "Line breaks"), ("name", b"x" * 1_000_000, "255"),
    ("note", b"a\x07b", "Control characters"), ("note", b"\xc3", "UTF-8"),
    ("note", "é".encode() * 10001, "no more than 10000 characters"), ("note", b"x" * 1_000_000, "10000"),
]


@pytest.mark.parametrize("field, value, words", WRONG)
@pytest.mark.parametrize("before", [True, False])
def test_wrong_ones_are_refused(db, api, field, value, words, before):
    said = [text(field, value), part(CSV)]
    answer = send(api, *(said if before else reversed(said)))
    assert answer.status == 400, answer
    assert list(answer.json) == [field]
    (message,) = answer.json[field]
    assert words in message
    assert db.value("SELECT count(*) FROM import_file") == 0
    assert db.value("SELECT count(*) FROM import_job") == 0


def test_a_file_is_no_text(api):
    answer = send(api, part(b"x", name="note", filename="note.txt"), part(CSV))
    assert (answer.status, answer.json) == (400, {"note": ["Not a valid string."]})


def test_who_uploaded_it_is_kept_whoever_retries(site, db, api, editor):
    job = send(editor, part(CSV)).json
    api.wait_for(job["id"], "ready_for_review")
    assert api.change(job["id"], "cancel").status == 200
    assert api.change(job["id"], "retry").status == 200
    assert db.rows("SELECT uploaded_by, triggered_by FROM import_job") == [
        (site.ids["editor"], site.ids["admin"])]
    assert notes(api.get(f"{IMPORT}{job['id']}/?include=notes")) == [None, None, None]


@pytest.mark.parametrize("content", [CSV, CSV + b"\n" * 300_000])
def test_the_digest_of_a_file_is_kept(db, api, content):
    send(api, text("name", "x"), part(content), part(b"other", name="other", filename="x.bin"))
    assert bytes(db.value("SELECT sha256 FROM import_file")) == hashlib.sha256(content).digest()
