"""Everything at once, and the supervisors."""

import processes
from library import big_csv

ROWS = b"id,title,text,priority,phase\nCT1,a,b,1,X1\n"


def kill_everything(site):
    pids = [site.pid(name) for name in ("nginx", "api", "worker")]
    pids += [child for pid in pids for child in processes.descendants(pid)]
    site.postgres.kill()
    processes.kill(pids)
    processes.wait_until(lambda: not any(map(processes.alive, pids)), what="their end")


def test_all_killed_right_after_the_answer_to_a_post(site, api, postgres):
    """Kills nginx, handlers, worker and PostgreSQL, and starts the site again."""
    job = api.start(big_csv(2000))
    kill_everything(site)
    site.start()
    postgres.reconnect()
    again = api.wait_for(job["id"], "ready_for_review")
    assert again["triggered"] == job["triggered"]
    assert api.counts(job["id"]) == (2000, 0, 0)


def test_all_killed_right_after_the_answer_to_an_accept(site, api, db, postgres):
    job = api.ready(big_csv(2000))["id"]
    assert api.change(job, "accept_changes").status == 200
    kill_everything(site)
    site.start()
    postgres.reconnect()
    api.wait_for(job, "success")
    assert db.rows("""SELECT (SELECT count(*) FROM standard), count(*), count(DISTINCT id)
                        FROM standard_history""") == [(2000, 2000, 2000)]


def test_supervisors_killed(site, api):
    """What they supervised finishes its work and ends by itself; a start brings everything back."""
    supervisors = [site.pid("api"), site.pid("worker")]
    pids = [child for pid in supervisors for child in processes.children(pid)]
    job = api.start(ROWS)["id"]
    processes.kill(supervisors)
    processes.wait_until(lambda: not any(map(processes.alive, pids)), what="the end of the others")
    site.start()
    api.wait_for(job, "ready_for_review")
