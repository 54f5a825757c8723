"""The operator's command: what each subcommand does, says, and exits with."""

import json
import os
import pathlib
import re
import secrets
import subprocess

import pytest

import sites
from client import Client

pytestmark = pytest.mark.usefixtures("only_known_people")

COMMANDS = ["worker", "migrate", "load", "user", "token", "events", "flag", "status", "verify", "model",
            "config"]
ROWS = "id,title,text,priority,phase\n"


@pytest.fixture
def accession(site):
    """Runs the command against the site's database; its output is text."""
    return site.accession


@pytest.fixture
def email():
    return f"op-{secrets.token_hex(4)}@example.com"


def table(text):
    """The rows of a printed table as dictionaries, split at the header's columns."""
    lines = [line.split("  ") for line in text.splitlines()]
    return [[cell.strip() for cell in line if cell.strip()] for line in lines]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_a_terminal(accession, command):
    text = accession(command, "--help")
    assert text == accession("help", command)
    assert text.startswith(f"Usage: accession {command}")
    assert len(text.splitlines()) <= 24
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "Example: " in text


def test_overview_names_every_command(accession):
    for text in (accession(), accession("--help"), accession("help")):
        assert all(f"\n  {command} " in text for command in COMMANDS)
        assert "parse" not in text  # internal


def test_handlers_have_help_and_refuse_arguments():
    program = sites.program("accession-api")
    done = subprocess.run([program, "--help"], capture_output=True, text=True, check=True)
    assert "ACCESSION_FAST_SOCKET" in done.stdout
    done = subprocess.run([program, "now"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith('accession-api: it does not take "now".\nUsage: ')


def test_both_programs_have_one_version(accession):
    program = sites.program("accession-api")
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert accession("--version").split(",")[0].split() == ["accession", done.stdout.split()[1]]


def test_handlers_leave_the_sockets_of_others_alone(site, api):
    environ = pathlib.Path(f"/proc/{site.pid('api')}/environ").read_bytes().decode()
    env = dict(entry.split("=", 1) for entry in environ.split("\0") if entry)
    program = sites.program("accession-api")
    done = subprocess.run([program], env=env, capture_output=True, text=True, timeout=60,
                          check=False)
    assert done.returncode == 1
    assert f"Another program already listens on {env['ACCESSION_FAST_SOCKET']}" in done.stderr
    assert api.get("users/me/").status == 200


@pytest.mark.parametrize("args", [
    ["nonsense"], ["help", "nonsense"], ["user"], ["user", "nonsense"], ["user", "add"],
    ["user", "add", "a@example.com", "--role"], ["user", "add", "a@example.com", "--role", "king"],
    ["user", "add", "a@example.com", "extra"], ["user", "list", "--nonsense"], ["token", "create"],
    ["token", "revoke", "x"], ["flag", "import_export_v2", "maybe"], ["load"],
    ["load", "--model", "nonsense", "x.csv"], ["migrate", "now"], ["status", "now"],
    ["load", "--model=nonsense", "x.csv"], ["load", "x.csv", "--model"], ["load", "--", ],
    ["config", "now"], ["config", "--chek"], ["config", "--check=yes"], ["worker", "now"],
    ["worker", "--now"], ["model"], ["model", "sql"], ["model", "sql", "nonsense"],
    ["model", "sql", "standard", "now"],
], ids=" ".join)
def test_wrong_usage_exits_with_2(accession, args):
    assert accession(*args, code=2).startswith("accession: ")


def test_wrong_setting_is_named(accession):
    said = accession("config", code=2, ACCESSION_MAX_DEPTH="deep")
    assert said == (
        'accession: ACCESSION_MAX_DEPTH is "deep": it takes a whole number from 2 to 64 (levels).\n')


@pytest.mark.parametrize("name, value, words", [
    ("TIME_ZONE", "Mars/Olympus", "a zone of /usr/share/zoneinfo"),
    ("TIME_ZONE", "Etc/../Etc/UTC", "a zone of /usr/share/zoneinfo"),
    ("LOG_LEVEL", "verbose", "error, warning, info or debug"),
    ("DIFF_WORK_MEM", "lots", "a number with kB, MB or GB"),
    ("DIFF_WORK_MEM", "0MB", "a number with kB, MB or GB"),
])
def test_bad_setting_is_refused_at_the_start(accession, name, value, words):
    for command in ("worker", "config"):
        said = accession(command, code=2, **{f"ACCESSION_{name}": value})
        assert said == f'accession: ACCESSION_{name} is "{value}": it takes {words}.\n'


def test_config_check_says_nothing_of_what_is_right(site, accession):
    assert accession("config", "--check", ACCESSION_MAX_DEPTH="9", **client_variables(site)) == ""


def test_config_check_tells_all_that_is_wrong(accession):
    said = accession("config", "--check", code=1, ACCESSION_MAX_DEPTH="deep",
                     ACCESSION_LOG_LEVEL="loud", ACCESSION_FAST_PROCESES="3", ACCESSION_NONSENSE="")
    first, second, *unknown, last = said.splitlines()
    assert first == (
        'accession: ACCESSION_MAX_DEPTH is "deep": it takes a whole number from 2 to 64 (levels).')
    assert second == 'accession: ACCESSION_LOG_LEVEL is "loud": it takes error, warning, info or debug.'
    assert sorted(unknown) == [
        "accession: ACCESSION_FAST_PROCESES is no setting: did you mean ACCESSION_FAST_PROCESSES?",
        "accession: ACCESSION_NONSENSE is no setting."]
    assert last == "accession: 4 settings are wrong."


@pytest.mark.parametrize("args", [
    ["config"], ["status"], ["user", "list"], ["token", "list"], ["flag"], ["migrate", "--status"],
], ids=" ".join)
def test_every_command_warns_of_what_is_no_setting(site, args):
    """It warns once, and works all the same."""
    done = subprocess.run(
        [sites.program("accession"), *args], capture_output=True, text=True,
        env={**os.environ, **site.env, "ACCESSION_ERORS_KEPT": "7"}, timeout=60, check=True)
    assert re.fullmatch(r"\S+ warning accession\[\d+\]: ACCESSION_ERORS_KEPT is no setting: did you "
                        r"mean ACCESSION_ERRORS_KEPT\?\n", done.stderr)


def client_variables(site):
    """The variables that run.env gives a client. They are no settings, but not wrong either."""
    variables = {name: value for name, value in site.env.items() if name.startswith("ACCESSION_")}
    assert sorted(variables) == ["ACCESSION_EMAIL", "ACCESSION_PASSWORD", "ACCESSION_TOKEN",
                                 "ACCESSION_URL"]
    return variables


def test_no_database_says_where_it_was_looked_for(accession, tmp_path):
    said = accession("status", code=1, PGHOST=str(tmp_path), PGPORT="1")
    assert f"PGHOST={tmp_path} PGPORT=1" in said


# ------------------------------------------------------------------- users


def test_a_user_from_add_to_disable(site, accession, email):
    added = accession("user", "add", email, "--first-name", "Ada", "--last-name", "L", "--role",
                      "editor", "--password-stdin", stdin="correct horse battery\n")
    assert added.startswith(f"Added {email} as editor (user ")
    person = Client(site.url, auth=(email, "correct horse battery"))
    me = person.get("users/me/").json
    assert (me["first_name"], me["last_name"], me["role"]) == ("Ada", "L", "editor")

    assert accession("user", "role", email.upper(), "viewer") == f"{email} is a viewer now.\n"
    assert person.get("users/me/").json["role"] == "viewer"
    accession("user", "passwd", email, "--password-stdin", stdin="another horse entirely\n")
    assert person.get("users/me/").status == 401
    person = Client(site.url, auth=(email, "another horse entirely"))
    assert person.get("users/me/").status == 200
    accession("user", "disable", email)
    assert person.get("users/me/").status == 401
    accession("user", "enable", email)
    assert person.get("users/me/").status == 200
    assert any(email in row and "viewer" in row for row in table(accession("user", "list")))


def test_refused_users(accession, email):
    assert "is not an email address" in accession("user", "add", "nobody", code=1)
    said = accession("user", "add", email, "--password-stdin", stdin="short\n", code=1)
    assert "12 characters" in said
    assert email not in accession("user", "list")
    accession("user", "add", email)
    assert "There is a user" in accession("user", "add", email.upper(), code=1)
    for command in (["role", email + "x", "admin"], ["disable", email + "x"]):
        assert '"accession user list"' in accession("user", *command, code=1)


@pytest.mark.parametrize("password, words", [
    ("passwordpassword1", "too easy to guess"), ("Accession2024", "the name of this service"),
    ("a horse of Ottoline", 'contains "ottoline"'), ("Giraffe2024!!", "too common"),
    ("caf\u00e9\x07 au lait", "none that can be typed")])
def test_guessable_password_is_refused(site, accession, email, password, words):
    person = [email, "--last-name", "Ottoline"]
    assert words in accession("user", "add", *person, "--password-stdin", stdin=password, code=1)
    accession("user", "add", *person)
    assert words in accession("user", "passwd", email, "--password-stdin", stdin=password, code=1)
    said = accession("user", "passwd", "x" + email, "--password-stdin", stdin=password, code=1)
    assert "There is no user" in said


def test_without_a_dictionary_the_operator_is_told_the_remedy(accession, email):
    missing = {"ACCESSION_PASSWORD_DICTIONARY": "/nonexistent/words"}
    accession("user", "add", email, **missing)
    for said in (accession("user", "passwd", email, "--password-stdin", stdin="correct horse",
                           code=1, **missing),
                 accession("config", "--check", code=1, **missing)):
        assert "/nonexistent/words" in said
        assert "Install the packages cracklib-runtime and wamerican" in said
        assert said.count("/nonexistent") == 1  # nothing of the libraries' own


# ------------------------------------------------------------------ tokens


def test_a_token_from_create_to_revoke(site, accession, email):
    accession("user", "add", email)
    token = accession("token", "create", email, "--name", "backup").strip()
    script = Client(site.url, token)
    assert script.get("users/me/").json["email"] == email
    (row,) = [row for row in table(accession("token", "list", email)) if "backup" in row]
    assert row[2] == email
    assert token not in accession("token", "list")  # only its hash is kept
    assert accession("token", "revoke", row[0]) == f"Token {row[0]} of {email} is revoked.\n"
    assert script.get("users/me/").status == 401
    assert "There is no token" in accession("token", "revoke", row[0], code=1)


def test_no_token_for_whoever_is_not_there_or_disabled(accession, email):
    assert "There is no active user" in accession("token", "create", email, code=1)
    accession("user", "add", email)
    accession("user", "disable", email)
    assert "There is no active user" in accession("token", "create", email, code=1)


# ------------------------------------------------------------ flags, settings, status


def test_flag(api, accession):
    assert accession("flag", "import_export_v2") == "import_export_v2 is on\n"
    try:
        assert accession("flag", "import_export_v2", "off") == "import_export_v2 is off\n"
        assert api.get("library/import/").status == 404
    finally:
        accession("flag", "import_export_v2", "on")
    assert api.get("library/import/").status == 200
    assert "import_export_v2" in accession("flag")
    assert '"accession flag" shows them' in accession("flag", "nonsense", "on", code=1)


def test_config_can_be_read_back(accession):
    """Its output is an EnvironmentFile: read back, it changes nothing."""
    printed = accession("config", ACCESSION_TIME_ZONE="America/Toronto")
    given = dict(line.split("=", 1) for line in printed.splitlines()
                 if line.startswith("ACCESSION_"))
    assert given["ACCESSION_TIME_ZONE"].strip('"') == "America/Toronto"
    assert len(given) > 30
    assert accession("config", **{k: v.strip('"') for k, v in given.items()}) == printed


def test_config_has_comments_on_lines_of_their_own(accession):
    """After a value, a comment would be part of it. What is not set stays unset."""
    printed = accession("config", PGUSER="accession_owner")
    assert all(re.fullmatch(r"# .+|#?[A-Z_]+=\S*", line) for line in printed.splitlines())
    assert "\nPGUSER=accession_owner\n" in printed
    assert "=\n" not in "".join(line + "\n" for line in printed.splitlines() if line[0] != "#")


def test_status(api, db, accession):
    job = api.ready((ROWS + "CT1,a,b,1,X1\n").encode())
    status = json.loads(accession("status", "--json"))
    assert status["current_job"][0]["id"] == job["id"]
    assert "ready_for_review" in accession("status")
    assert status["warnings"] == []
    (week,) = status["weeks"]
    assert week["bytes"] > 0 and week["size"] == db.value("SELECT pg_size_pretty(%s::numeric)", week["bytes"])
    assert "BYTES" not in accession("status")


def test_migrate_again_does_nothing(db, accession):
    before = db.rows("SELECT * FROM schema_version ORDER BY version")
    accession("migrate")
    assert db.rows("SELECT * FROM schema_version ORDER BY version") == before
    assert all(row[1] in accession("migrate", "--status") for row in before)


# -------------------------------------------------------------------- load


@pytest.fixture
def library_file(tmp_path):
    def write(rows, name="library.csv"):
        path = tmp_path / name
        path.write_text(ROWS + rows, encoding="utf-8")
        return str(path)

    return write


def test_load_brings_in_built_in_items(api, accession, library_file):
    path = library_file("T1,a,b,1,X1\nCT7,c,d,2,X2\n")
    assert accession("load", path) == "2 added, 0 updated, 0 unchanged\n"
    assert [item["id"] for item in api.get("library/tasks/").json["results"]] == ["T1", "CT7"]
    again = library_file("T1,changed,b,1,X1\nCT7,c,d,2,X2\n")
    assert accession("load", again) == "0 added, 1 updated, 1 unchanged\n"
    (entry,) = [e for e in api.get("library/tasks/T1/history/").json["results"]
                if e["operation"] == "update"]
    assert entry["job"] is None


def test_load_of_several_files_is_all_or_nothing(api, accession, library_file):
    good, better = library_file("T1,a,b,1,X1\n"), library_file("T1,c,d,1,X1\nT2,e,f,2,X2\n", "b.csv")
    bad = library_file("T3,,b,1,X1\n", "bad.csv")
    assert "1 error. Nothing was loaded." in accession("load", good, better, bad, code=1)
    assert api.get("library/tasks/").json["results"] == []
    assert accession("load", good, better) == "2 added, 1 updated, 0 unchanged\n"
    assert [item["title"] for item in api.get("library/tasks/").json["results"]] == ["c", "e"]


def test_load_takes_its_model_anywhere_and_in_either_way(api, accession, library_file):
    first, second = library_file("T1,a,b,1,X1\n"), library_file("T2,c,d,1,X1\n", "b.csv")
    for args in ([first, "--model", "standard", second], ["--model=standard", first, second],
                 ["--model", "standard", "--", first, second]):
        assert accession("load", *args).endswith(" unchanged\n")
    assert [item["id"] for item in api.get("library/tasks/").json["results"]] == ["T1", "T2"]
    said = accession("load", "--model=nonsense", first, code=2)
    assert said == 'accession: There is no content model "nonsense".\n'
    said = accession("load", "--model=standard", code=2)
    assert said == "accession: FILE is missing. Usage: accession load FILE... [--model NAME]\n"


def test_load_of_a_wrong_file_changes_nothing(api, accession, library_file):
    said = accession("load", library_file("T1,a,b,1,X1\nT2,,b,11,X1\n"), code=1)
    assert "2 errors. Nothing was loaded." in said
    assert api.get("library/tasks/").json["results"] == []
    assert "does not end in" in accession("load", "library.doc", code=1)
    assert "No such file" in accession("load", "/nonexistent/library.csv", code=1)
