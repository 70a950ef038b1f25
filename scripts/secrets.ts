import { randomBytes } from "node:crypto";
import { appendFile, chmod, readFile } from "node:fs/promises";
import type { Variables } from "./environment.ts";

const aSecret = () => randomBytes(32).toString("base64url");

/** Each secret with a function that generates it. */
const SECRETS: Record<string, () => string> = {
  CRON_SECRET: aSecret,
  SERVICE_API_KEY: aSecret,
  AUTH_SECRET: aSecret,
  CURSOR_WEBHOOK_SECRET: aSecret,
  RUNNER_WEBHOOK_SECRET: () => `whsec_${randomBytes(32).toString("base64")}`,
};
const FILE = ".env.local";

/**
 * Generates missing secrets and stores them in `.env.local`, readable by its owner only. Returns the names of those it generated.
 * In production it generates none: there the environment check reports missing ones as an error.
 */
export async function fillSecrets(variables: Variables): Promise<string[]> {
  const missing = Object.keys(SECRETS).filter((name) => !variables[name]);
  if (missing.length === 0 || process.env.NODE_ENV === "production") return [];
  const made = missing.map((name) => [name, SECRETS[name]!()] as const);
  const before = await readFile(FILE, "utf8").catch(() => "");
  const gap = before === "" || before.endsWith("\n") ? "" : "\n";
  await appendFile(FILE, `${gap}${made.map(([name, value]) => `${name}=${value}\n`).join("")}`, { mode: 0o600 });
  await chmod(FILE, 0o600);
  Object.assign(variables, Object.fromEntries(made));
  return missing;
}
