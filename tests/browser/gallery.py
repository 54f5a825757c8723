"""Every page, and every dialog in front of a page, with a way to get there."""

from pages import Account, Administration, Imports, Item, Job, Library, NewImport, Review, SignIn


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


def _keys(chromium, world):
    Review(chromium, world.ready).open().shows_some()
    chromium.press("?")
    chromium.find("dialog", "Keyboard")


def _token(chromium, _world):
    Account(chromium).open()
    chromium.fill("Name", "nightly import")
    chromium.click("button", "Make a token")
    chromium.find("dialog", "New token")


def _changes(chromium, world):
    """Goes further down, to the changes."""
    Review(chromium, world.ready).open("?op=update").shows_some()
    chromium.script("document.querySelector('article.change').scrollIntoView()")


# name → (role of the visitor or None, how to get there); sorted by role, as changing it takes time
PAGES = {
    "sign-in": (None, lambda c, w: _opened(SignIn(c), "Sign in")),
    "job-applied": ("viewer", lambda c, w: _opened(Job(c, w.applied), "applied the changes")),
    "item": ("viewer", lambda c, w: _opened(Item(c, "T1"), "accepted by")),
    "not-permitted": ("viewer", lambda c, w: c.open("/users/")),
    "users": ("admin", lambda c, w: _opened(Administration(c), "viewer@example.com")),
    "users-edit": ("admin", lambda c, w: Administration(c).open().edit("viewer@example.com")),
    "new-import": ("admin", lambda c, w: _opened(NewImport(c), "One import at a time")),
    "job-cancelled": ("admin", lambda c, w: _opened(Job(c, w.cancelled), "Nothing of it was applied")),
    "new-import-refused": ("editor", _refused_file),
    "new-import-chosen": ("editor", _chosen_file),
    "imports": ("editor", lambda c, w: _opened(Imports(c), "Ready for review", "Failed")),
    "job-ready": ("editor", lambda c, w: _opened(Job(c, w.ready), "uploaded the file")),
    "job-failed": ("editor", lambda c, w: _opened(Job(c, w.failed), "Download the failed rows")),
    "review": ("editor", lambda c, w: Review(c, w.ready).open().shows_some()),
    "review-changes": ("editor", _changes),
    "review-groups": ("editor", _grouped),
    "review-accept": ("editor", lambda c, w: Review(c, w.ready).open().ask("Accept")),
    "review-keys": ("editor", _keys),
    "library": ("editor", lambda c, w: _opened(Library(c), "T17")),
    "account": ("editor", lambda c, w: _opened(Account(c), "Change password")),
    "account-token": ("editor", _token),
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
}
