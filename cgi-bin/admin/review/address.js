// The change that an address names (see parts/address.js): found, brought to the screen, and its
// address copied.
import * as api from "../core/api.js";
import { announce, el } from "../core/dom.js";
import { copy, copyField } from "../parts/copy.js";
import { closing, sheet } from "../parts/dialog.js";

/** What lets a list begin at its first change: the query names none, nor an entry from which to begin. */
export const START = { from: null, entry: null, item: null };

/** Resolves to the entry of the change of an item, whether it is held back or not; null: there is none. */
export async function entryOfItem({ job, model }, id, signal) {
    const found = await api.get(`library/import/${job.id}/diff/${model.name}/`, { item: id, held: "all" }, signal);
    return [...found.add, ...found.update, ...found.delete][0]?.entry ?? null;
}

/** The change that a query names: { entry, says }, where entry is null if it is not in the diff; or null. */
export async function named(query, part, signal) {
    const entry = Math.trunc(Number(query.get("entry")));
    const item = query.get("item");
    if (entry > 0)
        return { entry, says: `Entry ${entry} of the file` };
    return item ? { entry: await entryOfItem(part, item, signal), says: item } : null;
}

/** Copies the address of the change that has the focus, and says so beside it. */
export async function copyAddress() {
    const change = document.activeElement?.closest("article.change");
    const link = change?.querySelector("a.entry");
    if (!link)
        return;
    if (!await copy(link.href)) {
        sheet("Address of this change", (close) => [copyField("Address", link.href), closing(close)])
            .querySelector("input").select();
        return;
    }
    change.querySelector(".copied")?.remove();
    const said = el("span", { class: "note copied" }, "address copied");
    link.before(said);
    change.addEventListener("focusout", () => said.remove(), { once: true });
    announce("The address of this change is copied.");
}

/** Makes a change stand out, on the screen and with the focus, until the focus leaves it. */
export function pointAt(change) {
    const isIn = (place) => change.contains(place);
    const end = new AbortController();
    change.classList.add("aimed");
    change.focus({ preventScroll: true });
    change.scrollIntoView({ block: "start" });
    change.addEventListener("focusout", ({ relatedTarget }) => {
        // Who looks at another window leaves nothing.
        if (isIn(relatedTarget) || isIn(document.activeElement))
            return;
        change.classList.remove("aimed");
        end.abort();
    }, { signal: end.signal });
}
