import { readFileSync } from "node:fs";
import { parseEnv as parseFile } from "node:util";

export type Variables = Record<string, string | undefined>;

/** Files that may hold variables, in their order of precedence, after the environment of the process. */
const FILES = [".env.local", ".env"];

/** The variables of this process, completed from `.env.local` and `.env`. An empty variable counts as unset. */
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
