// The bar at the foot of a review: what a decision would do, and the buttons.
import { el, fill } from "../core/dom.js";
import { number, person, time } from "../core/format.js";
import * as router from "../core/router.js";
import { allFiles, applied, inShort, totals } from "../parts/counts.js";
import { consequences, decisionButtons } from "../parts/decision.js";
import { errorPlace, notice } from "../parts/notice.js";
import { badge, isWaiting } from "../parts/status.js";
import { warningCount } from "../parts/warnings.js";

/**
 * A node, say(words), which tells what could not be done, told(), what the bar says of that, and
 * put(content), which puts something beside the decision.
 * live: see follow. said: what the page before this one has told.
 */
export function decisionBar(live, { said, signal }) {
    const { id } = live.now;
    const failures = errorPlace();
    const offline = el("div", { role: "status" });
    const what = el("span", { class: "what" });
    const beside = el("div", {});
    const way = el("span", { class: "buttons" });
    const node = el("aside", { class: "decision", id: "decision", "aria-label": "Decision", tabindex: "-1" },
        offline, failures.node, beside, el("div", { class: "row" }, what, way));
    // Whoever has gone elsewhere meanwhile stays there.
    const address = location.pathname;
    const isHere = () => location.pathname === address;
    const gone = () => isHere() && router.navigate(`/jobs/${id}/`);
    let told = null;
    let offered = "";

    function say(words) {
        told = words;
        failures.say(words);
    }

    function refused(words) {
        if (signal.aborted)
            return isHere() && router.reload({ words });  // this page has been shown again
        say(words);
        return live.ask().catch(() => {});
    }

    // What warns of the decision is at the top of the page.
    function warnings(job) {
        const words = warningCount(job);
        return words && el("a", { class: "warned", href: "#warnings" }, words);
    }

    // The buttons stay the same ones as long as the same can be done, so that the focus stays too.
    function offer(job) {
        const isStale = job.review?.stale > 0;  // then comparing again is what to do first, see staleNotice
        const next = JSON.stringify([job.status, job.actions, isStale]);
        if (next === offered)
            return;
        offered = next;
        const first = isStale ? "" : "accept_changes";
        const buttons = isWaiting(job)
            ? decisionButtons(job, { done: gone, failed: refused, first, latest: () => live.now }) : [];
        const wasHere = way.contains(document.activeElement);
        fill(way, buttons.length ? buttons : el("a", { class: "button", href: `/jobs/${id}/` }, `Import ${number(id)}`));
        if (wasHere)
            node.focus({ preventScroll: true });  // the button that had it is gone
    }

    function show(job) {
        const waits = isWaiting(job);
        fill(what, badge(job.status), " ", inShort(totals(applied(job))),
            waits ? el("span", { class: "does" }, consequences(job), allFiles(job) && ` (${allFiles(job)})`)
                : allFiles(job) && el("span", { class: "muted" }, `in ${allFiles(job)}`),
            job.accepted && el("span", { class: "muted" },
                " accepted ", time(job.accepted), " by ", person(job.accepted_by)),
            waits && warnings(job));
        offer(job);
    }

    say(said ?? null);
    show(live.now);
    live.on(show);
    live.onTrouble((error) => fill(offline, error && notice("warn", `${error.message} Trying again…`)));
    return { node, say, told: () => told, put: (content) => fill(beside, content) };
}
