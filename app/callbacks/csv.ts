import type { ShownCallback } from "#client/callbacks";

const COLUMNS = [
  "id",
  "userName",
  "userPhone",
  "scheduledFor",
  "callbackReason",
  "agentName",
  "attempts",
  "status",
] as const;

/** These callbacks as a file for a spreadsheet: what a person typed never begins a formula there. */
export function csvOf(callbacks: readonly ShownCallback[]): string {
  const lines = callbacks.map((callback) => COLUMNS.map((column) => cell(callback[column])).join(","));
  return `\uFEFF${[COLUMNS.join(","), ...lines].join("\r\n")}\r\n`;
}

function cell(value: string | number | null): string {
  const text = String(value ?? "");
  const plain = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** Hands a file to the browser, which keeps it where it keeps downloads. */
export function saveFile(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
