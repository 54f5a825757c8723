// The content models: which kinds of items there are, and which fields an item of each has. The
// server declares them (library/models/), in the order in which people should see them.
import * as api from "./api.js";

// What items of the library have besides the fields of their model.
const FACTS = new Set(["type", "created_date", "last_updated_date", "last_updated_by"]);
const WORDS = new Set(["line", "text"]);
const SORTED = new Set(["id", "line", "integer", "boolean", "ref"]);

let known = null;      // [Model], once they have been read
let reading = null;    // the request for them
let outdated = false;  // something was met that they do not tell of

class Model {
    constructor(declared) {
        Object.assign(this, declared);
        /** The fields that say something about an item: not its id, not the command to delete it. */
        this.values = this.fields.filter(({ kind }) => kind !== "id" && kind !== "delete");
        /** The field that people know an item by, or null. */
        this.headed = this.fields.find(({ name, kind }) => name === declared.heading && WORDS.has(kind)) ?? null;
    }

    /** The first field of a kind, or null. */
    ofKind(kind) {
        return this.fields.find((field) => field.kind === kind) ?? null;
    }

    /**
     * The field of that name. One that the model does not have goes by its name, so that nothing is
     * left out if the server's model has changed since.
     */
    field(name) {
        const field = this.fields.find((f) => f.name === name);
        outdated ||= !field;
        return field ?? { name, label: name, kind: "", help: "" };
    }

    /** What the item is known by, besides its id; "" if it has nothing of that kind. */
    headingOf(item) {
        return this.headed ? item[this.headed.name] ?? "" : "";
    }

    /** Has an item of the library the fields of this model and no others? */
    fits(item) {
        const names = new Set(this.fields.map(({ name }) => name));
        return this.values.every(({ name }) => name in item) &&
            Object.keys(item).every((name) => names.has(name) || FACTS.has(name));
    }

    isId(text) {
        return text.replace(/^C/, "").replace(/\d+$/, "") === this.prefix;
    }
}

/** Can a list be ordered by the field? */
export const isSorted = ({ kind }) => SORTED.has(kind);

async function read() {
    const { results } = await api.get("library/models/");
    known = results.map((declared) => new Model(declared));
    outdated = false;
}

/**
 * Reads the models, and resolves to all of them. They are read only once, but for one of these
 * names that is not known yet, and when they have turned out to be outdated.
 */
export async function load(...names) {
    const missing = !known || names.some((name) => !known.some((model) => model.name === name));
    if (missing || outdated)
        await (reading ??= read().finally(() => { reading = null; }));
    return known;
}

/** The model as it is by now, for an item of it that was just read. */
export async function asOf(item, model) {
    if (!item || model.fits(item))
        return model;
    outdated = true;
    await load();
    return named(model.name);
}

/** Lets the models be read again by the next load(). */
export function expire() {
    outdated = true;
}

/** The loaded model of that name. Of one that is there no more only the name is known. */
export const named = (name) => known.find((model) => model.name === name) ??
    new Model({ name, title: name, prefix: "", heading: null, fields: [] });

/** The loaded model whose items have such ids, or null. */
export const ofId = (id) => known.find((model) => model.isId(id)) ?? null;

/** Rows that each have a content_model, in the order of the models. */
export function inOrder(rows) {
    const place = ({ content_model: name }) => known.findIndex((model) => model.name === name);
    return [...rows].sort((a, b) => place(a) - place(b));
}
