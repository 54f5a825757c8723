// Who is signed in. Scripts cannot read the cookie itself; this keeps what the server says about
// it.
import * as api from "./api.js";

// Remembers whether asking is worthwhile: browsers report every 401 as an error in the console.
const HINT = "accession.signed-in";
const ROLES = ["viewer", "editor", "admin"];

let session = null;
const listeners = [];

function set(next) {
    session = next;
    if (next)
        localStorage.setItem(HINT, "1");
    else
        localStorage.removeItem(HINT);
    listeners.forEach((listener) => listener());
}

export const current = () => session;

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

export async function signIn(email, password) {
    set(await api.post("session/", { email, password }));
}

export async function signOut() {
    await api.remove("session/");
    sessionStorage.clear();
    set(null);
}

/** Call when the session has ended without our doing. */
export function forget() {
    if (session || localStorage.getItem(HINT))
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
