"""Everything at once, and the supervisors."""

import processes
from client import IMPORT
from library import big_csv

ROWS = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"

THREATS = b"id,title,text,severity\n" + b"".join(b"CTH%d,a,b,1\n" % n for n in range(1, 501))


def start_both(api):
    """Uploads files for two content models; returns the pending job."""
    answer = api.post(IMPORT, files=[
        ("files", (name, raw, "text/csv"))
        for name, raw in (("standard.csv", big_csv(2000)), ("threat.csv", THREATS))])
    assert answer.status == 200, answer
    return answer.json


def counts(api, job):
    return {one["content_model"]: (one["add"], one["update"], one["delete"])
            for one in api.get(f"{IMPORT}{job}/diff/").json["results"]}


def kill_everything(site):
    pids = [site.pid(name) for name in ("nginx", "api", "worker")]
    pids += [child for pid in pids for child in processes.descendants(pid)]
    site.postgres.kill()
    processes.kill(pids)
    processes.wait_until(lambda: not any(map(processes.alive, pids)), what="their end")


def test_all_killed_right_after_the_answer_to_a_post(site, api, postgres):
    """Kills nginx, handlers, worker and PostgreSQL, and starts the site again."""
    job = start_both(api)
    kill_everything(site)
    site.start()
    postgres.reconnect()
    again = api.wait_for(job["id"], "ready_for_review")
    assert again["triggered"] == job["triggered"]
    assert counts(api, job["id"]) == {"standard": (2000, 0, 0), "threat": (500, 0, 0)}


def test_all_killed_right_after_the_answer_to_an_accept(site, api, db, postgres):
    job = start_both(api)["id"]
    api.wait_for(job, "ready_for_review")
    assert api.change(job, "accept_changes").status == 200
    kill_everything(site)
    site.start()
    postgres.reconnect()
    api.wait_for(job, "success")
    for model, count in (("standard", 2000), ("threat", 500)):
        assert db.rows(f"""SELECT (SELECT count(*) FROM {model}), count(*), count(DISTINCT id)
                             FROM {model}_history""") == [(count, count, count)]


def test_supervisors_killed(site, api):
    """What they supervised finishes its work and ends by itself; a start brings everything back."""
    supervisors = [site.pid("api"), site.pid("worker")]
    pids = [child for pid in supervisors for child in processes.children(pid)]
    job = api.start(ROWS)["id"]
    processes.kill(supervisors)
    processes.wait_until(lambda: not any(map(processes.alive, pids)), what="the end of the others")
    site.start()
    api.wait_for(job, "ready_for_review")
