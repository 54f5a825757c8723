// The discussion of an import: what is said about it as a whole, and where something is said about its
// changes.
import { el, fill } from "../core/dom.js";
import { count } from "../core/format.js";
import * as models from "../core/models.js";
import * as session from "../core/session.js";
import { imported } from "../core/text.js";
import { addressOfItem } from "../parts/address.js";
import { notice } from "../parts/notice.js";
import { hasDiff } from "../parts/status.js";
import { entryOfItem } from "./address.js";
import { byLine } from "./comment.js";
import { inWords } from "./comments.js";
import { threadView, views } from "./thread.js";
import { threads } from "./threads.js";

const BEGINNING = 120;  // characters of a comment in a list

function beginning(text) {
    const line = text.trim().replace(/\s+/gu, " ");
    return line.length > BEGINNING ? `${line.slice(0, BEGINNING)}…` : line;
}

// A line about a thread, which leads to its change.
function row(thread, job) {
    const node = el("li", {});
    const model = models.named(thread.content_model);
    const link = el("a", { class: "item-id", href: addressOfItem(job, model, thread.item) }, imported(thread.item));
    const rest = el("span", {});
    node.append(link, " ", rest);
    return {
        node,
        show({ field, text, answers, ...by }) {
            fill(rest, field && [el("strong", {}, model.field(field).label), ": "], imported(beginning(text)), " ",
                byLine(by), answers.length > 0 && el("span", { class: "muted" }, `, ${count(answers.length, "answer")}`));
        },
    };
}

/**
 * Which items are no longer in the diff. Those that were commented in this attempt are in it; of others
 * it is found out, one after the other. Calls told() when something was.
 */
function finder(live, signal, told) {
    const known = new Map();  // "model/item" → whether it is there
    const keyOf = ({ content_model: model, item }) => `${model}/${item}`;
    let looking = false;

    const isGone = (thread) => !hasDiff(live.now) || known.get(keyOf(thread)) === false;

    async function look(found) {
        const next = () => found.find((thread) => thread.attempt !== live.now.attempts && !known.has(keyOf(thread)));
        if (looking || !hasDiff(live.now))
            return;
        looking = true;
        try {
            for (let thread = next(); thread; thread = next()) {
                const model = models.named(thread.content_model);
                const entry = await entryOfItem({ job: live.now, model }, thread.item, signal);
                known.set(keyOf(thread), entry !== null);
                told();
            }
        } finally {
            looking = false;
        }
    }
    return { isGone, look };
}

/** A panel, with show(), for when the comments have changed. live: see follow(). */
export function discussion(live, comments, signal) {
    const counts = el("span", { class: "muted" });
    const problem = el("div", { role: "alert" });
    const whole = threads({ says: "the import" }, { comments, back, heading: modelName });
    const open = el("ul", { class: "plain rows-of-comments" });
    const resolved = el("ul", { class: "plain rows-of-comments" });
    const resolvedCount = el("summary", {});
    const resolvedBox = el("details", {}, resolvedCount, resolved);
    const gone = el("div", {});
    const onChanges = el("h3", {}, "On changes");
    const blocking = el("p", { class: "muted", hidden: true },
        "Open comments have to be resolved before this import can be accepted.");
    const node = el("section", { class: "panel discussion", id: "discussion", tabindex: "-1", "aria-labelledby": "discussion-title" },
        el("div", { class: "head" }, el("h2", { id: "discussion-title" }, "Discussion ", counts), whole.write),
        problem, blocking, whole.node, onChanges, open, resolvedBox, gone);

    function back() {
        node.focus({ preventScroll: true });
    }

    // A file of several can be what a comment is about.
    function modelName({ content_model: model }) {
        return model && [models.named(model).title, ": "];
    }

    const goneName = (thread) => [imported(thread.item, "item-id"), ", no longer in the diff: "];
    const showOpen = views(open, (thread) => row(thread, live.now), back);
    const showResolved = views(resolved, (thread) => row(thread, live.now), back);
    const showGone = views(gone, (thread) => threadView(thread, { comments, back, heading: goneName }), back);
    const { isGone, look } = finder(live, signal, show);

    function show() {
        const onItems = comments.all.filter(({ item }) => item);
        const there = onItems.filter((thread) => !isGone(thread));
        const done = there.filter((thread) => thread.resolved);
        const review = live.now.review?.comments;

        fill(counts, inWords(comments.all) || "no comments yet");
        fill(problem, comments.problem && notice("bad", "The comments could not be read. ", comments.problem.message, " ",
            el("button", { type: "button", onclick: () => comments.read() }, "Try again")));
        whole.show();
        showOpen(there.filter((thread) => !thread.resolved));
        showResolved(done);
        showGone(onItems.filter(isGone));
        fill(resolvedCount, count(done.length, "resolved thread"));
        resolvedBox.hidden = !done.length;
        onChanges.hidden = !onItems.length;
        blocking.hidden = !(review?.blocking && comments.all.some((thread) => !thread.resolved));
        node.hidden = !comments.all.length && !comments.problem && !session.may("editor");
        look(onItems).catch(() => {});
    }
    return { node, show };
}
