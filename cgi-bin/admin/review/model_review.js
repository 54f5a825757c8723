// The review of one model of a job: what the revision of it is about, and the changes.
import { el } from "../core/dom.js";
import { count } from "../core/format.js";
import { notice } from "../parts/notice.js";
import { changeList } from "./change_list.js";
import { fieldCounts } from "./field_counts.js";
import { toolbar } from "./toolbar.js";

/**
 * part: { job, model, sums: those of the model, link: filter → the address of what it selects,
 * warn: see warner, signal }. Returns a node, with show(query), bring(), which scrolls to the changes, and enter(), which
 * moves the focus to the first of them.
 */
export function modelReview(part) {
    const { sums } = part;
    const bar = toolbar(part);
    const counts = fieldCounts(part, bar.setFieldCounts);
    const list = changeList(part, counts);

    function show(query) {
        bar.show(query);
        return sums.changes ? list.show(query) : null;
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
        sums.changes ? [bar.node, el("h2", { class: "unseen" }, "Changes"), list.node] : nothing());
    return { node, show, bring, enter: list.enter };
}
