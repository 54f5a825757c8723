/** A controller that is aborted together with the signal, or before. */
export function abortedWith(signal) {
    const controller = new AbortController();
    if (signal.aborted)
        controller.abort();
    signal.addEventListener("abort", () => controller.abort(), { signal: controller.signal });
    return controller;
}
