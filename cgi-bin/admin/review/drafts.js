// What was typed and has not been sent yet. The browser keeps it for this person, whatever becomes of
// the page meanwhile, until the tab is closed: before that it asks.
import * as session from "../core/session.js";

// Browsers ask nobody who has done nothing on the page.
const wasUsed = () => navigator.userActivation?.hasBeenActive ?? true;

export class Drafts {
    #key;
    #kept;

    /** Drafts about one import. signal: that of the page. */
    constructor(job, signal) {
        this.#key = `accession.drafts.${session.current().id}.${job.id}`;
        this.#kept = new Map(Object.entries(JSON.parse(sessionStorage.getItem(this.#key) ?? "{}")));
        addEventListener("beforeunload", (event) => this.#kept.size > 0 && wasUsed() && event.preventDefault(), { signal });
    }

    #save() {
        sessionStorage.setItem(this.#key, JSON.stringify(Object.fromEntries(this.#kept)));
    }

    /** What was typed at a place, as it was given to keep(); or null. */
    of(place) {
        return this.#kept.get(place) ?? null;
    }

    keep(place, values) {
        this.#kept.set(place, values);
        this.#save();
    }

    drop(place) {
        if (this.#kept.delete(place))
            this.#save();
    }
}
