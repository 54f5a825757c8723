// What is held back from an import, and its rows as a file: to be mended and imported later.
import * as api from "../core/api.js";
import { el } from "../core/dom.js";
import { count } from "../core/format.js";
import * as models from "../core/models.js";

const FORMATS = [["csv", "CSV"], ["xlsx", "Excel"], ["json", "JSON"], ["yaml", "YAML"]];

/** "5 changes are held back", or "were" once the import has been applied. */
export const heldBack = (n, is = true) =>
    `${count(n, "change")} ${n === 1 ? is ? "is" : "was" : is ? "are" : "were"} held back`;

const links = (job, model, several) => el("ul", {
    class: "downloads", "aria-label": `Download the held rows${several ? ` of ${model.title}` : ""}`,
}, FORMATS.map(([format, name]) => el("li", {}, el("a", {
    class: "button", download: true,
    href: api.address(`library/import/${job.id}/held/`, { format, model: model.name }),
}, name))));

/** Downloads of the rows that are held back, for each model that has any. The job has its review. */
export function heldDownloads(job) {
    const rows = models.inOrder((job.review?.counts ?? []).filter(({ held }) => held > 0));
    const several = job.counts?.length > 1;
    return rows.map((row) => {
        const model = models.named(row.content_model);
        return el("div", { class: "held-rows" },
            el("span", {}, "Download the held rows", several && ` of ${model.title} (${row.held})`), links(job, model, several));
    });
}
