// How many changes fit the filter of the page, of each operation and field by field, as the server
// counts them.
import * as api from "../core/api.js";
import { count, number } from "../core/format.js";
import { WAY } from "./source.js";

const KEPT = 8;  // answers that are kept, for who comes back to a filter

const without = (filter, names) =>
    Object.fromEntries(Object.entries(filter).filter(([name]) => !names.includes(name)));

/** The filter without the operation, the field and how it changes: what is left for all of them. */
export const within = (filter) => without(filter, ["op", "field", ...WAY]);

const isEmpty = (filter) => Object.keys(filter).length === 0;

/** Counts what fits. part: see modelReview; ofAll(): resolves to the fields' counts of all changes. */
export class Fitting {
    #path;
    #sums;
    #ofAll;
    #answers = new Map();  // query → answer

    constructor({ job, model, sums }, ofAll) {
        this.#path = `library/import/${job.id}/diff/${model.name}/fields/`;
        this.#sums = sums;
        this.#ofAll = ofAll;
    }

    async #ask(filter, include, signal) {
        const query = { ...filter, include };
        const key = new URLSearchParams(query).toString();
        const answer = this.#answers.get(key) ?? await api.get(this.#path, query, signal);
        this.#answers.delete(key);
        this.#answers.set(key, answer);
        if (this.#answers.size > KEPT)
            this.#answers.delete(this.#answers.keys().next().value);
        return answer;
    }

    // Without a filter the totals are known.
    async #around(filter, signal) {
        const rest = within(filter);
        return isEmpty(rest) ? { totals: this.#sums, results: null } : this.#ask(rest, "totals,rewritten", signal);
    }

    /**
     * Resolves to what fits the filter: { totals: of each operation, whatever the field; fields: the
     * counts of the fields of these, null if they have not been counted yet; updates: those of the
     * field that change in the way that is filtered for; n: all that fit }. `grouped`: the fields are
     * needed too.
     */
    async of(filter, signal, grouped = false) {
        const { op, field } = filter;
        const { totals, results } = await this.#around(filter, signal);
        const hasWay = WAY.some((name) => name in filter);
        const fields = results ?? (grouped || (field && !hasWay) ? await this.#ofAll() : null);
        const updates = hasWay ? (await this.#ask(without(filter, ["op"]), "totals", signal)).totals.update
            : field ? fields.find((c) => c.field === field)?.updates ?? 0 : totals.update;
        const fitting = { ...totals, update: updates, ...(field && { add: 0, delete: 0 }) };
        const n = op ? fitting[op] : fitting.add + fitting.update + fitting.delete;
        return { totals, fields, updates, n };
    }
}

/** "12 of 345 changes fit." */
export const fits = (n, all) => `${number(n)} of ${count(all, "change")} ${n === 1 ? "fits" : "fit"}.`;
