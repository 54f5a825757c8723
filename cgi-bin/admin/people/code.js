// The field for a code, and what a person has to know to give it.
import { field } from "../parts/form.js";

const PLAIN = { autocapitalize: "none", spellcheck: "false", autocorrect: "off" };

/** For the six digits of an authenticator. A recovery code fits too. */
export const codeField = (hint) => field("Code", {
    name: "code", inputmode: "numeric", autocomplete: "one-time-code", hint, ...PLAIN,
});

/** The same for letters, with a keyboard that has some. */
export const recoveryField = () => field("Recovery code", {
    name: "code", autocomplete: "off", placeholder: "xxxx-xxxx-xxxx-xxxx", ...PLAIN,
    hint: "One of the ten that you were shown when you set up the second factor. Each works once.",
});
