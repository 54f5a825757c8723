"""What browsers may keep of the pages: the files, whose addresses change with them, and nothing else."""

import shutil
import subprocess

import pytest
import requests

from published import KEPT, NO_FILE, addresses, files
from sites import ROOT


def caching(site, path):
    answer = requests.get(site.url + path, timeout=60)
    return answer.status_code, answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/", "/jobs/", "/jobs/1/review/", NO_FILE])
def test_pages_are_asked_for_each_time(site, path):
    assert caching(site, path) == (200, "no-cache")


def test_files_are_kept_for_good(site):
    """Compared with the page as it is served, so that each of its files is there."""
    page = requests.get(site.url + "/jobs/", timeout=60)
    named = [path for path in addresses(page.text) if path != NO_FILE]
    assert len(named) >= 6
    digest = named[0].split("/")[2]
    assert {path.split("/")[2] for path in named} == {digest}
    for path in [*named, f"/static/{digest}/accession.js.map", f"/static/{digest}/core/dom.js"]:
        assert caching(site, path) == (200, KEPT), path


@pytest.mark.parametrize("path", ["0123456789abcdef/accession.js", "{digest}/nope.js", "nope.js", "../nope"])
def test_what_is_missing_is_not_kept(site, path):
    digest = files()[0].split("/")[2]
    assert caching(site, "/static/" + path.format(digest=digest)) == (404, "no-store")


@pytest.mark.parametrize("changed", ["style/print.css", "core/dom.js", "icon.svg"])
def test_whatever_changes_gets_another_address(tmp_path, changed):
    shutil.copy(ROOT / "Makefile", tmp_path)
    admin = shutil.copytree(ROOT / "cgi-bin/admin", tmp_path / "cgi-bin/admin")

    def build():
        subprocess.run(["make", "-s", "build/pages"], cwd=tmp_path, check=True, capture_output=True)
        return set(addresses((tmp_path / "build/pages/index.html").read_text(encoding="utf-8")))

    first = build()
    assert build() == first
    with (admin / changed).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert first & build() == {NO_FILE}
