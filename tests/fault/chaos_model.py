"""What must be true of a site, given what it answered to the clients of a chaos run.

Every request is recorded with its outcome: it took effect, was refused, or is unknown (no answer,
or 503). Once all is quiet, what the API shows must match: what took effect is there once, what was
refused is not there, what is unknown is there once or not at all. What the files of one job hold
for several content models is there together, or not at all.
"""

import collections
import threading
import typing

from chaos_libraries import LIBRARIES, NOBODY, OWNER, THREATS, may_be, read
from client import IMPORT

DONE, REFUSED, UNKNOWN = "done", "refused", "unknown"
EVENTS = {"accept_changes": "accepted", "retry": "retried"}
HOLDS = {"hold": "held", "release": "hold_released"}
OPS = ("add", "update", "delete")

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
# event → the statuses that it leaves as they are; None: any.
_STAYING = {
    "cancel_requested": ("generating_diff", "applying_changes"),
    "worker_lost": ("generating_diff", "applying_changes"),
    "released": ("generating_diff", "applying_changes"),
    "held": ("ready_for_review",),
    "hold_released": ("ready_for_review",),
    "commented": None,
}
# Why a job may fail. None of these failures changes the library.
_REASONS = (" since this diff was made.", "The worker was lost ", "No match found for",
            "Not every change of this diff fitted the library",
            "Somebody else kept the library locked", "Somebody else was changing the library")
_OUTDATED = "The fields of threat have changed since this diff was made."


class FieldChange(typing.NamedTuple):
    """The field owner of threat was declared, or left out."""

    owner: bool     # whether there is one from now on
    outcome: str    # refused: there was nothing to do
    begun: str      # the server's times
    ended: str


class Model:
    def __init__(self):
        self.lock = threading.Lock()
        self.posts = []           # [files, outcome, job or None]; files: content model → bytes
        self.changes = collections.Counter()   # (account, job, change, outcome)
        self.ends = collections.defaultdict(set)  # job → each (status, completed) in an answer
        self.loads = []           # [titles, outcome]
        self.reviews = collections.Counter()   # (account, job, hold or release, outcome)
        self.accepts = {}         # (account, job, version) → outcome
        self.comments = []        # (job, text, outcome)
        self.expected = collections.defaultdict(list)  # job → what each accept said it would do
        self.oddities = []        # answers that must never occur
        self.loaded_at = ""       # the server's time after the last load or change of fields
        self.fields = []          # changes of fields: FieldChange
        self.outdated = collections.Counter()  # job → how often an accept was refused as too late
        self.failed_outdated = set()  # (job, attempt) that failed since the fields had changed
        self.contents = {}        # job → the files that were posted for it
        self.base = {}            # content model → id → item, of the items that always exist
        self.passed = {}          # job → what was known about it when it last passed

    # What the clients report

    def post(self, files, outcome, job=None):
        with self.lock:
            self.posts.append([files, outcome, job])

    def change(self, account, job, change, outcome, answer=None, version=None):
        """version: of the review that was accepted. To accept it again does nothing, and is
        answered as if it did."""
        with self.lock:
            before = self.accepts.get((account, job, version)) if version else None
            if before in (None, REFUSED) or outcome == REFUSED:
                self.changes[account, job, change, outcome] += 1
            elif before == UNKNOWN and outcome == DONE:
                self.changes[account, job, change, UNKNOWN] -= 1
                self.changes[account, job, change, DONE] += 1
            if version and outcome != REFUSED and before != DONE:
                self.accepts[account, job, version] = outcome
            if answer and answer["status"] in ("success", "fail", "cancel"):
                self.ends[job].add((answer["status"], answer["completed"]))

    def review(self, account, job, deed, outcome):
        """Changes were held back or released, or may have been."""
        with self.lock:
            self.reviews[account, job, deed, outcome] += 1

    def comment(self, job, text, outcome):
        with self.lock:
            self.comments.append((job, text, outcome))

    def accept(self, job, expect):
        """An accept is sent. expect: what it says that it would do; None: it says nothing."""
        with self.lock:
            self.expected[job].append(expect)

    def was_outdated(self, job):
        with self.lock:
            self.outdated[job] += 1

    def load(self, titles, outcome):
        with self.lock:
            self.loads.append([titles, outcome])

    def change_fields(self, change):
        with self.lock:
            self.fields.append(change)

    def has_had_owner(self):
        """Whether a file may certainly name owners: retired, they are ignored."""
        with self.lock:
            return any(one.owner and one.outcome != UNKNOWN for one in self.fields)

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
        self.read_fields()
        self.history, self.library = {}, {}
        for library in LIBRARIES.values():
            self.library[library.name] = {}
            for item_id in library.universe:
                self.read_item(library, item_id)
        rows = collections.defaultdict(list)
        for (model, _), events in self.history.items():
            for one in events:
                rows[one["job"]].append((model, one))
        self.check_loads(rows.pop(None, []))
        self.check_comments(jobs)
        for job_id, job in jobs.items():
            self.check_job(job, rows.pop(job_id, []), contents.get(job_id))
        for job_id in rows:
            self.wrong("history names job", job_id, "which does not exist")
        return self.found

    def read_fields(self):
        """The fields of threat are those of the last change that took effect. Each has raised its
        version by one."""
        models = {one["name"]: one for one in self.get("library/models/")["results"]}
        self.fields = {name: [field["name"] for field in one["fields"]
                              if field["name"] != "mark_delete"] for name, one in models.items()}
        owner, changes = OWNER in self.fields[THREATS.name], self.model.fields
        allowed = {changes[-1].owner} if changes else {False}
        if changes and changes[-1].outcome == UNKNOWN:
            allowed = {True, False}
        if owner not in allowed:
            self.wrong("threat has an owner:", owner, "after", changes[-2:])
        version = models[THREATS.name]["version"]
        done, unknown = (sum(one.outcome == outcome for one in changes)
                         for outcome in (DONE, UNKNOWN))
        if not done < version <= done + unknown + 1 or owner != (version % 2 == 0):
            self.wrong("threat has version", version, "and an owner:", owner, "after", done,
                       "changes, and perhaps", unknown, "more")

    def check_job(self, job, rows, content):
        """Checks a job, unless it passed before and nothing new is known about it."""
        known = (job, rows, sorted(
            (key, count) for key, count in [*self.model.changes.items(), *self.model.reviews.items()]
            if key[1] == job["id"]))
        if job["status"] != "ready_for_review" and self.model.passed.get(job["id"]) == known:
            return
        before = len(self.found)
        events = self.get(f"{IMPORT}{job['id']}/events/")["results"]
        self.check_events(job, events)
        self.check_changes(job, events)
        self.check_age(job, events, content)
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
            files = self.read_files(job_id)
            post = by_job.pop(job_id, None)
            if post is None:
                known = [one for one in self.model.posts
                         if one[1] == UNKNOWN and one[2] == job_id]
                fitting = known or [one for one in unknown if one[0] == files]
                if not fitting:
                    self.wrong("job", job_id, "was made by no POST")
                    continue
                post = fitting[0]
                if not known:
                    unknown.remove(post)
                    post[2] = job_id
            if files != post[0]:
                self.wrong("job", job_id, "has not the bytes that were posted")
            contents[job_id] = self.model.contents[job_id] = post[0]
        for job_id in by_job:
            self.wrong("job", job_id, "is lost: its POST was answered 200")
        return contents

    def read_files(self, job_id):
        answers = {name: self.api.get(f"{IMPORT}{job_id}/files/{name}/", check=False)
                   for name in LIBRARIES}
        return {name: answer.raw for name, answer in answers.items() if answer.status == 200}

    def read_item(self, library, item_id):
        """Each event of an item begins where the one before it ended, and the last is the item."""
        shown = self.get(f"{library.path}{item_id}/history/")
        events = list(reversed(shown["results"])) if shown else []
        now = {}
        for one in events:
            if one["original"] != now:
                self.wrong(item_id, "was", now, "and then changed from", one["original"])
            now = one["new"]
        item = self.get(f"{library.path}{item_id}/")
        stored = {field: item[field] for field in self.fields[library.name]} if item else {}
        if stored != now:
            self.wrong(item_id, "is", stored, "after its history ended with", now)
        if stored:
            self.library[library.name][item_id] = stored
        self.history[library.name, item_id] = events

    def check_loads(self, rows):
        seen = collections.Counter(one["new"].get("title") for _, one in rows)
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
            if one["event"] in _STAYING and status in (_STAYING[one["event"]] or [status]):
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
                if error["details"].startswith(_OUTDATED):
                    self.model.failed_outdated.add((job["id"], attempt))
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
        for account in {key[0] for key in self.model.reviews}:
            for deed, event in HOLDS.items():
                done, unknown = (self.model.reviews[account, job["id"], deed, outcome]
                                 for outcome in (DONE, UNKNOWN))
                if not done <= happened[account, event] <= done + unknown:
                    self.wrong("job", job["id"], "has events", event, happened[account, event],
                               "of", account, "who was told so", done, "times, and nothing", unknown)
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

    def check_age(self, job, events, content):
        """A diff of threat is not accepted or applied once the fields have changed since."""
        told = self.model.outdated[job["id"]] + sum(
            one == job["id"] for one, _ in self.model.failed_outdated)
        if told and (THREATS.name not in (content or {}) or not self.model.fields):
            self.wrong("job", job["id"], "was called outdated", told, "times, and cannot be")
        if THREATS.name not in (content or {}):
            return
        ready = ""
        for one in events:
            if one["event"] == "ready":
                ready = one["date"]
            elif one["event"] in ("accepted", "succeeded"):
                self.check_not_outdated(job, ready, one)

    def check_not_outdated(self, job, ready, event):
        for change in self.model.fields:
            if change.outcome == DONE and ready < change.begun and change.ended < event["date"]:
                self.wrong("job", job["id"], "was", event["event"], event["date"], "by a diff of",
                           ready, "before", change)

    def check_effect(self, job, events, rows, content):
        """A job that succeeded did what its diffs say, once and in every library; any other job did
        nothing."""
        if job["status"] != "success":
            if rows:
                self.wrong("job", job["id"], "is", job["status"], "and has history:", len(rows))
        elif any(one["attempt"] != events[-1]["attempt"] for _, one in rows):
            self.wrong("job", job["id"], "was applied by an attempt that was over")
        if job["status"] not in ("success", "ready_for_review") or content is None:
            return
        summary = self.get(f"{IMPORT}{job['id']}/diff/") or {"results": []}
        summary = {one["content_model"]: one for one in summary["results"]}
        if set(summary) != set(content):
            self.wrong("job", job["id"], "has diffs of", *summary, "and files of", *content)
            return
        if job["status"] == "success":
            self.check_expected(job, summary.values())
        for name, file in content.items():
            self.check_model(job, events, LIBRARIES[name], summary[name], file,
                             [one for model, one in rows if model == name])

    def check_comments(self, jobs):
        """Each comment that was made is there once, and no other."""
        seen = {job: collections.Counter(
            one["text"] for one in self.get(f"{IMPORT}{job}/comments/")["results"]) for job in jobs}
        for job, text, outcome in self.model.comments:
            count = seen.get(job, {}).pop(text, 0)
            if count not in {DONE: (1,), REFUSED: (0,), UNKNOWN: (0, 1)}[outcome]:
                self.wrong("job", job, "has", text, "which is", outcome, "so often:", count)
        for job, left in seen.items():
            if left:
                self.wrong("job", job, "has comments that nobody made:", dict(left))

    def check_expected(self, job, summaries):
        """What was applied is what the accept said, if each of the job's accepts said it."""
        expected = self.model.expected.get(job["id"], [None])
        sums = {op: sum(one[op] for one in summaries) for op in OPS}
        if None not in expected and sums not in expected:
            self.wrong("job", job["id"], "did", sums, "and was to do one of", expected)

    @staticmethod
    def without_held(whole):
        """What is not held back of a whole diff."""
        held = {one["entry"] for op in OPS for one in whole[op] if one["held"]}
        return {**whole, **{op: [{key: value for key, value in one.items() if key != "held"}
                                 for one in whole[op] if one["entry"] not in held]
                            for op in OPS}}

    def check_model(self, job, events, library, summary, file, rows):
        """What a job did, or would do, to one of the libraries."""
        path = f"{IMPORT}{job['id']}/diff/{library.name}/"
        diff, whole = self.get(path), self.get(path, held="all")
        if diff != self.without_held(whole):
            self.wrong("job", job["id"], "shows", diff, "as what is not held of", whole)
        started = [one for one in events if one["event"] == "started"][-1]["date"]
        fresh = started > self.model.loaded_at
        self.check_diff(job, diff, summary, file, fresh or job["status"] == "success")
        if job["status"] == "success":
            told = sorted((one["operation"], one["entry"]) for one in rows)
            want = sorted((op, one["entry"]) for op in OPS for one in diff[op])
            if told != want:
                self.wrong("job", job["id"], "should have done", want, "to", library.name,
                           "and did", told)
        elif fresh:
            before = {**self.library[library.name], **self.base_items(library)}
            expected = library.diff(before, file, self.fields[library.name])
            for one in [one for op in OPS for one in whole[op]]:
                one.pop("held")
            if whole != expected:
                self.wrong("job", job["id"], "has the diff", whole, "for", expected)

    def base_items(self, library):
        extra = {OWNER: NOBODY} if OWNER in self.fields[library.name] else {}
        return {item_id: {**one, **extra}
                for item_id, one in self.model.base[library.name].items()}

    def check_diff(self, job, diff, summary, content, is_current):
        file = dict(enumerate(read(content), 1))
        for op in OPS:
            if summary[op] != len(diff[op]):
                self.wrong("job", job["id"], "counts", summary[op], op, "of", len(diff[op]))
            for one in diff[op]:
                item_id, row = file[one["entry"]]
                if not may_be(one, row, is_current):
                    self.wrong("job", job["id"], "shows for", item_id, one, "of", row)
