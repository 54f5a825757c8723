"""Content models are added and changed while the service works: no request fails, nothing is
restarted, and what several models' files change is applied together or not at all."""

import contextlib
import itertools
import threading
import time

import processes
import sites
from client import IMPORT
from library import big_csv, item, threat, to_csv

STANDARD = (sites.ROOT / "sql/models/standard.yaml").read_text()
THREATS = to_csv([threat("")])
READS = ["library/tasks/?page_size=20", "library/items/standard/?search=item&page_size=5",
         "library/models/", f"{IMPORT}?page_size=20", "library/export/standard.csv?template=1",
         "users/me/", "library/tasks/?phase=X1&page_size=3", "library/tasks/CT7/",
         "library/tasks/CT7/history/", f"{IMPORT}1/diff/standard/?limit=20"]


@contextlib.contextmanager
def readers(site):
    """About ten requests a second meanwhile. Gives the list of the answers: path, answer."""
    done, answers = threading.Event(), []

    def read(client, paths):
        for path in itertools.cycle(paths):
            if done.wait(0.2):
                return
            answers.append((path, client.get(path, check=False)))

    threads = [threading.Thread(target=read, args=(site.viewer.fork(), READS[n:] + READS[:n]))
               for n in (0, 5)]
    for one in threads:
        one.start()
    try:
        yield answers
    finally:
        done.set()
        for one in threads:
            one.join()


def all_went_well(answers):
    assert len(answers) > len(READS)
    assert [(path, answer) for path, answer in answers if answer.status != 200] == []


def run_ids(site):
    return [sorted(processes.descendants(site.pid(name))) for name in ("api", "worker")]


def test_a_model_is_added_and_changed_under_load(own):
    api = own.admin
    api.apply(big_csv(3000))
    before = run_ids(own)[0]
    with readers(own) as answers:
        # The import is in the middle of its diff.
        with own.db.locked("import_summary", "EXCLUSIVE"):
            job = api.upload(big_csv(3000, title="Changed")).json["id"]
            processes.wait_until(own.db.somebody_waits, what="the diff to be nearly done")
            own.accession("model", "add", sites.THREAT)
            assert api.get("library/items/threat/").json["results"] == []
            assert api.get("library/models/").json["results"][1]["title"] == "Threats"
        api.wait_for(job, "ready_for_review")
        api.accept(job)
        own.accession("model", "change", "-", stdin=STANDARD + "  - {name: owner, kind: line}\n")
        assert api.get("library/tasks/CT7/").json["owner"] == ""
        api.accept(api.ready_files(
            ("standard.csv", to_csv([{**item("CT7"), "owner": "ada"}])), ("threat.csv", THREATS)))
        time.sleep(1)
    all_went_well(answers)
    assert run_ids(own)[0] == before
    assert api.get("library/tasks/CT7/").json["owner"] == "ada"
    assert [one["id"] for one in api.get("library/items/threat/").json["results"]] == ["CTH1"]
    assert "Everything agrees" in own.accession("verify")


def test_a_change_waits_for_an_apply_and_holds_up_nobody(own):
    """An apply that is in the middle keeps its tables; whoever reads them goes on."""
    api = own.admin
    api.apply(big_csv(100))
    with readers(own) as answers:
        job = api.ready(big_csv(100, title="Changed"))["id"]
        with own.db.locked("standard_history", "SHARE"):
            assert api.change(job, "accept_changes").status == 200
            processes.wait_until(own.db.somebody_waits, what="the apply to be in its middle")
            change = threading.Thread(target=own.accession, args=("model", "change", "-"), kwargs={
                "stdin": STANDARD + "  - {name: owner, kind: line}\n"})
            change.start()
            time.sleep(2)
            assert change.is_alive()
        change.join()
        api.wait_for(job, "success")
    all_went_well(answers)
    assert api.get("library/tasks/CT7/").json["owner"] == ""
    assert "Everything agrees" in own.accession("verify")


def test_a_worker_killed_between_two_models_leaves_neither(own):
    api = own.admin
    own.accession("model", "add", sites.THREAT)
    job = api.ready_files(("standard.csv", to_csv([item("CT1")])), ("threat.csv", THREATS))
    with own.db.locked("threat", "SHARE"):
        assert api.change(job, "accept_changes").status == 200
        processes.wait_until(own.db.somebody_waits, what="the apply to be at its second model")
        processes.kill(own.worker_pids())
        assert api.get("library/tasks/").json["results"] == []
        assert api.get("library/items/threat/").json["results"] == []
    api.wait_for(job, "success")
    assert len(api.get("library/tasks/").json["results"]) == 1
    assert len(api.get("library/items/threat/").json["results"]) == 1
    assert "Everything agrees" in own.accession("verify")
