// One change of a diff: an item that is added, updated or deleted.
import { el, fill, newId, unseen } from "../core/dom.js";
import { count, number } from "../core/format.js";
import { imported } from "../core/text.js";
import { OPERATIONS } from "../parts/counts.js";
import { changedFields, filledFields } from "./fields.js";
import * as words from "./words.js";

const PREVIEW = 400;  // characters of an item's text: more than fit in the two lines shown

// The item that the change is about, as it will be or as it was.
const itemOf = (op, row) => op === "delete" ? row.original : row.new;

function term({ name, label, compare }, op, row) {
    if (op !== "update")
        return [el("dt", {}, label), el("dd", {}, compare.plain(itemOf(op, row)[name]))];
    const note = compare.note(row.original[name], row.new[name]);
    return [
        el("dt", {}, label, note && el("span", { class: "note" }, note)),
        el("dd", {}, compare.difference(row.original[name], row.new[name])),
    ];
}

/** The fields of an item, with short ones together in one line; for an update, their changes. */
function fieldList(fields, op, row) {
    const short = fields.filter((field) => field.short);
    const long = fields.filter((field) => !field.short);
    const line = short.length > 0 &&
        el("dl", { class: "short-fields" }, short.map((field) => el("div", {}, term(field, op, row))));
    const rest = long.length > 0 &&
        el("dl", {}, long.map((field) => el("div", { class: "field-change" }, term(field, op, row))));
    return el("div", { class: "fields" }, op === "update" ? [line, rest] : [rest, line]);
}

/** The fields to show: those that differ in an update, all of an added or deleted item. */
const fieldsOf = (op, row) => op === "update" ? changedFields(row) : filledFields(itemOf(op, row));

/** All fields to show, without the title if `heading` shows it. */
export const changeFields = (op, row, { heading = false } = {}) =>
    fieldList(fieldsOf(op, row).filter(({ name }) => !(heading && name === "title")), op, row);

// Shows a change of the title within the heading itself.
function titleOf(op, row, compared) {
    const before = row.original.title;
    if (op !== "update" || before === row.new.title || !compared)
        return imported(itemOf(op, row).title);
    const note = words.note(before, row.new.title);
    return [words.inLine(before, row.new.title), note && el("span", { class: "note" }, ` ${note}`)];
}

/** An article that the keyboard can reach, with `button` at the end of its heading's line. */
function article({ op, row }, { name = "", compared = true, button = null }, ...content) {
    const id = newId("title");  // a change may stand in several groups
    const { sign, label } = OPERATIONS[op];
    const heading = el("h3", { id },
        el("span", { class: `op ${op}`, "aria-hidden": "true" }, sign), unseen(`${label}: `),
        imported(itemOf(op, row).id, "item-id"), " ",
        el("span", { class: "title" }, titleOf(op, row, compared)),
        el("span", { class: "entry", title: `Record ${number(row.entry)} of the file` },
            `entry ${number(row.entry)}`));
    return el("article", {
        class: `change ${op} ${name}`.trim(), tabindex: "-1", "aria-labelledby": id,
    }, button ? el("div", { class: "line" }, heading, button) : heading, content);
}

/** A change with everything that differs. */
export const changeArticle = (change) =>
    article(change, {}, changeFields(change.op, change.row, { heading: true }));

function preview(item) {
    const text = item.text.slice(0, PREVIEW).replace(/\s+/gu, " ");
    return el("p", { class: "preview" }, imported(item.text.length > PREVIEW ? `${text}…` : text));
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

/**
 * A short form, for one of many similar changes: what differs in `field` (or, if that is null, the
 * beginning of the item's text), and the rest on request.
 */
export function changeBrief(change, field) {
    const { op, row } = change;
    const rest = fieldsOf(op, row).filter(({ name }) => name !== field?.name && (field || name !== "title"));
    const label = op === "update" ? count(rest.length, "other field") : "All of it";
    const { button, more } = unfolding(label, () => fieldList(rest, op, row));

    // Rows do not repeat what their whole group has in common.
    const own = field && !field.short && field.name !== "title" && fieldList([field], op, row);
    return article(change, { name: "brief", compared: field?.name === "title", button: rest.length > 0 && button },
        own || (!field && preview(itemOf(op, row))), more);
}
