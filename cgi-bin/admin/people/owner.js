// Fields of a form that asks for a password.
import { el } from "../core/dom.js";
import * as session from "../core/session.js";
import { field } from "../parts/form.js";

/** Tells password managers whose password is asked for. */
export const owner = (email = session.current().email) => el("input", {
    type: "email", name: "email", autocomplete: "username", value: email, hidden: true,
});

export const currentPassword = () => field("Current password", {
    type: "password", name: "current_password", autocomplete: "current-password",
});

export const RULES = "At least 12 characters. Several words that do not belong together are good.";

export const newPassword = (label, hint = RULES) => field(label, {
    type: "password", autocomplete: "new-password", hint,
});
