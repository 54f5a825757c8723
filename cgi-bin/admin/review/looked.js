// Which changes of a model people have looked at. The server remembers the marks of each person, by
// what a change does: if a new comparison makes another change of it, the mark is gone.
import * as api from "../core/api.js";
import { Entries } from "./entries.js";

export class Looked {
    #path;
    #tell;
    #signal;
    #count = 0;                // what the server says
    #mine = new Entries();
    #changed = new Entries();
    #others = [];
    #pending = [];             // { entry, is } of marks on their way
    #listeners = new Set();
    #last = Promise.resolve();

    /** model: its name; tell(words): says what could not be done. */
    constructor({ job, model, tell, signal }) {
        this.#path = `library/import/${job.id}/diff/${model}/looked/`;
        this.#tell = tell;
        this.#signal = signal;
    }

    /** Calls listener() when marks have changed, until the signal is aborted. */
    on(listener, until) {
        this.#listeners.add(listener);
        until.addEventListener("abort", () => this.#listeners.delete(listener));
    }

    /** How many changes the person has looked at. */
    get count() {
        const marks = new Map(this.#pending.map(({ entry, is }) => [entry, is]));
        let n = this.#count;
        for (const [entry, is] of marks)
            n += Number(is) - Number(this.#mine.has(entry));
        return n;
    }

    has(entry) {
        return this.#pending.findLast((mark) => mark.entry === entry)?.is ?? this.#mine.has(entry);
    }

    /** Is it another change since the person looked at it? */
    isChanged(entry) {
        return this.#changed.has(entry) && !this.has(entry);
    }

    /** The changes that are others since the person looked at them. */
    get changed() {
        return this.#changed;
    }

    /** The others who have looked at something: [{ by, count }]. */
    get others() {
        return this.#others.filter(({ count }) => count > 0);
    }

    /** The people who have looked at this change too. */
    alsoBy(entry) {
        return this.#others.filter(({ entries }) => entries.has(entry)).map(({ by }) => by);
    }

    /** The last of those that follow the entry and have all been looked at; null if it has not. */
    endOf(entry) {
        return this.has(entry) ? this.#mine.endOf(entry) ?? entry : null;
    }

    #changedNow() {
        for (const listener of [...this.#listeners])
            listener();
    }

    #take(answer) {
        this.#count = answer.count;
        this.#mine = new Entries(answer.looked);
        this.#changed = new Entries(answer.changed);
        this.#others = answer.others.map((other) => ({ ...other, entries: new Entries(other.looked) }));
    }

    // One after the other, so that the last answer is the newest.
    #queue(act) {
        this.#last = this.#last.then(act, act);
        return this.#last;
    }

    /** Asks for the marks, as they may have changed elsewhere. */
    read() {
        return this.#queue(async () => {
            this.#take(await api.get(this.#path, {}, this.#signal));
            this.#changedNow();
        });
    }

    /** Resolves once what was asked so far has been answered, or failed. */
    answered() {
        return this.#last.catch(() => {});
    }

    async #send(body, mark = null) {
        try {
            this.#take(await api.patch(this.#path, body));
            return true;
        } catch (error) {
            this.#tell(["Your marks were not saved. ", error.message]);
            return false;
        } finally {
            this.#pending = this.#pending.filter((one) => one !== mark);
            this.#changedNow();
        }
    }

    /** Marks a change as looked at, or not. It shows at once. Resolves to whether it was saved. */
    mark(entry, is) {
        const mark = { entry, is };
        this.#pending.push(mark);
        this.#changedNow();
        return this.#queue(() => this.#send({ [is ? "add" : "remove"]: [entry] }, mark));
    }

    /** The same for all changes that fit a filter of the API. */
    markFitting(filter, is) {
        return this.#queue(() => this.#send({ [is ? "add" : "remove"]: filter }));
    }
}
