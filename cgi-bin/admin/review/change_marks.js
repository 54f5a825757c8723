// What people did about a change that is shown: who looked at it, who holds it back and why; and the
// buttons to do so.
import { announce, el, fill } from "../core/dom.js";
import { listed, number, person } from "../core/format.js";
import { imported } from "../core/text.js";
import { steadily } from "./steady.js";

const shown = new WeakMap();  // article → { change, show: shows its marks }

const name = ({ first_name: first, last_name: last, email }) => `${first} ${last}`.trim() || email;

const heldNote = ({ note, by }) => el("p", { class: "held-note" },
    el("strong", {}, "Held back"), " by ", person(by), note && [": ", imported(note)]);

// The line that a heading shares with buttons.
function lineOf(heading, article) {
    if (heading.parentElement !== article)
        return heading.parentElement;
    const line = el("div", { class: "line" });
    heading.replaceWith(line);
    line.append(heading);
    return line;
}

/** Gives the article of a change its marks and buttons. part: see modelReview. */
export function withMarks(article, change, { looked, holding, sums }) {
    const { entry } = change.row;
    const look = el("button", { type: "button", class: "quiet look", onclick: turn }, "Looked at");
    const hold = el("button", { type: "button", class: "quiet hold", onclick: () => holding.one(change, show) });
    const states = el("div", { class: "states" });
    const does = el("span", { class: "does" }, look, hold);
    const heading = article.querySelector("h3");
    const line = lineOf(heading, article);
    line.append(does);
    line.after(states);

    function turn() {
        const is = !looked.has(entry);
        looked.mark(entry, is);
        announce(`${is ? "Looked at" : "Not looked at"}: ${number(looked.count)} of ${number(sums.changes)}.`);
    }

    let last = "";
    function show() {
        const is = looked.has(entry);
        const also = looked.alsoBy(entry).map(name);
        const { held } = change;
        const next = JSON.stringify([is, looked.isChanged(entry), also, held, holding.isOpen]);
        if (next === last)
            return;
        last = next;
        look.setAttribute("aria-pressed", String(is));
        hold.hidden = !holding.isOpen;
        hold.textContent = held ? "Release" : "Hold back…";
        article.classList.toggle("seen", is);
        article.classList.toggle("held", Boolean(held));
        fill(states, held && heldNote(held),
            looked.isChanged(entry) && el("p", { class: "changed-note" }, "Changed since you looked"),
            also.length > 0 && el("p", { class: "muted" }, "Also looked at by ", imported(listed(also))));
    }
    shown.set(article, { change, show });
    show();
    return article;
}

const articles = (node) => [...node.querySelectorAll("article.change")];

/** Shows the marks of all changes within a node as they are now. */
export const showMarks = (node) => articles(node).forEach((article) => shown.get(article)?.show());

/** Takes over from changes that were read again whether they are held back. */
export function takeHeld(node, changes) {
    const held = new Map(changes.map((change) => [change.row.entry, change.held]));
    steadily(() => {
        for (const article of articles(node)) {
            const mine = shown.get(article);
            if (held.has(mine?.change.row.entry)) {
                mine.change.held = held.get(mine.change.row.entry);
                mine.show();
            }
        }
    });
}
