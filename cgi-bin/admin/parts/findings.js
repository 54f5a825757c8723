// Errors and warnings of a file, with similar ones grouped: "priority: Ensure this value is less
// than or equal to 10. – 412 rows: 7, 9–31, …"
import { el, fill } from "../core/dom.js";
import { addToRanges, count, rangesText } from "../core/format.js";
import { imported } from "../core/text.js";

const SAMPLES = 5;
const SAMPLE_LENGTH = 120;
const GROUPS_SHOWN = 100;
const RANGES_SHOWN = 40;

// Where in its sheet a value is; the rows say so for all of a group.
const CELL = / Cell: .*?![A-Z]+\d+\.$/u;

// Takes out what a message says of its row alone, so that messages with no other difference are
// grouped.
const pattern = (details) => details.replace(CELL, "").replace(/"[^"]*"/gu, "“…”")
    .replace(/U\+[\dA-F]{4,6}/gu, "U+…").replace(/\d+/gu, "…");

// What is worth seeing in a long value: a character that was lost, or that cannot be seen.
const ODD = /[\ufffd\u0000-\u0008\u000b-\u001f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

/** A value as it stands in the file, cut to what shows the matter. */
function sample(value) {
    const odd = value.search(ODD);
    const from = odd > SAMPLE_LENGTH / 2 && value.length > SAMPLE_LENGTH ? odd - SAMPLE_LENGTH / 2 : 0;
    const text = value.slice(from, from + SAMPLE_LENGTH).replace(/[\ud800-\udfff]/gu, "");  // no half characters
    return [from > 0 && "…", imported(text, "sample"), from + SAMPLE_LENGTH < value.length && "…"];
}

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
                about, file: finding.file, samples: new Set() };
            this.groups.set(key, group);
        }
        group.n += 1;
        group.same &&= group.details === finding.details;
        if (finding.row) {
            addToRanges(group.rows, finding.row);
            this.withRows.add(finding.file);
        }
        if (finding.value && group.samples.size < SAMPLES)
            group.samples.add(finding.value);
        this.total += 1;
    }

    /** The groups, largest first. */
    sorted() {
        return [...this.groups.values()].sort((a, b) => b.n - a.n);
    }
}

/**
 * Row numbers: only the first ones, until the person asks for the rest. They are not counted if
 * `part` says that there are more than are known.
 */
function rowsText({ n, rows }, part) {
    const text = el("span", {}, rangesText(rows, RANGES_SHOWN));
    const all = el("button", {
        type: "button", class: "link",
        onclick: () => {
            fill(text, rangesText(rows));
            all.remove();
        },
    }, "show all");
    return el("p", { class: "rows" },
        el("span", { class: "muted" }, part ? "Rows: " : `${count(n, "row")}: `), text,
        rows.length > RANGES_SHOWN && [", … ", all]);
}

// What all of a group say: the first one's words if `first`, which then stand for the others'.
function sentence({ details, same, about, n }, first) {
    if (same || n === 1)
        return details;
    return first ? details.replace(CELL, "") : about;
}

/**
 * several: they may be about several files, and each says about which. first: of sentences that
 * differ, the first is shown. part: there are more of them than these.
 */
function showGroup(group, { several = false, first = false, part = false }) {
    const samples = [...group.samples];
    return el("li", { class: "finding" },
        el("p", {},
            several && group.file && el("span", { class: "muted" }, imported(group.file), " "),
            group.field && el("strong", { class: "field-name" }, group.field, ": "),
            imported(sentence(group, first))),
        group.rows.length > 0 && rowsText(group, part),
        samples.length > 0 && el("p", { class: "muted" }, "Found there: ",
            samples.map((value, i) => [i > 0 && ", ", sample(value)]),
            samples.length < group.n && samples.length === SAMPLES && ", …"));
}

/** The groups, largest first; see showGroup. */
export function findingList(findings, how = {}) {
    const groups = findings.sorted();
    return [
        el("ul", { class: "findings" }, groups.slice(0, GROUPS_SHOWN).map((group) => showGroup(group, how))),
        groups.length > GROUPS_SHOWN &&
            el("p", { class: "muted" }, `and ${count(groups.length - GROUPS_SHOWN, "more kind")}.`),
    ];
}
