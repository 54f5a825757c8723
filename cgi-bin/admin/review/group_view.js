// The changes grouped by what changes ("priority 10 → 7"), so that a hundred rows need only one
// look.
import { el, fill, unseen } from "../core/dom.js";
import { count, number } from "../core/format.js";
import { OPERATIONS } from "../parts/counts.js";
import { changeBrief } from "./change.js";
import { within } from "./fitting.js";
import { Looked } from "./looked.js";
import { source, WAY } from "./source.js";
import { changedMost, describe } from "./ways.js";
import { RowWindow } from "./window.js";

const PIECE = 25;
const GROUPS_SHOWN = 8;  // for each field, until the person asks for more

/** The button that marks a group as looked at, and what its summary then says. */
function lookedMark(group, box, { looked, counted }) {
    const said = el("span", { class: "looked" });
    const button = el("button", {
        type: "button", class: "quiet",
        onclick: () => {
            looked.mark(group, !looked.has(group));
            show();
            counted();
            box().open = !looked.has(group);
            box().querySelector("summary").focus();
        },
    });
    function show() {
        fill(said, looked.has(group) && "✓ looked at");
        fill(button, looked.has(group) ? "Not looked at yet" : "Mark as looked at");
    }
    show();
    return { said, button };
}

/** group: { op, heading, n, about, filter, field }. Its rows are read when it is opened. */
function groupBox(group, context) {
    const { around, signal } = context;
    const body = el("div", { class: "group-rows" });
    const end = el("p", { class: "end", role: "status" });
    const mark = lookedMark(group, () => box, context);
    let rows = null;

    async function open() {
        if (!box.open || rows)
            return;
        rows = new RowWindow({
            read: source(context, { ...group.filter, ...around }, PIECE),
            show: (change) => changeBrief(change, group.field, context),
            signal,
            ended: (nothing) => fill(end, nothing ? "No change of this group fits." : ""),
        });
        fill(body, el("div", { class: "mark" }, mark.button), rows.node, end);
        await rows.start();
    }

    const box = el("details", { class: "group", ontoggle: open },
        el("summary", {}, group.heading, mark.said,
            el("span", { class: "n" }, group.about && "about ", count(group.n, "item"))),
        body);
    return box;
}

/** Says how many of the groups have been looked at; call show() when that changes. */
function lookedCount(groups, looked) {
    const node = el("p", { role: "status" });
    const show = () => {
        const n = groups.filter(looked.has).length;
        fill(node, n > 0 && `${number(n)} of ${count(groups.length, "group")} looked at`);
    };
    return { node, show };
}

/** Boxes, of which only the first few appear until the person asks for more. */
function boxes(groups, context, all) {
    const shown = all || groups.length <= GROUPS_SHOWN + 2 ? groups.length : GROUPS_SHOWN;
    const rest = groups.slice(shown);
    const more = el("button", {
        type: "button", class: "quiet more",
        onclick: () => {
            const made = rest.map((group) => groupBox(group, context));
            more.replaceWith(...made);
            made[0].querySelector("summary").focus();
        },
    }, `Show ${number(rest.length)} more`);
    return [groups.slice(0, shown).map((group) => groupBox(group, context)), rest.length > 0 && more];
}

const sign = (op) => el("span", { class: `op ${op}`, "aria-hidden": "true" }, OPERATIONS[op].sign);

function groupsOf({ field, n, ways, more }) {
    const name = unseen(`${field.label} `);
    const groups = ways.map((way) => ({
        op: "update", field, n: way.n, about: way.about, filter: way.filter,
        heading: el("span", { class: "what" }, name.cloneNode(true), way.label),
    }));
    if (more > 0)
        groups.push({
            op: "update", field, n, filter: { op: "update", field: field.name },
            heading: el("span", { class: "what" }, name.cloneNode(true), `these and ${number(more)} more ways`),
        });
    return groups;
}

const fieldSection = ({ field, n, groups }, context, all) => el("section", { class: "groups" },
    el("h3", {}, sign("update"), " ", field.label, " ",
        el("span", { class: "muted" }, `changes in ${count(n, "item")}`)),
    boxes(groups, context, all));

const groupOf = (op, totals) => ({
    op, n: totals[op], filter: { op }, field: null,
    heading: [sign(op), el("h3", { class: "what" }, `Items ${OPERATIONS[op].label}`)],
});

// The one way to change a field that is filtered for, as the only group of the field.
function filteredWay(model, filter, n) {
    const way = Object.fromEntries(WAY.filter((name) => name in filter).map((name) => [name, filter[name]]));
    return [{ field: model.field(filter.field), n, more: 0, ways: [
        { label: describe(way), n, filter: { op: "update", field: filter.field, ...way } }] }];
}

function changedFields(model, filter, { fields, updates }) {
    if (updates === 0)
        return [];
    if (WAY.some((name) => name in filter))
        return filteredWay(model, filter, updates);
    return changedMost(model, fields).filter(({ field }) => !filter.field || field.name === filter.field);
}

/** found: the counts of what fits the filter, see Fitting. */
export function groupView(part) {
    const { found, job, model, filter } = part;
    const wanted = (op) => (!filter.op || filter.op === op) && found.totals[op] > 0;
    const whole = ["delete", "add"].filter((op) => wanted(op) && !filter.field).map((op) => groupOf(op, found.totals));
    const fields = wanted("update")
        ? changedFields(model, filter, found).map((changed) => ({ ...changed, groups: groupsOf(changed) })) : [];
    const around = within(filter);
    const looked = new Looked(job, model, around);
    const progress = lookedCount([...whole, ...fields.flatMap(({ groups }) => groups)], looked);
    const context = { ...part, around, looked, counted: progress.show };
    progress.show();

    return [
        el("div", { class: "list-head" }, el("p", {}, "Every change is in one of them",
            fields.length > 1 ? ", or in several if it changes several fields." : "."), progress.node),
        whole.map((group) => el("section", { class: "groups" }, groupBox(group, context))),
        fields.map((changed) => fieldSection(changed, context, Boolean(filter.field))),
        !whole.length && !fields.length && el("p", { class: "empty" }, "Nothing fits this."),
    ];
}
