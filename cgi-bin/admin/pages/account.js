// The person's own account: password and tokens.
import * as api from "../core/api.js";
import { announce, el, fill } from "../core/dom.js";
import * as session from "../core/session.js";
import { imported } from "../core/text.js";
import { closing, sheet } from "../parts/dialog.js";
import { field, form } from "../parts/form.js";
import { notice } from "../parts/notice.js";
import { tokenTable } from "../parts/tokens.js";

function passwordForm() {
    const done = el("div", { role: "status" });
    const current = field("Current password", { type: "password", autocomplete: "current-password" });
    const password = field("New password", { type: "password", autocomplete: "new-password" });

    async function save(values) {
        fill(done);
        await api.patch("users/me/", values);
        // A new password ends other sessions, and perhaps this one too.
        await session.load();
        current.input.value = password.input.value = "";
        fill(done, notice("good", "Your password is changed."));
    }
    // Tells password managers whose password this is.
    const owner = el("input", {
        type: "email", name: "email", autocomplete: "username", value: session.current().email, hidden: true,
    });
    return [
        form({ current_password: current, password }, { submit: "Change password", save, lead: owner, name: "Password" }),
        done,
    ];
}

// Shows the token, the only time that anybody sees it.
function showToken(name, token) {
    const text = el("input", {
        type: "text", readonly: true, value: token, class: "secret", "aria-label": "Token",
    });
    const copy = el("button", {
        type: "button", class: "primary",
        onclick: async () => {
            text.select();
            // Without TLS a page has no access to the clipboard; the selected text can still be
            // copied.
            const done = await navigator.clipboard?.writeText(token).then(() => true, () => false);
            copy.textContent = done ? "Copied" : "Press Ctrl+C";
            announce(copy.textContent);
        },
    }, "Copy");
    sheet("New token", (close) => [
        el("p", {}, "Token ", el("strong", {}, imported(name)), ". Copy it now: it is not shown again."),
        el("div", { class: "inline" }, text, copy),
        closing(close, "Done"),
    ]);
}

function tokenSection(signal) {
    const list = tokenTable({
        path: "users/me/tokens/", caption: "Your tokens", none: "You have no tokens.", signal,
    });
    const name = field("Name", { hint: "What will use it, for example: nightly import", maxlength: 100 });

    async function save(values) {
        const made = await api.post("users/me/tokens/", values);
        name.input.value = "";
        showToken(made.name, made.token);
        await list.read();
    }

    return {
        read: list.read,
        node: [
            el("p", {}, "For scripts: ", el("code", {}, "Authorization: Token …"),
                ". A token may do what you may do."),
            list.node, form({ name }, { submit: "Make a token", save, name: "New token" }),
        ],
    };
}

export default async function account({ query, signal }) {
    const user = session.current();
    const tokens = tokenSection(signal);
    await tokens.read(query);

    return {
        title: "Your account",
        update: tokens.read,
        node: [
            el("h1", {}, "Your account"),
            el("p", { class: "lead" }, imported(`${user.first_name} ${user.last_name}`.trim() || user.email),
                ` (${user.email}), ${user.role}`),
            el("section", { class: "panel" }, el("h2", {}, "Tokens"), tokens.node),
            el("section", { class: "panel" }, el("h2", {}, "Password"), passwordForm()),
        ],
    };
}
