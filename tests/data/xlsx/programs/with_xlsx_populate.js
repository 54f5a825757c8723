// Writes the library with xlsx-populate. Takes the file to write.
const XlsxPopulate = require("xlsx-populate");
const rows = [
	["id", "title", "text", "priority", "tags", "active"],
	["CT1", "1.10", "First line\nsecond line", 7, "alpha;beta", true],
	["CT2", 1.1, "Größe “prüfen” 🔒 &<>", 10, undefined, false],
	[],
	[42, "007", 45351, 5.0, 0.5],
	["CT4", "rich text", "a_x005F_x000D_b", 1, 1234567, true],
];
const formats = { B3: "0.00", A5: '"CT"00000', C5: "yyyy-mm-dd", E5: "0%", E6: "#,##0" };
XlsxPopulate.fromBlankAsync().then((book) => {
	const sheet = book.sheet(0).name("The library");
	rows.forEach((row, i) => row.forEach((value, j) => {
		if (value !== undefined)
			sheet.cell(i + 1, j + 1).value(value);
	}));
	for (const [cell, code] of Object.entries(formats))
		sheet.cell(cell).style("numberFormat", code);
	return book.toFileAsync(process.argv[2]);
});
