"""The pages as people use them. Only these classes know how a page is made: if a test says
"accept", a new design takes one change here."""

import re

from selenium.webdriver.common.keys import Keys

from chromium import eventually


class Page:
    """What all pages have: the header, headings, and message boxes."""

    path = "/"

    def __init__(self, chromium):
        self.chromium = chromium

    def open(self, query=""):
        self.chromium.open(self.path + query)
        return self

    def here(self):
        """Waits until this page is shown, no matter how it was reached."""
        self.chromium.at(self.path)
        return self

    def sees(self, *texts):
        self.chromium.sees(*texts)
        return self

    def alert(self, text):
        """Waits until the page shows an alert with this text."""
        eventually(lambda: any(text in box.text for box in self.chromium.select("[role=alert]")))

    def sections(self):
        """The sections that the header links to."""
        header = self.chromium.find("navigation", "Main")
        return [link.text for link in self.chromium.all("link", within=header)]

    def go(self, section):
        self.chromium.click("link", section, self.chromium.find("navigation", "Main"))

    def sign_out(self):
        self.chromium.click("button", "Sign out")


class Dialog:
    """A dialog in front of the page."""

    def __init__(self, chromium, title):
        self.chromium = chromium
        self.node = chromium.find("dialog", title)

    @property
    def text(self):
        return self.node.text

    def click(self, button):
        self.chromium.click("button", button, self.node)
        self.closed()

    def send(self, button):
        """Clicks a button that may leave the dialog open."""
        self.chromium.click("button", button, self.node)

    def closed(self):
        eventually(lambda: self.chromium.none("dialog"))


class SignIn(Page):
    path = "/sign-in/"

    def sign_in(self, email, password):
        """Signs in and waits for the page that follows."""
        self.attempt(email, password)
        eventually(lambda: not self.chromium.path.startswith(self.path))
        self.chromium.settled()

    def attempt(self, email, password):
        self.chromium.fill("Email", email)
        self.chromium.fill("Password", password)
        self.chromium.click("button", "Sign in")

    def asks(self, title):
        """Waits for this step."""
        self.chromium.find("heading", title)
        return self

    def give(self, code):
        """Gives a code of the authenticator."""
        self.asks("Enter your code")
        self.chromium.fill("Code", code)
        self.chromium.click("button", "Sign in")

    def recover(self, code):
        """Gives a recovery code instead."""
        self.asks("Enter your code")
        self.chromium.click("button", "Use a recovery code instead")
        self.chromium.fill("Recovery code", code)
        self.chromium.click("button", "Sign in")

    def start_again(self):
        self.chromium.click("button", "Start again")
        return self.asks("Sign in to Accession")


class SetPassword(Page):
    path = "/set-password/"

    def choose(self, password, again=None):
        self.chromium.fill("New password", password)
        self.chromium.fill("The same again", password if again is None else again)
        self.chromium.click("button", "Set password")


def secret(chromium):
    """The secret that is shown for an authenticator."""
    chromium.click("button", "Cannot scan it?")
    return eventually(lambda: chromium.text(".fours").replace(" ", "") or None)


def confirm(chromium, code):
    """Gives the code of an authenticator that was set up. Returns the recovery codes."""
    chromium.fill("Code", code)
    chromium.click("button", "Confirm")
    chromium.find("heading", "Keep these recovery codes")
    return [line.text for line in chromium.select(".codes li")]


def table(chromium, caption):
    """The rows of a table as dicts, keyed by column headings."""
    return chromium.script("""
        const wanted = arguments[0];
        const found = [...document.querySelectorAll("table")].find((t) =>
            (t.caption?.textContent ?? t.getAttribute("aria-label") ?? "").startsWith(wanted));
        if (!found)
            return [];
        const clean = (node) => node.textContent.replace(/\\s+/g, " ").trim();
        const heads = [...found.tHead.rows[0].cells].map((c) => clean(c)
            .replace(/ ?(\\(order by this\\)|[▲▼])/g, "").trim());
        return [...found.tBodies].flatMap((b) => [...b.rows]).map((row) =>
            Object.fromEntries([...row.cells].map((cell, i) => [heads[i] ?? "", clean(cell)])));
    """, caption)


class Imports(Page):
    path = "/jobs/"

    def rows(self):
        return table(self.chromium, "Import jobs")

    def numbers(self):
        """The numbers of the jobs in the table, in its order."""
        return [int(re.search(r"\d+", row["Import"])[0]) for row in self.rows()]

    def under_way(self):
        """The text about the job under way; "" if there is none."""
        boxes = self.chromium.all("region", "Import under way")
        return boxes[0].text if boxes else ""

    def filter(self, label):
        self.chromium.click("link", re.compile(f"^{label}"),
                            self.chromium.find("navigation", "Filter by status"))

    def order_by(self, column):
        self.chromium.click("link", re.compile(f"^{column}"), self.chromium.find("table"))


class NewImport(Page):
    path = "/import/"

    def choose(self, *paths):
        """Chooses files at once, as in the browser's own file dialog."""
        (field,) = self.chromium.select("input[type=file]")
        field.send_keys("\n".join(str(path) for path in paths))
        return self

    def drop(self, name, content, **others):
        """Drops a file on the page's drop area, with others (name → content) if there are any."""
        self.drop_at(".drop", {name: content, **others})
        return self

    def drop_at(self, place, files):
        """Drops files on an element, even one that is hidden. Returns whether the page has taken them,
        rather than left them to the browser."""
        return self.chromium.script("""
            const [place, contents] = arguments;
            const files = new DataTransfer();
            for (const [name, content] of Object.entries(contents))
                files.items.add(new File([content], name));
            const target = document.querySelector(place);
            const taken = ["dragenter", "dragover", "drop"].map((kind) => !target.dispatchEvent(
                new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true })));
            return taken[1] && taken[2];
        """, place, files)

    def asks_before_leaving(self):
        """Whether the browser would ask a person who closes the page or reloads it."""
        return self.chromium.script("""
            return !window.dispatchEvent(new Event("beforeunload", { cancelable: true }))""")

    def files(self):
        """The names of the chosen files."""
        return [name.text for name in self.chromium.select(".chosen-files .file strong")]

    def take_out(self, name):
        self.chromium.click("button", f"Remove {name}")
        return self

    def may_upload(self):
        return bool(self.chromium.all("button", re.compile("^Upload")))

    def upload(self):
        """Sends the chosen file and waits for the page of its job."""
        self.send()
        eventually(lambda: re.fullmatch(r"/jobs/\d+/.*", self.chromium.path))
        self.chromium.settled()
        return Job(self.chromium, int(re.search(r"\d+", self.chromium.path)[0]))

    def send(self):
        self.chromium.click("button", re.compile("^Upload"))


_BY_MODEL = """
    const seen = (node) => [...node.querySelectorAll("[aria-hidden=true]")].map((e) => e.textContent).join(" ");
    return Object.fromEntries([...document.querySelectorAll("main dl.by-model > div")].map((row) => [
        row.querySelector("dt").textContent, seen(row.querySelector("dd"))]));
"""


class Decided(Page):
    """A page with buttons for what may be done with a job."""

    def __init__(self, chromium, number):
        super().__init__(chromium)
        self.number = number

    def counts(self):
        """The large numbers: label → number."""
        return eventually(lambda: self.chromium.script("""
            const list = document.querySelector("main dl.cards");
            return list && Object.fromEntries([...list.querySelectorAll("dt")].map((dt) => [
                dt.textContent,
                Number(dt.parentElement.querySelector("dd").textContent.replace(",", ""))]))
        """))

    def may(self):
        """The decisions that are offered."""
        return eventually(lambda: {name for name in ("Accept", "Cancel", "Retry")
                                   if self.chromium.all("button", re.compile(f"^{name}"))})

    def main_action(self):
        """What the page offers first: the text of the one button or link that stands out."""
        (first,) = self.chromium.select("main .buttons .primary")
        return first.text

    def ask(self, action):
        """Clicks Accept, Cancel or Retry; returns the dialog that comes up."""
        self.chromium.click("button", re.compile(f"^{action}"))
        return Dialog(self.chromium, re.compile(f"^{action} import {self.number}"))

    def decide(self, action, confirmation):
        """The same, and answers the dialog with one of its buttons."""
        self.ask(action).click(re.compile(confirmation))


    def counts_by_model(self):
        """The counts of each model, if there are several: title → "+1 ~2 −0"."""
        self.counts()  # waits until there are any
        return self.chromium.script(_BY_MODEL)


    def approvals(self):
        """What is said of approvals beside the decision, and in the panel: each as its text; "" if nothing."""
        return self.chromium.script("""
            return [".decision .approvals", "#approvals"].map((place) =>
                document.querySelector(place)?.innerText.replace(/\\s+/g, " ").trim() ?? "")""")

    def approved(self, short):
        """Waits until this is said of approvals beside the decision."""
        eventually(lambda: self.approvals()[0].startswith(short))
        return self

    def threads(self, item_id=None):
        """What is said about the change of an item, or about the import as a whole: of each thread its
        texts, the first comment's and those of the answers, and "resolved" if it is."""
        return self.chromium.script("""
            const place = arguments[0] === null ? document.querySelector(".discussion")
                : [...document.querySelectorAll("article.change")].find((a) =>
                    a.querySelector("h3 .item-id").textContent.trim() === arguments[0]);
            return [...place?.querySelectorAll(".thread") ?? []].map((thread) => [
                ...[...thread.querySelectorAll(".prose")].map((text) => text.innerText),
                ...thread.querySelector("summary").textContent.includes("resolved by") ? ["resolved"] : []]);
        """, item_id)

    def said(self):
        """What is said about the changes that are shown, as threads() has it."""
        return self.chromium.script("""
            return [...document.querySelectorAll(".looked-line .thread")].map((thread) =>
                [...thread.querySelectorAll(".prose")].map((text) => text.innerText))""")

    def says_of(self, item_id, *threads):
        """Waits until exactly this is said about an item; None: about the import."""
        eventually(lambda: self.threads(item_id) == list(threads))
        return self

    def comment_counts(self, item_id=None):
        """How many comments there are, as the heading of a change says, or that of the discussion."""
        return self.chromium.script("""
            const place = arguments[0] === null ? document.querySelector(".discussion h2 .muted")
                : [...document.querySelectorAll("article.change")].find((a) =>
                    a.querySelector("h3 .item-id").textContent.trim() === arguments[0])
                    ?.querySelector(".line > .comment-count");
            return place?.textContent ?? "" """, item_id)

    def commented(self):
        """The lines of the discussion about changes, open ones first: id → line."""
        return dict(self.chromium.script("""
            return [...document.querySelectorAll(".rows-of-comments > li")].map((li) =>
                [li.querySelector("a").textContent, li.textContent])"""))

    def warnings(self):
        """What is said of warnings: the heading, and of each kind that is shown its line, and below
        it what can be seen."""
        self.chromium.sees(re.compile(r"\d warnings?"), css="#warnings h2")
        return self.chromium.script("""
            const kinds = [...document.querySelectorAll("#warnings .kind")];
            return [document.querySelector("#warnings h2").innerText, ...kinds.map((kind) => kind.innerText)]""")

    def warned_changes(self, title):
        """Follows the link to the changes that warnings of a kind are about."""
        self.chromium.click("link", re.compile(f"^Show .*with the warning “{title}”$"))
        return Review(self.chromium, self.number).here()


class Job(Decided):
    def __init__(self, chromium, number):
        super().__init__(chromium, number)
        self.path = f"/jobs/{number}/"

    def status(self, label):
        """Waits until the heading shows this status."""
        self.chromium.sees(label, css="h1")
        return self

    def review(self):
        self.chromium.click("link", re.compile("^(Review|Show) changes"))
        return Review(self.chromium, self.number).here()

    def steps(self):
        """The line of states: label → done, now, not yet, or how it ended."""
        return self.chromium.script("""
            const items = [...document.querySelectorAll("main ol[aria-label^=Progress] > li")];
            return items.map((li) => li.textContent.replace(/\\s+/g, " ").trim());
        """)

    def trail(self):
        """The audit trail: who did what, oldest first."""
        return [row["Who did what"] for row in table(self.chromium, "What happened")]

    def findings(self):
        """The groups of errors, largest first, each as its text."""
        return self.chromium.script("""
            return [...document.querySelectorAll(".panel:not(#warnings) .finding")]
                .map((li) => li.innerText)""")


_GROUPS = """
    const text = (node) => node.nodeType === Node.TEXT_NODE ? node.data.replace(/\\s+/g, " ")
        : node.ariaHidden === "true" ? "" : [...node.childNodes].map(text).join(" ")
            .replace(/\\s+/g, " ").trim();
    const groups = [...document.querySelectorAll("main details.group > summary")];
"""
# Sets name and value to the elements of an item's changed field; both are null if there is none.
_CHANGED_FIELD = """
    const article = [...document.querySelectorAll("article.change")].find((a) =>
        a.querySelector("h3 .item-id").textContent.trim() === arguments[0]);
    const term = [...(article?.querySelectorAll("dt") ?? [])].find((t) =>
        t.firstChild.textContent.trim() === arguments[1]);
    const title = arguments[1] === "Title" ? article?.querySelector("h3 .title") : null;
    const name = title ?? term, value = title ?? term?.nextElementSibling ?? null;
"""


class Review(Decided):
    def __init__(self, chromium, number):
        super().__init__(chromium, number)
        self.path = f"/jobs/{number}/review/"

    def changes(self):
        """The changes that the page holds: dicts of op, id, title, entry and fields."""
        return self.chromium.script("""
            const clean = (node) => node?.textContent.replace(/\\s+/g, " ").trim() ?? "";
            return [...document.querySelectorAll("article.change")].map((article) => ({
                op: ["add", "update", "delete"].find((op) => article.classList.contains(op)),
                id: clean(article.querySelector("h3 .item-id")),
                title: clean(article.querySelector("h3 .title")),
                entry: Number(clean(article.querySelector("h3 .entry")).replace(/[^0-9]/g, "")),
                fields: [...article.querySelectorAll("dt")].map((dt) => clean(dt.firstChild)),
            }))""")

    def shows(self, *ids):
        """Waits until exactly these items are in the list."""
        def look():
            found = [change["id"] for change in self.changes()]
            assert found == list(ids), f"{found} instead of {ids}"
            return True
        eventually(look)
        return self

    def shows_some(self):
        """Waits for the first changes."""
        eventually(lambda: len(self.changes()) > 0)
        return self

    def field(self, item_id, label):
        """A changed field: its words, with removed ones as [-…-] and added ones as {+…+}."""
        return eventually(lambda: self.chromium.script(_CHANGED_FIELD + """
            const walk = (node) => {
                if (node.nodeType === Node.TEXT_NODE)
                    return node.data;
                if (node.matches("[aria-hidden=true], .unseen, .note, .mark-warned"))
                    return "";
                const inner = [...node.childNodes].map(walk).join("");
                return { DEL: `[-${inner}-]`, INS: `{+${inner}+}` }[node.tagName] ?? inner;
            };
            return value && walk(value);
        """, item_id, label))

    def note(self, item_id, label):
        """The note about a changed field, such as "cleared"."""
        return self.chromium.script(_CHANGED_FIELD + """
            return name.querySelector(".note")?.textContent ?? "" """, item_id, label)

    def marks(self, item_id):
        """The warnings that stand with a change, as a screen reader reads them."""
        return self.chromium.script("""
            const text = (node) => node.nodeType === Node.TEXT_NODE ? node.data
                : node.ariaHidden === "true" ? "" : [...node.childNodes].map(text).join("");
            const article = [...document.querySelectorAll("article.change")].find((a) =>
                a.querySelector("h3 .item-id").textContent.trim() === arguments[0]);
            return [...article.querySelectorAll(".mark-warned")].map(text)""", item_id)

    def tabs(self):
        """The tabs of the models: the text of each, as a screen reader reads it."""
        return [tab.accessible_name for tab in self.chromium.all("tab")]

    def tab(self):
        """The chosen tab's text, or None."""
        return next((tab.accessible_name for tab in self.chromium.all("tab")
                     if tab.get_attribute("aria-selected") == "true"), None)

    def choose_tab(self, title):
        self.chromium.click("tab", re.compile(f"^{title}"))
        return self

    def only(self, label):
        """Filters by the kind of change: All, Added, Updated, Deleted."""
        self.chromium.click("button", re.compile(f"^{label}"))

    def only_field(self, label):
        self.chromium.choose("Updates of", label)

    def search(self, words):
        box = self.chromium.find("searchbox", "Search")
        box.send_keys(Keys.CONTROL + "a" + Keys.NULL, words or Keys.BACKSPACE)

    def grouped(self):
        self.chromium.click("button", "Grouped")
        self.chromium.sees("Every change is in one of them")

    def in_file_order(self):
        self.chromium.click("button", "File order")
        self.chromium.sees("In the order of the file.")

    def groups(self):
        """The groups: heading and count as one text, as a screen reader reads it."""
        return self.chromium.script(_GROUPS + "return groups.map(text)")

    def chips(self):
        """The numbers of changes on the buttons: All, Added, Updated, Deleted; None while they are counted."""
        return self.chromium.script("""
            return Object.fromEntries([...document.querySelectorAll("[aria-label='Kind of change'] button")].map((b) => {
                const [label, n] = b.textContent.split(" ");
                return [label, /[0-9]/.test(n) ? Number(n.replace(/,/g, "")) : null];
            }))""")

    def fits(self, sentence):
        """Waits until the page says how many changes fit, for eyes and for screen readers."""
        self.sees(sentence)
        self.says(sentence)

    def says(self, sentence):
        """Waits until a screen reader is told this."""
        eventually(lambda: self.chromium.script("return document.getElementById('live').textContent") == sentence)

    def hits(self):
        """What is highlighted in the changes, in their order and each once."""
        return self.chromium.script("""
            return [...new Set([...CSS.highlights.get("hit") ?? []].map((hit) => {
                const range = new Range();
                range.setStart(hit.startContainer, hit.startOffset);
                range.setEnd(hit.endContainer, hit.endOffset);
                return `${range}`;
            }))]""")

    def about(self, item_id):
        """What the heading of a change says besides the title."""
        return self.chromium.script("""
            const article = [...document.querySelectorAll("article.change")].find((a) =>
                a.querySelector("h3 .item-id").textContent.trim() === arguments[0]);
            return article.querySelector("h3 > .note")?.textContent ?? "" """, item_id)

    def open_group(self, text):
        self.chromium.script(
            _GROUPS + "groups.find((group) => text(group) === arguments[0]).click()", text)

    def aimed(self, item_id):
        """Waits until the change of this item alone stands out, has the focus and begins on the screen."""
        eventually(lambda: self.chromium.script("""
            const all = [...document.querySelectorAll("article.change.aimed")];
            const { top } = all[0]?.getBoundingClientRect() ?? {};
            return all.length === 1 && all[0].querySelector("h3 .item-id").textContent.trim() === arguments[0] &&
                all[0] === document.activeElement && top >= 0 && top < innerHeight * .8""", item_id))
        return self

    def address(self, item_id):
        """The address of a change, as its heading links to it."""
        return self.chromium.script("""
            return [...document.querySelectorAll("article.change")].find((a) =>
                a.querySelector("h3 .item-id").textContent.trim() === arguments[0])
                .querySelector("a.entry").getAttribute("href")""", item_id)

    def button(self, item_id, name):
        """Clicks a button of a change."""
        self.chromium.click("button", name, eventually(lambda: self._article(item_id)))

    def _article(self, item_id):
        return self.chromium.script("""
            return [...document.querySelectorAll("article.change")].find((a) =>
                a.querySelector("h3 .item-id").textContent.trim() === arguments[0]) ?? null""", item_id)

    def states(self, item_id):
        """What is said below the heading of a change about who did what."""
        return self.chromium.script("""
            return [...arguments[0].querySelectorAll(".states p")].map((p) => p.textContent)""",
            eventually(lambda: self._article(item_id)))

    def looked(self):
        """How much of the model has been looked at: "2 of 7 looked at", perhaps with the others."""
        return self.chromium.text(".looked-line p:first-child")

    def ids(self, look):
        """The ids of the changes that are shown as "seen" or "held", in their order."""
        return self.chromium.script("""
            return [...document.querySelectorAll(`article.change.${arguments[0]} h3 .item-id`)]
                .map((id) => id.textContent.trim())""", look)

    def seen(self, *ids):
        """Waits until these are shown as looked at."""
        eventually(lambda: self.ids("seen") == list(ids))
        return self

    def held(self, *ids):
        """Waits until these are shown as held back."""
        eventually(lambda: self.ids("held") == list(ids))
        return self

    def hold(self, item_id, reason=""):
        self.button(item_id, "Hold back…")
        self.give_reason(reason)
        return self

    def give_reason(self, reason="", what=re.compile("^Hold back")):
        """Answers the question why something is held back, by keyboard."""
        dialog = Dialog(self.chromium, what)
        eventually(lambda: self.chromium.focused("textbox", "Reason (optional)"))
        self.chromium.press(reason, Keys.ENTER)
        dialog.closed()

    def bar(self):
        """What the bar at the foot says."""
        return self.chromium.text("aside.decision")

    def chosen(self):
        """The id of the change that has the keyboard focus, or ""."""
        return self.chromium.script("""
            return document.activeElement?.closest("article.change")
                ?.querySelector("h3 .item-id").textContent.trim() ?? "" """)


class Library(Page):
    path = "/library/"

    def rows(self):
        return table(self.chromium, "Items of the library")

    def shows(self, *ids):
        eventually(lambda: [row["Id"] for row in self.rows()] == list(ids))

    def model(self, title):
        """Goes to the items of another model."""
        self.chromium.click("link", title, self.chromium.find("navigation", "Kind of item"))
        self.chromium.sees(title, css="main nav [aria-current]")
        return self

    def filter(self, **fields):
        """Filters by what is named: Search, or labels with _ for spaces. A label with choices takes
        one of them."""
        for label, text in fields.items():
            name = re.compile("^Search ") if label == "Search" else label.replace("_", " ")
            if self.chromium.all("combobox", name):
                self.chromium.choose(name, text)
                continue
            box = self.chromium.find("searchbox" if label == "Search" else "textbox", name)
            box.send_keys(Keys.CONTROL + "a" + Keys.NULL, text or Keys.BACKSPACE)

    def headings(self):
        return self.chromium.script("""
            return [...document.querySelectorAll("main table thead th")].map((th) =>
                th.textContent.replace(/ ?([(]order by this[)]|[▲▼])/g, "").trim())""")

    def _order(self):
        """The heading that the items are sorted by, with its direction."""
        return self.chromium.script("""
            const th = document.querySelector("main table [aria-sort]");
            return th && [th.textContent, th.getAttribute("aria-sort")]""")

    def order_by(self, heading):
        """Clicks the heading, and waits until the items are in that order."""
        before = self._order()
        self.chromium.click("link", re.compile(f"^{heading}"), self.chromium.find("table"))
        eventually(lambda: self._order() not in (None, before))

    def item(self, item_id, model="standard"):
        self.chromium.click("link", item_id, self.chromium.find("table"))
        return Item(self.chromium, item_id, model).here()


class Item(Page):
    def __init__(self, chromium, item_id, model="standard"):
        super().__init__(chromium)
        self.path = f"/library/{model}/{item_id}/"

    def facts(self):
        """The fields of the item: label → value."""
        return self.chromium.script("""
            return Object.fromEntries([...document.querySelectorAll("section[aria-label=Item] .fields dt")]
                .map((dt) => [dt.textContent, dt.nextElementSibling.innerText.replace(/\\s+/g, " ")]))""")

    def history(self):
        """The texts of its events."""
        return self.chromium.script("""
            return [...document.querySelectorAll("main ol.history > li")].map((li) => li.innerText)""")


class Account(Page):
    path = "/account/"

    def tokens(self):
        return [row["Name"] for row in self.token_rows()]

    def token_rows(self):
        return table(self.chromium, "Your tokens")

    def new_token(self, name, password, lasts="a year"):
        """Fills in the form for a token, and sends it."""
        self.chromium.click("button", "New token")
        dialog = Dialog(self.chromium, "New token")
        self.chromium.fill("Name", name, dialog.node)
        self.chromium.choose("Good for", lasts)
        self.chromium.fill("Current password", password, dialog.node)
        dialog.send("Make the token")
        return dialog

    def make_token(self, name, password, lasts="a year"):
        """Makes a token; returns its key, which is shown only this once."""
        dialog = self.new_token(name, password, lasts)
        key = self.chromium.find("textbox", "Token", dialog.node).get_attribute("value")
        dialog.click("Done")
        return key

    def revoke(self, name):
        self.chromium.click("button", re.compile(f"^Revoke {re.escape(name)}"))
        Dialog(self.chromium, re.compile("^Revoke")).click("Revoke")

    def change_password(self, current, new, keep_tokens=False):
        self.chromium.fill("Current password", current)
        if keep_tokens:
            self.chromium.click("checkbox", re.compile("^Also revoke"))
        self.chromium.fill("New password", new)
        self.chromium.click("button", "Change password")

    def set_up(self, password):
        """Begins to set up a second factor. Returns its secret."""
        self.chromium.click("button", "Set up a second factor")
        form = self.chromium.find("form", "Set up a second factor")
        self.chromium.fill("Current password", password, form)
        self.chromium.click("button", "Go on", form)
        return secret(self.chromium)

    def take_away(self, password):
        self.chromium.click("button", "Take it away")
        dialog = Dialog(self.chromium, "Take away your second factor")
        self.chromium.fill("Current password", password, dialog.node)
        dialog.click("Take it away")

    def sessions(self):
        return table(self.chromium, "Your sessions")


class Administration(Page):
    path = "/users/"

    def users(self):
        return {row["Email"]: row for row in table(self.chromium, "Users")}

    def new_user(self):
        self.chromium.click("button", "New user")
        return Dialog(self.chromium, "New user")

    def edit(self, email):
        self.chromium.click("button", f"Edit {email}")
        return Dialog(self.chromium, f"Edit {email}")

    def access(self, email):
        self.chromium.click("button", f"Access of {email}")
        return Dialog(self.chromium, f"Access of {email}")

    def does(self, email, action, question, answer):
        """Does one of the things about somebody's access, after the question."""
        self.access(email).send(action)
        Dialog(self.chromium, question).send(answer)

    def link(self):
        """The one-time link that is shown, once; the dialog is closed."""
        dialog = Dialog(self.chromium, "One-time link")
        link = self.chromium.find("textbox", "One-time link", dialog.node).get_attribute("value")
        dialog.click("Done")
        return link

    def switch(self, label="Imports"):
        """Whether the switch of a feature is on."""
        return self.chromium.find("switch", label).get_attribute("aria-checked") == "true"

    def flip(self, label="Imports"):
        self.chromium.click("switch", label)


class Events(Page):
    path = "/events/"

    def lines(self):
        """The sentences, newest first."""
        return self.chromium.script(
            "return [...document.querySelectorAll('.said > p')].map((p) => p.textContent)")

    def says(self, *sentences):
        """Waits until there are events of these words."""
        eventually(lambda: all(any(s in line for line in self.lines()) for s in sentences))
        return self

    def only(self, kind=None, **filters):
        """Chooses the kind, and fills in filters: account, address."""
        if kind:
            self.chromium.choose("What", kind)
        for name, value in filters.items():
            self.chromium.find("searchbox", name.capitalize()).send_keys(value)
        return self
