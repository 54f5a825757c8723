"""What one account may have under way at a time: two uploads of 1 MB or more, and eight exports, whole lists and diffs.
Nobody can keep others from theirs."""

import contextlib
import select
import socket
import urllib.parse

import pytest

import processes
from client import API, IMPORT, Client, From, Wire, multipart, part, wires
from library import item, to_csv
from people import Person

pytestmark = pytest.mark.usefixtures("only_known_people")

UPLOADS = 2
SLOW = 8
CROWDED = "You have too many uploads under way. Wait until one of them has arrived."
TOO_MANY = "Too many requests at the same time, or too many attempts to sign in. Try again in a moment."


@pytest.fixture
def people(site, db):
    """Two editors."""
    return [Client(site.url, db.make_token(Person(site, "editor").id)) for _ in range(2)]


# ---- Uploads

BODY = multipart(part(to_csv([item("CT1")]) + b"\n" * 1_000_000))


def announce(connection, client, length=len(BODY)):
    """Announces an upload, whose body is yet to come."""
    connection.head("POST", API + IMPORT, {
        "Authorization": f"Token {client.token}", "Content-Length": str(length),
        "Content-Type": "multipart/form-data; boundary=XX", "Expect": "100-continue"})


def may_come(connection):
    """Whether the server asks for the body; if not, the answer is still to be read."""
    first = connection.socket.recv(12, socket.MSG_PEEK | socket.MSG_WAITALL)
    if first != b"HTTP/1.1 100":
        return False
    while not connection.socket.recv(65536, socket.MSG_PEEK).endswith(b"\r\n\r\n"):
        pass
    connection.socket.recv(65536)
    return True


def test_the_third_upload_under_way_is_refused_before_its_body(site, people):
    person, other = people
    with wires(site, UPLOADS + 2) as connections:
        for connection in connections[:UPLOADS]:
            announce(connection, person, 400_000_000)
            assert may_come(connection)
        third, of_other = connections[UPLOADS:]
        announce(third, person, 400_000_000)
        assert not may_come(third)
        answer = third.answer("POST").check()
        assert (answer.status, answer.detail) == (429, CROWDED)
        assert int(answer.headers["Retry-After"]) > 0
        announce(of_other, other)
        assert may_come(of_other)
        of_other.send(BODY)
        assert of_other.answer("POST").check().status == 200


def test_a_place_is_free_again_once_an_upload_has_arrived_or_broken_off(site, db, people):
    person = people[0]
    with wires(site, UPLOADS) as connections:
        for connection in connections:
            announce(connection, person)
            assert may_come(connection)
        connections[0].send(BODY)
        assert connections[0].answer("POST").check().status == 200
        site.clear()
        connections[1].send(BODY[:10])
    processes.wait_until(lambda: person.upload(b"").status == 400, what="the places to be free")


def test_an_upload_that_may_not_come_says_why_first(site, people, viewer):
    """Whoever may not upload at all does not learn that there is no place."""
    person = people[0]
    with wires(site, UPLOADS) as connections:
        for connection in connections:
            announce(connection, person)
            assert may_come(connection)
        assert viewer.upload(BODY).status == 403
        assert person.post(IMPORT, json={}).status == 415
        assert person.upload(b"x" * 1_000_000).status == 429
        assert person.upload(b"").status == 400  # a small one


def test_uploads_by_basic_have_places_too(site, db):
    """The account counts, not the way in which it signed in."""
    who = Person(site, "editor")
    token = Client(site.url, db.make_token(who.id))
    basic = Client(site.url, auth=(who.email, who.password))
    basic.session.mount("http://", From("127.0.0.3"))
    with wires(site, UPLOADS) as connections:
        for connection in connections:
            announce(connection, token)
            assert may_come(connection)
        answer = basic.upload(b"\n" * 1_000_000)
        assert (answer.status, answer.detail) == (429, CROWDED)
    processes.wait_until(lambda: basic.upload(b"\n" * 1_000_000).status != 429, what="the places to be free")


# ---- Exports, whole lists and diffs

def ask(connection, client, path):
    connection.head("GET", API + path, {"Authorization": f"Token {client.token}"})


def ask_too_often(connections, client, path):
    """Asks on each connection, which are one too many, while nobody answers. Returns the one that is
    refused."""
    for connection in connections:
        ask(connection, client, path)
    ready, _, _ = select.select([one.socket for one in connections], [], [], 60)
    (refused,) = [one for one in connections if one.socket in ready]
    answer = refused.answer().check()
    assert (answer.status, answer.detail) == (429, TOO_MANY)
    assert int(answer.headers["Retry-After"]) > 0
    return refused


@pytest.mark.parametrize("path", [
    IMPORT, "library/tasks/", "library/items/standard/", "library/export/standard.csv",
    IMPORT + "{job}/diff/standard/", IMPORT + "{job}/files/standard/"])
def test_the_ninth_of_an_account_under_way_is_refused(site, api, people, path):
    path = path.format(job=api.ready(to_csv([item("CT1")]))["id"])
    person, other = people
    with wires(site, SLOW + 2) as connections:
        *own, of_other = connections
        with processes.stopped(site.handlers("slow handler")):
            refused = ask_too_often(own, person, path)
            # What is short goes on, as does everybody else.
            assert person.get("users/me/").status == 200
            assert person.get(IMPORT + "?page_size=5").status == 200
            ask(of_other, other, path)
        assert of_other.answer().status == 200
        assert [one.answer().status for one in own if one is not refused] == [200] * SLOW
    assert person.get(path, check=False).status == 200


class _Unread(Wire):
    """A connection with little room for what is not read."""

    def __init__(self, url):  # pylint: disable=super-init-not-called
        parts = urllib.parse.urlsplit(url)
        self.host = parts.netloc
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(60)
        self.socket.connect((parts.hostname, parts.port))


def test_answers_that_nobody_reads_count(site, db, people):
    """Each of them is in a file of nginx, which would fill the disk."""
    person, other = people
    db.run("""INSERT INTO standard (id, title, text, problem, priority, phase, active, match_conditions, tags)
              SELECT 'CT' || n, 't', repeat('x', 9000), '', 1, 'X1', true, '', ''
                FROM generate_series(1, 1500) n""")
    export = "library/export/standard.csv"
    with contextlib.ExitStack() as stack:
        for _ in range(SLOW):
            connection = _Unread(site.url)
            stack.callback(connection.close)
            ask(connection, person, export)
            assert connection.socket.recv(12, socket.MSG_WAITALL) == b"HTTP/1.1 200"
        answer = person.get(export, check=False)
        assert (answer.status, answer.detail) == (429, TOO_MANY)
        assert other.get(export, check=False).status == 200
    processes.wait_until(lambda: person.get(export, check=False).status == 200,
                         what="the places to be free")


def test_lists_by_basic_count_for_the_same_account(site, db):
    who = Person(site, "viewer")
    token = Client(site.url, db.make_token(who.id))
    with wires(site, SLOW + 1) as connections, processes.stopped(site.handlers("slow handler")):
        ask_too_often(connections, token, IMPORT)
        # From another network, so that it is not nginx's limit of passwords.
        basic = Client(site.url, auth=(who.email, who.password))
        basic.session.mount("http://", From("127.0.0.2"))
        assert basic.get("users/me/").status == 200
        answer = basic.get(IMPORT)
        assert (answer.status, answer.detail) == (429, TOO_MANY)
