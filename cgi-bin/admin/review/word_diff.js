// Which words of a text go and which come. White space stays with the words around it: it is never
// marked alone. The comparison itself is done by jsdiff, which the server has from its
// distribution's packages.
import { diffArrays } from "/static/diff.js";

const MOST_WORDS = 3000;   // above, jsdiff's time and memory (quadratic in the changes) could hurt
const MOST_LINES = 2000;
const ALIKE = 0.5;         // texts with less in common are read side by side, and count as rewritten
const SHORT = 80;          // characters; shorter lines are always compared word by word
const ISLAND = 4;          // most letters of a word between two changes that is joined with them

// White space in the sense of the server: see diff_only_space and diff_rewritten in diff.sql.
const SPACE = /[ \n\t\u00a0]+/gu;
const dense = (text) => text.replace(SPACE, "");
const wordsOf = (text) => text.split(SPACE).filter(Boolean);

/** Do the texts differ in nothing but white space? */
export const onlySpace = (before, after) => dense(before) === dense(after);

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

/** Is it another text, rather than an edited one? The server counts by the same rule. */
export const isRewritten = (before, after) =>
    before !== "" && after !== "" && likeness(before, after) < ALIKE;

// What is compared, each with the white space before it. A word includes what joins its halves, so
// that "V1.11.1" and "https://a.org/b" change as a whole.
const WORD = /(\s*)([\p{L}\p{N}_]+(?:[-.'’/:@#]+[\p{L}\p{N}_]+)*|\S)/gu;
const LINE = /(\s*)(\S(?:[^\n]*\S)?)/gu;

// The words of a text, and the white space before each and, last, after all of them.
function split(text, pattern) {
    const words = [], spaces = [];
    let end = 0;
    for (const match of text.matchAll(pattern)) {
        spaces.push(match[1]);
        words.push(match[2]);
        end = match.index + match[0].length;
    }
    spaces.push(text.slice(end));
    return { words, spaces };
}

const textOf = ({ words, spaces }, from, to) => {
    let text = "";
    for (let i = from; i < to; i++)
        text += spaces[i] + words[i];
    return text;
};

/**
 * The runs of words that stay or change, in order: { same, from: [i, j], to: [i, j] } for places in
 * both lists. Null if there are more than `most` between the first and the last change.
 */
function runsOf(a, b, most) {
    const least = Math.min(a.length, b.length);
    let head = 0, tail = 0;
    while (head < least && a[head] === b[head])
        head++;
    while (tail < least - head && a.at(-1 - tail) === b.at(-1 - tail))
        tail++;
    if (Math.max(a.length, b.length) - head - tail > most)
        return null;

    const runs = [];
    let at = [0, 0];
    function add(same, i, j) {
        const to = [at[0] + i, at[1] + j];
        if (runs.at(-1)?.same === same)
            runs.at(-1).to = to;
        else if (i + j > 0)
            runs.push({ same, from: at, to });
        at = to;
    }
    add(true, head, head);
    for (const { count, added, removed } of diffArrays(a.slice(head, a.length - tail), b.slice(head, b.length - tail)))
        add(!added && !removed, added ? 0 : count, removed ? 0 : count);
    add(true, tail, tail);
    return runs;
}

/**
 * Joins changes with a short word ("the", "of") or a sign between them, if both are longer than it:
 * such words stay only by chance.
 */
function joined(runs, a, b) {
    const size = ({ from, to }) =>
        Math.max(textOf(a, from[0], to[0]).trim().length, textOf(b, from[1], to[1]).trim().length);
    const isIsland = ({ same, from: [i, j], to }, k) => {
        const word = a.words[i];
        if (!same || k === 0 || k === runs.length - 1 || to[0] - i > 1 || word.length > ISLAND ||
            a.spaces[i].includes("\n\n") || b.spaces[j].includes("\n\n"))
            return false;
        return word.length < Math.min(size(runs[k - 1]), size(runs[k + 1]));
    };
    const found = [];
    runs.forEach((run, k) => {
        const last = found.at(-1);
        if (isIsland(run, k) || (last && !last.same && !run.same))
            last.to = run.to;
        else
            found.push({ ...run });
    });
    return found;
}

const isBlank = (text) => text !== "" && text.trim() === "";

// How many characters of white space both texts begin with, or end with.
const spaceAt = (text, i) => /\s/u.test(text.at(i) ?? "");
function commonSpace(a, b, place) {
    let n = 0;
    while (n < Math.min(a.length, b.length) && spaceAt(a, place(n)) && a.at(place(n)) === b.at(place(n)))
        n++;
    return n;
}

/**
 * The parts of the texts. Between a change and the next word that stays is white space, which may be
 * another on each side: what both have in common stays, and the rest goes with the change. If that
 * would mark white space alone, the word is marked with it.
 */
function partsOf(runs, a, b) {
    const parts = [];
    let old = "", now = "";  // the change that is being put together
    let stayed = "";         // the last word that was not part of one
    function put(value, kind = {}) {
        const last = parts.at(-1);
        if (value && last && !last.added && !last.removed && !kind.added && !kind.removed)
            last.value += value;
        else if (value)
            parts.push({ value, ...kind });
    }
    function change() {
        put(old, { removed: true });
        put(now, { added: true });
        old = now = "";
    }
    // A word that stays, or "" at the end, with its white space on both sides.
    function stay(word, before, after) {
        const o = old + before, n = now + after;
        const tail = commonSpace(o, n, (k) => -1 - k);
        const head = commonSpace(o.slice(0, o.length - tail), n.slice(0, n.length - tail), (k) => k);
        const [o1, n1] = [o, n].map((text) => text.slice(head, text.length - tail));
        if (!isBlank(o1) && !isBlank(n1)) {
            put(o.slice(0, head));
            [old, now] = [o1, n1];
            change();
            put(o.slice(o.length - tail) + word);
            stayed = word || stayed;
        } else if (word) {
            [old, now] = [o + word, n + word];
        } else {
            // Nothing follows, so that it goes with the word before.
            const last = parts.at(-1);
            last.value = last.value.slice(0, -stayed.length);
            if (!last.value)
                parts.pop();
            [old, now] = [stayed + o, stayed + n];
            change();
        }
    }
    for (const { same, from: [i, j], to } of runs) {
        if (!same) {
            old += textOf(a, i, to[0]);
            now += textOf(b, j, to[1]);
        }
        for (let k = 0; same && i + k < to[0]; k++)
            stay(a.words[i + k], a.spaces[i + k], b.spaces[j + k]);
    }
    stay("", a.spaces.at(-1), b.spaces.at(-1));
    return parts;
}

const LIMITS = [[WORD, MOST_WORDS], [LINE, MOST_LINES]];

// Compares by words or, if too many change, by lines; null if there are too many of these as well.
function parts(before, after) {
    for (const [pattern, most] of LIMITS) {
        const a = split(before, pattern), b = split(after, pattern);
        const runs = runsOf(a.words, b.words, most);
        if (runs)
            return partsOf(pattern === WORD ? joined(runs, a, b) : runs, a, b);
    }
    return null;
}

// Texts that differ in white space alone: here, and only here, it is marked by itself.
function spaceParts(before, after) {
    const [a, b] = [before, after].map((text) => text.match(/\s+|\S+/gu) ?? []);
    return diffArrays(a, b).map(({ value, added, removed }) =>
        ({ value: value.join(""), ...(added && { added }), ...(removed && { removed }) }));
}

/** The share of the two texts that is unchanged: 0 to 1. */
function kept(found, before, after) {
    const same = found.reduce((n, part) => n + (part.added || part.removed ? 0 : part.value.length), 0);
    return 2 * same / (before.length + after.length);
}

const whole = (before, after) => [{ value: before, removed: true }, { value: after, added: true }]
    .filter(({ value }) => value);

/** The parts ({ value, added, removed }) of two lines that are read as one. */
export function lineDiff(before, after) {
    if (onlySpace(before, after))
        return spaceParts(before, after);
    return before.trim() && after.trim() && parts(before, after) || whole(before, after);
}

/** The parts of two texts, or null if they are easier to read side by side. */
export function textDiff(before, after) {
    if (!before.trim() || !after.trim())
        return null;
    if (onlySpace(before, after))
        return spaceParts(before, after);
    const isShort = before.length < SHORT && after.length < SHORT && !`${before}${after}`.includes("\n");
    if (!isShort && likeness(before, after) < ALIKE)
        return null;
    const found = parts(before, after);
    return found && (isShort || kept(found, before, after) >= ALIKE) ? found : null;
}
