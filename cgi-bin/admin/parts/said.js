// What people say about an import: the name of what they uploaded, and their note for reviewers.
import { el } from "../core/dom.js";
import { imported, importedBlock } from "../core/text.js";

export const NAME_MAX = 255;
export const NOTE_MAX = 10000;

/** What the server takes as a name, made of the names that the files have where they come from. */
export const nameOf = (files) => [...files.map(({ name }) => name).join(", ").replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ")]
    .slice(0, NAME_MAX).join("");

/** The name of an import, if its files are called otherwise here; else null. */
export function ownName(job) {
    const sent = (job.files ?? []).map(({ filename }) => filename).join(", ");
    return job.notes?.name && job.notes.name !== sent ? job.notes.name : null;
}

/** What an import is called: its own name and the files as which it was sent, or these alone. */
export function called(job) {
    const files = (job.files ?? []).map(({ filename }, i) => [i > 0 && ", ", imported(filename)]);
    const name = ownName(job);
    return name ? [imported(name), el("span", { class: "muted" }, " as ", files)] : files;
}

/** The note for reviewers, whole or (brief) its first lines; null if there is none. */
export function noteBlock(job, { brief = false } = {}) {
    const note = job.notes?.note;
    return note ? importedBlock(note, brief ? "said brief" : "said") : null;
}
