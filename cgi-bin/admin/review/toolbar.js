// Controls which changes are shown, and how. Everything is kept in the address.
import { debounce, el, fill } from "../core/dom.js";
import { capital, number, small } from "../core/format.js";
import * as router from "../core/router.js";
import { OPERATIONS } from "../parts/counts.js";
import { warningTitle } from "../parts/warnings.js";
import { help } from "./keys.js";
import { filterOf } from "./source.js";
import { describe } from "./ways.js";

const TYPING = 300;
const ANY_WAY = { original: null, new: null, whitespace: null };

// Changing a filter starts at the first row again.
const set = (changes) => router.setQuery({ ...changes, from: null }, { replace: true });

function operationChips(sums, chosen) {
    const chip = (op, label, n) => el("button", {
        type: "button", "aria-pressed": String(chosen === op), class: op || null,
        disabled: n === 0 && chosen !== op,
        onclick: () => set({ op: op || null, ...(op === "update" ? {} : { field: null, ...ANY_WAY }) }),
    }, label, " ", el("span", { class: "n" }, number(n)));
    return [
        chip("", "All", sums.changes),
        Object.entries(OPERATIONS).map(([op, { label }]) =>
            chip(op, capital(label), sums[op])),
    ];
}

/** A filter that is on, in words, with a button called `off` that takes it away. */
const filterChip = (words, off, changes) => el("span", { class: "filtered" }, el("span", {}, words),
    el("button", {
        type: "button", class: "quiet", "aria-label": off,
        onclick: () => {
            document.getElementById("changed-field").focus();  // this button disappears
            set(changes);
        },
    }, "×"));

/** The kind of change that is filtered for. */
function wayChip(query) {
    const filter = filterOf(query);
    if (!("original" in filter || "new" in filter || "whitespace" in filter))
        return null;
    return filterChip(["only ", el("strong", {}, describe(filter))], "Any way to change", ANY_WAY);
}

/** The kind of warnings whose changes are filtered for. */
function warningChip(query, job) {
    const kind = query.get("warning");
    return kind && filterChip(["only with the warning ", el("strong", {}, small(warningTitle(job, kind)))],
        "With or without the warning", { warning: null });
}

/** The bar of a part, with show(query) and setFieldCounts([{ field, updates }]). */
export function toolbar({ job, model, sums }) {
    let fieldCounts = null;
    let query = new URLSearchParams();
    const chips = el("div", { class: "chips", role: "group", "aria-label": "Kind of change" });
    const field = el("select", {
        id: "changed-field", onchange: () => set({ field: field.value || null, ...ANY_WAY }),
    });
    const way = el("div", {});
    const warning = el("div", {});
    const search = el("input", {
        type: "search", id: "search", placeholder: "Search all values", autocomplete: "off",
        oninput: debounce(() => set({ search: search.value.trim() || null }), TYPING),
    });
    const views = el("div", { class: "chips joined", role: "group", "aria-label": "Order" });

    const view = (value, label) => el("button", {
        type: "button", "aria-pressed": String((query.get("view") ?? "") === value),
        onclick: () => set({ view: value || null }),
    }, label);

    const option = ({ name, label }) => {
        const n = fieldCounts?.find((c) => c.field === name)?.updates;
        return el("option", { value: name, selected: query.get("field") === name, disabled: n === 0 },
            label + (n === undefined ? "" : ` (${number(n)})`));
    };

    function show(next) {
        const focused = document.activeElement?.closest(".chips button")?.textContent;
        query = next;
        fill(chips, operationChips(sums, query.get("op") ?? ""));
        fill(field, el("option", { value: "" }, "any field"), model.values.map(option));
        fill(way, wayChip(query));
        fill(warning, warningChip(query, job));
        if (document.activeElement !== search)
            search.value = query.get("search") ?? "";
        fill(views, view("", "File order"), view("groups", "Grouped"));
        // The button that was pressed has been replaced.
        if (focused)
            [...chips.children, ...views.children].find((b) => b.textContent === focused)?.focus();
    }

    return {
        node: el("search", { class: "toolbar", id: "changes", "aria-label": "Filter changes" },
            chips,
            el("div", { class: "inline" }, el("label", { for: "changed-field" }, "Updates of"), field, way),
            warning,
            el("div", { class: "inline grow" }, el("label", { for: "search", class: "unseen" }, "Search"), search),
            views,
            el("button", {
                type: "button", class: "quiet help", "aria-label": "Keyboard shortcuts", onclick: help,
            }, "?")),
        show,
        setFieldCounts(counts) {
            fieldCounts = counts;
            show(query);
        },
    };
}
