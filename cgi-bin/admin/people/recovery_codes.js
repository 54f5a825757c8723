// Recovery codes, the only time that anybody sees them.
import { el } from "../core/dom.js";
import { copyButton, saveButton, selectAll } from "../parts/copy.js";

export const TITLE = "Keep these recovery codes";

const fileOf = (codes, email) => [
    `Recovery codes for Accession at ${location.host}${email ? `, of ${email}` : ""}`,
    "Each lets you in once, in place of a code of your authenticator.", "", ...codes, "",
].join("\r\n");

/**
 * What stands below the heading TITLE. codes: those that were just made; email: whose, or ""; done:
 * what to do once they are kept; next: what that is.
 */
export function recoveryCodes(codes, { email, done, next }) {
    const list = el("ol", { class: "codes", "aria-label": "Recovery codes" },
        codes.map((code) => el("li", {}, el("code", {}, code))));
    return [
        el("p", {}, "If you lose your authenticator, each of them lets you in once. " +
            "Keep them where you keep your passwords, or on paper. ", el("strong", {}, "They are not shown again.")),
        list,
        el("div", { class: "buttons" },
            copyButton(codes.join("\n"), { label: "Copy all", select: () => selectAll(list) }),
            saveButton(fileOf(codes, email), "accession-recovery-codes.txt", "Save as a file"),
            el("button", { type: "button", class: "primary", onclick: done }, next)),
    ];
}
