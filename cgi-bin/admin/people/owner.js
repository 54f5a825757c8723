// Fields of a form that asks for a password.
import { el } from "../core/dom.js";
import * as session from "../core/session.js";
import { field } from "../parts/form.js";

/** Tells password managers whose password is asked for. */
export const owner = (email = session.current().email) => el("input", {
    type: "email", name: "email", autocomplete: "username", value: email, hidden: true,
});

/** ways: those to sign in (core/session.js), if one of them stands for the password. */
export const currentPassword = (ways = null) => field("Current password", {
    type: "password", name: "current_password", autocomplete: "current-password",
    hint: ways?.front && "Leave it empty if you signed in with your organisation.",
});

/** What to send: where there is a trusted front, a password that was left empty is none. */
export function vouched(values, { front }) {
    const { current_password: password, ...others } = values;
    return front && !password ? others : values;
}

export const RULES = "At least 12 characters. Several words that do not belong together are good.";

export const newPassword = (label, hint = RULES) => field(label, {
    type: "password", autocomplete: "new-password", hint,
});
