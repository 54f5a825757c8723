// The bar at the foot of a review: what is to be decided, and the buttons.
import { el, fill } from "../core/dom.js";
import { number, person, time } from "../core/format.js";
import * as router from "../core/router.js";
import { allFiles, inShort } from "../parts/counts.js";
import { decisionButtons } from "../parts/decision.js";
import { errorPlace } from "../parts/notice.js";
import { badge, isWaiting } from "../parts/status.js";
import { warningCount } from "../parts/warnings.js";

/**
 * A node, show(job) for when the job changes, and told(), what the bar says of a refusal. Calls
 * `reread` if the server refused. said: a refusal that the page before this one has told.
 */
export function decisionBar(job, sums, { reread, said, signal }) {
    const failures = errorPlace();
    const content = el("div", { class: "row" });
    const node = el("aside", { class: "decision", "aria-label": "Decision", tabindex: "-1" }, failures.node, content);
    // Whoever has gone elsewhere meanwhile stays there.
    const address = location.pathname;
    const isHere = () => location.pathname === address;
    const gone = () => isHere() && router.navigate(`/jobs/${job.id}/`);

    function refused(message) {
        if (signal.aborted)
            return isHere() && router.reload(message);  // this page has been shown again
        failures.say(message);
        return reread().catch(() => {});
    }

    // What warns of the decision is at the top of the page.
    function warnings(now) {
        const words = isWaiting(now) && warningCount(now);
        return words && el("a", { class: "warned", href: "#warnings" }, words);
    }

    function show(now) {
        const buttons = isWaiting(now)
            ? decisionButtons(now, { done: gone, failed: refused, first: "accept_changes" }) : [];
        const wasHere = content.contains(document.activeElement);
        fill(content,
            el("span", { class: "what" }, badge(now.status), " ", inShort(sums),
                allFiles(job) && el("span", { class: "muted" }, `in ${allFiles(job)}`),
                now.accepted && el("span", { class: "muted" },
                    " accepted ", time(now.accepted), " by ", person(now.accepted_by)),
                warnings(now)),
            buttons.length ? el("span", { class: "buttons" }, buttons)
                : el("a", { class: "button", href: `/jobs/${job.id}/` }, `Import ${number(job.id)}`));
        if (wasHere)
            node.focus({ preventScroll: true });  // the button that had it is gone
    }
    failures.say(said);
    show(job);
    return { node, show, told: () => failures.node.textContent };
}
