"""nginx with TLS, set up by the steps that nginx.conf.example tells: every kind of answer has the
headers that guard the browser, and nothing goes over the network unencrypted."""

import contextlib
import socket
import ssl
import subprocess
import urllib.parse

import pytest

import fronts
import published
from browser import SESSION, Browser, cookies_set
from client import IMPORT, MULTIPART, Client, Wire, multipart, part, wire
from library import item, to_csv
from people import Person, gone_afterwards
from processes import wait_until
from sites import ROOT

API = "/api/v2/"
HSTS = "max-age=31536000; includeSubDomains"
NOTHING = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
PAGES = ("default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
         "object-src 'none'")
CSV = to_csv([item("CT1"), item("CT2")])
UPLOAD = {"Content-Type": MULTIPART, "Content-Length": "100000"}
HTML = {"Accept": "text/html"}
# What the pages consist of. Its address has a digest of them, so browsers may keep it.
SCRIPT = published.files()[-1]


@pytest.fixture(scope="module")
def front(site):
    with fronts.tls(site) as running:
        (running.folder / "security.txt").write_text("Contact: mailto:security@example.org\n")
        yield running


def guarded(answer, transport=HSTS, policy=NOTHING, kept=False):
    """Checks the headers of any answer, and that none is there twice. kept: whether browsers keep it."""
    names = [name.lower() for name, _ in answer.pairs]
    assert sorted(names) == sorted(set(names)), answer.pairs
    assert answer.headers.get("Strict-Transport-Security") == transport, answer.pairs
    assert answer.headers["Content-Security-Policy"] == policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] in ([published.KEPT] if kept else ["no-store", "no-cache"])
    assert not [name for name in names if name.startswith(("accession-", "x-accel-"))
                and name != "accession-review"]
    return answer


def is_kept(path, status):
    return path == SCRIPT and status in (200, 304)


def ask(front, method, path, headers=None, body=b""):
    with contextlib.closing(front.wire()) as connection:
        connection.head(method, path, headers or {})
        if body:
            connection.send(body)
        return connection.answer(method)


def token(person, **more):
    return {"Authorization": f"Token {person.token}", **more}


def test_manual_tells_the_same_steps():
    manual = (ROOT / "worker" / "system" / "README.md").read_text(encoding="utf-8")
    for name in ("tls", "balancer"):
        assert f"sed -i -E '{fronts.step(name)}' /etc/nginx/nginx.conf\n" in manual


# ---- Every kind of answer: who asks, how, and the answer's status and policy.

@pytest.mark.parametrize("method, path, headers, status, policy", [
    ("GET", "/jobs/", {}, 200, PAGES),
    ("HEAD", "/", {}, 200, PAGES),
    ("GET", "/nope", HTML, 404, PAGES),
    ("GET", SCRIPT, {}, 200, PAGES),
    ("GET", SCRIPT, {"Range": "bytes=99999999-"}, 200, PAGES),
    ("GET", SCRIPT, {"If-None-Match": "*"}, 304, PAGES),
    ("GET", "/static/diff.js", {}, 200, PAGES),
    ("GET", "/.well-known/security.txt", {}, 200, NOTHING),
    ("GET", "/jobs", {}, 301, NOTHING),
    ("GET", "/healthz", {}, 200, NOTHING),
    # nginx's own errors
    ("GET", "/nope", {}, 404, NOTHING),
    ("GET", "/static/nope.js", HTML, 404, PAGES),
    ("GET", SCRIPT.rpartition("/")[0] + "/core/", {}, 403, NOTHING),
    ("GET", "/jobs/", {"X": "a\0"}, 400, NOTHING),
    ("GET", "/jobs/", {"Host": None}, 400, NOTHING),
    ("POST", "/jobs/", {}, 405, NOTHING),
    ("TRACE", "/jobs/", {}, 405, NOTHING),
    ("POST", API + SESSION, {"Content-Length": "70000"}, 413, NOTHING),
    ("GET", "/" + "a" * 16_400, {}, 414, NOTHING),  # one that arrives whole before it is refused
    ("GET", SCRIPT, {"If-Match": '"x"'}, 412, NOTHING),
    ("GET", "/jobs/", {"X": "a" * 16_400}, 431, NOTHING),
    ("POST", "/jobs/", {"Transfer-Encoding": "x"}, 501, NOTHING),
    # handlers
    ("GET", API + "users/me", {}, 301, NOTHING),
    ("GET", API + "users/me/", {}, 401, NOTHING),
    ("GET", API + "nope/", {}, 404, NOTHING),
    ("POST", API + SESSION, {"Content-Length": "0"}, 403, NOTHING),
    ("POST", API + IMPORT, UPLOAD, 401, NOTHING),
])
def test_answers_to_anybody_are_guarded(front, method, path, headers, status, policy):
    answer = guarded(ask(front, method, path, headers), policy=policy, kept=is_kept(path, status))
    assert answer.status == status, answer


@pytest.mark.parametrize("method, path, headers, status", [
    ("GET", "users/me/", {}, 200),
    ("HEAD", "users/me/", {}, 200),
    ("GET", "users/?page_size=1", {}, 200),
    ("GET", "library/tasks/", {}, 200),  # by way of another pool
    ("GET", "library/export/standard.xlsx", {}, 200),
    ("GET", IMPORT + "{job}/", {"If-None-Match": "*"}, 304),
    ("GET", IMPORT + "{job}/?wait=fail&timeout=1", {}, 200),
    ("GET", IMPORT + "{job}/diff/standard/", {}, 200),
    ("GET", IMPORT + "{job}/files/standard/", {}, 200),
    ("DELETE", SESSION, {}, 204),
    ("DELETE", IMPORT, {}, 405),
    ("POST", "users/", {"Content-Length": "0", "Content-Type": "text/plain"}, 415),
    ("POST", IMPORT, UPLOAD, 409),
    ("POST", IMPORT, {**UPLOAD, "Content-Length": "600000000"}, 413),
    ("PUT", IMPORT, UPLOAD, 405),
])
def test_answers_to_people_are_guarded(front, api, method, path, headers, status):
    job = api.ready(CSV)["id"]
    answer = guarded(ask(front, method, API + path.format(job=job), token(api, **headers)))
    assert answer.status == status, answer


def test_refusal_for_want_of_a_role_is_guarded(front, viewer):
    assert guarded(ask(front, "POST", API + IMPORT, token(viewer, **UPLOAD))).status == 403


def test_upload_is_taken_and_guarded(front, api):
    body = multipart(part(CSV))
    answer = guarded(ask(front, "POST", API + IMPORT, token(
        api, **{"Content-Type": MULTIPART, "Content-Length": str(len(body))}), body))
    assert answer.status == 200, answer
    api.wait_for(answer.json["id"], "ready_for_review")


def test_limit_is_guarded(site):
    """On an nginx of its own: a used-up limit would hold up other tests."""
    with fronts.tls(site, {"rate=10r/s": "rate=1r/m", "burst=50 nodelay": "burst=1 nodelay"}) as front:
        answers = [ask(front, "POST", API + SESSION, {"Content-Length": "0"}) for _ in range(3)]
    assert [guarded(answer).status for answer in answers] == [403, 403, 429]
    assert answers[2].headers["Retry-After"] == "1"


def test_missing_handlers_are_a_guarded_503(site, api):
    with fronts.tls(site, {r"/fast\.sock": "/nobody.sock"}) as front:
        for path in ("/healthz", API + "users/me/", API + IMPORT + "1/?wait=fail"):
            answer = guarded(ask(front, "GET", path, token(api)))
            assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
        assert guarded(ask(front, "POST", API + IMPORT, token(api, **UPLOAD))).status == 503


def test_plain_http_on_the_encrypted_port_is_guarded(front):
    connection = Wire(front.url)
    with contextlib.closing(connection):
        connection.head("GET", "/", {})
        assert guarded(connection.answer(), transport=None).status == 400


def test_security_txt_is_text_and_may_be_missing(front, nobody):
    answer = ask(front, "GET", "/.well-known/security.txt")
    assert answer.raw == b"Contact: mailto:security@example.org\n"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    with contextlib.ExitStack() as stack:
        path = front.folder / "security.txt"
        stack.callback(path.write_bytes, path.read_bytes())
        path.unlink()
        answer = ask(front, "GET", "/.well-known/security.txt").check()
    assert (answer.status, answer.json) == (404, {"detail": "Not found."})


# ---- Without TLS

@pytest.mark.parametrize("method, path, status, policy", [
    ("GET", "/jobs/", 200, PAGES), ("GET", "/jobs", 301, NOTHING), ("GET", "/nope", 404, NOTHING),
    ("GET", SCRIPT, 200, PAGES), ("GET", API + "users/me/", 401, NOTHING),
    ("GET", "/healthz", 200, NOTHING), ("POST", API + IMPORT, 401, NOTHING)])
def test_site_without_tls_says_nothing_of_it(site, method, path, status, policy):
    with wire(site) as connection:
        connection.head(method, path, UPLOAD if method == "POST" else {})
        answer = guarded(connection.answer(), transport=None, policy=policy, kept=is_kept(path, status))
    assert answer.status == status


@pytest.mark.parametrize("method, path", [
    ("GET", "/"), ("GET", "/jobs/"), ("GET", "/jobs?a=b"), ("HEAD", "/sign-in/"),
    ("GET", SCRIPT), ("GET", "/nope"), ("POST", "/jobs/"), ("GET", "/index.html"),
    ("GET", "/apple/../%6aobs/?next=/jobs/%0a")])
def test_plain_http_is_redirected(front, method, path):
    with contextlib.closing(Wire(front.plain)) as connection:
        connection.head(method, path, {"Connection": "close"})
        answer = guarded(connection.answer(method), transport=None)
    assert (answer.status, answer.headers["Location"]) == (301, f"https://127.0.0.1{path}")


@pytest.mark.parametrize("method, path", [
    ("GET", "users/me/"), ("HEAD", "users/me/"), ("GET", ""), ("POST", SESSION), ("POST", IMPORT),
    ("PATCH", IMPORT + "1/"), ("GET", "../../%61pi/v2/users/me/"), ("GET", "..//v2/users/me/"),
    ("GET", "../../API/v2/users/me/"), ("GET", "../../api"), ("GET", "nope"),
    ("GET", "../../internal/slow"), ("GET", "../../internal/error")])
def test_api_is_refused_over_plain_http(front, api, method, path):
    """Redirected, a script would go on, and nobody would notice that the token is known."""
    sent = token(api, **(UPLOAD if method in ("POST", "PATCH") else {"Connection": "close"}))
    with contextlib.closing(Wire(front.plain)) as connection:
        connection.head(method, API + path, sent)
        answer = guarded(connection.answer(method), transport=None)
    assert "Location" not in answer.headers
    if path.endswith("internal/error"):
        assert answer.status == 404
    else:
        assert answer.status == 403
        assert method == "HEAD" or "https only" in answer.check().detail


def test_monitors_may_ask_over_plain_http(front):
    with contextlib.closing(Wire(front.plain)) as connection:
        connection.head("GET", "/healthz", {})
        assert connection.answer().check().status == 200


# ---- The connection

def handshake(front, adjust):
    """The cipher of a connection whose context has been adjusted; None if there is none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(front.certificate)
    try:
        adjust(context)
    except ssl.SSLError:
        return None  # this OpenSSL has no such cipher
    parts = urllib.parse.urlsplit(front.url)
    with socket.create_connection((parts.hostname, parts.port), 60) as connection:
        try:
            with context.wrap_socket(connection, server_hostname="127.0.0.1") as encrypted:
                return encrypted.cipher()[0]
        except (ssl.SSLError, ConnectionResetError):
            return None


def test_only_ciphers_with_forward_secrecy_are_taken(front):
    everything = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    everything.set_ciphers("ALL:@SECLEVEL=0")
    names = {one["name"] for one in everything.get_ciphers() if one["protocol"] != "TLSv1.3"}
    assert "AES128-SHA" in names

    def only(name):
        def adjust(context):
            context.maximum_version = ssl.TLSVersion.TLSv1_2
            context.set_ciphers(f"{name}:@SECLEVEL=0")
        return adjust
    assert {name for name in names if handshake(front, only(name))} == {
        "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-RSA-CHACHA20-POLY1305"}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("version, taken", [("TLSv1", False), ("TLSv1_1", False),
                                            ("TLSv1_2", True), ("TLSv1_3", True)])
def test_old_protocols_are_refused(front, version, taken):
    def adjust(context):
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
    assert (handshake(front, adjust) is not None) == taken


def curl(front, person, *args, body=None):
    """The status and the body of a request by HTTP/2."""
    done = subprocess.run(
        ["curl", "-sS", "--http2", "--cacert", front.certificate, "-w", "\n%{http_version} %{http_code}",
         "-H", f"Authorization: Token {person.token}", *args], input=body, capture_output=True,
        timeout=60, check=True)
    text, _, last = done.stdout.rpartition(b"\n")
    version, status = last.split()
    assert version == b"2"
    return int(status), text


def test_http_2_serves_uploads_and_refuses_them(front, api, tmp_path):
    """Among them a refusal while the body still comes."""
    large = tmp_path / "standard.csv"
    large.write_bytes(CSV + b"\n" * 5_000_000)
    upload = ["-F", f"files=@{large}", front.url + API + IMPORT]
    status, body = curl(front, api, *upload)
    assert status == 200, body
    status, body = curl(front, api, *upload)
    assert (status, b"job_in_progress" in body) == (409, True)
    assert curl(front, api, front.url + API + "users/me/")[0] == 200


# ---- Signing in

@pytest.fixture
def person(site):
    with gone_afterwards(site):
        yield Person(site, "editor")


@pytest.fixture
def browser(front):
    browser = Browser(front.url)
    browser.session.verify = front.certificate
    return browser


def test_cookie_belongs_to_this_host_alone(browser, person):
    cookies = cookies_set(browser.sign_in(person.email, person.password))
    for name, age in (("__Host-accession_session", 43200), ("__Host-accession_device", 15552000)):
        value, *attributes = cookies.pop(name).partition("=")[2].split("; ")
        assert len(value) == 64
        assert sorted(attributes) == ["HttpOnly", f"Max-Age={age}", "Path=/", "SameSite=Strict",
                                      "Secure"]
    assert not cookies
    assert browser.signed_in()
    assert browser.get(SESSION).json["csrf_token"] == browser.csrf


@pytest.mark.parametrize("cookies, status", [
    ("accession_session={}", 401),
    ("__host-accession_session={}", 401),
    ("__Secure-accession_session={}", 401),
    ("accession_session=planted; __Host-accession_session={}", 200),
    ("__Host-accession_session={}; accession_session=planted", 200),
])
def test_cookie_without_the_prefix_is_not_taken(front, browser, person, cookies, status):
    browser.sign_in(person.email, person.password)
    value = browser.session.cookies["__Host-accession_session"]
    answer = ask(front, "GET", API + "users/me/", {"Cookie": cookies.format(value)})
    assert answer.status == status


def test_sign_out_leaves_nothing_to_go_back_to(browser, person):
    browser.sign_in(person.email, person.password)
    answer = browser.request("DELETE", SESSION)
    assert answer.status == 204
    # Other directives would delete what is not ours: cookies of neighbouring hosts, preferences.
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert answer.headers["Set-Cookie"] == ("__Host-accession_session=; Path=/; HttpOnly; "
                                            "SameSite=Strict; Max-Age=0; Secure")
    assert not browser.signed_in()


@pytest.mark.parametrize("origin, allowed", [
    ("{url}", True), ("http://{host}", False), ("evil://{host}", False), ("https://127.0.0.1", False),
    ("{url}.example", False), ("{url}/", False), ("null", False), ("", False),
    ("https://{host}, https://{host}", False)])
def test_pages_of_this_origin_alone_sign_in(front, browser, person, origin, allowed):
    host = urllib.parse.urlsplit(front.url).netloc
    sent = origin.format(url=front.url, host=host)
    answer = browser.try_sign_in(person.email, person.password, headers={"Origin": sent})
    assert answer.status == (200 if allowed else 403), answer


def test_links_are_encrypted(front, api):
    encrypted = Client(front.url, api.token)
    encrypted.session.verify = front.certificate
    answer = encrypted.get("users/?page_size=1")
    assert answer.json["next"] == f"{front.url}{API}users/?page=2&page_size=1"


# ---- A balancer that ends TLS

@pytest.fixture(scope="module")
def balanced(site):
    with fronts.balanced(site) as running:
        yield running


@pytest.mark.parametrize("method, path, headers, status, policy", [
    ("GET", "/jobs/", {}, 200, PAGES), ("GET", "/jobs", {}, 301, NOTHING),
    ("GET", "/nope", {}, 404, NOTHING), ("GET", SCRIPT, {}, 200, PAGES),
    ("GET", API + "users/me/", {}, 401, NOTHING), ("POST", API + IMPORT, UPLOAD, 401, NOTHING),
    ("POST", API + SESSION, {"Content-Length": "70000"}, 413, NOTHING)])
def test_answers_behind_a_balancer_are_guarded(balanced, method, path, headers, status, policy):
    answer = guarded(ask(balanced, method, path, headers), policy=policy, kept=is_kept(path, status))
    assert answer.status == status, answer


def test_cookie_and_links_behind_a_balancer_are_encrypted(balanced, api, person):
    browser = Browser(balanced.url)
    browser.session.verify = balanced.certificate
    answer = browser.try_sign_in(person.email, person.password, headers={"Origin": balanced.url})
    assert "; Secure" in cookies_set(answer)["__Host-accession_session"]
    browser.session.cookies.clear()
    browser.token = api.token
    assert browser.get("users/?page_size=1").json["next"].startswith(balanced.url)


@pytest.mark.parametrize("headers", [
    {}, {"X-Forwarded-Proto": "https"},
    {"X-Forwarded-Proto": "https", "X-Forwarded-For": fronts.BALANCER}])
def test_nobody_else_is_taken_for_the_balancer(balanced, api, headers):
    """Whoever goes past it gets no further by saying that there was one."""
    with contextlib.closing(Wire(balanced.plain)) as connection:
        connection.head("GET", API + "users/me/", token(api, **headers))
        answer = guarded(connection.answer(), transport=None)
    assert answer.status == 403 and "https only" in answer.detail


@pytest.mark.parametrize("path, said, status", [
    (API + "users/me/", "https", 200), (API + "users/me/", "http", 403),
    (API + "users/me/", "HTTPS, http", 403), (API + "users/me/", None, 403),
    ("/jobs/", "https", 200), ("/jobs/", "http", 301), ("/jobs/", None, 301),
    ("/healthz", "http", 200), ("/healthz", None, 200)])
def test_what_came_to_the_balancer_unencrypted_is_not_answered(balanced, api, path, said, status):
    sent = token(api, **{"X-Forwarded-For": "127.0.0.9", "X-Forwarded-Proto": said})
    with contextlib.closing(Wire(balanced.plain, address=fronts.BALANCER)) as connection:
        connection.head("GET", path, sent)
        answer = guarded(connection.answer(), transport=HSTS if said == "https" else None,
                         policy=PAGES if (path, status) == ("/jobs/", 200) else NOTHING)
    assert answer.status == status


def from_address(front, address, method, path, headers):
    """The answer to a client of another address."""
    with contextlib.closing(fronts.TlsWire(front, address=address)) as connection:
        connection.head(method, path, headers)
        return connection.answer(method)


def test_log_and_limits_are_about_the_client_not_the_balancer(balanced):
    """Also if it says that it came for somebody else."""
    headers = {"X-Forwarded-For": "192.0.2.77", "Content-Length": "0",
               "Content-Type": "application/json"}
    asked = 0
    while from_address(balanced, "127.0.0.3", "POST", API + SESSION, headers).status != 429:
        asked += 1
        assert asked < 1000
    assert from_address(balanced, "127.0.0.4", "POST", API + SESSION, headers).status == 400
    wait_until(lambda: '"client":"127.0.0.4"' in balanced.log(), what="the log")
    assert '"client":"127.0.0.3"' in balanced.log()
    assert "192.0.2.77" not in balanced.log()
