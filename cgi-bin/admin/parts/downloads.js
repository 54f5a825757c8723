// The library as a file: the whole of it to edit and import again, or an example to fill in.
import * as api from "../core/api.js";
import { el } from "../core/dom.js";

const FORMATS = [["xlsx", "Excel"], ["csv", "CSV"], ["json", "JSON"], ["yaml", "YAML"]];

const links = (label, model, query) => el("ul", { class: "downloads", "aria-label": `${label}: ${model.title}` },
    FORMATS.map(([extension, name]) => el("li", {}, el("a", {
        class: "button", download: true, href: api.address(`library/export/${model.name}.${extension}`, query),
    }, name))));

export const exportLinks = (model, query = {}) => links("Export the library", model, query);
export const templateLinks = (model) => links("Template", model, { template: 1 });

/** Which of the formats is for what; once beside the exports of all models. */
export const formatsHint = () => el("p", { class: "muted" },
    "Excel for spreadsheet programs; CSV, JSON and YAML for other programs.");
