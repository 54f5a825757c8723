// Moves through the changes by keyboard. The keys can be switched off, for people whose speech
// input or other software types letters on its own.
import { el } from "../core/dom.js";
import { closing, sheet } from "../parts/dialog.js";
import { copyAddress } from "./address.js";

const OFF = "accession.keys-off";

const isTyping = (target) => target.closest?.("input, select, textarea, dialog") !== null;

// Where j and k stop: changes, and groups that can be opened.
const STOPS = "article.change, details.group > summary";

function move(step) {
    const all = [...document.querySelectorAll(STOPS)].filter((stop) => stop.checkVisibility());
    const here = all.indexOf(document.activeElement?.closest(STOPS));
    // If nothing is focused, starts with the first one visible below the bar.
    const first = all.findIndex((stop) => stop.getBoundingClientRect().top > 80);
    const next = all[here < 0 ? Math.max(0, first) : here + step];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "start" });
}

// Opens a group, or shows the other fields of a short change, or what is folded of a long text.
function unfold() {
    const here = document.activeElement;
    const change = here?.closest("article.change");
    const button = change?.querySelector(".unfold") ?? change?.querySelector(".fold");
    (button ?? here?.closest("details")?.querySelector("summary"))?.click();
}

// The button of the change that has the focus, or else of its group.
function press(...buttons) {
    const here = document.activeElement;
    const change = here?.closest("article.change");
    const place = change ?? here?.closest("details.group")?.querySelector(".mark");
    [...place?.querySelectorAll(buttons.join(", ")) ?? []].find((button) => !button.hidden)?.click();
}

const KEYS = {
    j: { says: "next change", run: () => move(1) },
    k: { says: "previous change", run: () => move(-1) },
    o: { says: "open or close what is folded", run: unfold },
    x: { says: "mark the change or the group as looked at, or not", run: () => press(".look") },
    n: { says: "next change not looked at", run: () => document.getElementById("next-unseen")?.click() },
    h: { says: "hold the change or the group back, or release it", run: () => press(".hold", ".release") },
    c: { says: "comment on the change or the group", run: () => press(".comment-on") },
    y: { says: "copy the address of the change", run: copyAddress },
    "/": { says: "search", run: () => document.getElementById("search")?.focus() },
    d: { says: "go to the decision", run: () => document.getElementById("decision")?.focus() },
    "?": { says: "this list", run: help },
};

export function help() {
    const off = el("input", {
        type: "checkbox", id: "keys-off", checked: Boolean(localStorage.getItem(OFF)),
        onchange: () => off.checked ? localStorage.setItem(OFF, "1") : localStorage.removeItem(OFF),
    });
    sheet("Keyboard", (close) => [
        el("dl", { class: "keys" }, Object.entries(KEYS).map(([key, { says }]) =>
            el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, says)))),
        el("p", { class: "field check" }, off, el("label", { for: "keys-off" }, "Switch these keys off")),
        closing(close),
    ]);
}

export function listen(signal) {
    document.addEventListener("keydown", (event) => {
        const key = KEYS[event.key];
        if (!key || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
            return;
        if (localStorage.getItem(OFF) && event.key !== "?")
            return;
        event.preventDefault();
        key.run();
    }, { signal });
}
