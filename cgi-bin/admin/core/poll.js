// Polls gently: one request at a time, few or none while the page is hidden, and rarely while the
// server fails.

const EVERY = 1500;
const HIDDEN = 20000;
const HIDDEN_FOR = 3600000;  // after so long nobody waits; a session that nobody uses is to end
const SLOWEST = 30000;

/**
 * Calls `ask` repeatedly until it returns false or the signal is aborted. Pauses while the page is
 * hidden; with `whileHidden` it goes on slowly for an hour, for pages whose title tells the news.
 * If `ask` throws, passes the error to `failed` (and null once it works again) and goes on.
 */
export function poll(ask, { signal, every = EVERY, whileHidden = false, failed = () => {} }) {
    let timer = 0;
    let failures = 0;
    let asking = false;
    let hiddenSince = Date.now();
    const ended = new AbortController();
    signal.addEventListener("abort", () => ended.abort());
    ended.signal.addEventListener("abort", () => clearTimeout(timer));

    const rests = () => document.hidden && !(whileHidden && Date.now() - hiddenSince < HIDDEN_FOR);

    const next = () => {
        clearTimeout(timer);
        const usual = document.hidden ? Math.max(every, HIDDEN) : every;
        if (!rests() && !ended.signal.aborted)
            timer = setTimeout(turn, Math.min(usual * 2 ** failures, SLOWEST));
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
        hiddenSince = Date.now();
        if (document.hidden)
            next();
        else
            turn();
    }, { signal: ended.signal });
    next();
}
