"""The dictionary of passwords goes away under running handlers, and comes back."""

import os
import pathlib
import shutil
import signal
import subprocess

import pytest

import sites

WORDS = pathlib.Path("/var/cache/cracklib")
GOOD = {"email": "new@example.com", "password": "correct horse battery staple"}


@pytest.fixture(scope="module")
def dictionary(tmp_path_factory):
    folder = tmp_path_factory.mktemp("words")
    folder.chmod(0o755)
    folder.parent.chmod(0o755)
    folder.parent.parent.chmod(0o755)
    return folder / "cracklib_dict"


def put(dictionary):
    for file in WORDS.glob("cracklib_dict.*"):
        shutil.copy(file, dictionary.parent)


@pytest.fixture(scope="module")
def site(dictionary):
    put(dictionary)
    with sites.running({"PASSWORD_DICTIONARY": dictionary}) as running:
        yield running


def test_without_a_dictionary_no_password_is_set(site, dictionary):
    assert site.admin.post("users/", json={**GOOD, "email": "a@example.com"}).status == 200
    for file in dictionary.parent.glob("*"):
        file.unlink()
    answer = site.admin.post("users/", json=GOOD)
    assert (answer.status, list(answer.json)) == (503, ["detail"])
    assert "cannot be checked" in answer.json["detail"]
    assert str(dictionary) not in answer.raw.decode()
    log = (site.folder / "log" / "api.log").read_text()
    assert f"error accession-api" in log and f"the dictionary {dictionary} cannot be used" in log
    assert "packages cracklib-runtime and wamerican" in log
    assert site.admin.post("users/", json={"email": "b@example.com"}).status == 200
    put(dictionary)
    assert site.admin.post("users/", json=GOOD).status == 200


@pytest.mark.parametrize("part", [[], ["--sign-in"]])
def test_handlers_that_start_without_one_say_so(site, tmp_path, part):
    """They start all the same: only new passwords need it."""
    sockets = {f"ACCESSION_{name}_SOCKET": str(tmp_path / name) for name in
               ("FAST", "SLOW", "WAIT", "SIGN_IN")}
    env = {**os.environ, **site.pg(), **sockets, "ACCESSION_PASSWORD_DICTIONARY": "/nonexistent/words"}
    with subprocess.Popen([sites.program("accession-api"), *part], env=env, text=True,
                          stdin=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        said = ""
        while "serving " not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert "warning accession-" in said and "no new password will be accepted" in said
    assert "/nonexistent/words" in said and "packages cracklib-runtime and wamerican" in said
