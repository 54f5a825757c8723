// Shows imported text as text. Characters that could reorder or hide their neighbours are shown by
// name, and each piece is isolated from the text direction around it.
import { el } from "./dom.js";

const NAMES = {
    0x00ad: "SHY", 0x061c: "ALM", 0x180e: "MVS", 0x200b: "ZWSP", 0x200e: "LRM", 0x200f: "RLM",
    0x2028: "LS", 0x2029: "PS", 0x202a: "LRE", 0x202b: "RLE", 0x202c: "PDF", 0x202d: "LRO",
    0x202e: "RLO", 0x2060: "WJ", 0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI",
    0xfeff: "BOM",
};

// C0 except tab and line feed, C1, bidirectional controls, invisible characters, tags. Joiners
// (U+200C, U+200D) are kept: scripts and emoji need them.
const CONTROL = new RegExp(
    "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f" +
    "\\u2028-\\u202e\\u2060-\\u2069\\ufeff\\ufff9-\\ufffb]|[\\u{e0000}-\\u{e007f}]", "gu");

function marker(character) {
    const code = character.codePointAt(0);
    const number = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    return el("span", { class: "control", title: `Control character ${number}` },
        NAMES[code] ?? number);
}

/** The text as strings and markers, for el(). */
export function visible(text) {
    const parts = [];
    let at = 0;
    for (const match of text.matchAll(CONTROL)) {
        parts.push(text.slice(at, match.index), marker(match[0]));
        at = match.index + match[0].length;
    }
    parts.push(text.slice(at));
    return parts;
}

/** A short imported text, isolated. */
export const imported = (text, name = "") =>
    el("bdi", { dir: "auto", class: name || null }, visible(text));

/** An imported text of several lines. */
export const importedBlock = (text, name = "") =>
    el("div", { dir: "auto", class: `prose ${name}`.trim() }, visible(text));

// The sign of a white space, and what of it stays, to end the line.
const SPACE_SIGNS = { " ": ["·"], "\u00a0": ["⍽"], "\t": ["→", "\t"], "\n": ["↵", "\n"] };

/** Makes white space visible, for texts that differ in nothing else. */
export const visibleSpace = (text) => text.split(/([ \u00a0\t\n])/u).map((part) => {
    const [sign, rest = ""] = SPACE_SIGNS[part] ?? [];
    return sign ? [el("span", { class: "space" }, sign), rest] : visible(part);
});
