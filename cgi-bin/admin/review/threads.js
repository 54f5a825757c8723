// All that is said about one place, and the form that says more.
import { announce, el, fill } from "../core/dom.js";
import * as session from "../core/session.js";
import { inWords, keyOf } from "./comments.js";
import { commentForm } from "./comment_form.js";
import { threadView, views } from "./thread.js";

/**
 * place: see keyOf, and `says`, its name; about: what of it a comment can be about, as choices, heading: see
 * threadView, back(): gives the focus to where reading goes on. Returns a node, `count`, which says how many there
 * are, `write`, a button that opens the form (null for who may not), and show(), for when the comments
 * have changed.
 */
export function threads(place, { comments, about = null, back, heading }) {
    const list = el("div", {});
    const writing = el("div", {});
    const count = el("span", { class: "comment-count" });
    const { says, ...where } = place;
    const draft = `on ${keyOf(place)}`;
    let form = null;

    const write = session.may("editor") ? el("button", {
        type: "button", class: "quiet comment-on", "aria-label": `Comment on ${says}`,
        onclick() {
            open();
            form.focus();
            form.node.scrollIntoView({ block: "nearest" });
        },
    }, "Comment") : null;

    function open() {
        form ??= commentForm({
            name: `Comment on ${says}`, submit: "Comment", place: draft, where, drafts: comments.drafts, about,
            send: ({ text, field }) => comments.add(where, text, field),
            closed(sent) {
                form = null;
                fill(writing);
                back();
                if (sent)
                    announce("Your comment is there.");
            },
        });
        if (!writing.contains(form.node))
            fill(writing, form.node);
    }

    const showAll = views(list, (thread) => threadView(thread, { comments, back, heading }), back);

    function show() {
        const found = comments.about(place);
        fill(count, inWords(found));
        showAll(found);
    }
    show();
    if (write && comments.drafts.of(draft))
        open();
    return { node: el("div", { class: "threads" }, list, writing), count, write, show };
}
