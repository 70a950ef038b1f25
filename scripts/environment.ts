import { readFileSync } from "node:fs";
import { parseEnv as parseFile } from "node:util";

export type Variables = Record<string, string | undefined>;

/** Files that may hold variables, the stronger first; what the process was started with is stronger still. */
const FILES = [".env.local", ".env"];

/** The variables of this process, with those of `.env.local` and `.env` where it has none. Empty counts as none. */
export function readEnvironment(): Variables {
  const found: Variables = { ...process.env };
  for (const file of FILES) {
    for (const [name, value] of Object.entries(parseFile(read(file)))) {
      if (!found[name]) found[name] = value;
    }
  }
  return found;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
