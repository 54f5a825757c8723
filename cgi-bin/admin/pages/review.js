// Reviewing the diff of a job: a summary, the changes of each model, and the decision always within
// reach.
import { announce, el } from "../core/dom.js";
import { number, person, time } from "../core/format.js";
import * as models from "../core/models.js";
import { linkTo } from "../core/query.js";
import * as router from "../core/router.js";
import { still } from "../core/still.js";
import { imported } from "../core/text.js";
import { cards, inShort, totals } from "../parts/counts.js";
import { errorPlace, refusal } from "../parts/notice.js";
import { hasDiff, isActive, titled } from "../parts/status.js";
import { tabs } from "../parts/tabs.js";
import { warningPanel } from "../parts/warnings.js";
import { UNNAMED } from "../review/address.js";
import { Comments } from "../review/comments.js";
import { decisionBar } from "../review/decision_bar.js";
import { discussion } from "../review/discussion.js";
import { listen } from "../review/keys.js";
import { follow } from "../review/live.js";
import { modelReview } from "../review/model_review.js";
import { printNotes } from "../review/print.js";
import { FILTERS } from "../review/source.js";
import { warner } from "../review/warned.js";

// What a query selects within one model; the others may not have it.
const WITHIN = { ...Object.fromEntries([...FILTERS, "from"].map((name) => [name, null])), ...UNNAMED };

function head(job, sums) {
    const names = models.inOrder(job.files).map((f, i) => [i > 0 && ", ", imported(f.filename)]);
    return [
        el("nav", { class: "crumbs", "aria-label": "Breadcrumb" },
            el("a", { href: "/jobs/" }, "Imports"), " / ",
            el("a", { href: `/jobs/${job.id}/` }, `Import ${number(job.id)}`)),
        el("div", { class: "head" },
            el("div", {}, el("h1", {}, "Review changes"),
                el("p", { class: "muted" }, names,
                    ", uploaded ", time(job.triggered), " by ", person(job.triggered_by))),
            cards(sums)),
    ];
}

/**
 * The reviews of the models of a job: the one that the query names, and a tab for each if there are
 * several. show(query) resolves to the review shown.
 */
function reviews(job, comments, signal) {
    const counts = models.inOrder(job.counts);
    const several = counts.length > 1;
    const first = counts.find((row) => totals([row]).changes) ?? counts[0];
    const made = new Map();
    const bar = several && tabs({
        label: "Files of this import",
        choices: counts.map((row) => ({
            name: row.content_model,
            label: [models.named(row.content_model).title, " ", inShort(totals([row]))],
        })),
        choose: (name) => router.setQuery({ model: name, ...WITHIN }, { replace: true }),
    });
    const single = el("div", {});

    function make(row) {
        const model = models.named(row.content_model);
        const link = (filter) => linkTo(several ? { model: model.name } : {}, filter);
        return modelReview({ job, model, sums: totals([row]), link, warn: warner(job, model), comments, signal });
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
 * it. said: see router.reload().
 */
function withoutDiff(live, { said }) {
    const job = live.now;
    const failures = errorPlace();
    failures.say(said);
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
    const live = await follow(params.id, { signal });
    const job = live.now;
    const sums = totals(job.counts);
    if (!sums)
        return withoutDiff(live, { said });
    const comments = new Comments(live, signal);
    await Promise.all([models.load(...job.counts.map((row) => row.content_model)), comments.read()]);

    const parts = reviews(job, comments, signal);
    const talk = discussion(live, comments, signal);
    talk.show();
    comments.on(() => still(() => {
        talk.show();
        parts.refresh();
    }));
    const decision = decisionBar(job, sums, { reread: live.ask, said, signal });

    let warned = query.get("warning");  // the kind of warnings whose changes are shown
    async function update(next) {
        const { shown, moved, done } = parts.show(next);
        const turned = next.get("warning") && next.get("warning") !== warned;
        warned = next.get("warning");
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
        if (now.attempts !== job.attempts) {
            router.reload(decision.told());  // the job was retried, so this diff is out of date
            return;
        }
        decision.show(now);
        entitle(titled(now, "Review of import"));
        if (now.status !== before.status)
            announce("The status of this import has changed.");
    });

    listen(signal);
    const [above, below] = printNotes({ total: sums.changes, several: job.counts.length > 1, signal });
    const first = parts.show(query);

    // Who comes for one change, or for those that warnings are about, finds them on the screen.
    async function begin() {
        await first.done;
        if (first.shown.point() || !warned)
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
            head(job, sums), above, warningPanel(job), talk.node, parts.node, below, decision.node,
        ],
    };
}
