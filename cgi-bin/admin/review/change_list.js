// The list of changes, in the order of the file or grouped, as the query of the page says.
import { abortedWith } from "../core/abort.js";
import { el, fill } from "../core/dom.js";
import { notice } from "../parts/notice.js";
import { named, pointAt } from "./address.js";
import { refreshThreads } from "./change.js";
import { showMarks } from "./change_marks.js";
import { fileView } from "./file_view.js";
import { groupView } from "./group_view.js";
import { filterOf, scopeOf } from "./source.js";
import { steadily } from "./steady.js";

/**
 * A node, rebuilt by show(query, count), where count() resolves to what fits the query (see Fitting),
 * which groups need. next(): see fileView. part: see modelReview.
 */
export function changeList(part) {
    const { looked, signal } = part;
    const node = el("div", { class: "changes" });
    let showing = new AbortController();
    let aim = null;  // the change that the address names
    let view = null;

    /** Moves the focus to the first change, or whatever else comes first. */
    function enter() {
        const first = node.querySelector("article.change") ?? node.querySelector("summary, input, button");
        first?.focus({ preventScroll: true });
    }

    /** Leads to the change that the address names. Returns whether it names one. */
    function point() {
        const change = aim?.entry && node.querySelector(`article.change[data-entry="${aim.entry}"]`);
        if (change)
            pointAt(change);
        else if (aim)
            node.querySelector(".not-there")?.focus();
        return Boolean(aim);
    }

    /** Shows what is said about the changes, as it is now. */
    function refresh() {
        refreshThreads(node);
        view?.refresh?.();
    }

    async function viewOf(query, count, mine) {
        const context = { ...part, filter: filterOf(query), scope: scopeOf(query), signal: mine.signal };
        if (query.get("view") === "groups")
            return groupView({ ...context, found: await count() });
        const from = Math.max(0, Math.trunc(Number(query.get("from")) || 0) - 1);
        const found = await named(query, part, mine.signal);
        if (!mine.signal.aborted)
            aim = found;
        return fileView({ ...context, from, aim: found });
    }

    async function show(query, count) {
        showing.abort();
        showing = abortedWith(signal);
        const mine = showing;
        aim = null;
        node.setAttribute("aria-busy", "true");
        view = null;
        try {
            const made = await viewOf(query, count, mine);
            if (mine.signal.aborted)
                return;
            view = made;
            const wasHere = node.contains(document.activeElement);
            fill(node, view.nodes);
            refresh();
            if (wasHere)
                enter();  // as who said from which entry to go on
        } catch (error) {
            if (mine.signal.aborted)
                return;
            fill(node, notice("bad", error.message, " ",
                el("button", { type: "button", onclick: () => show(query, count) }, "Try again")));
        }
        node.removeAttribute("aria-busy");
    }

    const marks = () => steadily(() => showMarks(node));
    looked.on(marks, signal);

    /** Others may be held back than before. found: what fits by now. */
    function changed(found) {
        steadily(() => view?.recount?.(found));
        view?.again(showing.signal).catch(() => {});  // if it fails, the next change tells
    }
    return {
        node, show, enter, point, refresh, marks, changed,
        next: async () => await view?.next() ?? false,
        /** See fileView; in groups there is no such place. */
        goTo: (entry, focused) => view?.goTo?.(entry, focused),
    };
}
