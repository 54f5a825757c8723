// The bar at the foot of a review: what is to be decided, and the buttons.
import { el, fill } from "../core/dom.js";
import { number, person, time } from "../core/format.js";
import * as router from "../core/router.js";
import { allFiles, inShort } from "../parts/counts.js";
import { decisionButtons } from "../parts/decision.js";
import { errorPlace } from "../parts/notice.js";
import { badge, isWaiting } from "../parts/status.js";
import { warningCount } from "../parts/warnings.js";

/** A node, and show(job) for when the job changes. Calls `reread` if the server refused. */
export function decisionBar(job, sums, reread) {
    const failures = errorPlace();
    const content = el("div", { class: "row" });
    const gone = () => router.navigate(`/jobs/${job.id}/`);

    function refused(message) {
        failures.say(message);
        reread().catch(() => {});
    }

    // What warns of the decision is at the top of the page.
    function warnings(now) {
        const words = isWaiting(now) && warningCount(now);
        return words && el("a", { class: "warned", href: "#warnings" }, words);
    }

    function show(now) {
        const buttons = isWaiting(now)
            ? decisionButtons(now, { done: gone, failed: refused, first: true }) : [];
        fill(content,
            el("span", { class: "what" }, badge(now.status), " ", inShort(sums),
                allFiles(job) && el("span", { class: "muted" }, `in ${allFiles(job)}`),
                now.accepted && el("span", { class: "muted" },
                    " accepted ", time(now.accepted), " by ", person(now.accepted_by)),
                warnings(now)),
            buttons.length ? el("span", { class: "buttons" }, buttons)
                : el("a", { class: "button", href: `/jobs/${job.id}/` }, `Import ${number(job.id)}`));
    }
    show(job);
    return { node: el("aside", { class: "decision", "aria-label": "Decision" }, failures.node, content), show };
}
