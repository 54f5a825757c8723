"""What two people do about one review at the same time: each pair of actions, in both orders. The first
session holds its transaction open, so that the second waits for it; then it commits, or rolls back.
A model of the review says what becomes of both."""

import copy

import pytest

import reviews
from client import Client
from people import Person, gone_afterwards
from test_races import Line, holding

ACTIONS = ("hold", "release", "comment", "resolve", "approve", "withdraw", "accept", "cancel", "retry")


class Model:
    """A review, as far as these actions go."""

    def __init__(self, status):
        self.status = status
        self.held = {2}
        self.raised = 0  # since the version that both have seen
        self.comments, self.resolved = 1, False
        self.approvals = {"first": "old", "second": "old"}
        self.events = []

    def act(self, what, who):
        """Returns the code of the refusal, or None."""
        return getattr(self, what)(who)

    def happened(self, event):
        self.events.append(event)

    def hold(self, _):
        if self.status != "ready_for_review":
            return "wrong_status"
        if 1 not in self.held:
            self.held.add(1)
            self.raised += 1
            self.happened("held")
        return None

    def release(self, _):
        if self.status != "ready_for_review":
            return "wrong_status"
        if self.held:
            self.held.clear()
            self.raised += 1
            self.happened("hold_released")
        return None

    def comment(self, _):
        self.comments += 1
        self.happened("commented")

    def resolve(self, _):
        if not self.resolved:
            self.resolved = True
            self.happened("comment_resolved")

    def approve(self, who):
        if self.status != "ready_for_review":
            return "wrong_status"
        if self.raised:
            return "review_changed"
        self.approvals[who] = "seen"
        self.happened("approved")
        return None

    def withdraw(self, who):
        if self.status != "ready_for_review":
            return "wrong_status"
        del self.approvals[who]
        self.happened("approval_withdrawn")
        return None

    def accept(self, _):
        if self.status != "ready_for_review":
            return "wrong_status"
        if self.raised:
            return "review_changed"
        self.status = "applying_changes"
        self.happened("accepted")
        return None

    def cancel(self, _):
        if self.status == "cancel":
            return "wrong_status"
        self.status = "cancel"
        self.happened("cancelled")
        return None

    def retry(self, _):
        if self.status != "cancel":
            return "wrong_status"
        self.status = "pending"
        self.happened("retried")
        return None


class Scene:
    """A job with a held change, an open comment, and approvals of an earlier version. No worker is
    there to go on with it. Its uploader is neither of the two."""

    def __init__(self, site, uploader, status):
        self.db = site.db
        self.admin, self.editor = site.admin, site.editor
        self.key = site.key
        self.ids = {site.ids["admin"]: "first", site.ids["editor"]: "second"}
        self.job = reviews.ready(uploader, self.db)
        self.comment = reviews.comment(uploader, self.job)["id"]
        old = reviews.version(uploader, self.job)
        for one in (self.admin, self.editor):
            assert reviews.approve(one, self.job, old).status == 200
        self.seen = reviews.hold(uploader, self.job, [2]).json["review"]
        self.counter = self.reviews()
        if status == "cancel":
            assert uploader.change(self.job, "cancel").status == 200
        self.told = len(reviews.events(self.admin, self.job))

    def reviews(self):
        return self.db.value("SELECT reviews FROM import_job")

    def sql(self, what):
        """The call by which a handler does it, for the first of the two."""
        return {
            "hold": ("SELECT code FROM review_hold(%s, %s, NULL, NULL, 'standard', '{[1,2)}', true, NULL)",),
            "release": ("SELECT code FROM review_hold(%s, %s, NULL, NULL, 'standard', '{[1,9)}', false, NULL)",),
            "comment": ("SELECT code FROM comment_add(%s, %s, NULL, NULL, NULL, 'First.', NULL, NULL)",),
            "resolve": ("SELECT code FROM comment_change(%s, %s, %s, NULL, true)", self.comment),
            "approve": ("SELECT code FROM approval_add(%s, %s, %s)", self.seen),
            "withdraw": ("SELECT code FROM approval_withdraw(%s, %s)",),
            "accept": ("SELECT code FROM job_accept(%s, %s, %s, NULL, NULL, NULL)", self.seen),
            "cancel": ("SELECT code FROM job_cancel(%s, %s, NULL, NULL)",),
            "retry": ("SELECT code FROM job_retry(%s, %s, NULL, NULL)",),
        }[what]

    def request(self, what):
        """Does it by the API, as the second of the two."""
        api, job = self.editor.fork(), self.job
        return {
            "hold": lambda: reviews.hold(api, job, [1]),
            "release": lambda: reviews.release(api, job, {}),
            "comment": lambda: api.post(reviews.path(job, "comments"), json={"text": "Second."}),
            "resolve": lambda: api.patch(reviews.path(job, "comments", self.comment), json={"resolved": True}),
            "approve": lambda: reviews.approve(api, job, self.seen),
            "withdraw": lambda: api.request("DELETE", reviews.path(job, "approvals")),
            "accept": lambda: api.change(job, "accept_changes", review=self.seen),
            "cancel": lambda: api.change(job, "cancel", wait_for_task=False),
            "retry": lambda: api.change(job, "retry"),
        }[what]()

    def check(self, model):
        """The database is as the model says, and nothing that happened is untold."""
        db = self.db
        assert db.value("SELECT status FROM import_job") == model.status
        assert self.reviews() - self.counter == model.raised
        assert {row[0] for row in db.rows("SELECT entry FROM import_hold")} == model.held
        assert db.rows("SELECT held_adds, held_updates, held_deletes FROM import_summary") == [
            (0, len(model.held), 0)]
        assert db.value("SELECT count(*) FROM review_comment") == model.comments
        assert db.value("SELECT resolved IS NOT NULL FROM review_comment WHERE id = %s",
                        self.comment) == model.resolved
        approvals = db.rows("SELECT account_id, reviews = %s FROM job_approval", self.counter)
        assert {self.ids[who]: "seen" if seen else "old" for who, seen in approvals} == model.approvals
        assert reviews.events(self.admin, self.job)[self.told:] == model.events


@pytest.fixture(scope="module")
def uploader(site):
    with gone_afterwards(site):
        yield Client(site.url, site.db.make_token(Person(site, "editor").id))


def begins_with(first, second):
    """The status in which the pair has most to do with each other."""
    return "cancel" if "retry" in (first, second) and first != "cancel" else "ready_for_review"


@pytest.mark.parametrize("outcome", ["commit", "rollback"])
@pytest.mark.parametrize("second", ACTIONS)
@pytest.mark.parametrize("first", ACTIONS)
def test_one_after_the_other(site, uploader, postgres, first, second, outcome):
    status = begins_with(first, second)
    scene, model = Scene(site, uploader, status), Model(status)
    before = copy.deepcopy(model)
    with site.worker_stopped():
        sql, *more = scene.sql(first)
        with holding(scene.db, "SELECT", user="accession_api") as session, session.cursor() as cursor:
            cursor.execute(sql, (scene.key, scene.job, *more))
            assert cursor.fetchall() == [(model.act(first, "first"),)]
            line = Line(postgres)
            line.join_in(second, lambda: scene.request(second))
            getattr(session, outcome)()
            answer = line.end()[second]
        if outcome == "rollback":
            model = before
        code = model.act(second, "second")
        if code:
            assert (answer.status, answer.json["code"]) == (409, code), answer
        else:
            assert answer.status == 200, answer
        scene.check(model)
