// Which groups of a review somebody has looked at. The browser remembers it until its tab is closed.

/** Groups are told apart by their filters. job: what the mark is about ends with the job's attempt. */
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
