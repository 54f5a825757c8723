// Which module shows which address. The groups in a pattern are the page's params; role is the
// lowest role that may see it.

const IMPORTS = "import_export_v2";  // the feature

export const routes = [
    { pattern: /^\/$/, redirect: "/jobs/" },
    { pattern: /^\/sign-in\/$/, load: () => import("../pages/sign_in.js"), open: true },
    { pattern: /^\/set-password\/$/, load: () => import("../pages/set_password.js"), open: true },
    { pattern: /^\/jobs\/$/, load: () => import("../pages/jobs.js"), feature: IMPORTS },
    { pattern: /^\/jobs\/(?<id>\d+)\/$/, load: () => import("../pages/job.js"), feature: IMPORTS },
    { pattern: /^\/jobs\/(?<id>\d+)\/review\/$/, load: () => import("../pages/review.js"), feature: IMPORTS },
    { pattern: /^\/import\/$/, load: () => import("../pages/import.js"), role: "editor", feature: IMPORTS },
    { pattern: /^\/library\/$/, load: () => import("../pages/library.js") },
    {
        pattern: /^\/library\/(?:(?<model>[a-z][a-z0-9_]*)\/)?(?<id>[A-Z]+\d+)\/$/,
        load: () => import("../pages/item.js"),
    },
    { pattern: /^\/account\/$/, load: () => import("../pages/account.js") },
    { pattern: /^\/users\/$/, load: () => import("../pages/users.js"), role: "admin" },
    { pattern: /^\/events\/$/, load: () => import("../pages/events.js"), role: "admin" },
];

/** What the header links to. */
export const sections = [
    { href: "/jobs/", label: "Imports", under: /^\/jobs\// },
    { href: "/import/", label: "New import", under: /^\/import\//, role: "editor" },
    { href: "/library/", label: "Library", under: /^\/library\// },
    { href: "/users/", label: "Admin", under: /^\/users\//, role: "admin" },
    { href: "/events/", label: "Events", under: /^\/events\//, role: "admin" },
];
