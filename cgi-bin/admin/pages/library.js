// The library: its items model by model; search, filters, pages.
import * as api from "../core/api.js";
import { debounce, el, fill } from "../core/dom.js";
import { listed, number, small, time } from "../core/format.js";
import * as models from "../core/models.js";
import { changed } from "../core/query.js";
import * as router from "../core/router.js";
import { imported } from "../core/text.js";
import { exportLinks, formatsHint } from "../parts/downloads.js";
import { field } from "../parts/form.js";
import { notice } from "../parts/notice.js";
import { pager, sortHeading } from "../parts/pager.js";

const PAGE_SIZE = 50;
const TYPING = 300;
const CELL = 300;  // characters of a long text in the list

const none = () => el("span", { class: "muted none" }, "–");
const members = (text) => text ? el("ul", { class: "set" },
    text.split(";").filter(Boolean).map((member) => el("li", {}, imported(member, "member")))) : none();
const words = (text) => text ? imported(text.length > CELL ? `${text.slice(0, CELL)}…` : text) : none();

// What stands in a cell, by the kind of its field.
const CELLS = {
    integer: number,
    boolean: (value) => value ? "yes" : el("span", { class: "muted" }, "no"),
    refs: members,
    tags: members,
};

const itemLink = (model, { id }) => el("a", { href: `/library/${model.name}/${id}/` }, id);

function cell(model, column, item) {
    const value = item[column.name];
    if (column.kind === "id")
        return el("th", { scope: "row", "data-label": column.label, class: "item-id" }, itemLink(model, item));
    const content = (CELLS[column.kind] ?? words)(value ?? "");
    if (column === model.headed)
        return el("td", { class: "lead" }, content);
    return el("td", { "data-label": column.label, class: column.kind === "integer" ? "number" : null }, content);
}

const heading = (column, query) => models.isSorted(column)
    ? sortHeading(column.label, column.name, query, "id", column.kind === "integer" ? "number" : null)
    : el("th", { scope: "col" }, column.label);

// What identifies an item is always among the columns.
const columnsOf = (model) =>
    model.fields.filter((column) => column.listed || column.kind === "id" || column === model.headed);

function table(model, items, query) {
    const columns = columnsOf(model);
    return el("table", { class: "list" },
        el("caption", { class: "unseen" }, `Items of the library: ${model.title}`),
        el("thead", {}, el("tr", {}, columns.map((column) => heading(column, query)),
            sortHeading("Changed", "last_updated_date", query, "id"))),
        el("tbody", {}, items.map((item) => el("tr", {}, columns.map((column) => cell(model, column, item)),
            el("td", { "data-label": "Changed" }, time(item.last_updated_date))))));
}

const filtersOf = (model) => model.fields.filter(({ filter }) => filter);

// The parameters of the query that select items of the model.
const selected = (model, query) => Object.fromEntries(
    ["search", ...filtersOf(model).map(({ filter }) => filter)].map((name) => [name, query.get(name)]));

/** The filters of the list. Each change goes into the address. */
function filters(model, query) {
    const set = (name) => (event) =>
        router.setQuery({ [name]: event.target.value.trim() || null, page: null }, { replace: true });
    const text = (label, name, attributes) => field(label, {
        ...attributes, value: query.get(name) ?? "", autocomplete: "off", oninput: debounce(set(name), TYPING),
    }).node;
    const choice = ({ label, filter }) => field(label, {
        choices: [["", "All"], ["true", "yes"], ["false", "no"]],
        value: query.get(filter) ?? "", onchange: set(filter),
    }).node;
    const reference = ({ label, filter, prefix }) =>
        text(label, filter, prefix ? { placeholder: `${prefix}1`, size: 6 } : { size: 12 });
    const searched = model.fields.filter(({ kind }) => kind === "id" || kind === "line");

    return el("search", { class: "filters", "aria-label": "Filter items" },
        text(`Search ${listed(searched.map(({ label }) => small(label)))}`, "search", { type: "search" }),
        filtersOf(model).map((f) => f.kind === "boolean" ? choice(f) : reference(f)));
}

/** Leads to the other models, if there are several. */
const modelLinks = (all, present) => all.length > 1 && el("nav", { class: "chips", "aria-label": "Kind of item" },
    all.map((model) => el("a", {
        href: `/library/?${changed("", { model: model.name })}`, "aria-current": model === present ? "true" : null,
    }, model.title)));

export default async function library({ query, signal }) {
    const exports = el("div", {});
    const above = el("div", {});
    const list = el("div", {});
    let all = [];
    let model = null;
    let latest = 0;

    // Filters are made anew only for another model, so that who types in them is not disturbed.
    function show(next, present) {
        if (next === model)
            return;
        model = next;
        fill(above, modelLinks(all, model), filters(model, present));
    }

    // Shows the model that a query names.
    async function choose(present) {
        const wanted = present.get("model");
        all = await models.load(...wanted ? [wanted] : []);
        show(all.find(({ name }) => name === wanted) ?? all[0], present);
    }

    async function read(present) {
        const mine = ++latest;
        await choose(present);
        const wanted = selected(model, present);
        const answer = await api.get(`library/items/${model.name}/`, {
            ...wanted, ordering: present.get("ordering"), page: present.get("page"), page_size: PAGE_SIZE,
        }, signal);
        const now = await models.asOf(answer.results[0], model);
        if (mine !== latest)
            return;
        show(now, present);
        fill(exports, el("details", {}, el("summary", {}, "Export these items"), exportLinks(model, wanted), formatsHint()));
        fill(list, answer.results.length ? table(model, answer.results, present)
            : el("p", { class: "empty" }, "No item fits this."),
        pager({ total: answer.count, size: PAGE_SIZE, query: present, noun: "item" }));
    }

    await read(query);
    return {
        title: "Library",
        update: (next) => read(next).catch((error) => signal.aborted || fill(list, notice("bad", error.message))),
        node: [el("div", { class: "head" }, el("h1", {}, "Library"), exports), above, list],
    };
}
