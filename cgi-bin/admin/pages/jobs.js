// All import jobs. The one under way is on top, updated live.
import * as api from "../core/api.js";
import { el, fill } from "../core/dom.js";
import { count, number, person, time } from "../core/format.js";
import { poll } from "../core/poll.js";
import * as session from "../core/session.js";
import { applied, inShort, inWords, totals } from "../parts/counts.js";
import { notice } from "../parts/notice.js";
import { pager, sortHeading } from "../parts/pager.js";
import { progressBox } from "../parts/progress.js";
import { called, noteBlock } from "../parts/said.js";
import { activeStatuses, badge, endedStatuses, hasDiff, isRunning, isWaiting, label } from "../parts/status.js";
import { warningCount } from "../parts/warnings.js";

const PAGE_SIZE = 20;
const filters = () => [["", "All"], ...endedStatuses().map((status) => [status, label(status)])];

const none = () => el("span", { class: "muted none" }, "–");
const by = (date, someone) => [time(date), " ", el("span", { class: "by" }, "by ", person(someone))];

// If there are more errors, the last in the list is a sentence that says so.
function errorCount(errors) {
    const more = errors.length > 1 && errors.at(-1).row === null && errors.at(-1).field === null;
    return el("span", { class: "muted" },
        more ? `over ${count(errors.length - 1, "error")}` : count(errors.length, "error"));
}

const held = (sums) => sums.held > 0 && `, ${number(sums.held)} held back`;

function changes(job) {
    const sums = totals(applied(job));
    if (sums)
        return [inShort(sums), el("span", { class: "muted" }, held(sums))];
    return job.errors?.length ? errorCount(job.errors) : none();
}

const row = (job) => el("tr", {},
    el("th", { scope: "row", "data-label": "Import" },
        el("a", { href: `/jobs/${job.id}/` }, `Import ${number(job.id)}`)),
    el("td", { class: "lead" }, badge(job.status)),
    el("td", { "data-label": "File" }, called(job), noteBlock(job, { brief: true })),
    el("td", { "data-label": "Changes" }, changes(job)),
    el("td", { "data-label": "Uploaded" }, by(job.triggered, job.triggered_by)),
    el("td", { "data-label": "Accepted" }, job.accepted ? by(job.accepted, job.accepted_by) : none()));

function table(jobs, query) {
    return el("table", { class: "list" },
        el("caption", { class: "unseen" }, "Import jobs"),
        el("thead", {}, el("tr", {},
            sortHeading("Import", "id", query, "-id"),
            sortHeading("Status", "status", query, "-id"),
            el("th", { scope: "col" }, "File"),
            el("th", { scope: "col" }, "Changes"),
            sortHeading("Uploaded", "triggered", query, "-id"),
            el("th", { scope: "col" }, "Accepted"))),
        el("tbody", {}, jobs.map(row)));
}

// Reads the job under way. Asks for a list, so that having no such job is not an error.
async function readCurrent(signal) {
    const query = { status__in: activeStatuses().join(","), include: "files,counts,progress,actions,notes,review" };
    const answer = await api.get("library/import/", query, signal);
    return answer.results[0] ?? null;
}

const readKinds = (id, signal) => api.get(`library/import/${id}/`, { include: "warning_kinds" }, signal);

function currentPanel() {
    const node = el("section", { "aria-label": "Import under way" });
    const progress = progressBox();
    const sums = el("span", {});
    let last = "";

    function showSums(job) {
        const found = isWaiting(job) && totals(applied(job));
        fill(sums, found && [": ", inWords(found), held(found), "."]);
    }

    function show(job) {
        if (job && isRunning(job))
            progress.show(job);
        if (job)
            showSums(job);
        const next = job ? `${job.id} ${job.status}` : "";
        if (next === last)
            return;
        last = next;
        if (!job) {
            fill(node);
            return;
        }
        const ready = isWaiting(job);
        fill(node, el("div", { class: "panel current" },
            el("div", { class: "row" },
                el("div", {},
                    el("h2", {}, el("a", { href: `/jobs/${job.id}/` }, `Import ${number(job.id)}`), " ",
                        badge(job.status)),
                    el("p", {}, called(job), ", uploaded ", time(job.triggered), " by ", person(job.triggered_by),
                        sums,
                        ready && warningCount(job) && [" ", el("span", { class: "warned" }, warningCount(job)), "."]),
                    noteBlock(job, { brief: true })),
                ready && hasDiff(job) &&
                    el("a", { class: "button primary", href: `/jobs/${job.id}/review/` }, "Review changes")),
            isRunning(job) && progress.node));
    }
    return { node, show };
}

export default async function jobs({ query, signal }) {
    const list = el("div", {});
    const current = currentPanel();
    const filter = el("nav", { class: "chips", "aria-label": "Filter by status" });
    let present = query;
    let currentKey = "";

    async function read() {
        const answer = await api.get("library/import/", {
            status: present.get("status"), ordering: present.get("ordering"), page: present.get("page"),
            page_size: PAGE_SIZE, include: "files,counts,notes,review",
        }, signal);
        fill(filter, filters().map(([value, name]) => el("a", {
            href: value ? `/jobs/?status=${value}` : "/jobs/",
            "aria-current": (present.get("status") ?? "") === value ? "true" : null,
        }, name)));
        fill(list, answer.results.length
            ? [
                table(answer.results, present),
                pager({ total: answer.count, size: PAGE_SIZE, query: present, noun: "import" }),
            ]
            : el("p", { class: "empty" }, present.get("status")
                ? `No import has the status “${label(present.get("status"))}”.`
                : "Nothing has been imported yet."));
    }

    async function follow() {
        const job = await readCurrent(signal);
        const key = job ? `${job.id} ${job.status}` : "";
        const waits = currentKey !== key && job && isWaiting(job);
        current.show(waits ? { ...job, ...await readKinds(job.id, signal) } : job);
        if (currentKey !== key && currentKey !== null)
            await read();
        currentKey = key;
    }

    const update = (next) => {
        present = next;
        read().catch((error) => signal.aborted || fill(list, notice("bad", error.message)));
    };

    currentKey = null;
    await Promise.all([follow(), read()]);
    poll(follow, { signal, every: 2000 });

    return {
        title: "Imports",
        update,
        node: [
            el("div", { class: "head" }, el("h1", {}, "Imports"),
                session.may("editor") && el("a", { class: "button primary", href: "/import/" }, "New import")),
            current.node, filter, list,
        ],
    };
}


