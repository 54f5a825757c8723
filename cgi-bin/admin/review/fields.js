// The fields of an item: their names, how to compare two values of them, and whether they are short
// enough for several to share a line.
import * as sets from "./sets.js";
import * as value from "./value.js";
import * as words from "./words.js";

export const FIELDS = [
    { name: "title", label: "Title", compare: words },
    { name: "text", label: "Text", compare: words },
    { name: "problem", label: "Problem", compare: value, short: true },
    { name: "priority", label: "Priority", compare: value, short: true },
    { name: "phase", label: "Phase", compare: value, short: true },
    { name: "active", label: "Active", compare: value, short: true },
    { name: "match_conditions", label: "Match conditions", compare: sets.rules },
    { name: "tags", label: "Tags", compare: sets.tags },
];

/** The fields that differ between the two sides of an update. */
export const changedFields = (row) =>
    FIELDS.filter(({ name }) => row.original[name] !== row.new[name]);

/** The fields of an item that have a value. */
export const filledFields = (item) =>
    FIELDS.filter(({ name }) => item[name] !== "" && item[name] !== undefined);
