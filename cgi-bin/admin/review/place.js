// Where in a list of changes a person is.

const BAR = 80;  // pixels at the top, where the filters cover what is below

const entryOf = (article) => Number(article.dataset.entry);

/** Can it be seen? */
export const isInSight = (node) => {
    const { top, bottom } = node.getBoundingClientRect();
    return bottom > BAR && top < innerHeight && node.checkVisibility();
};

/**
 * What a person reads: the change that has the focus, if it can be seen, or else the first change or
 * group that can; or null: at the top of a page people read what is there.
 */
export function reading() {
    const focused = document.activeElement?.closest("article.change");
    if (focused && isInSight(focused))
        return focused;
    return scrollY > 0 ? [...document.querySelectorAll("article.change, .group > summary")].find(isInSight) ?? null : null;
}

/** The change that a person reads, as { entry, focused: whether it has the focus }, or null. */
export function readingPlace() {
    const article = reading();
    const entry = Number(article?.dataset.entry);
    return entry ? { entry, focused: article.contains(document.activeElement) } : null;
}

/** The entry of the change that has the focus, or else of the last before what can be seen; or null. */
export function here(node) {
    const focused = document.activeElement?.closest("article.change");
    if (focused && node.contains(focused))
        return entryOf(focused);
    const above = [...node.querySelectorAll("article.change")].filter((article) => article.getBoundingClientRect().bottom <= 0);
    return above.length ? entryOf(above.at(-1)) : null;
}

/** Brings the change of that entry into sight, with the focus or without. Returns whether it is there. */
export function goTo(node, entry, focused = true) {
    const article = node.querySelector(`article.change[data-entry="${entry}"]`);
    if (focused)
        article?.focus({ preventScroll: true });
    article?.scrollIntoView({ block: "start" });
    return Boolean(article);
}
