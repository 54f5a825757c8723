// Makes elements. Text always becomes a text node: nothing from outside is ever parsed as HTML.

/**
 * el("a", { class: "x", href: "/", onclick: f }, "text", node, [more], null)
 * Attributes that are null or false are left out; true makes an empty attribute; on… adds a listener.
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

/** Replaces the children of a node. */
export function fill(node, ...children) {
    node.replaceChildren();
    return append(node, children);
}

export const unseen = (text) => el("span", { class: "unseen" }, text);

/** Tells screen reader users what they cannot see happen. */
export function announce(text) {
    const live = document.getElementById("live");
    if (live.textContent !== text)
        live.textContent = text;
}

let lastId = 0;
export const newId = (prefix) => `${prefix}-${++lastId}`;

/**
 * Returns a function that calls f once there have been no more calls for that time, unless the
 * person has gone to another page by then.
 */
export function debounce(f, milliseconds) {
    let timer = 0;
    return (...parameters) => {
        const { pathname } = location;
        clearTimeout(timer);
        timer = setTimeout(() => location.pathname === pathname && f(...parameters), milliseconds);
    };
}
