"""A library, a new revision of it and some history, so that every page has something to show."""

import secrets

import sites
from authenticator import Authenticator
from library import HEADER, THREAT_FIELDS, item, read_csv, threat, to_csv

_SAMPLE = sites.ROOT / "sql" / "sample" / "library.csv"

# What the revision changes in the sample library, by item.
_EDITS = {
    "T1": {
        "title": "Hash passwords with argon2id",
        "text": "Store only an argon2id hash with a random salt for each account.\n\n"
                "* At least 19 MiB of memory and two passes.\n"
                "* Keep the cost parameters next to the hash, so that they can be raised later.",
        "priority": 8, "match_conditions": "A1;A4 AND !A11"},
    "T2": {
        "text": "Pass every value that comes from outside as a bound parameter. No statement is put "
                "together from user input, not even for sort orders or table names: pick those from a "
                "fixed list."},
    "T5": {
        "text": "Require an unpredictable token with every request that changes something and is "
                "authenticated by a cookie. Set the cookie `SameSite=Strict` or `Lax`.",
        "tags": "session;web;forms"},
    "T6": {"priority": 7, "tags": "web;session;privacy"},
    "T7": {"title": "Serve everything over TLS 1.3", "priority": 10},
    "T8": {"phase": "X3"},
    "T9": {"match_conditions": "A6;A12"},
    "T11": {"text": "Record sign-ins, refusals, changes of permissions and of settings: who, when, "
                    "from where.\n\nPasswords, tokens and session ids are never written."},
    "T12": {"active": False},
    "T13": {"priority": 9, "tags": "dependencies;build"},
    "T15": {"active": False},
    "CT2": {"active": False},
    "CT3": {"phase": "X4"},
}
_NEW = [
    item("CT5", "Pin the actions of the build pipeline by hash",
         "Third-party actions and images are named by their content hash, not by a tag that can move. "
         "A bot proposes updates, a person approves them.",
         "P52", 8, "X7", match_conditions="A8 AND !A9;CA1", tags="build;dependencies"),
    item("CT6", "Offer passkeys for signing in",
         "Verify that people can sign in with a passkey, and that adding one asks for a recent sign-in.",
         "P21", 6, "X5", match_conditions="A1", tags="authentication"),
    item("CT7", "Set a Content Security Policy without exceptions",
         "Verify that every page has a policy that allows no inline script, no inline style and no other "
         "host.", "P14", 8, "X5", match_conditions="A3", tags="web;injection"),
]
_BAD = """id,title,text,priority,phase,match_conditions
,Check webhooks,Verify the signature of each call.,11,X5,A1
,Rotate keys,Replace signing keys each quarter.,12,X5,A1 OR A2
T4,,Decide on the server.,10,X5,
T99,Unknown,There is no such item.,5,X1,
,Scan containers,Scan images before a release.,high,X7,A8
,Limit sessions,End sessions after twelve hours.,urgent,phase 5,A1
"""


def sample_library():
    """The items of the sample library."""
    return [one for _, one in read_csv(_SAMPLE.read_bytes())]


def revision():
    """The content of a file that changes the sample library: adds, updates and one deletion."""
    edited = [{**one, **_EDITS.get(one["id"], {})} for one in sample_library() if one["id"] != "CT1"]
    return to_csv(_NEW + edited + [{"id": "CT1", "mark_delete": "true"}], HEADER)


def hold(client, number, entries, note):
    """Somebody holds changes back."""
    answer = client.patch(f"library/import/{number}/diff/standard/", json={"hold": entries, "note": note})
    assert answer.status == 200, answer


def look(client, number, entries):
    """Somebody marks changes as looked at."""
    answer = client.patch(f"library/import/{number}/diff/standard/looked/", json={"add": entries})
    assert answer.status == 200, answer


class People:
    """Accounts of several kinds, and what it takes to be them."""

    def __init__(self, site):
        self.site = site
        self.password = site.env["ACCESSION_PASSWORD"]
        self.guarded = "grace.guarded@example.com"  # has a second factor
        self.invited = "nell.new@example.com"       # has yet to choose a password
        site.ids["guarded"] = site.db.make_account(self.guarded, "editor", "Grace", "Guarded",
                                                   like=site.env["ACCESSION_EMAIL"])
        site.ids["invited"] = site.db.make_account(self.invited, "viewer", "Nell", "New")
        self.arm("guarded")

    def arm(self, role, codes=10):
        """Gives somebody a second factor, with so many recovery codes."""
        account = self.site.ids[role]
        self.disarm(role)
        Authenticator.of(self.site.db, account)
        for _ in range(codes):
            self.site.db.run("INSERT INTO recovery_code VALUES (%s, %s)", account, secrets.token_bytes(32))

    def disarm(self, role):
        self.site.db.run("DELETE FROM second_factor WHERE account_id = %s", self.site.ids[role])

    def forgive(self):
        """Forgets wrong passwords, which would ask for pauses."""
        self.site.db.run("DELETE FROM sign_in_tries")

    def link(self):
        """A one-time link of somebody, as a path."""
        answer = self.site.admin.post(f"users/{self.site.ids['invited']}/link/").json
        return answer["link"].removeprefix(self.site.url)


class World(People):
    """A site with some history: one import applied, one failed, one cancelled, and one that waits
    for its review."""

    def __init__(self, site):
        site.clear()
        super().__init__(site)
        site.db.seed(*sample_library())
        first = [{**one, "priority": min(10, one["priority"] + 1)} for one in sample_library()[:3]]
        self.applied = site.editor.ready(to_csv(first))["id"]
        hold(site.editor, self.applied, [3], "Its priority is not agreed yet.")
        site.editor.accept(self.applied)
        self.failed = site.editor.wait_for(site.editor.start(_BAD.encode())["id"], "fail")["id"]
        self.cancelled = site.admin.ready(to_csv(sample_library()[:1]))["id"]
        site.admin.change(self.cancelled, "cancel")
        self.ready = site.editor.ready(revision())["id"]
        hold(site.editor, self.ready, [2, 6], "Is it the same as T21?")
        look(site.editor, self.ready, [[1, 4]])
        look(site.admin, self.ready, [[3, 9]])
        self._discuss(site.editor, site.admin)

    def _discuss(self, editor, admin):
        """People talk about the import that waits, and about changes of it."""
        editor.comment(self.ready, "All of chapter 2 comes from the new edition.\n\nPlease look at the priorities first.")
        asked = admin.comment(self.ready, "Why argon2id, and not scrypt as in the guideline?", "T1", "text")
        editor.comment(self.ready, "The guideline has it since March.", reply_to=asked)
        seen = admin.comment(self.ready, "Is 7 right?", "T6", "priority")
        editor.change_comment(self.ready, seen, resolved=True)
        admin.comment(self.ready, "Which of these did the board decide?", changes={"op": "update", "field": "priority"})
        admin.comment(self.ready, "This one should wait for the next edition.", "CT1")


# ---- Two models

_THREATS = [
    ("CTH1", "Passwords are guessed", "Somebody tries the passwords of other sites.", 8, True, "P21", "49;70"),
    ("CTH2", "Input becomes a query", "What a person types is run by the database.", 9, True, "P12;P14", "66"),
    ("CTH3", "A session is taken over", "A cookie is read by a script of another.", 7, True, "P14", "31;60"),
    ("CTH4", "A floppy disk is lost", "Backups leave the building.", 2, False, "", ""),
]


class TwoModels:
    """A site with two models, some history, and an import of two files that waits for its review."""

    def __init__(self, site):
        self.db = site.db
        site.clear()
        site.db.seed(*sample_library())
        threats = [threat(*values) for values in _THREATS]
        site.editor.accept(site.editor.ready_files(("threat.csv", to_csv(threats))))
        bad = site.editor.start_files(("standard.csv", _BAD.encode()),
                         ("threat.csv", to_csv([{**threats[0], "severity": 11}])))
        self.failed = site.editor.wait_for(bad, "fail")["id"]
        edited = [{**threats[0], "severity": 10, "problems": "P21;P22"}, {**threats[1], "capecs": "66;7"},
                  threat("", "2-Jan", "A cell of this library was opened as a spreadsheet.", 3),
                  threat("", "A dependency is replaced", "A package of that name is somebody else's.", 8, True, "P52"),
                  {**threats[3], "mark_delete": "true"}]
        spoilt = revision().replace(b"session;web;forms", b"session|web;#NAME?")
        self.ready = site.editor.ready_files(("standard.csv", spoilt),
                                ("threat.csv", to_csv(edited, [*THREAT_FIELDS, "mark_delete"])))

    def move(self):
        """Lets the library move on under the review."""
        self.db.run("UPDATE standard SET title = title || ' and others' WHERE id = 'T1'")
