// What is held back of a model, where it is seen, and its rows as a file.
import { el, fill } from "../core/dom.js";
import * as router from "../core/router.js";
import { heldBack, heldDownloads } from "../parts/held.js";
import { isWaiting } from "../parts/status.js";
import { START } from "./address.js";

/** A node, with show() for when it changes. part: see modelReview. */
export function heldLine({ live, model, applied }) {
    const node = el("div", {});

    function show() {
        const { held } = applied();
        const row = live.now.review?.counts.find((r) => r.content_model === model.name);
        fill(node, held > 0 && el("div", { class: "held-line notice info" },
            el("span", {}, `${heldBack(held, isWaiting(live.now) || live.now.status !== "success")}. `, el("button", {
                type: "button", class: "link", onclick: () => router.setQuery({ ...START, held: "true" }),
            }, "Show only these")),
            heldDownloads({ ...live.now, review: { counts: [row] } })));
    }
    show();
    return { node, show };
}
