// The review of one model of a job: what the revision of it is about, and the changes.
import { abortedWith } from "../core/abort.js";
import { announce, el, fill } from "../core/dom.js";
import { count } from "../core/format.js";
import { applied, totals } from "../parts/counts.js";
import { notice } from "../parts/notice.js";
import { changeList } from "./change_list.js";
import { fieldCounts } from "./field_counts.js";
import { fits, Fitting } from "./fitting.js";
import { heldLine } from "./held_line.js";
import { hits } from "./hits.js";
import { lookedLine } from "./looked_line.js";
import { filterOf, scopeOf } from "./source.js";
import { steadily } from "./steady.js";
import { toolbar } from "./toolbar.js";

/**
 * given: { live: see follow, job: as it was when the page was opened, model, sums: those of all changes
 * of the model, looked: see Looked, holding: see Holding, link: filter → the address of what it
 * selects, warn: see warner, comments: see Comments, signal }. A part is that, and applied(): the sums of
 * what accepting applies. Returns a node, with show(query), said(), which resolves to how many changes are shown now
 * (null: something else is shown by then), bring(), which scrolls to the changes, enter(), which
 * moves the focus to the first of them, goTo(), see fileView, point(), which moves it to the one that the
 * address names and returns whether it names one, and refresh(), for when comments have changed.
 */
export function modelReview(given) {
    const { live, model, sums, looked, signal } = given;
    const part = {
        ...given,
        applied: () => totals(applied(live.now).filter((row) => row.content_model === model.name)),
    };
    const bar = toolbar(part);
    const list = changeList(part);
    const counts = fieldCounts(part, bar.setFieldCounts);
    const fitting = new Fitting(part, counts);
    const marks = hits(list.node, signal);
    const held = heldLine(part);
    const progress = lookedLine(part, next);
    const line = el("p", { class: "fits muted" });
    let present = new URLSearchParams();
    let showing = new AbortController();
    let said = Promise.resolve(null);

    function sentence(query, found) {
        const { held: onlyHeld, unseen } = scopeOf(query);
        const isFiltered = Object.keys(filterOf(query)).length > 0;
        const hidden = unseen ? " Those that you have looked at are hidden." : "";
        if (onlyHeld)
            return `${count(found.held.n, "change")} ${found.held.n === 1 ? "is" : "are"} held back` +
                `${isFiltered ? " among those that fit" : ""}.${hidden}`;
        return isFiltered ? fits(found.n, part.applied().changes, found.held.n) + hidden : hidden.trim();
    }

    // Says how many changes fit, once they have been counted.
    async function tell(query, ask, mine) {
        try {
            const found = await ask();
            if (mine.aborted)
                return null;
            steadily(() => {
                bar.show(query, found);
                progress.show(query, found);
                fill(line, sentence(query, found));
            });
            return line.textContent || `All ${count(sums.changes, "change")} are shown.`;
        } catch (error) {
            if (mine.aborted)
                return null;
            fill(line, "How many changes fit could not be counted. ", error.message);
            return line.textContent;
        }
    }

    function counting(query) {
        showing.abort();
        showing = abortedWith(signal);
        const mine = showing.signal;
        let asked = null;
        const ask = () => asked ??= fitting.of(filterOf(query), mine, query.get("view") === "groups")
            .catch((error) => { asked = null; throw error; });
        return { ask, mine };
    }

    function show(query) {
        present = query;
        const { ask, mine } = counting(query);
        bar.show(query);
        progress.show(query, null);
        marks.show(query.get("search") ?? "");
        fill(line);
        said = tell(query, ask, mine);
        return sums.changes ? list.show(query, ask) : null;
    }

    // Others are held back than before: what accepting applies is counted anew, and the rows say it.
    async function holdsChanged() {
        fitting.changed();
        counts.changed();
        steadily(held.show);
        const { ask, mine } = counting(present);
        said = tell(present, ask, mine);
        list.changed(await ask());
    }

    live.on((job, before) => {
        if (job.attempts !== before.attempts)
            return;
        if (job.review.version !== before.review.version)
            holdsChanged().catch(() => {});
        if (job.review.activity !== before.review.activity)
            looked.read().catch(() => {});
        if (job.status !== before.status) {
            list.marks();
            steadily(held.show);
        }
    });

    // Goes to the next change that the person has not looked at.
    async function next() {
        try {
            if (!await list.next())
                announce("You have looked at all that is shown.");
        } catch (error) {
            if (!signal.aborted)
                announce(error.message);
        }
    }

    function refresh() {
        list.refresh();
        progress.refresh();
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
    const node = el("div", {}, counts.oddities, counts.node, held.node,
        sums.changes ? [bar.node, progress.node, line, el("h2", { class: "unseen" }, "Changes"), list.node] : nothing());
    return { node, show, said: () => said, bring, enter: list.enter, goTo: list.goTo, point: list.point, refresh };
}
