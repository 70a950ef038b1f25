/** Passes a file to the browser, which stores it with its downloads. */
export function saveFile(name: string, text: string, type: "text/csv" | "text/plain" | "application/json"): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
