import { reachDatabase } from "#lib/database/reach";
import { hasEmbeddedDatabase, type OpenDatabase, openEmbeddedDatabase } from "./postgres/embedded-database.ts";
import { readEnvironment } from "./environment.ts";
import { endWith } from "./main.ts";

/** The database of DATABASE_URL, or the embedded one. Ends the process with a sentence when there is neither. */
export async function openDatabase(): Promise<Pick<OpenDatabase, "url" | "close">> {
  const variables = readEnvironment();
  if (variables.DATABASE_URL) {
    await reachDatabase(variables.DATABASE_URL);
    return { url: variables.DATABASE_URL, close: async () => {} };
  }
  const dataDir = variables.RINGBACK_DATA_DIR || ".ringback";
  if (await hasEmbeddedDatabase(dataDir)) return openEmbeddedDatabase(dataDir);
  return endWith(1, "There is no database yet: run npm start once, or set DATABASE_URL.");
}
