// Dialogs in front of the page. The browser keeps the focus inside and gives it back afterwards.
import { el, newId } from "../core/dom.js";
import { presence } from "../core/router.js";

// Where reading goes on if the control that had the focus is gone when the dialog closes.
const placeOf = (control) => control?.closest("[tabindex='-1']");

function open(dialog) {
    const place = placeOf(document.activeElement);
    document.body.append(dialog);
    // It goes with its page, as when the session ends or what it asks about is no longer so.
    presence().addEventListener("abort", () => dialog.close());
    dialog.addEventListener("close", () => {
        dialog.remove();
        if (document.activeElement === document.body)
            place?.focus();
    });
    dialog.showModal();
    return dialog;
}

/**
 * Asks a question. Resolves to true if the person chose `yes`, which a key chooses too: Enter in a
 * field of the content.
 * what: { title, content, yes, no, danger, isReady: whether the person may choose `yes`, asked again
 * whenever they enter something, first: the field to begin with }
 */
export function confirm({ title, content, yes, no = "Go back", danger = false, isReady = () => true, first = null }) {
    return new Promise((resolve) => {
        const id = newId("dialog");
        const agree = el("button", { type: "submit", class: danger ? "danger" : "primary",
            autofocus: !danger && !first }, yes);
        const allow = () => { agree.disabled = !isReady(); };
        const dialog = el("dialog", { "aria-labelledby": id },
            el("h2", { id }, title),
            el("form", {
                novalidate: true, oninput: allow,
                onsubmit: (event) => {
                    event.preventDefault();
                    if (isReady())
                        dialog.close("yes");
                },
            },
            el("div", { class: "body" }, content),
            el("div", { class: "buttons" },
                el("button", { type: "button", autofocus: danger && !first, onclick: () => dialog.close("") }, no),
                agree)));
        first?.setAttribute("autofocus", "");
        dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"));
        allow();
        open(dialog);
    });
}

/** Shows a form, or any content, until it is closed. `make` gets the function that closes it. */
export function sheet(title, make) {
    const id = newId("dialog");
    const dialog = el("dialog", { "aria-labelledby": id }, el("h2", { id }, title));
    dialog.append(...[make(() => dialog.close())].flat().filter(Boolean));
    return open(dialog);
}

/** The row of buttons at the end of a sheet. */
export const closing = (close, label = "Close") =>
    el("div", { class: "buttons" }, el("button", { type: "button", onclick: close }, label));
