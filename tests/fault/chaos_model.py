"""What must be true of a site, given what it answered to the clients of a chaos run.

Every request is recorded with its outcome: it took effect, was refused, or is unknown (no answer,
or 503). Once all is quiet, what the API shows must match: what took effect is there once, what was
refused is not there, what is unknown is there once or not at all.
"""

import collections
import threading

from client import IMPORT
from library import FIELDS, expected_diff, read_csv

DONE, REFUSED, UNKNOWN = "done", "refused", "unknown"
EVENTS = {"accept_changes": "accepted", "retry": "retried"}

# (status before, event) → status after; any other event leaves the status as it is.
_STEPS = {
    (None, "created"): "pending",
    ("pending", "started"): "generating_diff",
    ("generating_diff", "ready"): "ready_for_review",
    ("ready_for_review", "accepted"): "applying_changes",
    ("applying_changes", "succeeded"): "success",
    ("generating_diff", "failed"): "fail",
    ("applying_changes", "failed"): "fail",
    ("pending", "cancelled"): "cancel",
    ("generating_diff", "cancelled"): "cancel",
    ("ready_for_review", "cancelled"): "cancel",
    ("applying_changes", "cancelled"): "cancel",
    ("fail", "retried"): "pending",
    ("cancel", "retried"): "pending",
}
_STAYING = {"cancel_requested", "worker_lost", "released"}
# Why a job may fail. None of these failures changes the library.
_REASONS = (" since this diff was made.", "The worker was lost ", "No match found for",
            "Not every change of this diff fitted the library",
            "Somebody else kept the library locked", "Somebody else was changing the library")


class Model:
    def __init__(self, universe):
        self.universe = universe  # ids of the items that are ever changed
        self.lock = threading.Lock()
        self.posts = []           # [content, outcome, job or None]
        self.changes = collections.Counter()   # (account, job, change, outcome)
        self.ends = collections.defaultdict(set)  # job → each (status, completed) in an answer
        self.loads = []           # [titles, outcome]
        self.oddities = []        # answers that must never occur
        self.loaded_at = ""       # the server's time after the last load
        self.contents = {}        # job → the file that was posted for it
        self.base = {}            # id → item, of the items that always exist
        self.passed = {}          # job → what was known about it when it last passed

    # What the clients report

    def post(self, content, outcome, job=None):
        with self.lock:
            self.posts.append([content, outcome, job])

    def change(self, account, job, change, outcome, answer=None):
        with self.lock:
            self.changes[account, job, change, outcome] += 1
            if answer and answer["status"] in ("success", "fail", "cancel"):
                self.ends[job].add((answer["status"], answer["completed"]))

    def load(self, titles, outcome):
        with self.lock:
            self.loads.append([titles, outcome])

    def odd(self, what):
        with self.lock:
            self.oddities.append(what)

    # The judgement

    def judge(self, api):
        """Inspects the site; returns a list of sentences, one for each violation."""
        return list(self.oddities) + _Judge(self, api).run()


class _Judge:
    def __init__(self, model, api):
        self.model, self.api = model, api
        self.found = []

    def wrong(self, *words):
        self.found.append(" ".join(map(str, words)))

    def get(self, path, **params):
        answer = self.api.get(path, params=params)
        return answer.json if answer.status == 200 else None

    def run(self):
        jobs = {job["id"]: job for job in self.get(IMPORT)["results"]}
        contents = self.match_posts(jobs)
        self.history, self.library = {}, {}
        for item_id in self.model.universe:
            self.read_item(item_id)
        rows = collections.defaultdict(list)
        for events in self.history.values():
            for one in events:
                rows[one["job"]].append(one)
        self.check_loads(rows.pop(None, []))
        for job_id, job in jobs.items():
            self.check_job(job, rows.pop(job_id, []), contents.get(job_id))
        for job_id in rows:
            self.wrong("history names job", job_id, "which does not exist")
        return self.found

    def check_job(self, job, rows, content):
        """Checks a job, unless it passed before and nothing new is known about it."""
        known = (job, rows, sorted(
            (key, count) for key, count in self.model.changes.items() if key[1] == job["id"]))
        if job["status"] != "ready_for_review" and self.model.passed.get(job["id"]) == known:
            return
        before = len(self.found)
        events = self.get(f"{IMPORT}{job['id']}/events/")["results"]
        self.check_events(job, events)
        self.check_changes(job, events)
        self.check_effect(job, events, rows, content)
        if len(self.found) == before:
            self.model.passed[job["id"]] = known

    def match_posts(self, jobs):
        """Every job comes from exactly one POST that took effect, or may have."""
        contents = {}
        by_job = {post[2]: post for post in self.model.posts if post[1] == DONE}
        unknown = [post for post in self.model.posts if post[1] == UNKNOWN and post[2] is None]
        for job_id in jobs:
            if job_id in self.model.contents:
                contents[job_id] = self.model.contents[job_id]
                by_job.pop(job_id, None)
                continue
            raw = self.api.get(f"{IMPORT}{job_id}/files/standard/", check=False).raw
            post = by_job.pop(job_id, None)
            if post is None:
                known = [one for one in self.model.posts
                         if one[1] == UNKNOWN and one[2] == job_id]
                fitting = known or [one for one in unknown if one[0] == raw]
                if not fitting:
                    self.wrong("job", job_id, "was made by no POST")
                    continue
                post = fitting[0]
                if not known:
                    unknown.remove(post)
                    post[2] = job_id
            if raw != post[0]:
                self.wrong("job", job_id, "has not the bytes that were posted")
            contents[job_id] = self.model.contents[job_id] = post[0]
        for job_id in by_job:
            self.wrong("job", job_id, "is lost: its POST was answered 200")
        return contents

    def read_item(self, item_id):
        """Each event of an item begins where the one before it ended, and the last is the item."""
        shown = self.get(f"library/tasks/{item_id}/history/")
        events = list(reversed(shown["results"])) if shown else []
        now = {}
        for one in events:
            if one["original"] != now:
                self.wrong(item_id, "was", now, "and then changed from", one["original"])
            now = one["new"]
        item = self.get(f"library/tasks/{item_id}/")
        stored = {field: item[field] for field in FIELDS} if item else {}
        if stored != now:
            self.wrong(item_id, "is", stored, "after its history ended with", now)
        if stored:
            self.library[item_id] = stored
        self.history[item_id] = events

    def check_loads(self, rows):
        seen = collections.Counter(one["new"].get("title") for one in rows)
        for titles, outcome in self.model.loads:
            counts = {seen.pop(title, 0) for title in titles}
            allowed = {DONE: [{1}], REFUSED: [{0}], UNKNOWN: [{0}, {1}]}[outcome]
            if counts not in allowed:
                self.wrong("a load that is", outcome, "is in the history so often:", counts)
        if seen:
            self.wrong("history of the operator's that nobody loaded:", dict(seen))

    def check_events(self, job, events):
        status, attempt = None, 1
        for one in events:
            after = _STEPS.get((status, one["event"]))
            if one["event"] in _STAYING and status in ("generating_diff", "applying_changes"):
                after = status
            if after is None or after != one["status"]:
                self.wrong("job", job["id"], "went from", status, "by", one["event"], "to",
                           one["status"])
            attempt += one["event"] == "retried"
            if one["attempt"] != attempt:
                self.wrong("job", job["id"], "has attempt", one["attempt"], "for", attempt)
            status = one["status"]
        if status != job["status"]:
            self.wrong("job", job["id"], "is", job["status"], "and its events end with", status)
        if job["status"] not in ("ready_for_review", "success", "fail", "cancel"):
            self.wrong("job", job["id"], "is stuck:", job["status"])
        if job["status"] == "fail":
            for error in job["errors"]:
                if not any(reason in error["details"] for reason in _REASONS):
                    self.wrong("job", job["id"], "failed:", error["details"])

    def check_changes(self, job, events):
        changes = self.model.changes
        happened = collections.Counter(
            (one["by"]["id"], one["event"]) for one in events if one["by"])
        for account in {key[0] for key in changes}:
            for change, event in EVENTS.items():
                done = changes[account, job["id"], change, DONE]
                unknown = changes[account, job["id"], change, UNKNOWN]
                count = happened[account, event]
                if not done <= count <= done + unknown:
                    self.wrong("job", job["id"], "was", event, count, "times by", account,
                               "who was told so", done, "times, and nothing", unknown, "times")
        counts = collections.Counter(one["event"] for one in events)
        for status, event in (("cancel", "cancelled"), ("success", "succeeded"),
                              ("fail", "failed")):
            told = sum(end[0] == status for end in self.model.ends[job["id"]])
            if told > counts[event]:
                self.wrong("job", job["id"], "was", event, counts[event], "times, and told", told)
        cancels = sum(changes[key] for key in changes
                      if key[1:3] == (job["id"], "cancel") and key[3] != REFUSED)
        if counts["cancelled"] > cancels:
            self.wrong("job", job["id"], "was cancelled", counts["cancelled"], "times, asked",
                       cancels)

    def check_effect(self, job, events, rows, content):
        """A job that succeeded did what its diff says, once; any other job did nothing."""
        if job["status"] != "success":
            if rows:
                self.wrong("job", job["id"], "is", job["status"], "and has history:", len(rows))
        if job["status"] not in ("success", "ready_for_review") or content is None:
            return
        diff = self.get(f"{IMPORT}{job['id']}/diff/standard/")
        summary = self.get(f"{IMPORT}{job['id']}/diff/")
        if diff is None or summary is None:
            self.wrong("job", job["id"], "is", job["status"], "and has no diff")
            return
        self.check_diff(job, diff, summary["results"][0], content)
        if job["status"] == "success":
            told = sorted((one["operation"], one["entry"]) for one in rows)
            want = sorted((op, one["entry"]) for op in ("add", "update", "delete")
                          for one in diff[op])
            if told != want:
                self.wrong("job", job["id"], "should have done", want, "and did", told)
            if any(one["attempt"] != events[-1]["attempt"] for one in rows):
                self.wrong("job", job["id"], "was applied by an attempt that was over")
        elif [one for one in events if one["event"] == "started"][-1]["date"] > (
                self.model.loaded_at):
            expected = expected_diff({**self.library, **self.model.base}, content)
            if diff != expected:
                self.wrong("job", job["id"], "has the diff", diff, "for", expected)

    def check_diff(self, job, diff, summary, content):
        file = dict(enumerate(read_csv(content), 1))
        for op in ("add", "update", "delete"):
            if summary[op] != len(diff[op]):
                self.wrong("job", job["id"], "counts", summary[op], op, "of", len(diff[op]))
            for one in diff[op]:
                item_id, new = file[one["entry"]]
                shown = {key: value for key, value in one["new"].items() if key != "mark_delete"}
                if shown != (new or {}):
                    self.wrong("job", job["id"], "shows for", item_id, one["new"], "of", new)
