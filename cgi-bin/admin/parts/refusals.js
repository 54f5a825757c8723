// Why the server refused what somebody decided, in words that say what to do now.
import { el } from "../core/dom.js";
import { count, number } from "../core/format.js";
import * as models from "../core/models.js";
import { addressOf } from "./address.js";
import { inWords, totals } from "./counts.js";
import { label as statusLabel } from "./status.js";

const LINKS = 20;  // to changes that are different now

// Each change that is different since, as { model, entry }. A pair is the first of several and the last.
function* entriesOf(since) {
    for (const { content_model: model, entries } of since)
        for (const [first, last = first] of entries.map((range) => [range].flat()))
            for (let entry = first; entry <= last; entry++)
                yield { model, entry };
}

/** Links to the changes that are different since, in a list; null if there are none. */
export function sinceLinks(job, since) {
    const changes = (since ?? []).reduce((n, row) => n + row.changes, 0);
    if (!changes)
        return null;
    const several = job.counts?.length > 1;
    const links = [];
    for (const { model, entry } of entriesOf(since)) {
        if (links.length === LINKS)
            break;
        links.push(el("li", {}, el("a", { href: addressOf(job, { name: model }, entry) },
            several && `${models.named(model).title}, `, `entry ${number(entry)}`)));
    }
    const rest = changes - links.length;
    return el("ul", { class: "since" }, links, rest > 0 && el("li", {}, `and ${number(rest)} more`));
}

const differs = (n) => n ? `${count(n, "change")} ${n === 1 ? "is" : "are"} different since` : "no change is different since";

// Another review than the one on the page.
function reviewChanged(job, { since }) {
    if (!since)
        return "This is not a review that this import has had. Nothing was done. Look at it as it is now, then decide.";
    const n = since.reduce((sum, row) => sum + row.changes, 0);
    return [
        `This is not the review that you have seen: ${differs(n)}. Nothing was done. `,
        n ? "Look at what is different, then decide again:" : "Decide again.",
        sinceLinks(job, since),
    ];
}

function approvalsMissing({ needed, given }) {
    return `This review needs the approval of ${count(needed, "person", "people")} who did not upload or retry it, and has ` +
        `${given ? number(given) : "none"}. Nothing was applied. Ask somebody to approve it.`;
}

const WORDS = {
    wrong_status: (job, { status }) => `Somebody was faster: this import is now “${statusLabel(status)}”.`,
    review_changed: reviewChanged,
    model_changed: (job, { detail }) => {
        models.expire();
        return detail;
    },
    open_comments: (job, { open }) => `${count(open, "comment")} ${open === 1 ? "is" : "are"} open. Nothing was applied. ` +
        `Answer ${open === 1 ? "it and mark it" : "them and mark them"} as resolved, then accept.`,
    approvals_missing: (job, body) => approvalsMissing(body),
    counts_differ: (job, { counts }) => `Accepting would not do what this page said, but: ${inWords(totals(counts))}. ` +
        "Nothing was applied. Look at the changes again, then decide.",
    confirm_deletes: (job, body) => `This would delete ${count(body.delete, "item")}, a large part of the library. ` +
        "Nothing was applied. Type that number if it is meant.",
    nothing_to_apply: (job, { held }) => `All ${count(held, "change")} are held back, so that there is nothing to apply. ` +
        "Release some, or cancel the import.",
    job_in_progress: (job, body) => `One import at a time: import ${body.job} is under way. Accept or cancel it first.`,
};

/** What to tell somebody whose decision about a job, with its counts, was refused. */
export const refusalWords = (job, error) => WORDS[error.code]?.(job, error.body) ?? error.message;
