// A new import: choose or drop files, see at once what is wrong with their names or sizes, and send
// them.
import * as api from "../core/api.js";
import { announce, el, fill } from "../core/dom.js";
import { bytes, count, listed, number } from "../core/format.js";
import * as models from "../core/models.js";
import * as router from "../core/router.js";
import { imported } from "../core/text.js";
import { chosenFiles } from "../parts/chosen_files.js";
import { exportLinks, formatsHint, templateLinks } from "../parts/downloads.js";
import { field } from "../parts/form.js";
import { notice } from "../parts/notice.js";
import { NOTE_MAX } from "../parts/said.js";
import { activeStatuses } from "../parts/status.js";
import { upload } from "../parts/upload.js";
import { FORMATS, MAX_BYTES, SUPPORTED } from "../parts/upload_check.js";

const MODELS_NAMED = 6;  // in the hint; the downloads below name all

const jobLink = (id) => el("a", { href: `/jobs/${id}/` }, `import ${number(id)}`);

const blocked = (id) => notice("warn", "One import at a time: ", jobLink(id),
    " is under way. Accept or cancel it first.");

async function currentId(signal) {
    const answer = await api.get("library/import/", { status__in: activeStatuses().join(",") }, signal);
    return answer.results[0]?.id ?? null;
}

// "standard.csv, .json, .yaml or .xlsx"; "standard.csv, threat.csv, or the same as .json, …"
function hint(all) {
    const [first, ...others] = SUPPORTED;
    const names = all.slice(0, MODELS_NAMED).map(({ name }) => `${name}.${first}`);
    const formats = others.map((format) => `.${format}`);
    const size = `up to ${bytes(MAX_BYTES)}`;
    if (all.length === 1)
        return `${listed([...names, ...formats], "or")}, ${size}`;
    return `${names.join(", ")}${all.length > names.length ? ", …" : ""} or the same as ${listed(formats, "or")}: ` +
        `one file of a kind, all in one format, together ${size}`;
}

/**
 * The area to drop files on, with a button that does the same. Calls `chosen(files)`, also for files
 * that are dropped beside it, which the browser would otherwise take for itself.
 */
function dropZone(all, chosen, signal) {
    const several = all.length > 1;
    const input = el("input", {
        type: "file", id: "file", class: "unseen", accept: FORMATS.map((f) => `.${f}`).join(","),
        multiple: several, "aria-describedby": "file-hint",
        onchange: () => {
            if (input.files.length)
                chosen([...input.files]);
            input.value = "";  // so that the same file can be chosen again
        },
    });
    const zone = el("div", { class: "drop" }, input,
        el("p", {}, el("label", { for: "file", class: "button primary" }, several ? "Choose files" : "Choose a file"),
            el("span", {}, several ? " or drop them here" : " or drop one here")),
        el("p", { id: "file-hint", class: "muted" }, hint(all)));

    const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
    const over = (is) => (event) => {
        if (holdsFiles(event))
            event.preventDefault();
        zone.classList.toggle("over", is && holdsFiles(event));
    };
    document.addEventListener("dragover", over(true), { signal });
    document.addEventListener("dragleave", over(false), { signal });
    document.addEventListener("drop", (event) => {
        over(false)(event);
        if (event.dataTransfer?.files.length)
            chosen([...event.dataTransfer.files]);
    }, { signal });
    return { node: zone, input, isChosen: (is) => zone.classList.toggle("chosen", is) };
}

/**
 * Sends the files of a list, showing how far that is. Resolves to the job. refusal: a place for what
 * cannot be done meanwhile.
 */
async function send(entries, { note, state, refusal, signal }) {
    const bar = el("progress", { max: 1, value: 0, "aria-label": "Upload" });
    const figures = el("span", { class: "muted" });
    const sending = new AbortController();
    const what = entries.length === 1 ? imported(entries[0].name) : count(entries.length, "file");
    const stop = el("button", { type: "button", onclick: () => sending.abort() }, "Stop");
    signal.addEventListener("abort", () => sending.abort());
    fill(state, el("div", { class: "running" },
        el("div", { class: "row" }, el("strong", {}, "Uploading ", what), figures), bar,
        el("div", { class: "buttons" }, stop), refusal));
    stop.focus();
    announce(entries.length === 1 ? `Uploading ${entries[0].name}` : `Uploading ${entries.length} files`);
    const job = await upload(entries, {
        note, signal: sending.signal,
        progress: (sent, total) => {
            bar.value = total ? sent / total : 0;
            fill(figures, sent === total ? "Storing…" : `${bytes(sent)} of ${bytes(total)}`);
        },
    });
    announce("Uploaded");
    return job;
}

const asks = (event) => event.preventDefault();  // the browser then asks whether to leave

/**
 * The area of the page where files are chosen and sent: nodes, and isSending(), whether leaving the
 * page would stop that.
 */
function uploader(all, obstacle, signal) {
    const state = el("div", { class: "chosen-file" });
    const failure = el("div", { role: "alert" });
    const files = chosenFiles(all, changed);
    const note = field("Note for reviewers", {
        lines: 3, maxlength: NOTE_MAX, hint: "What is new in it, where to look: whoever reviews it sees this.",
    });
    let sending = false;
    const zone = dropZone(all, (chosen) => {
        if (sending)
            return fill(failure, notice("warn", "Files are being uploaded. Stop that first if others are to be sent."));
        files.add(chosen);
        return changed();
    }, signal);

    const label = ({ entries }) => entries.length > 1 ? `Upload ${entries.length} files and compare`
        : entries[0].renamed ? `Upload it as ${entries[0].name}` : "Upload and compare";

    function show() {
        const any = files.entries.length > 0;
        zone.node.hidden = false;
        zone.isChosen(any);
        fill(state, any && files.node, failure,
            files.isReady && note.node,
            files.isReady && el("div", { class: "buttons" },
                el("button", { type: "button", class: "primary", onclick: start }, label(files))));
    }

    // What comes next has the focus: sending the files, or taking out the one that is wrong.
    function next() {
        show();
        (state.querySelector("button.primary, li:has([role=alert]) button") ?? zone.input).focus();
    }

    function changed() {
        fill(failure);
        next();
    }

    function setSending(is) {
        sending = is;
        if (is)
            addEventListener("beforeunload", asks, { signal });
        else
            removeEventListener("beforeunload", asks);
    }

    function failed(error) {
        const busy = error.code === "job_in_progress" && error.body.job;
        if (signal.aborted)
            return;
        fill(failure);
        if (error.name === "AbortError")
            files.clear();
        else
            fill(failure, busy ? blocked(busy) : notice("bad", error.message));
        fill(obstacle);
        next();
    }

    async function start() {
        zone.node.hidden = true;
        fill(failure);
        setSending(true);
        try {
            const job = await send(files.entries, { note: note.value, state, refusal: failure, signal });
            setSending(false);
            router.navigate(`/jobs/${job.id}/`);
        } catch (error) {
            setSending(false);
            failed(error);
        }
    }
    return { nodes: [zone.node, state], isSending: () => sending };
}

/** What downloads there are of each model; with one model there is no need to name it. */
const downloads = (all, links) => all.length === 1 ? links(all[0])
    : el("dl", { class: "by-model" }, all.map((model) =>
        el("div", {}, el("dt", {}, model.title), el("dd", {}, links(model)))));

// The names of the fields of a kind, which may differ between models: "id", "id or number".
const called = (all, kind) =>
    listed([...new Set(all.map((model) => model.ofKind(kind)?.name).filter(Boolean))], "or");

function templateHelp(all) {
    const deletion = called(all, "delete");
    return ["All columns, with an example. An empty ", called(all, "id"), " makes a new item",
        deletion && `; ${deletion} set to true deletes one`, "."];
}

export default async function importPage({ signal }) {
    const [all, current] = await Promise.all([models.load(), currentId(signal)]);
    const obstacle = el("div", {}, current && blocked(current));
    const { nodes, isSending } = uploader(all, obstacle, signal);

    return {
        title: "New import",
        isBusy: isSending,
        node: [
            el("h1", {}, "New import"),
            el("p", { class: "lead" }, all.length > 1 ? "The files are" : "The file is", " compared with the library. ",
                "You then see what would be added, updated and deleted; nothing changes until somebody accepts that."),
            obstacle,
            el("section", { class: "panel", "aria-label": all.length > 1 ? "Files" : "File" },
                nodes),
            el("div", { class: "columns" },
                el("section", { class: "panel" }, el("h2", {}, "Edit what is there"),
                    el("p", {}, "The whole library. Change what you like and import it again; ",
                        "items you take out of the file are left as they are."),
                    downloads(all, exportLinks), formatsHint()),
                el("section", { class: "panel" }, el("h2", {}, "Start with a template"),
                    el("p", {}, templateHelp(all)),
                    downloads(all, templateLinks))),
        ],
    };
}
