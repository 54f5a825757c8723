// Reads the rows of a diff from the server, in pieces.
import * as api from "../core/api.js";

const OPERATIONS = ["add", "update", "delete"];
const FEW = 10;  // rows read at once on the way to the first that fits

/** How the field that is filtered for changes. */
export const WAY = ["original", "new", "whitespace", "rewritten"];
export const FILTERS = ["op", "field", ...WAY, "search", "warning"];

/** What else of the query selects changes: those held back, those not looked at yet. */
export const SCOPE = ["held", "unseen"];

/**
 * The filter in a page's query, under the API's own names. An empty `original` or `new` counts as a
 * value: the field was or is empty.
 */
export const filterOf = (query) =>
    Object.fromEntries(FILTERS.filter((name) => query.has(name)).map((name) => [name, query.get(name)]));

/** Which changes the query is about: { held: only those held back, unseen: only those not looked at }. */
export const scopeOf = (query) => ({ held: query.get("held") === "true", unseen: query.get("unseen") === "1" });

/**
 * part: see modelReview; filter: see filterOf; scope: see scopeOf. Returns a function
 * (after, signal, until) that reads { rows: [{ op, row, held, warnings }], next }, where next is the
 * start of the following piece, or null at the end. With `until`, it reads a piece again that ends
 * there, whatever fits by now.
 */
export function source({ job, model, warn, looked }, filter, scope, limit) {
    const path = `library/import/${job.id}/diff/${model.name}/`;

    async function page(after, signal) {
        const query = { ...filter, held: scope.held ? "true" : "all", after, limit };
        const answer = await api.get(path, query, signal);
        return OPERATIONS.flatMap((op) => answer[op].map(({ held, ...row }) => ({ op, row, held })))
            .sort((a, b) => a.row.entry - b.row.entry);
    }

    // A run of changes that have been looked at is skipped as a whole, however long it is.
    return async (after, signal, until = Infinity) => {
        const rows = [];
        let from = after, isEnd = false;
        if (scope.unseen)
            await looked.answered();
        while (!isEnd && from < until && rows.length < limit) {
            if (scope.unseen)
                from = looked.endOf(from + 1) ?? from;
            const found = await page(from, signal);
            rows.push(...found.filter(({ row }) =>
                row.entry <= until && !(scope.unseen && looked.has(row.entry))));
            isEnd = found.length < limit;
            from = found.at(-1)?.row.entry ?? from;
            if (!scope.unseen)
                break;
        }
        await warn(rows, signal);
        return { rows, next: isEnd ? null : from };
    };
}

/**
 * Resolves to the entry of the first change after `after` that the person has not looked at and that
 * fits, or null. scope: see scopeOf.
 */
export async function firstUnseen(part, filter, scope, after, signal) {
    const read = source({ ...part, warn: async () => {} }, filter, { ...scope, unseen: true }, FEW);
    const { rows } = await read(after, signal);
    return rows[0]?.row.entry ?? null;
}
