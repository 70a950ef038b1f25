/** Rows as a table of Markdown, its columns as wide as their widest cell; the first row is the head. */
export function table(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (cells: string[], fill: string) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!, fill)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head, " "), line(Array(head.length).fill(""), "-"), ...body.map((cells) => line(cells, " "))];
}

/** `text` with another table in place of the one whose first column is headed `heading`. */
export function withTable(text: string, heading: string, rows: readonly string[][]): string {
  const written = new RegExp(`^\\| ${heading} +\\|.*\\n(\\|.*\\n)+`, "m");
  return text.replace(written, () => `${table(rows).join("\n")}\n`);
}
