// Buttons for all changes that fit a filter, which may be very many: to mark them as looked at, to hold
// them back, and to release them. The server finds out which they are.
import { announce, el } from "../core/dom.js";
import { number } from "../core/format.js";
import { firstUnseen } from "./source.js";

const ALL = { held: false, unseen: false };

export class FittingMarks {
    isLooked = false;  // as far as is known: see check()
    n = 0;             // how many fit, those held back included
    held = 0;
    #part; #filter; #says; #turned;

    /**
     * part: see modelReview. says(is): what the button to mark them is called while they are looked at
     * or not; turned(is): called when the person has marked them, or taken the marks away.
     */
    constructor(part, filter, { says, turned = () => {} }) {
        this.#part = part;
        this.#filter = filter;
        this.#says = says;
        this.#turned = turned;
        this.look = el("button", { type: "button", class: "quiet look", onclick: () => this.#turn() });
        this.hold = el("button", { type: "button", class: "quiet hold", onclick: () => this.#holdAll(true) });
        this.release = el("button", { type: "button", class: "quiet release", onclick: () => this.#holdAll(false) });
    }

    get buttons() {
        return [this.look, this.hold, this.release];
    }

    /** n, held: how many fit by now, and how many of these are held back. */
    count(n, held) {
        this.n = n;
        this.held = held;
        this.show();
    }

    show() {
        const { holding } = this.#part;
        const focused = this.buttons.find((button) => button === document.activeElement);
        this.look.textContent = this.#says(this.isLooked);
        this.hold.hidden = !holding.isOpen || this.n <= this.held;
        this.hold.textContent = `Hold back ${number(this.n - this.held)}…`;
        this.release.hidden = !holding.isOpen || this.held === 0;
        this.release.textContent = `Release ${number(this.held)}…`;
        if (focused?.hidden)
            this.buttons.find((button) => !button.hidden && button.isConnected)?.focus();
    }

    /** Finds out whether the person has looked at all of them. Resolves once it is known and shown. */
    async check(signal) {
        const { looked } = this.#part;
        // Most are not: then there is nothing to ask.
        this.isLooked = this.n > 0 && looked.count >= this.n &&
            await firstUnseen(this.#part, this.#filter, ALL, 0, signal) === null;
        this.show();
    }

    async #turn() {
        const { looked, sums } = this.#part;
        const is = !this.isLooked;
        if (!await looked.markFitting(this.#filter, is))
            return;
        this.isLooked = is;
        this.show();
        announce(`${number(looked.count)} of ${number(sums.changes)} looked at.`);
        this.#turned(is);
    }

    #holdAll(is) {
        return this.#part.holding.fitting(this.#filter, is ? this.n - this.held : this.held, is);
    }
}
