// A group of changes that are alike: what they have in common, and when it is opened, each of them in
// short.
import { el, fill } from "../core/dom.js";
import { count, number } from "../core/format.js";
import { changeBrief } from "./change.js";
import { takeHeld, withMarks } from "./change_marks.js";
import { filterWords } from "./filter_words.js";
import { FittingMarks } from "./fitting_marks.js";
import { goTo, here } from "./place.js";
import { firstUnseen, source } from "./source.js";
import { threads } from "./threads.js";
import { RowWindow } from "./window.js";

const PIECE = 25;

export class GroupBox {
    #group; #context; #filter;
    #rows = null;
    #list = el("div", {});
    #end = el("p", { class: "end", role: "status" });
    #said = el("span", { class: "looked" });
    #n = el("span", { class: "n" });
    #threads;

    /**
     * group: { op, heading, n, held, about, filter, field }; context: a part (see modelReview) with its
     * scope, and the filter `around` all groups.
     */
    constructor(group, context) {
        this.#group = group;
        this.#context = context;
        this.#filter = { ...group.filter, ...context.around };
        /** What tells the group from others. */
        this.name = JSON.stringify(group.filter);
        this.marks = new FittingMarks(context, this.#filter, {
            says: (is) => {
                fill(this.#said, is && "✓ looked at");
                return is ? "Not looked at yet" : "Mark as looked at";
            },
            turned: (is) => {
                this.node.open = !is;
                this.#summary.focus();
            },
        });
        this.#threads = this.#discuss();
        this.node = el("details", { class: "group", ontoggle: () => this.#open() },
            el("summary", {}, group.heading, this.#said, this.#threads.count, this.#n),
            el("div", { class: "group-rows" }, el("div", { class: "mark" }, this.marks.buttons, this.#threads.write),
                this.#threads.node, this.#list, this.#end));
        this.count(group.n, group.held);
    }

    // What is said about the whole group.
    #discuss() {
        const { model, comments } = this.#context;
        const made = threads({ model: model.name, changes: this.#filter, says: filterWords(this.#filter, this.#context) },
            { comments, back: () => this.#summary.focus() });
        made.write?.addEventListener("click", () => { this.node.open = true; }, { capture: true });
        return made;
    }

    get #summary() {
        return this.node.querySelector("summary");
    }

    /** Shows what is said about it, as it is now. */
    refresh() {
        this.#threads.show();
    }

    /** Shows how many accepting applies, and how many are held back. */
    count(n, held) {
        const { about } = this.#group;
        fill(this.#n, `${about ? "about " : ""}${count(n, "item")}${held > 0 ? `, ${number(held)} held back` : ""}`);
        this.marks.count(n + held, held);
    }

    #open() {
        if (this.node.open && !this.#rows)
            this.#show(0).catch(() => {});
    }

    // Shows the rows from the one after that entry on.
    async #show(after) {
        const { field } = this.#group;
        const { scope, signal } = this.#context;
        this.#rows = new RowWindow({
            read: source(this.#context, this.#filter, scope, PIECE),
            show: (change) => withMarks(changeBrief(change, field, this.#context), change, this.#context),
            after, signal,
            ended: (nothing) => fill(this.#end, nothing ? "No change of this group fits." : ""),
        });
        fill(this.#list, after > 0 && el("p", { class: "muted" }, `From entry ${number(after + 1)} on. `, el("button", {
            type: "button", class: "link", onclick: () => this.#show(0),
        }, "From the first of this group")), this.#rows.node);
        await this.#rows.start();
    }

    /** Goes to the group, to be opened or passed over. */
    enter() {
        this.#summary.focus({ preventScroll: true });
        this.#summary.scrollIntoView({ block: "start" });
    }

    /** Goes to the next of its changes that the person has not looked at. Resolves to whether there was one. */
    async next() {
        const { scope, signal } = this.#context;
        const after = here(this.#list) ?? 0;
        const entry = await firstUnseen(this.#context, this.#filter, scope, after, signal);
        if (entry === null)
            return false;
        if (!this.#rows || !await this.#rows.reach(entry) || !goTo(this.#list, entry)) {
            await this.#show(entry - 1);
            goTo(this.#list, entry);
        }
        return true;
    }

    /** Finds out which of its rows are held back by now. */
    again(until) {
        return this.#rows?.again((changes) => takeHeld(this.#list, changes), until);
    }
}
