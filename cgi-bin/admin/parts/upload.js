// Sends files. Uses XMLHttpRequest, because fetch does not report how much of a body has been
// sent.
import * as api from "../core/api.js";
import { nameOf } from "./said.js";

function parse(text) {
    try {
        return JSON.parse(text);
    } catch {
        return null;
    }
}

/**
 * entries: [{ file, name: to send it under }]; `note` is for reviewers. Resolves to the new job. Calls
 * `progress(sent, total)` as the bytes of all of them go out. Aborting the signal ends the upload.
 */
export function upload(entries, { note, progress, signal }) {
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        const body = new FormData();
        const fail = () => reject(api.failure(request.status, parse(request.responseText)));

        body.append("name", nameOf(entries.map(({ file }) => file)));
        body.append("note", note);
        entries.forEach(({ file, name }) => body.append("files", file, name));
        request.open("POST", api.address("library/import/"));
        for (const [header, value] of Object.entries(api.writeHeaders()))
            request.setRequestHeader(header, value);
        request.upload.onprogress = (event) => progress(event.loaded, event.total);
        request.onload = () => {
            const job = request.status === 200 ? parse(request.responseText) : null;
            if (job)
                resolve(job);
            else
                fail();
        };
        request.onerror = fail;
        request.onabort = () => reject(new DOMException("The upload was stopped.", "AbortError"));
        signal.addEventListener("abort", () => request.abort());
        request.send(body);
    });
}
