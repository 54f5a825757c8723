// Compares short values: a number, a flag, a reference.
import { el, unseen } from "../core/dom.js";
import { imported } from "../core/text.js";

const shown = (value) => value === "" ? el("i", { class: "muted" }, "empty") : imported(String(value));

export const note = (before, after) => after === "" ? "cleared" : before === "" ? "was empty" : "";

export const difference = (before, after) => el("span", { class: "values" },
    unseen("from "), el("del", {}, shown(before)),
    el("span", { "aria-hidden": "true" }, " → "), unseen(" to "), el("ins", {}, shown(after)));

export const plain = (value) => shown(value);
