// Goes from an address to a page without reloading the document.
//
// A page module exports `async default (view) => ({ title, node, update, shown, isBusy })`. The view has
// params, query (URLSearchParams), a signal that is aborted when the page is left, `entitle(title)`,
// which gives the page another title, and `said`, see reload(). If only the query changed and the
// page has `update(query)`, that is called instead of showing the page again; it returns true if it
// has moved the reader to the right place. `shown()` is called once the page is in the document.
// While `isBusy()`, links are left to the browser, which then asks the person (beforeunload).
import { el, fill } from "./dom.js";
import { linkTo } from "./query.js";
import * as session from "./session.js";
import { problem, refusal } from "../parts/notice.js";

let routes = [];
let outlet = null;
let shown = null;  // { route, path, search, page, leave: AbortController }
const listeners = [];

export function onShown(listener) {
    listeners.push(listener);
}

function find(path) {
    for (const route of routes) {
        const match = route.pattern.exec(path);
        if (match)
            return { route, params: { ...match.groups } };
    }
    return null;
}

/**
 * Goes to an address of this site; with `replace`, in place of the present one. `moved`: the reader
 * begins at the top of the page.
 */
export function navigate(url, { replace = false, moved = !replace } = {}) {
    const target = new URL(url, location.origin);
    if (replace)
        history.replaceState(null, "", target);
    else
        history.pushState(null, "", target);
    return show({ moved });
}

/** Changes parameters of the query; those that are null are removed. */
export function setQuery(changes, { replace = false } = {}) {
    const url = linkTo(location.search, changes);
    if (url !== location.pathname + location.search)
        navigate(url, { replace });
}

/** Goes to the sign-in page, and from there back to the present address. */
export function signIn({ expired = false } = {}) {
    if (location.pathname === "/sign-in/")
        return;
    const query = new URLSearchParams({ next: location.pathname + location.search });
    if (expired)
        query.set("expired", "1");
    navigate(`/sign-in/?${query}`, { replace: true });
}

/**
 * Shows the present address again, from the start. What `said` says goes on to the new page, for
 * what a person has not read yet.
 */
export function reload(said = "") {
    shown?.leave.abort();
    shown = null;
    return show({ moved: false, said });
}

/** Is aborted when the present page is left. */
export const presence = () => shown.leave.signal;

// The page to show instead if there is no such page or this person may not see it, or null.
function obstacle(found) {
    if (!found)
        return refusal("Page not found", "There is no such page.");
    if (found.route.role && !session.may(found.route.role))
        return refusal("Not permitted", `This page is for the role "${found.route.role}" and above.`);
    if (found.route.feature && !session.hasFeature(found.route.feature))
        return refusal("Imports are switched off",
            "An administrator can switch them on again under Administration.");
    return null;
}

async function load(found, view) {
    const blocked = obstacle(found);
    if (blocked)
        return blocked;
    try {
        const module = await found.route.load();
        return await module.default(view);
    } catch (error) {
        if (view.signal.aborted)
            return null;
        if (error.status === 404)
            return refusal("Not found", "It does not exist, or not any more.");
        return problem(error, () => reload());
    }
}

async function show({ moved, said = "" }) {
    const { pathname, search } = location;
    const query = new URLSearchParams(search);
    const found = find(pathname);

    if (found?.route.redirect)
        return navigate(found.route.redirect, { replace: true });
    if (!session.current() && !found?.route.open)
        return signIn();
    if (shown?.path === pathname && shown.page?.update) {
        if (shown.search === search)
            return null;
        shown.search = search;
        const kept = await shown.page.update(query);
        return moved && !kept ? enter() : null;
    }
    shown?.leave.abort();
    const leave = new AbortController();
    shown = { route: found?.route, path: pathname, search, page: null, leave };
    const mine = shown;

    outlet.setAttribute("aria-busy", "true");
    const entitle = (title) => {
        if (shown === mine && mine.page)
            document.title = `${title} – Accession`;
    };
    const page = await load(found, { params: found?.params ?? {}, query, signal: leave.signal, said, entitle });
    if (shown !== mine || !page)
        return null;
    mine.page = page;
    outlet.removeAttribute("aria-busy");
    entitle(page.title);
    const wasHere = outlet.contains(document.activeElement);
    fill(outlet, page.node);
    listeners.forEach((listener) => listener());
    if (moved)
        enter();
    else if (wasHere && document.activeElement === document.body)
        read();  // what had the focus is gone
    return page.shown?.();
}

function read() {
    const heading = outlet.querySelector("h1");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
}

// Starts a newly opened page at its top, for eyes and for screen readers.
function enter() {
    scrollTo(0, 0);
    read();
}

function followLink(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey ||
        event.shiftKey || event.altKey || link.target || link.hasAttribute("download"))
        return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || url.hash || !find(url.pathname) || shown?.page?.isBusy?.())
        return;
    event.preventDefault();
    navigate(url);
}

export function start(table, main) {
    routes = table;
    outlet = main;
    fill(outlet, el("p", { class: "loading" }, "Loading…"));
    document.addEventListener("click", followLink);
    addEventListener("popstate", () => {
        // Following a link to a place within the page also fires popstate.
        if (shown?.path !== location.pathname || shown.search !== location.search)
            show({ moved: true });
    });
    return show({ moved: false });
}
