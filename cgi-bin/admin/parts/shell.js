// The header: where people can go, and who is signed in.
import { el, fill } from "../core/dom.js";
import { person } from "../core/format.js";
import * as router from "../core/router.js";
import { sections } from "../core/routes.js";
import * as session from "../core/session.js";

function link({ href, label, under }) {
    const here = under.test(location.pathname);
    return el("li", {}, el("a", { href, "aria-current": here ? "page" : null }, label));
}

async function leave() {
    await session.signOut().catch(() => session.forget());
    router.navigate("/sign-in/");
}

export function showHeader() {
    const user = session.current();
    const brand = el("a", { class: "brand", href: "/jobs/" },
        el("img", { src: document.querySelector("link[rel=icon]").href, alt: "", width: 24, height: 24 }), "Accession");

    fill(document.getElementById("top"),
        brand,
        user && el("nav", { "aria-label": "Main" }, el("ul", {},
            sections.filter((s) => !s.role || session.may(s.role)).map(link))),
        user && el("div", { class: "who" },
            el("a", { href: "/account/", "aria-current": location.pathname === "/account/" ? "page" : null },
                person(user), el("span", { class: "role" }, user.role)),
            el("button", { type: "button", class: "quiet", onclick: leave }, "Sign out")));
}
