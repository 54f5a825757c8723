// Why an import failed though nothing is wrong with its files: mostly because the library had moved
// on when the accepted changes were to be applied. The way on is to compare again.
import * as api from "../core/api.js";
import { el, fill } from "../core/dom.js";
import { count, number } from "../core/format.js";
import * as models from "../core/models.js";
import { allFiles } from "./counts.js";
import { Findings, findingList } from "./findings.js";

const ERRORS_READ = 10000;
const ITEMS_SHOWN = 100;  // of those that moved alike, until the person asks for the rest

/**
 * Did the job fail for another reason than its files? What is wrong with a file is found before its
 * changes can be accepted, and says which file it is in.
 */
export const isBlameless = (job) => job.status === "fail" &&
    (job.accepted !== null || !job.errors?.some(({ file }) => file !== null));

// What an error says of an item that moved (worker/changes/apply.c).
const MOVED = /^(?<id>[A-Z]+\d+) (?<how>has changed|was deleted|was added) since this diff was made\./;

const WAYS = [
    { how: "has changed", says: "changed in", isThere: true },
    { how: "was added", says: "added to", isThere: true },
    { how: "was deleted", says: "deleted from", isThere: false },
];

function itemLink(id, isThere) {
    const model = models.ofId(id);
    return isThere && model ? el("a", { href: `/library/${model.name}/${id}/` }, id) : id;
}

function movedItems(ids, { says, isThere }) {
    const items = ids.map((id, i) => el("span", {}, i > 0 && ", ",
        el("span", { class: "item-id" }, itemLink(id, isThere))));
    const rest = items.splice(ITEMS_SHOWN);
    const more = el("span", {}, ", … ", el("button", {
        type: "button", class: "link",
        onclick: () => {
            more.replaceWith(...rest);
            rest[0].tabIndex = -1;
            rest[0].focus();  // in place of the button
        },
    }, "show all"));
    return el("li", { class: "finding" },
        el("p", {}, `${count(ids.length, "item")} ${ids.length === 1 ? "has" : "have"} been ${says} the library:`),
        el("p", { class: "rows" }, items, rest.length > 0 && more));
}

/** Tells apart which items moved in which way, and what else the errors say. */
function sorted(errors) {
    const moved = new Map(WAYS.map(({ how }) => [how, []]));
    const others = new Findings("error");
    for (const error of errors) {
        const match = error.entry !== null && MOVED.exec(error.details);
        if (match)
            moved.get(match.groups.how).push(match.groups.id);
        else
            others.add(error);
    }
    return { moved: WAYS.map((way) => [moved.get(way.how), way]).filter(([ids]) => ids.length > 0), others };
}

/** Reads why that was, and shows it. */
export async function showUnapplied(job, node, signal) {
    const answer = await api.get(`library/import/${job.id}/errors/`, { page_size: ERRORS_READ }, signal);
    const { moved, others } = sorted(answer.results.length ? answer.results : job.errors ?? []);
    const files = job.files.length > 1 ? "files" : "file";
    fill(node,
        el("h2", {}, moved.length ? "The library has moved on" : "Why nothing was applied"),
        el("p", { role: "status" },
            moved.length && "Items that this import is about are no longer as they were when it was compared. ",
            `Nothing was applied, and nothing is wrong with the ${files}. `,
            `Retry the import to compare ${allFiles(job) || "the file"} with the library as it is now.`),
        moved.length > 0 && el("ul", { class: "findings" }, moved.map(([ids, way]) => movedItems(ids, way))),
        others.total > 0 && findingList(others),
        answer.count > ERRORS_READ && el("p", { class: "muted" }, `and ${number(answer.count - ERRORS_READ)} more.`));
}
