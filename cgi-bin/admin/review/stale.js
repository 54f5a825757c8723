// The library may move on while a review waits. What no longer fits it could not be applied, so the
// page says so before anybody accepts, and offers to compare again.
import * as api from "../core/api.js";
import { el, fill } from "../core/dom.js";
import { count } from "../core/format.js";
import * as session from "../core/session.js";
import { notice } from "../parts/notice.js";
import { refusalWords } from "../parts/refusals.js";
import { isWaiting } from "../parts/status.js";
import { steadily } from "./steady.js";

const NOTE = "the library moved";

/** Cancels the job and retries it, which keeps marks, holds and comments. */
async function compareAgain({ id, review }) {
    const path = `library/import/${id}/`;
    await api.patch(path, { status: "cancel", note: NOTE, review: review.version });
    await api.patch(path, { status: "retry", note: NOTE });
}

/** A node for the top of the page. live: see follow; tell(words): says what could not be done. */
export function staleNotice(live, tell) {
    const node = el("div", { role: "status" });
    const button = el("button", { type: "button", class: "primary", onclick: act }, "Compare again");
    let shown = 0;

    async function act() {
        if (button.ariaDisabled)
            return;
        button.ariaDisabled = "true";
        try {
            await compareAgain(live.now);
        } catch (error) {
            tell(refusalWords(live.now, error));
        }
        button.ariaDisabled = null;
        live.ask().catch(() => {});
    }

    function show(job) {
        const n = isWaiting(job) ? job.review?.stale ?? 0 : 0;
        if (n === shown)
            return;
        shown = n;
        steadily(() => fill(node, n > 0 && notice("warn",
            el("p", {}, el("strong", {}, `${count(n, "change")} no longer ${n === 1 ? "fits" : "fit"} the library`),
                ", which has changed since it was compared. Nothing of this import could be applied as it is."),
            session.may("editor") && el("p", {}, button, " Your marks, what is held back and comments stay."))));
    }
    show(live.now);
    live.on(show);
    return node;
}
