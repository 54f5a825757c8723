// API tokens: a table of them, each of which can be revoked, and making one.
import * as api from "../core/api.js";
import { announce, el, fill } from "../core/dom.js";
import { time } from "../core/format.js";
import { imported } from "../core/text.js";
import { copyField } from "../parts/copy.js";
import { closing, confirm, sheet } from "../parts/dialog.js";
import { field, form } from "../parts/form.js";
import { errorPlace } from "../parts/notice.js";
import { pager } from "../parts/pager.js";
import { currentPassword, owner, vouched } from "./owner.js";

const PAGE_SIZE = 50;
const LIFETIMES = [["30", "30 days"], ["90", "90 days"], ["365", "a year"], ["0", "until it is revoked"]];

function expiry({ expires }) {
    if (!expires)
        return el("span", { class: "muted" }, "never");
    const isOver = new Date(expires) <= Date.now();
    return [time(expires), isOver && [" ", el("span", { class: "badge off" }, "expired")]];
}

const lastUse = ({ last_used: used }) => used ? time(used) : el("span", { class: "muted" }, "never");

/**
 * The tokens of a resource: a node, how many there are, and read(query), which fills it with the page
 * that the query parameter `tokens` asks for. owners: show whose they are.
 */
export function tokenTable({ path, caption, none, owners = false, signal }) {
    const list = el("div", { tabindex: -1, role: "group", "aria-label": caption });
    const failures = errorPlace();
    const table = { node: [failures.node, list], read, total: 0 };
    let query = new URLSearchParams();
    const whose = (token) => owners ? ` of ${token.user.email}` : "";

    async function revoke(token) {
        if (!await confirm({
            title: `Revoke this token${whose(token)}?`,
            content: el("p", {}, "Whatever uses ", el("strong", {}, imported(token.name || "it")),
                " is signed out with its next request."),
            yes: "Revoke", danger: true,
        }))
            return;
        failures.say(null);
        await api.remove(`${path}${token.id}/`).then(() => announce("The token is revoked."), failures.say);
        await read();
        list.focus();
    }

    const row = (token) => el("tr", {},
        el("th", { scope: "row" }, imported(token.name || "unnamed")),
        owners && el("td", { "data-label": "Whose" }, imported(token.user.email)),
        el("td", { "data-label": "Made" }, time(token.created)),
        el("td", { "data-label": "Expires" }, expiry(token)),
        el("td", { "data-label": "Last used" }, lastUse(token)),
        el("td", {}, el("button", {
            type: "button", class: "danger quiet", onclick: () => revoke(token),
            "aria-label": `Revoke ${token.name || "the unnamed token"}${whose(token)}`,
        }, "Revoke")));

    const rows = (tokens) => el("table", { class: "list" },
        el("caption", { class: "unseen" }, caption),
        el("thead", {}, el("tr", {},
            ["Name", owners && "Whose", "Made", "Expires", "Last used"].filter(Boolean).map((h) =>
                el("th", { scope: "col" }, h)),
            el("td", {}))),
        el("tbody", {}, tokens.map(row)));

    async function read(next = query) {
        query = next;
        const answer = await api.get(path, { page: query.get("tokens"), page_size: PAGE_SIZE }, signal);
        table.total = answer.count;
        fill(list, answer.count === 0 ? el("p", { class: "muted" }, none) : [
            rows(answer.results),
            answer.count > PAGE_SIZE &&
                pager({ total: answer.count, size: PAGE_SIZE, query, noun: "token", name: "tokens" }),
        ]);
    }
    return table;
}

// The token, the only time that anybody sees it.
const shown = ({ name, token }, close) => [
    el("p", {}, "Token ", el("strong", {}, imported(name)), ". Copy it now: ",
        el("strong", {}, "it is not shown again"), "."),
    copyField("Token", token),
    closing(close, "Done"),
];

/** Asks for what a new token needs, makes it, calls made() and shows it. ways: those to sign in. */
export function newToken(made, ways) {
    const fields = {
        name: field("Name", { hint: "What will use it, for example: nightly import", maxlength: 100, autocomplete: "off" }),
        expires_in_days: field("Good for", { choices: LIFETIMES, value: "365" }),
        ...ways.password && { current_password: currentPassword(ways) },
    };
    sheet("New token", (close) => {
        const body = el("div", {});
        async function save({ expires_in_days: days, ...values }) {
            const answer = await api.post("users/me/tokens/", {
                ...vouched(values, ways), expires_in_days: Number(days),
            });
            fill(body, shown(answer, close));
            body.querySelector("input").focus();
            await made();
        }
        return fill(body, form(fields, {
            submit: "Make the token", save, name: "New token", lead: ways.password && owner(),
            again: fields.current_password, extra: el("button", { type: "button", onclick: close }, "Go back"),
        }));
    });
}
