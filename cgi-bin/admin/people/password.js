// Changing one's own password.
import * as api from "../core/api.js";
import { el, fill } from "../core/dom.js";
import { count } from "../core/format.js";
import * as session from "../core/session.js";
import { field, form } from "../parts/form.js";
import { notice } from "../parts/notice.js";
import { currentPassword, newPassword, owner } from "./owner.js";

/** tokens: how many there are now; changed: called afterwards, as sessions and tokens may have ended. */
export function passwordForm({ tokens, changed }) {
    const done = el("div", { role: "status" });
    const current = currentPassword();
    const password = newPassword("New password");
    const revoke = field(`Also revoke my ${tokens > 1 ? count(tokens, "token") : "token"}`, {
        type: "checkbox", value: true,
        hint: `Do so unless you are sure that nobody else knows ${tokens > 1 ? "them" : "it"}. Scripts then need new ones.`,
    });
    const fields = { current_password: current, password, ...tokens && { revoke } };

    async function save(values) {
        fill(done);
        await api.patch("users/me/", {
            current_password: values.current_password, password: values.password, keep_tokens: values.revoke === false,
        });
        // A new password ends other sessions, and perhaps this one too.
        await session.load();
        current.input.value = password.input.value = "";
        fill(done, notice("good", "Your password is changed. Other browsers are signed out."));
        await changed();
    }
    return [form(fields, { submit: "Change password", save, lead: owner(), name: "Password" }), done];
}
