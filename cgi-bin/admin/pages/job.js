// One import job: its state, what it found, what can be done with it, and its history.
import * as api from "../core/api.js";
import { announce, el, fill } from "../core/dom.js";
import { bytes, capital, count, number, person, time } from "../core/format.js";
import * as models from "../core/models.js";
import { poll } from "../core/poll.js";
import * as session from "../core/session.js";
import { imported } from "../core/text.js";
import { applied, byModel, cards, totals } from "../parts/counts.js";
import { decisionButtons } from "../parts/decision.js";
import { eventTable } from "../parts/events.js";
import { Findings, findingList } from "../parts/findings.js";
import { heldBack, heldDownloads } from "../parts/held.js";
import { errorPlace, notice } from "../parts/notice.js";
import { progressBox } from "../parts/progress.js";
import { called, noteBlock, ownName } from "../parts/said.js";
import { badge, isRunning, isWaiting, label, titled } from "../parts/status.js";
import { steps } from "../parts/steps.js";
import { isBlameless, showUnapplied } from "../parts/unapplied.js";
import { warningCount, warningPanel } from "../parts/warnings.js";
import { approvals } from "../review/approvals.js";
import { Comments } from "../review/comments.js";
import { discussion } from "../review/discussion.js";
import { steadily } from "../review/steady.js";

const INCLUDE = "progress,files,counts,actions,attempts,notes,review";
const ERRORS_PAGE = 5000;
const ERRORS_READ = 100000;  // the most the server keeps

const OUTCOMES = {
    success: (sums, said) => ["good", sums?.held
        ? `The library has ${count(sums.changes, "change")} of this import. ${heldBack(sums.held, false)}.`
        : sums?.changes ? `The library has all ${count(sums.changes, "change")} of this import.`
        : `The ${said.file} changed nothing.`],
    cancel: () => ["info", "This import was cancelled. Nothing of it was applied."],
    ready_for_review: (sums, said) => sums?.changes || sums?.held
        ? ["info", `Nothing has changed yet. Review what the ${said.file} would do, then accept or cancel.`]
        : ["info", `The ${said.file} ${said.says} what the library already has: there is nothing to change.`],
};

// The words for one file, or for several.
const wordsFor = (job) => job.files.length > 1
    ? { file: "files", says: "say", it: "them" } : { file: "file", says: "says", it: "it" };

// The way to what is said of warnings, further down the page.
function toWarnings(job) {
    const words = warningCount(job);
    return words && [" See the ", el("a", { href: "#warnings" }, words), " below."];
}

function result(job) {
    const sums = totals(applied(job));
    const outcome = OUTCOMES[job.status]?.(sums, wordsFor(job));
    if (!outcome && !sums)
        return null;
    return [
        outcome && notice(...outcome, isWaiting(job) && toWarnings(job)),
        sums && cards(sums),
        sums?.held > 0 && !isWaiting(job) && !job.files.some(({ purged }) => purged) && heldDownloads(job),
        byModel(applied(job), (name) => `/jobs/${job.id}/review/?model=${name}`),
    ];
}

// The next step comes first: reviewing the changes, correcting the file, or comparing it again.
function actions(job, callbacks) {
    const ready = isWaiting(job);
    const changes = totals(job.counts)?.changes > 0;
    const again = isBlameless(job);
    const decisions = decisionButtons(job, {
        ...callbacks, first: again ? "retry" : ready && !changes ? "accept_changes" : "",
    });
    return [
        again && decisions,
        changes && el("a", { class: ready ? "button primary" : "button", href: `/jobs/${job.id}/review/` },
            ready ? "Review changes" : "Show changes"),
        job.status === "fail" && !again && session.may("editor") &&
            el("a", { class: "button primary", href: "/import/" },
                job.files.length > 1 ? "Upload mended files" : "Upload a mended file"),
        !again && decisions,
    ];
}

const fileLine = (job, file) => el("li", {},
    file.purged ? imported(file.filename)
        : el("a", { href: api.address(`library/import/${job.id}/files/${file.content_model}/`), download: true },
            imported(file.filename)),
    el("span", { class: "muted" }, ` ${models.named(file.content_model).title}`,
        `, ${bytes(file.bytes)}, ${file.format.toUpperCase()}`,
        file.purged ? ", no longer kept" : ", the original file"));

// The failed rows of a file, to be mended and uploaded again.
const failedRows = (job, file, several) => el("a", {
    class: "button", download: true,
    href: api.address(`library/import/${job.id}/errors/`, { format: "csv", content_model: file.content_model }),
}, "Download the failed rows ", several && ["of ", imported(file.filename), " "], "(CSV)");

/** Reads all errors, page by page, and shows them as they come. */
async function showErrors(job, node, signal) {
    const findings = new Findings("error");
    const several = job.files.length > 1;
    const said = wordsFor(job);
    const summary = el("p", { role: "status" }, "Reading…");
    const list = el("div", {});
    const rows = el("div", { class: "buttons" });
    fill(node, el("div", { class: "head" }, el("h2", {}, `What is wrong with the ${said.file}`), rows), summary, list);

    for (let page = 1, more = true; more && findings.total < ERRORS_READ; page++) {
        const answer = await api.get(`library/import/${job.id}/errors/`,
            { page_size: ERRORS_PAGE, page }, signal);
        answer.results.forEach((finding) => findings.add(finding));
        more = answer.next !== null;
        const downloads = models.inOrder(job.files).filter((file) => findings.withRows.has(file.filename))
            .map((file) => failedRows(job, file, several));
        fill(rows, downloads, downloads.length > 0 &&
            el("span", { class: "muted" }, "Commas separate the cells: in Excel, Data, From Text/CSV."));
        fill(summary, `${count(answer.count, "error")}, ${count(findings.groups.size, "kind")}. `,
            `Nothing was applied. Mend the ${said.file} and upload ${said.it} again.`);
        fill(list, findingList(findings, { several }));
    }
}

const readEvents = async (id, signal) =>
    (await api.get(`library/import/${id}/events/`, {}, signal)).results;

const readWarnings = (id, signal) =>
    api.get(`library/import/${id}/`, { include: "warnings,warning_kinds" }, signal);

export default async function jobPage({ params, signal, entitle }) {
    const { id } = params;
    const readJob = api.watcher(`library/import/${id}/`, { include: INCLUDE });
    let job = null;
    const progress = progressBox();
    const failures = errorPlace();
    const offline = el("div", {});
    // It stays the same one, so that who reads there is not lost when the status changes.
    const heading = el("h1", { tabindex: "-1" });
    const uploaded = el("p", { class: "muted" });
    const parts = {
        head: el("div", { class: "head" }, heading, uploaded),
        said: el("div", { class: "about" }), steps: el("div", {}), progress: el("div", {}),
        result: el("section", { "aria-label": "Result" }), actions: el("div", { class: "buttons" }),
        errors: el("section", { class: "panel" }), warnings: el("div", {}),
        files: el("section", { class: "panel" }), events: el("section", { class: "panel" }),
    };
    let last = "";       // what all of the page is about
    let lastReview = "";
    let warnings = {};   // the job's, which stay as they are

    function refused(words) {
        failures.say(words);
        refresh().catch(() => {});
    }

    function changed() {
        failures.say(null);
        refresh().catch(() => {});
    }

    // What others do about a review shows, and leaves alone what does not depend on it.
    async function showReview() {
        const events = await readEvents(id, signal);
        fill(parts.result, result({ ...job, ...warnings }));
        fill(parts.events, el("h2", {}, "What happened"), eventTable(events, job.files.length));
    }

    async function show() {
        progress.show(job);
        const next = `${job.status} ${job.attempts} ${job.triggered}`;
        const review = JSON.stringify(job.review);
        if (next === last && review === lastReview)
            return;
        lastReview = review;
        if (next === last) {
            await showReview();
            return;
        }
        const [events, warned] = await Promise.all([
            readEvents(id, signal), readWarnings(id, signal),
            models.load(...job.files.map((file) => file.content_model)),
        ]);
        warnings = { warnings: warned.warnings, warning_kinds: warned.warning_kinds };
        const latest = () => ({ ...job, ...warnings });
        const failed = job.status === "fail";
        if (last)
            announce(`Import ${job.id}: ${label(job.status)}`);
        last = next;
        entitle(titled(job, "Import"));
        const focused = document.activeElement;
        const wasHere = Object.values(parts).some((part) => part.contains(focused));
        fill(heading, `Import ${number(job.id)} `, badge(job.status));
        fill(uploaded, "Uploaded ", time(job.triggered), " by ", person(job.triggered_by));
        fill(parts.said, ownName(job) && el("p", {}, called(job)), noteBlock(job));
        fill(parts.steps, steps(events));
        fill(parts.progress, isRunning(job) && progress.node);
        fill(parts.result, result(latest()));
        fill(parts.actions, actions(latest(), { done: changed, failed: refused, latest }));
        fill(parts.warnings, warningPanel(latest()));
        fill(parts.files, el("h2", {}, capital(wordsFor(job).file)),
            el("ul", { class: "plain" }, models.inOrder(job.files).map((f) => fileLine(job, f))));
        fill(parts.events, el("h2", {}, "What happened"), eventTable(events, job.files.length));
        if (wasHere && !focused.isConnected)
            heading.focus();
        parts.errors.hidden = !failed;
        if (failed)
            (isBlameless(job) ? showUnapplied : showErrors)(job, parts.errors, signal)
                .catch((error) => signal.aborted || failures.say(error));
    }

    // What review/live.js is to a review.
    const listeners = [];
    const live = { get now() { return job; }, on: (listener) => listeners.push(listener), ask: refresh };

    async function refresh() {
        const before = job;
        job = await readJob(signal) ?? job;
        if (before && job !== before)
            listeners.forEach((listener) => listener(job, before));
        await show();
    }

    await refresh();
    const comments = new Comments(live, signal);
    await comments.read();
    const approving = await approvals(live, failures.say, signal);
    approving.panel.append(approving.slot);
    const talk = discussion(live, comments, signal);
    talk.show();
    comments.on(() => steadily(talk.show));
    // Also after its end: people discuss it, and others may try it again.
    poll(refresh, {
        signal, whileHidden: true,
        failed: (error) => fill(offline, error && notice("warn", `${error.message} Trying again…`)),
    });

    return {
        title: titled(job, "Import"),
        node: [
            el("nav", { class: "crumbs", "aria-label": "Breadcrumb" }, el("a", { href: "/jobs/" }, "Imports")),
            parts.head, parts.said, parts.steps, offline, failures.node, parts.progress, parts.result,
            parts.actions, parts.errors, parts.warnings, approving.panel, talk.node, parts.files, parts.events,
        ],
    };
}
