// Texts to be taken along: copied, or kept as a file.
import { announce, el } from "../core/dom.js";

/** Resolves to whether a text is copied now. Without TLS a page has no access to the clipboard. */
export const copy = async (text) => navigator.clipboard?.writeText(text).then(() => true, () => false) ?? false;

/** A button that copies a text. If the browser does not let it, it calls `select`, so that keys can copy. */
export function copyButton(text, { select, label = "Copy", kind = null }) {
    const button = el("button", { type: "button", class: kind, onclick: press }, label);

    async function press() {
        const done = await copy(text);
        if (!done)
            select();
        button.textContent = done ? "Copied" : "Press Ctrl+C";
        announce(done ? "Copied." : "It is selected: press Ctrl+C to copy it.");
    }
    return button;
}

/** A text on one line with a button that copies it. */
export function copyField(label, text) {
    const input = el("input", { type: "text", readonly: true, value: text, class: "secret", "aria-label": label });
    const select = () => { input.focus(); input.select(); };
    return el("div", { class: "inline" }, input, copyButton(text, { select, kind: "primary" }));
}

/** Selects what an element shows. */
export const selectAll = (node) => getSelection().selectAllChildren(node);

/** A button that saves a text as a file of that name. */
export const saveButton = (text, name, label) => el("button", {
    type: "button",
    onclick: () => {
        const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
        el("a", { href: url, download: name }).click();
        URL.revokeObjectURL(url);
    },
}, label);
