// The library: search, filters, pages.
import * as api from "../core/api.js";
import { debounce, el, fill } from "../core/dom.js";
import { number, time } from "../core/format.js";
import * as router from "../core/router.js";
import { imported } from "../core/text.js";
import { exportLinks } from "../parts/downloads.js";
import { field } from "../parts/form.js";
import { notice } from "../parts/notice.js";
import { pager, sortHeading } from "../parts/pager.js";

const PAGE_SIZE = 50;
const TYPING = 300;
const FILTERS = ["search", "active", "phase", "problem", "tag"];

const tagList = (tags) => el("ul", { class: "set" },
    tags.split(";").filter(Boolean).map((tag) => el("li", {}, imported(tag, "member"))));

const row = (item) => el("tr", {},
    el("th", { scope: "row", "data-label": "Id", class: "item-id" },
        el("a", { href: `/library/${item.id}/` }, item.id)),
    el("td", { class: "lead" }, imported(item.title)),
    el("td", { "data-label": "Priority", class: "number" }, number(item.priority)),
    el("td", { "data-label": "Phase" }, imported(item.phase)),
    el("td", { "data-label": "Active" }, item.active ? "yes" : el("span", { class: "muted" }, "no")),
    el("td", { "data-label": "Tags" }, item.tags ? tagList(item.tags) : el("span", { class: "muted none" }, "–")),
    el("td", { "data-label": "Changed" }, time(item.last_updated_date)));

const table = (items, query) => el("table", { class: "list" },
    el("caption", { class: "unseen" }, "Items of the library"),
    el("thead", {}, el("tr", {},
        sortHeading("Id", "id", query, "id"),
        sortHeading("Title", "title", query, "id"),
        ["Priority", "Phase", "Active", "Tags"].map((h) => el("th", { scope: "col" }, h)),
        sortHeading("Changed", "last_updated_date", query, "id"))),
    el("tbody", {}, items.map(row)));

/** The filters of the list. Each change goes into the address. */
function filters(query) {
    const set = (name) => (event) =>
        router.setQuery({ [name]: event.target.value.trim() || null, page: null }, { replace: true });
    const text = (label, name, attributes) => field(label, {
        ...attributes, value: query.get(name) ?? "", autocomplete: "off", oninput: debounce(set(name), TYPING),
    }).node;

    return el("search", { class: "filters", "aria-label": "Filter items" },
        text("Search id and title", "search", { type: "search" }),
        field("Active", {
            choices: [["", "any"], ["true", "yes"], ["false", "no"]],
            value: query.get("active") ?? "", onchange: set("active"),
        }).node,
        text("Phase", "phase", { placeholder: "X1", size: 6 }),
        text("Problem", "problem", { placeholder: "P1", size: 6 }),
        text("Tag", "tag", { size: 12 }));
}

export default async function library({ query, signal }) {
    const list = el("div", {});
    const exports = el("div", {});
    let latest = 0;

    async function read(present) {
        const mine = ++latest;
        const wanted = Object.fromEntries(FILTERS.map((name) => [name, present.get(name)]));
        const answer = await api.get("library/tasks/", {
            ...wanted, ordering: present.get("ordering"), page: present.get("page"), page_size: PAGE_SIZE,
        }, signal);
        if (mine !== latest)
            return;
        fill(exports, el("details", {}, el("summary", {}, "Export these items"), exportLinks(wanted)));
        fill(list, answer.results.length ? table(answer.results, present)
            : el("p", { class: "empty" }, "No item fits this."),
        pager({ total: answer.count, size: PAGE_SIZE, query: present, noun: "item" }));
    }

    await read(query);
    return {
        title: "Library",
        update: (next) => read(next).catch((error) => signal.aborted || fill(list, notice("bad", error.message))),
        node: [el("div", { class: "head" }, el("h1", {}, "Library"), exports), filters(query), list],
    };
}
