// The person's second factor: whether there is one, setting it up, taking it away.
import * as api from "../core/api.js";
import { announce, el, fill } from "../core/dom.js";
import { count } from "../core/format.js";
import * as session from "../core/session.js";
import { sheet } from "../parts/dialog.js";
import { form } from "../parts/form.js";
import { notice } from "../parts/notice.js";
import { authenticator } from "./authenticator.js";
import { currentPassword, owner, vouched } from "./owner.js";
import { recoveryCodes, TITLE } from "./recovery_codes.js";

const PATH = "users/me/second-factor/";
const FEW = 3;  // recovery codes

// Why there should be more recovery codes, and how to get them.
function fewCodes({ recovery_codes_left: left, required }) {
    const remedy = required ? "ask an administrator to take the second factor away, and set it up again when you sign in."
        : "take the second factor away and set it up again.";
    const few = left ? `Only ${count(left, "recovery code")} ${left === 1 ? "is" : "are"} left.`
        : "No recovery code is left: without your authenticator you could not sign in.";
    return left < FEW && notice("warn", el("p", {}, `${few} To get ten new ones, ${remedy}`));
}

/**
 * A node, and read(), which fills it; null if this service offers no second factor. ways: those to
 * sign in.
 */
export async function secondFactor(signal, ways) {
    if (!ways.password)
        return null;
    const heading = el("h2", { tabindex: -1 }, "Second factor");
    const box = el("div", {});
    const node = el("section", { class: "panel" }, heading, box);
    const first = await api.get(PATH, {}, signal);

    async function back(said) {
        await read();
        heading.focus();
        announce(said);
    }

    const stop = () => el("button", { type: "button", onclick: () => back("Nothing was set up.") }, "Go back");

    // From the password to the secret, and from there to the recovery codes.
    function askPassword() {
        const current = currentPassword(ways);
        fill(box, el("p", {}, "You need an authenticator app, for example on your phone."),
            form({ current_password: current }, {
                submit: "Go on", name: "Set up a second factor", lead: owner(), extra: stop(), again: current,
                save: async (values) => showSecret(await api.post(PATH, vouched(values, ways))),
            }));
        current.input.focus();
    }

    function showSecret(made) {
        fill(box, authenticator(made, { extra: stop(), confirmed: showCodes }));
        heading.focus();
    }

    function showCodes({ recovery_codes: codes }) {
        const title = el("h3", { tabindex: -1 }, TITLE);
        fill(box, notice("good", "Your second factor is set up."), title, recoveryCodes(codes, {
            email: session.current().email, next: "Done", done: () => back("Your second factor is set up."),
        }));
        title.focus();
    }

    const takeAway = () => sheet("Take away your second factor", (close) => {
        const current = currentPassword(ways);
        return form({ current_password: current }, {
            submit: "Take it away", name: "Take away your second factor", again: current,
            lead: [owner(), el("p", {}, "Your password alone then signs you in, and the recovery codes are worth nothing.")],
            extra: el("button", { type: "button", onclick: close }, "Go back"),
            save: async (values) => {
                await api.remove(PATH, vouched(values, ways));
                close();
                await back("Your second factor is taken away.");
            },
        });
    });

    const button = (label, kind, onclick) => el("div", { class: "buttons" },
        el("button", { type: "button", class: kind, onclick }, label));

    function show(state) {
        if (!state.set_up)
            return fill(box, el("p", {}, "Besides your password, signing in takes a code of an app on your phone. ",
                "Whoever learns your password then cannot use it."), button("Set up a second factor", null, askPassword));
        return fill(box,
            el("p", {}, el("span", { class: "badge good" }, "set up"),
                " Signing in takes a code of your authenticator app. ", `${count(state.recovery_codes_left, "recovery code")} left.`),
            fewCodes(state),
            state.required ? el("p", { class: "muted" }, "It is required here.")
                : button("Take it away", "danger quiet", takeAway));
    }

    async function read() {
        show(await api.get(PATH, {}, signal));
    }
    show(first);
    return first.offered || first.set_up ? { node, read } : null;
}
