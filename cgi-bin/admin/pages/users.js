// Administration: people, their roles and how they get in, their tokens, and the features that are
// switched on.
import * as api from "../core/api.js";
import { el, fill } from "../core/dom.js";
import { time } from "../core/format.js";
import * as session from "../core/session.js";
import { imported } from "../core/text.js";
import { confirm, sheet } from "../parts/dialog.js";
import { field, form } from "../parts/form.js";
import { errorPlace, notice } from "../parts/notice.js";
import { pager } from "../parts/pager.js";
import { showAccess } from "../people/access.js";
import { showLink } from "../people/link.js";
import { tokenTable } from "../people/tokens.js";

const PAGE_SIZE = 50;
const ROLES = [
    ["viewer", "viewer: reads"],
    ["editor", "editor: also imports, accepts, cancels"],
    ["admin", "admin: also manages people and features"],
];
const HEADINGS = ["Email", "Name", "Role", "State", "Second factor", "Last sign-in"];
const FEATURES = { import_export_v2: ["Imports", "Uploading, reviewing and applying library imports."] };

/** A form for a person, new (user null) or existing; `saved` is called when it is done. */
function editUser(user, saved) {
    const own = user?.id === session.current().id;
    const fields = {
        email: field("Email", { type: "email", value: user?.email ?? "", autocomplete: "off" }),
        first_name: field("First name", { value: user?.first_name ?? "", autocomplete: "off" }),
        last_name: field("Last name", { value: user?.last_name ?? "", autocomplete: "off" }),
    };
    // Administrators cannot change their own role and state.
    if (!own) {
        fields.role = field("Role", { choices: ROLES, value: user?.role ?? "viewer" });
        fields.active = field("May sign in", { type: "checkbox", value: user?.active ?? true });
    }

    sheet(user ? `Edit ${user.email}` : "New user", (close) => form(fields, {
        lead: !user && el("p", {}, "They choose their password themselves, by a link that you get and give them."),
        submit: user ? "Save" : "Add user",
        extra: el("button", { type: "button", onclick: close }, "Go back"),
        save: async (values) => {
            const answer = user ? await api.patch(`users/${user.id}/`, values) : await api.post("users/", values);
            await saved();
            close();
            if (answer.link)
                showLink(answer.email, answer);
        },
    }));
}

const none = () => el("span", { class: "muted none" }, "–");

const row = (user, { saved, access }) => el("tr", {},
    el("th", { scope: "row" }, imported(user.email)),
    el("td", { "data-label": "Name" }, imported(`${user.first_name} ${user.last_name}`.trim() || "–")),
    el("td", { "data-label": "Role" }, user.role),
    el("td", { "data-label": "State" }, user.active ? "active" : el("span", { class: "badge off" }, "disabled")),
    el("td", { "data-label": "Second factor" }, user.second_factor ? "yes" : none()),
    el("td", { "data-label": "Last sign-in" }, user.last_sign_in ? time(user.last_sign_in) : none()),
    el("td", {}, el("div", { class: "inline" },
        user.id !== session.current().id && el("button", {
            type: "button", onclick: () => access(user), "aria-label": `Access of ${user.email}`,
        }, "Access"),
        el("button", {
            type: "button", onclick: () => editUser(user, saved), "aria-label": `Edit ${user.email}`,
        }, "Edit"))));

function userSection(query, signal) {
    const list = el("div", { tabindex: -1, role: "group", "aria-label": "Users" });
    const said = el("div", { role: "status" });
    const failures = errorPlace();
    let present = query;

    // The list is made anew by what was done, and with it the button that was pressed.
    const access = (user) => {
        fill(said);
        failures.say(null);
        showAccess(user, {
            failed: failures.say,
            done: async (message) => {
                await read();
                list.focus();
                fill(said, message && notice("good", message));
            },
        });
    };

    async function read() {
        const answer = await api.get("users/", { page: present.get("page"), page_size: PAGE_SIZE }, signal);
        fill(list, el("table", { class: "list" },
            el("caption", { class: "unseen" }, "Users"),
            el("thead", {}, el("tr", {},
                HEADINGS.map((h) => el("th", { scope: "col" }, h)),
                el("td", {}))),
            el("tbody", {}, answer.results.map((user) => row(user, { saved: read, access })))),
        pager({ total: answer.count, size: PAGE_SIZE, query: present, noun: "user" }));
    }
    const update = (next) => {
        present = next;
        return read();
    };
    return { node: [said, failures.node, list], read, update };
}

function featureSection(signal) {
    const list = el("div", {});
    const failures = errorPlace();

    async function flip(feature, label) {
        const on = !feature.enabled;
        if (!on && !await confirm({
            title: `Switch off ${label}?`,
            content: el("p", {}, "Nobody can reach it until it is switched on again. What runs already goes on."),
            yes: "Switch off", danger: true,
        }))
            return;
        failures.say(null);
        await api.patch(`features/${feature.name}/`, { enabled: on })
            .then(() => session.setFeature(feature.name, on), failures.say);
        await read();
    }

    async function read() {
        const { results } = await api.get("features/", {}, signal);
        fill(list, el("ul", { class: "plain panel" }, results.map((feature) => {
            const [label, says] = FEATURES[feature.name] ?? [feature.name, ""];
            return el("li", { class: "row" },
                el("div", {}, el("strong", {}, label), el("p", { class: "muted" }, says)),
                el("button", {
                    type: "button", role: "switch", class: "switch", "aria-checked": String(feature.enabled),
                    "aria-label": label, onclick: () => flip(feature, label),
                }, feature.enabled ? "On" : "Off"));
        })));
    }
    return { node: [failures.node, list], read };
}

export default async function users({ query, signal }) {
    const people = userSection(query, signal);
    const tokens = tokenTable({
        path: "tokens/", caption: "Tokens", none: "There are no tokens.", owners: true, signal,
    });
    const features = featureSection(signal);
    await Promise.all([people.read(), tokens.read(query), features.read()]);

    return {
        title: "Administration",
        update: (next) => Promise.all([people.update(next), tokens.read(next)]),
        node: [
            el("h1", {}, "Administration"),
            el("section", {},
                el("div", { class: "head" }, el("h2", {}, "Users"),
                    el("button", {
                        type: "button", class: "primary", onclick: () => editUser(null, people.read),
                    }, "New user")),
                people.node),
            el("section", {}, el("h2", {}, "Tokens"), tokens.node),
            el("section", {}, el("h2", {}, "Features"), features.node),
        ],
    };
}
