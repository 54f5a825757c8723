// Writes the library with ExcelJS. Takes the file to write; "stream" for its streaming writer.
const ExcelJS = require("exceljs");
const streams = process.argv[3] === "stream";
const book = streams
	? new ExcelJS.stream.xlsx.WorkbookWriter({ filename: process.argv[2], useStyles: true })
	: new ExcelJS.Workbook();
const sheet = book.addWorksheet("The library");
const rows = [
	["id", "title", "text", "priority", "tags", "active"],
	["CT1", "1.10", "First line\nsecond line", 7, "alpha;beta", true],
	["CT2", 1.1, "Größe “prüfen” 🔒 &<>", 10, null, false],
	[],
	[42, "007", new Date(Date.UTC(2024, 1, 29)), 5.0, 0.5, null],
	["CT4", { richText: [{ text: "rich " }, { font: { bold: true }, text: "text" }] },
		"a_x005F_x000D_b", 1, 1234567, true],
];
const formats = { B3: "0.00", A5: '"CT"00000', C5: "yyyy-mm-dd", E5: "0%", E6: "#,##0" };
for (const values of rows) {
	const row = sheet.addRow(values);
	for (const [cell, code] of Object.entries(formats))
		if (cell.slice(1) === String(row.number))
			row.getCell(cell[0]).numFmt = code;
	if (streams)
		row.commit();
}
if (streams)
	sheet.commit();
(streams ? book.commit() : book.xlsx.writeFile(process.argv[2])).catch((e) => {
	console.error(e);
	process.exit(1);
});
