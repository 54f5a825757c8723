// Who is signed in. Scripts cannot read the cookie itself; this keeps what the server says about
// it.
import * as api from "./api.js";

// Remembers whether asking is worthwhile: browsers report every 401 as an error in the console.
const HINT = "accession.signed-in";
const ROLES = ["viewer", "editor", "admin"];

let session = null;
let pending = null;  // { second_factor, csrf_token }: the password was right, and a second step is to come
let expected = null;
const listeners = [];

function set(next) {
    pending = next?.second_factor ? next : null;
    session = pending ? null : next;
    if (next)
        localStorage.setItem(HINT, "1");
    else
        localStorage.removeItem(HINT);
    listeners.forEach((listener) => listener());
}

export const current = () => session;

/** What a sign-in that has begun waits for: "code", "set_up" (of a second factor), or null. */
export const awaits = () => pending?.second_factor ?? null;

export const csrfToken = () => (session ?? pending)?.csrf_token ?? "";

export function onChange(listener) {
    listeners.push(listener);
}

/** May the person do what this role may do? */
export function may(role) {
    return session !== null && ROLES.indexOf(session.role) >= ROLES.indexOf(role);
}

/** Is a feature of the service switched on? */
export const hasFeature = (name) => session?.features?.[name] !== false;

/** The states that a job can be in: [{name, active, turn, actions}], in the order of its life. */
export const statuses = () => session?.statuses ?? [];

/** Asks the server who is signed in. */
export async function load() {
    if (localStorage.getItem(HINT))
        set(await api.get("session/"));
    return session;
}

/** The first step of signing in, and perhaps the only one: see awaits(). */
export async function signIn(email, password) {
    set(await api.post("session/", { email, password }));
}

/** Signs in whom the trusted front names, in one step. */
export async function signInByFront() {
    set(await api.post("session/", {}));
}

const PASSWORD_ALONE = { password: true, front: false, front_url: null };

/** How people may sign in: { password, front, front_url }. If the server does not say: with a password. */
export const ways = () => api.get("session/ways/").catch(() => PASSWORD_ALONE);

/** The second step: a code of the authenticator, or a recovery code. */
export async function giveCode(code) {
    set(await api.post("session/code/", { code }));
}

/** Lets the page for signing in know who comes, and why: { email, said }. Without: who that is. */
export function expect(who) {
    const before = expected;
    expected = who ?? null;
    return before;
}

export async function signOut() {
    await api.remove("session/");
    sessionStorage.clear();
    set(null);
}

/** Call when the session has ended without our doing. */
export function forget() {
    if (session || pending || localStorage.getItem(HINT))
        set(null);
}

export function setFeature(name, enabled) {
    set({ ...session, features: { ...session.features, [name]: enabled } });
}

// Signing out in one tab signs out all of them.
addEventListener("storage", (event) => {
    if (event.key === HINT && !event.newValue && session)
        location.reload();
});

// Nor does the button that leads back show what was on a page when it was left.
addEventListener("pageshow", (event) => {
    if (event.persisted && session && !localStorage.getItem(HINT))
        location.reload();
});
