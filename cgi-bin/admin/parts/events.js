// The audit trail of a job.
import { el } from "../core/dom.js";
import { person, time } from "../core/format.js";
import { imported } from "../core/text.js";
import { badge } from "./status.js";

// {files} is the file of the job, or its files; {what} the detail, which otherwise follows.
const SENTENCES = {
    created: "uploaded the {files}",
    started: "began to compare",
    ready: "finished the comparison",
    accepted: "accepted the changes",
    succeeded: "applied the changes",
    failed: "stopped: the import failed",
    cancel_requested: "asked to cancel",
    cancelled: "cancelled the import",
    expired: "cancelled the import: nobody reviewed it in time",
    purged: "deleted the {files} and the diff: they were kept long enough",
    retried: "retried the import",
    held: "held back {what}",
    hold_released: "released {what}",
    commented: "wrote {what}",
    answered: "answered {what}",
    comment_edited: "changed the text of {what}",
    comment_resolved: "marked {what} as resolved",
    comment_reopened: "opened {what} again",
    comment_deleted: "deleted {what}",
    approved: "approved this review",
    approval_withdrawn: "took back their approval",
    worker_lost: "was lost; its work is done again",
    released: "gave the job back",
};

function sentence({ event, detail }, files) {
    const [before, after] = (SENTENCES[event] ?? event).replace("{files}", files > 1 ? "files" : "file").split("{what}");
    return after === undefined ? [before, detail && [": ", imported(detail)]]
        : [before, imported(detail ?? "something"), after];
}

function row(event, several, files) {
    return el("tr", {},
        el("td", {}, time(event.date, { exact: true, seconds: true })),
        el("td", { class: "lead" }, person(event.by, "The service"), " ",
            sentence(event, files)),
        el("td", {}, badge(event.status)),
        several && el("td", { "data-label": "Attempt", class: "number" }, event.attempt));
}

/**
 * events: those of one job with so many files. Shows which attempt they belong to if there were
 * several.
 */
export function eventTable(events, files) {
    const several = events.some((e) => e.attempt > 1);
    const headings = ["When", "Who did what", "Status after", several && "Attempt"].filter(Boolean);
    return el("table", { class: "list" },
        el("caption", { class: "unseen" }, "What happened to this import, oldest first"),
        el("thead", {}, el("tr", {}, headings.map((h) =>
            el("th", { scope: "col", class: h === "Attempt" ? "number" : null }, h)))),
        el("tbody", {}, events.map((event) => row(event, several, files))));
}
