"""Sign-in by a trusted front, set up by the steps that nginx.conf.example tells: with certificates
of people, and with a proxy for OpenID Connect, which a small program stands for here, since Debian
has none."""

import contextlib
import http.server
import pathlib
import tempfile
import threading

import pytest

import fronts
import sites
from browser import SESSION, Browser
from client import Client, ask
from people import Person, gone_afterwards

pytestmark = pytest.mark.usefixtures("only_known_people")

START = "/oauth2/start?rd=/sign-in/?front=1"
WAYS = "session/ways/"
ON = {"TRUSTED_FRONT": "on", "TRUSTED_FRONT_URL": START, "SECOND_FACTOR": "all"}
BY_FRONT = "Passwords open nothing here"
PARAMETER = r"(fastcgi_param REMOTE_ADDR +\$remote_addr;)"


@pytest.fixture(scope="module")
def site():
    with sites.running(ON) as running:
        yield running


@pytest.fixture(scope="module")
def only_site():
    with sites.running({"TRUSTED_FRONT": "only"}) as running:
        yield running


@pytest.fixture
def person(site):
    return Person(site, "editor")


def vouching(site, email):
    """An nginx that says of all requests that this is who makes them."""
    return fronts.plain(site, {PARAMETER: rf'\1 fastcgi_param ACCESSION_REMOTE_USER "{email}";'})


def events(site, person):
    """The kinds and ways of a person's last events."""
    return site.db.rows("""SELECT kind, via, reason FROM security_event WHERE account_id = %s
                            ORDER BY id""", person.id)


def sign_in(browser):
    answer = browser.post(SESSION, json={})
    if answer.status == 200:
        browser.csrf = answer.json["csrf_token"]
    return answer


# ---- Whoever the front names

def test_whom_the_front_names_is_signed_in(site, person):
    """Without a second factor, which is the front's business: this site wants one of everybody."""
    site.db.run("UPDATE account SET password_hash = NULL WHERE id = %s", person.id)
    before = len(events(site, person))
    with vouching(site, person.email.upper()) as front:
        browser = Browser(front.url)
        answer = sign_in(browser)
        assert (answer.status, answer.json["id"], answer.json["role"]) == (200, person.id, "editor")
        assert browser.get("users/me/").json["id"] == person.id
        assert browser.post("library/import/", json={}).status == 415
        assert browser.request("DELETE", SESSION).status == 204
        assert not browser.signed_in()
    assert events(site, person)[before:] == [("sign_in", "front", ""), ("sign_out", "session", "")]


def test_signing_in_again_ends_the_session_before(site, db, person):
    with vouching(site, person.email) as front:
        browser = Browser(front.url)
        assert [sign_in(browser).status for _ in range(2)] == [200, 200]
    assert db.value("SELECT count(*) FROM credential WHERE account_id = %s", person.id) == 1


def test_who_has_no_account_is_sent_to_an_administrator(site, db):
    with vouching(site, "stranger@example.com") as front:
        answer = sign_in(Browser(front.url))
    assert answer.status == 403 and "Set-Cookie" not in answer.headers
    assert "stranger@example.com" in answer.detail and "administrator" in answer.detail
    assert db.rows("SELECT kind, via, reason FROM security_event ORDER BY id DESC LIMIT 1") == [
        ("sign_in_refused", "front", "no such account: stranger@example.com")]


def test_disabled_account_is_refused(site, db, person):
    db.run("UPDATE account SET active = false WHERE id = %s", person.id)
    with vouching(site, person.email) as front:
        answer = sign_in(Browser(front.url))
    assert answer.status == 403 and "Set-Cookie" not in answer.headers
    assert person.email in answer.detail and "administrator" in answer.detail
    assert events(site, person)[-1] == ("sign_in_refused", "front", "the account is disabled")


@pytest.mark.parametrize("said", ["", "nobody", "a@b c", "x" * 300 + "@example.com",
                                  "\xff@example.com", "'; --@x", "%s@example.com", "x" * 7000])
def test_what_is_no_account_signs_nobody_in(site, said):
    """However careless nginx passes it on."""
    with vouching(site, "$http_careless") as front:
        answer = Browser(front.url).post(SESSION, json={}, headers={"Careless": said.encode("latin-1")})
    assert answer.status == 403 and "Set-Cookie" not in answer.headers, answer


def test_page_of_another_site_cannot_sign_in(site, person):
    with vouching(site, person.email) as front:
        for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            answer = Browser(front.url).post(SESSION, json={}, headers=headers)
            assert answer.status == 403 and answer.detail.startswith("CSRF"), answer
        answer = Browser(front.url).post(SESSION, data=b"{}", headers={"Content-Type": "text/plain"})
        assert answer.status == 403 and answer.detail.startswith("CSRF"), answer


@pytest.mark.parametrize("body, answer", [
    ({"email": "a@example.com"}, {"password": ["This field is required."]}),
    ({"password": "a"}, {"email": ["This field is required."]}),
    ({"email": "", "password": ""}, {"email": ["This field may not be blank."],
                                     "password": ["This field may not be blank."]})])
def test_half_a_password_sign_in_is_none_by_the_front(site, person, body, answer):
    with vouching(site, person.email) as front:
        got = Browser(front.url).post(SESSION, json=body)
    assert (got.status, got.json) == (400, answer)


def test_passwords_go_on_beside_the_front(site, person):
    other = Person(site, "viewer")
    with vouching(site, person.email) as front:
        browser = Browser(front.url)
        browser.sign_in(other.email, other.password)
        assert browser.get(SESSION).json["second_factor"] == "set_up"


# ---- What stands for the password

def test_a_request_that_the_front_vouches_for_needs_no_password(site, db, person):
    db.run("UPDATE account SET password_hash = NULL WHERE id = %s", person.id)
    with vouching(site, person.email) as front:
        browser = Browser(front.url)
        sign_in(browser)
        made = browser.post("users/me/tokens/", json={"name": "a"})
        assert made.status == 200, made
    assert Client(site.url, made.json["token"]).get("users/me/").json["id"] == person.id


def test_a_session_alone_makes_no_token(site, person):
    """Also if the front names somebody else."""
    with vouching(site, person.email) as front:
        browser = Browser(front.url)
        sign_in(browser)
    for elsewhere in (contextlib.nullcontext(site), vouching(site, "viewer@example.com")):
        with elsewhere as other:
            browser.url = other.url
            answer = browser.post("users/me/tokens/", json={"name": "a"})
            assert (answer.status, answer.json) == (
                400, {"current_password": ["This field is required."]})


# ---- Who can say it

HEADERS = ["Accession-Remote-User", "ACCESSION_REMOTE_USER", "Remote-User", "REMOTE_USER",
           "X-Remote-User", "X-Auth-Request-Email", "X-Forwarded-Email", "X-Forwarded-User"]


@pytest.mark.parametrize("name", HEADERS)
def test_no_header_of_a_client_names_anybody(site, person, name):
    headers = {"Content-Type": "application/json", "Content-Length": "2", name: person.email}
    answer = ask(site, "POST", "/api/v2/session/", headers, b"{}")
    assert answer.status == 403 and "did not say who you are" in answer.detail


def test_basic_names_nobody_to_the_front(site, person):
    browser = Browser(site.url, auth=(person.email, "wrong password"))
    answer = sign_in(browser)
    assert answer.status == 403 and "did not say who you are" in answer.detail


def test_unless_it_is_switched_on_the_parameter_does_nothing(shared_site):
    with vouching(shared_site, shared_site.env["ACCESSION_EMAIL"]) as front:
        answer = sign_in(Browser(front.url))
        assert (answer.status, answer.json) == (400, {"email": ["This field is required."],
                                                      "password": ["This field is required."]})
        answer = Client(front.url, shared_site.admin.token).post("users/me/tokens/",
                                                                 json={"name": "a"})
        assert (answer.status, answer.json) == (
            400, {"current_password": ["This field is required."]})


def test_everybody_may_know_the_ways_to_sign_in(site, shared_site, only_site):
    for where, ways in ((shared_site, {"password": True, "front": False, "front_url": None}),
                        (site, {"password": True, "front": True, "front_url": START}),
                        (only_site, {"password": False, "front": True, "front_url": None})):
        answer = Client(where.url).get(WAYS)
        assert (answer.status, answer.json) == (200, ways)


# ---- By the front alone

def test_passwords_open_nothing_where_there_is_the_front_alone(only_site):
    with gone_afterwards(only_site):
        person = Person(only_site, "admin")
        basic = Client(only_site.url, auth=(person.email, person.password))
        admin = only_site.admin
        nobody = Client(only_site.url)
        answers = [
            nobody.post(SESSION, json={"email": person.email, "password": person.password}),
            basic.get("users/me/"), basic.upload(b"id,title\n"),
            nobody.post("session/link/", json={"link": "x"}),
            admin.post(f"users/{person.id}/link/"),
            admin.patch("users/me/", json={"current_password": person.password,
                                           "password": "correct horse battery"}),
            admin.post("users/me/tokens/", json={"name": "a", "current_password": person.password}),
            admin.post("users/me/tokens/", json={"name": "a"}),
            admin.post("users/me/second-factor/", json={"current_password": person.password}),
        ]
        for answer in answers:
            assert answer.status == 403 and answer.detail.startswith(BY_FRONT), answer


def test_an_account_made_there_has_no_link_and_signs_in(only_site):
    with gone_afterwards(only_site):
        made = only_site.admin.post("users/", json={"email": "new@example.com", "role": "editor"})
        assert made.status == 200 and "link" not in made.json, made
        with vouching(only_site, "new@example.com") as front:
            browser = Browser(front.url)
            assert sign_in(browser).status == 200
            assert browser.post("users/me/tokens/", json={"name": "a"}).status == 200


# ---- Certificates

@pytest.fixture(scope="module")
def authority():
    with tempfile.TemporaryDirectory(prefix="accession-authority.") as folder:
        yield fronts.Authority(pathlib.Path(folder))


@pytest.fixture(scope="module")
def certified(site, authority):
    with fronts.tls(site, {"/etc/ssl/certs/accession-people.pem": str(authority.certificate)},
                    steps=["certificate"]) as front:
        yield front


def with_certificate(front, files):
    browser = Browser(front.url)
    browser.session.verify = str(front.certificate)
    browser.session.cert = files
    return browser


SUBJECTS = [
    ("/CN=Pat/emailAddress={email}", True),
    ("/O=Org/emailAddress={email}/CN=Pat", True),
    ("/emailAddress={email}", True),
    ("/O=Órg/CN=Pät/emailAddress={email}", True),
    ("/CN={email}", False),
    ("/CN=Pat,emailAddress={email}", False),
    ("/CN=emailAddress={email}", False),
    ("/CN=Pat\\\\\\\\,emailAddress={email}", False),
    ("/O=a,emailAddress={email},b/CN=Pat", False),
    ("/CN=emailAddress={email},x/emailAddress=other@example.com", False),
]


@pytest.mark.parametrize("subject, good", SUBJECTS)
def test_a_certificate_signs_in_by_its_email_alone(certified, authority, person, subject, good):
    """However much the rest of a name looks like one."""
    browser = with_certificate(certified, authority.give(subject.format(email=person.email)))
    answer = sign_in(browser)
    assert (answer.status, browser.signed_in()) == ((200, True) if good else (403, False)), answer
    if good:
        assert answer.json["id"] == person.id


def test_without_a_certificate_passwords_go_on(certified, person):
    browser = with_certificate(certified, None)
    assert sign_in(browser).status == 403
    assert browser.try_sign_in(person.email, person.password).status == 200


def test_a_certificate_of_another_authority_opens_nothing(certified, person, tmp_path):
    files = fronts.Authority(tmp_path).give(f"/emailAddress={person.email}")
    answer = sign_in(with_certificate(certified, files))
    assert answer.status == 400 and "Set-Cookie" not in answer.headers


# ---- A proxy for OpenID Connect

class Provider(http.server.BaseHTTPRequestHandler):
    """Stands for oauth2-proxy: whose cookie it is, it says by X-Auth-Request-Email."""

    asked = []

    def do_GET(self):
        self.asked.append((self.path, dict(self.headers)))
        status, _, email = self.headers.get("Cookie", "").partition("_oauth2_proxy=")[2].partition(":")
        self.send_response(302 if self.path.startswith("/oauth2/start") else int(status or 401))
        if email:
            self.send_header("X-Auth-Request-Email", email)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def provided(site):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider) as provider:
        thread = threading.Thread(target=provider.serve_forever)
        thread.start()
        try:
            with fronts.plain(site, {"127.0.0.1:4180": f"127.0.0.1:{provider.server_port}"},
                              steps=["provider"]) as front:
                yield front
        finally:
            provider.shutdown()
            thread.join()


@pytest.mark.parametrize("cookie, signed_in", [
    ("202:{email}", True), ("200:{email}", True), ("401:{email}", False), ("403:{email}", False),
    ("302:{email}", False), ("500:{email}", False), ("202:", False), ("202:x@example.com", False),
    ("", False)])
def test_the_cookie_of_the_provider_signs_in(provided, person, cookie, signed_in):
    browser = Browser(provided.url)
    answer = browser.post(SESSION, json={}, headers={
        "Cookie": "_oauth2_proxy=" + cookie.format(email=person.email)})
    assert answer.status == (200 if signed_in else 403), answer
    assert browser.signed_in() == signed_in


def test_the_provider_gets_to_see_cookies_alone(provided, person):
    Provider.asked.clear()
    sent = {name: person.email for name in HEADERS if "_" not in name}
    answer = Browser(provided.url).post(SESSION, json={}, headers={
        "Cookie": "_oauth2_proxy=202:x@example.com", "Authorization": "Token x", **sent})
    assert answer.status == 403
    ((path, headers),) = Provider.asked
    assert path == "/oauth2/auth"
    assert set(headers) == {"Host", "Connection", "Cookie", "X-Forwarded-Proto"}


def test_passwords_go_on_beside_the_provider(provided, person):
    assert Browser(provided.url).try_sign_in(person.email, person.password).status == 200


def test_passwords_go_on_when_the_provider_is_gone(site, person):
    with fronts.plain(site, {"127.0.0.1:4180": "127.0.0.1:1"}, steps=["provider"]) as front:
        browser = Browser(front.url)
        assert sign_in(browser).status == 403
        assert browser.try_sign_in(person.email, person.password).status == 200


def test_browsers_reach_the_sign_in_of_the_provider(provided):
    assert Client(provided.url).get(START, check=False).status == 302
