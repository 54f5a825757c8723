// A comment with the answers to it, and what can be done with them.
import { announce, el, fill } from "../core/dom.js";
import { person, time } from "../core/format.js";
import * as models from "../core/models.js";
import * as session from "../core/session.js";
import { confirm } from "../parts/dialog.js";
import { errorPlace } from "../parts/notice.js";
import { byLine, words } from "./comment.js";
import { isOwn } from "./comments.js";
import { commentForm } from "./comment_form.js";

const button = (label, onclick) => el("button", { type: "button", class: "quiet", onclick }, label);

/**
 * What a comment says, with buttons to change and delete it for who wrote it. more: further buttons;
 * context: { comments, back, failed(error) }, where back() gives the focus to where reading goes on.
 */
function said(comment, context, more = []) {
    const { comments, back, failed } = context;
    const edit = button("Edit", () => own.edit());
    const own = words(comment, { comments, back: () => edit.focus() });
    const remove = button("Delete", async () => {
        if (!await confirm({
            title: "Delete your comment?", content: el("p", {}, "Nobody can read it then."),
            yes: "Delete it", no: "Keep it", danger: true,
        }))
            return;
        comments.remove(comment.id).then(back, failed);
    });
    const isMine = isOwn(comment);
    const row = session.may("editor") && el("div", { class: "buttons" }, more, isMine && [edit, remove]);
    return {
        node: [own.node, row],
        /** answered: nobody deletes a comment that has answers. */
        show(next, answered = false) {
            own.show(next);
            remove.hidden = answered;
        },
        get isWriting() { return own.isWriting; },
    };
}

function answerView(comment, context) {
    const by = el("p", { class: "by" });
    const text = said(comment, context);
    return {
        node: el("li", { class: "answer" }, by, text.node),
        show(next) {
            fill(by, byLine(next));
            text.show(next);
        },
        get isWriting() { return text.isWriting; },
    };
}

/**
 * Views of a list, by id: show(list) makes those that are new, shows the others again, and lets those go
 * that are there no more, unless somebody is writing there.
 */
export function views(node, make, back) {
    const made = new Map();
    return (list) => {
        const ids = new Set(list.map(({ id }) => id));
        for (const [id, view] of made) {
            if (ids.has(id))
                continue;
            if (view.isWriting) {
                view.isGone?.();
                continue;
            }
            const wasHere = view.node.contains(document.activeElement);
            view.node.remove();
            made.delete(id);
            if (wasHere)
                back();
        }
        for (const one of list) {
            if (!made.has(one.id)) {
                made.set(one.id, make(one));
                node.append(made.get(one.id).node);
            }
            made.get(one.id).show(one);
        }
        node.hidden = made.size === 0;
    };
}

/**
 * A thread, folded if it is resolved when it comes. context: { comments, back, heading(thread): what it is
 * about, if that does not follow from where it stands }.
 */
export function threadView(thread, context) {
    const { comments, back, heading = () => null } = context;
    const failures = errorPlace();
    const failed = (error) => failures.say(error);
    const place = `answer ${thread.id}`;
    const summary = el("summary", {});
    const answers = el("ul", { class: "plain" });
    const writing = el("div", {});
    const deleted = el("p", { class: "muted", hidden: true }, "This comment has been deleted.");
    let form = null;

    function write() {
        form ??= commentForm({
            name: "Your answer", submit: "Answer", place, drafts: comments.drafts,
            send: ({ text }) => comments.answer(thread.id, text),
            closed(sent) {
                form = null;
                fill(writing);
                answer.focus();
                if (sent)
                    announce("Your answer is there.");
            },
        });
        fill(writing, form.node);
    }
    const answer = button("Answer", () => {
        write();
        form.focus();
    });
    const resolve = button("", () => {
        const resolved = !thread.resolved;
        failures.say(null);
        comments.resolve(thread.id, resolved)
            .then(() => announce(resolved ? "Resolved." : "Open again."), failed);
    });
    const first = said(thread, { comments, back, failed }, [answer, resolve]);
    const showAnswers = views(answers, (one) => answerView(one, { comments, back: () => summary.focus(), failed }), back);
    const node = el("details", { class: "thread", open: !thread.resolved || comments.drafts.of(place) !== null },
        summary, deleted, first.node, answers, failures.node, writing);

    function show(next) {
        thread = next;
        const about = thread.field && models.named(thread.content_model).field(thread.field).label;
        fill(summary, heading(thread), byLine(thread), about && [" about ", el("strong", {}, about)],
            thread.resolved && el("span", { class: "done" }, " ✓ resolved by ", person(thread.resolved_by, "somebody"),
                " ", time(thread.resolved)));
        fill(resolve, thread.resolved ? "Reopen" : "Resolve");
        first.show(thread, thread.answers.length > 0);
        showAnswers(thread.answers);
    }
    show(thread);
    if (session.may("editor") && comments.drafts.of(place))
        write();
    return {
        node, show,
        isGone: () => { deleted.hidden = false; },
        get isWriting() { return form !== null || first.isWriting; },
    };
}
