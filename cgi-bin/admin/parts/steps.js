// The progress of a job as a line: what was done when and by whom, where the job is now, how it
// ended.
import { el, unseen } from "../core/dom.js";
import { person, time } from "../core/format.js";

// A step is done when one of its events has occurred. `now` is its text while it is the present
// step.
const STEPS = [
    { label: "Uploaded", events: ["created", "retried"], now: "Uploading" },
    { label: "Compared", events: ["ready"], now: "Comparing" },
    { label: "Accepted", events: ["accepted"], now: "Waiting for review" },
    { label: "Applied", events: ["succeeded"], now: "Applying" },
];
const ENDS = { failed: "Failed", cancelled: "Cancelled" };

function describe(event) {
    return [event.by && ["by ", person(event.by), " "], time(event.date)];
}

function step({ state, label, event }) {
    return el("li", { class: state, "aria-current": state === "now" ? "step" : null },
        el("span", { class: "label" }, label),
        unseen({ done: " (done) ", now: " (now) ", bad: " ", off: " ", open: " (not yet) " }[state]),
        event && el("span", { class: "detail" }, describe(event)));
}

/** events: those of the job. Only its last attempt counts. */
export function steps(events) {
    const attempt = Math.max(...events.map((e) => e.attempt));
    const mine = events.filter((e) => e.attempt === attempt);
    const end = mine.find((e) => e.event in ENDS);
    let open = false;

    const line = STEPS.map(({ label, events: names, now }) => {
        const event = mine.find((e) => names.includes(e.event));
        if (event)
            return { state: "done", label, event };
        if (open)
            return { state: "open", label };
        open = true;
        return end
            ? { state: end.event === "failed" ? "bad" : "off", label: ENDS[end.event], event: end }
            : { state: "now", label: now };
    });
    return el("ol", { class: "steps", "aria-label": "Progress of this import" }, line.map(step));
}
