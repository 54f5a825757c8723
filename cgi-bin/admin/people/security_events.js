// Security events as sentences. What is in them comes from outside, and becomes text.
import { el } from "../core/dom.js";
import { count, person } from "../core/format.js";
import { imported } from "../core/text.js";

const GONE = "an account that is there no more";
const OPERATOR = "The operator";

const VIAS = {
    form: " with a password", basic: " with a password for one request", token: " with a token",
    link: " by a one-time link", front: " by the sign-in in front of this service", command: " at the command line",
};
const HOW = {
    form: "password in a browser", basic: "password of a program (Basic)", token: "token", session: "browser, signed in",
    link: "one-time link", front: "sign-in in front of this service", command: "command line",
};
const COLUMNS = {
    email: "email", first_name: "first name", last_name: "last name", role: "role", active: "may sign in",
    password_hash: "password", name: "name", enabled: "switched on",
};

const plain = (value) => value === true ? "yes" : value === false ? "no" : imported(String(value ?? "–") || "–");

// What changed, as [column, before, after].
const changesOf = ({ changes }) => Object.entries(changes ?? {}).map(([column, value]) =>
    Array.isArray(value) ? [column, ...value] : [column, null, null]);

const isOwn = (e) => e.account !== null && e.actor?.id === e.account.id;

// What a changed column says, now or before.
function word(e, wanted) {
    const [, before, after] = changesOf(e).find(([column]) => column === wanted) ?? [];
    return after ?? before ?? "";
}
const named = (e) => word(e, "name") ? [" ", el("strong", {}, imported(word(e, "name")))] : "";
const isDeletion = (e) => Array.isArray(e.changes?.email) && e.changes.email[1] === null;

// Whom it is about if there is no such account (any more).
const nobody = (e) => e.kind === "sign_in_refused" ? "an unknown email"
    : word(e, "email") ? imported(word(e, "email")) : GONE;
const briefly = (e) => changesOf(e).map(([column, before, after], i) => [
    i ? ", " : ": ", COLUMNS[column] ?? column,
    before === null && after === null ? "" : [" ", plain(before), " → ", plain(after)]]);
const why = (e) => e.reason ? [": ", imported(e.reason)] : "";

// kind → its name among the filters, and its sentence; `who` makes a link of a person.
const KINDS = {
    sign_in: ["Signed in", (e, { account }) => [account, " signed in", VIAS[e.via] ?? ""]],
    sign_in_refused: ["Refused sign-ins", (e, { account }) => e.via === "session" || e.via === "token"
        ? [account, " was refused", why(e)] : ["A sign-in as ", account, " was refused", why(e)]],
    sign_out: ["Signed out", (e, { account }) => [account, " signed out"]],
    session_ended: ["Sessions ended", (e, { account, actor }) => isOwn(e) ? [account, " signed out another browser"]
        : [actor, " ended a session of ", account]],
    forbidden: ["Not permitted", (e, { account }) => [account, " tried what their role does not allow", why(e)]],
    account_made: ["Accounts made", (e, { account, actor }) => [actor, " made the account of ", account]],
    account_changed: ["Accounts changed", (e, { account, actor }) => isDeletion(e)
        ? [actor, " deleted the account of ", account] : [actor, " changed the account of ", account, briefly(e)]],
    password_changed: ["Passwords changed", (e, { account, actor }) => e.via === "link"
        ? [account, " chose a password by a one-time link"]
        : isOwn(e) ? [account, " changed their password"] : [actor, " changed the password of ", account]],
    token_made: ["Tokens made", (e, { account, actor }) => isOwn(e) ? [account, " made the token", named(e)]
        : [actor, " made the token", named(e), " for ", account]],
    token_revoked: ["Tokens revoked", (e, { account, actor }) => isOwn(e) ? [account, " revoked their token", named(e)]
        : [actor, " revoked the token", named(e), " of ", account]],
    link_made: ["One-time links made", (e, { account, actor }) => [actor, " made a one-time link for ", account]],
    factor_set_up: ["Second factors set up", (e, { account }) => [account, " set up a second factor"]],
    factor_removed: ["Second factors taken away", (e, { account, actor }) => isOwn(e)
        ? [account, " took away their second factor"] : [actor, " took away the second factor of ", account]],
    recovery_used: ["Recovery codes used", (e, { account }) => [account, " used a recovery code"]],
    feature_changed: ["Features changed", (e, { actor }) =>
        [actor, " changed the feature ", imported(e.reason), briefly(e)]],
};

/** How the person was known. */
export const howInWords = ({ via }) => HOW[via] ?? (via ? imported(via) : "–");

/** [kind, label] of all kinds, for a filter. */
export const kinds = Object.entries(KINDS).map(([kind, [label]]) => [kind, label]);

/**
 * An event as a sentence. personLink(someone, shown) and addressLink(address) make what leads to the
 * other events of that person or address.
 */
export function sentence(event, { personLink, addressLink }) {
    const link = (someone, nobody) => someone ? personLink(someone, person(someone)) : nobody;
    const people = { account: link(event.account, nobody(event)), actor: link(event.actor, OPERATOR) };
    const say = KINDS[event.kind]?.[1] ?? ((e, { account }) => [account, ": ", imported(e.title), why(e)]);
    return [
        say(event, people), event.address && [", from ", addressLink(event.address)],
        event.times > 1 && ` (${count(event.times, "time")})`,
    ];
}
