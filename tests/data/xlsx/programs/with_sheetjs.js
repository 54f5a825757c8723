// Writes the library with SheetJS. Takes the file to write; "inline" for inline texts.
const XLSX = require("xlsx");
const sheet = XLSX.utils.aoa_to_sheet([
	["id", "title", "text", "priority", "tags", "active"],
	["CT1", "1.10", "First line\nsecond line", 7, "alpha;beta", true],
	["CT2", { t: "n", v: 1.1, z: "0.00" }, "Größe “prüfen” 🔒 &<>", 10, null, false],
	[],
	[{ t: "n", v: 42, z: '"CT"00000' }, "007", { t: "n", v: 45351, z: "yyyy-mm-dd" }, 5.0,
		{ t: "n", v: 0.5, z: "0%" }, null],
	["CT4", "rich text", "a_x005F_x000D_b", 1, { t: "n", v: 1234567, z: "#,##0" }, true],
]);
const book = XLSX.utils.book_new();
XLSX.utils.book_append_sheet(book, sheet, "The library");
XLSX.writeFile(book, process.argv[2], { bookSST: process.argv[3] !== "inline", compression: true });
