// How far the review of a model has come, who else is at it, and what can be done and is said about all
// the changes that are shown.
import { abortedWith } from "../core/abort.js";
import { el, fill } from "../core/dom.js";
import { number, person } from "../core/format.js";
import { linkTo } from "../core/query.js";
import * as router from "../core/router.js";
import { START } from "./address.js";
import { filterWords } from "./filter_words.js";
import { FittingMarks } from "./fitting_marks.js";
import { filterOf, scopeOf } from "./source.js";
import { threads } from "./threads.js";

const CHANGED_LINKS = 10;

const people = (others) => others.map(({ by, count }, i) => [i > 0 && ", ", person(by), ` ${number(count)}`]);

const isPressed = (button) => button.getAttribute("aria-pressed") === "true";

// Where one finds the changes that are others since one looked at them.
function changedLinks(changed) {
    const n = changed.size;
    const links = changed.first(CHANGED_LINKS).map((entry, i) =>
        [i > 0 && ", ", el("a", { href: linkTo(location.search, { ...START, from: entry, view: null }) }, number(entry))]);
    return n > 0 && el("p", {}, `${number(n)} changed since you looked: entry `, links, n > CHANGED_LINKS && ", …");
}

/**
 * A node, with show(query, found) for what is shown now, where found is what fits the query (see
 * Fitting), or null until that is known, and refresh(), for when comments have changed. part: see
 * modelReview; next(): goes to the next change that the person has not looked at.
 */
export function lookedLine(part, next) {
    const { looked, sums, signal } = part;
    const far = el("p", {});
    const changed = el("div", {});
    const all = el("span", { class: "buttons" });
    const unseen = el("button", {
        type: "button", class: "quiet",
        onclick: () => router.setQuery({ ...START, unseen: isPressed(unseen) ? null : "1" }, { replace: true }),
    }, "Hide what I looked at");
    const held = el("button", {
        type: "button", class: "quiet",
        onclick: () => router.setQuery({ ...START, held: isPressed(held) ? null : "true" }, { replace: true }),
    });
    const discussed = el("div", {});
    let marks = null;
    let said = null;  // what is said about those that fit
    let last = "";    // what both are for
    let showing = new AbortController();

    function showFar() {
        fill(far, `${number(looked.count)} of ${number(sums.changes)} looked at`,
            looked.others.length > 0 && [" (others: ", people(looked.others), ")"]);
        fill(changed, changedLinks(looked.changed));
    }

    function shown(n, isPart) {
        return isPart ? "all that fit" : n === 1 ? "the 1 shown" : `all ${number(n)} shown`;
    }

    function show(query, found) {
        const filter = filterOf(query);
        const scope = scopeOf(query);
        const wasHere = document.activeElement === held;
        unseen.setAttribute("aria-pressed", String(scope.unseen));
        held.setAttribute("aria-pressed", String(scope.held));
        held.hidden = !scope.held && part.applied().held === 0;
        held.textContent = `Held back ${found ? number(found.held.n) : "…"}`;
        if (wasHere && held.hidden)
            unseen.focus();
        showMarks(filter, scope, found, query.get("view") === "groups");
    }

    // The buttons stay the same ones for the same filter, so that the focus stays too.
    function showMarks(filter, scope, found, isGrouped) {
        const next = JSON.stringify([filter, scope, isGrouped]);
        if (marks && found && next === last) {
            marks.count(found.n + found.held.n, found.held.n);
            return;
        }
        last = next;
        showing.abort();
        showing = abortedWith(signal);
        marks = said = null;
        fill(discussed);
        const isFiltered = Object.keys(filter).length > 0;
        if (!found || !isFiltered && !scope.held || found.n + found.held.n === 0) {
            fill(all);
            return;
        }
        marks = new FittingMarks(part, filter, {
            says: (is) => `${is ? "Not looked at yet:" : "Mark"} ${shown(marks?.n ?? 0, scope.unseen)}`,
        });
        marks.count(found.n + found.held.n, found.held.n);
        const ofHeld = scope.held && [marks.release];
        // Groups have places of their own.
        said = isFiltered && !scope.held && !isGrouped ? discuss(filter) : null;
        fill(all, ofHeld || marks.buttons, said?.write);
        fill(discussed, said?.node);
        check();
    }

    const discuss = (filter) => threads(
        { model: part.model.name, changes: filter, says: filterWords(filter, part) },
        { comments: part.comments, back: () => unseen.focus() });

    const check = () => marks?.check(showing.signal).catch(() => {});

    looked.on(() => {
        showFar();
        check();
    }, signal);
    showFar();
    return {
        node: el("div", { class: "looked-line" }, el("div", { class: "list-head" }, far, all,
            el("span", { class: "buttons" }, held, unseen,
                el("button", { type: "button", class: "quiet", id: "next-unseen", onclick: next }, "Next not looked at"))),
        changed, discussed),
        show,
        refresh: () => said?.show(),
    };
}
