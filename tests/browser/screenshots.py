"""screenshots.py FOLDER: puts pictures of every page of the gallery into FOLDER, from a site made
for this: NAME-light.png, NAME-dark.png and NAME-phone.png. Those in pictures/ are copies of
review-light.png and review-changes-dark.png."""

import base64
import pathlib
import sys

_TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_TESTS / "shared"), str(_TESTS / "data")]

import sites  # noqa: E402
from chromium import DESKTOP, PHONE, Chromium  # noqa: E402
from gallery import MODEL_PAGES, PAGES  # noqa: E402
from scenes import TwoModels, World  # noqa: E402
from visitors import Visitors  # noqa: E402

KINDS = {"light": ("light", DESKTOP), "dark": ("dark", DESKTOP), "phone": ("light", PHONE)}


def take(browser, path):
    """Takes a picture of the screen, once fonts are loaded and nothing moves."""
    browser.driver.execute_async_script("""
        const done = arguments[0];
        document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(done)));
    """)
    browser.cdp("Emulation.setScrollbarsHidden", hidden=True)
    path.write_bytes(base64.b64decode(browser.cdp("Page.captureScreenshot", format="png")["data"]))


def take_all(pages, world, browser, visitors, folder):
    """Takes a picture of each kind of each page."""
    for name, (role, go) in pages.items():
        for kind, (scheme, size) in KINDS.items():
            visitors.enter(role)
            browser.scheme(scheme)
            browser.screen(size)
            go(browser, world)
            take(browser, folder / f"{name}-{kind}.png")


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with sites.running(programs="release") as site:
        world = World(site)
        with Chromium(site.url) as browser:
            visitors = Visitors(site, browser)
            take_all(PAGES, world, browser, visitors, folder)
            site.accession("model", "add", sites.THREAT)
            take_all(MODEL_PAGES, TwoModels(site), browser, visitors, folder)
    print(f"{len(PAGES | MODEL_PAGES) * len(KINDS)} pictures in {folder}/")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
