// The changes in the order of the file.
import { el, fill } from "../core/dom.js";
import { number } from "../core/format.js";
import * as router from "../core/router.js";
import { changeArticle } from "./change.js";
import { printButton } from "./print.js";
import { source } from "./source.js";
import { RowWindow } from "./window.js";

const PIECE = 25;

// Entry numbers count the records of the whole file, so going to one means starting there.
function goTo(from) {
    const input = el("input", {
        type: "number", id: "from", min: 1, step: 1, value: from ? from + 1 : null, inputmode: "numeric",
    });
    return el("form", {
        class: "go-to",
        onsubmit: (event) => {
            event.preventDefault();
            router.setQuery({ from: input.value > 1 ? input.value : null });
        },
    }, el("label", { for: "from" }, "From entry"), input, el("button", { type: "submit" }, "Go"));
}

/** filter: see filterOf. Resolves to nodes once the first rows have been read. */
export async function fileView(part) {
    const { model, filter, from, signal } = part;
    const end = el("p", { class: "end", role: "status" });
    const rows = new RowWindow({
        read: source(part, filter, PIECE),
        show: (change) => changeArticle(change, model),
        after: from,
        signal,
        ended: (nothing) => fill(end, nothing ? "No change fits this." : "That was the last change."),
    });
    await rows.start();
    return [
        el("div", { class: "list-head" },
            el("p", {}, from > 0
                ? [`Starts at entry ${number(from + 1)}. `, el("button", {
                    type: "button", class: "link", onclick: () => router.setQuery({ from: null }),
                }, "From the first")]
                : "In the order of the file."),
            goTo(from), printButton(rows, signal)),
        rows.node, end,
    ];
}
