// Checks, before a file is sent, for what the server would refuse without reading it; uses the
// server's words.
import { bytes } from "../core/format.js";

export const MODELS = ["standard"];
export const FORMATS = ["csv", "json", "yaml", "yml", "xlsx"];
export const MAX_BYTES = 512 * 1024 * 1024;

const SUPPORTED = FORMATS.filter((f) => f !== "yml").join(", ");  // yml is another name for yaml
const DATE = /-\d{4}-\d{2}-\d{2}$/;  // the date in the name of an export

function split(name) {
    const dot = name.lastIndexOf(".");
    return dot < 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot + 1).toLowerCase()];
}

/**
 * Returns { error } if the file cannot be sent, { rename } if it can under that name, {} if it can
 * as it is.
 */
export function checkFile(file) {
    const [stem, extension] = split(file.name);

    if (extension === "xls")
        return {
            error: `"${file.name}": this old Excel format cannot be read: save it as .xlsx. ` +
                `Supported: ${SUPPORTED}.`,
        };
    if (!FORMATS.includes(extension))
        return { error: `"${file.name}": file type not supported. Supported: ${SUPPORTED}.` };
    if (file.size === 0)
        return { error: "The submitted file is empty." };
    if (file.size > MAX_BYTES)
        return { error: `The file has ${bytes(file.size)}; ${bytes(MAX_BYTES)} are allowed.` };
    if (!MODELS.includes(stem.replace(DATE, "")))
        return { rename: `${MODELS[0]}.${extension}` };
    return {};
}
