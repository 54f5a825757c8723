// Compares texts word by word. The comparison itself is done by jsdiff, which the server has from
// its distribution's packages; /static/diff.js is not a file in this folder.
import { diffArrays } from "../diff.js";
import { el } from "../core/dom.js";
import { imported, visible, visibleSpace } from "../core/text.js";

const MOST_WORDS = 3000;   // above, jsdiff's time and memory (quadratic in the changes) could hurt
const MOST_LINES = 2000;
const ALIKE = 0.5;         // texts with less in common are shown side by side
const SHORT = 80;          // characters; shorter lines are always shown as one
const CONTEXT = 160;       // characters kept on each side of a long unchanged stretch
const FOLD_FROM = 480;     // fewest unchanged characters worth folding

// Removes white space, in the sense of the server.
const dense = (text) => text.replace(/[ \n\t\u00a0]+/gu, "");
const onlySpace = (before, after) => dense(before) === dense(after);

// A word includes what joins its halves, so that "V1.11.1" and "https://a.org/b" change as a whole.
const TOKEN = /\s+|[\p{L}\p{N}_]+(?:[-.'’/:@#]+[\p{L}\p{N}_]+)*|[^]/gu;
const wordsOf = (text) => text.split(/\s+/u).filter(Boolean);

export const note = (before, after) => {
    if (after === "")
        return "cleared";
    return before === "" ? "was empty" : onlySpace(before, after) ? "white space only" : "";
};

/** The share of their words that the two texts have in common: 0 to 1. */
function likeness(before, after) {
    const counts = new Map();
    const a = wordsOf(before), b = wordsOf(after);
    a.forEach((w) => counts.set(w, (counts.get(w) ?? 0) + 1));
    let common = 0;
    for (const word of b) {
        const n = counts.get(word) ?? 0;
        if (n > 0) {
            common += 1;
            counts.set(word, n - 1);
        }
    }
    return a.length + b.length ? 2 * common / (a.length + b.length) : 1;
}

const diffPieces = (a, b) =>
    diffArrays(a, b).map((part) => ({ ...part, value: part.value.join("") }));

const diffWords = (before, after) => diffPieces(before.match(TOKEN) ?? [], after.match(TOKEN) ?? []);

// Compares line by line, for texts too long to compare by words.
function diffLong(before, after) {
    const a = before.split(/(?<=\n)/u), b = after.split(/(?<=\n)/u);
    return a.length > MOST_LINES || b.length > MOST_LINES ? null : diffPieces(a, b);
}

const ISLAND = 16;         // most characters between two changes that are joined

const sizes = (parts) => parts.reduce((sum, { value, added, removed }) => ({
    added: sum.added + (added ? value.length : 0), removed: sum.removed + (removed ? value.length : 0),
}), { added: 0, removed: 0 });

/**
 * Joins words that change one after another into one change. White space between two changes means
 * nothing, and neither does a short word ("the", "of") that is shorter than both changes.
 */
function joined(parts) {
    const runs = [];
    let run = [];
    const end = () => {
        for (const side of ["removed", "added"]) {
            const other = side === "removed" ? "added" : "removed";
            const value = run.filter((part) => !part[other]).map((part) => part.value).join("");
            if (value)
                runs.push({ value, [side]: true });
        }
        run = [];
    };
    const isIsland = (part, i) => {
        if (!run.length || i === parts.length - 1 || part.value.includes("\n\n"))
            return false;
        const before = sizes(run);
        const after = sizes(parts.slice(i + 1, i + 3));
        const least = Math.min(Math.max(before.added, before.removed), Math.max(after.added, after.removed));
        return !part.value.trim() || (part.value.length <= ISLAND && part.value.length < least);
    };
    parts.forEach((part, i) => {
        if (part.added || part.removed || isIsland(part, i))
            return run.push(part);
        if (run.length)
            end();
        return runs.push(part);
    });
    end();
    return runs;
}

/** The share of the two texts that is unchanged: 0 to 1. */
function kept(parts, before, after) {
    const same = parts.reduce((n, part) => n + (part.added || part.removed ? 0 : part.value.length), 0);
    return 2 * same / (before.length + after.length);
}

/** The parts ({ value, added, removed }), or null if the texts are easier to read side by side. */
function compare(before, after) {
    if (wordsOf(before).length > MOST_WORDS || wordsOf(after).length > MOST_WORDS)
        return diffLong(before, after);
    if (onlySpace(before, after))
        return diffWords(before, after);
    const isShort = before.length < SHORT && after.length < SHORT && !`${before}${after}`.includes("\n");
    if (!isShort && likeness(before, after) < ALIKE)
        return null;
    const parts = joined(diffWords(before, after));
    return isShort || kept(parts, before, after) >= ALIKE ? parts : null;
}

// An unchanged stretch between changes. The middle of a long one unfolds on request.
function unchanged(text, isFirst, isLast) {
    const head = isFirst ? 0 : CONTEXT;
    const tail = isLast ? 0 : CONTEXT;
    if (text.length < FOLD_FROM)
        return visible(text);
    const middle = text.slice(head, text.length - tail);
    const fold = el("button", {
        type: "button", class: "fold", "aria-label": `Show ${middle.length} unchanged characters`,
        onclick: () => fold.replaceWith(...visible(middle)),
    }, "…");
    return [visible(text.slice(0, head)), fold, tail ? visible(text.slice(-tail)) : null];
}

const marked = (parts, show, still) => parts.map((part, i) => {
    if (part.removed)
        return el("del", {}, show(part.value));
    if (part.added)
        return el("ins", {}, show(part.value));
    return still(part.value, i === 0, i === parts.length - 1);
});

export function difference(before, now) {
    const parts = before === "" || now === "" ? null : compare(before, now);
    if (!parts)
        return el("div", { class: "both" },
            before !== "" && el("del", {}, long(before)), now !== "" && el("ins", {}, long(now)));

    const show = onlySpace(before, now) ? visibleSpace : visible;
    return el("div", { class: "prose words", dir: "auto" }, marked(parts, show, unchanged));
}

/** The same for a line of text inside another, such as a title. */
export function inLine(before, now) {
    const show = onlySpace(before, now) ? visibleSpace : visible;
    const parts = onlySpace(before, now) ? diffWords(before, now) : joined(diffWords(before, now));
    return el("bdi", { dir: "auto" }, marked(parts, show, visible));
}

const LONG = 1200;

/** A text whose rest unfolds on request. */
function long(text) {
    if (text.length <= LONG)
        return el("div", { class: "prose", dir: "auto" }, visible(text));
    const rest = el("button", {
        type: "button", class: "fold", "aria-label": `Show ${text.length - LONG} more characters`,
        onclick: () => rest.replaceWith(...visible(text.slice(LONG))),
    }, "…");
    return el("div", { class: "prose", dir: "auto" }, visible(text.slice(0, LONG)), rest);
}

export const plain = (text) => text.includes("\n") || text.length > 120 ? long(text) : imported(text);
