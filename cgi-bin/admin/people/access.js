// How somebody else gets in, for administrators: by a new link, or not any more.
import * as api from "../core/api.js";
import { el } from "../core/dom.js";
import { time } from "../core/format.js";
import { imported } from "../core/text.js";
import { closing, confirm, sheet } from "../parts/dialog.js";
import { showLink } from "./link.js";

const ACTIONS = [
    {
        label: "Reset by link…", if: (user) => user.active,
        about: "For somebody who has forgotten their password, or whose password others may know.",
        question: (email) => ({
            title: "Reset the password by a link?",
            content: el("p", {}, "The password of ", el("strong", {}, imported(email)), " is no longer good, and all their ",
                "sessions and tokens end at once. You get a link for them, by which they choose a new one."),
            yes: "Reset and make a link", danger: true,
        }),
        act: (user) => api.post(`users/${user.id}/link/`),
        then: (user, answer) => showLink(user.email, answer),
    },
    {
        label: "End sessions…", if: () => true,
        about: "Signs them out of all browsers. Their password and tokens stay.",
        question: (email) => ({
            title: "End all sessions?",
            content: el("p", {}, el("strong", {}, imported(email)), " has to sign in again in every browser."),
            yes: "End sessions", danger: true,
        }),
        act: (user) => api.remove(`users/${user.id}/sessions/`),
        said: (email) => `All sessions of ${email} have ended.`,
    },
    {
        label: "Take away second factor…", if: (user) => user.second_factor,
        about: "For somebody who has lost their phone and their recovery codes. Make sure that it is really they who ask.",
        question: (email) => ({
            title: "Take away the second factor?",
            content: el("p", {}, "The password of ", el("strong", {}, imported(email)), " alone then lets anybody in, ",
                "until they have set up another one. Their sessions end."),
            yes: "Take it away", danger: true,
        }),
        act: (user) => api.remove(`users/${user.id}/second-factor/`),
        said: (email) => `The second factor of ${email} is taken away.`,
    },
];

/** Shows what can be done for a user. Calls done(message) after it, or failed(error). */
export function showAccess(user, { done, failed }) {
    async function run(action) {
        if (!await confirm(action.question(user.email)))
            return;
        try {
            const answer = await action.act(user);
            await done(action.said?.(user.email) ?? null);
            action.then?.(user, answer);
        } catch (error) {
            failed(error);
        }
    }

    sheet(`Access of ${user.email}`, (close) => [
        el("p", {}, user.last_sign_in ? ["Signed in last: ", time(user.last_sign_in)] : "Has never signed in",
            user.second_factor ? "; has a second factor." : "; has no second factor."),
        el("ul", { class: "plain actions" }, ACTIONS.filter((action) => action.if(user)).map((action) =>
            el("li", {}, el("button", { type: "button", onclick: () => { close(); run(action); } }, action.label),
                el("p", { class: "hint" }, action.about)))),
        closing(close),
    ]);
}
