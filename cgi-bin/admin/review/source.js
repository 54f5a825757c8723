// The rows of a diff, from the server in pieces.
import * as api from "../core/api.js";

const OPERATIONS = ["add", "update", "delete"];
const FILTERS = ["op", "field", "original", "new", "whitespace", "search"];

/**
 * What is looked for, of a page's query; the names are the API's own. An empty `original` or `new` is
 * a value: the field was or is empty.
 */
export const filterOf = (query) =>
    Object.fromEntries(FILTERS.filter((name) => query.has(name)).map((name) => [name, query.get(name)]));

/** A function (after, signal) that reads { rows: [{ op, row }], next }: next is where the following
 *  piece begins, null at the end. */
export const source = (job, model, filter, limit) => async (after, signal) => {
    const query = { ...filter, after, limit };
    const answer = await api.get(`library/import/${job}/diff/${model}/`, query, signal);
    const rows = OPERATIONS.flatMap((op) => answer[op].map((row) => ({ op, row })))
        .sort((a, b) => a.row.entry - b.row.entry);
    return { rows, next: rows.length < limit ? null : rows.at(-1).row.entry };
};
