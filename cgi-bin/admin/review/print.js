// Printing a review: all of it, or else the paper says what is missing.
import { announce, el, fill } from "../core/dom.js";
import { number } from "../core/format.js";
import { notice } from "../parts/notice.js";
import { filterOf, scopeOf } from "./source.js";

const MOST = 5000;  // changes that are printed at once

const FOLDS = "article.change button.fold:not([aria-expanded='true'])";

const unfold = () => document.querySelectorAll(FOLDS).forEach((fold) => fold.click());

/** A button that reads all rows of a list (a RowWindow), and then prints the page. */
export function printButton(rows, signal) {
    const label = el("span", {}, "Print");
    const button = el("button", { type: "button", onclick: print }, label);

    async function print() {
        if (button.ariaDisabled)
            return;
        button.ariaDisabled = "true";
        announce("All changes are loaded before they are printed.");
        const isDone = await rows.keep(MOST, (n) => fill(label, `Loading ${number(n)}…`));
        fill(label, "Print");
        button.ariaDisabled = null;
        if (signal.aborted)
            return;
        if (isDone) {
            unfold();
            window.print();
        }
        rows.letGo();
    }
    return button;
}

const isPrinted = (node) => node.checkVisibility();

// Why a print has not all changes in full, and what to do about it.
function reasons(printed, several) {
    const query = new URLSearchParams(location.search);
    const from = Number(query.get("from") ?? 1);
    const last = Math.max(...printed);
    const isGrouped = query.get("view") === "groups";
    return [
        several && "Each file of this import has a list of its own, to be printed by itself.",
        (Object.keys(filterOf(query)).length > 0 || Object.values(scopeOf(query)).includes(true)) &&
            "A filter leaves changes out.",
        isGrouped && "Changes in groups are printed if their group is open, and in short. " +
            "Choose “File order” for all of them in full.",
        !isGrouped && from > 1 && `The list begins at entry ${number(from)}.`,
        !isGrouped && (printed.size < MOST
            ? "To have all that a list holds, use the button “Print” above it, which loads them first."
            : `More than ${number(MOST)} are not printed at once: go on from entry ${number(last + 1)}.`),
    ].filter(Boolean);
}

// What a print says of itself: nothing about an import that changes nothing.
function said(total, several) {
    const printed = new Set([...document.querySelectorAll("article.change")].filter(isPrinted)
        .map(({ dataset }) => Number(dataset.entry)));
    const folds = [...document.querySelectorAll(FOLDS)].filter(isPrinted).length;
    const isShort = [...document.querySelectorAll("article.brief")].some(isPrinted);
    if (!total)
        return null;
    if (printed.size === total && !folds && !isShort)
        return notice("info", total === 1 ? "The only change of this import is printed."
            : `All ${number(total)} changes of this import are printed.`);
    return notice("warn", el("strong", {}, printed.size < total
        ? `Not all is printed: ${number(printed.size)} of the ${number(total)} changes of this import. `
        : "Not all is printed: changes are shortened. "),
    folds > 0 && "Where […] stands, a text is folded. ",
    reasons(printed, several).join(" "));
}

/**
 * Notes for the top and the end of a print, however it is asked for. total: the changes of the
 * import; several: whether it has several files.
 */
export function printNotes({ total, several, signal }) {
    const notes = [el("div", { class: "print-note" }), el("div", { class: "print-note" })];
    addEventListener("beforeprint", () => notes.forEach((note) => fill(note, said(total, several))), { signal });
    return notes;
}
