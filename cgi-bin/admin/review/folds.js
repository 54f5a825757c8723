// Long texts are folded: a beginning, and a button for the rest.
import { el } from "../core/dom.js";

// Never between the halves of a character.
const between = (text, at) => at - (/[\ud800-\udbff]/.test(text[at - 1] ?? "") && at < text.length ? 1 : 0);

/** How long the beginning of the text is that has at most so many characters and lines. */
export function beginning(text, characters, lines) {
    let at = -1;
    for (let n = 0; n < lines; n++) {
        at = text.indexOf("\n", at + 1);
        if (at < 0 || at >= characters)
            return between(text, Math.min(text.length, characters));
    }
    return at + 1;
}

/** Where the end of the text begins that has at most so many characters and lines. */
export function ending(text, characters, lines) {
    let at = text.length;
    for (let n = 0; n < lines; n++) {
        at = text.lastIndexOf("\n", at - 1);
        if (at < text.length - characters || at <= 0)
            return between(text, Math.max(0, text.length - characters));
    }
    return at;
}

/** Is it longer than that? */
export const isLonger = (text, characters, lines) => beginning(text, characters, lines) < text.length;

/** How many rows of a page the text fills, about. */
export const rows = (text) => text.length / 80 + (text.match(/\n/g)?.length ?? 0);

/** A button that makes way for the rest: what `rest()` returns. `label` says what that is. */
export function fold(rest, label, shown = "…") {
    const button = el("button", {
        type: "button", class: "fold", "aria-label": label,
        onclick: () => {
            const change = button.closest("article");
            button.replaceWith(...[rest()].flat(Infinity));
            change?.focus({ preventScroll: true });  // the button had the focus
        },
    }, shown);
    return button;
}
