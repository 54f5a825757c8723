// One item of the library and its history: which import, which row, who accepted it.
import * as api from "../core/api.js";
import { el } from "../core/dom.js";
import { capital, number, person, time } from "../core/format.js";
import { imported } from "../core/text.js";
import { OPERATIONS } from "../parts/counts.js";
import { notice } from "../parts/notice.js";
import { changeFields } from "../review/change.js";

function origin(event) {
    if (event.job === null)
        return "loaded by the operator";
    return [
        el("a", { href: `/jobs/${event.job}/` }, `import ${number(event.job)}`), ", ",
        el("a", { href: `/jobs/${event.job}/review/?from=${event.entry}` }, `entry ${number(event.entry)}`),
        ", accepted by ", person(event.accepted_by),
    ];
}

function historyEntry(event) {
    const { sign, label } = OPERATIONS[event.operation];
    return el("li", { class: `change ${event.operation}` },
        el("h3", {},
            el("span", { class: `op ${event.operation}`, "aria-hidden": "true" }, sign),
            el("span", {}, capital(label)), " ", time(event.date, { exact: true }),
            el("span", { class: "entry" }, origin(event))),
        changeFields(event.operation, event));
}

const facts = (item) => [
    changeFields("add", { original: {}, new: item }, { heading: true }),
    el("p", { class: "muted facts" }, item.type, ", last changed ", time(item.last_updated_date, { exact: true }),
        " by ", person(item.last_updated_by, "the operator"), "."),
];

async function read(id, signal) {
    const { results: events } = await api.get(`library/tasks/${id}/history/`, {}, signal);
    const isDeleted = events[0].operation === "delete";
    return { events, item: isDeleted ? null : await api.get(`library/tasks/${id}/`, {}, signal) };
}

export default async function itemPage({ params, signal }) {
    const { item, events } = await read(params.id, signal);
    const title = item?.title ?? events[0].original.title;

    return {
        title: params.id,
        node: [
            el("nav", { class: "crumbs", "aria-label": "Breadcrumb" }, el("a", { href: "/library/" }, "Library")),
            el("h1", {}, el("span", { class: "item-id" }, params.id), " ", imported(title)),
            item ? el("section", { class: "panel", "aria-label": "Item" }, facts(item))
                : notice("warn", "This item has been deleted. Its history is kept."),
            el("section", {}, el("h2", {}, "History"),
                el("ol", { class: "plain history" }, events.map(historyEntry))),
        ],
    };
}
