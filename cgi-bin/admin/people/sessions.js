// The browsers in which the person is signed in, each of which can be signed out.
import * as api from "../core/api.js";
import { announce, el, fill } from "../core/dom.js";
import { time } from "../core/format.js";
import { imported } from "../core/text.js";
import { confirm } from "../parts/dialog.js";
import { errorPlace } from "../parts/notice.js";
import { browser } from "./browser.js";

const PATH = "users/me/sessions/";
const HEADINGS = ["Browser", "From", "Signed in", "Last used"];

/** A node, and read(), which fills it. */
export function sessionTable(signal) {
    const list = el("div", { tabindex: -1, role: "group", "aria-label": "Your sessions" });
    const failures = errorPlace();

    // Who ended a session finds the reading position where it was.
    async function end(path, said) {
        failures.say(null);
        await api.remove(path).then(() => announce(said), failures.say);
        await read();
        list.focus();
    }

    async function endOthers() {
        if (await confirm({
            title: "Sign out everywhere else?",
            content: el("p", {}, "All other browsers have to sign in again. This one, and your tokens, go on."),
            yes: "Sign out everywhere else", danger: true,
        }))
            await end(PATH, "All other browsers are signed out.");
    }

    const row = (one) => el("tr", {},
        el("th", { scope: "row", title: one.agent }, imported(browser(one.agent)), " ",
            one.current && el("span", { class: "badge good" }, "this one")),
        el("td", { "data-label": "From" }, one.address ?? el("span", { class: "muted none" }, "–")),
        el("td", { "data-label": "Signed in" }, time(one.created)),
        el("td", { "data-label": "Last used" }, time(one.last_used)),
        el("td", {}, !one.current && el("button", {
            type: "button", class: "danger quiet",
            onclick: () => end(`${PATH}${one.id}/`, "That browser is signed out."),
            "aria-label": `Sign out ${browser(one.agent)}, ${one.address ?? "from an unknown address"}`,
        }, "Sign out")));

    async function read() {
        const { results } = await api.get(PATH, {}, signal);
        fill(list, el("table", { class: "list" },
            el("caption", { class: "unseen" }, "Your sessions"),
            el("thead", {}, el("tr", {}, HEADINGS.map((h) => el("th", { scope: "col" }, h)), el("td", {}))),
            el("tbody", {}, results.map(row))),
        results.some((one) => !one.current) && el("div", { class: "buttons" },
            el("button", { type: "button", onclick: endOthers }, "Sign out everywhere else")));
    }
    return { node: [failures.node, list], read };
}
