import { hash } from "node:crypto";

/** Far more texts than the source has. Those that a filter puts together do not fill the memory of the database without end. */
const MAX_NAMES = 1_000;
const names = new Map<string, string>();

/**
 * The name under which a connection prepares a statement at its first use. PostgreSQL plans a named statement a few times instead
 * of each time, and planning takes longer than most of our statements. The name belongs to this text alone. Empty is PostgreSQL's
 * unnamed statement, which is not kept: for a text without values, which may be several statements, and for texts beyond the first
 * thousand.
 */
export function statementName(text: string, values: readonly unknown[]): string {
  if (values.length === 0) return "";
  const known = names.get(text);
  if (known !== undefined || names.size >= MAX_NAMES) return known ?? "";
  const name = hash("md5", text);
  names.set(text, name);
  return name;
}
