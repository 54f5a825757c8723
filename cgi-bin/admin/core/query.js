// The query of an address, where pages keep what they show: which page, in which order, of what.

/** The query with some parameters set; those that are null are taken out. */
export function changed(query, changes) {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(changes)) {
        if (value === null || value === undefined)
            next.delete(name);
        else
            next.set(name, value);
    }
    return next;
}

/** The address of this page with such a query. */
export function linkTo(query, changes) {
    const text = changed(query, changes).toString();
    return location.pathname + (text ? `?${text}` : "");
}
