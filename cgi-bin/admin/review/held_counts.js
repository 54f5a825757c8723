// Takes what is held back out of what the server counts of fields, since accepting leaves it out.

const NUMBERS = ["updates", "cleared", "filled", "whitespace", "moved", "cut", "compared", "rewritten"];

const isSame = (a) => (b) => a.original === b.original && a.new === b.new;

/**
 * The counts of fields without those of what is held back. `held` of each, and of each way in which it
 * changes, is what was taken out.
 */
export const apart = (counts, heldCounts) => counts.map((all) => {
    const held = heldCounts.find(({ field }) => field === all.field);
    if (!held)
        return all;
    const rest = Object.fromEntries(NUMBERS.filter((name) => name in all)
        .map((name) => [name, Math.max(0, all[name] - (held[name] ?? 0))]));
    const changes = all.changes.map((way) => {
        const back = held.changes.find(isSame(way))?.updates ?? 0;
        return { ...way, updates: way.updates - back, held: back };
    });
    return { ...all, ...rest, changes, held };
});
