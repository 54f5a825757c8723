// Errors and warnings of a file, with similar ones grouped: "priority: Ensure this value is less
// than or equal to 10. – 412 rows: 7, 9–31, …"
import { el, fill } from "../core/dom.js";
import { addToRanges, count, rangesText } from "../core/format.js";
import { imported } from "../core/text.js";

const SAMPLES = 5;
const GROUPS_SHOWN = 100;
const RANGES_SHOWN = 40;

// Takes out what a message quotes from its row, so that messages with no other difference are
// grouped.
const pattern = (details) => details.replace(/"[^"]*"/gu, "“…”").replace(/\d{2,}/gu, "…");

export class Findings {
    groups = new Map();
    withRows = new Set();  // the files of those that are about rows, rather than a whole file
    total = 0;

    add(finding) {
        const about = pattern(finding.details);
        const key = JSON.stringify([finding.file, finding.field, about]);
        let group = this.groups.get(key);
        if (!group) {
            group = { field: finding.field, details: finding.details, same: true, n: 0, rows: [],
                about, file: finding.file, samples: new Map() };
            this.groups.set(key, group);
        }
        group.n += 1;
        group.same &&= group.details === finding.details;
        if (finding.row) {
            addToRanges(group.rows, finding.row);
            this.withRows.add(finding.file);
        }
        const sample = finding.value ?? "";
        if (sample && group.samples.size < SAMPLES)
            group.samples.set(sample, finding.row);
        this.total += 1;
    }

    /** The groups, largest first. */
    sorted() {
        return [...this.groups.values()].sort((a, b) => b.n - a.n);
    }
}

/** Row numbers: only the first ones, until the person asks for the rest. */
function rowsText({ n, rows }) {
    const text = el("span", {}, rangesText(rows, RANGES_SHOWN));
    const all = el("button", {
        type: "button", class: "link",
        onclick: () => {
            fill(text, rangesText(rows));
            all.remove();
        },
    }, "show all");
    return el("p", { class: "rows" }, el("span", { class: "muted" }, `${count(n, "row")}: `), text,
        rows.length > RANGES_SHOWN && [", … ", all]);
}

function showGroup(group, several) {
    const samples = [...group.samples.keys()];
    return el("li", { class: "finding" },
        el("p", {},
            several && group.file && el("span", { class: "muted" }, imported(group.file), " "),
            group.field && el("strong", { class: "field-name" }, group.field, ": "),
            imported(group.same ? group.details : group.about)),
        group.rows.length > 0 && rowsText(group),
        samples.length > 0 && el("p", { class: "muted" }, "Found there: ",
            samples.map((s, i) => [i > 0 && ", ", imported(s.slice(0, 120), "sample")]),
            group.samples.size < group.n && group.samples.size === SAMPLES && ", …"));
}

/** several: they may be about several files, and each says about which. */
export function findingList(findings, several = false) {
    const groups = findings.sorted();
    return [
        el("ul", { class: "findings" }, groups.slice(0, GROUPS_SHOWN).map((group) => showGroup(group, several))),
        groups.length > GROUPS_SHOWN &&
            el("p", { class: "muted" }, `and ${count(groups.length - GROUPS_SHOWN, "more kind")} of error.`),
    ];
}

/** The warnings of a job, or false. */
export function warningPanel(job) {
    const findings = new Findings();
    (job.warnings ?? []).forEach((finding) => findings.add(finding));
    return findings.total > 0 && el("section", { class: "panel warn" },
        el("h2", {}, count(findings.total, "warning")), findingList(findings, job.files?.length > 1));
}
