// Highlights what is searched for in the changes that are shown. The browser paints over the text, so
// that nothing of it changes; one that cannot does without.
const NAME = "hit";

// Where values stand, and what in them is said by the page.
const PLACES = ".change bdi, .change .prose, .group > summary bdi";
const OURS = ".threads, .note, .unseen, .mark-warned, .states, button, [aria-hidden=true]";

// In lower case, each letter in its place.
function low(text) {
    const lower = text.toLowerCase();
    return lower.length === text.length ? lower
        : Array.from({ length: text.length }, (_, i) => {
            const one = text[i].toLowerCase();
            return one.length === 1 ? one : text[i];
        }).join("");
}

function textNodes(place, but) {
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    const nodes = [];
    while (walker.nextNode()) {
        const { parentElement } = walker.currentNode;
        if (!parentElement.closest(OURS) && !parentElement.closest(but))
            nodes.push(walker.currentNode);
    }
    return nodes;
}

/**
 * The ranges of the words in one text, which several nodes may share: one for each node, since other
 * things may stand between two of them.
 */
function rangesIn(nodes, words) {
    const text = low(nodes.map((node) => node.data).join(""));
    const ranges = [];
    let k = 0, start = 0;  // a node, and where in the text it begins
    for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length)) {
        const end = at + words.length;
        for (let from = at; from < end;) {
            while (start + nodes[k].length <= from)
                start += nodes[k++].length;
            const to = Math.min(end, start + nodes[k].length);
            ranges.push(new StaticRange({
                startContainer: nodes[k], startOffset: from - start, endContainer: nodes[k], endOffset: to - start,
            }));
            from = to;
        }
    }
    return ranges;
}

// Both texts of a change are looked through: as it was, and as it will be.
const sidesOf = (place) => place.querySelector("ins, del") ? ["ins", "del"] : ["button"];

/** Highlights within a node whatever comes there; show(words) says what. */
export function hits(node, signal) {
    if (!globalThis.Highlight || !CSS.highlights)
        return { show() {} };
    let words = "";
    let planned = 0;

    function mark() {
        planned = 0;
        if (!node.isConnected)
            return;
        const places = words ? [...node.querySelectorAll(PLACES)] : [];
        const ranges = places.flatMap((place) => sidesOf(place).flatMap((but) => rangesIn(textNodes(place, but), words)));
        const highlight = new Highlight();
        ranges.forEach((range) => highlight.add(range));
        CSS.highlights.set(NAME, highlight);
    }
    const plan = () => { planned ||= requestAnimationFrame(mark); };
    const observer = new MutationObserver(plan);
    signal.addEventListener("abort", () => {
        observer.disconnect();
        cancelAnimationFrame(planned);
        CSS.highlights.delete(NAME);
    });
    return {
        show(text) {
            words = low(text);
            observer.disconnect();
            if (words)
                observer.observe(node, { childList: true, subtree: true });
            plan();
        },
    };
}
