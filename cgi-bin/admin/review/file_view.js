// The changes in the order of the file.
import { el, fill } from "../core/dom.js";
import { number } from "../core/format.js";
import * as router from "../core/router.js";
import { imported } from "../core/text.js";
import { notice } from "../parts/notice.js";
import { UNNAMED } from "./address.js";
import { changeArticle } from "./change.js";
import { printButton } from "./print.js";
import { source } from "./source.js";
import { RowWindow } from "./window.js";

const PIECE = 25;
const ABOVE = 5;  // entries shown above the one that the address names

// Entry numbers count the records of the whole file, so going to one means starting there.
function goTo(from) {
    const input = el("input", {
        type: "number", id: "from", min: 1, step: 1, value: from ? from + 1 : null, inputmode: "numeric",
    });
    return el("form", {
        class: "go-to",
        onsubmit: (event) => {
            event.preventDefault();
            router.setQuery({ ...UNNAMED, from: input.value > 1 ? input.value : null });
        },
    }, el("label", { for: "from" }, "From entry"), input, el("button", { type: "submit" }, "Go"));
}

// Where the list begins to have an entry in its first piece: at the beginning, if that is near.
const before = (entry) => entry <= PIECE ? 0 : entry - 1 - ABOVE;

/**
 * filter: see filterOf; aim: see named(). Resolves to nodes once the first rows have been read: those
 * from an entry on, or around the change that the address names.
 */
export async function fileView(part) {
    const { filter, aim, signal } = part;
    const from = aim?.entry ? before(aim.entry) : part.from;
    const end = el("p", { class: "end", role: "status" });
    const rows = new RowWindow({
        read: source(part, filter, PIECE),
        show: (change) => changeArticle(change, part),
        after: from,
        signal,
        ended: (nothing) => fill(end, nothing ? "No change fits this." : "That was the last change."),
    });
    await rows.start();
    const isThere = aim?.entry && rows.node.querySelector(`[data-entry="${aim.entry}"]`);
    return [
        aim && !isThere && el("div", { class: "not-there", tabindex: "-1" }, notice("info",
            imported(aim.says), aim.entry ? " is not among these changes: it changes nothing here, or not any more."
                : " is not in the diff, or not any more.")),
        el("div", { class: "list-head" },
            el("p", {}, from > 0
                ? [`Starts at entry ${number(from + 1)}. `, el("button", {
                    type: "button", class: "link", onclick: () => router.setQuery({ ...UNNAMED, from: null }),
                }, "From the first")]
                : "In the order of the file."),
            goTo(from), printButton(rows, signal)),
        rows.node, end,
    ];
}
