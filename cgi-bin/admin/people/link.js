// One-time links, by which people set their own passwords.
import { el } from "../core/dom.js";
import { time } from "../core/format.js";
import { imported } from "../core/text.js";
import { copyField } from "../parts/copy.js";
import { closing, sheet } from "../parts/dialog.js";

/** Shows a link, the only time that anybody sees it. made: the answer with `link` and `link_expires`. */
export const showLink = (email, made) => sheet("One-time link", (close) => [
    el("p", {}, "Give it to ", el("strong", {}, imported(email)), ", in a way that nobody else can read. ",
        "It leads to a page where they choose their password."),
    copyField("One-time link", made.link),
    el("p", { class: "hint" }, "It works once, until ", time(made.link_expires, { exact: true }),
        ", and ", el("strong", {}, "is not shown again"), "."),
    closing(close, "Done"),
]);
