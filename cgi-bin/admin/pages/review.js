// Reviewing the diff of a job: a summary, the changes of each model, and the decision always within
// reach.
import { announce, el, fill } from "../core/dom.js";
import { number, person, time } from "../core/format.js";
import * as models from "../core/models.js";
import { linkTo } from "../core/query.js";
import * as router from "../core/router.js";
import { imported } from "../core/text.js";
import { applied, cards, inShort, totals } from "../parts/counts.js";
import { errorPlace, refusal } from "../parts/notice.js";
import { hasDiff, isActive, titled } from "../parts/status.js";
import { tabs } from "../parts/tabs.js";
import { warningPanel } from "../parts/warnings.js";
import { START } from "../review/address.js";
import { approvals } from "../review/approvals.js";
import { Comments } from "../review/comments.js";
import { decisionBar } from "../review/decision_bar.js";
import { discussion } from "../review/discussion.js";
import { Holding } from "../review/holding.js";
import { listen } from "../review/keys.js";
import { follow } from "../review/live.js";
import { Looked } from "../review/looked.js";
import { modelReview } from "../review/model_review.js";
import { readingPlace } from "../review/place.js";
import { printNotes } from "../review/print.js";
import { FILTERS } from "../review/source.js";
import { staleNotice } from "../review/stale.js";
import { steadily } from "../review/steady.js";
import { warner } from "../review/warned.js";

const COMPARED_AGAIN = "This import has been compared again meanwhile: look at its changes as they are now.";
// What a query selects within one model; the others may not have it.
const WITHIN = { ...START, ...Object.fromEntries([...FILTERS, "held"].map((name) => [name, null])) };

// What is accepted, and how much of it the person has looked at, as both change. marks: those of each
// model.
function head(live, marks, signal) {
    const job = live.now;
    const counts = el("div", { class: "sums" });
    const far = el("span", {});
    const all = totals(job.counts).changes;
    const showFar = () => fill(far, all > 0 &&
        `, ${number(marks.reduce((n, looked) => n + looked.count, 0))} of ${number(all)} looked at`);
    const show = (now) => steadily(() => fill(counts, cards(totals(applied(now)))));
    show(job);
    showFar();
    live.on((now, before) => now.review.version !== before.review.version && show(now));
    marks.forEach((looked) => looked.on(showFar, signal));
    const names = models.inOrder(job.files).map((f, i) => [i > 0 && ", ", imported(f.filename)]);
    return [
        el("nav", { class: "crumbs", "aria-label": "Breadcrumb" },
            el("a", { href: "/jobs/" }, "Imports"), " / ",
            el("a", { href: `/jobs/${job.id}/` }, `Import ${number(job.id)}`)),
        el("div", { class: "head" },
            el("div", {}, el("h1", {}, "Review changes"),
                el("p", { class: "muted" }, names,
                    ", uploaded ", time(job.triggered), " by ", person(job.triggered_by), far)),
            counts),
    ];
}

/**
 * The reviews of the models of a job: the one that the query names, and a tab for each if there are
 * several. marks: model's name → Looked; comments: see Comments; tell(words): says what could not be done. show(query) resolves
 * to the review shown.
 */
function reviews(live, marks, comments, tell, signal) {
    const job = live.now;
    const counts = models.inOrder(job.counts);
    const several = counts.length > 1;
    const first = counts.find((row) => totals([row]).changes) ?? counts[0];
    const made = new Map();
    const tallies = new Map(counts.map((row) => [row.content_model, el("span", {})]));
    const showTallies = (now) => applied(now).forEach((row) =>
        fill(tallies.get(row.content_model), inShort(totals([row]))));
    const bar = several && tabs({
        label: "Files of this import",
        choices: counts.map((row) => ({
            name: row.content_model,
            label: [models.named(row.content_model).title, " ", tallies.get(row.content_model)],
        })),
        choose: (name) => router.setQuery({ model: name, ...WITHIN }, { replace: true }),
    });
    const single = el("div", {});
    showTallies(job);
    live.on((now) => now.attempts === job.attempts && showTallies(now));

    function make(row) {
        const model = models.named(row.content_model);
        const link = (filter) => linkTo(several ? { model: model.name } : {}, filter);
        return modelReview({
            live, job, model, sums: totals([row]), link, signal,
            looked: marks.get(model.name), holding: new Holding({ live, model, tell }), warn: warner(job, model), comments,
        });
    }

    let present = null;
    function show(query) {
        const row = counts.find((r) => r.content_model === query.get("model")) ?? first;
        const name = row.content_model;
        if (!made.has(name))
            made.set(name, make(row));
        if (present !== name && several)
            bar.show(name, made.get(name).node);
        else if (present !== name)
            single.replaceChildren(made.get(name).node);
        const moved = present !== null && present !== name;
        present = name;
        return { shown: made.get(name), moved, done: made.get(name).show(query) };
    }
    const refresh = () => made.forEach((shown) => shown.refresh());
    return { node: several ? [bar.node, bar.panel] : single, show, refresh };
}

/**
 * The page of a job without a diff. While there may yet be one, as after a retry, the page waits for
 * it. said: { words } of the page before, which this one tells too.
 */
function withoutDiff(live, said) {
    const job = live.now;
    const failures = errorPlace();
    failures.say(said.words);
    const address = el("p", {}, el("a", { href: `/jobs/${job.id}/` }, `Import ${number(job.id)}`));
    if (!isActive(job)) {
        const { title, node } = refusal("Nothing to review", "This import has no diff: it failed or ended before.");
        return { title, node: [...node, address, failures.node] };
    }
    live.on((now) => {
        if (hasDiff(now) || !isActive(now))
            router.reload(said);
    });
    return {
        title: titled(job, "Review of import"),
        node: [
            el("h1", {}, "Nothing to review yet"),
            el("p", { role: "status" }, "This import is being compared with the library. Its changes appear here then."),
            address, failures.node,
        ],
    };
}

export default async function review({ params, query, signal, said, entitle }) {
    const [live] = await Promise.all([follow(params.id, signal), models.load()]);
    const job = live.now;
    const sums = totals(job.counts);
    if (!sums)
        return withoutDiff(live, said || {});
    let decision = null;
    // The diff is another one now. Whoever reads goes on at the same row.
    live.on((now) => {
        if (now.attempts !== job.attempts)
            router.reload({ words: decision?.told() ?? COMPARED_AGAIN, place: readingPlace() });
    });
    const comments = new Comments(live, signal);
    decision = decisionBar(live, { said: said.words, signal });
    const marks = new Map(job.counts.map(({ content_model: model }) =>
        [model, new Looked({ job, model, tell: decision.say, signal })]));
    await models.load(...marks.keys());
    // What people did is asked for together with the first changes.
    const asked = [approvals(live, decision.say, signal), comments.read(),
        ...[...marks.values()].map((looked) => looked.read().catch(() => {}))];
    const parts = reviews(live, marks, comments, decision.say, signal);
    const talk = discussion(live, comments, signal);
    comments.on(() => steadily(() => {
        talk.show();
        parts.refresh();
    }));
    const first = parts.show(query);
    const [approving] = await Promise.all(asked);
    decision.put(approving.slot);

    // The kind of warnings whose changes are shown, and where the list begins: who goes there goes to it.
    let goal = [query.get("warning"), query.get("from")];
    async function update(next) {
        const { shown, moved, done } = parts.show(next);
        const now = [next.get("warning"), next.get("from")];
        const turned = now.some((value, i) => value && value !== goal[i]);
        goal = now;
        await done;
        if (shown.point())
            return true;
        if (!moved || turned)
            shown.bring();
        if (turned)
            shown.enter();
        if (moved)
            announce("Another file's changes are shown.");
        else
            shown.said().then((text) => text && announce(text));
        return true;
    }

    live.on((now, before) => {
        entitle(titled(now, "Review of import"));
        if (now.status !== before.status)
            announce("The status of this import has changed.");
    });

    listen(signal);
    const [above, below] = printNotes({ total: sums.changes, several: job.counts.length > 1, signal });

    // Who comes for one change, or for those that warnings are about, finds them on the screen.
    async function begin() {
        await first.done;
        if (said.place) {
            first.shown.goTo(said.place.entry, said.place.focused);
            return;
        }
        if (first.shown.point() || !goal[0])
            return;
        first.shown.bring();
        first.shown.enter();
    }

    return {
        title: titled(job, "Review of import"),
        update,
        shown: begin,
        node: [
            el("a", { class: "skip", href: "#changes" }, "Skip to the changes"),
            el("a", { class: "skip", href: "#decision" }, "Skip to the decision"),
            head(live, [...marks.values()], signal), above, staleNotice(live, decision.say), warningPanel(job),
            approving.panel, talk.node, parts.node, below, decision.node,
        ],
    };
}
