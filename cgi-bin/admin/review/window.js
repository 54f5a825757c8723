// A list of any length in a page that stays small. Rows are read in pieces shortly before they come
// into view. A piece far out of sight gives up its elements but keeps its height, so that nothing
// moves; it is read again when the reader comes back to it.
import { el, fill } from "../core/dom.js";
import { notice } from "../parts/notice.js";

const KEPT = 12;              // most pieces with elements
const NEAR = "1500px 0px";    // pieces this close to the screen are made

export class RowWindow {
    node = el("div", { class: "rows" });
    #pieces = [];             // { after, next, node, state: "empty" | "loading" | "full", loaded, n, near }
    #keeps = false;           // whether no piece gives up its elements
    #read; #show; #signal; #ended; #observer;

    /**
     * read(after, signal, until): as in source.js. show(row): returns its element. ended(empty): called
     * when the last piece has been read; empty says that there are no rows at all.
     */
    constructor({ read, show, after = 0, signal, ended = () => {} }) {
        this.#read = read;
        this.#show = show;
        this.#signal = signal;
        this.#ended = ended;
        this.#observer = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: NEAR });
        signal.addEventListener("abort", () => this.#observer.disconnect());
        this.#addPiece(after);
    }

    /** Resolves once the first rows are there. */
    start() {
        return this.#load(this.#pieces[0]);
    }

    /**
     * Reads all rows from the first on, at most about `most`, and keeps their elements until letGo().
     * Calls progress(how many there are). Resolves to whether nothing went wrong.
     */
    async keep(most, progress) {
        this.#keeps = true;
        let n = 0;
        for (let i = 0; i < this.#pieces.length && n < most; i++) {
            const piece = this.#pieces[i];
            await this.#load(piece);
            if (piece.state !== "full" || this.#signal.aborted)
                return false;
            n += piece.n;
            progress(n);
        }
        return true;
    }

    /**
     * Resolves to whether the row of that entry has its element now, if it is among those that have
     * been read, or in the piece after them.
     */
    async reach(entry) {
        const piece = this.#pieces.find(({ after, next }) => entry > after && (next === null || entry <= next));
        if (!piece)
            return false;
        await this.#load(piece);
        return piece.state === "full";
    }

    /**
     * Reads the rows that have elements once more and calls change(rows), for some at a time. Those out of sight
     * are read again when they come near.
     */
    async again(change, signal) {
        const full = this.#pieces.filter(({ state }) => state === "full");
        const isFar = (piece) => !piece.near && !piece.node.contains(document.activeElement) && !this.#keeps;
        full.filter(isFar).forEach((piece) => this.#empty(piece));
        for (const piece of full.filter(({ state }) => state === "full")) {
            const { rows } = await this.#read(piece.after, signal, piece.next ?? undefined);
            if (!signal.aborted)
                change(rows);
        }
    }

    letGo() {
        this.#keeps = false;
        this.#giveBack();
    }

    #addPiece(after) {
        const piece = {
            after, next: null, node: el("div", { class: "piece" }), state: "empty", loaded: null, n: 0, near: false,
        };
        piece.node.piece = piece;
        this.#pieces.push(piece);
        this.node.append(piece.node);
        this.#observer.observe(piece.node);
    }

    #seen(entries) {
        for (const { target, isIntersecting } of entries) {
            target.piece.near = isIntersecting;
            if (isIntersecting)
                this.#load(target.piece);
        }
        this.#giveBack();
    }

    #load(piece) {
        if (piece.state === "empty")
            piece.loaded = this.#fill(piece);
        return piece.loaded;
    }

    async #fill(piece) {
        piece.state = "loading";
        try {
            const { rows, next } = await this.#read(piece.after, this.#signal, piece.next ?? undefined);
            fill(piece.node, rows.map(this.#show));
            piece.node.style.height = "";
            piece.n = rows.length;
            piece.state = "full";
            if (piece === this.#pieces.at(-1)) {
                if (next === null)
                    this.#ended(this.#pieces.length === 1 && rows.length === 0);
                else
                    this.#addPiece(piece.next = next);
            }
            this.#giveBack();
        } catch (error) {
            if (this.#signal.aborted)
                return;
            piece.state = "empty";
            fill(piece.node, notice("bad", error.message, " ",
                el("button", { type: "button", onclick: () => this.#load(piece) }, "Try again")));
        }
    }

    // Takes the farthest pieces first, counted in pieces from one that is near.
    #giveBack() {
        const full = this.#pieces.filter((p) => p.state === "full");
        const near = this.#pieces.findIndex((p) => p.near);
        if (this.#keeps || full.length <= KEPT || near < 0)
            return;
        const distance = (p) => Math.abs(this.#pieces.indexOf(p) - near);
        full.filter((p) => !p.near && !p.node.contains(document.activeElement))
            .sort((a, b) => distance(b) - distance(a))
            .slice(0, full.length - KEPT)
            .forEach((p) => this.#empty(p));
    }

    #empty(piece) {
        piece.node.style.height = `${piece.node.offsetHeight}px`;
        fill(piece.node);
        piece.state = "empty";
    }
}
