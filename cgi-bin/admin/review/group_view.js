// The changes grouped by what changes ("priority 10 → 7"), so that a hundred rows need only one
// look.
import { abortedWith } from "../core/abort.js";
import { el, fill, unseen } from "../core/dom.js";
import { count, number } from "../core/format.js";
import { OPERATIONS } from "../parts/counts.js";
import { within } from "./fitting.js";
import { GroupBox } from "./group_box.js";
import { WAY } from "./source.js";
import { changedMost, describe } from "./ways.js";

const GROUPS_SHOWN = 8;  // for each field, until the person asks for more

/** Boxes, of which only the first few appear until the person asks for more. */
function boxes(groups, context, all) {
    const shown = all || groups.length <= GROUPS_SHOWN + 2 ? groups.length : GROUPS_SHOWN;
    const rest = groups.slice(shown);
    const make = (group) => {
        const box = new GroupBox(group, context);
        context.made(box);
        return box.node;
    };
    const more = el("button", {
        type: "button", class: "quiet more",
        onclick: () => {
            const made = rest.map(make);
            more.replaceWith(...made);
            made[0].querySelector("summary").focus();
        },
    }, `Show ${number(rest.length)} more`);
    return [groups.slice(0, shown).map(make), rest.length > 0 && more];
}

const sign = (op) => el("span", { class: `op ${op}`, "aria-hidden": "true" }, OPERATIONS[op].sign);

function groupsOf({ field, n, held, ways, more }) {
    const name = unseen(`${field.label} `);
    const groups = ways.map((way) => ({
        op: "update", field, n: way.n, held: way.held ?? 0, about: way.about, filter: way.filter,
        heading: el("span", { class: "what" }, name.cloneNode(true), way.label),
    }));
    if (more > 0)
        groups.push({
            op: "update", field, n, held, filter: { op: "update", field: field.name },
            heading: el("span", { class: "what" }, name.cloneNode(true), `these and ${number(more)} more ways`),
        });
    return groups;
}

const fieldSection = ({ field, n, groups }, context, all) => el("section", { class: "groups" },
    el("h3", {}, sign("update"), " ", field.label, " ",
        el("span", { class: "muted" }, `changes in ${count(n, "item")}`)),
    boxes(groups, context, all));

const groupOf = (op, found) => ({
    op, n: found.totals[op], held: found.held.totals[op], filter: { op }, field: null,
    heading: [sign(op), el("h3", { class: "what" }, `Items ${OPERATIONS[op].label}`)],
});

// The one way to change a field that is filtered for, as the only group of the field.
function filteredWay(model, filter, n, held) {
    const way = Object.fromEntries(WAY.filter((name) => name in filter).map((name) => [name, filter[name]]));
    return [{ field: model.field(filter.field), n, held, more: 0, ways: [
        { label: describe(way), n, held, filter: { op: "update", field: filter.field, ...way } }] }];
}

function changedFields(model, filter, { fields, updates, held }) {
    if (updates + held.updates === 0)
        return [];
    if (WAY.some((name) => name in filter))
        return filteredWay(model, filter, updates, held.updates);
    return changedMost(model, fields).filter(({ field }) => !filter.field || field.name === filter.field);
}

// All groups of what fits: those of whole operations, and of each field that changes.
function sorted(model, filter, scope, found) {
    const wanted = (op) => (!filter.op || filter.op === op) && found.totals[op] + found.held.totals[op] > 0;
    const whole = ["delete", "add"].filter((op) => wanted(op) && !filter.field).map((op) => groupOf(op, found));
    const fields = wanted("update")
        ? changedFields(model, filter, found).map((changed) => ({ ...changed, groups: groupsOf(changed) })) : [];
    const isShown = ({ held }) => !scope.held || held > 0;
    return {
        whole: whole.filter(isShown),
        fields: fields.filter(isShown).map((field) => ({ ...field, groups: field.groups.filter(isShown) })),
    };
}

/**
 * part: see modelReview; found: the counts of what fits the filter, see Fitting. Returns the view: see
 * fileView; recount(found) shows other counts, and refresh() what is said about the groups.
 */
export function groupView(part) {
    const { found, model, filter, scope, looked, signal } = part;
    const { whole, fields } = sorted(model, filter, scope, found);
    const around = within(filter);
    const made = [];
    const near = new Set();
    const observer = new IntersectionObserver((entries) => {
        for (const { target, isIntersecting } of entries)
            near[isIntersecting ? "add" : "delete"](target);
        check();
    }, { rootMargin: "300px 0px" });
    signal.addEventListener("abort", () => observer.disconnect());

    const context = {
        ...part, around,
        made(box) {
            made.push(box);
            observer.observe(box.node);
        },
    };

    // Which of the groups that can be seen have been looked at, one question at a time.
    let checking = new AbortController();
    async function check() {
        checking.abort();
        checking = abortedWith(signal);
        const mine = checking.signal;
        for (const box of made.filter(({ node }) => near.has(node))) {
            if (mine.aborted)
                return;
            await box.marks.check(mine).catch(() => {});
        }
    }
    looked.on(check, signal);

    // From within a group to its next change; from a group, or the end of it, to the next one.
    async function next() {
        const all = made.filter(({ node }) => node.isConnected)
            .sort((a, b) => a.node.compareDocumentPosition(b.node) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1);
        const at = all.findIndex(({ node }) => node.contains(document.activeElement));
        if (at >= 0 && all[at].node.open && await all[at].next())
            return true;
        const box = [...all.slice(at + 1), ...all.slice(0, at + 1)].find(({ marks }) => !marks.isLooked);
        box?.enter();
        return Boolean(box);
    }

    function recount(now) {
        const { whole: ops, fields: rest } = sorted(model, filter, { held: false }, now);
        const groups = new Map([...ops, ...rest.flatMap(({ groups: of }) => of)].map((group) => [JSON.stringify(group.filter), group]));
        for (const box of made) {
            const group = groups.get(box.name);
            box.count(group?.n ?? 0, group?.held ?? 0);
        }
    }

    return {
        nodes: [
            el("div", { class: "list-head" }, el("p", {}, "Every change is in one of them",
                fields.length > 1 ? ", or in several if it changes several fields." : ".")),
            whole.map((group) => el("section", { class: "groups" }, boxes([group], context, true))),
            fields.map((changed) => fieldSection(changed, context, Boolean(filter.field))),
            !whole.length && !fields.length && el("p", { class: "empty" }, "Nothing fits this."),
        ],
        again: (until) => Promise.all(made.map((box) => box.again(until))),
        next,
        recount,
        refresh: () => made.forEach((box) => box.refresh()),
    };
}
