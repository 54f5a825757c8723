// The library as a file: the whole of it to edit and import again, or an example to fill in.
import * as api from "../core/api.js";
import { el } from "../core/dom.js";

const FORMATS = [["xlsx", "Excel"], ["csv", "CSV"], ["json", "JSON"], ["yaml", "YAML"]];

const links = (label, query) => el("ul", { class: "downloads", "aria-label": label },
    FORMATS.map(([extension, name]) => el("li", {}, el("a", {
        class: "button", download: true, href: api.address(`library/export/standard.${extension}`, query),
    }, name))));

export const exportLinks = (query = {}) => links("Export the library", query);
export const templateLinks = () => links("Template", { template: 1 });
