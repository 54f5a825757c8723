// Labelled fields, and forms that show the server's messages beside them.
import { el, fill, newId } from "../core/dom.js";
import { notice } from "./notice.js";

/**
 * A field: its node, and say(messages), which shows what is wrong with it.
 * attributes are those of the input; `choices` ([value, label] pairs) makes it a select, `lines` a text
 * of several lines.
 */
export function field(label, { choices, lines, hint, value = "", ...attributes }) {
    const id = newId("field");
    const message = el("p", { class: "wrong", id: `${id}-wrong` });
    const help = hint && el("p", { class: "hint", id: `${id}-hint` }, hint);
    const described = `${help ? `${id}-hint ` : ""}${id}-wrong`;
    const isCheck = attributes.type === "checkbox";
    const input = choices
        ? el("select", { id, ...attributes }, choices.map(([v, text]) =>
            el("option", { value: v, selected: v === value }, text)))
        : lines ? el("textarea", { id, rows: lines, ...attributes, "aria-describedby": described }, value)
        : el("input", { id, type: "text", ...attributes, "aria-describedby": described,
            value: isCheck ? null : value, checked: isCheck && value });
    const text = el("label", { for: id }, label);

    return {
        input,
        node: el("div", { class: isCheck ? "field check" : "field" },
            isCheck ? [input, text] : [text, input], help, message),
        get value() { return isCheck ? input.checked : input.value; },
        say(messages) {
            message.textContent = (messages ?? []).join(" ");
            input.toggleAttribute("aria-invalid", Boolean(messages?.length));
            if (messages?.length)
                input.setAttribute("aria-invalid", "true");
        },
    };
}

/**
 * A form of fields ({ name: field }). Calls `save(values)` on submit and shows what it throws.
 * lead: content before the fields; extra: content before the button; again: the field to which an
 * error leads that is about none; kind: the class of the button.
 */
export function form(fields, { submit, save, lead = null, extra = null, name = null, again = null, kind = "primary" }) {
    const general = el("div", { role: "alert" });
    const button = el("button", { type: "submit", class: kind }, submit);

    function show(error) {
        const byField = error?.fields ?? {};
        for (const [key, f] of Object.entries(fields))
            f.say(byField[key]);
        const known = Object.keys(byField).some((key) => key in fields);
        fill(general, error && !known && notice("bad", error.message));
        const wrong = Object.entries(fields).find(([key]) => byField[key])?.[1] ?? (error && again);
        wrong?.input.focus();
        wrong?.input.select?.();
    }

    // A button that cannot be pressed loses the focus, which is then nowhere.
    function free() {
        button.disabled = false;
        if (document.activeElement === document.body && button.isConnected)
            button.focus();
    }

    async function onsubmit(event) {
        event.preventDefault();
        button.disabled = true;
        try {
            await save(Object.fromEntries(Object.entries(fields).map(([key, f]) => [key, f.value])));
            show(null);
        } catch (error) {
            show(error);
        } finally {
            free();
        }
    }

    return el("form", { class: "stack", novalidate: true, "aria-label": name, onsubmit },
        lead, general, Object.values(fields).map((f) => f.node), el("div", { class: "buttons" }, extra, button));
}
