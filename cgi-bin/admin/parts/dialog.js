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
 * Asks a question. Resolves to true if the person chose `yes`.
 * what: { title, content, yes, no, danger }
 */
export function confirm({ title, content, yes, no = "Go back", danger = false }) {
    return new Promise((resolve) => {
        const id = newId("dialog");
        const choose = (value) => () => dialog.close(value);
        const dialog = el("dialog", { "aria-labelledby": id },
            el("h2", { id }, title),
            el("div", { class: "body" }, content),
            el("div", { class: "buttons" },
                el("button", { type: "button", autofocus: danger, onclick: choose("") }, no),
                el("button", { type: "button", class: danger ? "danger" : "primary", autofocus: !danger,
                    onclick: choose("yes") }, yes)));
        dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"));
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
