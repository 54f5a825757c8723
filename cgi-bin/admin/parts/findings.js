// Errors and warnings of a file, with similar ones grouped: "priority: Ensure this value is less
// than or equal to 10. – 412 rows: 7, 9–31, …". What a warning says of several fields is said once.
import { el, fill } from "../core/dom.js";
import { addToRanges, count, rangesText } from "../core/format.js";
import { imported } from "../core/text.js";

const SAMPLES = 5;
const SAMPLE_LENGTH = 120;
const GROUPS_SHOWN = 100;
const RANGES_SHOWN = 40;

// Where in its sheet a value is; the rows say so for all of a group.
const CELL = / Cell: .*?![A-Z]+\d+(:[A-Z]+\d+)?\.$/su;

// Take out what a message says of its row alone, so that messages with no other difference are
// grouped: numbers, and what is quoted. Of warnings the first speaks for all, so that not even what
// stands between two quotes need remain.
const QUOTED = { error: /"[^"]*"/gu, warning: /".*"/gsu };
const pattern = (details, level) => details.replace(CELL, "").replace(QUOTED[level], "“…”")
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

    /** level: error or warning. */
    constructor(level) {
        this.level = level;
    }

    add(finding) {
        const about = pattern(finding.details, this.level);
        const key = JSON.stringify([finding.file, this.level === "error" && finding.field, about]);
        let group = this.groups.get(key);
        if (!group) {
            group = { details: finding.details, same: true, n: 0, places: new Map(),
                about, file: finding.file, samples: new Set() };
            this.groups.set(key, group);
        }
        group.n += 1;
        group.same &&= group.details === finding.details;
        this.#addPlace(group.places, finding);
        if (finding.value && group.samples.size < SAMPLES)
            group.samples.add(finding.value);
        this.total += 1;
    }

    #addPlace(places, { file, field, row }) {
        if (!places.has(field))
            places.set(field, { field, n: 0, rows: [] });
        const place = places.get(field);
        place.n += 1;
        if (row) {
            addToRanges(place.rows, row);
            this.withRows.add(file);
        }
    }

    /** The groups, largest first. */
    sorted() {
        return [...this.groups.values()].sort((a, b) => b.n - a.n);
    }
}

const fieldName = (field) => field && el("strong", { class: "field-name" }, field, ": ");

/**
 * Row numbers: only the first ones, until the person asks for the rest. They are not counted if
 * `part` says that there are more than are known.
 */
function rowsText({ field, n, rows }, { named, part }) {
    const text = el("span", {}, rangesText(rows, RANGES_SHOWN));
    const all = el("button", {
        type: "button", class: "link",
        onclick: () => {
            fill(text, rangesText(rows));
            all.remove();
        },
    }, "show all");
    return el("p", { class: "rows" },
        named && fieldName(field),
        el("span", { class: "muted" }, part ? "Rows: " : `${count(n, "row")}: `), text,
        rows.length > RANGES_SHOWN && [", … ", all]);
}

// What all of a group say.
function sentence({ details, same, about, n }, level) {
    if (same || n === 1)
        return details;
    return level === "warning" ? details.replace(CELL, "") : about;
}

/**
 * level: error or warning. several: they may be about several files, and each says about which.
 * part: there are more of them than these.
 */
function showGroup(group, level, { several = false, part = false }) {
    const samples = [...group.samples];
    const places = [...group.places.values()];
    const withRows = places.filter(({ rows }) => rows.length > 0);
    const named = level === "warning" && withRows.length > 0;  // below, with the rows
    return el("li", { class: "finding" },
        el("p", {},
            several && group.file && el("span", { class: "muted" }, imported(group.file), " "),
            !named && fieldName(places[0].field),
            imported(sentence(group, level))),
        withRows.map((place) => rowsText(place, { named, part })),
        samples.length > 0 && el("p", { class: "muted" }, "Found there: ",
            samples.map((value, i) => [i > 0 && ", ", sample(value)]),
            samples.length < group.n && samples.length === SAMPLES && ", …"));
}

/** The groups, largest first; see showGroup. */
export function findingList(findings, how = {}) {
    const groups = findings.sorted();
    return [
        el("ul", { class: "findings" }, groups.slice(0, GROUPS_SHOWN).map((group) => showGroup(group, findings.level, how))),
        groups.length > GROUPS_SHOWN &&
            el("p", { class: "muted" }, `and ${count(groups.length - GROUPS_SHOWN, "more kind")}.`),
    ];
}
