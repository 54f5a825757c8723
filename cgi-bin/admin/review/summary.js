// A revision on one screen: which fields change how often, and into what.
import { el, unseen } from "../core/dom.js";
import { count, number, small } from "../core/format.js";
import { changedMost } from "./ways.js";

const WAYS_SHOWN = 5;

const wayLink = (way, link) => el("li", {}, el("a", { class: "way", href: link(way.filter) },
    el("span", {}, way.isEdit && "of these ", way.label), " ",
    el("span", { class: "n" }, way.about && "about ", number(way.n), unseen(way.n === 1 ? " item" : " items"))));

function line({ field, n, ways: all, more }, { applied, link }) {
    const ways = all.filter((way) => way.n > 0);
    const shown = ways.slice(0, WAYS_SHOWN);
    const rest = ways.length - shown.length + more;
    return el("tr", {},
        el("th", { scope: "row" },
            el("a", { href: link({ op: "update", field: field.name }) }, field.label)),
        el("td", { class: "share" }, el("meter", { min: 0, max: applied().update, value: n, "aria-hidden": "true" }),
            el("span", { class: "n" }, number(n), unseen(" items"))),
        el("td", {}, el("ul", { class: "ways" }, shown.map((way) => wayLink(way, link)),
            rest > 0 && el("li", {}, el("a", {
                class: "way more", href: link({ view: "groups", field: field.name }),
            }, `${number(rest)} more`, unseen(` ways to change ${field.label}`))))));
}

/** counts: of the fields, without what is held back; part: see modelReview. */
export function fieldSummary(counts, part) {
    const { model, applied } = part;
    const fields = changedMost(model, counts).filter(({ n }) => n > 0);
    const same = counts.filter((c) => c.updates === 0).map((c) => small(model.field(c.field).label));
    if (!fields.length)
        return null;
    return el("section", { class: "panel summary", "aria-labelledby": "what-changes" },
        el("h2", { id: "what-changes" },
            `What ${count(applied().update, "update changes", "updates change")}`),
        el("table", {},
            el("thead", { class: "unseen" }, el("tr", {}, ["Field", "Items", "How it changes, the commonest first"]
                .map((heading) => el("th", { scope: "col" }, heading)))),
            el("tbody", {}, fields.map((f) => line(f, part)))),
        same.length > 0 && el("p", { class: "muted" }, `Not changed in any: ${same.join(", ")}.`));
}
