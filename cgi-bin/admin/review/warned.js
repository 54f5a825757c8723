// Which warnings are about a change. Those that the job tells are at hand; if it does not tell all of
// them, they are asked for with the changes that are shown.
import * as api from "../core/api.js";
import { el, unseen } from "../core/dom.js";
import { imported } from "../core/text.js";
import { warningKinds } from "../parts/warnings.js";

const PAGE = 1000;  // warnings about the changes read at once

function byEntry(warnings) {
    const found = new Map();
    for (const warning of warnings) {
        if (!found.has(warning.entry))
            found.set(warning.entry, []);
        found.get(warning.entry).push(warning);
    }
    return found;
}

/**
 * Returns a function (changes, signal) that gives each change its `warnings`, for a model of a job
 * with its files, warnings and warning_kinds.
 */
export function warner(job, model) {
    const file = job.files.find((f) => f.content_model === model.name)?.filename;
    const kinds = warningKinds(job).filter((kind) => kind.file === file);
    const told = byEntry((job.warnings ?? []).filter((warning) => warning.file === file));
    const isPart = kinds.some((kind) => kind.told.length > 0 && kind.told.length < kind.count);

    async function ask(changes, signal) {
        const answer = await api.get(`library/import/${job.id}/errors/`, {
            include: "warnings", content_model: model.name, page_size: PAGE,
            entry__in: changes.map(({ row }) => row.entry).join(","),
        }, signal);
        return byEntry(answer.results.filter(({ level }) => level === "warning"));
    }

    return async (changes, signal) => {
        const found = isPart && changes.length > 0 ? await ask(changes, signal) : told;
        for (const change of changes)
            change.warnings = found.get(change.row.entry) ?? [];
    };
}

/** A warning where it belongs; with the name of its field unless it stands there. */
export const mark = ({ details }, name = "") => el("p", { class: "mark-warned" },
    el("span", { class: "sign", "aria-hidden": "true" }, "!"), unseen("Warning: "),
    name && [el("strong", {}, name), ": "], imported(details));
