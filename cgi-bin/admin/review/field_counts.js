// Shows above the changes of a revision what accepting it is about: a summary by field, and what is
// odd.
import * as api from "../core/api.js";
import { el, fill } from "../core/dom.js";
import { notice } from "../parts/notice.js";
import { apart } from "./held_counts.js";
import { oddCounts, oddFields } from "./oddities.js";
import { steadily } from "./steady.js";
import { fieldSummary } from "./summary.js";

const COUNTED_AT_ONCE = 200000;  // changes; larger diffs are counted on request

/**
 * Counts what the updates of a part (see modelReview) change. All changes are counted only once;
 * those that are held back again after changed(). ofAll() and ofHeld() resolve to these counts; `node`
 * and `oddities` show what accepting applies, and `counted(counts)` is called with that.
 */
export function fieldCounts(part, counted) {
    const { job, model, sums, applied, link, signal } = part;
    const node = el("div", {});
    const oddities = el("div", {});
    let asked = null, askedHeld = null;

    const tell = (odd) => odd.length > 0 && el("section", { class: "panel warn odd" },
        el("h2", {}, "Worth a second look"),
        el("ul", {}, odd.map(({ say, filter }) => el("li", {}, say,
            filter && [" ", el("a", { href: link(filter) }, "Show them")]))));

    const ask = async (held) => (await api.get(`library/import/${job.id}/diff/${model.name}/fields/`,
        { held, include: "rewritten" }, signal)).results;

    // The counts that are asked for are of all changes, so what is held by now is taken out of them.
    async function show() {
        const held = ofHeld();
        const counts = apart(await ofAll(), await held);
        if (held !== askedHeld)
            return;  // changed meanwhile, and shown by that
        counted(counts);
        steadily(() => {
            fill(node, fieldSummary(counts, part));
            fill(oddities, tell([...oddCounts(applied()), ...oddFields(counts, model, applied())]));
        });
    }

    async function count() {
        if (sums.update)
            fill(node, el("p", { class: "panel loading", role: "status" }, "Counting what changes…"));
        const results = await ask("all");
        show().catch(() => {});
        return results;
    }

    function failed(error) {
        asked = null;
        fill(node, !signal.aborted && notice("bad", "What changes could not be counted. ", error.message, " ",
            el("button", { type: "button", onclick: () => ofAll().catch(() => {}) }, "Try again")));
        throw error;
    }
    const ofAll = () => asked ??= count().catch(failed);
    const ofHeld = () => askedHeld ??= (applied().held > 0 ? ask("true") : Promise.resolve([]))
        .catch((error) => { askedHeld = null; throw error; });

    /** Call it when other changes are held back than before. */
    function changed() {
        askedHeld = null;
        if (asked)
            show().catch(() => {});
    }

    fill(oddities, tell(oddCounts(applied())));
    if (sums.add + sums.update > COUNTED_AT_ONCE)
        fill(node, el("p", { class: "panel" }, "This is a large revision. ", el("button", {
            type: "button", onclick: () => ofAll().catch(() => {}),
        }, "Count what changes")));
    else if (sums.add + sums.update > 0)
        ofAll().catch(() => {});
    return { node, oddities, ofAll, ofHeld, changed };
}
