// The changes in the order of the file.
import { el, fill } from "../core/dom.js";
import { number } from "../core/format.js";
import * as router from "../core/router.js";
import { imported } from "../core/text.js";
import { notice } from "../parts/notice.js";
import { START } from "./address.js";
import { changeArticle } from "./change.js";
import { takeHeld, withMarks } from "./change_marks.js";
import { goTo, here } from "./place.js";
import { printButton } from "./print.js";
import { firstUnseen, source } from "./source.js";
import { RowWindow } from "./window.js";

const PIECE = 25;
const ABOVE = 5;  // entries shown above the one that the address names

// Entry numbers count the records of the whole file, so going to one means starting there.
function goToForm(from) {
    const input = el("input", {
        type: "number", id: "from", min: 1, step: 1, value: from ? from + 1 : null, inputmode: "numeric",
    });
    return el("form", {
        class: "go-to",
        onsubmit: (event) => {
            event.preventDefault();
            router.setQuery({ ...START, from: input.value > 1 ? input.value : null });
        },
    }, el("label", { for: "from" }, "From entry"), input, el("button", { type: "submit" }, "Go"));
}

// Where the list begins to have an entry in its first piece: at the beginning, if that is near.
const before = (entry) => entry <= PIECE ? 0 : entry - 1 - ABOVE;

/**
 * part: see modelReview; filter: see filterOf; scope: see scopeOf; from: the entry after which to begin;
 * aim: the change that the address names, see named(), around which the list begins instead.
 * Resolves to the view once the first rows have been read: its nodes; again(), for when others may be
 * held back; goTo(entry, focused), see place.js; and next(), which resolves to whether there was a
 * change to go to that the person has not looked at.
 */
export async function fileView(part) {
    const { filter, scope, aim, signal } = part;
    const from = aim?.entry ? before(aim.entry) : part.from;
    const end = el("p", { class: "end", role: "status" });
    const rows = new RowWindow({
        read: source(part, filter, scope, PIECE),
        show: (change) => withMarks(changeArticle(change, part), change, part),
        after: from,
        signal,
        ended: (nothing) => fill(end, nothing ? "No change fits this." : "That was the last change."),
    });

    async function reach(entry, focused = true) {
        if (!await rows.reach(entry) || !goTo(rows.node, entry, focused))
            router.setQuery({ ...START, from: entry }, { replace: true });
    }

    async function next() {
        const after = here(rows.node) ?? from;
        const entry = await firstUnseen(part, filter, scope, after, signal) ??
            await firstUnseen(part, filter, scope, 0, signal);
        if (entry !== null)
            await reach(entry);
        return entry !== null;
    }

    await rows.start();
    const isThere = aim?.entry && rows.node.querySelector(`[data-entry="${aim.entry}"]`);
    return {
        nodes: [
            aim && !isThere && el("div", { class: "not-there", tabindex: "-1" }, notice("info",
                imported(aim.says), aim.entry ? " is not among these changes: it changes nothing here, or not any more."
                    : " is not in the diff, or not any more.")),
            el("div", { class: "list-head" },
                el("p", {}, from > 0
                    ? [`Starts at entry ${number(from + 1)}. `, el("button", {
                        type: "button", class: "link", onclick: () => router.setQuery(START),
                    }, "From the first")]
                    : "In the order of the file."),
                goToForm(from), printButton(rows, signal)),
            rows.node, end,
        ],
        again: (until) => rows.again((changes) => takeHeld(rows.node, changes), until),
        next,
        goTo: reach,
    };
}
