// Controls which changes are shown, and how. Everything is kept in the address.
import { debounce, el, fill } from "../core/dom.js";
import { capital, number, small } from "../core/format.js";
import * as router from "../core/router.js";
import { OPERATIONS } from "../parts/counts.js";
import { warningTitle } from "../parts/warnings.js";
import { START } from "./address.js";
import { help } from "./keys.js";
import { filterOf, scopeOf, WAY } from "./source.js";
import { describe } from "./ways.js";

const TYPING = 300;
const ANY_WAY = Object.fromEntries(WAY.map((name) => [name, null]));

// Changing a filter starts at the first row again.
const set = (changes) => router.setQuery({ ...changes, ...START }, { replace: true });

// The buttons are made once and change in place, so that the one with the focus keeps it.
function operationChips() {
    const made = ["", ...Object.keys(OPERATIONS)].map((op) => {
        const n = el("span", { class: "n" });
        const button = el("button", {
            type: "button", class: op || null,
            onclick: () => set({ op: op || null, ...(op === "update" ? {} : { field: null, ...ANY_WAY }) }),
        }, op ? capital(OPERATIONS[op].label) : "All", " ", n);
        return { op, button, n };
    });
    return {
        buttons: made.map(({ button }) => button),
        /** numbers: how many changes choosing each would show; null until they have been counted. */
        show(chosen, numbers) {
            for (const { op, button, n } of made) {
                button.setAttribute("aria-pressed", String(chosen === op));
                button.disabled = numbers?.[op] === 0 && chosen !== op;
                fill(n, numbers ? number(numbers[op]) : "…");
            }
        },
    };
}

function viewChips() {
    const made = [["", "File order"], ["groups", "Grouped"]].map(([value, label]) =>
        ({ value, button: el("button", { type: "button", onclick: () => set({ view: value || null }) }, label) }));
    return {
        buttons: made.map(({ button }) => button),
        show(chosen) {
            for (const { value, button } of made)
                button.setAttribute("aria-pressed", String(chosen === value));
        },
    };
}

// Choosing anything but updates takes the filter by field away.
const numbers = ({ totals, updates }) =>
    ({ "": totals.add + totals.update + totals.delete, ...totals, update: updates });

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
    if (!WAY.some((name) => name in filter))
        return null;
    return filterChip(["only ", el("strong", {}, describe(filter))], "Any way to change", ANY_WAY);
}

/** The kind of warnings whose changes are filtered for. */
function warningChip(query, job) {
    const kind = query.get("warning");
    return kind && filterChip(["only with the warning ", el("strong", {}, small(warningTitle(job, kind)))],
        "With or without the warning", { warning: null });
}

/**
 * The bar of a part, with show(query, found), where found is what fits the query (see Fitting), or
 * null until that is known, and setFieldCounts([{ field, updates }]) of all changes that accepting
 * applies.
 */
export function toolbar({ job, model }) {
    let allCounts = null;
    let found = null;
    let query = new URLSearchParams();
    const operations = operationChips();
    const views = viewChips();
    const field = el("select", {
        id: "changed-field", onchange: () => set({ field: field.value || null, ...ANY_WAY }),
    });
    const way = el("div", {});
    const warning = el("div", {});
    const search = el("input", {
        type: "search", id: "search", placeholder: "Search all values", autocomplete: "off",
        oninput: debounce(() => set({ search: search.value.trim() || null }), TYPING),
    });

    const options = model.values.map(({ name, label }) => ({ name, label, option: el("option", { value: name }) }));
    field.append(el("option", { value: "" }, "any field"), ...options.map(({ option }) => option));

    function showFields() {
        const counts = found && (found.fields ?? (scopeOf(query).held ? null : allCounts));
        const chosen = query.get("field") ?? "";
        for (const { name, label, option } of options) {
            const n = counts?.find((c) => c.field === name)?.updates;
            option.disabled = n === 0 && name !== chosen;
            option.textContent = label + (n === undefined ? "" : ` (${number(n)})`);
        }
        field.value = chosen;
    }

    function show(next, fitting = null) {
        const isNew = next !== query;
        const isHeld = scopeOf(next).held;
        query = next;
        found = isHeld && fitting ? fitting.held : fitting;
        operations.show(query.get("op") ?? "", found && numbers(found));
        showFields();
        views.show(query.get("view") ?? "");
        if (!isNew)
            return;
        fill(way, wayChip(query));
        fill(warning, warningChip(query, job));
        if (document.activeElement !== search)
            search.value = query.get("search") ?? "";
    }

    return {
        node: el("search", { class: "toolbar", id: "changes", "aria-label": "Filter changes" },
            el("div", { class: "chips", role: "group", "aria-label": "Kind of change" }, operations.buttons),
            el("div", { class: "inline" }, el("label", { for: "changed-field" }, "Updates of"), field, way),
            warning,
            el("div", { class: "inline grow" }, el("label", { for: "search", class: "unseen" }, "Search"), search),
            el("div", { class: "chips joined", role: "group", "aria-label": "Order" }, views.buttons),
            el("button", {
                type: "button", class: "quiet help", "aria-label": "Keyboard shortcuts", onclick: help,
            }, "?")),
        show,
        setFieldCounts(counts) {
            allCounts = counts;
            showFields();
        },
    };
}
