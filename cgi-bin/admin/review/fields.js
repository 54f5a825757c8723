// What follows from the kind of a field: how two values of it are compared, and whether they are
// short enough for several to share a line.
import * as sets from "./sets.js";
import * as value from "./value.js";
import { isRewritten } from "./word_diff.js";
import * as words from "./words.js";

const texts = { ...words, note: words.textNote };

const KINDS = {
    line: { compare: words },
    text: { compare: texts },
    integer: { compare: value, short: true },
    boolean: { compare: value, short: true },
    ref: { compare: value, short: true },
    refs: { compare: sets.references },
    tags: { compare: sets.tags },
    rules: { compare: sets.rules },
};
const OTHER = { compare: value };

export const compareOf = ({ kind }) => (KINDS[kind] ?? OTHER).compare;
export const isShort = ({ kind }) => Boolean((KINDS[kind] ?? OTHER).short);

// The model's fields first, then what else the item has.
function fieldsIn(model, item) {
    const others = Object.keys(item).filter((name) => !model.fields.some((f) => f.name === name));
    return [...model.values, ...others.map((name) => model.field(name))];
}

/** The fields that differ between the two sides of an update. */
export const changedFields = (model, row) =>
    fieldsIn(model, row.new).filter(({ name }) => row.original[name] !== row.new[name]);

/** The texts that are others rather than edited, of an update. */
export const rewrittenTexts = (model, row) => model.values.filter(({ kind, name }) =>
    kind === "text" && isRewritten(row.original[name] ?? "", row.new[name] ?? ""));

/** The fields of an item that have a value. */
export const filledFields = (model, item) =>
    fieldsIn(model, item).filter(({ name }) => item[name] !== "" && item[name] !== undefined);
