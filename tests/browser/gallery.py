"""Every page, and every dialog in front of a page, with a way to get there."""

import re

from authenticator import Authenticator
from pages import (
    Account, Administration, Events, Imports, Item, Job, Library, NewImport, Review, SignIn, confirm)


def _opened(page, *texts):
    page.open()
    page.sees(*texts)


def _refused_file(chromium, _world):
    page = NewImport(chromium).open()
    page.drop("standard.xls", "x")
    page.alert("save it as .xlsx")


def _chosen_file(chromium, _world):
    page = NewImport(chromium).open()
    page.drop("My standards.csv", "id,title\n")
    page.sees("standard.csv")


def _grouped(chromium, world):
    Review(chromium, world.ready).open().grouped()


def _holding(chromium, world):
    Review(chromium, world.ready).open().shows_some().button("T1", "Hold back…")
    chromium.find("dialog", "Hold back this change of T1?")


_REFUSED = """
    const refusal = { detail: "", code: "review_changed", review: "", since: [
        { content_model: "standard", changes: 30, entries: [2, [4, 9], [11, 40]] }] };
    const ask = window.fetch;
    window.fetch = (url, options) => options?.method !== "PATCH" ? ask(url, options)
        : Promise.resolve(new Response(JSON.stringify(refusal), { status: 409 }));
"""


def _refused(chromium, world):
    page = Review(chromium, world.ready).open().shows_some()
    chromium.script(_REFUSED)
    page.ask("Accept").click(re.compile("^Accept"))
    page.alert("30 changes are different since")


def _stale(chromium, world):
    world.move()
    Review(chromium, world.ready).open().sees("no longer fits the library")


def _searched(chromium, world):
    page = Review(chromium, world.ready).open("?op=update&search=password").shows_some()
    page.sees("changes fit.")
    chromium.script("document.querySelector('article.change').scrollIntoView()")


def _keys(chromium, world):
    Review(chromium, world.ready).open().shows_some()
    chromium.press("?")
    chromium.find("dialog", "Keyboard")


def _asked_for_code(chromium, world):
    page = SignIn(chromium).open()
    page.attempt(world.guarded, world.password)
    return page.asks("Enter your code")


def _asked_for_recovery(chromium, world):
    _asked_for_code(chromium, world)
    chromium.click("button", "Use a recovery code instead")
    chromium.find("textbox", "Recovery code")


def _wrong_password(chromium, world):
    world.forgive()
    chromium.expects(400, "/session/")
    page = SignIn(chromium).open()
    page.attempt(world.guarded, "wrong")
    page.alert("Unable to log in")


def _choosing_password(chromium, world):
    chromium.open(world.link())
    chromium.find("textbox", "The same again")


def _useless_link(chromium, _world):
    chromium.expects(400, "/session/link/")
    chromium.open("/set-password/#used")
    chromium.sees("Ask an administrator")


def _token(chromium, world):
    Account(chromium).open().new_token("nightly import", world.password)
    chromium.find("textbox", "Token")


def _new_token(chromium, _world):
    Account(chromium).open()
    chromium.click("button", "New token")
    chromium.find("dialog", "New token")


def _setting_up(chromium, world):
    page = Account(chromium).open()
    secret = page.set_up(world.password)
    chromium.script("document.querySelector('.qr').scrollIntoView({ block: 'center' })")
    return Authenticator(secret)


def _recovery_codes(chromium, world):
    app = _setting_up(chromium, world)
    confirm(chromium, app.code())
    world.disarm("editor")


def _few_codes(chromium, world):
    world.arm("editor", codes=2)
    Account(chromium).open().sees("Only 2 recovery codes are left")
    world.disarm("editor")


def _link(chromium, world):
    Administration(chromium).open().does(
        world.invited, "Reset by link…", "Reset the password by a link?", "Reset and make a link")
    chromium.find("dialog", "One-time link")


def _event_details(chromium, _world):
    _opened(Events(chromium), "Details")
    chromium.click("button", "Details")


def _changes(chromium, world):
    """Goes further down, to the changes."""
    Review(chromium, world.ready).open("?op=update").shows_some()
    chromium.script("document.querySelector('article.change').scrollIntoView()")


def _comment(chromium, world):
    """What was said about a change, and somebody who is about to say more."""
    Review(chromium, world.ready).open("?model=standard&item=T1").aimed("T1")
    chromium.press("c")
    chromium.find("textbox", "Comment on T1")


# name → (role of the visitor or None, how to get there); sorted by role, as changing it takes time
PAGES = {
    "sign-in": (None, lambda c, w: _opened(SignIn(c), "Sign in")),
    "sign-in-refused": (None, _wrong_password),
    "sign-in-code": (None, _asked_for_code),
    "sign-in-recovery": (None, _asked_for_recovery),
    "set-password": (None, _choosing_password),
    "set-password-useless": (None, _useless_link),
    "job-applied": ("viewer", lambda c, w: _opened(Job(c, w.applied), "applied the changes")),
    "item": ("viewer", lambda c, w: _opened(Item(c, "T1"), "accepted by")),
    "not-permitted": ("viewer", lambda c, w: c.open("/users/")),
    "users": ("admin", lambda c, w: _opened(Administration(c), "viewer@example.com")),
    "users-edit": ("admin", lambda c, w: Administration(c).open().edit("viewer@example.com")),
    "users-new": ("admin", lambda c, w: Administration(c).open().new_user()),
    "users-access": ("admin", lambda c, w: Administration(c).open().access(w.guarded)),
    "users-link": ("admin", _link),
    "events": ("admin", lambda c, w: _opened(Events(c), "signed in")),
    "events-details": ("admin", _event_details),
    "events-none": ("admin", lambda c, w: Events(c).open("?address=192.0.2.7").sees("Nothing of that kind")),
    "new-import": ("admin", lambda c, w: _opened(NewImport(c), "One import at a time")),
    "job-cancelled": ("admin", lambda c, w: _opened(Job(c, w.cancelled), "Nothing of it was applied")),
    "new-import-refused": ("editor", _refused_file),
    "new-import-chosen": ("editor", _chosen_file),
    "imports": ("editor", lambda c, w: _opened(Imports(c), "Ready for review", "Failed")),
    "job-ready": ("editor", lambda c, w: _opened(Job(c, w.ready), "uploaded the file")),
    "job-failed": ("editor", lambda c, w: _opened(Job(c, w.failed), "Download the failed rows")),
    "review": ("editor", lambda c, w: Review(c, w.ready).open().shows_some()),
    "review-changes": ("editor", _changes),
    "review-comment": ("editor", _comment),
    "review-searched": ("editor", _searched),
    "review-groups": ("editor", _grouped),
    "review-accept": ("editor", lambda c, w: Review(c, w.ready).open().ask("Accept")),
    "review-keys": ("editor", _keys),
    "review-held": ("editor", lambda c, w: Review(c, w.ready).open("?held=true").shows_some()),
    "review-unseen": ("editor", lambda c, w: Review(c, w.ready).open("?unseen=1&op=update").shows_some()),
    "review-hold": ("editor", _holding),
    "review-refused": ("editor", _refused),
    "library": ("editor", lambda c, w: _opened(Library(c), "T17")),
    "account": ("editor", lambda c, w: _opened(Account(c), "Change password")),
    "account-token-new": ("editor", _new_token),
    "account-token": ("editor", _token),
    "account-second-factor": ("editor", _setting_up),
    "account-recovery-codes": ("editor", _recovery_codes),
    "account-few-codes": ("editor", _few_codes),
}


def _several_chosen(chromium, _world):
    page = NewImport(chromium).open()
    page.drop("My standards.csv", "id,title\n", **{"threat.csv": "id,title\n"})
    page.sees("standard.csv")


def _several_refused(chromium, _world):
    page = NewImport(chromium).open()
    page.drop("standard.csv", "id,title\n", **{"threat.json": "[]"})
    page.alert("must have the same format")


# The same for a site with two models.
MODEL_PAGES = {
    "models-import": ("editor", _several_chosen),
    "models-import-refused": ("editor", _several_refused),
    "models-job": ("editor", lambda c, w: _opened(Job(c, w.ready), "uploaded the files")),
    "models-job-failed": ("editor", lambda c, w: _opened(Job(c, w.failed), "failed rows of threat.csv")),
    "models-review": ("editor", lambda c, w: Review(c, w.ready).open("?model=threat").shows_some()),
    "models-review-warnings": ("editor", lambda c, w: Review(c, w.ready).open().warned_changes(
        "Values that look like dates").shows_some()),
    "models-accept": ("editor", lambda c, w: Review(c, w.ready).open().ask("Accept")),
    "models-library": ("editor", lambda c, w: _opened(Library(c), "T17")),
    "models-library-threats": ("editor", lambda c, w: Library(c).open("?model=threat").shows(
        "CTH1", "CTH2", "CTH3", "CTH4")),
    "models-item": ("editor", lambda c, w: _opened(Item(c, "CTH2", "threat"), "accepted by")),
    "models-review-stale": ("editor", _stale),
}
