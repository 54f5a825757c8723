"""How two texts are compared: what is marked, for many pairs of texts. The pages' own module does
it, in the browser."""

import random

import pytest

_DIFF = """
    return import(new URL("review/word_diff.js", document.querySelector("script").src)).then(({ textDiff, lineDiff }) =>
        arguments[0].map(([before, after]) => [textDiff, lineDiff].map((diff) => diff(before, after))))
"""

SPACE = " \n\t\u00a0"


@pytest.fixture
def compare(viewer):
    """Compares pairs of texts; returns of each the parts as texts, or None if side by side, and as lines."""
    viewer.open("/jobs/")
    return lambda *pairs: viewer.script(_DIFF, [list(pair) for pair in pairs])


def shown(parts):
    """The parts with removed words as [-…-] and added ones as {+…+}."""
    return "".join("[-{}-]".format(part["value"]) if part.get("removed") else
                   "{{+{}+}}".format(part["value"]) if part.get("added") else part["value"] for part in parts)


@pytest.mark.parametrize("before, after, wanted", [
    ("Verify that", "Verify, and document, that", "Verify{+, and document,+} that"),
    ("that the application", ", and document, that the service",
     "{+, and document, +}that the [-application-]{+service+}"),
    ("Verify that the application logs.", "Verify, and document, that the service logs.",
     "Verify{+, and document,+} that the [-application-]{+service+} logs."),
    ("one two three", "one three", "one[- two-] three"),
    ("one three", "one two three", "one{+ two+} three"),
    ("one", "one two", "one{+ two+}"),
    ("two", "one two", "{+one +}two"),
    ("one old two", "one new two", "one [-old-]{+new+} two"),
    ("one. Two.", "one; two.", "one[-. Two-]{+; two+}."),
    ("one  two three", "one two four", "one [- two three-]{+two four+}"),
    ("one  two is three", "one two is four", "one [- two-]{+two+} is [-three-]{+four+}"),
    ("one two", "three two ", "[-one-]{+three+} [-two-]{+two +}"),
    ("see V1.11.1", "see V1.11.2", "see [-V1.11.1-]{+V1.11.2+}"),
    ("quickly the brown fox", "slowly the yellow fox", "[-quickly the brown-]{+slowly the yellow+} fox"),
    ("first line\n\nthe end", "first row\n\nthe end", "first [-line-]{+row+}\n\nthe end"),
    ("no change", "no  change", "no[- -]{+  +}change"),
])
def test_what_is_marked(compare, before, after, wanted):
    ((_, line),) = compare((before, after))
    assert shown(line) == wanted


_WORDS = ["a", "the", "of", "that", "verify", "application", "service", "V1.2", "x;y", "—", ",", ".", "(", "straße",
          "日本", "😀", "e\u0301", "\u202e", "don't", "-", "/"]
_SPACES = ["", " ", " ", " ", " ", "  ", "\n", "\n\n", "\t", "\u00a0", " \n"]


def _text(rnd, most):
    text = "".join(rnd.choice(_SPACES) + rnd.choice(_WORDS) for _ in range(rnd.randint(0, most)))
    return text + rnd.choice(_SPACES)


def _edited(rnd, text):
    """The text with a few pieces taken out, put in or replaced."""
    for _ in range(rnd.randint(1, 4)):
        at = rnd.randint(0, len(text))
        text = text[:at] + rnd.choice(["", _text(rnd, 3)]) + text[at + rnd.choice([0, 0, 1, 3, 9]):]
    return text


def pairs(seed, n):
    rnd = random.Random(seed)
    for _ in range(n):
        before = _text(rnd, rnd.choice([3, 10, 60]))
        after = rnd.choice([_edited(rnd, before), _edited(rnd, before), _text(rnd, 12),
                            "".join(rnd.choice(_SPACES) if c in SPACE else c for c in before)])
        yield before, after


def dense(text):
    return "".join(c for c in text if c not in SPACE)


@pytest.mark.parametrize("seed", range(4))
def test_parts_are_both_texts_and_white_space_is_never_marked_alone(compare, seed):
    cases = list(pairs(seed, 1000))
    for (before, after), found in zip(cases, compare(*cases)):
        for parts in filter(None, found if before or after else []):
            told = (before, after, parts)
            assert "".join(part["value"] for part in parts if not part.get("added")) == before, told
            assert "".join(part["value"] for part in parts if not part.get("removed")) == after, told
            assert all(part["value"] for part in parts), told
            if dense(before) != dense(after) and before.strip() and after.strip():
                marks = [part["value"] for part in parts if part.get("added") or part.get("removed")]
                assert all(mark.strip() for mark in marks), told


def test_a_small_change_of_a_large_text_is_found_by_words(compare):
    before = " ".join(f"word{n}" for n in range(20000))
    after = before.replace("word9999 ", "other ").replace("word10500 ", "")
    ((text, _),) = compare((before, after))
    assert [part["value"] for part in text if part.get("removed")] == ["word9999", " word10500"]
    assert [part["value"] for part in text if part.get("added")] == ["other"]
