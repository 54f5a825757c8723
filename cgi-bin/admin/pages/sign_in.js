// Signing in, in one step or two, and going on to the page that the person wanted.
import * as api from "../core/api.js";
import { el, fill } from "../core/dom.js";
import { linkTo } from "../core/query.js";
import * as router from "../core/router.js";
import * as session from "../core/session.js";
import { field, form } from "../parts/form.js";
import { notice } from "../parts/notice.js";
import { authenticator } from "../people/authenticator.js";
import { codeField, recoveryField } from "../people/code.js";
import { recoveryCodes, TITLE } from "../people/recovery_codes.js";

const BY_FRONT = "Sign in with your organisation";
const NEXT = "accession.next";  // the address to go on to, while the browser is at the front
const NOT_FROM = new Set(["/sign-in/", "/set-password/"]);

// The address to go on to. Only addresses of this site are allowed, whatever the query says.
function target(query) {
    const next = new URL(query.get("next") ?? "/jobs/", location.origin);
    const here = next.origin === location.origin && !NOT_FROM.has(next.pathname);
    return here ? next : new URL("/jobs/", location.origin);
}

// ---- The front, where the browser leaves this page and comes back with `front` in the query.

function leave(url, query) {
    sessionStorage.setItem(NEXT, query.get("next") ?? "");
    location.assign(url);
}

// Is the browser back from the front? Then the query again says where to go on.
function isBack(query) {
    const next = query.has("front") && sessionStorage.getItem(NEXT);
    if (next && !query.has("next"))
        query.set("next", next);
    sessionStorage.removeItem(NEXT);
    return query.has("front");
}

async function enter({ done, query, ways, signal }) {
    try {
        await session.signInByFront();
    } catch (error) {
        if (signal.aborted)
            return null;
        if (error.status === 403 && ways.front_url && !query.has("front"))
            return leave(ways.front_url, query);
        // This was the answer. Whoever tries again may first go to the front again.
        query.delete("front");
        history.replaceState(null, "", linkTo(location.search, { front: null, next: query.get("next") }));
        throw error;
    }
    return done();
}

// ---- The steps. Each gets { go(step, what), done, query, signal, ways } and what it is about; it has a title,
// its content and, if reading begins there, an input.

function passwordForm({ go, done }, known) {
    const email = field("Email", { type: "email", name: "email", autocomplete: "username", required: true, value: known });
    const secret = field("Password", {
        type: "password", name: "password", autocomplete: "current-password", required: true,
    });

    async function save(values) {
        await session.signIn(values.email, values.password);
        const next = session.awaits();
        return next ? go(next, values.email) : done();
    }
    return {
        node: form({ email, password: secret }, { submit: "Sign in", save, name: "Sign in", again: secret }),
        input: known ? secret.input : email.input,
    };
}

function frontForm(steps) {
    const node = form({}, {
        submit: BY_FRONT, name: BY_FRONT, kind: steps.ways.password ? null : "primary", save: () => enter(steps),
    });
    return { node, input: node.querySelector("button") };
}

// back: from the front, which now says who it is.
function begin(steps, { email = "", said = null, back = false } = {}) {
    const byPassword = steps.ways.password && passwordForm(steps, email);
    const byFront = steps.ways.front && frontForm(steps);
    return {
        title: "Sign in to Accession",
        content: [
            said, byPassword?.node, byPassword && byFront && el("p", { class: "after muted" }, "or"), byFront?.node,
        ],
        input: (!back && byPassword || byFront).input,
        shown: () => back && byFront.node.requestSubmit(),
    };
}

const linkButton = (label, onclick) => el("button", { type: "button", class: "link", onclick }, label);

const startAgain = ({ go }) => linkButton("Start again", async () => {
    await session.signOut().catch(session.forget);
    await go("begin");
});

// What to do if the sign-in does not wait for a code (any more).
async function late(error, { go, done }) {
    if (error.status === 401)
        return go("begin", { said: notice("info", "This took too long. Please begin again.") });
    if (error.status === 400 && !Object.keys(error.fields).length && await session.load() && session.current())
        return done();  // another tab was faster
    throw error;
}

// other: the step that asks for the other kind of code.
const giveCode = (title, makeField, other, otherLabel) => (steps) => {
    const code = makeField();
    const save = (values) => session.giveCode(values.code).then(steps.done, (error) => late(error, steps));
    return {
        title, input: code.input,
        content: [
            form({ code }, { submit: "Sign in", name: title, again: code, save }),
            el("p", { class: "after" }, linkButton(otherLabel, () => steps.go(other)), startAgain(steps)),
        ],
    };
};

const code = giveCode("Enter your code", () => codeField("Your authenticator app shows it: six digits."),
    "recovery", "Use a recovery code instead");
const recovery = giveCode("Enter a recovery code", recoveryField, "code", "Use the authenticator app instead");

// Whoever must have a second factor sets it up before anything else.
async function setUp(steps, email) {
    const { go, done } = steps;
    const made = await api.post("users/me/second-factor/").catch((error) => late(error, steps));
    if (!made)
        return null;
    const confirmed = async (answer) => {
        await session.load();
        go("keep", { codes: answer.recovery_codes, email: session.current()?.email ?? email });
    };
    return {
        title: "Set up your second factor", wide: true,
        content: [
            el("p", {}, "Besides your password, your account needs a code of an authenticator app whenever you sign in. ",
                "Setting it up is done once."),
            authenticator(made, { confirmed }),
            el("p", { class: "after" }, startAgain(steps)),
        ],
    };
}

const keep = ({ done }, { codes, email }) => ({
    title: TITLE, wide: true,
    content: recoveryCodes(codes, { email: email ?? "", done, next: "Go on" }),
});

const STEPS = { begin, code, recovery, set_up: setUp, keep };

export default async function signIn({ query, signal }) {
    const ways = await session.ways();
    const back = isBack(query) && ways.front;
    const box = el("div", { class: "sign-in panel" });
    const heading = el("h1", { tabindex: -1 });
    const content = el("div", {});
    let began = null;  // the step
    fill(box, heading, content);

    const done = () => router.navigate(target(query), { replace: true, moved: true });
    const steps = { go, done, query, signal, ways };

    async function show(name, about) {
        const step = await STEPS[name](steps, about);
        if (!step || signal.aborted)
            return;
        heading.textContent = step.title;
        document.title = `${step.title} – Accession`;
        box.classList.toggle("wide", Boolean(step.wide));
        fill(content, step.content);
        began = step;
    }
    function read() {
        (began?.input ?? heading).focus();
        began?.shown?.();
    }
    async function go(name, about) {
        await show(name, about);
        read();
    }

    const came = session.expect();
    await show(!back && session.awaits() || "begin", came ? { ...came, said: notice("good", came.said) } : {
        back, said: query.has("expired") && notice("info", "Your session has ended. Sign in to go on where you were."),
    });
    return { title: heading.textContent, node: box, shown: read };
}
