// The review of one model of a job: what the revision of it is about, and the changes.
import { el, fill } from "../core/dom.js";
import { count } from "../core/format.js";
import { notice } from "../parts/notice.js";
import { changeList } from "./change_list.js";
import { fieldCounts } from "./field_counts.js";
import { fits, Fitting } from "./fitting.js";
import { hits } from "./hits.js";
import { filterOf } from "./source.js";
import { toolbar } from "./toolbar.js";

/**
 * part: { job, model, sums: those of the model, link: filter → the address of what it selects,
 * warn: see warner, comments, signal }. Returns a node, with show(query), said(), which resolves to how many
 * changes are shown now (null: something else is shown by then), bring(), which scrolls to the
 * changes, enter(), which moves the focus to the first of them, and point(), which moves it to the one that
 * the address names and returns whether it names one, and refresh(), for when comments have changed.
 */
export function modelReview(part) {
    const { sums, signal } = part;
    const bar = toolbar(part);
    const list = changeList(part);
    const counts = fieldCounts(part, (found) => {
        bar.setFieldCounts(found);
        list.keep();
    });
    const fitting = new Fitting(part, counts.get);
    const marks = hits(list.node, signal);
    const line = el("p", { class: "fits muted" });
    let showing = new AbortController();
    let said = Promise.resolve(null);

    // Says how many changes fit, once they have been counted.
    async function tell(query, ask, mine) {
        const filter = filterOf(query);
        const isFiltered = Object.keys(filter).length > 0;
        try {
            const found = await ask();
            if (mine.aborted)
                return null;
            bar.show(query, found);
            fill(line, isFiltered && fits(found.n, sums.changes));
            return isFiltered ? line.textContent : `All ${count(sums.changes, "change")} are shown.`;
        } catch (error) {
            if (mine.aborted)
                return null;
            fill(line, "How many changes fit could not be counted. ", error.message);
            return line.textContent;
        }
    }

    function show(query) {
        showing.abort();
        showing = new AbortController();
        const mine = AbortSignal.any([signal, showing.signal]);
        let asked = null;
        const ask = () => asked ??= fitting.of(filterOf(query), mine, query.get("view") === "groups")
            .catch((error) => { asked = null; throw error; });
        bar.show(query);
        marks.show(query.get("search") ?? "");
        fill(line);
        said = tell(query, ask, mine);
        return sums.changes ? list.show(query, ask) : null;
    }

    // Scrolls so that what was chosen above the list can be seen.
    function bring() {
        const { top } = bar.node.getBoundingClientRect();
        if (top > innerHeight / 2 || top < 0)
            bar.node.scrollIntoView({ block: "start" });
    }

    // Where the link past the summary leads: to the filters, or to what stands in place of changes.
    const nothing = () => el("div", { id: "changes", tabindex: "-1" }, notice("info",
        `The file changes nothing: ${count(sums.records, "row")} say what the library already has.`));
    bar.node.tabIndex = -1;
    const node = el("div", {}, counts.oddities, counts.node,
        sums.changes ? [bar.node, line, el("h2", { class: "unseen" }, "Changes"), list.node] : nothing());
    return { node, show, said: () => said, bring, enter: list.enter, point: list.point, refresh: list.refresh };
}
