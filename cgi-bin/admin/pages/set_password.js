// Where a one-time link leads: the person it was made for chooses a password.
import * as api from "../core/api.js";
import { el, fill } from "../core/dom.js";
import * as router from "../core/router.js";
import * as session from "../core/session.js";
import { imported } from "../core/text.js";
import { form } from "../parts/form.js";
import { notice } from "../parts/notice.js";
import { newPassword, owner } from "../people/owner.js";

// The link is the secret. It must not stay where others see it: in the address, in the history.
function takeSecret() {
    const secret = location.hash.slice(1);
    history.replaceState(null, "", location.pathname + location.search);
    return secret;
}

const title = "Choose your password";

const useless = (kind, ...content) => [
    notice(kind, content), el("p", {}, el("a", { href: "/sign-in/" }, "Sign in")),
];

function choose(secret, email, refused) {
    const password = newPassword("New password");
    const repeated = newPassword("The same again", null);

    async function save(values) {
        if (values.password !== values.repeated)
            throw new api.ApiError(400, { repeated: ["This is not the same as above."] });
        try {
            await api.post("session/link/", { link: secret, password: values.password });
        } catch (error) {
            if (!error.fields.link)
                throw error;
            return refused(error);
        }
        session.expect({ email, said: "Your password is set. Sign in with it." });
        return router.navigate("/sign-in/");
    }
    return {
        input: password.input,
        content: [
            el("p", {}, "For the account ", el("strong", {}, imported(email)), "."),
            form({ password, repeated }, { submit: "Set password", save, lead: owner(email), name: title }),
        ],
    };
}

export default async function setPassword({ signal }) {
    const secret = takeSecret();
    const heading = el("h1", { tabindex: -1 }, title);
    const box = el("div", {});
    let began = heading;
    const refused = (error) => {
        fill(box, useless("bad", error.message));
        heading.focus();
    };
    // Another link in the same tab changes nothing but the fragment.
    addEventListener("hashchange", () => location.hash && router.reload(), { signal });

    if (!secret) {
        fill(box, useless("info", "This page needs the whole link that you were given. Open it again."));
    } else {
        try {
            const { email } = await api.post("session/link/", { link: secret });
            const { content, input } = choose(secret, email, refused);
            fill(box, content);
            began = input;
        } catch (error) {
            if (!error.fields?.link)
                throw error;
            fill(box, useless("bad", error.message));
        }
    }
    return { title, node: el("div", { class: "sign-in panel" }, heading, box), shown: () => began.focus() };
}
