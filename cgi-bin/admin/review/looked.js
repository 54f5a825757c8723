// Which groups of a review have been looked at. The browser remembers them until the tab is closed.

/**
 * Groups are identified by their filters, and by the search within which they were looked at: who has
 * seen the three items with a word has not seen all of the group. Marks apply to one model of one attempt of
 * a job.
 */
export class Looked {
    #key;
    #marks;
    #within;

    /** within: the filter that all groups share. */
    constructor(job, model, within) {
        this.#within = within;
        this.#key = `accession.looked.${job.id}.${job.attempts}.${model.name}`;
        this.#marks = new Set(JSON.parse(sessionStorage.getItem(this.#key) ?? "[]"));
    }

    #nameOf = (group) => JSON.stringify({ ...group.filter, ...this.#within });

    has = (group) => this.#marks.has(this.#nameOf(group));

    mark(group, is) {
        this.#marks[is ? "add" : "delete"](this.#nameOf(group));
        sessionStorage.setItem(this.#key, JSON.stringify([...this.#marks]));
    }
}
