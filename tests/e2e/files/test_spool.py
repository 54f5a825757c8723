"""What becomes of jobs while the folder for temporary files is missing."""

import pathlib
import tempfile

import pytest

import processes
import sites

ROWS = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"


@pytest.fixture(scope="module")
def folder():
    with tempfile.TemporaryDirectory() as parent:
        pathlib.Path(parent).chmod(0o755)
        spool = pathlib.Path(parent) / "spool"
        spool.mkdir()
        spool.chmod(0o1777)
        yield spool


@pytest.fixture(scope="module")
def site(folder):
    with sites.running({"SPOOL_DIR": folder}) as running:
        yield running


def test_without_a_folder_jobs_wait_until_it_is_back(site, api, folder):
    log = site.folder / "log" / "worker.log"
    away = folder.rename(folder.with_name("away"))
    try:
        api.change(api.ready(ROWS)["id"], "cancel")  # for one job, a file was opened in advance
        job = api.start(ROWS)
        processes.wait_until(lambda: f"{folder}" in log.read_text(), what="a word in the log")
        assert api.job(job["id"])["status"] == "pending"
        answer = api.get("library/export/standard.csv", check=False)
        assert answer.status >= 500 and list(answer.json) == ["detail"]
    finally:
        away.rename(folder)
    api.wait_for(job["id"], "ready_for_review")
    assert api.get("library/export/standard.csv", check=False).status == 200
