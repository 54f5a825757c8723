// What is valid but odd about a revision: signs that a file was damaged on its way.
import { count } from "../core/format.js";
import { FIELDS } from "./fields.js";

const LEAST = 5;       // fewer rows are no pattern
const MOST = 0.5;      // of all
const EXCEL_CELL = 32767;

const isMost = (n, all) => n >= LEAST && n > all * MOST;
const labelOf = (counts) => FIELDS.find(({ name }) => name === counts.field).label;

// By field: a sentence, or false. A way to see the rows that it is about goes with it.
const SIGNS = [
    (c, sums) => isMost(c.cleared, sums.update) && {
        say: `${labelOf(c)} is cleared in ${count(c.cleared, "item")}. Was the column left empty by mistake?`,
        filter: { op: "update", field: c.field, new: "" },
    },
    (c, sums) => isMost(c.moved, sums.update) && {
        say: `In ${count(c.moved, "item")} the new ${labelOf(c).toLowerCase()} is one that another item had before. ` +
            "Was the column sorted or moved without the others?",
        filter: { op: "update", field: c.field },
    },
    (c) => c.cut > 0 && {
        say: `${count(c.cut, "text has", "texts have")} exactly ${count(EXCEL_CELL, "character")}: ` +
            "that is where Excel cuts longer ones.",
    },
    (c, sums) => {
        const off = c.field === "active" && c.changes.find(({ new: now }) => now === false)?.updates;
        return isMost(off || 0, sums.update) && {
            say: `${count(off, "item is", "items are")} switched off.`,
            filter: { op: "update", field: "active", original: "true", new: "false" },
        };
    },
];

/** About the operations alone, before any field is counted. */
export const oddCounts = (sums) => [
    isMost(sums.delete, sums.changes) && {
        say: `Most of this import deletes: ${count(sums.delete, "item")}.`,
        filter: { op: "delete" },
    },
].filter(Boolean);

/** [{ say, filter }] about the counts of the fields. */
export const oddFields = (counts, sums) =>
    counts.flatMap((c) => SIGNS.map((sign) => sign(c, sums))).filter(Boolean);
