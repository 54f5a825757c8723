// Keeps what a person reads in its place while something above it comes, goes or grows.
import { reading } from "./place.js";

/** Calls change(), which changes elements of the page, and scrolls so that the reader notices nothing. */
export function steadily(change) {
    const anchor = reading();
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (!anchor?.isConnected)
        return;
    const moved = anchor.getBoundingClientRect().top - before;
    if (Math.abs(moved) >= 1)
        scrollBy({ top: moved, behavior: "instant" });
}
