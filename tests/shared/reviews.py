"""What reviewers do with a diff, by the API; and an import with every kind of change to do it with."""

from client import IMPORT
from library import FIELDS, item, to_csv

HEADER = FIELDS + ("mark_delete",)
LIBRARY = [item("CT1", "one"), item("CT2", "two", priority=3), item("CT3", "three"),
           item("CT4", "four", text="Four words of text"), item("CT5", "five")]
ROWS = [item("CT1", "one, changed"), item("CT2", "two", priority=7),
        {"id": "CT3", "mark_delete": "true"}, item("", "first"), item("", "second"),
        item("CT4", "four", text="Four  words of text"), item("CT5", "five")]
FILE = to_csv(ROWS, HEADER)
UPDATES, DELETES, ADDS = [1, 2, 6], [3], [4, 5]  # the entries; 7 changes nothing
CHANGES = sorted(UPDATES + DELETES + ADDS)


def path(job, *rest):
    return "/".join([f"{IMPORT}{job}", *map(str, rest), ""])


def ready(api, db, content=FILE, library=LIBRARY):
    """A job that can be reviewed; returns its id."""
    db.seed(*library)
    return api.ready(content)["id"]


def version(api, job):
    """The version of the review; None if there is none."""
    answer = api.get(path(job))
    assert answer.status == 200, answer
    return answer.headers.get("Accession-Review")


def review(api, job):
    return api.job(job, include="review")["review"]


def hold(api, job, changes, model="standard", **more):
    return api.patch(path(job, "diff", model), json={"hold": changes, **more})


def release(api, job, changes, model="standard", **more):
    return api.patch(path(job, "diff", model), json={"release": changes, **more})


def entries(api, job, model="standard", **params):
    """The entries that the diff shows, in order."""
    answer = api.get(path(job, "diff", model), params=params)
    assert answer.status == 200, answer
    shown = answer.json
    return sorted(one["entry"] for op in ("add", "update", "delete") for one in shown[op])


def held(api, job, model="standard"):
    return entries(api, job, model, held="true")


def look(api, job, model="standard", **marks):
    answer = api.patch(path(job, "diff", model, "looked"), json=marks)
    assert answer.status == 200, answer
    return answer.json


def comment(api, job, text="Why?", **about):
    """Makes a comment; returns it."""
    answer = api.post(path(job, "comments"), json={"text": text, **about})
    assert answer.status == 200, answer
    return answer.json


def approve(api, job, seen=None):
    """Approves the version that was seen, by default the present one."""
    return api.post(path(job, "approvals"), json={"review": seen or version(api, job)})


def again(api, job):
    """Cancels and retries a job, up to the new diff."""
    assert api.change(job, "cancel").status == 200
    assert api.change(job, "retry").status == 200
    return api.wait_for(job, "ready_for_review")


def events(api, job):
    return [one["event"] for one in api.get(path(job, "events")).json["results"]]
