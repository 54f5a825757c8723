"""Text made to do harm, and whether it stayed text."""

SCRIPT = "<script>window.owned=1</script>"
IMAGE = "<img src=x onerror=window.owned=1>"
MARKUP = f"{SCRIPT}{IMAGE}\"'><b>bold</b>&lt;${{7*7}}{{{{7*7}}}}"
OVERRIDE = "\u202e"  # everything after it would be shown from right to left
REVERSED = f"safe{OVERRIDE}gpj.exe"
NAME = f"{IMAGE}{OVERRIDE}"


def is_text(browser, *texts):
    """Waits for the texts, and checks that they became no markup and changed no direction."""
    browser.sees(*texts, css="body")
    assert browser.script("""
        return { owned: window.owned ?? null,
                 markup: document.querySelectorAll('img[src="x"], main b, main script, [onerror]').length,
                 overrides: /[\\u202a-\\u202e\\u2066-\\u2069]/.test(document.body.textContent) };
    """) == {"owned": None, "markup": 0, "overrides": False}
