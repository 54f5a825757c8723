"""Chromium as a person uses it, and everything it requested or complained about meanwhile.

Elements are found by role and accessible name, as Chromium computes them for screen readers. What a
test looks for may take time to appear: every look is repeated until it succeeds or time is up, so
that tests contain no pauses.
"""

import json
import os
import re
import tempfile
import time
import urllib.parse

from selenium import webdriver
from selenium.common.exceptions import (
    ElementClickInterceptedException, ElementNotInteractableException, NoSuchElementException,
    StaleElementReferenceException, WebDriverException)
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

SECONDS = 60.0  # for what happens at once on an idle machine
DESKTOP = (1280, 900)
PHONE = (360, 740)

# Where elements of a role can be; Chromium tells their names.
_ROLES = {
    "alert": "[role=alert]",
    "article": "article",
    "button": "button, [role=button], summary",
    "checkbox": "input[type=checkbox]",
    "combobox": "select",
    "dialog": "dialog[open]",
    "file": "input[type=file]",
    "form": "form",
    "heading": "h1, h2, h3",
    "link": "a[href]",
    "list": "ul, ol",
    "navigation": "nav",
    "progressbar": "progress",
    "region": "section, aside, [role=region], article",
    "searchbox": "input[type=search]",
    "switch": "[role=switch]",
    "tab": "[role=tab]",
    "table": "table",
    "textbox": "input:not([type=checkbox], [type=radio], [type=file]), textarea",
}
_PASSING = (AssertionError, LookupError, NoSuchElementException, StaleElementReferenceException,
            ElementClickInterceptedException, ElementNotInteractableException)
_LEFT = "does not belong to the document"  # what the driver says of an element of a page that was just left
# What a selector finds and people can see; first what may have a name: all that a name could come from
# holds its words.
_VISIBLE = """
    const [within, selector, words] = arguments;
    const squashed = (text) => text?.replace(/\\s+/g, "") ?? "";
    const named = (ids) => ids?.split(" ").map((id) => document.getElementById(id)?.textContent).join("");
    const isLikely = (e) => {
        const all = squashed([e.ariaLabel, named(e.getAttribute("aria-labelledby")), e.textContent, e.title, e.value,
            e.placeholder, ...[...e.labels ?? []].map((label) => label.textContent)].join(" "));
        return words.every((word) => all.includes(word));
    };
    const seen = [...(within ?? document).querySelectorAll(selector)]
        .filter((e) => e.checkVisibility({ visibilityProperty: true }));
    return words.length ? [...seen.filter(isLikely), ...seen.filter((e) => !isLikely(e))] : seen;
"""
_CONSOLE = re.compile(r"(?P<url>\S+) - Failed to load resource: "
                      r"the server responded with a status of (?P<status>\d+)")
_INLINE = """
    const inline = [...document.querySelectorAll("script:not([src]), style")];
    const handlers = [...document.querySelectorAll("*")].filter((e) =>
        [...e.attributes].some((a) => a.name.startsWith("on")));
    const data = [...document.querySelectorAll("[src], [href]")].filter((e) =>
        /^(data|javascript):/.test(e.getAttribute("src") ?? e.getAttribute("href")));
    return [...inline, ...handlers, ...data].map((e) => `in the page: ${e.outerHTML.slice(0, 200)}`);
"""
_CSP = {"default-src": "'self'", "base-uri": "'none'", "form-action": "'self'",
        "frame-ancestors": "'none'", "object-src": "'none'"}


def eventually(look, seconds=SECONDS):
    """Calls look() until it neither fails nor returns None or False; returns its value."""
    deadline = time.monotonic() + seconds
    pause = 0.02
    while True:
        try:
            found = look()
            if found is not None and found is not False:
                return found
            problem = AssertionError(f"not within {seconds} s")
        except _PASSING as error:
            problem = error
        except WebDriverException as error:
            if _LEFT not in str(error):
                raise
            problem = error
        if time.monotonic() > deadline:
            raise problem
        time.sleep(pause)
        pause = min(pause * 1.5, 0.2)  # what takes long is not to be slowed down by looking


def _options(profile):
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for switch in ("headless=new", "disable-gpu", "no-first-run", "disable-background-networking",
                   "disable-component-update", "disable-sync", "disable-default-apps",
                   "disable-extensions", "lang=en-GB", "force-color-profile=srgb",
                   f"user-data-dir={profile}", "window-size={},{}".format(*DESKTOP)):
        options.add_argument("--" + switch)
    options.add_argument("about:blank")
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return options


class Chromium:
    """One browser with one profile. Paths are relative to the site at `url`."""

    def __init__(self, url):
        self.url = url.rstrip("/")
        self._profile = tempfile.TemporaryDirectory(prefix="chromium.", ignore_cleanup_errors=True)
        self.downloads = os.path.join(self._profile.name, "downloads")
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"),
                                       options=_options(self._profile.name))
        self.driver.set_script_timeout(60)
        self._expected = []
        self._refused = []
        self.requests = []  # (method, path with query) of this test, in the order sent
        self.leave()  # discards what it does by itself when it starts

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.quit()

    def quit(self):
        self.driver.quit()
        self._profile.cleanup()

    # ---- Going somewhere

    def open(self, path):
        self.driver.get(self.url + path)
        self.settled()

    def settled(self):
        """Waits until the page is shown, instead of "Loading"."""
        eventually(lambda: self.script("""
            const main = document.querySelector("main");
            return main && main.querySelector("h1, h2") && main.getAttribute("aria-busy") !== "true";
        """))

    @property
    def path(self):
        """Path and query of the address."""
        parts = urllib.parse.urlsplit(self.driver.current_url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def at(self, path):
        """Waits until this is the address; the query is ignored unless given."""
        eventually(lambda: path == (self.path if "?" in path else self.path.partition("?")[0]))
        self.settled()

    def new_tab(self):
        self.driver.switch_to.new_window("tab")
        return self.tab

    @property
    def tab(self):
        return self.driver.current_window_handle

    @tab.setter
    def tab(self, handle):
        self.driver.switch_to.window(handle)

    # ---- Looking

    def _visible(self, role, within, words=()):
        return self.script(_VISIBLE, within, _ROLES[role], words)

    def all(self, role, name=None, within=None):
        """The visible elements of a role; `name` is the whole accessible name or a pattern."""
        return [element for element in self._visible(role, within) if name is None or _fits(element, name)]

    def find(self, role, name=None, within=None):
        """The first of them. To ask Chromium for a name takes its time, so what seems to have it comes first."""
        words = re.findall(r"[\w ]+", name.pattern)[:1] if hasattr(name, "search") else [name or ""]

        def look():
            found = self._visible(role, within, " ".join(words).split())
            found = next((element for element in found if name is None or _fits(element, name)), None)
            assert found, f"no {role} {name or ''} on {self.path}"
            return found
        return eventually(look)

    def none(self, role, name=None):
        """Whether there is no such element at this moment."""
        return not self.all(role, name)

    def focused(self, role, name):
        """Whether this element has the keyboard focus."""
        element = self.driver.switch_to.active_element
        is_role = self.script("return arguments[0].matches(arguments[1])", element, _ROLES[role])
        return is_role and _fits(element, name)

    def select(self, css, within=None):
        return (within or self.driver).find_elements(By.CSS_SELECTOR, css)

    def text(self, css="main"):
        """The text that a person can read there."""
        return self.script("""
            return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText).join("\\n")
        """, css)

    def sees(self, *texts, css="main"):
        """Waits until all of these can be read (or matched, if they are patterns)."""
        def look():
            shown = self.text(css)
            for text in texts:
                is_there = text.search(shown) if hasattr(text, "search") else text in shown
                assert is_there, f"{text!r} is not in what {self.path} shows:\n{shown[:3000]}"
            return True
        return eventually(look)

    # ---- Doing

    def click(self, role, name=None, within=None):
        def act():
            element = self.find(role, name, within)
            # Keep clear of the bars at the edges of some pages.
            self.script("arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })", element)
            element.click()
            return True
        eventually(act)

    def fill(self, name, text, within=None):
        """Types into a field, replacing what was in it."""
        element = self.find("textbox", name, within)
        element.clear()
        element.send_keys(text)

    def choose(self, name, label):
        """Chooses the option of a select whose text begins with the label."""
        def act():
            box = self.find("combobox", name)
            for option in box.find_elements(By.TAG_NAME, "option"):
                if option.text.startswith(label):
                    option.click()
                    return True
            raise AssertionError(f"no option {label!r} in {name!r}")
        eventually(act)

    def press(self, *keys):
        """Sends keys to whatever has the focus."""
        actions = ActionChains(self.driver)
        for key in keys:
            actions.send_keys(key)
        actions.perform()

    def chord(self, held, key):
        """Presses a key while another one is held down."""
        ActionChains(self.driver).key_down(held).send_keys(key).key_up(held).perform()

    def script(self, code, *arguments):
        return self.driver.execute_script(code, *arguments)

    def cdp(self, command, **parameters):
        return self.driver.execute_cdp_cmd(command, parameters)

    # ---- The screen

    def scheme(self, name):
        """Sets the colour scheme that the person's system asks for: light or dark."""
        self.cdp("Emulation.setEmulatedMedia",
                 features=[{"name": "prefers-color-scheme", "value": name},
                           {"name": "prefers-reduced-motion", "value": "reduce"}])

    def screen(self, size=DESKTOP, scale=1):
        width, height = size
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height,
                 deviceScaleFactor=scale, mobile=size == PHONE)

    def screen_as_it_is(self):
        self.cdp("Emulation.clearDeviceMetricsOverride")
        self.cdp("Emulation.setEmulatedMedia", features=[])

    def _finished(self, name):
        """The path of a download of that name, or None. Until it has all, Chromium keeps an empty
        file in its place, and writes another beside it."""
        os.makedirs(self.downloads, exist_ok=True)
        names = os.listdir(self.downloads)
        found = next(filter(re.compile(name).fullmatch, names), None)
        path = found and os.path.join(self.downloads, found)
        unfinished = any(one.endswith(".crdownload") for one in names)
        return path if path and not unfinished and os.path.getsize(path) else None

    def downloaded(self, click, name):
        """The content of the file that a click downloads; `name` is its name or a pattern."""
        self.cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=self.downloads)
        click()
        path = eventually(lambda: self._finished(name))
        with open(path, "rb") as file:
            content = file.read()
        os.unlink(path)
        return content

    # ---- What is remembered about a person

    def memory(self):
        return (self.driver.get_cookies(),
                self.script("return Object.entries(localStorage)"))

    def remember(self, memory):
        """Restores cookies and storage as they were, and nothing else."""
        cookies, storage = memory
        self.driver.get("about:blank")
        self.cdp("Storage.clearDataForOrigin", origin=self.url, storageTypes="all")
        self.driver.get(self.url + "/healthz")  # there is little to show
        for cookie in cookies:
            self.driver.add_cookie(cookie)
        self.script("arguments[0].forEach(([name, value]) => localStorage.setItem(name, value))",
                    storage)

    # ---- What it complained about

    def expects(self, status, path):
        """Announces an answer that this test wants, though the browser logs it as an error. Of 401 there may be
        several: when a session ends, all that is under way is refused."""
        self._expected.append((status, path))

    def leave(self):
        """Ends the test, leaving one empty tab. Returns what was wrong."""
        wrong = self.script(_INLINE)
        for handle in self.driver.window_handles[1:]:
            self.tab = handle
            self.driver.close()
        self.tab = self.driver.window_handles[0]
        self.screen_as_it_is()
        if self.driver.current_url.startswith(self.url):
            self.script("sessionStorage.clear()")
        self.driver.get("about:blank")
        wrong += self.complaints()
        wrong += [f"no answer {status} of {path}" for status, path in self._expected]
        self._expected, self._refused, self.requests = [], [], []
        return wrong

    def complaints(self):
        """What was wrong since the last call: in the console, and with requests and answers."""
        return self._console() + self._network()

    def _console(self):
        return [f"console, {entry['level']}: {entry['message']}"
                for entry in self.driver.get_log("browser") if not self._is_expected(entry)]

    def _is_expected(self, entry):
        match = _CONSOLE.match(entry["message"])
        if not match:
            return False
        for wanted in self._expected:
            status, path = wanted
            if int(match["status"]) == status and path in match["url"]:
                self._expected.remove(wanted)
                if status == 401:
                    self._refused.append(path)
                return True
        return int(match["status"]) == 401 and any(path in match["url"] for path in self._refused)

    def _network(self):
        return [problem for method, event in self.events() for problem in self._judge(method, event)]

    def events(self):
        """(method, parameters) of the events since the last call, from CDP's Network and Page."""
        messages = [json.loads(entry["message"])["message"]
                    for entry in self.driver.get_log("performance")]
        found = [(message["method"], message["params"]) for message in messages]
        for method, event in found:
            if method == "Network.requestWillBeSent":
                url = event["request"]["url"]
                self.requests.append((event["request"]["method"], url.removeprefix(self.url)))
        return found

    def _judge(self, method, event):
        if method == "Network.requestWillBeSent":
            url = event["request"]["url"]
            if url != "about:blank" and not url.startswith((self.url + "/", f"blob:{self.url}/")):
                yield f"a request to {url[:200]}"
        elif method == "Network.responseReceived" and event["type"] == "Document":
            response = event["response"]
            if response["mimeType"] == "text/html":
                yield from _judge_policy(response)


def _judge_policy(response):
    headers = {name.lower(): value for name, value in response["headers"].items()}
    policy = headers.get("content-security-policy", "")
    found = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    if found != _CSP:
        yield f"{response['url']} has the Content-Security-Policy {policy!r}"


def _fits(element, name):
    own = element.accessible_name.strip()
    return name.search(own) is not None if hasattr(name, "search") else own == name
