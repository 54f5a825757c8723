// Reads the rows of a diff from the server, in pieces.
import * as api from "../core/api.js";

const OPERATIONS = ["add", "update", "delete"];

/** How the field that is filtered for changes. */
export const WAY = ["original", "new", "whitespace", "rewritten"];
export const FILTERS = ["op", "field", ...WAY, "search", "warning"];

/**
 * The filter in a page's query, under the API's own names. An empty `original` or `new` counts as a
 * value: the field was or is empty.
 */
export const filterOf = (query) =>
    Object.fromEntries(FILTERS.filter((name) => query.has(name)).map((name) => [name, query.get(name)]));

/**
 * part: see modelReview. Returns a function (after, signal) that reads { rows: [{ op, row,
 * warnings }], next }, where next is the start of the following piece, or null at the end.
 */
export const source = ({ job, model, warn }, filter, limit) => async (after, signal) => {
    const query = { ...filter, after, limit };
    const answer = await api.get(`library/import/${job.id}/diff/${model.name}/`, query, signal);
    const rows = OPERATIONS.flatMap((op) => answer[op].map((row) => ({ op, row })))
        .sort((a, b) => a.row.entry - b.row.entry);
    await warn(rows, signal);
    return { rows, next: rows.length < limit ? null : rows.at(-1).row.entry };
};
