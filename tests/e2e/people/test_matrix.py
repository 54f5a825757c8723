"""Who may do what: every route and method with every kind of caller.

The least role of each is written down here once more, and must be the one in the table of the
program. What a caller gets follows from it: 401, 403, or neither. Requests that are let through are
harmless: bodies lack what is required, and ids are those of nothing."""

import base64
import http.client
import itertools
import json
import re
import secrets
import urllib.parse

import pytest

import fastcgi
from browser import COOKIE, Browser
from client import IMPORT, MULTIPART, multipart, part
from library import item, to_csv
from limits import past_nginx
from people import Person, gone_afterwards
from processes import wait_until
from sites import ROOT

API = "/api/v2/"
NOBODY, PENDING, VIEWER, EDITOR, ADMIN = range(5)
ROLES = {"viewer": VIEWER, "editor": EDITOR, "admin": ADMIN}

LEAST = {
    NOBODY: [
        "GET /healthz", "GET session/ways/", "POST session/", "POST session/link/"],
    PENDING: [  # signed in but for the second factor
        "GET session/", "DELETE session/", "POST session/code/", "GET users/me/second-factor/",
        "POST users/me/second-factor/", "PATCH users/me/second-factor/"],
    VIEWER: [
        "GET library/import/", "GET library/import/current/", "GET library/import/{id}/",
        "GET library/import/{id}/diff/", "GET library/import/{id}/diff/{model}/",
        "GET library/import/{id}/diff/{model}/fields/", "GET library/import/{id}/diff/{model}/looked/",
        "PATCH library/import/{id}/diff/{model}/looked/", "GET library/import/{id}/comments/",
        "GET library/import/{id}/approvals/",
        "GET library/import/{id}/errors/", "GET library/import/{id}/held/",
        "GET library/import/{id}/events/", "GET library/import/{id}/files/{name}/",
        "GET library/tasks/", "GET library/tasks/{name}/", "GET library/tasks/{name}/history/",
        "GET library/models/", "GET library/items/{model}/", "GET library/items/{model}/{name}/",
        "GET library/items/{model}/{name}/history/", "GET library/export/{name}",
        "GET library/answers/", "GET users/me/", "PATCH users/me/",
        "DELETE users/me/second-factor/", "GET users/me/sessions/", "DELETE users/me/sessions/",
        "DELETE users/me/sessions/{id}/", "GET users/me/tokens/", "POST users/me/tokens/",
        "DELETE users/me/tokens/{id}/"],
    EDITOR: [
        "POST library/import/", "PATCH library/import/{id}/", "PATCH library/import/{id}/diff/{model}/",
        "POST library/import/{id}/comments/", "PATCH library/import/{id}/comments/{part}/",
        "DELETE library/import/{id}/comments/{part}/", "POST library/import/{id}/approvals/",
        "DELETE library/import/{id}/approvals/"],
    ADMIN: [
        "GET users/", "POST users/", "GET users/{id}/", "PATCH users/{id}/",
        "DELETE users/{id}/sessions/", "POST users/{id}/link/", "DELETE users/{id}/second-factor/",
        "GET events/", "GET tokens/", "DELETE tokens/{id}/", "GET features/",
        "GET features/{name}/", "PATCH features/{name}/"],
}
EXPECTED = {tuple(request.split(" ")): least for least, these in LEAST.items() for request in these}
PATHS = sorted({path for _, path in EXPECTED})

# Basic costs a check of the password, so not every cell: one request of each least role and way to
# the handler (fast, slow and sign-in pool, the question before an upload).
BY_BASIC = [
    "GET session/", "GET users/me/second-factor/", "GET users/me/", "GET library/tasks/",
    "POST users/me/tokens/", "POST library/import/", "PATCH library/import/{id}/", "GET features/",
    "GET events/", "PATCH users/{id}/"]


def read_table():
    """(method, path) → least role, of the table of the program."""
    text = (ROOT / "cgi-bin/handlers/routes.c").read_text(encoding="utf-8")
    table = text[text.index("const struct route routes[]"):]
    roles = {"NONE": NOBODY, "PENDING": PENDING, "VIEWER": VIEWER, "EDITOR": EDITOR, "ADMIN": ADMIN}
    found = {}
    for path, methods in re.findall(r'\{"(/[^"]*)",(.*?)\}\}\}', table, re.DOTALL):
        for method, role in re.findall(r'\{"([A-Z]+)",\s*ROLE_(\w+)', methods):
            found[method, path.removeprefix(API)] = roles[role]
    assert len(found) == table.count("ROLE_") - 1, "this test cannot read the table"
    return found


class Caller:
    """How somebody makes requests: with these headers, from an address of their own, since nginx
    limits how many requests with passwords come from one."""

    addresses = itertools.count(1)

    def __init__(self, site, name, role, headers=None, csrf=None):
        self.name = name
        self.role = role
        self.headers = headers or {}
        self.csrf = csrf
        self.forged = COOKIE in self.headers.get("Cookie", "") and not csrf
        n = next(self.addresses)
        where = urllib.parse.urlsplit(site.url)
        self.connection = http.client.HTTPConnection(
            where.hostname, where.port, timeout=60,
            source_address=(f"127.0.{1 + n // 250}.{1 + n % 250}", 0))

    def ask(self, method, path, body=None, headers=None):
        """Sends a request; returns the answer, none of whose headers are for nginx or other sites."""
        sent = {"Accept": "application/json", **self.headers, **(headers or {})}
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        if self.csrf and method not in ("GET", "HEAD"):
            sent["X-CSRFToken"] = self.csrf
        where = path if path.startswith("/") else API + path
        try:
            self.connection.request(method, where, body, sent)
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # nginx closes a connection that was idle for a minute, as on a slow machine between two uses.
            self.connection.close()
            self.connection.request(method, where, body, sent)
            answer = self.connection.getresponse()
        answer.body = answer.read()
        wrong = [name for name in answer.headers
                 if name.lower().startswith(("accession-", "x-accel", "access-control-"))
                 and name != "Accession-Review"]  # which is for clients
        assert not wrong, (method, path, wrong)
        return answer

    def outcome(self, method, path, body=None):
        answer = self.ask(method, path, body)
        if answer.status == 401:
            assert answer.headers["WWW-Authenticate"] == "Token"
        return answer.status if answer.status in (401, 403) else "allowed"

    def wanted(self, method, least):
        if least == NOBODY:
            return "allowed"
        if self.role == NOBODY:
            return 401
        if self.forged and method not in ("GET", "HEAD"):
            return 403
        return "allowed" if self.role >= least else 403


class Scene:
    """Accounts, one for each caller that has one, and what they sign in with."""

    def __init__(self, site):
        self.site = site
        self.db = site.db
        self.callers = [Caller(site, "nobody", NOBODY)]
        self.secrets = {site.env["ACCESSION_PASSWORD"]}
        self.by_basic = []
        for role in ROLES:
            self.good(role)
        self.not_good_any_more()
        self.pending()
        self.of_the_wrong_kind()
        self.basic()
        self.db.run("DROP TABLE IF EXISTS kept")
        self.db.run("CREATE TEMP TABLE kept AS SELECT * FROM credential")

    def add(self, name, role, headers, csrf=None):
        caller = Caller(self.site, name, role, headers, csrf)
        self.callers.append(caller)
        self.secrets |= {re.split("[ =]", value)[1] for value in headers.values()} | {csrf} - {None}
        return caller

    def token(self, name, role, token):
        return self.add(name, role, {"Authorization": f"Token {token}"})

    def session(self, name, role, cookie, csrf=None):
        return self.add(name, role, {"Cookie": f"{COOKIE}={cookie}"}, csrf)

    def signed_in(self, person):
        browser = Browser(self.site.url)
        browser.sign_in(person.email, person.password)
        return browser

    def credential(self, person, kind):
        """Makes a credential of a kind that the API gives to nobody; returns its secret."""
        secret = secrets.token_hex(32)
        self.db.run("""INSERT INTO credential (hash, account_id, kind, expires, role, active)
                       VALUES (sha256(sha256(%s)), %s, %s, now() + interval '1 hour', '', true)""",
                    secret.encode(), person.id, kind)
        return secret

    def good(self, role):
        self.token(f"{role} by token", ROLES[role], self.db.make_token(Person(self.site, role).id))
        browser = self.signed_in(Person(self.site, role))
        self.session(f"{role} by session", ROLES[role], browser.cookie, browser.csrf)
        forged = self.signed_in(Person(self.site, role))
        self.session(f"{role} by session without CSRF token", ROLES[role], forged.cookie)
        self.session(f"{role} by session with another's CSRF token", ROLES[role], forged.cookie,
                     browser.csrf).forged = True

    def not_good_any_more(self):
        gone = Person(self.site, "admin")
        token, browser = self.db.make_token(gone.id), self.signed_in(gone)
        self.db.run("UPDATE account SET active = false WHERE id = %s", gone.id)
        self.token("disabled admin by token", NOBODY, token)
        self.session("disabled admin by session", NOBODY, browser.cookie, browser.csrf)

        late = Person(self.site, "admin")
        token, browser = self.db.make_token(late.id), self.signed_in(late)
        self.db.run("UPDATE credential SET expires = now() - interval '1 s' WHERE account_id = %s",
                    late.id)
        self.token("admin by expired token", NOBODY, token)
        self.session("admin by expired session", NOBODY, browser.cookie, browser.csrf)

        browser = self.signed_in(Person(self.site, "admin"))
        cookie = browser.cookie
        assert browser.request("DELETE", "session/").status == 204
        self.session("admin by ended session", NOBODY, cookie, browser.csrf)

    def pending(self):
        """With the code of a second factor still to come, and with none set up that has to be."""
        person = self.with_factor()
        browser = Browser(self.site.url)
        assert browser.sign_in(person.email, person.password).json["second_factor"] == "code"
        self.session("admin whose code is to come", PENDING, browser.cookie, browser.csrf)
        self.session("admin whose code is to come, without CSRF token", PENDING, browser.cookie)
        self.token("admin whose code is to come, by token", NOBODY, browser.cookie)

        person = Person(self.site, "admin")
        browser = self.signed_in(person)
        self.db.run("UPDATE credential SET pending = true WHERE account_id = %s", person.id)
        assert browser.get("session/").json["second_factor"] == "set_up"
        self.session("admin who is to set it up", PENDING, browser.cookie, browser.csrf)

    def with_factor(self):
        person = Person(self.site, "admin")
        self.db.run("INSERT INTO second_factor (account_id, secret, confirmed) VALUES (%s, %s, true)",
                    person.id, secrets.token_bytes(20))
        return person

    def of_the_wrong_kind(self):
        person = Person(self.site, "admin")
        browser = self.signed_in(person)
        made = self.site.admin.post(f"users/{Person(self.site, 'admin').id}/link/")
        link = made.json["link"].rpartition("#")[2]
        new = {"link": link, "password": "violet harbour engraves nine"}
        self.secrets.add(new["password"])
        assert past_nginx(lambda: self.site.admin.post("session/link/", json=new)).status == 204
        self.token("used link as a token", NOBODY, link)
        self.session("used link as a session", NOBODY, link, "0" * 64)
        self.token("session as a token", NOBODY, browser.cookie)
        self.session("token as a session", NOBODY, self.db.make_token(person.id), "0" * 64)
        for kind in ("link", "basic", "device"):
            self.token(f"{kind} as a token", NOBODY, self.credential(person, kind))
            self.session(f"{kind} as a session", NOBODY, self.credential(person, kind), "0" * 64)

    def basic(self):
        gone = Person(self.site, "admin")
        self.db.run("UPDATE account SET active = false WHERE id = %s", gone.id)
        people = [(role, ROLES[role], Person(self.site, role)) for role in ROLES]
        people += [("disabled admin", NOBODY, gone),
                   ("admin with a second factor", NOBODY, self.with_factor())]
        for name, role, person in people:
            self.by_basic.append(self.basic_caller(name, role, person.email, person.password))
        self.by_basic.append(self.basic_caller("wrong password", NOBODY, people[2][2].email,
                                               "not the password"))

    def basic_caller(self, name, role, email, password):
        pair = base64.b64encode(f"{email}:{password}".encode()).decode()
        self.secrets |= {password, pair}
        return Caller(self.site, f"{name} by Basic", role, {"Authorization": f"Basic {pair}"})

    def called(self, name):
        (caller,) = [one for one in self.callers if one.name == name]
        return caller

    def editors(self):
        """By token, by session and by Basic."""
        return [one for one in self.callers + self.by_basic
                if one.role == EDITOR and not one.forged]

    def restore(self):
        """What requests have ended goes on."""
        self.db.run("""INSERT INTO credential OVERRIDING SYSTEM VALUE SELECT * FROM kept
                       ON CONFLICT DO NOTHING""")

    def close(self):
        for caller in self.callers + self.by_basic:
            caller.connection.close()


@pytest.fixture(scope="module")
def scene(site):
    site.clear()
    with gone_afterwards(site):
        made = Scene(site)
        try:
            yield made
        finally:
            made.close()


def example(path):
    """An address of the pattern at which there is nothing."""
    for name, value in (("{id}", "999999999"), ("{part}", "999999999"), ("{model}", "standard"),
                        ("{name}", "none")):
        path = path.replace(name, value)
    return path


def check(scene, callers, method, path, least):
    body = "{}" if method in ("POST", "PATCH") else None
    wrong = {}
    for caller in callers:
        outcome, wanted = caller.outcome(method, example(path), body), caller.wanted(method, least)
        if outcome != wanted:
            wrong[caller.name] = f"{outcome}, not {wanted}"
        if (method, path) == ("DELETE", "session/"):
            scene.restore()
    assert not wrong


def test_table_of_routes_is_what_is_written_here():
    assert read_table() == EXPECTED


@pytest.mark.parametrize("method, path", EXPECTED)
def test_role_decides(scene, method, path):
    check(scene, scene.callers, method, path, EXPECTED[method, path])


@pytest.mark.parametrize("request_", BY_BASIC)
def test_role_decides_by_basic(scene, request_):
    method, path = request_.split(" ")
    check(scene, scene.by_basic, method, path, EXPECTED[method, path])


def strictest(path):
    return max(least for (_, one), least in EXPECTED.items() if one == path)


@pytest.mark.parametrize("path", PATHS)
def test_head_is_allowed_to_whom_get_is(scene, path):
    """Where there is no GET, it is like any method that the route lacks."""
    least = EXPECTED.get(("GET", path), strictest(path))
    check(scene, scene.callers, "HEAD", path, least)


@pytest.mark.parametrize("method", ["PUT", "PURGE"])
@pytest.mark.parametrize("path", PATHS)
def test_only_those_who_may_do_all_are_told_what_a_route_lacks(scene, method, path):
    check(scene, scene.callers, method, path, strictest(path))
    methods = {one for one, other in EXPECTED if other == path}
    for caller in scene.callers:
        answer = caller.ask(method, example(path))
        may = caller.wanted(method, strictest(path)) == "allowed"
        assert (answer.status == 405) == may, (caller.name, answer.status)
        assert ("Allow" in answer.headers) == may, caller.name
        if may:
            allow = set(answer.headers["Allow"].split(", "))
            assert allow == methods | ({"HEAD"} if "GET" in methods else set())


# ---- What is between nginx and the handlers is nobody else's.

CONFIGURATION = (ROOT / "nginx.conf.example").read_text(encoding="utf-8")
INNER = sorted(set(re.findall(r"^ *location (?:= *)?(/internal/\S+|@\S+) {", CONFIGURATION, re.MULTILINE)))
SPELLINGS = ["/{}", "//{}", "/api/../{}", "/api/v2/%2e%2e/%2e%2e/{}", "/static/../{}"]
METHODS = ["GET", "POST", "PATCH"]


def logged(site, mark):
    """address → the line of nginx's log, of requests with this mark."""
    lines = (site.folder / "log" / "access.log").read_bytes().splitlines()
    return {line["uri"]: line for line in map(json.loads, [one for one in lines if mark.encode() in one])
            if mark in line["uri"]}


def test_inner_locations_cannot_be_asked_for(site, scene):
    """nginx refuses by itself: no handler has been asked, which might find no route either."""
    assert len(INNER) > 10
    admin, mark = scene.called("admin by token"), secrets.token_hex(8)
    asked = [spelling.format(location.lstrip("/")) + f"?mark={mark}-{location}-{method}"
             for location, spelling, method in itertools.product(INNER, SPELLINGS, METHODS)]
    for uri in asked:
        answer = admin.ask(uri.rpartition("-")[2], uri)
        assert answer.status in (403, 404, 405), (uri, answer.status)
    wait_until(lambda: len(logged(site, mark)) == len(asked), what="the log")
    assert [uri for uri, line in logged(site, mark).items() if line["pool"]] == []


# What nginx tells handlers beside the request, handlers tell nginx, or other services believe.
PARAMETERS = sorted(set(re.findall(r"fastcgi_param (ACCESSION_\w+)", CONFIGURATION)))
TOLD = [*PARAMETERS, "Accession_Account", "Accession_Pool", "X_Accel_Redirect", "HTTPS", "Remote_User",
        "X_Remote_User", "X_Forwarded_User", "X_Original_URL", "X_Rewrite_URL", "X_HTTP_Method_Override"]


def spelt(name):
    """The spellings of a header that could become the parameter."""
    return [name, name.replace("_", "-"), name.title(), name.title().replace("_", "-")]


@pytest.fixture
def lent(scene):
    """A credential of an administrator, as the sign-in handlers lend it to a request."""
    return scene.credential(Person(scene.site, "admin"), "basic")


def at_handler(site, headers, params):
    with fastcgi.asked(site.folder / "sockets" / "fast.sock", "/api/v2/users/me/", headers,
                       params) as connection:
        return fastcgi.answer(connection)


def test_what_is_lent_is_good_if_nginx_says_it(site, lent):
    basic = {"Authorization": "Basic eDp5"}
    assert b'"email":' in at_handler(site, basic, {"ACCESSION_LENT": lent})
    assert b'"email":' not in at_handler(site, {**basic, "Accession-Lent": lent}, {})


@pytest.mark.parametrize("name", TOLD)
def test_nobody_is_let_in_by_headers_of_their_own(scene, lent, name):
    nobody = scene.called("nobody")
    for header, value, basic in itertools.product(spelt(name), (lent, "1", "2", "/healthz", "GET"),
                                                  ({}, {"Authorization": "Basic eDp5"})):
        answer = nobody.ask("GET", "users/", headers={header: value, **basic})
        assert answer.status in (401, 429), (header, value, answer.status)


@pytest.mark.parametrize("name", TOLD)
def test_headers_of_their_own_change_nobody(site, scene, lent, name):
    viewer = scene.called("viewer by token")
    mine = json.loads(viewer.ask("GET", "users/me/").body)
    for header, value in itertools.product(spelt(name), (lent, str(site.ids["admin"]), "/healthz")):
        answer = viewer.ask("GET", "users/me/", headers={header: value})
        assert (answer.status, json.loads(answer.body)) == (200, mine), (header, value)
        answer = viewer.ask("GET", "users/", headers={header: value})
        assert answer.status == 403, (header, value)


def test_no_way_through_the_pools_shows_what_was_said_between(site, scene):
    """Handed over, lent a credential, asked about, waited for (Caller.ask looks at the headers)."""
    site.clear()
    job = site.admin.ready(to_csv([item("CT1")]))["id"]
    upload = multipart(part(b"id\n"))
    for caller in scene.editors():
        for path in (f"{IMPORT}{job}/", f"{IMPORT}{job}/diff/standard/",
                     f"{IMPORT}{job}/diff/standard/looked/", f"{IMPORT}{job}/comments/",
                     f"{IMPORT}{job}/approvals/", "library/export/standard.csv", "library/tasks/", "users/me/second-factor/"):
            assert caller.ask("GET", path).status == 200, (caller.name, path)
        assert caller.ask("POST", IMPORT, upload, {"Content-Type": MULTIPART}).status == 409
    assert caller.ask("GET", f"{IMPORT}{job}/?wait=success&timeout=1").status == 200


def test_no_log_has_a_secret(site, scene, api):
    """Whoever they were, and however they tried."""
    mark = secrets.token_hex(8)
    for caller in scene.callers + scene.by_basic:
        caller.ask("GET", "users/me/")
        caller.ask("POST", "users/me/tokens/", "{}")
    api.get("users/me/", params={"mark": mark})
    wait_until(lambda: logged(site, mark), what="the log")
    secrets_ = [secret.encode() for secret in scene.secrets if secret.strip("0")]
    assert len(secrets_) > 20
    for log in (site.folder / "log").iterdir():
        raw = log.read_bytes()
        assert not [secret for secret in secrets_ if secret in raw], log.name
