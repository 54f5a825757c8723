// A new import: choose or drop a file, see at once what is wrong with its name or size, and send
// it.
import * as api from "../core/api.js";
import { announce, el, fill } from "../core/dom.js";
import { bytes, number } from "../core/format.js";
import * as router from "../core/router.js";
import { imported } from "../core/text.js";
import { exportLinks, templateLinks } from "../parts/downloads.js";
import { notice } from "../parts/notice.js";
import { activeStatuses } from "../parts/status.js";
import { upload } from "../parts/upload.js";
import { checkFile, FORMATS, MAX_BYTES } from "../parts/upload_check.js";

const jobLink = (id) => el("a", { href: `/jobs/${id}/` }, `import ${number(id)}`);

const blocked = (id) => notice("warn", "One import at a time: ", jobLink(id),
    " is under way. Accept or cancel it first.");

async function currentId(signal) {
    const answer = await api.get("library/import/", { status__in: activeStatuses().join(",") }, signal);
    return answer.results[0]?.id ?? null;
}

/** The area to drop a file on, with a button that does the same. Calls `chosen(files)`. */
function dropZone(chosen) {
    const input = el("input", {
        type: "file", id: "file", class: "unseen", accept: FORMATS.map((f) => `.${f}`).join(","),
        "aria-describedby": "file-hint", onchange: () => input.files.length && chosen(input.files),
    });
    const zone = el("div", { class: "drop" }, input,
        el("p", {}, el("label", { for: "file", class: "button primary" }, "Choose a file"),
            el("span", {}, " or drop one here")),
        el("p", { id: "file-hint", class: "muted" },
            `standard.csv, .json, .yaml or .xlsx, up to ${bytes(MAX_BYTES)}`));

    const over = (is) => (event) => {
        event.preventDefault();
        zone.classList.toggle("over", is);
    };
    zone.addEventListener("dragover", over(true));
    zone.addEventListener("dragleave", over(false));
    zone.addEventListener("drop", (event) => {
        over(false)(event);
        if (event.dataTransfer.files.length)
            chosen(event.dataTransfer.files);
    });
    const isChosen = (is) => zone.classList.toggle("chosen", is);
    return {
        node: zone,
        isChosen,
        clear: () => {
            input.value = "";
            zone.hidden = false;
            isChosen(false);
        },
    };
}

const title = (file) => el("p", { class: "file" }, el("strong", {}, imported(file.name)), ` ${bytes(file.size)}`);

/** Shows the chosen file and sends it on request. */
function sender(state, { signal, reset, obstacle, zone }) {
    let sending = null;

    function failed(error, file, name) {
        if (error.name === "AbortError")
            return reset();
        const isBusy = error.code === "job_in_progress" && error.body.job;
        fill(obstacle);
        zone.hidden = false;
        fill(state, title(file), el("div", { role: "alert" },
            isBusy ? blocked(error.body.job) : notice("bad", error.message)), choice(file, name));
        return null;
    }

    async function send(file, name) {
        const bar = el("progress", { max: 1, value: 0, "aria-label": "Upload" });
        const figures = el("span", { class: "muted" });
        sending = new AbortController();
        zone.hidden = true;
        signal.addEventListener("abort", () => sending.abort());
        fill(state, el("div", { class: "running" },
            el("div", { class: "row" }, el("strong", {}, "Uploading ", imported(name)), figures), bar,
            el("div", { class: "buttons" },
                el("button", { type: "button", onclick: () => sending.abort() }, "Stop"))));
        announce(`Uploading ${name}`);
        try {
            const job = await upload(file, name, {
                signal: sending.signal,
                progress: (sent, total) => {
                    bar.value = total ? sent / total : 0;
                    fill(figures, sent === total ? "Storing…" : `${bytes(sent)} of ${bytes(total)}`);
                },
            });
            announce("Uploaded");
            router.navigate(`/jobs/${job.id}/`);
        } catch (error) {
            failed(error, file, name);
        }
    }

    function choice(file, name) {
        const button = el("button", { type: "button", class: "primary", onclick: () => send(file, name) },
            name === file.name ? "Upload and compare" : `Upload it as ${name}`);
        return el("div", { class: "buttons" },
            el("button", { type: "button", onclick: reset }, "Another file"), button);
    }

    return function chosen(files) {
        const [file] = files;
        const { error, rename } = files.length > 1
            ? { error: "Only one file per content model can be uploaded." } : checkFile(file);
        if (error) {
            fill(state, title(file), el("div", { role: "alert" }, notice("bad", error)));
            return;
        }
        const name = rename ?? file.name;
        fill(state, title(file),
            rename && notice("info", "The name of a file says what it holds. This one can be uploaded as ",
                el("strong", {}, rename), "."),
            choice(file, name));
        state.querySelector("button.primary").focus();
    };
}

export default async function importPage({ signal }) {
    const state = el("div", { class: "chosen-file" });
    const zone = dropZone((files) => {
        zone.isChosen(true);
        chosen(files);
    });
    const reset = () => {
        fill(state);
        zone.clear();
    };
    const obstacle = el("div", {});
    const chosen = sender(state, { signal, reset, obstacle, zone: zone.node });
    const current = await currentId(signal);
    fill(obstacle, current && blocked(current));

    return {
        title: "New import",
        node: [
            el("h1", {}, "New import"),
            el("p", { class: "lead" }, "The file is compared with the library. You then see what it would add, ",
                "update and delete; nothing changes until somebody accepts that."),
            obstacle,
            el("section", { class: "panel", "aria-label": "File" }, zone.node, state),
            el("div", { class: "columns" },
                el("section", { class: "panel" }, el("h2", {}, "Edit what is there"),
                    el("p", {}, "The whole library. Change what you like and import it again; ",
                        "items you take out of the file are left as they are."),
                    exportLinks()),
                el("section", { class: "panel" }, el("h2", {}, "Start with a template"),
                    el("p", {}, "All columns, with an example. An empty id makes a new item; ",
                        "mark_delete set to true deletes one."),
                    templateLinks())),
        ],
    };
}
