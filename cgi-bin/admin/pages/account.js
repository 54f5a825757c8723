// The person's own account: password, second factor, sessions and tokens.
import { el } from "../core/dom.js";
import * as session from "../core/session.js";
import { imported } from "../core/text.js";
import { passwordForm } from "../people/password.js";
import { secondFactor } from "../people/second_factor.js";
import { sessionTable } from "../people/sessions.js";
import { newToken, tokenTable } from "../people/tokens.js";

const panel = (heading, ...content) => el("section", { class: "panel" }, heading, content);

export default async function account({ query, signal }) {
    const user = session.current();
    const sessions = sessionTable(signal);
    const tokens = tokenTable({
        path: "users/me/tokens/", caption: "Your tokens", none: "You have no tokens.", signal,
    });
    const ways = await session.ways();
    const [factor] = await Promise.all([secondFactor(signal, ways), sessions.read(), tokens.read(query)]);
    const changed = () => Promise.all([sessions.read(), tokens.read()]);

    return {
        title: "Your account",
        update: tokens.read,
        node: [
            el("h1", {}, "Your account"),
            el("p", { class: "lead" }, imported(`${user.first_name} ${user.last_name}`.trim() || user.email),
                ` (${user.email}), ${user.role}`),
            ways.password && panel(el("h2", {}, "Password"), passwordForm({ tokens: tokens.total, changed })),
            factor?.node,
            panel(el("h2", {}, "Where you are signed in"), sessions.node),
            panel(el("div", { class: "head" }, el("h2", {}, "Tokens"),
                el("button", { type: "button", onclick: () => newToken(tokens.read, ways) }, "New token")),
            el("p", {}, "For scripts: ", el("code", {}, "Authorization: Token …"), ". A token may do what you may do."),
            tokens.node),
        ],
    };
}
