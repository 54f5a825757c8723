// The start of the admin pages: finds out who is signed in, then shows the page for the address.
import { connect } from "./core/api.js";
import { number } from "./core/format.js";
import * as router from "./core/router.js";
import { routes } from "./core/routes.js";
import * as session from "./core/session.js";
import { showHeader } from "./parts/shell.js";

connect({
    csrfToken: session.csrfToken,
    renew: session.load,
    expired: () => {
        session.forget();
        router.signIn({ expired: true });
    },
});

session.onChange(showHeader);
router.onShown(showHeader);
const asked = session.load().catch(() => null);
number(0);  // the first number takes a browser tens of milliseconds, which it has while the server answers
await asked;
router.start(routes, document.getElementById("main"));
