// Finds what is valid but odd about a revision: signs that a file was damaged on its way.
import { count, number, small } from "../core/format.js";
import { rewritten } from "./ways.js";

const LEAST = 5;       // fewer rows do not make a pattern
const MOST = 0.5;      // as a share of all

const isMost = (n, all) => n >= LEAST && n > all * MOST;

// For the counts of a field, the sums and the field's label: a sentence with, if possible, a filter
// for the rows concerned; or false.
const SIGNS = [
    (c, sums, label) => isMost(c.cleared, sums.update) && {
        say: `${label} is cleared in ${count(c.cleared, "item")}. Was the column left empty by mistake?`,
        filter: { op: "update", field: c.field, new: "" },
    },
    (c, sums, label) => isMost(c.moved, sums.update) && {
        say: `In ${count(c.moved, "item")} the new ${small(label)} is one that another item had before. ` +
            "Was the column sorted or moved without the others?",
        filter: { op: "update", field: c.field },
    },
    (c, sums, label) => {
        const { n, about } = rewritten(c);
        const basis = about ? ` (${number(c.compared)} of ${number(c.updates)} were compared)` : "";
        return isMost(n, sums.update) && {
            say: `${about ? "In about" : "In"} ${count(n, "item")} the ${small(label)} is rewritten${basis}: less than half ` +
                "of its words are as before. Often this means that the ids have shifted, since a column was sorted or the " +
                "rows were numbered anew. Then each of these items becomes another one.",
            filter: { op: "update", field: c.field, rewritten: "true" },
        };
    },
    (c, sums, label) => {
        const off = c.changes.find(({ new: now }) => now === false)?.updates ?? 0;
        return isMost(off, sums.update) && {
            say: `${label} is switched off in ${count(off, "item")}.`,
            filter: { op: "update", field: c.field, original: "true", new: "false" },
        };
    },
];

/** Oddities of the operations alone, which need no counts of fields. */
export const oddCounts = (sums) => [
    isMost(sums.delete, sums.changes) && {
        say: `Most of this import deletes: ${count(sums.delete, "item")}.`,
        filter: { op: "delete" },
    },
].filter(Boolean);

/** [{ say, filter }] for the counts of the fields of a model, and its sums. */
export const oddFields = (counts, model, sums) =>
    counts.flatMap((c) => SIGNS.map((sign) => sign(c, sums, model.field(c.field).label))).filter(Boolean);
