// Holds changes back, so that accepting leaves them out, and releases them. The server keeps which they
// are, why, and who said so.
import * as api from "../core/api.js";
import { announce, el } from "../core/dom.js";
import { count } from "../core/format.js";
import * as session from "../core/session.js";
import { confirm } from "../parts/dialog.js";
import { field } from "../parts/form.js";
import { refusalWords } from "../parts/refusals.js";
import { isWaiting } from "../parts/status.js";

const NOTE_MAX = 1000;

const reasonField = () => field("Reason (optional)",
    { maxlength: NOTE_MAX, autocomplete: "off", hint: "Others see it, also beside the row in the held rows." });

/** Asks whether to hold changes back, and why. Resolves to the reason, or null: do not. */
async function askReason(what, yes) {
    const reason = reasonField();
    const is = await confirm({
        title: `Hold back ${what}?`,
        content: [el("p", {}, "Accepting leaves out what is held back and applies the rest. It can be released again."),
            reason.node],
        yes, first: reason.input,
    });
    return is ? reason.value.trim() : null;
}

export class Holding {
    #live;
    #path;
    #tell;

    /** live: see follow; tell(words): says what could not be done. */
    constructor({ live, model, tell }) {
        this.#live = live;
        this.#path = `library/import/${live.now.id}/diff/${model.name}/`;
        this.#tell = tell;
    }

    /** May the person hold changes back now? */
    get isOpen() {
        return isWaiting(this.#live.now) && session.may("editor");
    }

    async #send(body) {
        try {
            return await api.patch(this.#path, body);
        } catch (error) {
            this.#tell(refusalWords(this.#live.now, error));
            return null;
        } finally {
            this.#live.ask().catch(() => {});
        }
    }

    /**
     * Holds a change of a list back, after asking why, or releases it. It shows at once: show(change)
     * is called when its `held` is another.
     */
    async one(change, show) {
        const { entry } = change.row;
        const before = change.held;
        const id = (change.op === "delete" ? change.row.original : change.row.new).id;
        const note = before ? "" : await askReason(`this change of ${id}`, "Hold back");
        if (note === null)
            return;
        change.held = before ? null : { note, by: session.current() };
        show(change);
        announce(before ? "Released." : "Held back.");
        if (await this.#send(before ? { release: [entry] } : { hold: [entry], note }))
            return;
        change.held = before;
        show(change);
    }

    /**
     * The same for the n changes that fit a filter of the API. They are told apart by the version of the
     * review for which they were counted.
     */
    async fitting(filter, n, is) {
        const what = count(n, "change");
        const note = is ? await askReason(what, `Hold ${what} back`) : await this.#askRelease(what);
        if (note === null)
            return;
        const { version } = this.#live.now.review;
        const answer = await this.#send({ [is ? "hold" : "release"]: filter, ...(is && { note }), review: version });
        if (answer)
            announce(`${count(answer.changed, "change")} ${is ? "held back" : "released"}.`);
    }

    async #askRelease(what) {
        const is = await confirm({
            title: `Release ${what}?`, yes: `Release ${what}`,
            content: el("p", {}, "Accepting applies them like the others."),
        });
        return is ? "" : null;
    }
}
