// The states of a job. The server says (session/) which states there are, which of them are active
// and whose turn it is in each; the texts for people are here.
import { el } from "../core/dom.js";
import * as session from "../core/session.js";

const WORDS = {
    pending: { label: "Waiting", tone: "busy" },
    generating_diff: { label: "Comparing", tone: "busy" },
    ready_for_review: { label: "Ready for review", tone: "ready" },
    applying_changes: { label: "Applying", tone: "busy" },
    success: { label: "Applied", tone: "good" },
    fail: { label: "Failed", tone: "bad" },
    cancel: { label: "Cancelled", tone: "off" },
};

const facts = (job) => session.statuses().find((s) => s.name === job.status);
const names = (active) => session.statuses().filter((s) => s.active === active).map((s) => s.name);

export const label = (status) => WORDS[status]?.label ?? status.replaceAll("_", " ");

/** Has the job not ended yet? */
export const isActive = (job) => facts(job)?.active ?? false;
/** Does a worker have the job, or will one soon? */
export const isRunning = (job) => facts(job)?.turn === "worker";
/** Is the job waiting for people? */
export const isWaiting = (job) => facts(job)?.turn === "people";
export const hasDiff = (job) => (job.counts ?? []).length > 0;

export const activeStatuses = () => names(true);
export const endedStatuses = () => names(false);

/** The title of a page about a job, which also tells who looks at another one. */
export const titled = (job, what) => `${label(job.status)} · ${what} ${job.id}`;

export const badge = (status) =>
    el("span", { class: `badge ${WORDS[status]?.tone ?? "busy"}` }, label(status));
