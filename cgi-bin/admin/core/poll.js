// Polls gently: one request at a time, none while the page is hidden, and rarely while the server
// fails.

const EVERY = 1500;
const SLOWEST = 30000;

/**
 * Calls `ask` repeatedly until it returns false or the signal is aborted. Pauses while the page is
 * hidden. If `ask` throws, passes the error to `failed` (and null once it works again) and goes on.
 */
export function poll(ask, { signal, every = EVERY, failed = () => {} }) {
    let timer = 0;
    let failures = 0;
    let asking = false;
    const ended = new AbortController();
    signal.addEventListener("abort", () => ended.abort());
    ended.signal.addEventListener("abort", () => clearTimeout(timer));

    const next = () => {
        clearTimeout(timer);
        if (!document.hidden && !ended.signal.aborted)
            timer = setTimeout(turn, Math.min(every * 2 ** failures, SLOWEST));
    };

    async function turn() {
        if (asking || ended.signal.aborted)
            return;
        asking = true;
        try {
            if (await ask() === false)
                ended.abort();
            if (failures)
                failed(null);
            failures = 0;
        } catch (error) {
            if (signal.aborted || error.status === 401)
                return;
            failures += 1;
            failed(error);
        } finally {
            asking = false;
        }
        next();
    }

    document.addEventListener("visibilitychange", () => {
        clearTimeout(timer);
        if (!document.hidden)
            turn();
    }, { signal: ended.signal });
    next();
}
