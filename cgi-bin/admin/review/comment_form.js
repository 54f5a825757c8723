// The form for a comment. What is typed is kept until it is sent, or thrown away on purpose.
import { confirm } from "../parts/dialog.js";
import { el } from "../core/dom.js";
import { field, form } from "../parts/form.js";

const nothing = () => Object.assign(new Error(), { fields: { text: ["There is nothing to send yet."] } });

/**
 * name: what is written; place: under which name drafts are kept; where: the place
 * that it is about, see keyOf in comments.js; about: what it can be about, as choices;
 * text: what stands there at first; send({ text, field }): sends it; closed(sent): called when the form
 * is to go. Returns its node and focus().
 */
export function commentForm({ name, submit, place, where, drafts, about = null, text = "", send, closed }) {
    const kept = drafts.of(place);
    const words = field(name, { lines: 3, value: kept?.text ?? text, hint: "Ctrl+Enter sends it, Esc leaves it." });
    const part = about && field("About", { choices: about, value: kept?.field ?? "" });
    const leaveIt = el("button", { type: "button", class: "quiet", onclick: leave }, "Leave it");

    async function save({ text: typed, field: chosen }) {
        if (!typed.trim())
            throw nothing();
        await send({ text: typed, field: chosen || null });
        drafts.drop(place);
        closed(true);
    }
    const node = form({ text: words, ...part && { field: part } }, { submit, save, extra: leaveIt, name });
    node.classList.add("say");

    const isTyped = () => words.value.trim() !== "" && words.value !== text;

    function keep() {
        if (isTyped())
            drafts.keep(place, { text: words.value, field: part?.value, ...where });
        else
            drafts.drop(place);
    }

    async function leave() {
        if (isTyped() && !await confirm({
            title: "Throw away what you have typed?", content: el("p", {}, "It has not been sent."),
            yes: "Throw it away", no: "Go on writing", danger: true,
        }))
            return words.input.focus();
        drafts.drop(place);
        return closed(false);
    }

    function press(event) {
        if (event.key === "Escape")
            leave();
        else if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
            node.querySelector("[type='submit']").click();
        else
            return;
        event.preventDefault();
    }
    node.addEventListener("input", keep);
    node.addEventListener("keydown", press);
    return { node, focus: () => words.input.focus() };
}
