"""A client of the HTTP API that is strict about the answers.

Every answer under /api/ must be JSON, as compact as Django REST framework writes it, with no key
twice. Bodies are kept as received, so that tests can compare bytes.
"""

import contextlib
import http.client
import json
import re
import socket
import time
import urllib.parse

import requests

API = "/api/v2/"
IMPORT = "library/import/"

JOB_KEYS = ["id", "status", "triggered", "triggered_by", "accepted", "accepted_by", "completed",
            "errors"]
PERSON_KEYS = ["id", "email", "first_name", "last_name"]
ERROR_KEYS = ["file", "row", "field", "details",  # the vendor's
              "entry", "line", "value"]  # ours
CURRENT = ("pending", "generating_diff", "ready_for_review", "applying_changes")
ENDED = ("success", "fail", "cancel")
STATUSES = CURRENT + ENDED
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d")

MULTIPART = "multipart/form-data; boundary=XX"


def _no_key_twice(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), f"a key stands twice in {keys}"
    return dict(pairs)


def parse(raw):
    """The value of a JSON body; dicts keep the order of its keys."""
    return json.loads(raw, object_pairs_hook=_no_key_twice)


def compact(value):
    """JSON as Django REST framework writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Answer:
    """A status, headers and the raw body."""

    def __init__(self, status, headers, raw, seconds=0.0):
        self.status = status
        self.headers = headers
        self.raw = raw
        self.seconds = seconds

    @property
    def json(self):
        return parse(self.raw)

    @property
    def detail(self):
        return self.json["detail"]

    def is_from_nginx_limit(self):
        """Whether nginx has refused it because of the number of passwords from one network."""
        return self.status == 429 and b"too many attempts to sign in" in self.raw

    def check(self):
        """Checks a JSON body strictly; returns self."""
        if self.raw:
            kind = self.headers.get("Content-Type", "")
            assert kind == "application/json", f"{self.status} with Content-Type {kind!r}"
            body = compact(self.json)
            # Django REST framework escapes the two line terminators of JavaScript that JSON allows.
            escaped = body.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")
            assert self.raw in (body, escaped), f"not compact: {self.raw[:300]!r}"
        return self

    def __repr__(self):
        return f"<{self.status} {self.raw[:500]!r}>"


class Client:
    """One person's access to the API. Paths are relative to /api/v2/ unless they begin with /."""

    def __init__(self, url, token=None, auth=None):
        self.url = url.rstrip("/")
        self.token = token
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = auth

    def fork(self):
        """A client of the same person, for another thread."""
        return Client(self.url, self.token)

    def request(self, method, path, **kwargs):
        """Sends a request. Writes are sent again as long as nginx lets no more passwords through
        from here: how many other tests have just sent is of no interest."""
        end = time.monotonic() + 60
        while True:
            answer = self._request(method, path, **kwargs)
            if method in ("GET", "HEAD") or not answer.is_from_nginx_limit() or time.monotonic() > end:
                return answer
            time.sleep(0.1)

    def _request(self, method, path, *, headers=None, check=True, timeout=60, **kwargs):
        full = path if path.startswith("/") else API + path
        sent = {"Accept": "application/json"}
        if self.token is not None:
            sent["Authorization"] = f"Token {self.token}"
        sent.update(headers or {})
        began = time.monotonic()
        got = self.session.request(method, self.url + full, headers=sent, timeout=timeout,
                                   allow_redirects=False, **kwargs)
        answer = Answer(got.status_code, got.headers, got.content, time.monotonic() - began)
        if check and full.startswith("/api/") and answer.status != 301:
            answer.check()
        return answer

    def get(self, path, **kwargs):
        return self.request("GET", path, **kwargs)

    def post(self, path, **kwargs):
        return self.request("POST", path, **kwargs)

    def patch(self, path, **kwargs):
        return self.request("PATCH", path, **kwargs)

    # The resources of an import.

    def upload(self, content, filename="standard.csv", **kwargs):
        return self.post(IMPORT, files=[("files", (filename, content, "text/csv"))], **kwargs)

    def start(self, content, filename="standard.csv"):
        """Uploads a file; returns the pending job."""
        answer = self.upload(content, filename)
        assert answer.status == 200, answer
        return answer.json

    def start_files(self, *files):
        """Makes a job of several files: (name, bytes). Returns its id."""
        answer = self.post(IMPORT, files=[("files", (name, raw, "text/csv")) for name, raw in files])
        assert answer.status == 200, answer
        return answer.json["id"]

    def ready_files(self, *files):
        """The same, and waits until it can be reviewed."""
        job_id = self.start_files(*files)
        self.wait_for(job_id, "ready_for_review")
        return job_id

    def job(self, job_id, **params):
        answer = self.get(f"{IMPORT}{job_id}/", params=params)
        assert answer.status == 200, answer
        return answer.json

    def change(self, job_id, status, **fields):
        """PATCHes the status: accept_changes, cancel or retry. Returns the answer."""
        return self.patch(f"{IMPORT}{job_id}/", json={"status": status, **fields})

    def wait_for(self, job_id, *statuses, timeout=60.0):
        """Waits until the job has one of the statuses; returns it. Fails if it ends in another."""
        deadline = time.monotonic() + timeout
        while True:
            job = self.job(job_id)
            if job["status"] in statuses:
                return job
            assert job["status"] not in ENDED, f"wanted {statuses}: {job}"
            assert time.monotonic() < deadline, f"still not {statuses}: {job}"
            time.sleep(0.01)

    def ready(self, content, timeout=60.0):
        """Imports a file up to ready_for_review; returns the job."""
        return self.wait_for(self.start(content)["id"], "ready_for_review", timeout=timeout)

    def failed(self, content):
        """Imports a file that fails; returns its errors."""
        job = self.wait_for(self.start(content)["id"], "fail")
        assert job["errors"]
        return job["errors"]

    def accept(self, job_id, timeout=60.0):
        """Accepts a job and waits until it is applied."""
        answer = self.change(job_id, "accept_changes")
        assert answer.status == 200, answer
        return self.wait_for(job_id, "success", timeout=timeout)

    def apply(self, content, timeout=60.0):
        """Imports a file and accepts it; returns the job."""
        return self.accept(self.ready(content, timeout)["id"], timeout)

    def diff(self, job_id, **params):
        answer = self.get(f"{IMPORT}{job_id}/diff/standard/", params=params)
        assert answer.status == 200, answer
        return answer.json

    def counts(self, job_id):
        """(add, update, delete) of the summary."""
        answer = self.get(f"{IMPORT}{job_id}/diff/")
        assert answer.status == 200, answer
        (one,) = answer.json["results"]
        return one["add"], one["update"], one["delete"]

    def comment(self, job_id, text, item=None, field=None, reply_to=None, model="standard",
                changes=None):
        """Writes a comment, on the import, an item of it or changes, or an answer. Returns its id."""
        sent = {"content_model": model if item or changes else None, "item": item, "field": field, "text": text,
                "reply_to": reply_to, "changes": changes}
        answer = self.post(f"{IMPORT}{job_id}/comments/",
                           json={name: value for name, value in sent.items() if value is not None})
        assert answer.status == 200, answer
        return answer.json["id"]

    def change_comment(self, job_id, comment_id, **changes):
        answer = self.patch(f"{IMPORT}{job_id}/comments/{comment_id}/", json=changes)
        assert answer.status == 200, answer

    def approve(self, job_id):
        """Approves the review as it is."""
        version = self.get(f"{IMPORT}{job_id}/").headers["Accession-Review"]
        answer = self.post(f"{IMPORT}{job_id}/approvals/", json={"review": version})
        assert answer.status == 200, answer

    def preview(self, content):
        """Returns the diff of a file; leaves the job ready_for_review."""
        return self.diff(self.ready(content)["id"])


class From(requests.adapters.HTTPAdapter):
    """Sends from that address of this machine, such as 127.0.0.2, which is another network to the
    server: `client.session.mount("http://", From(address))`."""

    def __init__(self, address):
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, source_address=(self.address, 0), **kwargs)


class Wire:
    """A connection on which the test writes the bytes itself."""

    def __init__(self, url, timeout=60.0, address=None):
        parts = urllib.parse.urlsplit(url)
        self.host = parts.netloc
        self.socket = socket.create_connection((parts.hostname, parts.port or 80), timeout,
                                               address and (address, 0))

    def send(self, data):
        self.socket.sendall(data)

    def head(self, method, path, headers, version="HTTP/1.1"):
        """Sends a request line and headers; a header whose value is None is left out."""
        lines = [f"{method} {path} {version}"]
        for name, value in {"Host": self.host, **headers}.items():
            if value is not None:
                lines.append(f"{name}: {value}")
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode())

    def answer(self, method="GET"):
        began = time.monotonic()
        response = http.client.HTTPResponse(self.socket, method=method)
        response.begin()
        headers = requests.structures.CaseInsensitiveDict(response.getheaders())
        answer = Answer(response.status, headers, response.read(), time.monotonic() - began)
        answer.pairs = response.getheaders()  # as they came: a header may be there twice
        return answer

    def close(self):
        self.socket.close()


@contextlib.contextmanager
def wire(site, timeout=60.0):
    connection = Wire(site.url, timeout)
    try:
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def wires(site, count):
    """Opens `count` connections, all open at once."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(wire(site)) for _ in range(count)]


def ask(site, method, path, headers, body=b"", timeout=60.0):
    """Sends one request exactly as given; returns the answer."""
    with wire(site, timeout) as connection:
        connection.head(method, path, headers)
        if body:
            connection.send(body)
        return connection.answer(method)


def part(content, name="files", filename="standard.csv", kind="text/csv"):
    """One part of a multipart body with the boundary XX; filename None: a plain field."""
    disposition = f'form-data; name="{name}"'
    if filename is not None:
        disposition += f'; filename="{filename}"'
    head = f"Content-Disposition: {disposition}\r\n"
    if kind:
        head += f"Content-Type: {kind}\r\n"
    return b"--XX\r\n" + head.encode() + b"\r\n" + content + b"\r\n"


def multipart(*parts):
    return b"".join(parts) + b"--XX--\r\n"


def check_person(person):
    assert list(person) == PERSON_KEYS
    assert isinstance(person["id"], int)


def check_time(text):
    assert TIME.fullmatch(text), text


def check_job(job, extra=()):
    """Checks the shape of a job, and that its other fields fit its status."""
    assert list(job) == JOB_KEYS + list(extra)
    assert job["status"] in STATUSES
    check_time(job["triggered"])
    check_person(job["triggered_by"])
    assert (job["accepted"] is None) == (job["accepted_by"] is None)
    if job["accepted"]:
        check_time(job["accepted"])
        check_person(job["accepted_by"])
    assert (job["completed"] is not None) == (job["status"] in ENDED)
    if job["completed"]:
        check_time(job["completed"])
        assert job["completed"] >= job["triggered"]
    assert (job["errors"] is not None) == (job["status"] == "fail")
    return job
