// The ways in which fields change, as counted by the server: "priority 10 → 7, 67 items". Each can
// be filtered for: its filter is the API's.
import { el, unseen } from "../core/dom.js";
import { imported } from "../core/text.js";

const shown = (value) => value === "" ? el("i", {}, "empty") : imported(String(value));

/** A change from one value to another or, for a set, what is added or removed. */
export function arrow({ original, new: now }) {
    if (now === null)
        return [el("span", { "aria-hidden": "true", class: "minus" }, "−"), unseen("without "), shown(original)];
    if (original === null)
        return [el("span", { "aria-hidden": "true", class: "plus" }, "+"), unseen("with "), shown(now)];
    return [shown(original), el("span", { "aria-hidden": "true" }, " → "), unseen(" to "), shown(now)];
}

// What can happen to a text, besides being edited; being rewritten is one way of that.
const SPECIAL = [
    ["cleared", { new: "" }], ["filled", { original: "" }], ["whitespace", { whitespace: "true" }],
];
const REWRITTEN = { rewritten: "true" };
const SPECIAL_LABELS = { cleared: "cleared", filled: "was empty", whitespace: "white space only", rewritten: "rewritten" };

/**
 * How many texts of the field are rewritten: { n, about }, where n is an estimate if the server has
 * only compared some of them.
 */
export function rewritten({ rewritten: found = 0, compared = 0, updates }) {
    const about = compared < updates && found > 0;
    return { n: about ? Math.round(found / compared * updates) : found, about };
}

// counts: as the server has them, or apart from what is held back (see held_counts.js).
function ofCounts(counts) {
    const held = (name) => counts.held?.[name] ?? 0;
    const special = SPECIAL.filter(([name]) => counts[name] + held(name) > 0)
        .map(([name, filter]) => ({ label: SPECIAL_LABELS[name], filter, n: counts[name], held: held(name) }));
    const changes = counts.changes.map((change) => ({
        label: arrow(change), n: change.updates, held: change.held ?? 0,
        filter: Object.fromEntries(["original", "new"].filter((side) => change[side] !== null)
            .map((side) => [side, String(change[side])])),
    }));
    if (changes.length)
        return changes;
    const others = rewritten(counts);
    if (others.n > 0)
        special.push({ label: SPECIAL_LABELS.rewritten, filter: REWRITTEN, isEdit: true, ...others });
    const first = special.every(({ isEdit }) => isEdit) ? "edited" : "in any way";
    return [{ label: first, filter: {}, n: counts.updates, held: held("updates") }, ...special];
}

/**
 * The fields that change, most changed first:
 * { field, n, held, ways: [{ label (nodes), n, held, about (n is an estimate), isEdit (of those that
 * are edited), filter }], more: how many ways are not among them }. `held` are those that are held
 * back, which are not in n.
 */
export const changedMost = (model, counts) => counts.filter((c) => c.updates + (c.held?.updates ?? 0) > 0).map((c) => ({
    field: model.field(c.field),
    n: c.updates,
    held: c.held?.updates ?? 0,
    ways: ofCounts(c).map((way) => ({ ...way, filter: { op: "update", field: c.field, ...way.filter } })),
    more: c.kinds - c.changes.length,
})).sort((a, b) => b.n + b.held - a.n - a.held);

/** Whether the filter of one way is about a special kind of it: "whitespace", "rewritten", "cleared", "filled"; or null. */
export function specialKind({ original = null, new: now = null, whitespace, rewritten: isRewritten }) {
    if (whitespace)
        return "whitespace";
    if (isRewritten)
        return "rewritten";
    if (original === null && now === "")
        return "cleared";
    return now === null && original === "" ? "filled" : null;
}

/** Describes the filter of one way in words, for its label. */
export function describe(filter) {
    const { original = null, new: now = null } = filter;
    return SPECIAL_LABELS[specialKind(filter)] ?? arrow({ original, new: now });
}
