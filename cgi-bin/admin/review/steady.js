// Keeps what a person reads in its place while something above it comes, goes or grows.
import { isInSight, reading } from "./place.js";

// The control that has the focus, as who writes goes on there, or else what is read.
function place() {
    const focused = document.activeElement;
    return focused?.closest("article.change, .discussion") && isInSight(focused) ? focused : reading();
}

/** Calls change(), which changes elements of the page, and scrolls so that the reader notices nothing. */
export function steadily(change) {
    const anchor = place();
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (!anchor?.isConnected)
        return;
    const moved = anchor.getBoundingClientRect().top - before;
    if (Math.abs(moved) >= 1)
        scrollBy({ top: moved, behavior: "instant" });
}
