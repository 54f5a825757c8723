// A set of entries of a file, as the API has it: numbers, and pairs of the first and the last of many.

export class Entries {
    #runs;  // [first, last], in order

    constructor(list = []) {
        this.#runs = list.map((one) => [one].flat()).map(([first, last = first]) => [first, last]);
    }

    // The run that the entry is in.
    #runOf(entry) {
        let low = 0, high = this.#runs.length - 1;
        while (low <= high) {
            const middle = (low + high) >> 1;
            const [first, last] = this.#runs[middle];
            if (entry < first)
                high = middle - 1;
            else if (entry > last)
                low = middle + 1;
            else
                return this.#runs[middle];
        }
        return null;
    }

    has(entry) {
        return this.#runOf(entry) !== null;
    }

    /** The last of those that follow the entry without a gap, or null if it is not in the set. */
    endOf(entry) {
        return this.#runOf(entry)?.[1] ?? null;
    }

    /** The first so many of them. */
    first(most) {
        const found = [];
        for (const [first, last] of this.#runs)
            for (let entry = first; entry <= last && found.length < most; entry++)
                found.push(entry);
        return found;
    }

    get size() {
        return this.#runs.reduce((n, [first, last]) => n + last - first + 1, 0);
    }
}
