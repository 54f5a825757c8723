// Checks, before files are sent, for what the server would refuse without reading them; uses the
// server's words.
import { bytes } from "../core/format.js";

export const FORMATS = ["csv", "json", "yaml", "yml", "xlsx"];
export const MAX_BYTES = 512 * 1024 * 1024;

const SAME = { yml: "yaml" };  // another name for the same format
export const SUPPORTED = FORMATS.filter((f) => !(f in SAME));
// What our own files have behind the model: an export its date, held rows the import they are of.
const ENDING = /-(\d{4}-\d{2}-\d{2}|held-import-\d+)$/;

function split(name) {
    const dot = name.lastIndexOf(".");
    return dot < 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot + 1).toLowerCase()];
}

function wrong(file, extension) {
    const supported = `Supported: ${SUPPORTED.join(", ")}.`;
    if (extension === "xls")
        return `"${file.name}": this old Excel format cannot be read: save it as .xlsx. ${supported}`;
    if (!FORMATS.includes(extension))
        return `"${file.name}": file type not supported. ${supported}`;
    if (file.size === 0)
        return "The submitted file is empty.";
    if (file.size > MAX_BYTES)
        return `The file has ${bytes(file.size)}; ${bytes(MAX_BYTES)} are allowed.`;
    return null;
}

/**
 * What the name and the size of a file say: { error } if it cannot be sent, else { extension,
 * format, model }. The model is null if the name is not that of one.
 */
export function checkFile(file, models) {
    const [stem, extension] = split(file.name);
    const error = wrong(file, extension);
    if (error)
        return { error };
    const model = models.find(({ name }) => name === stem.replace(ENDING, "")) ?? null;
    return { extension, format: SAME[extension] ?? extension, model };
}

/** The model that a file with a name of its own most likely holds: one that no other file has. */
export function likelyModel(file, models, taken) {
    const free = models.filter((model) => !taken.includes(model));
    const name = file.name.toLowerCase();
    return free.find((model) => name.includes(model.name) || name.includes(model.title.toLowerCase())) ??
        free[0] ?? models[0];
}

/** What is wrong with a file beside those before it, or null. All are as checkFile returns them. */
export function checkBeside({ file, model, format }, before) {
    if (before.some((other) => other.model === model))
        return "Only one file per content model can be uploaded.";
    if (before.some((other) => other.format !== format))
        return "All files uploaded to a single job must have the same format.";
    const size = before.reduce((sum, other) => sum + other.file.size, file.size);
    return size > MAX_BYTES ? `The files have ${bytes(size)} together; ${bytes(MAX_BYTES)} are allowed.` : null;
}
