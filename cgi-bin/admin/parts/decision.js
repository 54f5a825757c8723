// Accepting, cancelling and retrying a job, each after a question that explains what it does.
import * as api from "../core/api.js";
import { el, fill } from "../core/dom.js";
import { capital, count, listed, number, small } from "../core/format.js";
import * as session from "../core/session.js";
import { allFiles, applied, byModel, cards, inWords, totals } from "./counts.js";
import { confirm } from "./dialog.js";
import { field } from "./form.js";
import { refusalWords } from "./refusals.js";
import { NOTE_MAX } from "./said.js";
import { warningCount } from "./warnings.js";

const KINDS_NAMED = 3;  // in a question

/**
 * What accepting does and what stands against it, for a job with its review: "Apply 340 changes, hold
 * 5 back, 2 comments open".
 */
export function consequences(job) {
    const sums = totals(applied(job));
    const { comments, approvals } = job.review;
    const missing = Math.max(0, approvals.needed - approvals.given);
    return [
        sums.changes ? `Apply ${count(sums.changes, "change")}` : sums.held ? "Apply nothing" : "Nothing to apply",
        sums.held > 0 && `hold ${number(sums.held)} back`,
        comments.open > 0 && `${count(comments.open, "comment")} open`,
        missing > 0 && `${count(missing, "approval")} missing`,
    ].filter(Boolean).join(", ");
}

// What accepting does. There is one decision for all files of a job.
function applies(job, sums) {
    const all = allFiles(job);
    if (!sums.changes && sums.held)
        return "All changes are held back, so that there is nothing to apply.";
    if (!sums.changes)
        return `The ${all ? "files change" : "file changes"} nothing. Accepting ends the import.`;
    const what = all ? `${capital(all)} are applied together` : "All of it is applied to the library";
    return [`${what}, or nothing: ${inWords(sums)}.`,
        sums.held > 0 && ` ${count(sums.held, "change")} ${sums.held === 1 ? "is" : "are"} held back and left out.`];
}

// What may be wrong with the file, in short.
function warned(job) {
    const kinds = new Set((job.warning_kinds ?? []).map(({ title }) => small(title)));
    return kinds.size > 0 && el("p", {}, el("strong", { class: "warned" }, warningCount(job)),
        ` about the ${job.files?.length > 1 ? "files" : "file"}: ${listed([...kinds].slice(0, KINDS_NAMED))}`,
        kinds.size > KINDS_NAMED ? ", …" : ".");
}

// How much of the diff the person has marked as looked at: to be known, it decides nothing. It is asked
// for while the question is read.
function looked(job) {
    const node = el("p", {});
    const all = totals(job.counts)?.changes;
    const read = ({ content_model: model }) => api.get(`library/import/${job.id}/diff/${model}/looked/`);
    if (all)
        Promise.all(job.counts.map(read)).then((answers) => {
            const n = answers.reduce((sum, answer) => sum + answer.count, 0);
            fill(node, n === all ? `You have looked at all ${number(all)}.`
                : `You have looked at ${number(n)} of ${number(all)}.`);
        }, () => {});
    return node;
}

const open = ({ review }) => review?.comments.open > 0 && el("p", {}, el("strong", { class: "warned" },
    `${count(review.comments.open, "comment")} ${review.comments.open === 1 ? "is" : "are"} open.`));

const noteField = () => field("Note (optional)", { lines: 2, maxlength: NOTE_MAX, hint: "Kept with the import, for all to read." });

/** Asks for the number of deletes to be typed, if there are so many that it may be an accident. */
function deletesField(job) {
    const n = job.review?.confirm_deletes;
    return n ? field(`Type ${n} to confirm that ${count(n, "item")} will be deleted`,
        { inputmode: "numeric", autocomplete: "off", hint: "That is a large part of the library." }) : null;
}

function acceptQuestion(job) {
    const sums = totals(applied(job));
    const deletes = deletesField(job);
    const typed = () => deletes.value.replace(/[\s.,]/gu, "");
    return {
        title: `Accept import ${job.id}?`,
        content: [
            cards(sums), byModel(applied(job)),
            el("p", {}, applies(job, sums)),
            looked(job), open(job), warned(job),
            sums.delete > 0 && el("p", { class: "bad-text" },
                `${count(sums.delete, "item")} will be deleted.`),
            deletes?.node,
        ],
        yes: sums.changes ? `Accept ${count(sums.changes, "change")}` : "Accept",
        isReady: () => !deletes || typed() === String(job.review.confirm_deletes),
        first: deletes?.input,
        // What is accepted is what was seen.
        sends: { review: job.review?.version, expect: { add: sums.add, update: sums.update, delete: sums.delete } },
    };
}

const DECISIONS = {
    accept_changes: { label: "Accept changes", kind: "", busy: "Accepting…", question: acceptQuestion },
    cancel: {
        label: "Cancel import", kind: "danger quiet", busy: "Cancelling…",
        question: (job) => {
            const sums = totals(job.counts);
            return {
                title: `Cancel import ${job.id}?`,
                content: el("p", {}, sums
                    ? `None of its changes (${inWords(sums)}) will be applied. `
                    : "It stops, and nothing is applied. ", "It can be retried later."),
                yes: "Cancel the import", no: "Keep it", danger: true,
            };
        },
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

/**
 * The buttons for what can be done with a job (with its counts, actions and review) now. Calls
 * `done(job)` with the changed job, or `failed(words, code)` if the server refused. `first` names what
 * is the main thing to do here, if any; `latest()` is the job as the page shows it when somebody
 * decides.
 */
export function decisionButtons(job, { done, failed, first = "", latest = () => job }) {
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
            const shown = latest();
            const note = noteField();
            const { content, sends = {}, ...asked } = question(shown);
            if (button.ariaDisabled || !await confirm({ ...asked, content: [content, note.node] }))
                return null;
            work(true);
            try {
                const said = note.value.trim() ? { note: note.value.trim() } : {};
                return done(await api.patch(`library/import/${job.id}/`, { status: name, ...sends, ...said }));
            } catch (error) {
                work(false);
                return failed(refusalWords(shown, error), error.code);
            }
        }
        return button;
    });
}
