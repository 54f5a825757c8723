// The warnings of a job: how many there are of which kind, what they say, and the changes that they
// are about.
import * as api from "../core/api.js";
import { announce, el, fill, newId, unseen } from "../core/dom.js";
import { count, number } from "../core/format.js";
import { imported } from "../core/text.js";
import { totals } from "./counts.js";
import { Findings, findingList } from "./findings.js";
import { notice } from "./notice.js";
import { isWaiting } from "./status.js";

const ALL_OPEN = 2;     // so few kinds are open from the beginning; of more, the first
const KINDS_SHOWN = 6;  // until the person asks for the rest
const PAGE = 10000;     // warnings read at once

// Of a kind with more warnings than a job shows, the last says how many more there are.
const isRest = ({ row, entry, details }) =>
    row === null && entry === null && /^and \d+ more of this kind/.test(details);

/**
 * The kinds of a job's warnings, the most frequent first: { file, kind, title, count, told: those
 * that are known }. Warnings of before there were kinds have the kind "".
 */
export function warningKinds(job) {
    const told = (job.warnings ?? []).filter((warning) => !isRest(warning));
    return (job.warning_kinds ?? []).map((kind) => ({
        ...kind, told: told.filter((w) => w.file === kind.file && (w.kind ?? "") === kind.kind),
    }));
}

/** "12 warnings of 3 kinds", or "" if there are none. */
export function warningCount(job) {
    const kinds = job.warning_kinds ?? [];
    const names = new Set(kinds.map(({ kind }) => kind)).size;
    const n = kinds.reduce((sum, kind) => sum + kind.count, 0);
    if (!n)
        return "";
    return count(n, "warning") + (names > 1 ? ` of ${count(names, "kind")}` : "");
}

/** What people call a kind of warning. */
export const warningTitle = (job, name) =>
    (job.warning_kinds ?? []).find(({ kind }) => kind === name)?.title ?? name;

const modelOf = (job, file) => job.files.find(({ filename }) => filename === file)?.content_model;

/** The address of the changes that warnings of a kind are about, or null if they are about none. */
function changesAddress(job, { file, kind, told }) {
    const model = modelOf(job, file);
    if (!kind || !model || !totals(job.counts)?.changes || !told.some(({ entry }) => entry))
        return null;
    const query = new URLSearchParams({ ...(job.counts.length > 1 && { model }), warning: kind });
    return `/jobs/${job.id}/review/?${query}`;
}

// Several warnings may be about one change; how many changes there are is known if all are told.
function changesLink(job, kind) {
    const href = changesAddress(job, kind);
    const n = new Set(kind.told.map(({ entry }) => entry).filter(Boolean)).size;
    const label = kind.told.length < kind.count ? "Show these changes"
        : n === 1 ? "Show the change" : `Show the ${number(n)} changes`;
    return href && el("a", { class: "button", href }, label, unseen(` with the warning “${kind.title}”`));
}

/** Reads all warnings of a kind. */
async function readAll(job, { file, kind }) {
    const found = [];
    for (let page = 1, more = true; more; page++) {
        const answer = await api.get(`library/import/${job.id}/errors/`,
            { include: "warnings", kind: kind || null, content_model: modelOf(job, file), page_size: PAGE, page });
        found.push(...answer.results.filter((w) => w.level === "warning" && w.file === file && (w.kind ?? "") === kind));
        more = answer.next !== null;
    }
    return found;
}

function findingsOf(warnings) {
    const findings = new Findings("warning");
    warnings.forEach((warning) => findings.add(warning));
    return findings;
}

/** What the warnings of a kind say; those that the job does not tell are read on request. */
function told(job, kind) {
    const node = el("div", { class: "told" });
    const failures = el("div", { role: "alert" });

    async function showAll() {
        fill(failures, el("p", { class: "muted" }, "Reading…"));
        try {
            const all = await readAll(job, kind);
            fill(failures);
            show(all, true);
            node.tabIndex = -1;
            node.focus({ preventScroll: true });
            announce("All of them are listed.");
        } catch (error) {
            fill(failures, notice("bad", error.message));
        }
    }

    function rest(warnings, all) {
        const left = kind.count - warnings.length;
        if (left <= 0)
            return null;
        if (!warnings.length || all)
            return el("p", { class: "muted" }, warnings.length
                ? `and ${number(left)} more, which are not kept.` : "What they say is not kept any more.");
        return el("p", {}, el("span", { class: "muted" }, `and ${number(left)} more. `),
            el("button", { type: "button", class: "link", onclick: showAll }, "Show all rows",
                unseen(` with the warning “${kind.title}”`)));
    }

    function show(warnings, all = false) {
        const part = warnings.length < kind.count && !all;
        fill(node, warnings.length > 0 && findingList(findingsOf(warnings), { part }),
            rest(warnings, all), failures);
    }
    show(kind.told);
    return node;
}

/** A kind: a line with its name, and below it what its warnings say, which can be folded away. */
function kindBox(job, kind, open, several) {
    const body = el("div", { id: newId("kind"), hidden: !open }, told(job, kind));
    const button = el("button", {
        type: "button", class: "quiet unfold", "aria-expanded": String(open), "aria-controls": body.id,
        onclick: () => {
            body.hidden = !body.hidden;
            button.setAttribute("aria-expanded", String(!body.hidden));
        },
    }, kind.title);
    return el("li", { class: "kind" },
        el("div", { class: "line" },
            el("h3", {}, button),
            el("span", { class: "n" }, number(kind.count), unseen(kind.count === 1 ? " warning" : " warnings")),
            several && kind.file && el("span", { class: "muted file" }, unseen("in "), imported(kind.file)),
            changesLink(job, kind)),
        body);
}

/** The first few kinds, and a button for the rest. */
function kindBoxes(job, kinds) {
    const several = job.files?.length > 1;
    const few = kinds.length <= ALL_OPEN;
    const boxes = kinds.map((kind, i) => kindBox(job, kind, few || i === 0, several));
    const rest = boxes.length > KINDS_SHOWN + 1 ? boxes.splice(KINDS_SHOWN) : [];
    const list = el("ul", { class: "kinds" }, boxes);
    const more = rest.length > 0 && el("button", {
        type: "button", class: "quiet more",
        onclick: () => {
            list.append(...rest);
            more.remove();
            rest[0].querySelector("button").focus();
        },
    }, `Show ${number(rest.length)} more kinds of warnings`);
    return [list, more];
}

/** All about the warnings of a job (with its files, counts, warnings and warning_kinds), or false. */
export function warningPanel(job) {
    const kinds = warningKinds(job);
    return kinds.length > 0 && el("section", {
        class: "panel warn warnings", id: "warnings", tabindex: "-1", "aria-labelledby": "warnings-head",
    },
        el("h2", { id: "warnings-head" }, warningCount(job)),
        isWaiting(job) && el("p", {}, "Warnings stop no import, but something may not be as it was meant. ",
            "Look at them before you accept."),
        kindBoxes(job, kinds));
}
