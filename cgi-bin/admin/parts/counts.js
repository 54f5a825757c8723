// How many items an import adds, updates and deletes.
import { el, unseen } from "../core/dom.js";
import { count, number } from "../core/format.js";
import * as models from "../core/models.js";

export const OPERATIONS = {
    add: { sign: "+", label: "added", noun: "Add" },
    update: { sign: "~", label: "updated", noun: "Update" },
    delete: { sign: "−", label: "deleted", noun: "Delete" },
};

/**
 * The sums of a job's counts over all content models, or null if it has none yet. Of applied() counts,
 * what is held back is apart from the changes.
 */
export function totals(counts) {
    if (!counts?.length)
        return null;
    const sum = (key) => counts.reduce((n, row) => n + Number(row[key] ?? 0), 0);
    const all = { add: sum("add"), update: sum("update"), delete: sum("delete"), records: sum("records") };
    const changes = all.add + all.update + all.delete;
    const held = sum("held");
    return { ...all, changes, held, unchanged: Math.max(0, all.records - changes - held) };
}

/**
 * The counts of what accepting a job applies, or has applied, for each content model: without what is
 * held back, which is counted in `held`. The job has its counts and its review.
 */
export const applied = ({ counts, review }) => (counts ?? []).map((row) =>
    ({ ...row, ...review?.counts.find((r) => r.content_model === row.content_model) }));

/** "3 added, 2 updated, 1 deleted" */
export const inWords = (sums) =>
    Object.entries(OPERATIONS).map(([op, { label }]) => `${number(sums[op])} ${label}`).join(", ");

/** "+3 ~2 −1" */
export const inShort = (sums) => el("span", { class: "tally" },
    Object.entries(OPERATIONS).map(([op, { sign, label }]) => el("span", { class: sums[op] ? op : "none" },
        el("span", { "aria-hidden": "true" }, `${sign}${number(sums[op])}`),
        unseen(`${number(sums[op])} ${label} `))));

/**
 * The counts of each model, if there are several; or null. `link(name)`, if given, is the address of
 * the model's changes.
 */
export const byModel = (counts, link = null) => counts?.length > 1
    ? el("dl", { class: "by-model" }, models.inOrder(counts).map((row) => {
        const { name, title } = models.named(row.content_model);
        return el("div", {}, el("dt", {}, link ? el("a", { href: link(name) }, title) : title),
            el("dd", {}, inShort(totals([row]))));
    })) : null;

/** "both files", "all 3 files", or "" for a job of one file. */
export const allFiles = ({ files = [] }) => ["", "", "both files"][files.length] ?? `all ${count(files.length, "file")}`;

// A bar of the shares, only for eyes: the numbers say the same.
function shares(sums) {
    const bar = el("div", { class: "shares", "aria-hidden": "true" });
    for (const part of [...Object.keys(OPERATIONS), "held", "unchanged"]) {
        if (sums[part] > 0) {
            const share = el("span", { class: part });
            share.style.flexGrow = sums[part];
            bar.append(share);
        }
    }
    return bar;
}

/** The counts in large type, side by side. */
export const cards = (sums) => el("div", { class: "counts" },
    el("dl", { class: "cards" },
        Object.entries(OPERATIONS).map(([op, { label }]) =>
            el("div", { class: sums[op] ? op : "none" }, el("dt", {}, label), el("dd", {}, number(sums[op])))),
        sums.held > 0 && el("div", { class: "held" }, el("dt", {}, "held back"), el("dd", {}, number(sums.held))),
        el("div", { class: "none" }, el("dt", {}, "unchanged"),
            el("dd", { title: count(sums.records, "row") }, number(sums.unchanged)))),
    shares(sums));
