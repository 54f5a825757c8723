// The states of a job: what they are called, how they look, which of them last.
import { el } from "../core/dom.js";

export const STATUSES = {
    pending: { label: "Waiting", tone: "busy", running: true, underWay: true },
    generating_diff: { label: "Comparing", tone: "busy", running: true, underWay: true },
    ready_for_review: { label: "Ready for review", tone: "ready", running: false, underWay: true },
    applying_changes: { label: "Applying", tone: "busy", running: true, underWay: true },
    success: { label: "Applied", tone: "good", running: false, underWay: false },
    fail: { label: "Failed", tone: "bad", running: false, underWay: false },
    cancel: { label: "Cancelled", tone: "off", running: false, underWay: false },
};

export const UNDER_WAY = Object.keys(STATUSES).filter((s) => STATUSES[s].underWay).join(",");

export const isRunning = (job) => STATUSES[job.status].running;
export const hasDiff = (job) => (job.counts ?? []).length > 0;

export const badge = (status) =>
    el("span", { class: `badge ${STATUSES[status].tone}` }, STATUSES[status].label);
