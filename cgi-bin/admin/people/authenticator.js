// Setting up an authenticator app: its secret as a picture, as a link and in letters, and the code
// that shows that it has it.
import * as api from "../core/api.js";
import { el } from "../core/dom.js";
import { copyButton, selectAll } from "../parts/copy.js";
import { form } from "../parts/form.js";
import { qr } from "../parts/qr.js";
import { codeField } from "./code.js";

const inFours = (secret) => secret.match(/.{1,4}/g).join(" ");

function byHand({ secret, uri }) {
    const shown = el("code", { class: "fours" }, inFours(secret));
    return el("details", {}, el("summary", {}, "Cannot scan it?"),
        el("p", {}, el("a", { href: uri }, "Open an authenticator on this device"), ", or type this secret there:"),
        el("p", { class: "inline wrap" }, shown, copyButton(secret, { select: () => selectAll(shown) })));
}

/**
 * A list of steps. made: the answer with the secret. Calls `confirmed(answer)` once a code was right. extra: content
 * before the button.
 */
export function authenticator(made, { confirmed, extra = null }) {
    const code = codeField("The six digits that the app now shows for Accession.");
    return el("ol", { class: "set-up" },
        el("li", {}, el("p", {}, "Scan this with an authenticator app on your phone."),
            qr(made.qr, "QR code for your authenticator app"), byHand(made)),
        el("li", {}, el("p", {}, "Then give the code that the app shows."), form({ code }, {
            submit: "Confirm", extra, name: "Confirm the second factor",
            save: async (values) => confirmed(await api.patch("users/me/second-factor/", values)),
        })));
}
