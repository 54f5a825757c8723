// Shows how texts differ, word by word or, if they have little in common, side by side.
import { el } from "../core/dom.js";
import { count } from "../core/format.js";
import { imported, visible, visibleSpace } from "../core/text.js";
import { beginning, ending, fold, isLonger, rows } from "./folds.js";
import { isRewritten, lineDiff, onlySpace, textDiff } from "./word_diff.js";

// [characters, lines]
const WHOLE = [1200, 30];  // a text of which more is folded
const CHANGED = [800, 10]; // the same of a stretch that goes or comes
const STILL = [480, 12];   // an unchanged stretch of which the middle is folded
const CONTEXT = [160, 4];  // what of it stays on each side
const MOST_ROWS = 50;      // of a text with many changes; the rest is folded

export const note = (before, after) => {
    if (after === "")
        return "cleared";
    return before === "" ? "was empty" : onlySpace(before, after) ? "white space only" : "";
};

/** The same for a text of several lines. */
export const textNote = (before, after) =>
    note(before, after) || (isRewritten(before, after) ? "rewritten" : "");

// What is shown of a text, as { nodes, rows }.
const all = (text, show) => ({ nodes: show(text), rows: rows(text) });

// A text whose rest unfolds on request.
function folded(text, limit, show) {
    const at = isLonger(text, ...limit) ? beginning(text, ...limit) : text.length;
    const rest = text.slice(at);
    const shown = all(text.slice(0, at), show);
    const more = count(rest.length, "more character");
    return rest ? { ...shown, nodes: [shown.nodes, fold(() => show(rest), `Show ${more}`, `… ${more}`)] } : shown;
}

// An unchanged stretch between changes. The middle of a long one unfolds on request.
function unchanged(text, isFirst, isLast) {
    const from = isFirst ? 0 : beginning(text, ...CONTEXT);
    const to = isLast ? text.length : ending(text, ...CONTEXT);
    if (!isLonger(text, ...STILL) || from >= to)
        return all(text, visible);
    const [head, middle, tail] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
    return {
        nodes: [visible(head), fold(() => visible(middle), `Show ${middle.length} unchanged characters`), visible(tail)],
        rows: rows(head) + rows(tail) + 1,
    };
}

function markedPart({ value, added, removed }, show, isFirst, isLast) {
    if (!added && !removed)
        return unchanged(value, isFirst, isLast);
    const shown = folded(value, CHANGED, show);
    return { ...shown, nodes: el(removed ? "del" : "ins", {}, shown.nodes) };
}

// The parts of a text, as many as fit; the others unfold on request.
function marked(parts, show) {
    const nodes = [];
    let filled = 0;
    for (let i = 0; i < parts.length; i++) {
        const rest = parts.slice(i);
        if (filled > MOST_ROWS && rest.some(({ added, removed }) => added || removed)) {
            const more = count(rest.filter((part, k) => (part.added || part.removed) &&
                !(part.added && rest[k - 1]?.removed)).length, "more change");
            nodes.push(fold(() => rest.map((part, k) =>
                markedPart(part, show, false, k === rest.length - 1).nodes), `Show ${more} of this text`, `… ${more}`));
            break;
        }
        const part = markedPart(parts[i], show, i === 0, i === parts.length - 1);
        nodes.push(part.nodes);
        filled += part.rows;
    }
    return nodes;
}

const showOf = (before, now) => onlySpace(before, now) ? visibleSpace : visible;

export function difference(before, now) {
    const parts = textDiff(before, now);
    if (!parts)
        return el("div", { class: "both" },
            before !== "" && el("del", {}, long(before)), now !== "" && el("ins", {}, long(now)));
    return el("div", { class: "prose words", dir: "auto" }, marked(parts, showOf(before, now)));
}

/** The same for a line of text inside another, such as a title. */
export const inLine = (before, now) => el("bdi", { dir: "auto" },
    lineDiff(before, now).map(({ value, added, removed }) => added || removed
        ? el(removed ? "del" : "ins", {}, showOf(before, now)(value)) : visible(value)));

const long = (text) => el("div", { class: "prose", dir: "auto" }, folded(text, WHOLE, visible).nodes);

export const plain = (text) => text.includes("\n") || text.length > 120 ? long(text) : imported(text);
