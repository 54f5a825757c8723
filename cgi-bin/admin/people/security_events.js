// Security events as sentences. What is in them comes from outside, and becomes text.
import { el } from "../core/dom.js";
import { count, person } from "../core/format.js";
import { imported } from "../core/text.js";

const UNKNOWN = "an unknown email";
const OPERATOR = "The operator";

const VIAS = {
    form: " with a password", basic: " with a password for one request", token: " with a token",
    link: " by a one-time link", front: " by the sign-in in front of this service", command: " at the command line",
};
const COLUMNS = {
    email: "email", first_name: "first name", last_name: "last name", role: "role", active: "may sign in",
    password_hash: "password", name: "name", enabled: "switched on",
};

const plain = (value) => value === true ? "yes" : value === false ? "no" : imported(String(value ?? "–") || "–");

// What changed, as [column, before, after].
const changesOf = ({ changes }) => Object.entries(changes ?? {}).map(([column, value]) =>
    Array.isArray(value) ? [column, ...value] : [column, null, null]);

const isOwn = (e) => e.actor?.id === e.account?.id;
const named = (e) => {
    const [, before, after] = changesOf(e).find(([column]) => column === "name") ?? [];
    return after || before ? [" ", el("strong", {}, imported(after || before))] : "";
};
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
    account_changed: ["Accounts changed", (e, { account, actor }) => [actor, " changed the account of ", account, briefly(e)]],
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
    feature_changed: ["Features changed", (e, { actor }) => [actor, " changed the feature ", imported(e.reason), briefly(e)]],
};

/** [kind, label] of all kinds, for a filter. */
export const kinds = Object.entries(KINDS).map(([kind, [label]]) => [kind, label]);

/**
 * An event as a sentence. personLink(someone, shown) and addressLink(address) make what leads to the
 * other events of that person or address.
 */
export function sentence(event, { personLink, addressLink }) {
    const link = (someone, nobody) => someone ? personLink(someone, person(someone)) : nobody;
    const people = { account: link(event.account, UNKNOWN), actor: link(event.actor, OPERATOR) };
    const say = KINDS[event.kind]?.[1] ?? ((e, { account }) => [account, ": ", imported(e.title), why(e)]);
    return [
        say(event, people), event.address && [", from ", addressLink(event.address)],
        event.times > 1 && ` (${count(event.times, "time")})`,
    ];
}
