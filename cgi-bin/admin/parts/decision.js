// Accepting, cancelling and retrying a job, each after a question that explains what it does.
import * as api from "../core/api.js";
import { el } from "../core/dom.js";
import { capital, count, listed, small } from "../core/format.js";
import * as models from "../core/models.js";
import * as session from "../core/session.js";
import { allFiles, byModel, cards, inWords, totals } from "./counts.js";
import { confirm } from "./dialog.js";
import { label as statusLabel } from "./status.js";
import { warningCount } from "./warnings.js";

const KINDS_NAMED = 3;  // in a question

// What accepting does. There is one decision for all files of a job.
function applies(job, sums) {
    const all = allFiles(job);
    if (!sums.changes)
        return `The ${all ? "files change" : "file changes"} nothing. Accepting ends the import.`;
    return `${all ? `${capital(all)} are applied together` : "All of it is applied to the library"}, or nothing: ` +
        `${inWords(sums)}.`;
}

// What may be wrong with the file, in short.
function warned(job) {
    const kinds = new Set((job.warning_kinds ?? []).map(({ title }) => small(title)));
    return kinds.size > 0 && el("p", {}, el("strong", { class: "warned" }, warningCount(job)),
        ` about the ${job.files?.length > 1 ? "files" : "file"}: ${listed([...kinds].slice(0, KINDS_NAMED))}`,
        kinds.size > KINDS_NAMED ? ", …" : ".");
}

const DECISIONS = {
    accept_changes: {
        label: "Accept changes", kind: "", busy: "Accepting…",
        question: (job, sums) => ({
            title: `Accept import ${job.id}?`,
            content: [
                cards(sums), byModel(job.counts),
                el("p", {}, applies(job, sums)),
                warned(job),
                sums.delete > 0 && el("p", { class: "bad-text" },
                    `${count(sums.delete, "item")} will be deleted.`),
            ],
            yes: sums.changes ? `Accept ${count(sums.changes, "change")}` : "Accept",
        }),
    },
    cancel: {
        label: "Cancel import", kind: "danger quiet", busy: "Cancelling…",
        question: (job, sums) => ({
            title: `Cancel import ${job.id}?`,
            content: el("p", {}, sums
                ? `None of its changes (${inWords(sums)}) will be applied. `
                : "It stops, and nothing is applied. ", "It can be retried later."),
            yes: "Cancel the import", no: "Keep it", danger: true,
        }),
    },
    retry: {
        label: "Retry import", kind: "", busy: "Retrying…",
        question: (job) => ({
            title: `Retry import ${job.id}?`,
            content: el("p", {}, allFiles(job) ? "The same files are" : "The same file is",
                " compared with the library as it is now, and a new review begins."),
            yes: "Retry",
        }),
    },
};

// What was reviewed may have been compared again meanwhile; then nobody has seen those changes.
async function isOutdated(job) {
    const now = await api.get(`library/import/${job.id}/`, { include: "attempts" });
    return now.attempts !== job.attempts;
}

// What to tell somebody who was refused for being a moment too late.
const REFUSALS = {
    wrong_status: (body) =>
        `Somebody was faster: this import is now “${statusLabel(body.status)}”.`,
    model_changed: (body) => {
        models.expire();
        return body.detail;
    },
    job_in_progress: (body) => `One import at a time: import ${body.job} is under way. Accept or cancel it first.`,
};

/**
 * The buttons for what can be done with a job now. Calls `done(job)` with the changed job, or
 * `failed(message)` if the server refused. `first` names what is the main thing to do here, if any.
 */
export function decisionButtons(job, { done, failed, first = "" }) {
    if (!session.may("editor"))
        return [];
    const allowed = Object.keys(DECISIONS).filter((name) => job.actions?.[name]);

    return allowed.map((name) => {
        const { label, kind, busy, question } = DECISIONS[name];
        const look = first === name ? "primary" : kind;
        const button = el("button", { type: "button", class: look || null, onclick: act }, label);

        // A button that is disabled would lose the focus, so it only says that it is.
        function work(is) {
            button.ariaDisabled = is ? "true" : null;
            button.textContent = is ? busy : label;
        }

        async function act() {
            if (button.ariaDisabled || !await confirm(question(job, totals(job.counts))))
                return null;
            work(true);
            try {
                if (name === "accept_changes" && await isOutdated(job)) {
                    work(false);
                    return failed("This import has been compared again meanwhile: look at its changes as they are now.");
                }
                return done(await api.patch(`library/import/${job.id}/`, { status: name }));
            } catch (error) {
                work(false);
                return failed(REFUSALS[error.code]?.(error.body) ?? error.message);
            }
        }
        return button;
    });
}
