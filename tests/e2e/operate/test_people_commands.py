"""The operator's commands about people: links, second factors, sessions, tokens, security events."""

import json
import os
import re
import secrets
import subprocess

import pytest

import authenticator
import sites
from client import Client

pytestmark = pytest.mark.usefixtures("only_known_people")

PASSWORD = "correct horse battery staple"
NO_USER = '"accession user list" shows who there is'


@pytest.fixture
def accession(site):
    return site.accession


@pytest.fixture
def email(accession):
    email = f"op-{secrets.token_hex(4)}@example.com"
    accession("user", "add", email, "--password-stdin", stdin=PASSWORD)
    return email


def both(site, *args, **env):
    """What the command says on standard output and on standard error."""
    done = subprocess.run([sites.program("accession"), *args], env={**os.environ, **site.pg(), **env},
                          capture_output=True, text=True, timeout=60, check=True)
    return done.stdout, done.stderr


def signed_in(site, email, agent="Browser of the test"):
    """A browser in which the person has signed in, so far as the password goes."""
    browser = Client(site.url)
    browser.session.headers["User-Agent"] = agent
    answer = browser.post("session/", json={"email": email, "password": PASSWORD})
    assert answer.status == 200
    browser.session.headers["X-CSRFToken"] = answer.json["csrf_token"]
    return browser


def with_factor(site, email):
    """A browser of a person who has set up a second factor; its secret and recovery codes."""
    browser = signed_in(site, email)
    begun = browser.post("users/me/second-factor/", json={"current_password": PASSWORD}).json
    done = browser.patch("users/me/second-factor/",
                         json={"code": authenticator.code(begun["secret"])}).json
    return browser, [begun["secret"], *done["recovery_codes"]]


def rows(text):
    """The rows of a printed table, by column."""
    header, *lines = text.splitlines()
    starts = [match.start() for match in re.finditer(r"(?<!\S)\S+( \S+)*", header)]
    starts[0] = 0  # numbers are right-aligned under a heading that may be shorter
    names = [header[a:b].strip() for a, b in zip(starts, starts[1:] + [None])]
    return [dict(zip(names, (line[a:b].strip() for a, b in zip(starts, starts[1:] + [None]))))
            for line in lines]


@pytest.mark.parametrize("args", [["link"], ["factor"], ["factor", "--remove"], ["sessions"],
                                  ["sessions", "--end"]], ids=" ".join)
def test_nobody_of_that_email(accession, args):
    action, *options = args
    assert NO_USER in accession("user", action, "nobody@example.com", *options, code=1)


@pytest.mark.parametrize("args", [
    ["user", "link"], ["user", "factor"], ["user", "sessions"],
    ["user", "factor", "a@example.com", "--end"], ["user", "sessions", "a@example.com", "--remove"],
    ["user", "link", "a@example.com", "--hours", "3"], ["token", "create", "a@example.com", "--days"],
    ["token", "create", "a@example.com", "--days", "-1"],
    ["token", "create", "a@example.com", "--days", "3651"],
    ["token", "create", "a@example.com", "--days", "soon"],
    ["events", "now"], ["events", "--limit"], ["events", "--limit", "-1"], ["events", "--limit", "1x"],
    ["events", "--limit", "99999999999999999999"], ["events", "--since", "yesterday"],
    ["events", "--since", "36501"], ["events", "--kind", "party"], ["events", "--address", "nowhere"],
    ["events", "--address", "192.0.2.0/33"], ["events", "--address", "192.0.2.0/"],
    ["events", "--address", "192.0.2"], ["events", "--address", "2001:db8::/129"],
    ["events", "--json=yes"]], ids=" ".join)
def test_wrong_usage_exits_with_2(accession, args):
    assert accession(*args, code=2).startswith("accession: ")


# ------------------------------------------------------------------------- links


def test_a_link_sets_a_password_once(site, accession, email):
    browser = signed_in(site, email)
    script = Client(site.url, accession("token", "create", email).strip())
    out, said = both(site, "user", "link", email, ACCESSION_PUBLIC_URL="https://a.example.org")
    start, secret = out.strip().split("#")
    assert start == "https://a.example.org/set-password/"
    assert email in said and "until " in said and secret not in said
    assert "ACCESSION_PUBLIC_URL" not in said
    assert browser.get("users/me/").status == script.get("users/me/").status == 401
    assert Client(site.url, auth=(email, PASSWORD)).get("users/me/").status == 401

    nobody, given = Client(site.url), {"link": secret, "password": "another horse entirely"}
    assert nobody.post("session/link/", json={"link": secret}).json == {"email": email}
    assert nobody.post("session/link/", json=given).status == 204
    assert Client(site.url, auth=(email, given["password"])).get("users/me/").status == 200
    assert nobody.post("session/link/", json=given).status == 400


def test_without_a_public_url_the_operator_is_told_what_to_add(site, email):
    out, said = both(site, "user", "link", email, ACCESSION_PUBLIC_URL="")
    assert re.fullmatch(r"/set-password/#[A-Za-z0-9_-]{40,}\n", out)
    assert "Put the address of the service before it" in said and "ACCESSION_PUBLIC_URL" in said


def test_the_last_link_is_the_only_one(site, email):
    first, second = (both(site, "user", "link", email)[0].strip().split("#")[1] for _ in range(2))
    nobody = Client(site.url)
    assert nobody.post("session/link/", json={"link": first}).status == 400
    assert nobody.post("session/link/", json={"link": second}).status == 200


def test_no_link_for_who_is_disabled(accession, email):
    accession("user", "disable", email)
    assert "is disabled" in accession("user", "link", email, code=1)


def test_a_user_without_a_password_is_told_of_links(accession):
    assert '"accession user link"' in accession("user", "add", "new@example.com")


# ---------------------------------------------------------------- second factors


def test_a_second_factor_is_shown_and_removed(site, accession, email):
    def listed():
        (row,) = [row for row in rows(accession("user", "list")) if row["EMAIL"] == email]
        return row["SECOND FACTOR"]

    assert accession("user", "factor", email) == f"{email} has no second factor.\n"
    assert listed() == "no"
    browser, known = with_factor(site, email)
    assert accession("user", "factor", email.upper()) == f"{email} has a second factor.\n"
    assert listed() == "yes"
    script = Client(site.url, accession("token", "create", email).strip())
    shown = accession("user", "list") + accession("user", "factor", email)

    said = accession("user", "factor", email, "--remove")
    assert said == f"{email} has no second factor any more; sessions have ended.\n"
    assert not [secret for secret in known if secret in shown + said]
    assert browser.get("users/me/").status == 401
    assert script.get("users/me/").status == 200
    assert signed_in(site, email).get("users/me/").status == 200
    assert "has no second factor" in accession("user", "factor", email, "--remove", code=1)


# ---------------------------------------------------------------------- sessions


def test_sessions_are_listed_and_ended(site, accession, email):
    assert rows(accession("user", "sessions", email)) == []
    first, second = signed_in(site, email, "First \x1b[31m"), signed_in(site, email, "Second")
    newest, oldest = rows(accession("user", "sessions", email))
    assert (newest["BROWSER"], newest["ADDRESS"]) == ("Second", "127.0.0.1")
    assert "\x1b" not in oldest["BROWSER"] and oldest["BROWSER"].startswith("First")
    assert all(re.match(r"\d{4}-\d\d-\d\d ", newest[name]) for name in ("CREATED", "LAST USED", "EXPIRES"))
    cookies = [cookie.value for browser in (first, second) for cookie in browser.session.cookies]
    assert cookies and not [one for one in cookies if one in accession("user", "sessions", email)]

    script = Client(site.url, accession("token", "create", email).strip())
    assert "2 sessions ended" in accession("user", "sessions", email, "--end")
    assert first.get("users/me/").status == second.get("users/me/").status == 401
    assert script.get("users/me/").status == 200
    assert accession("user", "sessions", email, "--end") == f"{email} has no sessions. Tokens go on.\n"


def test_a_session_that_waits_for_a_code_ends_too(site, accession, email):
    with_factor(site, email)
    accession("user", "sessions", email, "--end")
    waiting = signed_in(site, email)
    assert waiting.get("users/me/second-factor/").status == 200
    assert rows(accession("user", "sessions", email)) == []
    assert "1 session ended" in accession("user", "sessions", email, "--end")
    assert waiting.get("users/me/second-factor/").status == 401


def test_sessions_of_others_go_on(site, accession, email):
    other = f"x{email}"
    accession("user", "add", other, "--password-stdin", stdin=PASSWORD)
    browser = signed_in(site, other)
    signed_in(site, email)
    accession("user", "sessions", email, "--end")
    assert browser.get("users/me/").status == 200


# ------------------------------------------------------------------------ tokens


@pytest.mark.parametrize("args, days", [([], 365), (["--days", "7"], 7), (["--days", "0"], None),
                                        (["--days=3650"], 3650)])
def test_a_token_lasts_as_long_as_it_is_made_for(db, accession, email, args, days):
    accession("token", "create", email, *args)
    (row,) = rows(accession("token", "list", email))
    lasts = db.value("""SELECT nullif(expires, 'infinity') - created FROM credential
                         WHERE id = %s""", row["ID"])
    assert (lasts and lasts.days) == days
    assert bool(row["EXPIRES"]) == (days is not None)


def test_the_list_shows_when_a_token_was_used(site, accession, email):
    token = accession("token", "create", email).strip()
    (row,) = rows(accession("token", "list", email))
    assert row["LAST USED"] == ""
    Client(site.url, token).get("users/me/")
    (row,) = rows(accession("token", "list", email))
    assert re.match(r"\d{4}-\d\d-\d\d ", row["LAST USED"])


# ------------------------------------------------------------------------ events


def events(accession, *args):
    return [json.loads(line) for line in accession("events", "--json", *args).splitlines()]


def test_what_the_commands_do_is_in_the_events(site, accession, email):
    token = accession("token", "create", email, "--name", "backup").strip()
    signed_in(site, email)
    accession("user", "sessions", email, "--end")
    with_factor(site, email)
    accession("user", "factor", email, "--remove")
    accession("user", "role", email, "editor")
    link = both(site, "user", "link", email)[0].strip().split("#")[1]
    told = events(accession, "--account", email)
    by_command = [event["kind"] for event in reversed(told) if event["via"] == "command"]
    assert by_command == ["account_made", "token_made", "session_ended", "factor_removed",
                          "account_changed", "token_revoked", "password_changed", "link_made"]
    assert all(event["actor"] is None for event in told if event["via"] == "command")
    assert all(event["account"]["email"] == email for event in told)
    text = accession("events", "--account", email) + json.dumps(told)
    assert not [secret for secret in (token, link, PASSWORD) if secret in text]


def test_the_table_says_who_did_what_from_where(site, accession, email):
    signed_in(site, email)
    site.admin.patch(f"users/{site.db.value('SELECT max(id) FROM account')}/", json={"role": "editor"})
    changed, came = rows(accession("events", "--account", email, "--limit", 2))
    assert (changed["EVENT"], changed["ACCOUNT"], changed["BY"], changed["VIA"], changed["DETAILS"]) == (
        "account changed", email, site.env["ACCESSION_EMAIL"], "token", "role viewer \u2192 editor")
    assert (came["EVENT"], came["BY"], came["VIA"], came["ADDRESS"]) == (
        "signed in", email, "form", "127.0.0.1")
    assert re.fullmatch(r"[0-9a-f]{32}", came["REQUEST"])
    accession("token", "create", email, "--name", "backup")
    (made,) = rows(accession("events", "--account", email, "--kind", "token_made"))
    assert re.fullmatch(r"token \d+: name backup", made["DETAILS"])
    assert (made["BY"], made["VIA"], made["ADDRESS"]) == ("", "command", "")


def test_like_refusals_are_counted(site, accession, email):
    for _ in range(3):
        Client(site.url, auth=(email, "not the password")).get("users/me/")
    (row,) = rows(accession("events", "--account", email, "--kind", "sign_in_refused"))
    assert (row["EVENT"], row["TIMES"], row["BY"]) == ("was refused to sign in", "3", "")
    assert row["DETAILS"]


def test_what_users_typed_cannot_control_the_terminal(accession, email):
    accession("token", "create", email, "--name", "a\x1b[2Jb")
    text = accession("events", "--account", email)
    assert "\x1b" not in text and "a?[2Jb" in text


def test_events_are_found_by_kind_account_address_and_age(site, db, accession, email):
    signed_in(site, email)
    db.run("""INSERT INTO security_event (kind, account_id, address, at, last, reason)
              SELECT 'sign_out', a.id, address::inet, t, t, address FROM account a,
                     (VALUES ('192.0.2.7', now() - interval '3 days'),
                             ('2001:db8::7', now() - interval '30 days')) made (address, t)
               WHERE a.email = %s""", email)

    def found(*args):
        return [event["reason"] or event["kind"]
                for event in events(accession, "--account", email, *args)]

    ours = ["2001:db8::7", "192.0.2.7", "sign_in", "account_made"]
    assert found() == ours
    assert found("--kind", "sign_out") == ours[:2]
    assert found("--address", "192.0.2.7") == found("--address=192.0.2.0/24") == ours[1:2]
    assert found("--address", "2001:DB8:0::0:7") == found("--address", "2001:db8::/32") == ours[:1]
    assert found("--since", "10") == ours[1:]
    assert found("--since", "1", "--kind", "sign_out") == []
    assert events(accession, "--account", site.env["ACCESSION_EMAIL"], "--address", "192.0.2.7") == []
    assert NO_USER in accession("events", "--account", "nobody@example.com", code=1)
    assert "There are: sign_in, sign_in_refused, " in accession("events", "--kind", "x", code=2)


def test_nothing_is_left_out_in_silence(site, db, accession, email):
    db.run("""INSERT INTO security_event (kind, account_id, reason)
              SELECT 'sign_out', id, 'one of many' FROM account, generate_series(1, 60)
               WHERE email = %s""", email)
    for form in ([], ["--json"]):
        lines = len(form) == 0  # a table has a heading
        out, said = both(site, "events", "--account", email, *form)
        assert len(out.splitlines()) == 50 + lines
        assert said == "There are 11 more: --limit 0 shows all of them.\n"
        out, said = both(site, "events", "--account", email, "--limit", "0", *form)
        assert (len(out.splitlines()), said) == (61 + lines, "")
    assert both(site, "events", "--account", email, "--limit", "61")[1] == ""


def test_events_are_those_of_the_api(site, accession, email):
    signed_in(site, email)
    told = site.admin.get(f"events/?account={email}").json["results"]
    assert events(accession, "--account", email) == told


@pytest.mark.parametrize("address", ["nonsense", "192.0.2.0/33", "127.0.0.1;"])
def test_the_api_refuses_what_is_no_address(site, address):
    answer = site.admin.get("events/", params={"address": address})
    assert (answer.status, answer.json) == (
        400, {"address": ["Enter a valid IPv4 or IPv6 address."]})
