// Formats numbers, sizes, times and people for reading.
import { el } from "./dom.js";
import { imported } from "./text.js";

// A browser takes tens of milliseconds to make the first of these, so none is made before it is needed.
const lazily = (make) => {
    let made = null;
    return () => made ??= make();
};

const dates = (dateStyle, timeStyle) => lazily(() => new Intl.DateTimeFormat("en-GB", { dateStyle, timeStyle }));
const numbers = lazily(() => new Intl.NumberFormat("en"));
const toTheMinute = dates("medium", "short");
const toTheSecond = dates("medium", "medium");
const exactly = dates("full", "long");
const relative = lazily(() => new Intl.RelativeTimeFormat("en", { numeric: "auto" }));

export const number = (n) => numbers().format(n);

/** count(1, "item") is "1 item", count(2, "item") "2 items"; `many` is for irregular plurals. */
export const count = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;

export const capital = (word) => word[0].toUpperCase() + word.slice(1);

/** A label within a sentence: "Match conditions" becomes "match conditions", "CAPECs" stays. */
export const small = (label) => /^\p{Lu}(?!\p{Lu})/u.test(label) ? label[0].toLowerCase() + label.slice(1) : label;

const list = (type) => lazily(() => new Intl.ListFormat("en-GB", { type }));
const lists = { and: list("conjunction"), or: list("disjunction") };

/** "a, b and c"; with `word` "or" the same with that. */
export const listed = (words, word = "and") => lists[word]().format(words);

const SIZES = [[1 << 30, "GiB"], [1 << 20, "MiB"], [1 << 10, "KiB"]];

export function bytes(n) {
    const [unit, name] = SIZES.find(([least]) => n >= least) ?? [1, "bytes"];
    return unit === 1 ? count(n, "byte") : `${(n / unit).toFixed(n / unit < 10 ? 1 : 0)} ${name}`;
}

const AGES = [[86400, "day"], [3600, "hour"], [60, "minute"]];

function age(date) {
    const past = Math.round((date - Date.now()) / 1000);
    const [unit, name] = AGES.find(([least]) => Math.abs(past) >= least) ?? [];
    if (!unit)
        return "just now";
    return Math.abs(past) < 7 * 86400 ? relative().format(Math.round(past / unit), name) : null;
}

/** A time from the API. Shows how long ago that is, and the exact time when pointed at. */
export function time(text, { exact = false, seconds = false } = {}) {
    const date = new Date(text);
    const shown = (!exact && age(date)) || (seconds ? toTheSecond() : toTheMinute()).format(date);
    return el("time", { datetime: text, title: exactly().format(date) }, shown);
}

/** So many seconds in words, rounded up: "1 second", "2 minutes", "3 hours". */
export function duration(seconds) {
    const [unit, name] = [[3600, "hour"], [60, "minute"]].find(([least]) => seconds >= 2 * least) ?? [1, "second"];
    return count(Math.ceil(seconds / unit), name);
}

/** A person as the API describes them, or `nobody` if there is none. */
export function person(someone, nobody = "the service") {
    if (!someone)
        return nobody;
    const name = `${someone.first_name} ${someone.last_name}`.trim();
    const shown = imported(name || someone.email);
    shown.title = someone.email;
    return shown;
}

/** Adds a row number, in ascending order, to a list of [first, last] pairs. */
export function addToRanges(ranges, n) {
    const last = ranges.at(-1);
    if (last && n === last[1] + 1)
        last[1] = n;
    else if (!last || n > last[1])
        ranges.push([n, n]);
}

/** "7, 9–31", for at most `most` of the ranges. */
export const rangesText = (ranges, most = Infinity) => ranges.slice(0, most).map(([first, last]) =>
    first === last ? number(first) : `${number(first)}${last === first + 1 ? ", " : "–"}${number(last)}`).join(", ");
