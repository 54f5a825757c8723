// The query of an address, where pages keep what they show: the page number, the order, the
// filters.

/** The query with some parameters changed; those that are null are removed. */
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

/** The address of this page with the query changed in this way. */
export function linkTo(query, changes) {
    const text = changed(query, changes).toString();
    return location.pathname + (text ? `?${text}` : "");
}
