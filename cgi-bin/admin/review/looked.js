// Which groups of a review have been looked at. The browser remembers them until the tab is closed.

/** Groups are identified by their filters. The marks of a job apply only to its present attempt. */
export class Looked {
    #key;
    #marks;

    constructor(job) {
        this.#key = `accession.looked.${job.id}.${job.attempts}`;
        this.#marks = new Set(JSON.parse(sessionStorage.getItem(this.#key) ?? "[]"));
    }

    has = (group) => this.#marks.has(JSON.stringify(group.filter));

    mark(group, is) {
        this.#marks[is ? "add" : "delete"](JSON.stringify(group.filter));
        sessionStorage.setItem(this.#key, JSON.stringify([...this.#marks]));
    }
}
