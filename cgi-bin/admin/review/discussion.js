// The discussion of an import: what is said about it as a whole, and where something is said about its
// changes.
import { el, fill } from "../core/dom.js";
import { count } from "../core/format.js";
import * as models from "../core/models.js";
import * as session from "../core/session.js";
import { imported, importedBlock } from "../core/text.js";
import { addressOfChanges, addressOfItem } from "../parts/address.js";
import { notice } from "../parts/notice.js";
import { hasDiff } from "../parts/status.js";
import { entryOfItem } from "./address.js";
import { byLine } from "./comment.js";
import { inWords, keyOf, whereIs } from "./comments.js";
import { filterWords } from "./filter_words.js";
import { threadView, views } from "./thread.js";
import { threads } from "./threads.js";

const BEGINNING = 120;  // characters of a comment in a list

function beginning(text) {
    const line = text.trim().replace(/\s+/gu, " ");
    return line.length > BEGINNING ? `${line.slice(0, BEGINNING)}…` : line;
}

// What a comment or a draft on changes is about, in words, and a link to it.
const placeWords = ({ model, item, changes }, job) =>
    item ?? filterWords(changes, { job, model: models.named(model) });

function placeLink({ model: name, item, changes }, job) {
    const model = models.named(name);
    const href = item ? addressOfItem(job, model, item) : addressOfChanges(job, model, changes);
    return el("a", { class: item ? "item-id" : null, href }, imported(placeWords({ model: name, item, changes }, job)));
}

const isOnChanges = ({ item, changes }) => Boolean(item ?? changes);

// A line about a thread, which leads to what it is about.
function row(thread, job) {
    const node = el("li", {});
    const model = models.named(thread.content_model);
    const link = placeLink(whereIs(thread), job);
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

// What was typed and not sent when the page was left, and where that was: it may be far away, or not there
// any more.
function leftRow({ place, text, ...where }, { job, drafts, changed }) {
    return el("li", {}, isOnChanges(where) ? placeLink(where, job) : "The import", ":", importedBlock(text, "said"),
        el("button", {
            type: "button", class: "quiet",
            onclick() {
                drafts.drop(place);
                changed();
            },
        }, "Throw it away"));
}

/**
 * Which items are no longer in the diff. Those that were commented in this attempt are in it; of others
 * it is found out, one after the other. Calls told() when something was.
 */
function finder(live, signal, told) {
    const known = new Map();  // the key of an item → whether it is there
    const placeOf = (thread) => keyOf(whereIs(thread));
    let looking = false;  // also for good, if it cannot be found out

    const isGone = (thread) => !hasDiff(live.now) || known.get(placeOf(thread)) === false;

    async function look(found) {
        const next = () => found.find((thread) => thread.item && thread.attempt !== live.now.attempts && !known.has(placeOf(thread)));
        if (looking || !hasDiff(live.now))
            return;
        looking = true;
        for (let thread = next(); thread; thread = next()) {
            const model = models.named(thread.content_model);
            const entry = await entryOfItem({ job: live.now, model }, thread.item, signal);
            known.set(placeOf(thread), entry !== null);
            told();
        }
        looking = false;
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
    const left = el("ul", { class: "plain" });
    const leftBox = el("details", {}, el("summary", {}, "Typed, but not sent"), left);
    const onChanges = el("h3", {}, "On changes");
    const blocking = el("p", { class: "muted", hidden: true },
        "Open comments have to be resolved before this import can be accepted.");
    const node = el("section", { class: "panel discussion", id: "discussion", tabindex: "-1", "aria-labelledby": "discussion-title" },
        el("div", { class: "head" }, el("h2", { id: "discussion-title" }, "Discussion ", counts), whole.write),
        problem, blocking, whole.node, onChanges, open, resolvedBox, gone, leftBox);

    function back() {
        node.focus({ preventScroll: true });
    }

    // A file of several can be what a comment is about.
    function modelName({ content_model: model }) {
        return model && [models.named(model).title, ": "];
    }

    const goneName = (thread) => [imported(placeWords(whereIs(thread), live.now), thread.item ? "item-id" : ""),
        ", no longer in the diff: "];
    const showOpen = views(open, (thread) => row(thread, live.now), back);
    const showResolved = views(resolved, (thread) => row(thread, live.now), back);
    const showGone = views(gone, (thread) => threadView(thread, { comments, back, heading: goneName }), back);
    // Anew only when there is less of it, so that nothing happens to who copies it.
    function showLeft() {
        const drafts = comments.drafts.left;
        leftBox.hidden = !drafts.length;
        if (drafts.length === left.children.length)
            return;
        fill(left, drafts.map((draft) => leftRow(draft, { job: live.now, drafts: comments.drafts, changed() {
            showLeft();
            back();
        } })));
    }

    const { isGone, look } = finder(live, signal, show);

    function show() {
        const placed = comments.all.filter(isOnChanges);
        const there = placed.filter((thread) => !isGone(thread));
        const done = there.filter((thread) => thread.resolved);
        const review = live.now.review?.comments;

        fill(counts, inWords(comments.all) || "no comments yet");
        fill(problem, comments.problem && notice("bad", "The comments could not be read. ", comments.problem.message, " ",
            el("button", { type: "button", onclick: () => comments.read() }, "Try again")));
        whole.show();
        showOpen(there.filter((thread) => !thread.resolved));
        showResolved(done);
        showGone(placed.filter(isGone));
        showLeft();
        fill(resolvedCount, count(done.length, "resolved thread"));
        resolvedBox.hidden = !done.length;
        onChanges.hidden = !placed.length;
        blocking.hidden = !(review?.blocking && comments.all.some((thread) => !thread.resolved));
        node.hidden = !comments.all.length && !comments.problem && leftBox.hidden && !session.may("editor");
        look(placed).catch(() => {});
    }
    return { node, show };
}
