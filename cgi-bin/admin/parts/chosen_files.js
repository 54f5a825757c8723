// The files chosen for an upload: what each holds, what is wrong with it, and a way to take it out.
import { el, fill } from "../core/dom.js";
import { bytes } from "../core/format.js";
import { imported } from "../core/text.js";
import { field } from "./form.js";
import { notice } from "./notice.js";
import { checkBeside, checkFile, likelyModel } from "./upload_check.js";

/**
 * A list of files for these models, as a node. `entries` are { file, name: to send it under, model,
 * error }; `changed()` is called when a person has changed what they are.
 */
export function chosenFiles(models, changed) {
    const node = el("ul", { class: "plain chosen-files" });
    let entries = [];

    const sentName = (entry) => entry.renamed ? `${entry.model.name}.${entry.extension}` : entry.file.name;

    // A file whose name says nothing is taken for that of a model that no other file has.
    function entryOf(file) {
        const found = checkFile(file, models);
        const renamed = !found.error && !found.model;
        const model = renamed ? likelyModel(file, models, entries.map((e) => e.model)) : found.model;
        return { ...found, file, model, renamed };
    }

    function removal(entry) {
        return el("button", {
            type: "button", class: "quiet", "aria-label": `Remove ${entry.file.name}`,
            onclick: () => {
                entries = entries.filter((e) => e !== entry);
                show();
                changed();
            },
        }, "Remove");
    }

    // Which model it is to be sent as. With one model there is nothing to choose.
    function naming(entry) {
        if (models.length === 1)
            return notice("info", "The name of a file says what it holds. This one can be uploaded as ",
                el("strong", {}, sentName(entry)), ".");
        const choice = field("It holds", {
            choices: models.map(({ name, title }) => [name, title]), value: entry.model.name,
            onchange: (event) => {
                entry.model = models.find(({ name }) => name === event.target.value);
                show();
                changed();
            },
        });
        return [choice.node, el("p", { class: "hint" },
            "The name of a file says what it holds. This one is uploaded as ", el("strong", {}, sentName(entry)), ".")];
    }

    const item = (entry, wrong) => el("li", {},
        el("p", { class: "file" }, el("strong", {}, imported(entry.file.name)),
            el("span", { class: "muted" }, ` ${bytes(entry.file.size)}`,
                entry.model && !entry.renamed && `, ${entry.model.title}`),
            removal(entry)),
        wrong && el("div", { role: "alert" }, notice("bad", wrong)),
        entry.renamed && naming(entry));

    function show() {
        const usable = [];
        fill(node, entries.map((entry) => {
            entry.name = entry.error ? entry.file.name : sentName(entry);
            entry.wrong = entry.error ?? checkBeside(entry, usable);
            if (!entry.wrong)
                usable.push(entry);
            return item(entry, entry.wrong);
        }));
    }

    /** Adds files. Those that could not be sent, and those of the same name, make way. */
    function add(files) {
        const names = [...files].map((file) => file.name);
        const kept = models.length > 1 ? entries : [];
        entries = kept.filter((entry) => !entry.error && !names.includes(entry.file.name));
        for (const file of files)
            entries.push(entryOf(file));
        show();
    }

    return {
        node, add, show,
        get entries() { return entries; },
        get isReady() { return entries.length > 0 && entries.every((entry) => !entry.wrong); },
        clear() {
            entries = [];
            show();
        },
    };
}
