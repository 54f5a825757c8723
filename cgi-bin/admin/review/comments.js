// What people say about an import and its changes: comments, and answers to them. They are read again
// whenever somebody has done something, and whoever shows them is told.
import * as api from "../core/api.js";
import { announce } from "../core/dom.js";
import { count } from "../core/format.js";
import * as session from "../core/session.js";
import { Drafts } from "./drafts.js";

/**
 * What tells the place of a comment from others: { model, item }, or { model, changes: a filter of them }, or the
 * import, "", which is also the place of what is about a file of it.
 */
export function keyOf({ model, item, changes }) {
    if (item)
        return `${model}/${item}`;
    return changes ? `${model}?${new URLSearchParams(Object.entries(changes).sort())}` : "";
}

/** Is it by the person who is signed in? */
export const isOwn = ({ by }) => by?.id === session.current().id;

/** The place that it is about. */
export const whereIs = ({ content_model: model, item, changes }) => ({ model, item, changes });

/** "2 comments, 1 open", or "" if there are none. */
export function inWords(threads) {
    const all = threads.reduce((n, { answers }) => n + 1 + answers.length, 0);
    const open = threads.filter(({ resolved }) => !resolved).length;
    return all > 0 && `${count(all, "comment")}, ${open > 0 ? `${open} open` : "none open"}`;
}

// Each comment with its answers.
function threadsOf(comments) {
    const threads = new Map(comments.filter((c) => !c.reply_to).map((c) => [c.id, { ...c, answers: [] }]));
    for (const comment of comments)
        threads.get(comment.reply_to)?.answers.push(comment);
    return [...threads.values()];
}

function byPlace(threads) {
    const found = new Map();
    for (const thread of threads) {
        const key = keyOf(whereIs(thread));
        found.set(key, [...found.get(key) ?? [], thread]);
    }
    return found;
}

export class Comments {
    /** What was typed and not sent. */
    drafts;
    /** Why they could not be read, or null. */
    problem = null;
    #path;
    #signal;
    #live;
    #threads = [];
    #places = new Map();      // a key → its threads
    #listeners = new Set();
    #seen = null;             // the ids of those that are known
    #turn = 0;                // of the last reading or change

    /** live: see follow(). Call read() once. */
    constructor(live, signal) {
        this.#path = `library/import/${live.now.id}/comments/`;
        this.#signal = signal;
        this.#live = live;
        this.drafts = new Drafts(live.now, signal);
        live.on((now, before) => {
            if (now.review?.activity !== before.review?.activity)
                this.read();
        });
    }

    /** Calls listener() when they have changed. */
    on(listener) {
        this.#listeners.add(listener);
    }

    /** Those about a place, see keyOf. */
    about(place) {
        return this.#places.get(keyOf(place)) ?? [];
    }

    get all() {
        return this.#threads;
    }

    /** Reads them all, which never fails: see `problem`. */
    async read() {
        const turn = ++this.#turn;
        try {
            const { results } = await api.get(this.#path, {}, this.#signal);
            if (turn === this.#turn)
                this.#take(results, null);
        } catch (error) {
            if (turn === this.#turn && !this.#signal.aborted)
                this.#take(null, error);
        }
    }

    #take(comments, problem) {
        this.problem = problem;
        if (comments) {
            this.#threads = threadsOf(comments);
            this.#places = byPlace(this.#threads);
            const news = this.#seen ? comments.filter((c) => !this.#seen.has(c.id) && !isOwn(c)).length : 0;
            this.#seen = new Set(comments.map(({ id }) => id));
            if (news > 0)
                announce(`${count(news, "new comment")}.`);
        }
        for (const listener of this.#listeners)
            listener();
    }

    // One's own change shows at once, and others are asked for after it.
    async #changed(request) {
        const made = await request;
        this.#turn += 1;
        await this.read();
        this.#live.ask().catch(() => {});
        return made;
    }

    /** Comments on a place, perhaps on a field of its item; resolves to the comment. */
    add = ({ model = null, item = null, changes = null }, text, field = null) => this.#changed(api.post(this.#path,
        Object.fromEntries(Object.entries({ content_model: model, item, field, changes, text }).filter(([, value]) => value))));

    answer = (id, text) => this.#changed(api.post(this.#path, { reply_to: id, text }));
    edit = (id, text) => this.#changed(api.patch(`${this.#path}${id}/`, { text }));
    resolve = (id, resolved) => this.#changed(api.patch(`${this.#path}${id}/`, { resolved }));
    remove = (id) => this.#changed(api.remove(`${this.#path}${id}/`));
}
