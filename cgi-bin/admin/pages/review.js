// Reviewing the diff of a job: a summary, the changes, and the decision always within reach.
import * as api from "../core/api.js";
import { announce, el } from "../core/dom.js";
import { count, number, person, time } from "../core/format.js";
import { poll } from "../core/poll.js";
import * as router from "../core/router.js";
import { imported } from "../core/text.js";
import { cards, totals } from "../parts/counts.js";
import { warningPanel } from "../parts/findings.js";
import { notice, refusal } from "../parts/notice.js";
import { changeList } from "../review/change_list.js";
import { decisionBar } from "../review/decision_bar.js";
import { fieldCounts } from "../review/field_counts.js";
import { listen } from "../review/keys.js";
import { toolbar } from "../review/toolbar.js";

const QUERY = { include: "files,counts,actions,attempts,warnings" };
const WATCH = 4000;  // ms; somebody else may decide in the meantime

function head(job, sums) {
    const names = job.files.map((f, i) => [i > 0 && ", ", imported(f.filename)]);
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

export default async function review({ params, query, signal }) {
    const readJob = api.watcher(`library/import/${params.id}/`, QUERY);
    const job = await readJob(signal);
    const sums = totals(job.counts);
    if (!sums)
        return refusal("Nothing to review", "This import has no diff: it is not that far, or it failed before.");

    const model = job.counts[0].content_model;
    const bar = toolbar(sums);
    const decision = decisionBar(job, sums, watch);
    const counts = fieldCounts(job, model, sums, { signal, counted: bar.setFieldCounts });
    const list = changeList(job, model, sums, counts, signal);

    function show(next) {
        bar.show(next);
        return list.show(next);
    }

    // Scrolls so that what was chosen above the list can be seen.
    async function update(next) {
        const top = bar.node.getBoundingClientRect().top;
        await show(next);
        if (top > innerHeight / 2 || top < 0)
            bar.node.scrollIntoView({ block: "start" });
        announce("The list of changes is filtered.");
        return true;
    }

    async function watch() {
        const now = await readJob(signal);
        if (!now)
            return;
        if (now.attempts !== job.attempts) {
            router.reload();  // the job was retried, so this diff is out of date
            return;
        }
        decision.show(now);
        announce("The status of this import has changed.");
    }
    poll(watch, { signal, every: WATCH });

    listen(signal);
    if (sums.changes)
        show(query);

    return {
        title: `Review of import ${job.id}`,
        update,
        node: [
            head(job, sums), warningPanel(job), counts.oddities, counts.node,
            sums.changes ? [bar.node, el("h2", { class: "unseen" }, "Changes"), list.node]
                : notice("info", `The file changes nothing: ${count(sums.records, "row")} say what the ` +
                    "library already has."),
            decision.node,
        ],
    };
}
