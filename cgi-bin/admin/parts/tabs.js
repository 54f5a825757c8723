// Tabs of which one is shown, as ARIA describes them: Tab leads to the chosen one, arrows, Home and
// End to the others.
import { el, fill, newId } from "../core/dom.js";

const MOVES = {
    ArrowLeft: (at, n) => (at + n - 1) % n,
    ArrowRight: (at, n) => (at + 1) % n,
    Home: () => 0,
    End: (_, n) => n - 1,
};

/**
 * choices: [{ name, label (nodes) }]. Calls `choose(name)` when a person chooses one; whoever made
 * the tabs then calls show(name, nodes). The panel is to stand below the node.
 */
export function tabs({ label, choices, choose }) {
    const panel = el("div", { role: "tabpanel", id: newId("panel") });
    const buttons = choices.map((choice) => el("button", {
        type: "button", role: "tab", id: newId("tab"), "aria-controls": panel.id,
        onclick: () => choose(choice.name),
    }, choice.label));

    function move(event) {
        const step = MOVES[event.key];
        const at = buttons.indexOf(document.activeElement);
        if (!step || at < 0)
            return;
        event.preventDefault();
        const next = step(at, buttons.length);
        buttons[next].focus();
        choose(choices[next].name);
    }

    function show(name, ...content) {
        buttons.forEach((button, i) => {
            const chosen = choices[i].name === name;
            button.setAttribute("aria-selected", String(chosen));
            button.tabIndex = chosen ? 0 : -1;
            if (chosen)
                panel.setAttribute("aria-labelledby", button.id);
        });
        fill(panel, ...content);
    }
    const node = el("div", { class: "tabs", role: "tablist", "aria-label": label, onkeydown: move }, buttons);
    return { node, panel, show };
}
