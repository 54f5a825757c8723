// Requests to the API. A successful answer is parsed JSON; everything else throws an ApiError.

import { duration } from "./format.js";

const ROOT = "/api/v2/";
const SAFE_METHODS = new Set(["GET", "HEAD"]);

// Filled in by connect(), because the session, which knows these, itself imports this module.
const hooks = { csrfToken: () => "", renew: async () => null, expired: () => {} };

export function connect(functions) {
    Object.assign(hooks, functions);
}

const STATUS_MESSAGES = {
    0: "The server cannot be reached.",
    413: "The file is larger than this server allows.",
    429: "Too many attempts. Wait a moment and try again.",
    503: "The service is busy or starting. Try again in a moment.",
};

const LATER = /\s*(please )?try again[^.]*\.$/i;

function said(status, body) {
    if (typeof body?.detail === "string")
        return body.detail;
    const messages = Object.values(body ?? {}).flat().filter((m) => typeof m === "string");
    return messages.join(" ") || STATUS_MESSAGES[status] || `The server answered ${status}.`;
}

// What is wrong, and if the server says how long to wait, that in words.
function describe(status, body, seconds) {
    const text = said(status, body);
    return seconds > 0 && [429, 503].includes(status)
        ? `${text.replace(LATER, "")} Try again in ${duration(seconds)}.` : text;
}

export class ApiError extends Error {
    /** after: the header Retry-After, if there was one. */
    constructor(status, body, after = null) {
        super(describe(status, body, Number(after)));
        this.name = "ApiError";
        this.status = status;
        this.body = body;
        this.code = body?.code ?? "";
    }

    /** The messages by field, for a form; {} if the error is about no field. */
    get fields() {
        const entries = Object.entries(this.body ?? {});
        return Object.fromEntries(entries.filter(([, messages]) => Array.isArray(messages)));
    }
}

/** The address of a resource. Leaves out parameters that are null. */
export function address(path, query = {}) {
    const parameters = Object.entries(query).filter(([, v]) => v !== null && v !== undefined);
    const text = new URLSearchParams(parameters).toString();
    return ROOT + path + (text ? `?${text}` : "");
}

/** The headers that a write needs. */
export function writeHeaders() {
    return { "X-CSRFToken": hooks.csrfToken() };
}

/** The error for an answer. Tells the session first if it has ended. after: its Retry-After. */
export function failure(status, body, after = null) {
    if (status === 401)
        hooks.expired();
    return new ApiError(status, body, after);
}

async function readBody(response) {
    try {
        return await response.json();
    } catch {
        return null;
    }
}

async function send(method, path, { query, body, signal, tag }) {
    const headers = { Accept: "application/json" };
    if (tag)
        headers["If-None-Match"] = tag;
    if (!SAFE_METHODS.has(method))
        Object.assign(headers, writeHeaders());
    if (body)
        headers["Content-Type"] = "application/json";
    try {
        return await fetch(address(path, query), {
            method, headers, signal, cache: "no-store", credentials: "same-origin",
            body: body && JSON.stringify(body),
        });
    } catch (error) {
        if (error.name === "AbortError")
            throw error;
        throw new ApiError(0, null);
    }
}

async function request(method, path, options = {}) {
    let response = await send(method, path, options);
    // Another tab has signed in again. We share its session, which has a new token.
    if (response.status === 403 && !SAFE_METHODS.has(method)) {
        const refusal = await readBody(response);
        if (!refusal?.detail?.startsWith("CSRF"))
            throw failure(403, refusal);
        await hooks.renew();
        response = await send(method, path, options);
    }
    const answer = response.status === 204 ? null : await readBody(response);
    if (!response.ok)
        throw failure(response.status, answer, response.headers.get("Retry-After"));
    return answer;
}

/**
 * For polling: returns a function (signal) that resolves to the answer, or to null if it has not
 * changed.
 */
export function watcher(path, query) {
    let tag = "";
    return async (signal) => {
        const response = await send("GET", path, { query, signal, tag });
        if (response.status === 304)
            return null;
        const answer = await readBody(response);
        if (!response.ok)
            throw failure(response.status, answer, response.headers.get("Retry-After"));
        tag = response.headers.get("ETag") ?? "";
        return answer;
    };
}

export const get = (path, query, signal) => request("GET", path, { query, signal });
export const post = (path, body) => request("POST", path, { body });
export const patch = (path, body) => request("PATCH", path, { body });
export const remove = (path, body) => request("DELETE", path, { body });
