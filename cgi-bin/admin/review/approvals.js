// Who has approved the review, and who has yet to: beside the decision, in short and with the button for
// it; and in a panel, with what is different since an approval that no longer counts.
import * as api from "../core/api.js";
import { announce, el, fill } from "../core/dom.js";
import { count, number, person, time } from "../core/format.js";
import * as session from "../core/session.js";
import { notice } from "../parts/notice.js";
import { refusalWords, sinceLinks } from "../parts/refusals.js";
import { isWaiting } from "../parts/status.js";
import { steadily } from "./steady.js";

const isMine = ({ by }) => by?.id === session.current().id;
const HAS_A_PART = "Others have to approve it, as you uploaded or retried it.";

// What makes somebody a part of an import, which others have to approve.
const CONTRIBUTIONS = ["created", "retried"];

// Why an approval does not count.
const REASONS = {
    contributor: () => "It does not count: who uploads or retries an import has a part in it.",
    role: () => "It does not count: they may not approve any more.",
    review_changed: ({ since }) => {
        const n = (since ?? []).reduce((sum, row) => sum + row.changes, 0);
        return `It is outdated: ${since ? `${count(n, "change")} ${n === 1 ? "is" : "are"} different since`
            : "the review is another one since"}${n > 0 ? ":" : "."}`;
    },
};

function row(approval, job) {
    const { by, date, counts, why } = approval;
    return el("li", { class: counts ? "counts" : null },
        el("p", {}, counts && el("span", { class: "done" }, "✓ "), el("strong", {}, person(by, "somebody")),
            " approved ", time(date), counts ? "." : [". ", REASONS[why]?.(approval) ?? "It does not count."]),
        why === "review_changed" && sinceLinks(job, approval.since));
}

/** "1 of 2 approvals, 1 outdated", or where none is needed "1 approval". */
function inWords({ needed, given, results }) {
    const outdated = results.filter(({ why }) => why === "review_changed").length;
    return [needed > 0 ? `${number(given)} of ${count(needed, "approval")}` : count(given, "approval"),
        outdated > 0 ? `, ${number(outdated)} outdated` : ""].join("");
}

/**
 * live: see follow. Resolves to { slot, panel }, both hidden while no approval is needed or given. told(words)
 * says what could not be done.
 */
export async function approvals(live, told, signal) {
    const path = `library/import/${live.now.id}/approvals/`;
    let found = { needed: 0, given: 0, results: [] };
    let hasPart = null;  // whether the person has a part in the import, once that is asked
    let turn = 0;

    const short = el("a", { href: "#approvals" });
    const button = el("button", { type: "button", onclick: act }, "");
    const why = el("span", { class: "muted" });
    const slot = el("div", { class: "approvals", tabindex: "-1" }, short, why, button);
    const sum = el("span", { class: "muted" });
    const list = el("ul", { class: "plain" });
    const problem = el("div", { role: "alert" });
    const panel = el("section", { class: "panel", id: "approvals", tabindex: "-1", "aria-labelledby": "approvals-title" },
        el("h2", { id: "approvals-title" }, "Approvals ", sum), problem, list);

    const mine = () => found.results.find(isMine);
    const isGiven = () => mine()?.counts === true;
    // Also an outdated one can be taken back, but it is more likely given again.
    const label = () => isGiven() ? "Take my approval back" : mine()?.why === "review_changed" ? "Approve again"
        : "Approve this review";

    function show() {
        const wasHere = document.activeElement === button;
        const wasInList = list.contains(document.activeElement);
        const isShown = found.needed > 0 || found.results.length > 0 || problem.firstChild !== null;
        const waits = isWaiting(live.now);
        const may = waits && session.may("editor") && !hasPart;
        slot.hidden = panel.hidden = !isShown;
        fill(short, inWords(found));
        fill(sum, inWords(found));
        fill(list, found.results.length ? found.results.map((one) => row(one, live.now))
            : el("li", { class: "muted" }, "Nobody has approved this review yet."));
        fill(why, waits && (!session.may("editor") ? "Editors approve." : hasPart && HAS_A_PART));
        button.hidden = !may;
        button.textContent = label();
        if (wasHere && (!may || slot.hidden))
            slot.focus({ preventScroll: true });
        if (wasInList)
            panel.focus({ preventScroll: true });
    }

    async function readPart() {
        const { results } = await api.get(`library/import/${live.now.id}/events/`, {}, signal);
        return results.some((event) => CONTRIBUTIONS.includes(event.event) && isMine(event));
    }

    async function read() {
        const mineTurn = ++turn;
        try {
            const answer = await api.get(path, {}, signal);
            const isAsked = answer.needed > 0 || answer.results.length > 0;
            hasPart ??= isAsked && session.may("editor") ? await readPart() : null;
            if (mineTurn !== turn)
                return;
            found = answer;
            fill(problem);
        } catch (error) {
            if (signal.aborted || mineTurn !== turn)
                return;
            fill(problem, notice("bad", "The approvals could not be read. ", error.message, " ",
                el("button", { type: "button", onclick: read }, "Try again")));
        }
        steadily(show);
    }

    // What is approved is what the page shows.
    async function act() {
        if (button.getAttribute("aria-disabled"))
            return;
        const shown = live.now;
        const approves = !isGiven();
        button.setAttribute("aria-disabled", "true");
        try {
            found = await (approves ? api.post(path, { review: shown.review.version }) : api.remove(path));
            turn += 1;
            told(null);
            announce(approves ? "You have approved this review." : "You have taken your approval back.");
        } catch (error) {
            hasPart ||= error.code === "contributor";
            told(refusalWords(shown, error));
        }
        button.removeAttribute("aria-disabled");
        steadily(show);
        live.ask().catch(() => {});
    }

    live.on((now, before) => {
        if (now.status !== before.status)
            show();
        const { activity, approvals: sums } = now.review ?? {};
        const isOther = activity !== before.review?.activity || now.review?.version !== before.review?.version;
        // Where nobody approves, nobody is asked for.
        if (isOther && (found.results.length > 0 || sums?.needed > 0 || sums?.given > 0))
            read();
    });
    await read();
    return { slot, panel };
}
