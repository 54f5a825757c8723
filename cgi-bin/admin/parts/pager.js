// Links to the pages of a list, and headings to sort it by. Both kinds of link change the query.
import { el, unseen } from "../core/dom.js";
import { count, number } from "../core/format.js";
import { linkTo } from "../core/query.js";

/** "1–20 of 345", with links to nearby pages. name: the query parameter of the page number. */
export function pager({ total, size, query, noun, name = "page" }) {
    const page = Math.max(1, Number(query.get(name)) || 1);
    const pages = Math.max(1, Math.ceil(total / size));
    const first = (page - 1) * size + 1;
    const shown = pages > 1 ? `${number(first)}–${number(Math.min(total, page * size))} of ${count(total, noun)}`
        : count(total, noun);
    const link = (label, to, allowed) => allowed
        ? el("a", { class: "button", href: linkTo(query, { [name]: to > 1 ? to : null }) }, label)
        : el("span", { class: "button", "aria-disabled": "true" }, label);

    return el("nav", { class: "pager", "aria-label": `Pages of ${noun}s` },
        el("p", {}, shown),
        pages > 1 && el("div", { class: "buttons" },
            link("Previous", page - 1, page > 1),
            el("span", {}, `Page ${number(page)} of ${number(pages)}`),
            link("Next", page + 1, page < pages)));
}

/** A heading that sorts by a field: first ascending, then descending. initial: the order without one. */
export function sortHeading(label, name, query, initial, look = null) {
    const ordering = query.get("ordering") || initial;
    const up = ordering === name;
    const down = ordering === `-${name}`;
    const href = linkTo(query, { ordering: up ? `-${name}` : name, page: null });

    return el("th", { scope: "col", class: look, "aria-sort": up ? "ascending" : down ? "descending" : null },
        el("a", { href, class: "sort" }, label,
            el("span", { "aria-hidden": "true" }, up ? " ▲" : down ? " ▼" : ""),
            !up && !down && unseen(" (order by this)")));
}
