// Boxes with messages: a page is not available, a request failed, something needs attention.
import { el, fill } from "../core/dom.js";

/** A page that explains why the page asked for is not shown. */
export const refusal = (title, text) => ({
    title,
    node: [el("h1", {}, title), el("p", {}, text), el("p", {}, el("a", { href: "/jobs/" }, "All imports"))],
});

/** A page for an error, with a way to try again. */
export const problem = (error, retry) => ({
    title: "Problem",
    node: [
        el("h1", {}, "This page could not be loaded"),
        notice("bad", error.message),
        el("p", {}, el("button", { type: "button", onclick: retry }, "Try again")),
    ],
});

/** kind: info, good, warn, bad. */
export const notice = (kind, ...content) => el("div", { class: `notice ${kind}` }, content);

/**
 * A place for the error of an action: say(error) fills it, say(null) empties it. error: one that was
 * thrown, or words (text or nodes).
 */
export function errorPlace() {
    const node = el("div", { role: "alert" });
    const say = (error) => fill(node, error ? notice("bad", error.message ?? error) : null);
    return { node, say };
}
