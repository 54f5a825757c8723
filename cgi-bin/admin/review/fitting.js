// How many changes fit the filter of the page, of each operation and field by field, as the server
// counts them: all of them, and of these the ones that are held back.
import * as api from "../core/api.js";
import { count, number } from "../core/format.js";
import { heldBack } from "../parts/held.js";
import { apart } from "./held_counts.js";
import { WAY } from "./source.js";

const KEPT = 8;  // answers that are kept, for who comes back to a filter
const OPS = ["add", "update", "delete"];

const without = (filter, names) =>
    Object.fromEntries(Object.entries(filter).filter(([name]) => !names.includes(name)));

/** The filter without the operation, the field and how it changes: what is left for all of them. */
export const within = (filter) => without(filter, ["op", "field", ...WAY]);

const isEmpty = (filter) => Object.keys(filter).length === 0;

/** Counts those that are held back, or (`held` "all") whether they are or not. */
class Counter {
    #path;
    #held;
    #sums;
    #ofAll;
    #answers = new Map();  // query → answer

    /** sums(): of each operation; ofAll(): resolves to the fields' counts; both of all changes. */
    constructor({ job, model }, held, sums, ofAll) {
        this.#path = `library/import/${job.id}/diff/${model.name}/fields/`;
        this.#held = held;
        this.#sums = sums;
        this.#ofAll = ofAll;
    }

    async #ask(filter, include, signal) {
        const query = { ...filter, held: this.#held, include };
        const key = new URLSearchParams(query).toString();
        const answer = this.#answers.get(key) ?? await api.get(this.#path, query, signal);
        this.#answers.delete(key);
        this.#answers.set(key, answer);
        if (this.#answers.size > KEPT)
            this.#answers.delete(this.#answers.keys().next().value);
        return answer;
    }

    forget() {
        this.#answers.clear();
    }

    // Without a filter the totals are known.
    async #around(filter, signal) {
        const rest = within(filter);
        return isEmpty(rest) ? { totals: this.#sums(), results: null } : this.#ask(rest, "totals,rewritten", signal);
    }

    async of(filter, signal, grouped) {
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

const NONE = { totals: { add: 0, update: 0, delete: 0 }, fields: [], updates: 0, n: 0 };

const difference = (all, held) => Object.fromEntries(OPS.map((op) => [op, all[op] - held[op]]));

/** Counts what fits. part: see modelReview; fields: see fieldCounts. */
export class Fitting {
    #part;
    #all;
    #held;

    constructor(part, fields) {
        this.#part = part;
        this.#all = new Counter(part, "all", () => part.sums, fields.ofAll);
        this.#held = new Counter(part, "true", () => difference(part.sums, part.applied()), fields.ofHeld);
    }

    /** Call it when other changes are held back than before. */
    changed() {
        this.#held.forget();
    }

    /**
     * Resolves to what fits the filter and what accepting would do of it: { totals: of each operation,
     * whatever the field; fields: the counts of the fields of these, null if they have not been counted
     * yet; updates: those of the field that change in the way that is filtered for; n: all that fit;
     * held: the same of those that are held back }. `grouped`: the fields are needed too.
     */
    async of(filter, signal, grouped = false) {
        const all = await this.#all.of(filter, signal, grouped);
        const held = this.#part.applied().held > 0 ? await this.#held.of(filter, signal, grouped) : NONE;
        return {
            totals: difference(all.totals, held.totals), fields: all.fields && apart(all.fields, held.fields ?? []),
            updates: all.updates - held.updates, n: all.n - held.n, held,
        };
    }
}

/** "12 of 340 changes fit, and 2 changes are held back." */
export const fits = (n, all, held) =>
    `${number(n)} of ${count(all, "change")} ${n === 1 ? "fits" : "fit"}${held ? `, and ${heldBack(held)}` : ""}.`;
