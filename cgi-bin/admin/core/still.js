// Keeps what somebody is reading where it is on the screen while something else on the page grows.

// What stays where it is by itself, or holds everything.
const NO_PLACE = "#top, main, body, html, .toolbar, .decision, dialog";
const LOOKED_AT = [.5, .4, .6, .3, .7];  // of the height of the screen

const isShown = (node) => {
    const { top, bottom } = node.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
};

function place() {
    const focused = document.activeElement;
    if (focused && !focused.matches(NO_PLACE) && isShown(focused))
        return focused;
    return LOOKED_AT.map((y) => document.elementFromPoint(innerWidth / 2, innerHeight * y))
        .find((node) => node && !node.matches(NO_PLACE) && !node.closest(".toolbar, .decision, dialog")) ?? null;
}

/** Calls change(), which changes the page somewhere, and scrolls so that nobody notices. */
export function still(change) {
    const read = place();
    const before = read?.getBoundingClientRect().top;
    change();
    if (read?.isConnected)
        scrollBy({ top: read.getBoundingClientRect().top - before, behavior: "instant" });
}
