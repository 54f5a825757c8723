// Which groups of a review have been looked at. The browser remembers them until the tab is closed.

/** Groups are identified by their filters. Marks apply to one model of one attempt of a job. */
export class Looked {
    #key;
    #marks;

    constructor(job, model) {
        this.#key = `accession.looked.${job.id}.${job.attempts}.${model.name}`;
        this.#marks = new Set(JSON.parse(sessionStorage.getItem(this.#key) ?? "[]"));
    }

    has = (group) => this.#marks.has(JSON.stringify(group.filter));

    mark(group, is) {
        this.#marks[is ? "add" : "delete"](JSON.stringify(group.filter));
        sessionStorage.setItem(this.#key, JSON.stringify([...this.#marks]));
    }
}
