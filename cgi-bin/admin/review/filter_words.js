// What a filter selects, in words and without markup: "Priority 10 → 7 with “admin”".
import { capital } from "../core/format.js";
import { OPERATIONS } from "../parts/counts.js";
import { warningTitle } from "../parts/warnings.js";
import { specialKind } from "./ways.js";

const SHOWN = 60;  // characters of a value

const short = (text) => text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;

const SPECIAL = {
    whitespace: "changed in white space only", rewritten: "rewritten", cleared: "cleared", filled: "filled in",
};

function way(filter) {
    const { original, new: now } = filter;
    const kind = specialKind(filter);
    if (kind)
        return SPECIAL[kind];
    if (original === undefined)
        return now === undefined ? "changed" : `with ${short(now)}`;
    if (now === undefined)
        return `without ${short(original)}`;
    return `${short(original) || "empty"} → ${short(now) || "empty"}`;
}

/** filter: see filterOf in source.js. */
export function filterWords(filter, { job, model }) {
    const { op, field, search, warning } = filter;
    const what = field ? `${model.fields.find(({ name }) => name === field)?.label ?? field} ${way(filter)}`
        : op ? `Items ${OPERATIONS[op].label}` : "Changes";
    return [
        op && field && op !== "update" ? `${capital(OPERATIONS[op].label)}: ${what}` : what,
        search && `with “${short(search)}”`,
        warning && `with the warning “${warningTitle(job, warning)}”`,
    ].filter(Boolean).join(" ");
}
