"""The pages as the build publishes them: their files have addresses that change with them."""

import re

from sites import ROOT

KEPT = "public, max-age=31536000, immutable"  # what nginx tells browsers to do with the files
NO_FILE = "/static/diff.js"                   # is named by the page, but not one of them


def addresses(html):
    """What a page names, in its order."""
    return re.findall('(?:href|src)="(/static/[^"]+)"', html)


def files():
    """The addresses of the files that the page names; the script is the last."""
    html = (ROOT / "build/pages/index.html").read_text(encoding="utf-8")
    return [path for path in addresses(html) if path != NO_FILE]
