// QR codes as pictures. They are black on white in the dark too, or cameras would not read them.

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = 4;  // modules, which the standard asks for

function shape(name, attributes) {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes))
        node.setAttribute(key, value);
    return node;
}

// Each run of dark modules as a rectangle.
const dark = (rows) => rows.flatMap((row, y) => [...row.matchAll(/1+/g)].map((run) =>
    `M${run.index + MARGIN} ${y + MARGIN}h${run[0].length}v1h-${run[0].length}z`)).join("");

/** code: { size, rows } as the API gives it; label: what it is a picture of. */
export function qr({ size, rows }, label) {
    const side = size + 2 * MARGIN;
    const picture = shape("svg", {
        class: "qr", viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges",
    });
    picture.append(shape("rect", { width: side, height: side, fill: "#fff" }),
        shape("path", { d: dark(rows), fill: "#000" }));
    return picture;
}
