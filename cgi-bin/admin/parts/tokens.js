// A table of API tokens, each of which can be revoked.
import * as api from "../core/api.js";
import { el, fill } from "../core/dom.js";
import { time } from "../core/format.js";
import { imported } from "../core/text.js";
import { confirm } from "./dialog.js";
import { errorPlace } from "./notice.js";
import { pager } from "./pager.js";

const PAGE_SIZE = 50;

/**
 * The tokens of a resource: a node, and read(query), which fills it with the page that the query
 * parameter `tokens` asks for. owners: show whose they are.
 */
export function tokenTable({ path, caption, none, owners = false, signal }) {
    const list = el("div", {});
    const failures = errorPlace();
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
        await api.remove(`${path}${token.id}/`).catch(failures.say);
        await read();
    }

    const row = (token) => el("tr", {},
        el("th", { scope: "row" }, imported(token.name || "unnamed")),
        owners && el("td", { "data-label": "Whose" }, imported(token.user.email)),
        el("td", { "data-label": "Made" }, time(token.created)),
        el("td", {}, el("button", {
            type: "button", class: "danger quiet", onclick: () => revoke(token),
            "aria-label": `Revoke ${token.name || "the unnamed token"}${whose(token)}`,
        }, "Revoke")));

    const table = (tokens) => el("table", { class: "list" },
        el("caption", { class: "unseen" }, caption),
        el("thead", {}, el("tr", {},
            ["Name", owners && "Whose", "Made"].filter(Boolean).map((h) => el("th", { scope: "col" }, h)),
            el("td", {}))),
        el("tbody", {}, tokens.map(row)));

    async function read(next = query) {
        query = next;
        const answer = await api.get(path, { page: query.get("tokens"), page_size: PAGE_SIZE }, signal);
        fill(list, answer.count === 0 ? el("p", { class: "muted" }, none) : [
            table(answer.results),
            answer.count > PAGE_SIZE &&
                pager({ total: answer.count, size: PAGE_SIZE, query, noun: "token", name: "tokens" }),
        ]);
    }
    return { node: [failures.node, list], read };
}
