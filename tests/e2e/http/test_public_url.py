"""A site that knows where clients reach it (ACCESSION_PUBLIC_URL): whatever Host says, and however
the request came."""

import pytest

import sites
from browser import SESSION, Browser, cookies_set
from client import IMPORT, Client, ask
from people import Person, gone_afterwards

PUBLIC = "https://accession.example.org"


@pytest.fixture(scope="module")
def site():
    with sites.running({"PUBLIC_URL": PUBLIC}) as running:
        yield running


@pytest.fixture
def person(site):
    with gone_afterwards(site):
        yield Person(site, "editor")


@pytest.mark.parametrize("host", ["evil.example", "accession.example.org", "127.0.0.1"])
def test_links_begin_with_it(site, api, host):
    answer = ask(site, "GET", "/api/v2/users/?page_size=1&page=2",
                 {"Authorization": f"Token {api.token}", "Host": host})
    links = answer.json
    assert links["next"] == f"{PUBLIC}/api/v2/users/?page=3&page_size=1"
    assert links["previous"] == f"{PUBLIC}/api/v2/users/?page_size=1"


@pytest.mark.parametrize("path", ["/jobs", "/api/v2/users/me"])
def test_redirects_name_no_host(site, path):
    answer = ask(site, "GET", path, {"Host": "evil.example"})
    assert (answer.status, answer.headers["Location"]) == (301, path + "/")


@pytest.mark.parametrize("origin, allowed", [
    (PUBLIC, True), (PUBLIC + ":443", True), ("https://ACCESSION.example.org", True),
    ("http://accession.example.org", False), ("{url}", False), (PUBLIC + ":8443", False),
    ("https://example.org", False), ("null", False)])
def test_its_pages_alone_sign_in(site, person, origin, allowed):
    answer = Browser(site.url).try_sign_in(
        person.email, person.password, headers={"Origin": origin.format(url=site.url)})
    assert answer.status == (200 if allowed else 403), answer


def test_cookie_is_for_https_as_the_address_is(site, person):
    browser = Browser(site.url)
    answer = browser.sign_in(person.email, person.password)
    header = cookies_set(answer)["__Host-accession_session"]
    assert header.endswith("; Secure")
    value = header.partition("=")[2].partition(";")[0]
    nobody = Client(site.url)
    for name, status in (("__Host-accession_session", 200), ("accession_session", 401)):
        assert nobody.get("users/me/", headers={"Cookie": f"{name}={value}"}).status == status
    answer = nobody.request("DELETE", SESSION, headers={
        "Cookie": f"__Host-accession_session={value}", "X-CSRFToken": browser.csrf})
    assert (answer.status, answer.headers["Clear-Site-Data"]) == (204, '"cache"')


def test_programs_go_on(api):
    assert api.get(IMPORT).status == 200
