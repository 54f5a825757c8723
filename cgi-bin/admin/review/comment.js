// The words of one comment or answer, which who wrote them can change.
import { el, fill } from "../core/dom.js";
import { person, time } from "../core/format.js";
import { importedBlock } from "../core/text.js";
import { isOwn } from "./comments.js";
import { commentForm } from "./comment_form.js";

/** Who wrote it, and when. */
export const byLine = ({ by, date, edited }) =>
    [el("strong", {}, person(by, "somebody")), " ", el("span", { class: "muted" }, time(date), edited && ", edited")];

/** Its text; a node, show(comment), edit(), which opens a form for it, and `isWriting`. back: what has the focus then. */
export function words(comment, { comments, back }) {
    const node = el("div", { class: "words" });
    const place = `edit ${comment.id}`;
    let shown = null;
    let form = null;

    function show(next) {
        comment = next;
        if (form || shown === comment.text)
            return;
        shown = comment.text;
        fill(node, importedBlock(shown));
    }

    function edit() {
        form ??= commentForm({
            name: "Your comment", submit: "Save", place, drafts: comments.drafts, text: comment.text,
            send: ({ text }) => comments.edit(comment.id, text),
            closed() {
                form = shown = null;
                show(comment);
                back();
            },
        });
        fill(node, form.node);
    }

    show(comment);
    if (isOwn(comment) && comments.drafts.of(place))
        edit();
    return {
        node, show,
        edit() {
            edit();
            form.focus();
        },
        get isWriting() { return form !== null; },
    };
}
