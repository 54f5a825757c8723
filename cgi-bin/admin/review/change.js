// One change of a diff: an item that is added, updated or deleted.
import { el, fill, newId, unseen } from "../core/dom.js";
import { count, listed, number, small } from "../core/format.js";
import { imported } from "../core/text.js";
import { addressOf } from "../parts/address.js";
import { OPERATIONS } from "../parts/counts.js";
import { changedFields, compareOf, filledFields, isShort, rewrittenTexts } from "./fields.js";
import { threads } from "./threads.js";
import { mark } from "./warned.js";
import * as words from "./words.js";

const PREVIEW = 400;  // characters of an item's text: more than fit in the two lines shown

// The item that the change is about, as it will be or as it was.
const itemOf = (op, row) => op === "delete" ? row.original : row.new;

// The warnings that stand with a field's value, rather than above all fields.
const marksOf = (field, warnings) => isShort(field) ? [] : warnings.filter((w) => w.field === field.name);

function term(field, op, row, warnings) {
    const { name, label, help } = field;
    const compare = compareOf(field);
    const before = row.original[name] ?? "";
    const after = row.new[name] ?? "";
    const note = op === "update" && compare.note(before, after);
    const shown = op === "update" ? compare.difference(before, after) : compare.plain(op === "add" ? after : before);
    return [
        el("dt", { title: help || null }, label, note && el("span", { class: "note" }, note)),
        el("dd", {}, shown, marksOf(field, warnings).map((warning) => mark(warning))),
    ];
}

/** The fields of an item, with short ones together in one line; for an update, their changes. */
function fieldList(fields, op, row, warnings = []) {
    const short = fields.filter(isShort);
    const long = fields.filter((field) => !isShort(field));
    const line = short.length > 0 &&
        el("dl", { class: "short-fields" }, short.map((field) => el("div", {}, term(field, op, row, warnings))));
    const rest = long.length > 0 &&
        el("dl", {}, long.map((field) => el("div", { class: "field-change" }, term(field, op, row, warnings))));
    return el("div", { class: "fields" }, op === "update" ? [line, rest] : [rest, line]);
}

/** The fields to show: those that differ in an update, all of an added or deleted item. */
const fieldsOf = (op, row, model) =>
    op === "update" ? changedFields(model, row) : filledFields(model, itemOf(op, row));

/** All fields to show. */
export const changeFields = (op, row, model) => fieldList(fieldsOf(op, row, model), op, row);

// The warnings about a change that do not stand with one of these fields.
function marksAbove(warnings, fields, model) {
    const rest = warnings.filter((w) => !fields.some((field) => marksOf(field, [w]).length));
    return rest.length > 0 && el("div", { class: "marks" },
        rest.map((w) => mark(w, w.field === model.headed?.name ? ""
            : model.fields.find(({ name }) => name === w.field)?.label ?? w.field ?? "")));
}

// Shows a change of what the item is known by within the heading itself, whatever else is shown of
// the change: under its id may be another item now.
function titleOf(op, row, model) {
    const before = model.headingOf(row.original);
    const now = model.headingOf(row.new);
    if (op !== "update" || before === now)
        return imported(model.headingOf(itemOf(op, row)));
    const note = words.note(before, now);
    return [words.inLine(before, now), note && el("span", { class: "note" }, ` ${note}`)];
}

// Does the library have the item, or at least its history?
const isInLibrary = (op, job) => op !== "add" || job.status === "success";

function idOf(op, row, { job, model }) {
    const { id } = itemOf(op, row);
    const name = "item-id";
    return isInLibrary(op, job) ? el("a", { href: `/library/${model.name}/${id}/`, class: name }, imported(id))
        : imported(id, name);
}

const threadsOf = new WeakMap();  // an article → what is said about its change

/** Shows what is said about the changes within a node, as it is now. */
export const refreshThreads = (within) =>
    within.querySelectorAll("article.change").forEach((node) => threadsOf.get(node)?.show());

function changeThreads({ op, row }, { model, comments }, back) {
    const { id } = itemOf(op, row);
    const fields = fieldsOf(op, row, model).map(({ name, label }) => [name, label]);
    return threads({ model: model.name, item: id, says: id },
        { comments, about: [["", "all of the change"], ...fields], back });
}

/**
 * An article that the keyboard can reach, with a `note` after its title and a `button` at the end of
 * its heading's line.
 */
function article(change, part, { name = "", note = "", button = null }, ...content) {
    const { op, row } = change;
    const { job, model } = part;
    const said = changeThreads(change, part, () => node.focus({ preventScroll: true }));
    const id = newId("title");  // a change may stand in several groups
    const { sign, label } = OPERATIONS[op];
    const heading = el("h3", { id },
        el("span", { class: `op ${op}`, "aria-hidden": "true" }, sign), unseen(`${label}: `),
        idOf(op, row, part), " ",
        model.headed && el("span", { class: "title" }, titleOf(op, row, model)),
        note && el("span", { class: "note" }, note),
        el("a", {
            class: "entry", href: addressOf(job, model, row.entry),
            title: `Record ${number(row.entry)} of the file: the address of this change`,
        }, `entry ${number(row.entry)}`));
    const node = el("article", {
        class: `change ${op} ${name}`.trim(), tabindex: "-1", "aria-labelledby": id, "data-entry": row.entry,
    }, el("div", { class: "line" }, heading, said.count, button, said.write), content, said.node);
    threadsOf.set(node, said);
    return node;
}

/** A change with everything that differs. part: see modelReview. */
export function changeArticle(change, part) {
    const { op, row, warnings } = change;
    const { model } = part;
    const fields = fieldsOf(op, row, model).filter((field) => field !== model.headed);  // that is the heading
    return article(change, part, {},
        marksAbove(warnings, fields, model), fieldList(fields, op, row, warnings));
}

function preview(item, model) {
    const text = item[model.ofKind("text")?.name] ?? "";
    const beginning = text.slice(0, PREVIEW).replace(/\s+/gu, " ");
    return text !== "" && el("p", { class: "preview" },
        imported(text.length > PREVIEW ? `${beginning}…` : beginning));
}

/** A button that shows and hides the rest of a change, which is made when first shown. */
function unfolding(label, make) {
    const more = el("div", { id: newId("rest"), hidden: true });
    const button = el("button", {
        type: "button", class: "quiet unfold", "aria-expanded": "false", "aria-controls": more.id,
        onclick: () => {
            if (!more.firstChild)
                fill(more, make());
            more.hidden = !more.hidden;
            button.setAttribute("aria-expanded", String(!more.hidden));
        },
    }, label);
    return { button, more };
}

// Says that a text is another one, unless it is the field that is shown and says so itself.
const rewrittenNote = (row, model, shown) => listed(rewrittenTexts(model, row)
    .filter((field) => field !== shown).map(({ label }) => `${small(label)} rewritten`));

/**
 * A short form, for one of many similar changes: its title before and after, what differs in
 * `field` (or, if that is null, the beginning of the item's text), and the rest on request.
 */
export function changeBrief(change, field, part) {
    const { op, row, warnings } = change;
    const { model } = part;
    const rest = fieldsOf(op, row, model).filter((f) => f.name !== field?.name && f !== model.headed);
    const label = op === "update" ? count(rest.length, "other field") : "All of it";
    const { button, more } = unfolding(label, () => fieldList(rest, op, row));

    // Rows do not repeat what their whole group has in common.
    const inHeading = field !== null && field === model.headed;
    const own = field && !isShort(field) && !inHeading && fieldList([field], op, row, warnings);
    const note = op === "update" && rewrittenNote(row, model, own && field);
    return article(change, part, { name: "brief", note, button: rest.length > 0 && button },
        marksAbove(warnings, own ? [field] : [], model),
        own || (!field && preview(itemOf(op, row), model)), more);
}
