// Compares lists whose order means nothing: tags, references, and rules.
import { el, unseen } from "../core/dom.js";
import { imported } from "../core/text.js";

const split = (text, by) => text.split(by).map((s) => s.trim()).filter(Boolean);

// A rule is itself a set of terms: "A1 AND !A2" means the same as "!A2 AND A1".
const ruleKey = (rule) => split(rule, " AND ").sort().join(" AND ");

function compareSets(before, after, key) {
    const old = new Map(split(before, ";").map((m) => [key(m), m]));
    const now = new Map(split(after, ";").map((m) => [key(m), m]));
    return {
        removed: [...old].filter(([k]) => !now.has(k)).map(([, m]) => m),
        added: [...now].filter(([k]) => !old.has(k)).map(([, m]) => m),
        kept: [...now].filter(([k]) => old.has(k)).map(([, m]) => m),
    };
}

const SIDES = [
    { side: "removed", tag: "del", sign: "−", say: "removed " },
    { side: "added", tag: "ins", sign: "+", say: "added " },
    { side: "kept", tag: "span", sign: "", say: "" },
];

/** How to compare: members with the same `key` are equal; `join` stands between them. */
function comparison(key, noun, join) {
    const list = (members) => el("ul", { class: "set", "data-join": join }, members);
    const member = ({ tag, sign, say }, text) => el("li", {}, el(tag, { class: "member" },
        say && unseen(say), sign && el("span", { "aria-hidden": "true" }, sign), imported(text)));

    return {
        note(before, after) {
            const { removed, added } = compareSets(before, after, key);
            if (removed.length + added.length === 0)
                return `same ${noun}, other order`;
            return after === "" ? "cleared" : before === "" ? "was empty" : "";
        },
        difference(before, after) {
            const sides = compareSets(before, after, key);
            return list(SIDES.map((s) => sides[s.side].map((text) => member(s, text))));
        },
        plain: (text) => list(split(text, ";").map((m) => member(SIDES[2], m))),
    };
}

export const tags = comparison((tag) => tag, "tags", "");
export const references = comparison((reference) => reference, "references", "");
export const rules = comparison(ruleKey, "rules", "or");
