// One item of the library and its history: which import, which row, who accepted it.
import * as api from "../core/api.js";
import { el } from "../core/dom.js";
import { capital, number, person, time } from "../core/format.js";
import * as models from "../core/models.js";
import { imported } from "../core/text.js";
import { addressOf } from "../parts/address.js";
import { OPERATIONS } from "../parts/counts.js";
import { notice, refusal } from "../parts/notice.js";
import { changeFields } from "../review/change.js";
import { compareOf } from "../review/fields.js";

function origin(event, model) {
    if (event.job === null)
        return "loaded by the operator";
    return [
        el("a", { href: `/jobs/${event.job}/` }, `import ${number(event.job)}`), ", ",
        el("a", { href: addressOf({ id: event.job }, model, event.entry) }, `entry ${number(event.entry)}`),
        ", accepted by ", person(event.accepted_by),
    ];
}

function historyEntry(event, model) {
    const { sign, label } = OPERATIONS[event.operation];
    return el("li", { class: `change ${event.operation}` },
        el("h3", {},
            el("span", { class: `op ${event.operation}`, "aria-hidden": "true" }, sign),
            el("span", {}, capital(label)), " ", time(event.date, { exact: true }),
            el("span", { class: "entry" }, origin(event, model))),
        changeFields(event.operation, event, model));
}

const fact = (field, value) => el("div", { class: "field-change" },
    el("dt", { title: field.help || null }, field.label),
    el("dd", {}, value === "" ? el("span", { class: "muted" }, "empty") : compareOf(field).plain(value)));

/** What each field is for, as far as the model says. */
function helps(model) {
    const told = model.values.filter(({ help }) => help);
    return told.length > 0 && el("details", { class: "about" }, el("summary", {}, "What the fields mean"),
        el("dl", {}, told.map(({ label, help }) => el("div", {}, el("dt", {}, label), el("dd", {}, help)))));
}

const facts = (item, model) => [
    el("div", { class: "fields" }, el("dl", {}, model.values.filter((field) => field !== model.headed)
        .map((field) => fact(field, item[field.name] ?? "")))),
    el("p", { class: "muted facts" }, item.type, ", last changed ", time(item.last_updated_date, { exact: true }),
        " by ", person(item.last_updated_by, "the operator"), "."),
    helps(model),
];

async function read(model, id, signal) {
    const path = `library/items/${model.name}/${id}/`;
    const { results: events } = await api.get(`${path}history/`, {}, signal);
    const isDeleted = events[0].operation === "delete";
    return { events, item: isDeleted ? null : await api.get(path, {}, signal) };
}

// Addresses of old name no model: the id tells which it is.
async function modelOf({ model: name, id }) {
    const all = await models.load(...name ? [name] : []);
    return name ? all.find((model) => model.name === name) : models.ofId(id);
}

export default async function itemPage({ params, signal }) {
    const known = await modelOf(params);
    if (!known)
        return refusal("Not found", "There are no such items.");
    const { item, events } = await read(known, params.id, signal);
    const model = await models.asOf(item, known);
    const title = model.headingOf(item ?? events[0].original);
    const all = await models.load();

    return {
        title: params.id,
        node: [
            el("nav", { class: "crumbs", "aria-label": "Breadcrumb" }, el("a", { href: "/library/" }, "Library"),
                all.length > 1 && [" / ", el("a", { href: `/library/?model=${model.name}` }, model.title)]),
            el("h1", {}, el("span", { class: "item-id" }, params.id), " ", imported(title)),
            item ? el("section", { class: "panel", "aria-label": "Item" }, facts(item, model))
                : notice("warn", "This item has been deleted. Its history is kept."),
            el("section", {}, el("h2", {}, "History"),
                el("ol", { class: "plain history" }, events.map((event) => historyEntry(event, model)))),
        ],
    };
}
