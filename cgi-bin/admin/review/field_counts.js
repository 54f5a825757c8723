// Shows above the changes of a revision what they are about: a summary by field, and what is odd.
import * as api from "../core/api.js";
import { el, fill } from "../core/dom.js";
import { notice } from "../parts/notice.js";
import { oddCounts, oddFields } from "./oddities.js";
import { fieldSummary } from "./summary.js";

const COUNTED_AT_ONCE = 200000;  // changes; larger diffs are counted on request

/**
 * Counts what the updates of a part (see modelReview) change, asking the server only once: get()
 * resolves to the counts, `node` and `oddities` show them, and `counted(counts)` is called with them.
 */
export function fieldCounts(part, counted) {
    const { job, model, sums, link, signal } = part;
    const node = el("div", {});
    const oddities = el("div", {});
    let asked = null;

    const tell = (odd) => odd.length > 0 && el("section", { class: "panel warn odd" },
        el("h2", {}, "Worth a second look"),
        el("ul", {}, odd.map(({ say, filter }) => el("li", {}, say,
            filter && [" ", el("a", { href: link(filter) }, "Show them")]))));

    async function ask() {
        if (sums.update)
            fill(node, el("p", { class: "panel loading", role: "status" }, "Counting what changes…"));
        const { results } = await api.get(`library/import/${job.id}/diff/${model.name}/fields/`,
            { include: "rewritten" }, signal);
        fill(node, fieldSummary(results, part));
        fill(oddities, tell([...oddCounts(sums), ...oddFields(results, part)]));
        counted(results);
        return results;
    }

    function failed(error) {
        asked = null;
        fill(node, !signal.aborted && notice("bad", "What changes could not be counted. ", error.message, " ",
            el("button", { type: "button", onclick: () => get().catch(() => {}) }, "Try again")));
        throw error;
    }
    const get = () => asked ??= ask().catch(failed);

    fill(oddities, tell(oddCounts(sums)));
    if (sums.add + sums.update > COUNTED_AT_ONCE)
        fill(node, el("p", { class: "panel" }, "This is a large revision. ", el("button", {
            type: "button", onclick: () => get().catch(() => {}),
        }, "Count what changes")));
    else if (sums.add + sums.update > 0)
        get().catch(() => {});
    return { node, oddities, get };
}
