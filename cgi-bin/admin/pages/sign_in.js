// Signing in, and going on to the page that the person wanted.
import { el } from "../core/dom.js";
import * as router from "../core/router.js";
import * as session from "../core/session.js";
import { field, form } from "../parts/form.js";
import { notice } from "../parts/notice.js";

// The address to go on to. Only addresses of this site are allowed, whatever the query says.
function target(query) {
    const next = new URL(query.get("next") ?? "/jobs/", location.origin);
    const here = next.origin === location.origin && next.pathname !== "/sign-in/";
    return here ? next : new URL("/jobs/", location.origin);
}

export default async function signIn({ query }) {
    const email = field("Email", { type: "email", name: "email", autocomplete: "username", required: true });
    const password = field("Password", {
        type: "password", name: "password", autocomplete: "current-password", required: true,
    });

    async function save(values) {
        await session.signIn(values.email, values.password);
        router.navigate(target(query), { replace: true });
    }

    return {
        title: "Sign in",
        node: el("div", { class: "sign-in panel" },
            el("h1", {}, "Sign in to Accession"),
            query.has("expired") && notice("info", "Your session has ended. Sign in to go on where you were."),
            form({ email, password }, { submit: "Sign in", save, name: "Sign in" })),
        shown: () => email.input.focus(),
    };
}
