// Making elements. Text always becomes a text node: nothing that comes from outside is ever parsed
// as HTML.

/**
 * el("a", { class: "x", href: "/", onclick: f }, "text", node, [more], null)
 * Attributes that are null or false are left out, true is the empty attribute; on… listens.
 */
export function el(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (name.startsWith("on"))
            node.addEventListener(name.slice(2), value);
        else if (value !== null && value !== undefined && value !== false)
            node.setAttribute(name, value === true ? "" : value);
    }
    append(node, children);
    return node;
}

export function append(node, children) {
    for (const child of [children].flat(Infinity))
        if (child !== null && child !== undefined && child !== false)
            node.append(child);
    return node;
}

/** Gives a node other children. */
export function fill(node, ...children) {
    node.replaceChildren();
    return append(node, children);
}

export const unseen = (text) => el("span", { class: "unseen" }, text);

/** Says something to people who cannot see it happen. */
export function announce(text) {
    const live = document.getElementById("live");
    if (live.textContent !== text)
        live.textContent = text;
}

let lastId = 0;
export const newId = (prefix) => `${prefix}-${++lastId}`;

/** The function, called when there were no more calls for some time. */
export function debounce(f, milliseconds) {
    let timer = 0;
    return (...parameters) => {
        clearTimeout(timer);
        timer = setTimeout(() => f(...parameters), milliseconds);
    };
}
