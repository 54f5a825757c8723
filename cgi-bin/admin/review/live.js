// What is known of the job that is being reviewed. The page asks for it all the time, so that it shows
// within two seconds what others do; whatever on the page depends on it is told when it changes.
import * as api from "../core/api.js";
import { poll } from "../core/poll.js";

const FOLLOWED = "review,files,counts,actions,attempts,notes";
// What does not change while a diff is reviewed is read once.
const READ_ONCE = "warnings,warning_kinds";

/**
 * Follows a job until the signal is aborted. Resolves, once the job has been read, to the live job:
 * `now` is the last answer, on(listener) tells of each change, and ask() asks at once, as after one's
 * own change.
 */
export async function follow(id, signal) {
    const read = api.watcher(`library/import/${id}/`, { include: FOLLOWED });
    const listeners = new Set();
    const troubled = new Set();
    const [first, rest] = await Promise.all([
        read(signal), api.get(`library/import/${id}/`, { include: READ_ONCE }, signal)]);
    let waiting = null;
    let last = Promise.resolve();

    const live = {
        now: { ...rest, ...first },

        /** Calls listener(job, before) when anything of the job has changed, until the signal is aborted. */
        on(listener, until = signal) {
            listeners.add(listener);
            until.addEventListener("abort", () => listeners.delete(listener));
        },

        /** Calls listener(error) when the job cannot be read, and listener(null) once it works again. */
        onTrouble(listener) {
            troubled.add(listener);
        },

        /**
         * Asks for the job as it is from now on. Resolves to it once the listeners have been told. An
         * answer that is under way may be of before, so another one is asked for after it.
         */
        ask() {
            waiting ??= last = last.catch(() => {}).then(() => {
                waiting = null;
                return turn();
            });
            return waiting;
        },
    };

    async function turn() {
        const answer = await read(signal);
        if (!answer)
            return live.now;
        const before = live.now;
        live.now = { ...before, ...answer };
        for (const listener of [...listeners])
            if (!signal.aborted)  // as when one shows the page again
                listener(live.now, before);
        return live.now;
    }

    poll(() => live.ask().then(() => true), {
        signal, whileHidden: true, failed: (error) => troubled.forEach((listener) => listener(error)),
    });
    return live;
}
