// What happened to accounts: who signed in or was refused, from where, and who changed what.
import * as api from "../core/api.js";
import { announce, debounce, el, fill, newId } from "../core/dom.js";
import { count, time } from "../core/format.js";
import { linkTo } from "../core/query.js";
import * as router from "../core/router.js";
import { imported } from "../core/text.js";
import { field } from "../parts/form.js";
import { notice } from "../parts/notice.js";
import { pager } from "../parts/pager.js";
import { howInWords, kinds, sentence } from "../people/security_events.js";

const PAGE_SIZE = 50;
const TYPING = 400;  // milliseconds
const FILTERS = ["kind", "account", "address"];

// What is of use in nginx's log, and to whoever looks closely.
const details = (event) => el("dl", { class: "pairs", hidden: true, id: newId("details") }, [
    ["Time", time(event.at, { exact: true, seconds: true })],
    event.times > 1 && ["Last time", time(event.last, { exact: true, seconds: true })],
    event.account && ["Account", imported(event.account.email)],
    event.actor && event.actor.id !== event.account?.id && ["By", imported(event.actor.email)],
    ["How", howInWords(event)],
    event.reason && ["About", imported(event.reason)],
    ["Request id", event.request ? el("code", {}, imported(event.request)) : "–"],
].filter(Boolean).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));

// The button for them, which stands beside the event.
function unfold(more) {
    const button = el("button", {
        type: "button", class: "quiet", "aria-expanded": "false", "aria-controls": more.id,
        onclick: () => {
            more.hidden = !more.hidden;
            button.setAttribute("aria-expanded", String(!more.hidden));
        },
    }, "Details");
    return button;
}

function row(event, query) {
    const filtered = (changes, shown) => el("a", { href: linkTo(query, { ...changes, page: null }) }, shown);
    const links = {
        personLink: (someone, shown) => filtered({ account: someone.email }, shown),
        addressLink: (address) => filtered({ address }, address),
    };
    const more = details(event);
    return el("tr", {},
        el("td", {}, time(event.at, { exact: true })),
        el("td", { class: "said" }, el("p", {}, sentence(event, links)), more),
        el("td", {}, unfold(more)));
}

/** The filters. Each change goes into the address; set(query) shows what an address says. */
function filters() {
    const change = (name) => (event) =>
        router.setQuery({ [name]: event.target.value.trim() || null, page: null }, { replace: true });
    const text = (label, name, attributes) => field(label, {
        ...attributes, autocomplete: "off", spellcheck: "false", oninput: debounce(change(name), TYPING),
    });
    const fields = {
        account: text("Account", "account", { type: "search", placeholder: "email" }),
        address: text("Address", "address", { type: "search", placeholder: "10.0.0.7" }),
        kind: field("What", { choices: [["", "Everything"], ...kinds], onchange: change("kind") }),
    };
    // What somebody is typing in is left alone.
    const set = (query) => Object.entries(fields).forEach(([name, { input }]) => {
        if (input !== document.activeElement)
            input.value = query.get(name) ?? "";
    });
    return {
        set, node: el("search", { class: "filters", "aria-label": "Filter events" },
            Object.values(fields).map((f) => f.node)),
    };
}

export default async function events({ query, signal }) {
    const list = el("div", {});
    const above = filters();
    let latest = 0;

    async function read(present) {
        const mine = ++latest;
        above.set(present);
        const wanted = Object.fromEntries(FILTERS.map((name) => [name, present.get(name) || null]));
        const answer = await api.get("events/", { ...wanted, page: present.get("page"), page_size: PAGE_SIZE }, signal);
        if (mine !== latest)
            return;
        fill(list, answer.results.length ? el("table", { class: "list" },
            el("caption", { class: "unseen" }, "Events, newest first"),
            el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "When"), el("th", { scope: "col" }, "What happened"),
                el("td", {}))),
            el("tbody", {}, answer.results.map((event) => row(event, present))))
            : el("p", { class: "empty" }, "Nothing of that kind has happened."),
        pager({ total: answer.count, size: PAGE_SIZE, query: present, noun: "event" }));
        announce(count(answer.count, "event"));
    }

    await read(query);
    return {
        title: "Events",
        update: (next) => read(next).catch((error) => signal.aborted || fill(list, notice("bad", error.message))),
        node: [
            el("h1", {}, "Events"),
            el("p", { class: "muted" },
                "Sign-ins and refusals, and changes of accounts, tokens and features, newest first."),
            above.node, list,
        ],
    };
}
