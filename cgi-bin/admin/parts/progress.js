// What a running job is doing at the moment.
import { announce, el, fill } from "../core/dom.js";
import { bytes, count, number } from "../core/format.js";
import { totals } from "./counts.js";

// For each phase of the worker: a sentence, the share done (null: unknown), and the same in
// figures.
const PHASES = {
    reading: {
        label: "Reading the file",
        part: (p) => p.bytes_total ? p.bytes / p.bytes_total : null,
        figures: (p) => `${bytes(p.bytes)} of ${bytes(p.bytes_total)}, ${count(p.records, "row")}`,
    },
    comparing: {
        label: "Comparing with the library",
        part: () => null,
        figures: (p) => count(p.records, "row"),
    },
    applying: {
        label: "Applying the changes",
        part: (p, sums) => sums?.changes ? Math.min(1, p.records / sums.changes) : null,
        figures: (p, sums) => `${number(p.records)} of ${count(sums?.changes ?? 0, "change")}`,
    },
};
const WAITING = { label: "Waiting for the worker", part: () => null, figures: () => "" };
const STARTING = { ...WAITING, label: "Starting" };

/** A node with show(job), to call whenever the job has been read. */
export function progressBox() {
    const label = el("strong", {});
    const bar = el("progress", { max: 1, "aria-label": "Progress of this import" });
    const figures = el("span", { class: "muted" });
    const node = el("div", { class: "running" }, el("div", { class: "row" }, label, figures), bar);

    function show(job) {
        const phase = PHASES[job.progress?.phase] ?? (job.status === "pending" ? WAITING : STARTING);
        const sums = totals(job.counts);
        const part = job.progress ? phase.part(job.progress, sums) : null;
        if (part === null)
            bar.removeAttribute("value");
        else
            bar.value = part;
        fill(label, phase.label);
        fill(figures, job.progress ? phase.figures(job.progress, sums) : "");
        announce(phase.label);
    }
    return { node, show };
}
